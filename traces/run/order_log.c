#include "traces/run/order_log.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#define COLUMN(member, column, kind, unit_text, text)                                            \
    {                                                                                            \
        .name = (column), .offset = offsetof(hc_order_row, member), .type = HC_ROW_FIELD_##kind, \
        .refers_to = HC_TABLE_COUNT, .unit = unit_text, .meaning = (text)                        \
    }
#define ROWS_OF(table, column) \
    COLUMN(rows[HC_TABLE_##table], column, UINT32, "rows", "rows of this table that it wrote")

/* The unit of a time is not "ns": it may be one that stands for none. */
static const hc_row_field FIELDS[] = {
    COLUMN(key.time, "time_ns", INT64, "ns or an end of int64",
           "when; the least: before all events, the greatest: after them"),
    COLUMN(key.order, "order", UINT64, "key", "round, class and entity of the event"),
    COLUMN(key.process, "process", UINT32, "number", "the process whose event it is"),
    ROWS_OF(JOBS, "jobs"),
    ROWS_OF(ATTEMPTS, "attempts"),
    ROWS_OF(PLACEMENTS, "placements"),
    ROWS_OF(DECISIONS, "decisions"),
    ROWS_OF(EVENTS, "events"),
    ROWS_OF(SERIES, "series"),
    ROWS_OF(LEDGER, "ledger"),
};

const hc_table_info hc_order_table = {
    .name = "order",
    .title = "Events that wrote rows, in their order",
    .row_size = sizeof(hc_order_row),
    .fields = FIELDS,
    .field_count = sizeof FIELDS / sizeof FIELDS[0],
};

int hc_order_log_create(hc_order_log *log, hid_t file, uint64_t expected_entries,
                        hc_chunk_codec *codec, const char *path, hc_error *error)
{
    static const uint32_t NO_TEXT[1] = {0};
    hc_row_layout layout;
    *log = HC_ORDER_LOG_NONE;
    hc_row_layout_make(&layout, &hc_order_table, NO_TEXT);
    return hc_table_writer_create(&log->writer, file, &layout, expected_entries, codec, path,
                                  error);
}

/* Writes the entry for the rows that have none. */
static int close_entry(hc_order_log *log, hc_error *error)
{
    if (!log->has_rows) {
        return 0;
    }
    if (hc_table_writer_append(&log->writer, &log->current, error) < 0) {
        return -1;
    }
    memset(log->current.rows, 0, sizeof log->current.rows);
    log->has_rows = false;
    return 0;
}

int hc_order_log_enter(hc_order_log *log, const hc_order_key *key, hc_error *error)
{
    if (close_entry(log, error) < 0) {
        return -1;
    }
    log->current.key = *key;
    log->has_event = true;
    return 0;
}

int hc_order_log_note(hc_order_log *log, hc_run_table table, hc_error *error)
{
    assert(log->has_event && hc_table_grows(table));
    log->has_rows = true;
    return ++log->current.rows[table] == UINT32_MAX ? close_entry(log, error) : 0;
}

int hc_order_log_flush(hc_order_log *log, hc_error *error)
{
    return close_entry(log, error) < 0 ? -1 : hc_table_writer_flush(&log->writer, error);
}
