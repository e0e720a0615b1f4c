#include "traces/lists/json_paths.h"
#include "traces/lists/list_reader.h"

#include <string.h>

/* Answers of `aws ec2 describe-spot-price-history`: a row per change of price, newest first, per zone. The price is a
 * string, the time ISO 8601 with Z. */

enum { TEXT_SIZE = 256, EXCERPT_SIZE = 200 };

#define ROW "SpotPriceHistory[]"

typedef enum member { ZONE = 0, INSTANCE, PRODUCT, PRICE, TIMESTAMP, MEMBER_COUNT } member;

static const char *const MEMBERS[MEMBER_COUNT] = {
    [ZONE] = ROW ".AvailabilityZone",      [INSTANCE] = ROW ".InstanceType",
    [PRODUCT] = ROW ".ProductDescription", [PRICE] = ROW ".SpotPrice",
    [TIMESTAMP] = ROW ".Timestamp",
};

typedef struct reader {
    hc_list *list;
    hc_line line;
    char excerpt[EXCERPT_SIZE];
    char texts[MEMBER_COUNT][TEXT_SIZE];
    size_t lengths[MEMBER_COUNT];
} reader;

static int begin(void *self, const char *path, const hc_line *line, hc_error *error)
{
    reader *r = self;
    (void)error;
    if (strcmp(path, ROW) == 0) {
        r->line = hc_line_excerpt(line, r->excerpt, sizeof r->excerpt);
        memset(r->lengths, 0, sizeof r->lengths);
    }
    return 0;
}

static int value(void *self, const char *path, hc_json_kind kind, hc_field text, hc_error *error)
{
    reader *r = self;
    (void)error;
    for (int i = 0; i < MEMBER_COUNT; i++) {
        if (kind != HC_JSON_NULL && strcmp(path, MEMBERS[i]) == 0) {
            r->lengths[i] = text.length < TEXT_SIZE ? text.length : TEXT_SIZE;
            memcpy(r->texts[i], text.text, r->lengths[i]);
        }
    }
    return 0;
}

static hc_field text_of(const reader *r, member which)
{
    return (hc_field){r->texts[which], r->lengths[which]};
}

static int add_point(const reader *r, hc_list_item *item, hc_error *error)
{
    const hc_field texts[HC_LIST_TEXTS] = {
        {"aws", 3}, text_of(r, ZONE), text_of(r, INSTANCE), {"", 0}, {"spot", 4}};
    for (int i = 0; i < HC_LIST_TEXTS; i++) {
        int status = hc_list_text(r->list, texts[i], &item->texts[i], error);
        if (status == 0) {
            hc_list_quarantine(r->list, &r->line, HC_QUARANTINE_BAD_TEXT);
        }
        if (status <= 0) {
            return status;
        }
    }
    hc_list_note_time(r->list, item->begin);
    hc_list_use(r->list);
    return hc_list_add(r->list, item, error);
}

static int end(void *self, const char *path, hc_error *error)
{
    reader *r = self;
    hc_list_item item = {.end = HC_TIME_MISSING};
    hc_field_state time = HC_FIELD_MISSING;
    hc_field_state price = HC_FIELD_MISSING;
    if (strcmp(path, ROW) != 0) {
        return 0;
    }
    time = hc_field_date(text_of(r, TIMESTAMP), &item.begin);
    price = hc_list_dollars(text_of(r, PRICE), &item.value);
    if (time > HC_FIELD_ROUNDED) {
        hc_list_quarantine_field(r->list, &r->line, time, HC_QUARANTINE_NO_SUBMIT);
    } else if (price > HC_FIELD_ROUNDED) {
        hc_list_quarantine_field(r->list, &r->line, price, HC_QUARANTINE_NO_SIZE);
    } else if (r->lengths[ZONE] == 0 || r->lengths[INSTANCE] == 0) {
        hc_list_quarantine(r->list, &r->line, HC_QUARANTINE_NO_ID);
    } else {
        return add_point(r, &item, error);
    }
    return 0;
}

static int read_history(hc_list *list, hc_input_file *input, hc_error *error)
{
    reader r = {.list = list};
    hc_json_path_listener listener = {&r, begin, value, end};
    hc_list_set_clock(list, HC_CLOCK_CIVIL);
    return hc_json_paths_read(input, &listener, error);
}

const hc_list_reader hc_aws_spot_reader = {"aws-spot", HC_LIST_PRICES, read_history};
