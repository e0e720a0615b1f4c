#include "traces/column_reader.h"
#include "traces/trace_reader.h"

#include "sim/int128.h"

/* Microsoft Philly (ATC'19), as reduced for the evaluation of Sia: one row per job with the time of submission
 * (naive local time), the run time and GPU time in seconds, and the virtual cluster. No ids, not sorted. */

enum { TIMESTAMP = 0, DURATION, NUM_GPUS, GPU_TIME, CLUSTER, COLUMN_COUNT };

static const char *const NAMES[COLUMN_COUNT] = {
    [TIMESTAMP] = "timestamp", [DURATION] = "duration", [NUM_GPUS] = "num_gpus",
    [GPU_TIME] = "gpu_time",   [CLUSTER] = "cluster",
};

static int open_philly(void **self, hc_input_file *input, const hc_trace_options *options,
                       hc_trace_facts *facts, hc_error *error)
{
    hc_column_reader *reader = NULL;
    (void)options;
    if (hc_column_reader_open(&reader, input, NAMES, COLUMN_COUNT, NULL, error) < 0) {
        return -1;
    }
    facts->clock = HC_CLOCK_CIVIL;
    *self = reader;
    return 0;
}

/* GPU time is run time x GPUs; where it is not, the run time stands. */
static void check_gpu_time(hc_trace_record *record, hc_time gpu_time)
{
    if (gpu_time != HC_TIME_MISSING && record->run_time != HC_TIME_MISSING &&
        (hc_int128)record->run_time * record->gpu_count != gpu_time) {
        hc_trace_record_repair(record, HC_REPAIR_TIMES_DISAGREE);
    }
}

static void read_job(const hc_column_reader *reader, hc_trace_record *out)
{
    out->submit = hc_trace_record_date(out, hc_column_reader_field(reader, TIMESTAMP));
    out->run_time = hc_trace_record_seconds(out, hc_column_reader_field(reader, DURATION));
    out->gpu_count =
        hc_trace_record_whole(out, hc_column_reader_field(reader, NUM_GPUS), HC_SIZE_MISSING);
    out->group = hc_column_reader_field(reader, CLUSTER);
    out->partition = out->group;
    check_gpu_time(out, hc_trace_record_seconds(out, hc_column_reader_field(reader, GPU_TIME)));
}

static int next_job(void *self, hc_trace_record *out, hc_error *error)
{
    return hc_column_reader_next_job(self, out, read_job, error);
}

const hc_trace_reader hc_philly_sia_reader = {
    .name = "philly-sia",
    .open = open_philly,
    .next = next_job,
    .blank_line_count = hc_column_reader_blank_line_count,
    .close = hc_column_reader_close,
};
