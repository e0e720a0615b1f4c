#include "traces/lists/json_paths.h"
#include "traces/lists/list_reader.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* SkyPilot's traces of spot machines (Can't Be Late, NSDI'24): {"metadata": {"gap_seconds": G}, "data": [machines per
 * tick], "prices": [...]}. The gap in the file is the truth. Prices, where there are any, are as many as ticks. */

#define TICK_LIMIT (UINT32_C(1) << 24) /* 53 years of 100 s */

typedef struct series {
    int64_t *values;
    uint32_t count;
    uint32_t capacity;
} series;

typedef struct reader {
    hc_list *list;
    hc_input_file *input;
    series data;
    series prices;
    hc_time gap;
} reader;

static int fail(const reader *r, hc_error *error, const char *what)
{
    return hc_error_set(error, HC_ERROR_TRACE, "%s: %s", hc_input_file_name(r->input), what);
}

static int push(const reader *r, series *s, int64_t value, hc_error *error)
{
    if (s->count == s->capacity) {
        uint32_t capacity = s->capacity == 0 ? 1024 : 2 * s->capacity;
        int64_t *grown = NULL;
        if (capacity > TICK_LIMIT) {
            return fail(r, error, "more than 16,777,216 ticks");
        }
        grown = realloc(s->values, capacity * sizeof *grown);
        if (grown == NULL) {
            return hc_error_memory(error);
        }
        s->values = grown;
        s->capacity = capacity;
    }
    s->values[s->count++] = value;
    return 0;
}

static int take_count(reader *r, hc_json_kind kind, hc_field text, hc_error *error)
{
    int64_t count = 0;
    if (kind != HC_JSON_NUMBER || hc_field_whole(text, &count) != HC_FIELD_READ || count < 0 ||
        count > UINT32_MAX) {
        return fail(r, error, "data: expected whole numbers of machines");
    }
    return push(r, &r->data, count, error);
}

static int take_price(reader *r, hc_json_kind kind, hc_field text, hc_error *error)
{
    int64_t price = INT64_MIN;
    if (kind != HC_JSON_NULL &&
        (kind != HC_JSON_NUMBER || hc_list_dollars(text, &price) > HC_FIELD_ROUNDED)) {
        return fail(r, error, "prices: expected dollars per hour");
    }
    return push(r, &r->prices, price, error);
}

static int value(void *self, const char *path, hc_json_kind kind, hc_field text, hc_error *error)
{
    reader *r = self;
    if (strcmp(path, "data[]") == 0) {
        return take_count(r, kind, text, error);
    }
    if (strcmp(path, "prices[]") == 0) {
        return take_price(r, kind, text, error);
    }
    if (strcmp(path, "metadata.gap_seconds") == 0 &&
        (kind != HC_JSON_NUMBER || hc_field_seconds(text, &r->gap) > HC_FIELD_ROUNDED ||
         r->gap <= 0)) {
        return fail(r, error, "metadata.gap_seconds: expected seconds, more than 0");
    }
    return 0;
}

static int check(const reader *r, hc_error *error)
{
    if (r->gap == 0) {
        return fail(r, error, "no metadata.gap_seconds");
    }
    if (r->data.count == 0) {
        return fail(r, error, "no data");
    }
    if (r->prices.count != 0 && r->prices.count != r->data.count) {
        return hc_error_set(error, HC_ERROR_TRACE, "%s: %" PRIu32 " prices for %" PRIu32 " ticks",
                            hc_input_file_name(r->input), r->prices.count, r->data.count);
    }
    return r->gap > HC_TIME_LIMIT / r->data.count ? fail(r, error, "longer than can be held") : 0;
}

static int64_t price_at(const reader *r, uint32_t tick)
{
    return r->prices.count == 0 ? INT64_MIN : r->prices.values[tick];
}

/* A step for each run of equal ticks. */
static int add_steps(const reader *r, hc_error *error)
{
    uint32_t pool = 0;
    uint32_t begin = 0;
    if (hc_list_base_name(r->list, r->input, &pool, error) < 0) {
        return -1;
    }
    for (uint32_t tick = 1; tick <= r->data.count; tick++) {
        hc_list_item item = {.begin = begin * r->gap,
                             .end = tick * r->gap,
                             .value = price_at(r, begin),
                             .number = (uint32_t)r->data.values[begin],
                             .texts = {pool}};
        hc_list_use(r->list);
        if (tick < r->data.count && r->data.values[tick] == r->data.values[begin] &&
            price_at(r, tick) == price_at(r, begin)) {
            continue;
        }
        if (hc_list_add(r->list, &item, error) < 0) {
            return -1;
        }
        begin = tick;
    }
    return 0;
}

static int read_ticks(hc_list *list, hc_input_file *input, hc_error *error)
{
    reader r = {.list = list, .input = input};
    hc_json_path_listener listener = {&r, NULL, value, NULL};
    int status = hc_json_paths_read(input, &listener, error);
    if (status == 0) {
        status = check(&r, error) < 0 ? -1 : add_steps(&r, error);
    }
    free(r.data.values);
    free(r.prices.values);
    return status;
}

const hc_list_reader hc_skypilot_spot_reader = {"skypilot-spot", HC_LIST_AVAILABILITY, read_ticks};
