#include "cli/import.h"

#include "analysis/plain_text.h"
#include "cli/commands.h"
#include "cli/json_output.h"
#include "cli/wrapped_line.h"
#include "sim/units.h"
#include "traces/run/provenance.h"

#include <inttypes.h>
#include <stdio.h>

static const char *const KINDS[HC_LIST_KIND_COUNT] = {
    [HC_LIST_FAULTS] = "faults",
    [HC_LIST_AVAILABILITY] = "steps of availability",
    [HC_LIST_PRICES] = "prices",
    [HC_LIST_CAPACITY] = "steps of capacity",
};

static void print_quarantine(const hc_list_report *report)
{
    hc_wrapped_line line;
    if (hc_list_quarantined(report) == 0) {
        return;
    }
    hc_wrapped_begin(&line, "");
    hc_wrapped_add(&line, "%" PRIu64 " rows quarantined:", hc_list_quarantined(report));
    for (int i = 0; i < HC_QUARANTINE_COUNT; i++) {
        if (report->quarantine_counts[i] > 0) {
            hc_wrapped_add(&line, "%" PRIu64 " %s;", report->quarantine_counts[i],
                           hc_quarantine_sentence((hc_quarantine_reason)i));
        }
    }
    hc_wrapped_end(&line);
}

static void print_note(uint64_t count, const char *text)
{
    char number[HC_UNIT_TEXT_SIZE];
    if (count > 0) {
        hc_format_count((int64_t)count, number);
        printf("             %s %s\n", number, text);
    }
}

static void print(const hc_import_arguments *a, const hc_list *list)
{
    const hc_list_report *report = hc_list_report_of(list);
    hc_wrapped_line line;
    char used[HC_UNIT_TEXT_SIZE];
    char rows[HC_UNIT_TEXT_SIZE];
    char items[HC_UNIT_TEXT_SIZE];
    hc_format_count((int64_t)report->used_count, used);
    hc_format_count((int64_t)report->row_count, rows);
    hc_format_count((int64_t)hc_list_count(list), items);
    hc_wrapped_begin(&line, "list");
    hc_wrapped_add(&line, "%s (%s, sha256 %.8s):", a->path,
                   hc_list_format_name(hc_list_format_of(list)), hc_list_sha256(list));
    hc_wrapped_add(&line, "%s of %s rows used", used, rows);
    hc_wrapped_end(&line);
    print_quarantine(report);
    print_note(report->duplicate_count, "repeat another in everything; they are kept");
    print_note(report->open_count, "have no end");
    print_note(report->overlap_count, "start while their node is down");
    print_note(report->disagree_count, "rows contradict themselves");
    if (report->is_unsorted) {
        printf("             the rows were not in order of time; they are now\n");
    }
    hc_wrapped_begin(&line, "written");
    hc_wrapped_add(&line, "%s: %s %s", a->out, items,
                   KINDS[hc_list_format_kind(hc_list_format_of(list))]);
    hc_wrapped_end(&line);
}

static const char *quarantine_name(int reason)
{
    return hc_quarantine_name((hc_quarantine_reason)reason);
}

static json_t *report_json(const hc_import_arguments *a, const hc_list *list)
{
    const hc_list_report *report = hc_list_report_of(list);
    return json_pack(
        "{s:s, s:o, s:s, s:s, s:I, s:I, s:o, s:I, s:I, s:I, s:I, s:b, s:I, s:s, s:o}", "schema",
        "hindcast-import-list-1", "file", hc_json_text(a->path), "format",
        hc_list_format_name(hc_list_format_of(list)), "sha256", hc_list_sha256(list), "rows",
        (json_int_t)report->row_count, "used", (json_int_t)report->used_count, "quarantined",
        hc_json_counts(report->quarantine_counts, HC_QUARANTINE_COUNT, quarantine_name),
        "duplicates", (json_int_t)report->duplicate_count, "open", (json_int_t)report->open_count,
        "overlaps", (json_int_t)report->overlap_count, "contradictions",
        (json_int_t)report->disagree_count, "unsorted", report->is_unsorted ? 1 : 0, "items",
        (json_int_t)hc_list_count(list), "clock", hc_clock_name(hc_list_clock(list)), "out",
        hc_json_text(a->out));
}

int hc_import_list(const hc_import_arguments *a, hc_list_format format, hc_error *error)
{
    hc_list_options options = {
        .path = a->path,
        .format = format,
        .quarantine_limit = a->quarantine_limit,
        .quarantine_path = a->quarantine,
    };
    hc_list *list = NULL;
    int status = HC_EXIT_OK;
    if (hc_list_read(&list, &options, error) < 0) {
        return hc_print_error(error);
    }
    if ((a->is_hdf5 ? hc_list_write_hdf5(list, a->out, a->is_forced, error)
                    : hc_list_write_csv(list, a->out, a->is_forced, error)) < 0) {
        status = hc_print_error(error);
    } else if (a->is_json) {
        status = hc_print_json(report_json(a, list));
    } else {
        print(a, list);
    }
    hc_list_destroy(list);
    return status;
}
