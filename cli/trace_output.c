#include "cli/trace_output.h"

#include "analysis/run_clock.h"
#include "cli/wrapped_line.h"
#include "sim/civil_time.h"
#include "sim/units.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void format_day(const hc_trace_facts *facts, hc_time time, char *out)
{
    hc_run_clock clock = {.is_dated = facts->clock != HC_CLOCK_UNKNOWN_ZERO,
                          .zero = facts->unix_zero_seconds * HC_SECOND};
    hc_run_clock_date(&clock, time, out);
}

/* "8 rows quarantined: 5 no size, 3 no run time" */
static void print_reasons(const char *title, const uint64_t *counts, int count,
                          const char *(*name)(int reason), const char *tail)
{
    hc_wrapped_line line;
    char text[HC_UNIT_TEXT_SIZE];
    uint64_t sum = 0;
    uint64_t left = 0;
    for (int i = 0; i < count; i++) {
        sum += counts[i];
    }
    if (sum == 0) {
        return;
    }
    left = sum;
    hc_wrapped_begin(&line, "");
    hc_format_count((int64_t)sum, text);
    hc_wrapped_add(&line, "%s %s:", text, title);
    for (int i = 0; i < count; i++) {
        if (counts[i] > 0) {
            left -= counts[i];
            hc_format_count((int64_t)counts[i], text);
            hc_wrapped_add(&line, "%s %s%s", text, name(i), left > 0 ? "," : "");
        }
    }
    if (tail[0] != '\0') {
        hc_wrapped_add(&line, "%s", tail);
    }
    hc_wrapped_end(&line);
}

static const char *quarantine_name(int reason)
{
    return hc_quarantine_sentence((hc_quarantine_reason)reason);
}

static const char *filter_name(int reason)
{
    return hc_filter_sentence((hc_filter_reason)reason);
}

static const char *repair_name(int repair)
{
    return hc_repair_sentence((hc_repair)repair);
}

static void print_source(const char *file, const hc_job_trace *trace)
{
    const hc_trace_facts *facts = hc_job_trace_facts(trace);
    const hc_import_report *report = hc_job_trace_report(trace);
    hc_wrapped_line line;
    char kept[HC_UNIT_TEXT_SIZE];
    char rows[HC_UNIT_TEXT_SIZE];
    char first[HC_CIVIL_TEXT_SIZE];
    char last[HC_CIVIL_TEXT_SIZE];
    hc_format_count((int64_t)report->kept_count, kept);
    hc_format_count((int64_t)report->row_count, rows);
    hc_wrapped_begin(&line, "trace");
    hc_wrapped_add(&line, "%s (%s,", file, hc_trace_format_name(facts->format));
    hc_wrapped_add(&line, "licence %s,", facts->licence);
    hc_wrapped_add(&line, "sha256 %.8s):", facts->sha256);
    hc_wrapped_add(&line, "%s jobs of %s rows,", kept, rows);
    if (report->kept_count > 0) {
        format_day(facts, facts->first_submit, first);
        format_day(facts, facts->last_submit, last);
        hc_wrapped_add(&line, "%s .. %s", first, last);
    } else {
        hc_wrapped_add(&line, "no job");
    }
    hc_wrapped_end(&line);
}

/* "             50 jobs never ran", nothing for none. */
static void print_count(uint64_t count, const char *one, const char *many)
{
    char text[HC_UNIT_TEXT_SIZE];
    hc_format_count((int64_t)count, text);
    if (count > 0) {
        printf("             %s %s\n", text, count == 1 ? one : many);
    }
}

/* Which files beside the log were read as well. */
static void print_joined(const hc_trace_facts *facts)
{
    static const char MARK[] = " sha256 ";
    const char *at = facts->joined_files;
    while (*at != '\0') {
        const char *mark = strstr(at, MARK);
        const char *next = strstr(mark, ", ");
        printf("             joined with %.*s (sha256 %.8s)\n", (int)(mark - at), at,
               mark + strlen(MARK));
        at = next == NULL ? "" : next + strlen(", ");
    }
}

void hc_trace_print(const char *file, const hc_job_trace *trace)
{
    const hc_trace_facts *facts = hc_job_trace_facts(trace);
    const hc_import_report *report = hc_job_trace_report(trace);
    print_source(file, trace);
    print_joined(facts);
    print_reasons("rows quarantined", report->quarantine_counts, HC_QUARANTINE_COUNT,
                  quarantine_name, "  (--quarantine FILE lists them)");
    print_reasons("rows left out", report->filter_counts, HC_FILTER_COUNT, filter_name, "");
    print_count(report->never_run_count, "job never ran", "jobs never ran");
    print_reasons("repairs", report->repair_counts, HC_REPAIR_COUNT, repair_name, "");
    print_count(report->duplicate_count, "job repeats another in every field; it is kept",
                "jobs repeat another in every field; they are kept");
    if (report->is_unsorted) {
        printf("             the rows were not in order of submission; they are now\n");
    }
    print_count(facts->header_processors, "processor, says the header",
                "processors, says the header");
}
