#include "cli/import.h"

#include "analysis/plain_text.h"
#include "cli/commands.h"
#include "cli/json_output.h"
#include "cli/trace_output.h"
#include "cli/wrapped_line.h"
#include "sim/int128.h"
#include "sim/units.h"
#include "traces/job_file.h"
#include "traces/run/provenance.h"

#include <stdio.h>
#include <string.h>

static double gpu_hours(const hc_job_trace *trace)
{
    hc_int128 milli_ns = 0;
    for (size_t i = 0; i < hc_job_trace_count(trace); i++) {
        hc_trace_job job = hc_job_trace_job(trace, i);
        milli_ns += (hc_int128)job.run_time * job.gpu_count * job.gpu_milli;
    }
    return (double)milli_ns / HC_WHOLE_GPU / (double)HC_HOUR;
}

static void print(const hc_import_arguments *a, const hc_job_trace *trace)
{
    const hc_trace_facts *facts = hc_job_trace_facts(trace);
    hc_wrapped_line line;
    char span[HC_UNIT_TEXT_SIZE] = "nothing";
    char jobs[HC_UNIT_TEXT_SIZE];
    hc_trace_print(a->path, trace);
    if (facts->first_submit != HC_TIME_MISSING) {
        hc_format_duration(facts->last_submit - facts->first_submit, span);
    }
    hc_wrapped_begin(&line, "offered");
    hc_wrapped_add(&line, "%.1f GPU-hours over %s;", gpu_hours(trace), span);
    hc_wrapped_add(&line, "clock: %s%s%s", hc_clock_name(facts->clock),
                   facts->zone[0] == '\0' ? "" : ", ", facts->zone);
    hc_wrapped_end(&line);
    hc_format_count((int64_t)hc_job_trace_count(trace), jobs);
    hc_wrapped_begin(&line, "written");
    hc_wrapped_add(&line, "%s: %s jobs", a->out, jobs);
    hc_wrapped_end(&line);
}

static json_t *report_json(const hc_import_arguments *a, const hc_job_trace *trace)
{
    const hc_trace_facts *facts = hc_job_trace_facts(trace);
    json_t *object = json_pack("{s:s}", "schema", "hindcast-import-1");
    json_t *account = hc_trace_json(a->path, trace);
    if (object == NULL || account == NULL || json_object_update(object, account) < 0 ||
        json_object_set_new(object, "gpu_hours", json_real(gpu_hours(trace))) < 0 ||
        json_object_set_new(object, "clock", json_string(hc_clock_name(facts->clock))) < 0 ||
        json_object_set_new(object, "zone", hc_json_text(facts->zone)) < 0 ||
        json_object_set_new(object, "out", hc_json_text(a->out)) < 0) {
        json_decref(object);
        object = NULL;
    }
    json_decref(account);
    return object;
}

static hc_trace_options options_of(const hc_import_arguments *a, hc_trace_format format)
{
    hc_trace_options options = {
        .path = a->path,
        .format = format,
        .size_preference = a->size_preference,
        .keeps_cpu_jobs = true,
        .load = 1,
        .quarantine_limit = a->quarantine_limit,
        .quarantine_path = a->quarantine,
    };
    memcpy(options.columns, a->columns, sizeof options.columns);
    return options;
}

static int write_file(const hc_import_arguments *a, const hc_job_trace *trace, hc_error *error)
{
    return a->is_hdf5 ? hc_job_file_write_hdf5(trace, a->out, a->is_forced, error)
                      : hc_job_file_write_csv(trace, a->out, a->is_forced, error);
}

int hc_import_jobs(const hc_import_arguments *a, hc_trace_format format, hc_error *error)
{
    hc_trace_options options = options_of(a, format);
    hc_job_trace *trace = NULL;
    int status = HC_EXIT_OK;
    if (hc_job_trace_read(&trace, &options, error) < 0) {
        return hc_print_error(error);
    }
    if (write_file(a, trace, error) < 0) {
        status = hc_print_error(error);
    } else if (a->is_json) {
        status = hc_print_json(report_json(a, trace));
    } else {
        print(a, trace);
    }
    hc_job_trace_destroy(trace);
    return status;
}
