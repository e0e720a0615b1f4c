#include "traces/trace_keys.h"

#include <string.h>

static const hc_key WORKLOAD[] = {
    {.path = "workload",
     .type = HC_KEY_MAP,
     .help = "Which jobs are submitted: traces, or synthetic ones; required but for a federation "
             "whose sites all have one"},
    {.path = "workload.traces",
     .type = HC_KEY_LIST,
     .minimum = 1,
     .maximum = 1024,
     .help = "Job logs of real clusters"},
    {.path = "workload.traces[]", .type = HC_KEY_MAP, .help = "One log"},
    {.path = "workload.traces[].file",
     .type = HC_KEY_PATH,
     .is_required = true,
     .help = "The log, plain or .gz"},
    {.path = "workload.traces[].format",
     .type = HC_KEY_CHOICE,
     .is_required = true,
     .choices = "swf|csv|philly-sia|helios|openb|helios-log|acme-seren|acme-kalos|lingjun-rfold|"
                "philly|pai|hindcast",
     .help = "What the log looks like"},
    {.path = "workload.traces[].columns",
     .type = HC_KEY_MAP,
     .help = "For csv: what the columns are called in the file; absent: as the keys here"},
    {.path = "workload.traces[].columns.job_id", .type = HC_KEY_TEXT, .help = "Id of the job"},
    {.path = "workload.traces[].columns.submit",
     .type = HC_KEY_TEXT,
     .help = "When it was submitted: seconds, or dates"},
    {.path = "workload.traces[].columns.start", .type = HC_KEY_TEXT, .help = "When it started"},
    {.path = "workload.traces[].columns.end", .type = HC_KEY_TEXT, .help = "When it ended"},
    {.path = "workload.traces[].columns.runtime",
     .type = HC_KEY_TEXT,
     .help = "How long it ran, seconds; absent: end less start"},
    {.path = "workload.traces[].columns.time_limit",
     .type = HC_KEY_TEXT,
     .help = "How long it asked for, seconds"},
    {.path = "workload.traces[].columns.gpus",
     .type = HC_KEY_TEXT,
     .help = "GPUs it had; a fraction below 1 shares one"},
    {.path = "workload.traces[].columns.gpu_kind",
     .type = HC_KEY_TEXT,
     .help = "Kinds of GPU it may use, joined by |"},
    {.path = "workload.traces[].columns.cpus", .type = HC_KEY_TEXT, .help = "Cores it had"},
    {.path = "workload.traces[].columns.memory",
     .type = HC_KEY_TEXT,
     .help = "Host memory it had, bytes or with unit"},
    {.path = "workload.traces[].columns.user", .type = HC_KEY_TEXT, .help = "Who submitted it"},
    {.path = "workload.traces[].columns.group",
     .type = HC_KEY_TEXT,
     .help = "Group, account or virtual cluster"},
    {.path = "workload.traces[].columns.partition",
     .type = HC_KEY_TEXT,
     .help = "Partition it went to"},
    {.path = "workload.traces[].columns.status", .type = HC_KEY_TEXT, .help = "How it ended"},
    {.path = "workload.traces[].columns.priority",
     .type = HC_KEY_TEXT,
     .help = "Whole number; higher goes first"},
    {.path = "workload.traces[].columns.depends_on",
     .type = HC_KEY_TEXT,
     .help = "Id of the job whose end it waited for before it was submitted"},
    {.path = "workload.traces[].columns.think_time",
     .type = HC_KEY_TEXT,
     .help = "Seconds from that end to the submission"},
    {.path = "workload.traces[].columns.nodes",
     .type = HC_KEY_TEXT,
     .help = "Nodes it ran on: name:gpus+name:gpus"},
    {.path = "workload.traces[].columns.single_node",
     .type = HC_KEY_TEXT,
     .help = "Whether it must not span nodes: true or false"},
    {.path = "workload.traces[].from",
     .type = HC_KEY_INSTANT,
     .help = "Begin of the simulation; earlier jobs are left out"},
    {.path = "workload.traces[].to",
     .type = HC_KEY_INSTANT,
     .help = "Jobs submitted at or after it are left out"},
    {.path = "workload.traces[].load",
     .type = HC_KEY_REAL,
     .minimum = 0.001,
     .maximum = 1000,
     .fallback = "1",
     .help = "Gaps between submissions are divided by it"},
    {.path = "workload.traces[].size",
     .type = HC_KEY_CHOICE,
     .fallback = "requested_first",
     .choices = "requested_first|allocated_first",
     .help = "For swf: which of the two fields is the size of a job when both are given"},
    {.path = "workload.traces[].licence",
     .type = HC_KEY_TEXT,
     .fallback = "NOASSERTION",
     .help = "SPDX id of the log's licence, for the record"},
    {.path = "workload.warm_start",
     .type = HC_KEY_BOOLEAN,
     .fallback = "false",
     .help = "Jobs that ran or waited at `from` run or wait at the begin"},
    {.path = "workload.dependencies",
     .type = HC_KEY_CHOICE,
     .fallback = "ignore",
     .choices = "ignore|follow",
     .help =
         "Jobs that waited for another one before they were submitted: as recorded, or once that "
         "one has left in the simulation and their think time has passed (closed loop)"},
    {.path = "workload.warmup",
     .type = HC_KEY_DURATION,
     .maximum = 1e9,
     .fallback = "0s",
     .help = "Jobs submitted in this span after the begin do not count in the metrics"},
    {.path = "workload.cpu_jobs",
     .type = HC_KEY_CHOICE,
     .fallback = "leave_out",
     .choices = "leave_out|run",
     .help = "What to do with jobs that ask for no GPU"},
    {.path = "workload.quarantine_limit",
     .type = HC_KEY_REAL,
     .maximum = 1,
     .fallback = "5 %",
     .help = "Largest share of rows that may be unusable"},
};

static const hc_key NODES_FROM[] = {
    {.path = "cluster.nodes_from", .type = HC_KEY_MAP, .help = "Nodes listed in a file"},
    {.path = "cluster.nodes_from.file",
     .type = HC_KEY_PATH,
     .is_required = true,
     .help = "The list"},
    {.path = "cluster.nodes_from.format",
     .type = HC_KEY_CHOICE,
     .is_required = true,
     .choices = "openb",
     .help = "What it looks like: openb is sn,cpu_milli,memory_mib,gpu,model"},
};

static const hc_key OUTPUT[] = {
    {.path = "output", .type = HC_KEY_MAP, .help = "What the run file holds"},
    {.path = "output.events",
     .type = HC_KEY_CHOICE,
     .fallback = "jobs",
     .choices = "none|jobs|all",
     .help = "Rows of the table events: none, what happens to jobs, scheduling passes as well"},
    {.path = "output.sample",
     .type = HC_KEY_DURATION,
     .maximum = 1e9,
     .fallback = "10min",
     .help = "Interval of the table series; 0s: no samples"},
};

#define TABLE(keys)                            \
    {                                          \
        keys, sizeof(keys) / sizeof((keys)[0]) \
    }

const hc_key_table hc_workload_keys = TABLE(WORKLOAD);
const hc_key_table hc_nodes_from_keys = TABLE(NODES_FROM);
const hc_key_table hc_output_keys = TABLE(OUTPUT);

static int read_columns(hc_trace_options *out, const hc_value *trace, hc_error *error)
{
    const hc_value *columns = hc_value_get(trace, "columns");
    if (out->format != HC_FORMAT_CSV) {
        return columns == NULL
                   ? 0
                   : hc_value_error(columns, error, "only format csv has a map of columns");
    }
    for (int i = 0; columns != NULL && i < HC_COLUMN_COUNT; i++) {
        const hc_value *name = hc_value_get(columns, hc_column_name((hc_column)i));
        out->columns[i] = name == NULL ? NULL : hc_value_text(name);
    }
    return 0;
}

static void read_bounds(hc_trace_options *out, const hc_value *trace)
{
    const hc_value *from = hc_value_get(trace, "from");
    const hc_value *to = hc_value_get(trace, "to");
    out->has_from = from != NULL;
    out->has_to = to != NULL;
    out->from = from == NULL ? 0 : hc_value_instant(from, &out->is_from_civil);
    out->to = to == NULL ? 0 : hc_value_instant(to, &out->is_to_civil);
}

/* The facts of a trace have room for an SPDX id, not for a licence. */
static int check_licence(const hc_value *licence, hc_error *error)
{
    size_t limit = sizeof((hc_trace_facts *)NULL)->licence - 1;
    size_t length = strlen(hc_value_text(licence));
    return length <= limit
               ? 0
               : hc_value_error(licence, error,
                                "expected an SPDX id of at most %zu bytes, got %zu bytes", limit,
                                length);
}

int hc_trace_options_read(hc_trace_options *out, const hc_value *trace, const hc_value *workload,
                          hc_error *error)
{
    int status = 0;
    *out = (hc_trace_options){
        .format = (hc_trace_format)hc_value_choice(hc_value_get(trace, "format")),
        .licence = hc_value_text(hc_value_get(trace, "licence")),
        .size_preference = (int)hc_value_choice(hc_value_get(trace, "size")),
        .is_warm_start = hc_value_boolean(hc_value_get(workload, "warm_start")),
        .keeps_cpu_jobs = hc_value_choice(hc_value_get(workload, "cpu_jobs")) == 1,
        .load = hc_value_real(hc_value_get(trace, "load")),
        .quarantine_limit = hc_value_real(hc_value_get(workload, "quarantine_limit")),
    };
    read_bounds(out, trace);
    if (read_columns(out, trace, error) < 0) {
        status = -1;
    }
    return check_licence(hc_value_get(trace, "licence"), error) < 0 ? -1 : status;
}
