#include "traces/lists/list_csv.h"

#include <string.h>

/* Price lists without dates: cloud-gpus (the-full-stack) and the catalogues of SkyPilot. Each row gives up to two
 * points, on-demand and spot; an empty price is none. Names of GPUs stay as the list spells them. */

enum { PROVIDER = 0, REGION, INSTANCE, GPU_KIND, GPUS, ON_DEMAND, SPOT, COLUMN_COUNT };

static const char *const CLOUD_GPUS[COLUMN_COUNT] = {
    [PROVIDER] = "Cloud", [REGION] = NULL,           [INSTANCE] = "Name", [GPU_KIND] = "GPU Type",
    [GPUS] = "GPUs",      [ON_DEMAND] = "On-demand", [SPOT] = "Spot",
};

static const char *const CATALOG[COLUMN_COUNT] = {
    [PROVIDER] = NULL,           [REGION] = "Region",
    [INSTANCE] = "InstanceType", [GPU_KIND] = "AcceleratorName",
    [GPUS] = "AcceleratorCount", [ON_DEMAND] = "Price",
    [SPOT] = "SpotPrice",
};

static hc_field field(const hc_list_csv *csv, int column)
{
    return csv->columns[column] < 0 ? (hc_field){"", 0} : hc_list_csv_field(csv, (size_t)column);
}

/* @return 1; 0 when the row was quarantined; -1 with `error` set. */
static int read_names(const hc_list_csv *csv, hc_list_item *item, hc_error *error)
{
    for (int i = PROVIDER; i <= GPU_KIND; i++) {
        int status = hc_list_text(csv->list, field(csv, i), &item->texts[i], error);
        if (status == 0) {
            hc_list_csv_quarantine(csv, HC_QUARANTINE_BAD_TEXT);
        }
        if (status <= 0) {
            return status;
        }
    }
    return 1;
}

static int add_price(const hc_list_csv *csv, hc_list_item item, int column, const char *market,
                     hc_error *error)
{
    if (hc_list_dollars(field(csv, column), &item.value) > HC_FIELD_ROUNDED) {
        return 0;
    }
    if (hc_list_text(csv->list, (hc_field){market, strlen(market)}, &item.texts[4], error) < 0) {
        return -1;
    }
    return hc_list_add(csv->list, &item, error);
}

/* The state of what must be a number, HC_FIELD_READ when all are, or are empty. */
static hc_field_state check_numbers(const hc_list_csv *csv, int64_t *gpus)
{
    int64_t ignored = 0;
    hc_field_state states[] = {hc_field_whole(field(csv, GPUS), gpus),
                               hc_list_dollars(field(csv, ON_DEMAND), &ignored),
                               hc_list_dollars(field(csv, SPOT), &ignored)};
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        if (states[i] > HC_FIELD_MISSING) {
            return states[i];
        }
    }
    return *gpus < 0 || *gpus > UINT32_MAX ? HC_FIELD_OUT_OF_RANGE : HC_FIELD_READ;
}

static int take_row(const hc_list_csv *csv, hc_error *error)
{
    hc_list_item item = {.begin = HC_TIME_MISSING, .end = HC_TIME_MISSING};
    int64_t gpus = 0;
    hc_field_state state = check_numbers(csv, &gpus);
    int status = 0;
    if (state != HC_FIELD_READ) {
        hc_list_quarantine_field(csv->list, &csv->row.line, state, HC_QUARANTINE_NO_SIZE);
        return 0;
    }
    status = read_names(csv, &item, error);
    if (status <= 0) {
        return status;
    }
    item.number = (uint32_t)gpus;
    hc_list_use(csv->list);
    return add_price(csv, item, ON_DEMAND, "on-demand", error) < 0
               ? -1
               : add_price(csv, item, SPOT, "spot", error);
}

static int read_table(hc_list *list, hc_input_file *input, const char *const *names,
                      hc_error *error)
{
    hc_list_csv csv;
    int status = hc_list_csv_open(&csv, list, input, names, COLUMN_COUNT, error);
    while (status >= 0 && (status = hc_list_csv_next(&csv, error)) == 1) {
        status = take_row(&csv, error);
    }
    hc_list_csv_close(&csv);
    return status;
}

static int read_cloud_gpus(hc_list *list, hc_input_file *input, hc_error *error)
{
    return read_table(list, input, CLOUD_GPUS, error);
}

static int read_catalog(hc_list *list, hc_input_file *input, hc_error *error)
{
    return read_table(list, input, CATALOG, error);
}

const hc_list_reader hc_cloud_gpus_reader = {"cloud-gpus", HC_LIST_PRICES, read_cloud_gpus};
const hc_list_reader hc_skypilot_catalog_reader = {"skypilot-catalog", HC_LIST_PRICES,
                                                   read_catalog};
