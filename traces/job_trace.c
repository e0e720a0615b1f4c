#include "traces/job_trace.h"

#include "traces/job_import.h"
#include "traces/job_load.h"
#include "traces/submission_order.h"
#include "traces/job_window.h"
#include "traces/kept_jobs.h"
#include "traces/name_text.h"
#include "traces/quarantine.h"
#include "traces/trace_reader.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* A file of another format shows early: no need to read all of it. */
enum { HOPELESS_ROW_COUNT = 10000 };

struct hc_job_trace {
    hc_trace_facts facts;
    hc_import_report report;
    hc_kept_jobs kept;
};

/* One pass through one input. */
typedef struct log_import {
    const hc_trace_options *options;
    const char *name; /* of the input */
    hc_job_trace *trace;
    const hc_trace_reader *reader;
    void *rows; /* state of the reader */
    hc_quarantine *quarantine;
    hc_job_window window;
    bool has_window;       /* known once a row was read: the file's clock decides */
    hc_time latest_submit; /* so far, of any row */
} log_import;

static const hc_trace_reader *const READERS[HC_FORMAT_COUNT] = {
    [HC_FORMAT_SWF] = &hc_swf_reader,
    [HC_FORMAT_CSV] = &hc_csv_reader,
    [HC_FORMAT_PHILLY_SIA] = &hc_philly_sia_reader,
    [HC_FORMAT_HELIOS] = &hc_helios_reader,
    [HC_FORMAT_OPENB] = &hc_openb_reader,
    [HC_FORMAT_HELIOS_LOG] = &hc_helios_log_reader,
    [HC_FORMAT_ACME_SEREN] = &hc_acme_seren_reader,
    [HC_FORMAT_ACME_KALOS] = &hc_acme_kalos_reader,
    [HC_FORMAT_LINGJUN_RFOLD] = &hc_lingjun_rfold_reader,
    [HC_FORMAT_PHILLY] = &hc_philly_reader,
    [HC_FORMAT_PAI] = &hc_pai_reader,
    [HC_FORMAT_HINDCAST] = &hc_hindcast_reader,
};

const hc_trace_reader *hc_trace_reader_of(hc_trace_format format)
{
    assert(format < HC_FORMAT_COUNT);
    return READERS[format];
}

const char *hc_trace_format_name(hc_trace_format format)
{
    return hc_trace_reader_of(format)->name;
}

static int create(hc_job_trace **out, const hc_trace_options *options, hc_error *error)
{
    hc_job_trace *trace = calloc(1, sizeof *trace);
    if (trace == NULL) {
        return hc_error_memory(error);
    }
    if (hc_kept_jobs_init(&trace->kept, error) < 0) {
        hc_job_trace_destroy(trace);
        return -1;
    }
    trace->facts.format = options->format;
    trace->facts.from = HC_TIME_MISSING;
    trace->facts.first_submit = HC_TIME_MISSING;
    trace->facts.last_submit = HC_TIME_MISSING;
    (void)snprintf(trace->facts.licence, sizeof trace->facts.licence, "%s",
                   options->licence == NULL ? "NOASSERTION" : options->licence);
    *out = trace;
    return 0;
}

void hc_job_trace_destroy(hc_job_trace *trace)
{
    if (trace == NULL) {
        return;
    }
    hc_kept_jobs_release(&trace->kept);
    free(trace);
}

/* A name of a row as UTF-8. @param out  HC_NAME_SIZE bytes, used when it has to be converted. */
static hc_field text_of(const hc_trace_record *record, hc_field field, char *out)
{
    bool is_any_latin1 = (record->repairs >> HC_REPAIR_LATIN1 & 1U) != 0;
    return is_any_latin1 ? hc_name_read(field, out) : field;
}

/* Nearly all ids differ: nothing is gained by looking for them. */
static int keep_id(hc_strings *strings, const hc_trace_record *record, hc_field field,
                   uint32_t *index, hc_error *error)
{
    char converted[HC_NAME_SIZE];
    hc_field id = text_of(record, field, converted);
    return hc_strings_append(strings, id.text, id.length, index, error);
}

static int intern(hc_strings *strings, const hc_trace_record *record, hc_field field,
                  uint32_t *index, hc_error *error)
{
    char converted[HC_NAME_SIZE];
    hc_field text = text_of(record, field, converted);
    return hc_strings_intern(strings, text.text, text.length, index, error);
}

/* A list of nodes is longer than a name. */
static int keep_nodes(hc_strings *strings, const hc_trace_record *record, uint32_t *index,
                      hc_error *error)
{
    hc_field nodes = record->recorded_nodes;
    char *converted = NULL;
    int status = 0;
    if (nodes.length == 0 || hc_text_is_utf8(nodes)) {
        return hc_strings_intern(strings, nodes.text, nodes.length, index, error);
    }
    converted = malloc(2 * nodes.length + 1);
    if (converted == NULL) {
        return hc_error_memory(error);
    }
    nodes = hc_text_from_latin1(nodes, converted);
    status = hc_strings_intern(strings, nodes.text, nodes.length, index, error);
    free(converted);
    return status;
}

static int keep_texts(hc_strings *strings, const hc_trace_record *record, hc_trace_job *job,
                      hc_error *error)
{
    if (keep_id(strings, record, record->id, &job->id, error) < 0 ||
        intern(strings, record, record->user, &job->user, error) < 0 ||
        intern(strings, record, record->group, &job->group, error) < 0 ||
        intern(strings, record, record->partition, &job->partition, error) < 0 ||
        intern(strings, record, record->kinds, &job->kinds, error) < 0 ||
        keep_id(strings, record, record->preceding, &job->preceding_id, error) < 0) {
        return -1;
    }
    return keep_nodes(strings, record, &job->nodes, error);
}

static void count_repairs(hc_import_report *report, uint32_t repairs)
{
    for (int repair = 0; repair < HC_REPAIR_COUNT; repair++) {
        report->repair_counts[repair] += (repairs >> repair) & 1U;
    }
}

static hc_trace_job job_of(const hc_trace_record *record)
{
    return (hc_trace_job){
        .submit = record->submit,
        .start = record->start,
        .end = record->end,
        .run_time = record->run_time,
        .requested_time = record->time_limit,
        .think_time = record->think_time,
        .cpu_milli = (uint64_t)record->cpu_milli,
        .memory_bytes = (uint64_t)record->memory_bytes,
        .line = record->line.number,
        .priority = (int32_t)record->priority,
        .gpu_count = (uint32_t)record->gpu_count,
        .gpu_milli = (uint16_t)record->gpu_milli,
        .outcome = (uint8_t)record->outcome,
        .is_single_node = record->is_single_node,
    };
}

static int keep(log_import *run, const hc_trace_record *record, hc_error *error)
{
    hc_job_trace *trace = run->trace;
    hc_trace_job job = job_of(record);
    if (keep_texts(trace->kept.strings, record, &job, error) < 0 ||
        hc_kept_jobs_add(&trace->kept, &job, error) < 0) {
        return -1;
    }
    count_repairs(&trace->report, record->repairs);
    trace->report.kept_count++;
    return 0;
}

static int take_usable(log_import *run, const hc_trace_record *record, hc_error *error)
{
    hc_filter_reason reason = HC_FILTER_BEFORE_FROM;
    if (!run->has_window) {
        if (hc_job_window_set(&run->window, run->options, &run->trace->facts, run->name, error) <
            0) {
            return -1;
        }
        run->has_window = true;
        run->trace->facts.from = run->window.has_from ? run->window.from : HC_TIME_MISSING;
    }
    if (!hc_job_window_admits(&run->window, record, &reason)) {
        run->trace->report.filter_counts[reason]++;
        return 0;
    }
    return keep(run, record, error);
}

static void note_order(log_import *run, const hc_trace_record *record)
{
    if (record->submit == HC_TIME_MISSING) {
        return;
    }
    if (record->submit < run->latest_submit) {
        run->trace->report.is_unsorted = true;
    }
    run->latest_submit = record->submit;
}

static bool is_over_limit(const log_import *run)
{
    const hc_import_report *report = &run->trace->report;
    return (double)hc_import_quarantined(report) / (double)report->row_count >
           run->options->quarantine_limit;
}

static bool is_hopeless(const log_import *run)
{
    const hc_import_report *report = &run->trace->report;
    return report->row_count >= HOPELESS_ROW_COUNT &&
           hc_import_quarantined(report) == report->row_count && is_over_limit(run);
}

static int take_row(log_import *run, hc_trace_record *record, hc_error *error)
{
    hc_import_report *report = &run->trace->report;
    report->row_count++;
    note_order(run, record);
    switch (hc_trace_record_judge(record)) {
    case HC_ROW_QUARANTINED:
        report->quarantine_counts[record->fault]++;
        hc_quarantine_add(run->quarantine, &record->line, record->fault);
        break;
    case HC_ROW_NEVER_RUN:
        report->never_run_count++;
        break;
    case HC_ROW_USABLE:
        return take_usable(run, record, error);
    }
    return 0;
}

static int take_rows(log_import *run, hc_error *error)
{
    while (!is_hopeless(run)) {
        hc_trace_record record;
        int status = run->reader->next(run->rows, &record, error);
        if (status <= 0) {
            return status;
        }
        if (take_row(run, &record, error) < 0) {
            return -1;
        }
    }
    return 0;
}

/* Judges the input as a whole. The list of quarantined rows is completed also when there are too many. */
static int judge(log_import *run, hc_error *error)
{
    int status = 0;
    if (run->trace->report.row_count == 0) {
        status = hc_error_set(error, HC_ERROR_TRACE, "%s: no job in it", run->name);
    } else if (is_over_limit(run)) {
        status = hc_quarantine_fail(run->quarantine, &run->trace->report,
                                    run->options->quarantine_limit, run->name, error);
    }
    return hc_quarantine_finish(run->quarantine, error) < 0 ? -1 : status;
}

static hc_time find_first_submit(const hc_kept_jobs *kept)
{
    hc_time first = kept->jobs[0].submit;
    for (size_t i = 1; i < kept->count; i++) {
        first = kept->jobs[i].submit < first ? kept->jobs[i].submit : first;
    }
    return first;
}

static int order_jobs(log_import *run, hc_error *error)
{
    hc_job_trace *trace = run->trace;
    hc_kept_jobs *kept = &trace->kept;
    hc_time base = 0;
    if (kept->count == 0) {
        return 0;
    }
    base = run->window.has_from ? run->window.from : find_first_submit(kept);
    if (hc_job_load_apply(kept, base, run->options->load) < 0) {
        return hc_error_set(error, HC_ERROR_TRACE,
                            "%s: load %g moves submissions beyond the latest time that can be held",
                            run->name, run->options->load);
    }
    if (hc_submission_order_sort(kept, error) < 0) {
        return -1;
    }
    trace->facts.first_submit = kept->jobs[0].submit;
    trace->facts.last_submit = kept->jobs[kept->count - 1].submit;
    trace->report.duplicate_count = hc_submission_order_count_duplicates(kept);
    hc_kept_jobs_trim(kept);
    return hc_kept_jobs_link(kept, &trace->report.repair_counts[HC_REPAIR_PREDECESSOR_UNKNOWN],
                             error);
}

static int import_rows(log_import *run, hc_input_file *input, hc_error *error)
{
    hc_job_trace *trace = run->trace;
    if (run->reader->open(&run->rows, input, run->options, &trace->facts, error) < 0 ||
        take_rows(run, error) < 0 || judge(run, error) < 0) {
        return -1;
    }
    trace->report.blank_line_count = run->reader->blank_line_count(run->rows);
    hc_input_file_sha256(input, trace->facts.sha256);
    return order_jobs(run, error);
}

static int check_options(const hc_trace_options *options, const char *name, hc_error *error)
{
    int status = 0;
    if (!(options->load >= HC_LOAD_MIN && options->load <= HC_LOAD_MAX)) {
        status = hc_error_set(error, HC_ERROR_USAGE, "%s: load: expected %g .. %g, got %g", name,
                              HC_LOAD_MIN, HC_LOAD_MAX, options->load);
    }
    if (!(options->quarantine_limit >= 0 && options->quarantine_limit <= 1)) {
        status = hc_error_set(error, HC_ERROR_USAGE,
                              "%s: limit of quarantined rows: expected a share of 0 .. 1, got %g",
                              name, options->quarantine_limit);
    }
    return status;
}

int hc_job_trace_read_input(hc_job_trace **out, const hc_trace_options *options,
                            hc_input_file *input, hc_error *error)
{
    int status = -1;
    log_import run = {
        .options = options,
        .name = hc_input_file_name(input),
        .reader = hc_trace_reader_of(options->format),
        .latest_submit = INT64_MIN,
    };
    if (check_options(options, run.name, error) < 0) {
        return -1;
    }
    if (create(&run.trace, options, error) < 0 ||
        hc_quarantine_open(&run.quarantine, options->quarantine_path, error) < 0 ||
        import_rows(&run, input, error) < 0) {
        goto cleanup;
    }
    assert(hc_import_report_check(&run.trace->report));
    *out = run.trace;
    run.trace = NULL;
    status = 0;
cleanup:
    run.reader->close(run.rows);
    hc_quarantine_destroy(run.quarantine);
    hc_job_trace_destroy(run.trace);
    return status;
}

/* The list of quarantined rows must not replace the log that it is about. */
static int check_paths(const hc_trace_options *options, hc_error *error)
{
    struct stat input;
    struct stat list;
    if (options->quarantine_path != NULL && stat(options->path, &input) == 0 &&
        stat(options->quarantine_path, &list) == 0 && S_ISREG(input.st_mode) &&
        input.st_dev == list.st_dev && input.st_ino == list.st_ino) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "%s: the list of quarantined rows would overwrite the trace",
                            options->path);
    }
    return 0;
}

int hc_job_trace_read(hc_job_trace **out, const hc_trace_options *options, hc_error *error)
{
    int status = -1;
    hc_input_file *input = NULL;
    if (check_paths(options, error) < 0 || hc_input_file_open(&input, options->path, error) < 0) {
        return -1;
    }
    status = hc_job_trace_read_input(out, options, input, error);
    hc_input_file_close(input);
    return status;
}

size_t hc_job_trace_count(const hc_job_trace *trace)
{
    return trace->kept.count;
}

hc_trace_job hc_job_trace_job(const hc_job_trace *trace, size_t index)
{
    return hc_kept_jobs_get(&trace->kept, index);
}

const char *hc_job_trace_string(const hc_job_trace *trace, uint32_t index)
{
    return hc_strings_text(trace->kept.strings, index);
}

const hc_import_report *hc_job_trace_report(const hc_job_trace *trace)
{
    return &trace->report;
}

const hc_trace_facts *hc_job_trace_facts(const hc_job_trace *trace)
{
    return &trace->facts;
}

static bool check_job(const hc_trace_job *job)
{
    bool has_start = job->start != HC_TIME_MISSING;
    bool has_end = job->end != HC_TIME_MISSING;
    return job->run_time >= 0 && job->time_limit >= job->run_time && job->gpu_milli >= 1 &&
           job->gpu_milli <= HC_WHOLE_GPU &&
           (job->gpu_milli == HC_WHOLE_GPU || job->gpu_count == 1) &&
           (!has_start || (job->start >= job->submit && has_end)) &&
           (!has_start || job->end - job->start == job->run_time) && job->line > 0;
}

static bool check_text(const hc_job_trace *trace, uint32_t index)
{
    const char *text = hc_job_trace_string(trace, index);
    return hc_name_judge((hc_field){text, strlen(text)}) == HC_NAME_UTF8;
}

static bool check_texts(const hc_job_trace *trace, const hc_trace_job *job)
{
    const char *nodes = hc_job_trace_string(trace, job->nodes);
    return check_text(trace, job->id) && check_text(trace, job->user) &&
           check_text(trace, job->group) && check_text(trace, job->partition) &&
           check_text(trace, job->kinds) && check_text(trace, job->preceding_id) &&
           hc_text_is_utf8((hc_field){nodes, strlen(nodes)});
}

/* A job follows one before it, of the id that it names, and its think time is known then. */
static bool check_link(const hc_job_trace *trace, size_t index, const hc_trace_job *job)
{
    hc_trace_job before;
    if (job->preceding == HC_NO_INDEX) {
        return true;
    }
    if (job->preceding >= index || job->think_time < 0) {
        return false;
    }
    before = hc_job_trace_job(trace, job->preceding);
    return strcmp(hc_job_trace_string(trace, before.id),
                  hc_job_trace_string(trace, job->preceding_id)) == 0;
}

bool hc_job_trace_check(const hc_job_trace *trace)
{
    const hc_kept_jobs *kept = &trace->kept;
    for (size_t i = 0; i < kept->count; i++) {
        hc_trace_job job = hc_kept_jobs_get(kept, i);
        if (!check_job(&job) || !check_texts(trace, &job) || !check_link(trace, i, &job) ||
            (i > 0 && hc_submission_order_compare(kept, i - 1, i) > 0)) {
            return false;
        }
    }
    return hc_import_report_check(&trace->report) && trace->report.kept_count == kept->count;
}
