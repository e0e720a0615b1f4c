#include "cli/trace_output.h"

#include "analysis/plain_text.h"
#include "cli/json_output.h"

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
        "quarantined",
        hc_json_counts(report->quarantine_counts, HC_QUARANTINE_COUNT, quarantine_name), "left_out",
        hc_json_counts(report->filter_counts, HC_FILTER_COUNT, filter_name), "repaired",
        hc_json_counts(report->repair_counts, HC_REPAIR_COUNT, repair_name), "duplicates",
        (json_int_t)report->duplicate_count, "unsorted", report->is_unsorted ? 1 : 0,
        "header_processors", (json_int_t)facts->header_processors, "first_submit_s",
        hc_json_seconds(facts->first_submit), "last_submit_s", hc_json_seconds(facts->last_submit));
}
