#include "traces/lists/list_reader.h"

/* Grid'5000 in the Failure Trace Archive: intervals in Unix seconds, nine columns separated by tabs and padded with
 * blanks, a header line that begins with #. Type 0 is an interval of unavailability; type 1, of availability, says
 * nothing that does not follow. */

enum { NODE_NAME = 4, TYPE = 5, START = 6, STOP = 7, REASON = 8, COLUMN_COUNT = 9 };

/* @return how many fields there are, at most one more than fit. */
static size_t split(const hc_line *line, hc_field *fields)
{
    const char *begin = line->text;
    const char *end = line->text + line->length;
    size_t count = 0;
    for (const char *at = begin; at <= end && count <= COLUMN_COUNT; at++) {
        if (at < end && *at != '\t') {
            continue;
        }
        if (count < COLUMN_COUNT) {
            fields[count] = hc_field_trim(begin, at);
        }
        count++;
        begin = at + 1;
    }
    return count;
}

static int add_fault(hc_list *list, const hc_line *line, const hc_field *fields, hc_list_item *item,
                     hc_error *error)
{
    hc_field reason = fields[REASON];
    int status = hc_list_text(list, fields[NODE_NAME], &item->texts[0], error);
    if (status == 1 && !hc_field_is_missing(reason)) {
        status = hc_list_text(list, reason, &item->texts[1], error);
    }
    if (status == 0) {
        hc_list_quarantine(list, line, HC_QUARANTINE_BAD_TEXT);
        return 0;
    }
    hc_list_use(list);
    return status < 0 ? -1 : hc_list_add(list, item, error);
}

static int take_times(hc_list *list, const hc_line *line, const hc_field *fields,
                      hc_list_item *item)
{
    hc_field_state start = hc_field_seconds(fields[START], &item->begin);
    hc_field_state stop = hc_field_seconds(fields[STOP], &item->end);
    if (start > HC_FIELD_ROUNDED || stop > HC_FIELD_ROUNDED) {
        hc_list_quarantine_field(list, line, start > HC_FIELD_ROUNDED ? start : stop,
                                 start > HC_FIELD_ROUNDED ? HC_QUARANTINE_NO_SUBMIT
                                                          : HC_QUARANTINE_NO_RUN_TIME);
        return 0;
    }
    if (item->end < item->begin) {
        hc_list_quarantine(list, line, HC_QUARANTINE_BAD_TIMES);
        return 0;
    }
    hc_list_note_time(list, item->begin);
    return 1;
}

static int take_line(hc_list *list, const hc_line *line, hc_error *error)
{
    hc_field fields[COLUMN_COUNT];
    hc_list_item item = {.value = 0};
    int64_t type = 0;
    if (line->has_nul || split(line, fields) != COLUMN_COUNT) {
        hc_list_quarantine(list, line,
                           line->has_nul ? HC_QUARANTINE_BAD_TEXT : HC_QUARANTINE_FIELD_COUNT);
        return 0;
    }
    if (hc_field_whole(fields[TYPE], &type) != HC_FIELD_READ || (type != 0 && type != 1)) {
        hc_list_quarantine(list, line, HC_QUARANTINE_NOT_A_NUMBER);
        return 0;
    }
    if (fields[NODE_NAME].length == 0) {
        hc_list_quarantine(list, line, HC_QUARANTINE_NO_ID);
        return 0;
    }
    if (take_times(list, line, fields, &item) == 0) {
        return 0;
    }
    if (type == 1) {
        hc_list_use(list);
        return 0;
    }
    return add_fault(list, line, fields, &item, error);
}

static int read_intervals(hc_list *list, hc_input_file *input, hc_error *error)
{
    hc_line line;
    int status = 1;
    hc_list_set_clock(list, HC_CLOCK_UNIX_ZERO);
    while (status >= 0 && (status = hc_input_file_next(input, &line, error)) == 1) {
        if (hc_line_is_blank(&line)) {
            hc_list_account(list)->blank_line_count++;
        } else if (line.text[0] != '#') {
            status = take_line(list, &line, error);
        }
    }
    return status;
}

const hc_list_reader hc_grid5000_reader = {"grid5000", HC_LIST_FAULTS, read_intervals};
