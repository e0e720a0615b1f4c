#include "traces/column_reader.h"
#include "traces/trace_reader.h"

/* Alibaba cluster-trace-gpu-v2023 (openb; FGD, ATC'23): Kubernetes pods with parts of GPUs, seconds from an
 * unknown zero. Every pod stays on one node. */

enum {
    NAME = 0,
    CPU_MILLI,
    MEMORY_MIB,
    NUM_GPU,
    GPU_MILLI,
    GPU_SPEC,
    QOS,
    POD_PHASE,
    CREATION_TIME,
    DELETION_TIME,
    SCHEDULED_TIME,
    COLUMN_COUNT
};

static const char *const NAMES[COLUMN_COUNT] = {
    [NAME] = "name",
    [CPU_MILLI] = "cpu_milli",
    [MEMORY_MIB] = "memory_mib",
    [NUM_GPU] = "num_gpu",
    [GPU_MILLI] = "gpu_milli",
    [GPU_SPEC] = "gpu_spec",
    [QOS] = "qos",
    [POD_PHASE] = "pod_phase",
    [CREATION_TIME] = "creation_time",
    [DELETION_TIME] = "deletion_time",
    [SCHEDULED_TIME] = "scheduled_time",
};

static const char HINT[] =
    "some lists of openb pods are published without times (multigpu50 among them): "
    "nothing says when those pods came or how long they ran, so they cannot "
    "be replayed";

static int open_openb(void **self, hc_input_file *input, const hc_trace_options *options,
                      hc_trace_facts *facts, hc_error *error)
{
    hc_column_reader *reader = NULL;
    (void)options;
    (void)facts;
    if (hc_column_reader_open(&reader, input, NAMES, COLUMN_COUNT, HINT, error) < 0) {
        return -1;
    }
    *self = reader;
    return 0;
}

static void read_request(const hc_column_reader *reader, hc_trace_record *out)
{
    int64_t memory_mib = hc_trace_record_whole(out, hc_column_reader_field(reader, MEMORY_MIB), 0);
    out->cpu_milli = hc_trace_record_whole(out, hc_column_reader_field(reader, CPU_MILLI), 0);
    if (__builtin_mul_overflow(memory_mib, INT64_C(1) << 20, &out->memory_bytes)) {
        hc_trace_record_fail(out, HC_QUARANTINE_OUT_OF_RANGE);
    }
    out->gpu_count =
        hc_trace_record_whole(out, hc_column_reader_field(reader, NUM_GPU), HC_SIZE_MISSING);
    out->gpu_milli = hc_trace_record_whole(out, hc_column_reader_field(reader, GPU_MILLI), 0);
    if (out->gpu_count == 0) {
        out->gpu_milli = HC_WHOLE_GPU; /* of none */
    }
    out->kinds = hc_column_reader_field(reader, GPU_SPEC);
    out->is_single_node = true;
}

/* Pods that were running when the log was taken have a time of deletion all the same: they count as
 * completed. */
static hc_outcome read_phase(hc_field phase)
{
    if (hc_field_equals(phase, "Running") || hc_field_equals(phase, "Succeeded")) {
        return HC_OUTCOME_COMPLETED;
    }
    return hc_field_equals(phase, "Failed") ? HC_OUTCOME_FAILED : HC_OUTCOME_UNKNOWN;
}

static void read_pod(const hc_column_reader *reader, hc_trace_record *out)
{
    hc_field phase = hc_column_reader_field(reader, POD_PHASE);
    out->needs_id = true;
    out->id = hc_column_reader_field(reader, NAME);
    out->group = hc_column_reader_field(reader, QOS);
    out->submit = hc_trace_record_seconds(out, hc_column_reader_field(reader, CREATION_TIME));
    out->start = hc_trace_record_seconds(out, hc_column_reader_field(reader, SCHEDULED_TIME));
    out->end = hc_trace_record_seconds(out, hc_column_reader_field(reader, DELETION_TIME));
    out->outcome = read_phase(phase);
    out->is_never_run = out->start == HC_TIME_MISSING && hc_field_equals(phase, "Pending");
    read_request(reader, out);
}

static int next_pod(void *self, hc_trace_record *out, hc_error *error)
{
    return hc_column_reader_next_job(self, out, read_pod, error);
}

const hc_trace_reader hc_openb_reader = {
    .name = "openb",
    .open = open_openb,
    .next = next_pod,
    .blank_line_count = hc_column_reader_blank_line_count,
    .close = hc_column_reader_close,
};
