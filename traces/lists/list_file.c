#include "traces/lists/list_reader.h"
#include "traces/lists/list_rows.h"
#include "traces/run/csv_cells.h"
#include "traces/run/new_file.h"
#include "traces/run/plain_table.h"

#include <stdlib.h>
#include <string.h>

typedef struct writer {
    const hc_list *list;
    const hc_table_info *info;
    hc_csv csv;
} writer;

static bool has_unit(const hc_row_field *field, const char *unit)
{
    return strcmp(field->unit, unit) == 0;
}

/* "start_ns" holds seconds or dates here and is called start; prices are in dollars. */
static void put_name(writer *w, const hc_row_field *field)
{
    char name[64];
    size_t length = strlen(field->name);
    if (has_unit(field, "ns")) {
        length -= strlen("_ns");
    }
    (void)snprintf(name, sizeof name, "%.*s", (int)length, field->name);
    hc_csv_text(&w->csv, has_unit(field, "USD 1e-9") ? "price_usd_per_hour" : name);
}

static void put_time(writer *w, hc_time time)
{
    if (hc_list_clock(w->list) == HC_CLOCK_CIVIL) {
        hc_csv_date(&w->csv, time);
    } else {
        hc_csv_seconds(&w->csv, time);
    }
}

static void put_cell(writer *w, const hc_row_field *field, const uint8_t *row)
{
    const void *at = row + field->offset;
    if (field->type == HC_ROW_FIELD_TEXT) {
        hc_csv_text(&w->csv, *(const char *const *)at);
    } else if (has_unit(field, "ns")) {
        put_time(w, *(const hc_time *)at);
    } else if (field->type == HC_ROW_FIELD_INT64) {
        hc_csv_seconds(&w->csv, *(const int64_t *)at); /* billionths, like nanoseconds */
    } else {
        hc_csv_unsigned(&w->csv, *(const uint32_t *)at);
    }
}

static int put_rows(writer *w, uint8_t *row, hc_error *error)
{
    for (size_t i = 0; i < w->info->field_count; i++) {
        put_name(w, &w->info->fields[i]);
    }
    if (hc_csv_end_line(&w->csv, error) < 0) {
        return -1;
    }
    for (size_t r = 0; r < hc_list_count(w->list); r++) {
        hc_list_row(w->list, r, row);
        for (size_t i = 0; i < w->info->field_count; i++) {
            put_cell(w, &w->info->fields[i], row);
        }
        if (hc_csv_end_line(&w->csv, error) < 0) {
            return -1;
        }
    }
    return 0;
}

static const hc_table_info *table_of(const hc_list *list)
{
    return &hc_list_tables[hc_list_format_kind(hc_list_format_of(list))];
}

int hc_list_write_csv(const hc_list *list, const char *path, bool may_replace, hc_error *error)
{
    writer w = {.list = list, .info = table_of(list)};
    uint8_t *row = malloc(w.info->row_size);
    hc_new_file out;
    int status = -1;
    if (row == NULL) {
        return hc_error_memory(error);
    }
    if (hc_new_file_open(&out, path, may_replace, error) == 0) {
        w.csv = (hc_csv){.out = out.file, .shown = path};
        status = put_rows(&w, row, error) < 0 ? -1 : hc_new_file_finish(&out, error);
    }
    hc_new_file_discard(&out);
    free(row);
    return status;
}

int hc_list_write_hdf5(const hc_list *list, const char *path, bool may_replace, hc_error *error)
{
    const hc_text_item items[] = {
        {"generator", "hindcast"},
        {"clock", hc_clock_name(hc_list_clock(list))},
        {"source_format", hc_list_format_name(hc_list_format_of(list))},
        {"source_sha256", hc_list_sha256(list)},
    };
    hc_plain_table table = {
        .info = table_of(list),
        .row_count = hc_list_count(list),
        .row = hc_list_row,
        .self = list,
    };
    const hc_plain_file file = {
        .format = HC_LIST_FILE_FORMAT,
        .tables = &table,
        .table_count = 1,
        .items = items,
        .item_count = sizeof items / sizeof items[0],
    };
    return hc_plain_table_measure(&table, path, error) < 0
               ? -1
               : hc_plain_file_write(&file, path, may_replace, error);
}
