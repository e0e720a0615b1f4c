#include "traces/lists/list_csv.h"

#include <stdio.h>

/* LANL 1996-2005 (LA-UR-05-7318): one failure per row, dates M/D/YYYY H:MM of local time, down time in minutes. The
 * cause is the text in one of six columns. End less start and the down time disagree in a few rows: the end
 * stands. A node is called "system-node". */

enum {
    SYSTEM = 0,
    NODE,
    STARTED,
    FIXED,
    DOWN_TIME,
    FACILITIES,
    HARDWARE,
    HUMAN_ERROR,
    NETWORK,
    UNDETERMINED,
    SOFTWARE,
    COLUMN_COUNT
};

static const char *const NAMES[COLUMN_COUNT] = {
    [SYSTEM] = "System",        [NODE] = "nodenum",
    [STARTED] = "Prob Started", [FIXED] = "Prob Fixed",
    [DOWN_TIME] = "Down Time",  [FACILITIES] = "Facilities",
    [HARDWARE] = "Hardware",    [HUMAN_ERROR] = "Human Error",
    [NETWORK] = "Network",      [UNDETERMINED] = "Undetermined",
    [SOFTWARE] = "Software",
};

enum { TEXT_SIZE = 256 };

typedef hc_list_csv lanl;

static hc_field field(const lanl *l, int column)
{
    return hc_list_csv_field(l, (size_t)column);
}

static int shown_length(hc_field text)
{
    return (int)(text.length < TEXT_SIZE ? text.length : TEXT_SIZE);
}

/* "Hardware: Graphics Accel Hdwr", "" when no column says anything. */
static hc_field name_cause(const lanl *l, char *out)
{
    for (int column = FACILITIES; column < COLUMN_COUNT; column++) {
        hc_field text = field(l, column);
        if (text.length > 0) {
            int length =
                snprintf(out, TEXT_SIZE, "%s: %.*s", NAMES[column], shown_length(text), text.text);
            return (hc_field){out, (size_t)(length < TEXT_SIZE ? length : TEXT_SIZE - 1)};
        }
    }
    return (hc_field){"", 0};
}

/* A system of one node has no number of it. */
static hc_field name_node(const lanl *l, char *out)
{
    hc_field system = field(l, SYSTEM);
    hc_field node = field(l, NODE);
    int length = snprintf(out, TEXT_SIZE, "%.*s%s%.*s", shown_length(system), system.text,
                          node.length == 0 ? "" : "-", shown_length(node), node.text);
    return (hc_field){out, (size_t)(length < TEXT_SIZE ? length : TEXT_SIZE - 1)};
}

/* Both are rounded to minutes; a clock that was put forward or back between them makes an hour. */
static void compare_down_time(const lanl *l, const hc_list_item *item)
{
    hc_time given = 0;
    hc_time elapsed = item->end - item->begin;
    int64_t minutes = 0;
    if (hc_field_whole(field(l, DOWN_TIME), &minutes) != HC_FIELD_READ) {
        return;
    }
    if (minutes < 0 || minutes > HC_TIME_LIMIT / HC_MINUTE) {
        hc_list_account(l->list)->disagree_count++;
        return;
    }
    given = minutes * HC_MINUTE;
    if (given - elapsed > HC_MINUTE || elapsed - given > HC_MINUTE) {
        hc_list_account(l->list)->disagree_count++;
    }
}

static int keep(const lanl *l, hc_list_item *item, hc_error *error)
{
    char node[TEXT_SIZE];
    char cause[TEXT_SIZE];
    int status = hc_list_text(l->list, name_node(l, node), &item->texts[0], error);
    if (status == 1) {
        status = hc_list_text(l->list, name_cause(l, cause), &item->texts[1], error);
    }
    if (status == 0) {
        hc_list_quarantine(l->list, &l->row.line, HC_QUARANTINE_BAD_TEXT);
        return 0;
    }
    compare_down_time(l, item);
    hc_list_use(l->list);
    return status < 0 ? -1 : hc_list_add(l->list, item, error);
}

static int take_row(const lanl *l, hc_error *error)
{
    hc_list_item item = {.end = HC_TIME_MISSING};
    hc_field_state started = hc_list_american_date(field(l, STARTED), &item.begin);
    hc_field_state fixed = hc_list_american_date(field(l, FIXED), &item.end);
    if (started != HC_FIELD_READ) {
        hc_list_quarantine_field(l->list, &l->row.line, started, HC_QUARANTINE_NO_SUBMIT);
        return 0;
    }
    if (fixed != HC_FIELD_READ) {
        hc_list_quarantine_field(l->list, &l->row.line, fixed, HC_QUARANTINE_NO_RUN_TIME);
        return 0;
    }
    if (item.end < item.begin || field(l, SYSTEM).length == 0) {
        hc_list_quarantine(l->list, &l->row.line,
                           item.end < item.begin ? HC_QUARANTINE_BAD_TIMES : HC_QUARANTINE_NO_ID);
        return 0;
    }
    hc_list_note_time(l->list, item.begin);
    return keep(l, &item, error);
}

static int read_failures(hc_list *list, hc_input_file *input, hc_error *error)
{
    lanl l;
    int status = hc_list_csv_open(&l, list, input, NAMES, COLUMN_COUNT, error);
    hc_list_set_clock(list, HC_CLOCK_CIVIL);
    while (status >= 0 && (status = hc_list_csv_next(&l, error)) == 1) {
        status = take_row(&l, error);
    }
    hc_list_csv_close(&l);
    return status;
}

const hc_list_reader hc_lanl_reader = {"lanl", HC_LIST_FAULTS, read_failures};
