#include "traces/lists/list_csv.h"

#include <string.h>

/* Spot prices of Azure (Training on a Dime): Date M/D/YYYY, then a column per size with cells like "$0.24552". What
 * is empty was not offered. The region is the name of the file. */

static const char *const NAMES[] = {"Date"};

static int add_price(const hc_list_csv *csv, size_t column, hc_time date, uint32_t region,
                     hc_error *error)
{
    const char *size = hc_csv_column_name(csv->rows, column);
    hc_list_item item = {.begin = date, .end = HC_TIME_MISSING, .texts = {0, region}};
    if (hc_list_dollars(csv->row.fields[column], &item.value) > HC_FIELD_ROUNDED) {
        return 0; /* empty: read_row has refused others */
    }
    if (hc_list_text(csv->list, (hc_field){"azure", 5}, &item.texts[0], error) < 0 ||
        hc_list_text(csv->list, (hc_field){size, strlen(size)}, &item.texts[2], error) < 0 ||
        hc_list_text(csv->list, (hc_field){"spot", 4}, &item.texts[4], error) < 0) {
        return -1;
    }
    return hc_list_add(csv->list, &item, error);
}

/* @return the state of the first cell that is neither a price nor empty, else HC_FIELD_READ. */
static hc_field_state check_cells(const hc_list_csv *csv)
{
    for (size_t i = 0; i < hc_csv_column_count(csv->rows); i++) {
        int64_t ignored = 0;
        hc_field_state state = (int)i == csv->columns[0]
                                   ? HC_FIELD_READ
                                   : hc_list_dollars(csv->row.fields[i], &ignored);
        if (state > HC_FIELD_MISSING) {
            return state;
        }
    }
    return HC_FIELD_READ;
}

static int take_row(const hc_list_csv *csv, uint32_t region, hc_error *error)
{
    hc_time date = 0;
    hc_field_state state = hc_list_american_date(hc_list_csv_field(csv, 0), &date);
    state = state == HC_FIELD_READ ? check_cells(csv) : state;
    if (state != HC_FIELD_READ) {
        hc_list_quarantine_field(csv->list, &csv->row.line, state, HC_QUARANTINE_NO_SUBMIT);
        return 0;
    }
    hc_list_note_time(csv->list, date);
    hc_list_use(csv->list);
    for (size_t i = 0; i < hc_csv_column_count(csv->rows); i++) {
        if ((int)i != csv->columns[0] && add_price(csv, i, date, region, error) < 0) {
            return -1;
        }
    }
    return 0;
}

static int read_prices(hc_list *list, hc_input_file *input, hc_error *error)
{
    hc_list_csv csv;
    uint32_t region = 0;
    int status = hc_list_csv_open(&csv, list, input, NAMES, 1, error);
    hc_list_set_clock(list, HC_CLOCK_CIVIL);
    if (status == 0) {
        status = hc_list_base_name(list, input, &region, error);
    }
    while (status >= 0 && (status = hc_list_csv_next(&csv, error)) == 1) {
        status = take_row(&csv, region, error);
    }
    hc_list_csv_close(&csv);
    return status;
}

const hc_list_reader hc_azure_prices_reader = {"azure-prices", HC_LIST_PRICES, read_prices};
