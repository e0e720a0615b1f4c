#include "traces/lists/list_rows.h"

#include "traces/lists/list_reader.h"
#include "traces/run/column_rows.h"

#include <assert.h>

/* What the parts of an item are in each kind of list. */
enum { FAULT_NODE = 0, FAULT_CAUSE };
enum { PRICE_PROVIDER = 0, PRICE_REGION, PRICE_INSTANCE, PRICE_GPU, PRICE_MARKET };

/* clang-format off */
static const hc_row_field FAULT_FIELDS[] = {
    HC_LIST_NUMBER(hc_fault_interval, start, "start_ns", INT64, "ns", "the node goes down"),
    HC_LIST_OPTIONAL(hc_fault_interval, end, "end_ns", INT64, "ns", "it is back"),
    HC_LIST_TEXT(hc_fault_interval, node, "node", "name of the node"),
    HC_LIST_TEXT(hc_fault_interval, cause, "cause", "what the list says of the cause"),
};
static const hc_row_field AVAILABILITY_FIELDS[] = {
    HC_LIST_NUMBER(hc_availability_step, begin, "begin_ns", INT64, "ns", "from then on"),
    HC_LIST_OPTIONAL(hc_availability_step, end, "end_ns", INT64, "ns", "until then"),
    HC_LIST_NUMBER(hc_availability_step, available, "available", UINT32, "machines", "machines that can be had"),
    HC_LIST_OPTIONAL(hc_availability_step, price_nano_usd, "price_nano_usd", INT64, "USD 1e-9", "price of one for an hour"),
    HC_LIST_TEXT(hc_availability_step, pool, "pool", "where"),
};
static const hc_row_field PRICE_FIELDS[] = {
    HC_LIST_OPTIONAL(hc_price_point, time, "time_ns", INT64, "ns", "from then on"),
    HC_LIST_NUMBER(hc_price_point, price_nano_usd, "price_nano_usd", INT64, "USD 1e-9", "price of the instance for an hour"),
    HC_LIST_NUMBER(hc_price_point, gpus, "gpus", UINT32, "GPUs", "GPUs of the instance; 0: not given"),
    HC_LIST_TEXT(hc_price_point, provider, "provider", "who sells it"),
    HC_LIST_TEXT(hc_price_point, region, "region", "region or zone"),
    HC_LIST_TEXT(hc_price_point, instance, "instance", "kind of instance"),
    HC_LIST_TEXT(hc_price_point, gpu_kind, "gpu_kind", "kind of its GPUs, as the list writes it"),
    HC_LIST_TEXT(hc_price_point, market, "market", "spot or on-demand"),
};
static const hc_row_field CAPACITY_FIELDS[] = {
    HC_LIST_NUMBER(hc_capacity_step, begin, "begin_ns", INT64, "ns", "from then on"),
    HC_LIST_OPTIONAL(hc_capacity_step, end, "end_ns", INT64, "ns", "until then"),
    HC_LIST_NUMBER(hc_capacity_step, gpus, "gpus", UINT32, "GPUs", "GPUs of the group"),
    HC_LIST_TEXT(hc_capacity_step, group, "group", "group or virtual cluster"),
};

#define TABLE(table_name, table_title, row, columns) \
    {.name = (table_name), .title = (table_title), .row_size = sizeof(row), .fields = (columns), \
     .field_count = sizeof(columns) / sizeof((columns)[0])}

const hc_table_info hc_list_tables[HC_LIST_KIND_COUNT] = {
    [HC_LIST_FAULTS] = TABLE("faults", "When nodes were down", hc_fault_interval, FAULT_FIELDS),
    [HC_LIST_AVAILABILITY] = TABLE("availability", "Machines that could be had", hc_availability_step, AVAILABILITY_FIELDS),
    [HC_LIST_PRICES] = TABLE("prices", "Prices of instances", hc_price_point, PRICE_FIELDS),
    [HC_LIST_CAPACITY] = TABLE("capacity", "GPUs of groups over time", hc_capacity_step, CAPACITY_FIELDS),
};
/* clang-format on */

static const hc_list_item *item_of(const hc_list *list, size_t index, hc_list_kind kind)
{
    assert(hc_list_format_kind(hc_list_format_of(list)) == kind);
    (void)kind;
    return hc_list_item_at(list, index);
}

hc_fault_interval hc_list_fault(const hc_list *list, size_t index)
{
    const hc_list_item *item = item_of(list, index, HC_LIST_FAULTS);
    return (hc_fault_interval){
        .start = item->begin,
        .end = item->end,
        .node = hc_list_string(list, item->texts[FAULT_NODE]),
        .cause = hc_list_string(list, item->texts[FAULT_CAUSE]),
    };
}

hc_availability_step hc_list_availability(const hc_list *list, size_t index)
{
    const hc_list_item *item = item_of(list, index, HC_LIST_AVAILABILITY);
    return (hc_availability_step){
        .begin = item->begin,
        .end = item->end,
        .price_nano_usd = item->value,
        .available = item->number,
        .pool = hc_list_string(list, item->texts[0]),
    };
}

hc_price_point hc_list_price(const hc_list *list, size_t index)
{
    const hc_list_item *item = item_of(list, index, HC_LIST_PRICES);
    return (hc_price_point){
        .time = item->begin,
        .price_nano_usd = item->value,
        .gpus = item->number,
        .provider = hc_list_string(list, item->texts[PRICE_PROVIDER]),
        .region = hc_list_string(list, item->texts[PRICE_REGION]),
        .instance = hc_list_string(list, item->texts[PRICE_INSTANCE]),
        .gpu_kind = hc_list_string(list, item->texts[PRICE_GPU]),
        .market = hc_list_string(list, item->texts[PRICE_MARKET]),
    };
}

hc_capacity_step hc_list_capacity(const hc_list *list, size_t index)
{
    const hc_list_item *item = item_of(list, index, HC_LIST_CAPACITY);
    return (hc_capacity_step){
        .begin = item->begin,
        .end = item->end,
        .gpus = item->number,
        .group = hc_list_string(list, item->texts[0]),
    };
}

void hc_list_row(const void *self, uint64_t index, void *out)
{
    const hc_list *list = self;
    switch (hc_list_format_kind(hc_list_format_of(list))) {
    case HC_LIST_FAULTS:
        *(hc_fault_interval *)out = hc_list_fault(list, (size_t)index);
        break;
    case HC_LIST_AVAILABILITY:
        *(hc_availability_step *)out = hc_list_availability(list, (size_t)index);
        break;
    case HC_LIST_PRICES:
        *(hc_price_point *)out = hc_list_price(list, (size_t)index);
        break;
    case HC_LIST_CAPACITY:
        *(hc_capacity_step *)out = hc_list_capacity(list, (size_t)index);
        break;
    case HC_LIST_KIND_COUNT:
        break;
    }
}
