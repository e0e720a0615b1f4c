#include "traces/job_window.h"

/* A bound on the file's clock. Dates are read as UTC, as the file's own naive times are. */
static int place(hc_time bound, bool is_civil, const char *key, const hc_trace_facts *facts,
                 const char *name, hc_time *out, hc_error *error)
{
    if (is_civil && facts->clock == HC_CLOCK_UNKNOWN_ZERO) {
        return hc_error_set(error, HC_ERROR_TRACE,
                            "%s: %s is a date, but the file does not say when its time 0 was; give "
                            "a duration since its zero, such as 14d",
                            name, key);
    }
    if (!is_civil && facts->clock == HC_CLOCK_CIVIL) {
        return hc_error_set(error, HC_ERROR_TRACE,
                            "%s: %s is a duration, but the file has dates; give a date", name, key);
    }
    *out = bound;
    if (is_civil && facts->clock == HC_CLOCK_UNIX_ZERO) {
        *out -= facts->unix_zero_seconds * HC_SECOND;
    }
    return 0;
}

int hc_job_window_set(hc_job_window *out, const hc_trace_options *options,
                      const hc_trace_facts *facts, const char *name, hc_error *error)
{
    *out = (hc_job_window){
        .has_from = options->has_from,
        .has_to = options->has_to,
        .is_warm_start = options->is_warm_start,
        .keeps_cpu_jobs = options->keeps_cpu_jobs,
    };
    if (out->has_from &&
        place(options->from, options->is_from_civil, "from", facts, name, &out->from, error) < 0) {
        return -1;
    }
    if (out->has_to &&
        place(options->to, options->is_to_civil, "to", facts, name, &out->to, error) < 0) {
        return -1;
    }
    if (out->has_from && out->has_to && out->to <= out->from) {
        return hc_error_set(error, HC_ERROR_TRACE, "%s: to is not later than from", name);
    }
    return 0;
}

/* When the job was done with: as recorded, else as if it had not waited. */
static hc_time end_of(const hc_trace_record *record)
{
    return record->end != HC_TIME_MISSING ? record->end : record->submit + record->run_time;
}

bool hc_job_window_admits(const hc_job_window *window, const hc_trace_record *record,
                          hc_filter_reason *reason)
{
    if (window->has_from && record->submit < window->from &&
        !(window->is_warm_start && end_of(record) > window->from)) {
        *reason = HC_FILTER_BEFORE_FROM;
        return false;
    }
    if (window->has_to && record->submit >= window->to) {
        *reason = HC_FILTER_AFTER_TO;
        return false;
    }
    if (record->gpu_count == 0 && !window->keeps_cpu_jobs) {
        *reason = HC_FILTER_CPU_JOB;
        return false;
    }
    return true;
}
