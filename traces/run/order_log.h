#ifndef HC_TRACES_ORDER_LOG_H
#define HC_TRACES_ORDER_LOG_H

#include "sim/engine/order_key.h"
#include "traces/run/table_writer.h"

#include <stdbool.h>

/** The table `order` of a private file of a run on several ranks: for each event that wrote rows, its place in
 *  the total order of events and how many rows of each table it wrote. From this a merge puts the rows of all
 *  ranks into the order in which one rank would have written them. The final file has no such table.
 *
 *  The counts of committed rows (traces/run/committed_rows.h) vouch for it as well: entries are to be read until
 *  they account for all committed rows, which are never more than the entries in the file account for. */

/** One entry. An event whose rows were committed in pieces has several, all with its key. */
typedef struct hc_order_row {
    hc_order_key key;
    uint32_t rows[HC_GROWING_TABLE_COUNT]; /**< by table; not all 0 */
} hc_order_row;

/** Its columns. */
extern const hc_table_info hc_order_table;

/** A log that is being written. A plain struct of its owner's. */
typedef struct hc_order_log {
    hc_table_writer writer;
    hc_order_row current; /**< the event that is going on, with its rows that have no entry yet */
    bool has_event;
    bool has_rows;
} hc_order_log;

#define HC_ORDER_LOG_NONE ((hc_order_log){.writer = {.dataset = -1}})

/** Creates the table. @param codec, path  borrowed while the log is open
 *  @param expected_entries  see hc_table_chunk_rows
 *  @return 0, or -1 with `error` set; the log can be closed in any case. */
int hc_order_log_create(hc_order_log *log, hid_t file, uint64_t expected_entries,
                        hc_chunk_codec *codec, const char *path, hc_error *error);

/** An event begins. @return 0, or -1 with `error` set (HC_ERROR_OUTPUT). */
int hc_order_log_enter(hc_order_log *log, const hc_order_key *key, hc_error *error);

/** The event that is going on has written one row of a table that grows. */
int hc_order_log_note(hc_order_log *log, hc_run_table table, hc_error *error);

/** Brings entries for all rows so far into the file. */
int hc_order_log_flush(hc_order_log *log, hc_error *error);

#endif
