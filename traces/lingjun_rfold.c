#include "traces/column_reader.h"
#include "traces/trace_reader.h"

/* Alibaba Lingjun 2023 (Crux, SIGCOMM'24) as reduced for RFold: one row per job in seconds from an unknown zero,
 * on a grid of minutes, so that many jobs ran for 0 s. The header row begins with '#'. The shape is that of the
 * GPUs on a torus, the plain size where the topology is CLOS. */

enum { JOB_ID = 0, ARRIVAL, SIZE, DURATION, COLUMN_COUNT };

static const char *const NAMES[COLUMN_COUNT] = {
    [JOB_ID] = "#job id",
    [ARRIVAL] = "arrival time (sec)",
    [SIZE] = "size",
    [DURATION] = "duration (sec)",
};

static int open_list(void **self, hc_input_file *input, const hc_trace_options *options,
                     hc_trace_facts *facts, hc_error *error)
{
    hc_column_reader *reader = NULL;
    (void)options;
    (void)facts;
    if (hc_column_reader_open(&reader, input, NAMES, COLUMN_COUNT, NULL, error) < 0) {
        return -1;
    }
    *self = reader;
    return 0;
}

static void read_job(const hc_column_reader *reader, hc_trace_record *out)
{
    out->needs_id = true;
    out->id = hc_column_reader_field(reader, JOB_ID);
    out->submit = hc_trace_record_seconds(out, hc_column_reader_field(reader, ARRIVAL));
    out->run_time = hc_trace_record_seconds(out, hc_column_reader_field(reader, DURATION));
    out->gpu_count =
        hc_trace_record_whole(out, hc_column_reader_field(reader, SIZE), HC_SIZE_MISSING);
}

static int next_job(void *self, hc_trace_record *out, hc_error *error)
{
    int status = hc_column_reader_next(self, out, error);
    if (status == 1 && !out->has_fault) {
        read_job(self, out);
    }
    return status;
}

const hc_trace_reader hc_lingjun_rfold_reader = {
    .name = "lingjun-rfold",
    .open = open_list,
    .next = next_job,
    .blank_line_count = hc_column_reader_blank_line_count,
    .close = hc_column_reader_close,
};
