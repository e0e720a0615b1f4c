#include "traces/lists/list_reader.h"

#include "sim/civil_time.h"

#include <stdlib.h>
#include <string.h>

/* Bamboo (NSDI'23). Two forms without a header: "ms,add|remove,node", one row per node that comes or goes, and "date,
 * time, count" of a pool, with stamps that come again and go back. Both become how many nodes the pool had; of
 * several counts at one instant the last row counts. */

enum { COLUMN_COUNT = 3 };

/* A change or a count, as it was read. */
typedef struct sample {
    hc_time time;
    int64_t count;
    uint64_t line;
} sample;

typedef struct reader {
    hc_list *list;
    sample *samples;
    size_t count;
    size_t capacity;
    bool is_begun;
    bool has_dates;
} reader;

static bool split(const hc_line *line, hc_field *fields)
{
    const char *begin = line->text;
    const char *end = line->text + line->length;
    for (int i = 0; i < COLUMN_COUNT; i++) {
        const char *comma = memchr(begin, ',', (size_t)(end - begin));
        if ((comma == NULL) != (i == COLUMN_COUNT - 1)) {
            return false;
        }
        fields[i] = hc_field_trim(begin, comma == NULL ? end : comma);
        begin = comma == NULL ? end : comma + 1;
    }
    return true;
}

static int push(reader *r, const sample *added, hc_error *error)
{
    if (r->count == r->capacity) {
        size_t capacity = r->capacity == 0 ? 256 : 2 * r->capacity;
        sample *grown = realloc(r->samples, capacity * sizeof *grown);
        if (grown == NULL) {
            return hc_error_memory(error);
        }
        r->samples = grown;
        r->capacity = capacity;
    }
    r->samples[r->count++] = *added;
    hc_list_note_time(r->list, added->time);
    hc_list_use(r->list);
    return 0;
}

static hc_field_state read_date(const hc_field *fields, hc_time *out)
{
    char text[HC_CIVIL_TEXT_SIZE];
    size_t length = fields[0].length + 1 + fields[1].length;
    if (length >= sizeof text) {
        return HC_FIELD_NOT_A_NUMBER;
    }
    memcpy(text, fields[0].text, fields[0].length);
    text[fields[0].length] = ' ';
    memcpy(text + fields[0].length + 1, fields[1].text, fields[1].length);
    return hc_field_date((hc_field){text, length}, out);
}

static int take_count(reader *r, const hc_line *line, const hc_field *fields, hc_error *error)
{
    sample s = {.line = line->number};
    hc_field_state state = read_date(fields, &s.time);
    if (state == HC_FIELD_READ) {
        state = hc_field_whole(fields[2], &s.count);
    }
    if (state == HC_FIELD_READ && (s.count < 0 || s.count > UINT32_MAX)) {
        state = HC_FIELD_OUT_OF_RANGE;
    }
    if (state != HC_FIELD_READ) {
        hc_list_quarantine_field(r->list, line, state, HC_QUARANTINE_NO_SIZE);
        return 0;
    }
    return push(r, &s, error);
}

static int take_change(reader *r, const hc_line *line, const hc_field *fields, hc_error *error)
{
    sample s = {.line = line->number};
    int64_t milliseconds = 0;
    hc_field_state state = hc_field_whole(fields[0], &milliseconds);
    bool is_add = hc_field_equals(fields[1], "add");
    if (state == HC_FIELD_READ &&
        (milliseconds < 0 || milliseconds > HC_TIME_LIMIT / HC_MILLISECOND)) {
        state = HC_FIELD_OUT_OF_RANGE;
    }
    if (state == HC_FIELD_READ && !is_add && !hc_field_equals(fields[1], "remove")) {
        state = HC_FIELD_NOT_A_NUMBER;
    }
    if (state != HC_FIELD_READ) {
        hc_list_quarantine_field(r->list, line, state, HC_QUARANTINE_NO_SUBMIT);
        return 0;
    }
    s.time = milliseconds * HC_MILLISECOND;
    s.count = is_add ? 1 : -1;
    return push(r, &s, error);
}

/* The first row decides which of the two forms it is. */
static int take_line(reader *r, const hc_line *line, hc_error *error)
{
    hc_field fields[COLUMN_COUNT];
    hc_time ignored = 0;
    if (line->has_nul || !split(line, fields)) {
        hc_list_quarantine(r->list, line,
                           line->has_nul ? HC_QUARANTINE_BAD_TEXT : HC_QUARANTINE_FIELD_COUNT);
        return 0;
    }
    if (!r->is_begun) {
        r->is_begun = true;
        r->has_dates = hc_field_date(fields[0], &ignored) == HC_FIELD_READ;
        hc_list_set_clock(r->list, r->has_dates ? HC_CLOCK_CIVIL : HC_CLOCK_UNKNOWN_ZERO);
    }
    return r->has_dates ? take_count(r, line, fields, error) : take_change(r, line, fields, error);
}

static int compare(const void *a, const void *b)
{
    const sample *x = a;
    const sample *y = b;
    int order = (x->time > y->time) - (x->time < y->time);
    return order != 0 ? order : (x->line > y->line) - (x->line < y->line);
}

/* The pool after all samples of one instant; never below 0. @param at  [in,out] of the first sample, then of the
 * first one behind them */
static int64_t count_after(const reader *r, size_t *at, int64_t count)
{
    hc_time time = r->samples[*at].time;
    for (; *at < r->count && r->samples[*at].time == time; (*at)++) {
        count = r->has_dates ? r->samples[*at].count : count + r->samples[*at].count;
    }
    if (count < 0) {
        hc_list_account(r->list)->disagree_count++;
        count = 0;
    }
    return count > UINT32_MAX ? UINT32_MAX : count;
}

static int add_step(const reader *r, hc_list_item *item, hc_time end, hc_error *error)
{
    item->end = end;
    return hc_list_add(r->list, item, error);
}

static int add_steps(reader *r, uint32_t pool, hc_error *error)
{
    hc_list_item item = {.begin = HC_TIME_MISSING, .value = INT64_MIN, .texts = {pool}};
    int64_t count = 0;
    if (r->count > 0) {
        qsort(r->samples, r->count, sizeof *r->samples, compare);
    }
    for (size_t at = 0; at < r->count;) {
        hc_time time = r->samples[at].time;
        count = count_after(r, &at, count);
        if (item.begin != HC_TIME_MISSING && count == item.number) {
            continue;
        }
        if (item.begin != HC_TIME_MISSING && add_step(r, &item, time, error) < 0) {
            return -1;
        }
        item.begin = time;
        item.number = (uint32_t)count;
    }
    return item.begin == HC_TIME_MISSING ? 0 : add_step(r, &item, HC_TIME_MISSING, error);
}

static int read_pool(hc_list *list, hc_input_file *input, hc_error *error)
{
    reader r = {.list = list};
    hc_line line;
    uint32_t pool = 0;
    int status = hc_list_base_name(list, input, &pool, error);
    while (status >= 0 && (status = hc_input_file_next(input, &line, error)) == 1) {
        if (hc_line_is_blank(&line)) {
            hc_list_account(list)->blank_line_count++;
        } else {
            status = take_line(&r, &line, error);
        }
    }
    if (status == 0 && r.count > 0) {
        status = add_steps(&r, pool, error);
    }
    free(r.samples);
    return status;
}

const hc_list_reader hc_bamboo_reader = {"bamboo", HC_LIST_AVAILABILITY, read_pool};
