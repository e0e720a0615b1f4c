#include "cli/assemble_jobs.h"

#include "traces/trace_keys.h"
#include "traces/trace_source.h"
#include "workloads/synthetic/synthetic_keys.h"
#include "workloads/training/training_jobs.h"

#include <stdlib.h>

static int read_trace(hc_assembly *a, const hc_value *value, const hc_workload_request *request,
                      hc_error *error)
{
    hc_assembled_trace *trace = &a->traces[a->trace_count++];
    hc_trace_options read;
    *trace = (hc_assembled_trace){0};
    if (hc_trace_options_read(&read, value, request->workload, error) < 0) {
        return -1;
    }
    trace->file = hc_value_text(hc_value_get(value, "file"));
    trace->path = hc_scenario_file(a->scenario, hc_value_get(value, "file"));
    if (trace->path == NULL) {
        return hc_error_memory(error);
    }
    read.path = trace->path;
    read.quarantine_path = request->options->quarantine_path;
    return hc_job_trace_read(&trace->trace, &read, error);
}

/* Times of two workloads can be compared only when both count from the same zero; those of synthetic jobs count from
 * an unknown one. */
static int join_clock(hc_assembly *a, hc_trace_clock clock, int64_t unix_zero_seconds,
                      const hc_value *value, hc_error *error)
{
    if (a->has_clock && (clock != a->clock || unix_zero_seconds != a->unix_zero_seconds)) {
        return hc_value_error(value, error,
                              "its times do not count from the same zero as those of the %s",
                              a->trace_count > 1 ? "first trace" : "jobs before");
    }
    a->has_clock = true;
    a->clock = clock;
    a->unix_zero_seconds = unix_zero_seconds;
    return 0;
}

/* @param first  of the traces to be joined; `traces` are their values */
static int join_traces(hc_assembly *a, size_t first, const hc_value *traces, hc_error *error)
{
    for (size_t i = first; i < a->trace_count; i++) {
        const hc_trace_facts *facts = hc_job_trace_facts(a->traces[i].trace);
        if (join_clock(a, facts->clock, facts->unix_zero_seconds, hc_value_at(traces, i - first),
                       error) < 0) {
            return -1;
        }
        if (facts->from != HC_TIME_MISSING &&
            (a->begin == HC_TIME_MISSING || facts->from < a->begin)) {
            a->begin = facts->from;
        }
    }
    return 0;
}

static int make_room(hc_assembly *a, size_t count, hc_error *error)
{
    hc_assembled_trace *grown = realloc(a->traces, (a->trace_count + count) * sizeof *grown);
    if (grown == NULL) {
        return hc_error_memory(error);
    }
    a->traces = grown;
    return 0;
}

static int create_source(hc_assembly *a, size_t first, bool is_warm, hc_job_source *out,
                         hc_error *error)
{
    size_t count = a->trace_count - first;
    const hc_job_trace **list = calloc(count + 1, sizeof *list);
    int status = -1;
    if (list == NULL) {
        return hc_error_memory(error);
    }
    for (size_t i = 0; i < count; i++) {
        list[i] = a->traces[first + i].trace;
    }
    status = hc_trace_source_create(out, list, count, a->machine,
                                    is_warm ? a->begin : HC_TIME_MISSING, error);
    free(list);
    return status;
}

static int read_traces(hc_assembly *a, const hc_value *traces, const hc_workload_request *request,
                       hc_job_source *out, hc_error *error)
{
    size_t first = a->trace_count;
    size_t count = hc_value_count(traces);
    bool is_warm = hc_value_boolean(hc_value_get(request->workload, "warm_start"));
    if (first + count > 1 && request->options->quarantine_path != NULL) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "--quarantine lists the rows of one trace, and there are %zu",
                            first + count);
    }
    if (make_room(a, count, error) < 0) {
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        if (read_trace(a, hc_value_at(traces, i), request, error) < 0) {
            return -1;
        }
    }
    return join_traces(a, first, traces, error) < 0 ? -1
                                                    : create_source(a, first, is_warm, out, error);
}

static hc_training_desk desk_of(const hc_assembly *a, const hc_workload_request *request)
{
    return (hc_training_desk){
        .training = a->training,
        .machine = a->machine,
        .partition = request->partition,
        .is_site = a->site_count > 0,
    };
}

static int make_training(hc_assembly *a, const hc_value *training,
                         const hc_workload_request *request, hc_job_source *out, hc_error *error)
{
    hc_training_desk desk = desk_of(a, request);
    a->is_synthetic = true;
    return join_clock(a, HC_CLOCK_UNKNOWN_ZERO, 0, training, error) < 0
               ? -1
               : hc_training_jobs_create(out, &desk, training, error);
}

static int make_synthetic(hc_assembly *a, const hc_value *synthetic,
                          const hc_workload_request *request, hc_job_source *out, hc_error *error)
{
    hc_synthetic_options options;
    hc_training_desk desk = desk_of(a, request);
    int status = 0;
    a->is_synthetic = true;
    if (join_clock(a, HC_CLOCK_UNKNOWN_ZERO, 0, synthetic, error) < 0 ||
        hc_synthetic_options_read(&options, synthetic, request->seed, request->capacity_gpus, &desk,
                                  error) < 0) {
        return -1;
    }
    options.arrivals.zone = request->zone;
    status = hc_synthetic_create(out, &options, error);
    hc_synthetic_options_release(&options);
    return status;
}

int hc_assembly_open_workload(hc_assembly *a, const hc_workload_request *request,
                              hc_job_source *out, hc_error *error)
{
    const hc_value *traces = hc_value_get(request->workload, "traces");
    const hc_value *synthetic = hc_value_get(request->workload, "synthetic");
    const hc_value *training = hc_value_get(request->workload, "training");
    int count = (traces != NULL ? 1 : 0) + (synthetic != NULL ? 1 : 0) + (training != NULL ? 1 : 0);
    if (count != 1) {
        return hc_value_error(request->workload, error,
                              "give traces, synthetic or training, one of the three");
    }
    return traces != NULL      ? read_traces(a, traces, request, out, error)
           : synthetic != NULL ? make_synthetic(a, synthetic, request, out, error)
                               : make_training(a, training, request, out, error);
}

void hc_assembly_settle_begin(hc_assembly *a)
{
    bool is_given = a->begin != HC_TIME_MISSING;
    for (size_t i = 0; !is_given && i < a->trace_count; i++) {
        hc_time first = hc_job_trace_facts(a->traces[i].trace)->first_submit;
        if (first != HC_TIME_MISSING && (a->begin == HC_TIME_MISSING || first < a->begin)) {
            a->begin = first;
        }
    }
    if (a->begin == HC_TIME_MISSING || (a->is_synthetic && a->begin > 0)) {
        a->begin = 0; /* where synthetic jobs begin */
    }
}
