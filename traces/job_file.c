#include "traces/job_file.h"

#include "traces/job_file_rows.h"
#include "traces/run/column_rows.h"
#include "traces/run/plain_table.h"

#include <inttypes.h>
#include <stdio.h>

#define ROW hc_job_file_row

/* clang-format off */
static const hc_row_field FIELDS[] = {
    HC_LIST_TEXT(ROW, job_id, "job_id", "id as in the log; empty where it has none"),
    HC_LIST_NUMBER(ROW, submit, "submit_ns", INT64, "ns", "submitted, on the clock of the log"),
    HC_LIST_OPTIONAL(ROW, start, "start_ns", INT64, "ns", "start"),
    HC_LIST_OPTIONAL(ROW, end, "end_ns", INT64, "ns", "end"),
    HC_LIST_NUMBER(ROW, run_time, "run_time_ns", INT64, "ns", "how long it ran"),
    HC_LIST_OPTIONAL(ROW, requested_time, "requested_ns", INT64, "ns", "run time that was asked for"),
    HC_LIST_OPTIONAL(ROW, think_time, "think_time_ns", INT64, "ns", "from the end of depends_on to the submission"),
    HC_LIST_NUMBER(ROW, gpus, "gpus", UINT32, "GPUs", "GPUs"),
    HC_LIST_NUMBER(ROW, gpu_milli, "gpu_milli", UINT16, "thousandths of a GPU", "share of each of them"),
    HC_LIST_NUMBER(ROW, cpu_milli, "cpu_milli", UINT64, "thousandths of a core", "CPU, whole job"),
    HC_LIST_NUMBER(ROW, memory_bytes, "memory_bytes", UINT64, "bytes", "host memory, whole job"),
    HC_LIST_NUMBER(ROW, is_single_node, "is_single_node", BOOLEAN, "true or false", "must not span nodes"),
    HC_LIST_NUMBER(ROW, priority, "priority", INT32, "number", "higher goes first"),
    HC_LIST_ENUMERATION(ROW, outcome, "outcome", hc_outcome_names, "how it ended"),
    HC_LIST_TEXT(ROW, user, "user", "who submitted it"),
    HC_LIST_TEXT(ROW, group, "group", "group, account or virtual cluster"),
    HC_LIST_TEXT(ROW, partition, "partition", "partition"),
    HC_LIST_TEXT(ROW, gpu_kind, "gpu_kind", "kinds of GPU that it may use, joined by |"),
    HC_LIST_TEXT(ROW, depends_on, "depends_on", "id of the job whose end it waited for"),
    HC_LIST_TEXT(ROW, nodes, "nodes", "where it ran: name:gpus+name:gpus"),
};
/* clang-format on */

const hc_table_info hc_job_file_table = {
    .name = "jobs",
    .title = "Jobs of a log, in the order of submission",
    .row_size = sizeof(ROW),
    .fields = FIELDS,
    .field_count = sizeof FIELDS / sizeof FIELDS[0],
};

static void fill_row(const void *self, uint64_t index, void *out)
{
    const hc_job_trace *trace = self;
    hc_trace_job job = hc_job_trace_job(trace, (size_t)index);
    *(ROW *)out = (ROW){
        .submit = job.submit,
        .start = job.start,
        .end = job.end,
        .run_time = job.run_time,
        .requested_time = job.requested_time,
        .think_time = job.think_time,
        .cpu_milli = job.cpu_milli,
        .memory_bytes = job.memory_bytes,
        .gpus = job.gpu_count,
        .priority = job.priority,
        .gpu_milli = job.gpu_milli,
        .outcome = job.outcome,
        .is_single_node = job.is_single_node,
        .job_id = hc_job_trace_string(trace, job.id),
        .user = hc_job_trace_string(trace, job.user),
        .group = hc_job_trace_string(trace, job.group),
        .partition = hc_job_trace_string(trace, job.partition),
        .gpu_kind = hc_job_trace_string(trace, job.kinds),
        .depends_on = hc_job_trace_string(trace, job.preceding_id),
        .nodes = hc_job_trace_string(trace, job.nodes),
    };
}

int hc_job_file_write_hdf5(const hc_job_trace *trace, const char *path, bool may_replace,
                           hc_error *error)
{
    const hc_trace_facts *facts = hc_job_trace_facts(trace);
    char zero[32];
    char processors[32];
    const hc_text_item items[] = {
        {"generator", "hindcast"},        {"clock", hc_clock_name(facts->clock)},
        {"unix_zero_seconds", zero},      {"zone", facts->zone},
        {"processors", processors},       {"source_format", hc_trace_format_name(facts->format)},
        {"source_sha256", facts->sha256}, {"licence", facts->licence},
    };
    hc_plain_table table = {
        .info = &hc_job_file_table,
        .row_count = hc_job_trace_count(trace),
        .row = fill_row,
        .self = trace,
    };
    const hc_plain_file file = {
        .format = HC_JOB_FILE_FORMAT,
        .tables = &table,
        .table_count = 1,
        .items = items,
        .item_count = sizeof items / sizeof items[0],
    };
    (void)snprintf(zero, sizeof zero, "%" PRId64, facts->unix_zero_seconds);
    (void)snprintf(processors, sizeof processors, "%" PRIu64, facts->header_processors);
    return hc_plain_table_measure(&table, path, error) < 0
               ? -1
               : hc_plain_file_write(&file, path, may_replace, error);
}
