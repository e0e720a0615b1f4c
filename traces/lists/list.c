#include "traces/lists/list_reader.h"

#include "traces/name_text.h"
#include "traces/quarantine.h"
#include "traces/strings.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 256 };

struct hc_list {
    hc_list_format format;
    hc_trace_clock clock;
    char sha256[HC_SHA256_TEXT_SIZE];
    hc_list_report report;
    hc_strings *strings;
    hc_list_item *items;
    size_t count;
    size_t capacity;
    hc_quarantine *quarantine; /* borrowed; while it is read */
    hc_time latest;            /* time noted last */
};

static const hc_list_reader *const READERS[HC_LIST_FORMAT_COUNT] = {
    [HC_LIST_INFINITEHBD] = &hc_infinitehbd_reader,
    [HC_LIST_LANL] = &hc_lanl_reader,
    [HC_LIST_GRID5000] = &hc_grid5000_reader,
    [HC_LIST_SKYPILOT_SPOT] = &hc_skypilot_spot_reader,
    [HC_LIST_BAMBOO] = &hc_bamboo_reader,
    [HC_LIST_AWS_SPOT] = &hc_aws_spot_reader,
    [HC_LIST_AZURE_PRICES] = &hc_azure_prices_reader,
    [HC_LIST_CLOUD_GPUS] = &hc_cloud_gpus_reader,
    [HC_LIST_SKYPILOT_CATALOG] = &hc_skypilot_catalog_reader,
    [HC_LIST_GPU_CALENDAR] = &hc_gpu_calendar_reader,
};

const char *hc_list_format_name(hc_list_format format)
{
    return READERS[format]->name;
}

hc_list_kind hc_list_format_kind(hc_list_format format)
{
    return READERS[format]->kind;
}

uint64_t hc_list_quarantined(const hc_list_report *report)
{
    uint64_t sum = 0;
    for (int i = 0; i < HC_QUARANTINE_COUNT; i++) {
        sum += report->quarantine_counts[i];
    }
    return sum;
}

void hc_list_destroy(hc_list *list)
{
    if (list == NULL) {
        return;
    }
    hc_strings_destroy(list->strings);
    free(list->items);
    free(list);
}

/* What readers call */

void hc_list_use(hc_list *list)
{
    list->report.row_count++;
    list->report.used_count++;
}

void hc_list_quarantine(hc_list *list, const hc_line *line, hc_quarantine_reason reason)
{
    list->report.row_count++;
    list->report.quarantine_counts[reason]++;
    hc_quarantine_add(list->quarantine, line, reason);
}

void hc_list_quarantine_field(hc_list *list, const hc_line *line, hc_field_state state,
                              hc_quarantine_reason missing)
{
    hc_quarantine_reason reason = state == HC_FIELD_MISSING        ? missing
                                  : state == HC_FIELD_OUT_OF_RANGE ? HC_QUARANTINE_OUT_OF_RANGE
                                                                   : HC_QUARANTINE_NOT_A_NUMBER;
    hc_list_quarantine(list, line, reason);
}

void hc_list_note_time(hc_list *list, hc_time time)
{
    list->report.is_unsorted |= time < list->latest;
    list->latest = time;
}

hc_list_report *hc_list_account(hc_list *list)
{
    return &list->report;
}

void hc_list_set_clock(hc_list *list, hc_trace_clock clock)
{
    list->clock = clock;
}

int hc_list_add(hc_list *list, const hc_list_item *item, hc_error *error)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? FIRST_CAPACITY : 2 * list->capacity;
        hc_list_item *grown =
            capacity > UINT32_MAX ? NULL : realloc(list->items, capacity * sizeof *grown);
        if (grown == NULL) {
            return hc_error_memory(error);
        }
        list->items = grown;
        list->capacity = capacity;
    }
    list->items[list->count++] = *item;
    return 0;
}

hc_list_item *hc_list_items(hc_list *list, size_t *count)
{
    *count = list->count;
    return list->items;
}

int hc_list_text(hc_list *list, hc_field text, uint32_t *index, hc_error *error)
{
    char name[HC_NAME_SIZE];
    hc_field kept;
    if (hc_name_judge(text) == HC_NAME_UNFIT) {
        return 0;
    }
    kept = hc_name_read(text, name);
    return hc_strings_intern(list->strings, kept.text, kept.length, index, error) < 0 ? -1 : 1;
}

int hc_list_base_name(hc_list *list, const hc_input_file *input, uint32_t *index, hc_error *error)
{
    const char *path = hc_input_file_name(input);
    const char *slash = strrchr(path, '/');
    const char *base = slash == NULL ? path : slash + 1;
    size_t length = strcspn(base, ".");
    int status = hc_list_text(list, (hc_field){base, length}, index, error);
    return status == 0 ? hc_error_set(error, HC_ERROR_TRACE,
                                      "%s: the name of the file says whose list it is, and cannot "
                                      "be a name",
                                      path)
                       : (status < 0 ? -1 : 0);
}

/* The whole list */

static int create(hc_list **out, hc_list_format format, hc_error *error)
{
    hc_list *list = calloc(1, sizeof *list);
    if (list == NULL) {
        return hc_error_memory(error);
    }
    list->format = format;
    list->latest = INT64_MIN;
    list->strings = hc_strings_create();
    if (list->strings == NULL) {
        hc_list_destroy(list);
        return hc_error_memory(error);
    }
    *out = list;
    return 0;
}

static int compare_numbers(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int compare_items(const hc_list *list, const hc_list_item *a, const hc_list_item *b)
{
    int order = compare_numbers(a->begin, b->begin);
    for (int i = 0; order == 0 && i < HC_LIST_TEXTS; i++) {
        order = a->texts[i] == b->texts[i]
                    ? 0
                    : strcmp(hc_list_string(list, a->texts[i]), hc_list_string(list, b->texts[i]));
    }
    order = order != 0 ? order : compare_numbers(a->end, b->end);
    order = order != 0 ? order : compare_numbers(a->number, b->number);
    return order != 0 ? order : compare_numbers(a->value, b->value);
}

static int compare(const void *a, const void *b, void *list)
{
    return compare_items(list, a, b);
}

static void sort(hc_list *list)
{
    if (list->count > 0) {
        qsort_r(list->items, list->count, sizeof *list->items, compare, list);
    }
}

static void count_duplicates(hc_list *list)
{
    for (size_t i = 1; i < list->count; i++) {
        list->report.duplicate_count +=
            compare_items(list, &list->items[i - 1], &list->items[i]) == 0 ? 1 : 0;
    }
}

static int judge(hc_list *list, const hc_list_options *options, const char *name, hc_error *error)
{
    hc_import_report report = {.row_count = list->report.row_count};
    double limit = options->quarantine_limit * (double)report.row_count;
    int status = 0;
    memcpy(report.quarantine_counts, list->report.quarantine_counts,
           sizeof report.quarantine_counts);
    if (report.row_count == 0) {
        status = hc_error_set(error, HC_ERROR_TRACE, "%s: nothing in it", name);
    } else if ((double)hc_import_quarantined(&report) > limit) {
        status =
            hc_quarantine_fail(list->quarantine, &report, options->quarantine_limit, name, error);
    }
    return hc_quarantine_finish(list->quarantine, error) < 0 ? -1 : status;
}

int hc_list_read_input(hc_list **out, const hc_list_options *options, hc_input_file *input,
                       hc_error *error)
{
    hc_list *list = NULL;
    hc_quarantine *quarantine = NULL;
    int status = -1;
    if (create(&list, options->format, error) < 0) {
        return -1;
    }
    if (hc_quarantine_open(&quarantine, options->quarantine_path, error) < 0) {
        hc_list_destroy(list);
        return -1;
    }
    assert(list != NULL);
    list->quarantine = quarantine;
    if (READERS[options->format]->read(list, input, error) == 0 &&
        judge(list, options, hc_input_file_name(input), error) == 0) {
        sort(list);
        hc_input_file_sha256(input, list->sha256);
        count_duplicates(list);
        list->quarantine = NULL;
        *out = list;
        list = NULL;
        status = 0;
    }
    hc_quarantine_destroy(quarantine);
    hc_list_destroy(list);
    return status;
}

int hc_list_read(hc_list **out, const hc_list_options *options, hc_error *error)
{
    hc_input_file *input = NULL;
    int status = 0;
    if (hc_input_file_open(&input, options->path, error) < 0) {
        return -1;
    }
    status = hc_list_read_input(out, options, input, error);
    hc_input_file_close(input);
    return status;
}

hc_list_format hc_list_format_of(const hc_list *list)
{
    return list->format;
}

hc_trace_clock hc_list_clock(const hc_list *list)
{
    return list->clock;
}

const char *hc_list_sha256(const hc_list *list)
{
    return list->sha256;
}

const hc_list_report *hc_list_report_of(const hc_list *list)
{
    return &list->report;
}

size_t hc_list_count(const hc_list *list)
{
    return list->count;
}

const char *hc_list_string(const hc_list *list, uint32_t index)
{
    return hc_strings_text(list->strings, index);
}

static bool check_item(const hc_list *list, const hc_list_item *item)
{
    hc_list_kind kind = hc_list_format_kind(list->format);
    bool has_end = item->end != HC_TIME_MISSING;
    bool is_faults = kind == HC_LIST_FAULTS;
    for (int i = 0; i < HC_LIST_TEXTS; i++) {
        const char *text = hc_list_string(list, item->texts[i]);
        if (hc_name_judge((hc_field){text, strlen(text)}) != HC_NAME_UTF8) {
            return false;
        }
    }
    if (kind == HC_LIST_PRICES) {
        return item->value >= 0;
    }
    return item->begin != HC_TIME_MISSING &&
           (!has_end || item->end > item->begin || (is_faults && item->end == item->begin));
}

bool hc_list_check(const hc_list *list)
{
    const hc_list_report *report = &list->report;
    for (size_t i = 0; i < list->count; i++) {
        if (!check_item(list, &list->items[i]) ||
            (i > 0 && compare_items(list, &list->items[i - 1], &list->items[i]) > 0)) {
            return false;
        }
    }
    return report->row_count == report->used_count + hc_list_quarantined(report);
}

const hc_list_item *hc_list_item_at(const hc_list *list, size_t index)
{
    assert(index < list->count);
    return &list->items[index];
}
