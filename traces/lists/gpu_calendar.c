#include "traces/lists/list_csv.h"

#include <stdlib.h>
#include <string.h>

/* GPUs per virtual cluster and day, as SenseTime published them for Helios: date, a column per group, total. A step
 * begins where a group has another number than on the day before in the list. Days are not skipped in the
 * published lists; a day that is missing has the numbers of the day before. */

enum { DATE = 0, TOTAL, COLUMN_COUNT };

static const char *const NAMES[COLUMN_COUNT] = {[DATE] = "date", [TOTAL] = "total"};

typedef struct calendar {
    hc_list_csv csv;
    hc_list_item *open; /* of each column, the step that goes on */
    bool is_begun;
    hc_time last; /* day read last */
} calendar;

static bool is_group(const calendar *c, size_t column)
{
    return (int)column != c->csv.columns[DATE] && (int)column != c->csv.columns[TOTAL];
}

/* @return HC_FIELD_READ and the sum of the groups, or the state of the first cell that is no number of GPUs. */
static hc_field_state add_up(const calendar *c, int64_t *sum)
{
    *sum = 0;
    for (size_t i = 0; i < hc_csv_column_count(c->csv.rows); i++) {
        int64_t gpus = 0;
        hc_field_state state =
            is_group(c, i) ? hc_field_whole(c->csv.row.fields[i], &gpus) : HC_FIELD_READ;
        if (state == HC_FIELD_READ && (gpus < 0 || gpus > UINT32_MAX)) {
            state = HC_FIELD_OUT_OF_RANGE;
        }
        if (state != HC_FIELD_READ) {
            return state;
        }
        *sum += gpus; /* at most 1,024 columns */
    }
    return HC_FIELD_READ;
}

static int change(calendar *c, size_t column, hc_time day, hc_error *error)
{
    hc_list_item *open = &c->open[column];
    int64_t gpus = 0;
    (void)hc_field_whole(c->csv.row.fields[column], &gpus);
    if (c->is_begun && gpus == open->number) {
        return 0;
    }
    if (c->is_begun) {
        open->end = day;
        if (hc_list_add(c->csv.list, open, error) < 0) {
            return -1;
        }
    }
    open->begin = day;
    open->number = (uint32_t)gpus;
    return 0;
}

static int take_day(calendar *c, hc_time day, hc_error *error)
{
    hc_list_use(c->csv.list);
    for (size_t i = 0; i < hc_csv_column_count(c->csv.rows); i++) {
        if (is_group(c, i) && change(c, i, day, error) < 0) {
            return -1;
        }
    }
    c->is_begun = true;
    c->last = day;
    return 0;
}

static int take_row(calendar *c, hc_error *error)
{
    hc_time day = 0;
    int64_t total = 0;
    int64_t sum = 0;
    hc_field_state date = hc_field_date(hc_list_csv_field(&c->csv, DATE), &day);
    hc_field_state groups = add_up(c, &sum);
    if (date != HC_FIELD_READ || groups != HC_FIELD_READ) {
        bool is_date = date != HC_FIELD_READ;
        hc_list_quarantine_field(c->csv.list, &c->csv.row.line, is_date ? date : groups,
                                 is_date ? HC_QUARANTINE_NO_SUBMIT : HC_QUARANTINE_NO_SIZE);
        return 0;
    }
    if (c->is_begun && day <= c->last) {
        hc_list_csv_quarantine(&c->csv, HC_QUARANTINE_BAD_TIMES);
        return 0;
    }
    if (hc_field_whole(hc_list_csv_field(&c->csv, TOTAL), &total) != HC_FIELD_READ ||
        total != sum) {
        hc_list_account(c->csv.list)->disagree_count++;
    }
    return take_day(c, day, error);
}

static int begin(calendar *c, hc_error *error)
{
    size_t count = hc_csv_column_count(c->csv.rows);
    c->open = calloc(count, sizeof *c->open);
    if (c->open == NULL) {
        return hc_error_memory(error);
    }
    for (size_t i = 0; i < count; i++) {
        if (hc_list_csv_column_text(&c->csv, i, &c->open[i].texts[0], error) < 0) {
            return -1;
        }
    }
    return 0;
}

/* The last steps go on to the end of the last day. */
static int finish(calendar *c, hc_error *error)
{
    for (size_t i = 0; c->is_begun && i < hc_csv_column_count(c->csv.rows); i++) {
        c->open[i].end = c->last + HC_DAY;
        if (is_group(c, i) && hc_list_add(c->csv.list, &c->open[i], error) < 0) {
            return -1;
        }
    }
    return 0;
}

static int read_calendar(hc_list *list, hc_input_file *input, hc_error *error)
{
    calendar c = {.is_begun = false};
    int status = hc_list_csv_open(&c.csv, list, input, NAMES, COLUMN_COUNT, error);
    hc_list_set_clock(list, HC_CLOCK_CIVIL);
    if (status == 0) {
        status = begin(&c, error);
    }
    while (status >= 0 && (status = hc_list_csv_next(&c.csv, error)) == 1) {
        status = take_row(&c, error);
    }
    if (status == 0) {
        status = finish(&c, error);
    }
    free(c.open);
    hc_list_csv_close(&c.csv);
    return status;
}

const hc_list_reader hc_gpu_calendar_reader = {"gpu-calendar", HC_LIST_CAPACITY, read_calendar};
