#include "traces/lists/list_csv.h"

#include <stdlib.h>

/* Spot prices of Azure (Training on a Dime): Date M/D/YYYY, then a column per size with cells like "$0.24552". What
 * is empty was not offered. The region is the name of the file. */

static const char *const NAMES[] = {"Date"};

typedef struct azure {
    hc_list_csv csv;
    uint32_t provider;
    uint32_t region;
    uint32_t market;
    uint32_t *sizes; /* by column */
} azure;

static bool is_size(const azure *a, size_t column)
{
    return (int)column != a->csv.columns[0];
}

static int name_texts(azure *a, hc_input_file *input, hc_error *error)
{
    size_t count = hc_csv_column_count(a->csv.rows);
    a->sizes = calloc(count, sizeof *a->sizes);
    if (a->sizes == NULL) {
        return hc_error_memory(error);
    }
    for (size_t i = 0; i < count; i++) {
        if (hc_list_csv_column_text(&a->csv, i, &a->sizes[i], error) < 0) {
            return -1;
        }
    }
    return hc_list_text(a->csv.list, (hc_field){"azure", 5}, &a->provider, error) < 0 ||
                   hc_list_text(a->csv.list, (hc_field){"spot", 4}, &a->market, error) < 0 ||
                   hc_list_base_name(a->csv.list, input, &a->region, error) < 0
               ? -1
               : 0;
}

static int add_price(const azure *a, size_t column, hc_time date, hc_error *error)
{
    hc_list_item item = {.begin = date,
                         .end = HC_TIME_MISSING,
                         .texts = {a->provider, a->region, a->sizes[column], 0, a->market}};
    if (hc_list_dollars(a->csv.row.fields[column], &item.value) > HC_FIELD_ROUNDED) {
        return 0; /* empty: take_row has refused others */
    }
    return hc_list_add(a->csv.list, &item, error);
}

/* @return the state of the first cell that is neither a price nor empty, else HC_FIELD_READ. */
static hc_field_state check_cells(const azure *a)
{
    for (size_t i = 0; i < hc_csv_column_count(a->csv.rows); i++) {
        int64_t ignored = 0;
        hc_field_state state =
            is_size(a, i) ? hc_list_dollars(a->csv.row.fields[i], &ignored) : HC_FIELD_READ;
        if (state > HC_FIELD_MISSING) {
            return state;
        }
    }
    return HC_FIELD_READ;
}

static int take_row(const azure *a, hc_error *error)
{
    hc_time date = 0;
    hc_field_state state = hc_list_american_date(hc_list_csv_field(&a->csv, 0), &date);
    state = state == HC_FIELD_READ ? check_cells(a) : state;
    if (state != HC_FIELD_READ) {
        hc_list_quarantine_field(a->csv.list, &a->csv.row.line, state, HC_QUARANTINE_NO_SUBMIT);
        return 0;
    }
    hc_list_note_time(a->csv.list, date);
    hc_list_use(a->csv.list);
    for (size_t i = 0; i < hc_csv_column_count(a->csv.rows); i++) {
        if (is_size(a, i) && add_price(a, i, date, error) < 0) {
            return -1;
        }
    }
    return 0;
}

static int read_prices(hc_list *list, hc_input_file *input, hc_error *error)
{
    azure a = {.sizes = NULL};
    int status = hc_list_csv_open(&a.csv, list, input, NAMES, 1, error);
    hc_list_set_clock(list, HC_CLOCK_CIVIL);
    if (status == 0) {
        status = name_texts(&a, input, error);
    }
    while (status >= 0 && (status = hc_list_csv_next(&a.csv, error)) == 1) {
        status = take_row(&a, error);
    }
    free(a.sizes);
    hc_list_csv_close(&a.csv);
    return status;
}

const hc_list_reader hc_azure_prices_reader = {"azure-prices", HC_LIST_PRICES, read_prices};
