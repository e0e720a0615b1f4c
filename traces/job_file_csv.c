#include "traces/job_file.h"

#include "sim/civil_time.h"
#include "traces/run/csv_cells.h"
#include "traces/run/new_file.h"

#include <inttypes.h>
#include <string.h>

enum { STATUS_COUNT = HC_OUTCOME_COUNT };

/* Words that a CSV is read with; what is unknown is left empty. */
static const char *const STATUS[STATUS_COUNT] = {"",        "completed", "failed", "cancelled",
                                                 "timeout", "node_fail", "running"};

typedef struct writer {
    const hc_job_trace *trace;
    hc_csv csv;
    bool has_dates;
    bool has[HC_COLUMN_COUNT]; /* columns that some job has */
} writer;

static const char *text(const writer *w, uint32_t index)
{
    return hc_job_trace_string(w->trace, index);
}

/* "2017-10-02 06:00:03.5" or seconds; empty where it is missing. */
static void put_instant(writer *w, hc_time time)
{
    char date[HC_CIVIL_TEXT_SIZE + 16];
    hc_time second = time / HC_SECOND - (time % HC_SECOND < 0 ? 1 : 0);
    int64_t rest = time - second * HC_SECOND;
    if (!w->has_dates || time == HC_TIME_MISSING) {
        hc_csv_seconds(&w->csv, time);
        return;
    }
    hc_format_civil(second * HC_SECOND, date);
    if (rest != 0) {
        (void)snprintf(date + strlen(date), 16, ".%09" PRId64, rest);
    }
    hc_csv_text(&w->csv, date);
}

/* Whether the column says something of the job that is not the same without it. */
static bool has_column(const hc_trace_job *job, hc_column column)
{
    switch (column) {
    case HC_COLUMN_JOB_ID:
        return job->id != 0;
    case HC_COLUMN_START:
        return job->start != HC_TIME_MISSING;
    case HC_COLUMN_END:
        return job->end != HC_TIME_MISSING && job->start == HC_TIME_MISSING;
    case HC_COLUMN_TIME_LIMIT:
        return job->requested_time != HC_TIME_MISSING;
    case HC_COLUMN_GPU_KIND:
        return job->kinds != 0;
    case HC_COLUMN_CPUS:
        return job->cpu_milli != 0;
    case HC_COLUMN_MEMORY:
        return job->memory_bytes != 0;
    case HC_COLUMN_USER:
        return job->user != 0;
    case HC_COLUMN_GROUP:
        return job->group != 0;
    case HC_COLUMN_PARTITION:
        return job->partition != 0;
    case HC_COLUMN_STATUS:
        return job->outcome != HC_OUTCOME_UNKNOWN;
    case HC_COLUMN_PRIORITY:
        return job->priority != 0;
    case HC_COLUMN_DEPENDS_ON:
        return job->preceding_id != 0;
    case HC_COLUMN_THINK_TIME:
        return job->think_time != HC_TIME_MISSING;
    case HC_COLUMN_NODES:
        return job->nodes != 0;
    case HC_COLUMN_SINGLE_NODE:
        return job->is_single_node;
    case HC_COLUMN_SUBMIT:
    case HC_COLUMN_RUNTIME:
    case HC_COLUMN_GPUS:
    case HC_COLUMN_COUNT:
        break;
    }
    return true;
}

/* Numbers, which stand in their cells as they are. */
static void put_number(writer *w, const hc_trace_job *job, hc_column column)
{
    if (column == HC_COLUMN_GPUS) {
        hc_csv_thousandths(&w->csv, (uint64_t)job->gpu_count * job->gpu_milli);
    } else if (column == HC_COLUMN_CPUS) {
        hc_csv_thousandths(&w->csv, job->cpu_milli);
    } else if (column == HC_COLUMN_MEMORY) {
        hc_csv_unsigned(&w->csv, job->memory_bytes);
    } else {
        hc_csv_signed(&w->csv, job->priority);
    }
}

static void put_cell(writer *w, const hc_trace_job *job, hc_column column)
{
    switch (column) {
    case HC_COLUMN_JOB_ID:
        hc_csv_text(&w->csv, text(w, job->id));
        break;
    case HC_COLUMN_SUBMIT:
        put_instant(w, job->submit);
        break;
    case HC_COLUMN_START:
        put_instant(w, job->start);
        break;
    case HC_COLUMN_END:
        put_instant(w, job->end);
        break;
    case HC_COLUMN_RUNTIME:
        hc_csv_seconds(&w->csv, job->run_time);
        break;
    case HC_COLUMN_TIME_LIMIT:
        hc_csv_seconds(&w->csv, job->requested_time);
        break;
    case HC_COLUMN_THINK_TIME:
        hc_csv_seconds(&w->csv, job->think_time);
        break;
    case HC_COLUMN_GPU_KIND:
        hc_csv_text(&w->csv, text(w, job->kinds));
        break;
    case HC_COLUMN_USER:
        hc_csv_text(&w->csv, text(w, job->user));
        break;
    case HC_COLUMN_GROUP:
        hc_csv_text(&w->csv, text(w, job->group));
        break;
    case HC_COLUMN_PARTITION:
        hc_csv_text(&w->csv, text(w, job->partition));
        break;
    case HC_COLUMN_DEPENDS_ON:
        hc_csv_text(&w->csv, text(w, job->preceding_id));
        break;
    case HC_COLUMN_NODES:
        hc_csv_text(&w->csv, text(w, job->nodes));
        break;
    case HC_COLUMN_STATUS:
        hc_csv_text(&w->csv, STATUS[job->outcome]);
        break;
    case HC_COLUMN_SINGLE_NODE:
        hc_csv_text(&w->csv, job->is_single_node ? "true" : "false");
        break;
    case HC_COLUMN_GPUS:
    case HC_COLUMN_CPUS:
    case HC_COLUMN_MEMORY:
    case HC_COLUMN_PRIORITY:
        put_number(w, job, column);
        break;
    case HC_COLUMN_COUNT:
        break;
    }
}

static void find_columns(writer *w)
{
    for (size_t i = 0; i < hc_job_trace_count(w->trace); i++) {
        hc_trace_job job = hc_job_trace_job(w->trace, i);
        for (int column = 0; column < HC_COLUMN_COUNT; column++) {
            w->has[column] = w->has[column] || has_column(&job, (hc_column)column);
        }
    }
    w->has[HC_COLUMN_SUBMIT] = true;
    w->has[HC_COLUMN_RUNTIME] = true;
    w->has[HC_COLUMN_GPUS] = true;
}

static int put_header(writer *w, hc_error *error)
{
    for (int column = 0; column < HC_COLUMN_COUNT; column++) {
        if (w->has[column]) {
            hc_csv_text(&w->csv, hc_column_name((hc_column)column));
        }
    }
    return hc_csv_end_line(&w->csv, error);
}

static int put_job(writer *w, const hc_trace_job *job, hc_error *error)
{
    for (int column = 0; column < HC_COLUMN_COUNT; column++) {
        if (w->has[column]) {
            put_cell(w, job, (hc_column)column);
        }
    }
    return hc_csv_end_line(&w->csv, error);
}

static int put_jobs(writer *w, hc_error *error)
{
    if (put_header(w, error) < 0) {
        return -1;
    }
    for (size_t i = 0; i < hc_job_trace_count(w->trace); i++) {
        hc_trace_job job = hc_job_trace_job(w->trace, i);
        if (put_job(w, &job, error) < 0) {
            return -1;
        }
    }
    return 0;
}

int hc_job_file_write_csv(const hc_job_trace *trace, const char *path, bool may_replace,
                          hc_error *error)
{
    writer w = {.trace = trace, .has_dates = hc_job_trace_facts(trace)->clock == HC_CLOCK_CIVIL};
    hc_new_file out;
    int status = -1;
    if (hc_new_file_open(&out, path, may_replace, error) == 0) {
        w.csv = (hc_csv){.out = out.file, .shown = path};
        find_columns(&w);
        status = put_jobs(&w, error) < 0 ? -1 : hc_new_file_finish(&out, error);
    }
    hc_new_file_discard(&out);
    return status;
}
