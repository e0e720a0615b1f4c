#ifndef HC_TRACES_ORDER_READER_H
#define HC_TRACES_ORDER_READER_H

#include "sim/error.h"
#include "traces/run/order_log.h"
#include "traces/run/stored_table.h"

#include <stdbool.h>
#include <stdint.h>

/** Reads the order in which the rows of a private file were written. A plain struct of its owner's.
 *
 *  The log is not believed: entries are in order, none is empty, and together they account for the rows that
 *  there are, no more and no fewer. Where rows may be lost the log may end early, or go wrong somewhere: what is
 *  left then counts as one event that follows the last good one. */
typedef struct hc_order_reader {
    const char *path; /**< what messages call the file; borrowed */
    hc_stored_table table;
    bool is_lenient;
    bool is_over; /**< no further entry is to be believed */
    hc_rows rows;
    hc_row_buffer buffer;
    uint64_t next; /**< first entry that is not in `rows` */
    size_t at;     /**< next of the entries in `rows` */
    hc_order_key last;
    uint64_t left[HC_GROWING_TABLE_COUNT]; /**< rows for which no entry has been read */
    uint64_t unordered_rows;               /**< rows without a good entry */
} hc_order_reader;

#define HC_ORDER_READER_NONE ((hc_order_reader){.table = {.dataset = -1, .type = -1}})

/** An event and its rows. */
typedef struct hc_order_entry_rows {
    hc_order_key key;
    uint64_t rows[HC_GROWING_TABLE_COUNT];
} hc_order_entry_rows;

/** @param row_counts  rows that there are, by table
 *  @param is_lenient  rows may be lost
 *  @return 0, or -1 with `error` set (HC_ERROR_RUNTIME); close it in both cases. */
int hc_order_reader_open(hc_order_reader *reader, hid_t file, const char *path,
                         const uint64_t *row_counts, bool is_lenient, hc_error *error);
void hc_order_reader_close(hc_order_reader *reader);

/** @return 1 and the next event, 0 when all rows are accounted for, -1 with `error` set. */
int hc_order_reader_next(hc_order_reader *reader, hc_order_entry_rows *out, hc_error *error);

#endif
