#include "traces/lists/list_csv.h"

#include <assert.h>
#include <string.h>

int hc_list_csv_open(hc_list_csv *csv, hc_list *list, hc_input_file *input,
                     const char *const *names, size_t count, hc_error *error)
{
    *csv = (hc_list_csv){.list = list, .path = hc_input_file_name(input)};
    assert(count <= HC_LIST_CSV_COLUMNS);
    return hc_csv_open(&csv->rows, input, error) < 0
               ? -1
               : hc_csv_find_all(csv->rows, names, count, csv->columns, error);
}

int hc_list_csv_next(hc_list_csv *csv, hc_error *error)
{
    for (;;) {
        int status = hc_csv_next(csv->rows, &csv->row, error);
        if (status <= 0 || csv->row.state == HC_CSV_ROW_SOUND) {
            return status;
        }
        hc_list_csv_quarantine(csv, csv->row.state == HC_CSV_ROW_FIELD_COUNT
                                        ? HC_QUARANTINE_FIELD_COUNT
                                        : HC_QUARANTINE_BAD_TEXT);
    }
}

hc_field hc_list_csv_field(const hc_list_csv *csv, size_t column)
{
    return csv->row.fields[csv->columns[column]];
}

int hc_list_csv_column_text(const hc_list_csv *csv, size_t column, uint32_t *index, hc_error *error)
{
    const char *name = hc_csv_column_name(csv->rows, column);
    int status = hc_list_text(csv->list, (hc_field){name, strlen(name)}, index, error);
    if (status == 0) {
        return hc_error_set(error, HC_ERROR_TRACE, "%s: the header of column %zu cannot be a name",
                            csv->path, column + 1);
    }
    return status < 0 ? -1 : 0;
}

void hc_list_csv_quarantine(const hc_list_csv *csv, hc_quarantine_reason reason)
{
    hc_list_quarantine(csv->list, &csv->row.line, reason);
}

void hc_list_csv_close(hc_list_csv *csv)
{
    if (csv->rows != NULL) {
        hc_list_account(csv->list)->blank_line_count = hc_csv_blank_line_count(csv->rows);
    }
    hc_csv_close(csv->rows);
}
