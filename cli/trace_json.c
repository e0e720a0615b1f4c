#include "cli/trace_output.h"

#include "analysis/plain_text.h"

static json_t *seconds_of(hc_time time)
{
    return time == HC_TIME_MISSING ? json_null() : json_real((double)time / (double)HC_SECOND);
}

static json_t *counts(const uint64_t *values, int count, const char *(*name)(int reason))
{
    json_t *object = json_object();
    for (int i = 0; object != NULL && i < count; i++) {
        if (values[i] > 0) {
            (void)json_object_set_new(object, name(i), json_integer((json_int_t)values[i]));
        }
    }
    return object;
}

static const char *quarantine_name(int reason)
{
    return hc_quarantine_name((hc_quarantine_reason)reason);
}

static const char *filter_name(int reason)
{
    return hc_filter_name((hc_filter_reason)reason);
}

static const char *repair_name(int repair)
{
    return hc_repair_name((hc_repair)repair);
}

json_t *hc_trace_json(const char *file, const hc_job_trace *trace)
{
    const hc_trace_facts *facts = hc_job_trace_facts(trace);
    const hc_import_report *report = hc_job_trace_report(trace);
    return json_pack(
        "{s:o, s:s, s:o, s:s, s:o, s:I, s:I, s:I, s:o, s:o, s:o, s:I, s:b, s:I, s:o, s:o}", "file",
        hc_json_text(file), "format", hc_trace_format_name(facts->format), "licence",
        hc_json_text(facts->licence), "sha256", facts->sha256, "joined_files",
        hc_json_text(facts->joined_files), "rows", (json_int_t)report->row_count, "kept",
        (json_int_t)report->kept_count, "never_run", (json_int_t)report->never_run_count,
        "quarantined", counts(report->quarantine_counts, HC_QUARANTINE_COUNT, quarantine_name),
        "left_out", counts(report->filter_counts, HC_FILTER_COUNT, filter_name), "repaired",
        counts(report->repair_counts, HC_REPAIR_COUNT, repair_name), "duplicates",
        (json_int_t)report->duplicate_count, "unsorted", report->is_unsorted ? 1 : 0,
        "header_processors", (json_int_t)facts->header_processors, "first_submit_s",
        seconds_of(facts->first_submit), "last_submit_s", seconds_of(facts->last_submit));
}
