#include "traces/column_reader.h"
#include "traces/status_word.h"
#include "traces/trace_reader.h"

#include "sim/int128.h"

#include <stdio.h>

/* The logs that SenseTime (Helios, SC'21) and Shanghai AI Lab (Acme Seren and Kalos, NSDI'24) published as CSV:
 * one row per job with dates; duration, queue and GPU time follow from them and are checked. */

enum {
    JOB_ID = 0,
    USER,
    VC,
    GPU_NUM,
    CPU_NUM,
    NODE_NUM,
    MEMORY_PER_POD,
    STATE,
    SUBMIT,
    START,
    END,
    DURATION,
    QUEUE,
    GPU_TIME,
    COLUMN_COUNT
};

#define SHARED_COLUMNS                                                                            \
    [JOB_ID] = "job_id", [USER] = "user", [GPU_NUM] = "gpu_num", [CPU_NUM] = "cpu_num",           \
    [NODE_NUM] = "node_num", [STATE] = "state", [SUBMIT] = "submit_time", [START] = "start_time", \
    [END] = "end_time", [DURATION] = "duration", [QUEUE] = "queue"

static const char *const HELIOS[COLUMN_COUNT] = {SHARED_COLUMNS, [VC] = "vc"};
static const char *const SEREN[COLUMN_COUNT] = {SHARED_COLUMNS, [GPU_TIME] = "gpu_time"};
static const char *const KALOS[COLUMN_COUNT] = {
    SHARED_COLUMNS, [GPU_TIME] = "gpu_time", [MEMORY_PER_POD] = "mem_per_pod_GB"};

static const char HELIOS_HINT[] =
    "format helios-log is a cluster_log.csv of Helios; lists with the columns job_id, arrival_s, "
    "service_sec, gpu_count are read as format helios, logs of Acme as acme-seren and acme-kalos";
static const char SEREN_HINT[] =
    "format acme-seren is trace_seren.csv of Acme; trace_kalos.csv is read as format acme-kalos, a "
    "cluster_log.csv of Helios as helios-log";
static const char KALOS_HINT[] =
    "format acme-kalos is trace_kalos.csv of Acme; trace_seren.csv is read as format acme-seren, a "
    "cluster_log.csv of Helios as helios-log";

static int open_log(void **self, hc_input_file *input, const char *const *names, const char *hint,
                    hc_trace_facts *facts, hc_error *error)
{
    hc_column_reader *reader = NULL;
    if (hc_column_reader_open(&reader, input, names, COLUMN_COUNT, hint, error) < 0) {
        return -1;
    }
    facts->clock = HC_CLOCK_CIVIL;
    *self = reader;
    return 0;
}

/* Dates without a zone: local time, kept as it is. */
static int open_helios(void **self, hc_input_file *input, const hc_trace_options *options,
                       hc_trace_facts *facts, hc_error *error)
{
    (void)options;
    return open_log(self, input, HELIOS, HELIOS_HINT, facts, error);
}

/* Dates with their offset (+08:00 Seren, +00:00 Kalos), which is subtracted. */
static int open_acme(void **self, hc_input_file *input, const char *const *names, const char *hint,
                     hc_trace_facts *facts, hc_error *error)
{
    (void)snprintf(facts->zone, sizeof facts->zone, "UTC");
    return open_log(self, input, names, hint, facts, error);
}

static int open_seren(void **self, hc_input_file *input, const hc_trace_options *options,
                      hc_trace_facts *facts, hc_error *error)
{
    (void)options;
    return open_acme(self, input, SEREN, SEREN_HINT, facts, error);
}

static int open_kalos(void **self, hc_input_file *input, const hc_trace_options *options,
                      hc_trace_facts *facts, hc_error *error)
{
    (void)options;
    return open_acme(self, input, KALOS, KALOS_HINT, facts, error);
}

static void read_times(const hc_column_reader *reader, hc_trace_record *out)
{
    out->submit = hc_trace_record_date(out, hc_column_reader_field(reader, SUBMIT));
    out->start = hc_trace_record_date(out, hc_column_reader_field(reader, START));
    out->end = hc_trace_record_date(out, hc_column_reader_field(reader, END));
    out->run_time = hc_trace_record_seconds(out, hc_column_reader_field(reader, DURATION));
}

/* The time stamps stand; the judge compares the duration with them, we compare the rest. In Kalos the duration
 * counts from the submission, so that it disagrees in every job that waited. */
static void check_times(const hc_column_reader *reader, hc_trace_record *out)
{
    hc_time wait = hc_trace_record_seconds(out, hc_column_reader_field(reader, QUEUE));
    hc_time gpu_time = hc_trace_record_seconds(out, hc_column_reader_field(reader, GPU_TIME));
    bool has_start = out->start != HC_TIME_MISSING && out->submit != HC_TIME_MISSING;
    bool has_end = out->start != HC_TIME_MISSING && out->end != HC_TIME_MISSING;
    if (has_start && wait != HC_TIME_MISSING && out->start - out->submit != wait) {
        hc_trace_record_repair(out, HC_REPAIR_TIMES_DISAGREE);
    }
    if (has_end && gpu_time != HC_TIME_MISSING &&
        (hc_int128)(out->end - out->start) * out->gpu_count != gpu_time) {
        hc_trace_record_repair(out, HC_REPAIR_TIMES_DISAGREE);
    }
}

/* A pod per node, its memory in GB: the nine decimals of hc_trace_record_seconds are bytes. */
static void read_memory(const hc_column_reader *reader, hc_trace_record *out, int64_t node_count)
{
    int64_t pod_bytes =
        hc_trace_record_seconds(out, hc_column_reader_field(reader, MEMORY_PER_POD));
    int64_t pod_count = node_count > 0 ? node_count : 1;
    if (pod_bytes != HC_TIME_MISSING &&
        __builtin_mul_overflow(pod_bytes, pod_count, &out->memory_bytes)) {
        hc_trace_record_fail(out, HC_QUARANTINE_OUT_OF_RANGE);
    }
}

static void read_request(const hc_column_reader *reader, hc_trace_record *out)
{
    int64_t node_count = hc_trace_record_whole(out, hc_column_reader_field(reader, NODE_NUM), 0);
    out->gpu_count =
        hc_trace_record_whole(out, hc_column_reader_field(reader, GPU_NUM), HC_SIZE_MISSING);
    out->cpu_milli = hc_trace_record_milli(out, hc_column_reader_field(reader, CPU_NUM), 0);
    read_memory(reader, out, node_count);
}

static void read_job(const hc_column_reader *reader, hc_trace_record *out)
{
    hc_field state = hc_column_reader_field(reader, STATE);
    out->needs_id = true;
    out->id = hc_column_reader_field(reader, JOB_ID);
    out->user = hc_column_reader_field(reader, USER);
    out->group = hc_column_reader_field(reader, VC);
    out->partition = out->group;
    out->outcome = hc_status_outcome(state);
    read_request(reader, out);
    read_times(reader, out);
    check_times(reader, out);
    out->is_never_run = out->start == HC_TIME_MISSING && out->run_time == HC_TIME_MISSING &&
                        (out->outcome == HC_OUTCOME_CANCELLED || hc_status_is_waiting(state));
}

static int next_job(void *self, hc_trace_record *out, hc_error *error)
{
    return hc_column_reader_next_job(self, out, read_job, error);
}

const hc_trace_reader hc_helios_log_reader = {
    .name = "helios-log",
    .open = open_helios,
    .next = next_job,
    .blank_line_count = hc_column_reader_blank_line_count,
    .close = hc_column_reader_close,
};

const hc_trace_reader hc_acme_seren_reader = {
    .name = "acme-seren",
    .open = open_seren,
    .next = next_job,
    .blank_line_count = hc_column_reader_blank_line_count,
    .close = hc_column_reader_close,
};

const hc_trace_reader hc_acme_kalos_reader = {
    .name = "acme-kalos",
    .open = open_kalos,
    .next = next_job,
    .blank_line_count = hc_column_reader_blank_line_count,
    .close = hc_column_reader_close,
};
