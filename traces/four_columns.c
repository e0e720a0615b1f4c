#include "traces/column_reader.h"
#include "traces/trace_reader.h"

/* Job lists reduced to four columns, one row per job, in seconds from an unknown zero:
 *
 * helios: SenseTime Helios (SC'21) and Alibaba PAI (NSDI'22). The run times of the published lists are clamped at
 * 172,800 s.
 * lingjun-rfold: Alibaba Lingjun 2023 (Crux, SIGCOMM'24) as reduced for RFold, on a grid of minutes, so that many
 * jobs ran for 0 s. The header row begins with '#'. The shape is that of the GPUs on a torus, the plain size where
 * the topology is CLOS. */

enum { JOB_ID = 0, ARRIVAL, SERVICE, GPU_COUNT, COLUMN_COUNT };

static const char *const HELIOS[COLUMN_COUNT] = {
    [JOB_ID] = "job_id",
    [ARRIVAL] = "arrival_s",
    [SERVICE] = "service_sec",
    [GPU_COUNT] = "gpu_count",
};

static const char *const LINGJUN[COLUMN_COUNT] = {
    [JOB_ID] = "#job id",
    [ARRIVAL] = "arrival time (sec)",
    [SERVICE] = "duration (sec)",
    [GPU_COUNT] = "size",
};

static const char HELIOS_HINT[] =
    "format helios is a list of these four columns; a cluster_log.csv of Helios is read as format "
    "helios-log";

static int open_list(void **self, hc_input_file *input, const char *const *names, const char *hint,
                     hc_error *error)
{
    hc_column_reader *reader = NULL;
    if (hc_column_reader_open(&reader, input, names, COLUMN_COUNT, hint, error) < 0) {
        return -1;
    }
    *self = reader;
    return 0;
}

static int open_helios(void **self, hc_input_file *input, const hc_trace_options *options,
                       hc_trace_facts *facts, hc_error *error)
{
    (void)options;
    (void)facts;
    return open_list(self, input, HELIOS, HELIOS_HINT, error);
}

static int open_lingjun(void **self, hc_input_file *input, const hc_trace_options *options,
                        hc_trace_facts *facts, hc_error *error)
{
    (void)options;
    (void)facts;
    return open_list(self, input, LINGJUN, NULL, error);
}

static void read_job(const hc_column_reader *reader, hc_trace_record *out)
{
    out->needs_id = true;
    out->id = hc_column_reader_field(reader, JOB_ID);
    out->submit = hc_trace_record_seconds(out, hc_column_reader_field(reader, ARRIVAL));
    out->run_time = hc_trace_record_seconds(out, hc_column_reader_field(reader, SERVICE));
    out->gpu_count =
        hc_trace_record_whole(out, hc_column_reader_field(reader, GPU_COUNT), HC_SIZE_MISSING);
}

static int next_job(void *self, hc_trace_record *out, hc_error *error)
{
    return hc_column_reader_next_job(self, out, read_job, error);
}

const hc_trace_reader hc_helios_reader = {
    .name = "helios",
    .open = open_helios,
    .next = next_job,
    .blank_line_count = hc_column_reader_blank_line_count,
    .close = hc_column_reader_close,
};

const hc_trace_reader hc_lingjun_rfold_reader = {
    .name = "lingjun-rfold",
    .open = open_lingjun,
    .next = next_job,
    .blank_line_count = hc_column_reader_blank_line_count,
    .close = hc_column_reader_close,
};
