#include "tests/fuzz/trace_fuzzing.h"

#include "traces/job_import.h"

#include <stdlib.h>

hc_trace_options hc_fuzz_options(hc_trace_format format)
{
    return (hc_trace_options){
        .format = format,
        .keeps_cpu_jobs = true,
        .load = 1,
        .quarantine_limit = 1,
    };
}

static void import_once(const hc_trace_options *options, const uint8_t *data, size_t size)
{
    hc_error error = HC_ERROR_NONE;
    hc_input_file *input = NULL;
    hc_job_trace *trace = NULL;
    if (hc_input_file_open_memory(&input, "fuzz", data, size, &error) < 0) {
        return;
    }
    if (hc_job_trace_read_input(&trace, options, input, &error) == 0) {
        if (!hc_job_trace_check(trace) || error.count != 0) {
            abort();
        }
    } else if (error.count == 0 || error.length == 0 || trace != NULL) {
        abort();
    }
    hc_job_trace_destroy(trace);
    hc_input_file_close(input);
}

static bool has_dates(hc_trace_format format)
{
    return format == HC_FORMAT_PHILLY_SIA || format == HC_FORMAT_HELIOS_LOG ||
           format == HC_FORMAT_ACME_SEREN || format == HC_FORMAT_ACME_KALOS ||
           format == HC_FORMAT_PHILLY;
}

void hc_fuzz_import(const hc_trace_options *options, const uint8_t *data, size_t size)
{
    hc_trace_options cut = *options;
    import_once(options, data, size);
    cut.has_from = true;
    cut.is_from_civil = has_dates(options->format);
    cut.from = 100 * HC_SECOND;
    cut.is_warm_start = true;
    cut.keeps_cpu_jobs = false;
    cut.load = 0.7;
    cut.quarantine_limit = 0.5;
    cut.size_preference = HC_SIZE_ALLOCATED_FIRST;
    import_once(&cut, data, size);
}
