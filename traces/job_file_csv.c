#include "traces/job_file.h"

#include "traces/run/csv_cells.h"
#include "traces/run/new_file.h"

#include <stddef.h>
#include <string.h>

/* Words that a CSV is read with; what is unknown is left empty. */
static const char *const STATUS[HC_OUTCOME_COUNT] = {"",        "completed", "failed", "cancelled",
                                                     "timeout", "node_fail", "running"};

typedef struct writer {
    const hc_job_trace *trace;
    hc_csv csv;
    bool has_dates;
    bool has[HC_COLUMN_COUNT]; /* columns that some job has */
} writer;

static void put_instant(writer *w, hc_time time)
{
    if (w->has_dates) {
        hc_csv_date(&w->csv, time);
    } else {
        hc_csv_seconds(&w->csv, time);
    }
}

/* How most columns are written, from one member of the job. */
typedef enum cell_kind {
    CELL_OWN = 0,  /* in its own way */
    CELL_TEXT,     /* number of a text, 0: none */
    CELL_INSTANT,  /* HC_TIME_MISSING: none */
    CELL_DURATION, /* likewise */
} cell_kind;

typedef struct cell {
    cell_kind kind;
    size_t offset; /* in hc_trace_job */
} cell;

#define CELL(KIND, MEMBER)                          \
    {                                               \
        CELL_##KIND, offsetof(hc_trace_job, MEMBER) \
    }

static const cell CELLS[HC_COLUMN_COUNT] = {
    [HC_COLUMN_JOB_ID] = CELL(TEXT, id),
    [HC_COLUMN_SUBMIT] = CELL(INSTANT, submit),
    [HC_COLUMN_START] = CELL(INSTANT, start),
    [HC_COLUMN_END] = CELL(INSTANT, end),
    [HC_COLUMN_RUNTIME] = CELL(DURATION, run_time),
    [HC_COLUMN_TIME_LIMIT] = CELL(DURATION, requested_time),
    [HC_COLUMN_THINK_TIME] = CELL(DURATION, think_time),
    [HC_COLUMN_GPU_KIND] = CELL(TEXT, kinds),
    [HC_COLUMN_USER] = CELL(TEXT, user),
    [HC_COLUMN_GROUP] = CELL(TEXT, group),
    [HC_COLUMN_PARTITION] = CELL(TEXT, partition),
    [HC_COLUMN_DEPENDS_ON] = CELL(TEXT, preceding_id),
    [HC_COLUMN_NODES] = CELL(TEXT, nodes),
};

static uint32_t text_member(const hc_trace_job *job, hc_column column)
{
    uint32_t index = 0;
    memcpy(&index, (const char *)job + CELLS[column].offset, sizeof index);
    return index;
}

static hc_time time_member(const hc_trace_job *job, hc_column column)
{
    hc_time time = 0;
    memcpy(&time, (const char *)job + CELLS[column].offset, sizeof time);
    return time;
}

/* Whether a column of its own kind says something of the job that is not the same without it. */
static bool has_own(const hc_trace_job *job, hc_column column)
{
    return (column == HC_COLUMN_CPUS && job->cpu_milli != 0) ||
           (column == HC_COLUMN_MEMORY && job->memory_bytes != 0) ||
           (column == HC_COLUMN_STATUS && job->outcome != HC_OUTCOME_UNKNOWN) ||
           (column == HC_COLUMN_PRIORITY && job->priority != 0) ||
           (column == HC_COLUMN_SINGLE_NODE && job->is_single_node);
}

/* The same for any column. An end follows from the start and the run time. */
static bool has_column(const hc_trace_job *job, hc_column column)
{
    bool is_derived = column == HC_COLUMN_END && job->start != HC_TIME_MISSING;
    switch (CELLS[column].kind) {
    case CELL_TEXT:
        return text_member(job, column) != 0;
    case CELL_INSTANT:
    case CELL_DURATION:
        return time_member(job, column) != HC_TIME_MISSING && !is_derived;
    case CELL_OWN:
        break;
    }
    return has_own(job, column);
}

static void put_own(writer *w, const hc_trace_job *job, hc_column column)
{
    if (column == HC_COLUMN_GPUS) {
        hc_csv_thousandths(&w->csv, (uint64_t)job->gpu_count * job->gpu_milli);
    } else if (column == HC_COLUMN_CPUS) {
        hc_csv_thousandths(&w->csv, job->cpu_milli);
    } else if (column == HC_COLUMN_MEMORY) {
        hc_csv_unsigned(&w->csv, job->memory_bytes);
    } else if (column == HC_COLUMN_PRIORITY) {
        hc_csv_signed(&w->csv, job->priority);
    } else if (column == HC_COLUMN_STATUS) {
        hc_csv_text(&w->csv, STATUS[job->outcome]);
    } else {
        hc_csv_text(&w->csv, job->is_single_node ? "true" : "false");
    }
}

static void put_cell(writer *w, const hc_trace_job *job, hc_column column)
{
    switch (CELLS[column].kind) {
    case CELL_TEXT:
        hc_csv_text(&w->csv, hc_job_trace_string(w->trace, text_member(job, column)));
        break;
    case CELL_INSTANT:
        put_instant(w, time_member(job, column));
        break;
    case CELL_DURATION:
        hc_csv_seconds(&w->csv, time_member(job, column));
        break;
    case CELL_OWN:
        put_own(w, job, column);
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
