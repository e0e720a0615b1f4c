#ifndef HC_TRACES_STREAM_STREAM_TABLES_H
#define HC_TRACES_STREAM_STREAM_TABLES_H

#include "traces/run/records.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What a stream is made of: rows of tables of the run file, in the order in which they happened, numbered per rank from
 *  0 without gaps. A batch is rows of one table with consecutive numbers under one topic. */

enum {
    HC_BATCH_ROWS = 1024,     /**< at most */
    HC_STREAM_ROW_BYTES = 72, /**< of a row, packed, at most */
    HC_STREAM_SCHEMA_VERSION = 1,
};

/** Topics, by prefix: a reader that subscribes to "job." gets all that begin so. */
#define HC_TOPIC_CONTROL "ctl."

/** Whether rows of the table may be streamed: events, attempts, placements, decisions, series, ledger. */
bool hc_stream_has_table(hc_run_table table);

/** The topic of a row: "job.events", "node.events", "sched.events", "job.attempts", "node.placements", "sched.decisions", "series.samples",
 *  "cost.ledger". Rows of one batch have one topic. Static. */
const char *hc_stream_topic(hc_run_table table, const void *row);

/** What a row is called: an event by its type ("start"), others "attempt", "placement", "decision", "sample", "ledger". NULL for an
 *  event of an unknown type. */
const char *hc_stream_row_type(hc_run_table table, const void *row);

/** Chains the digest of a rank's stream: XXH3 of each row's columns in their order, little-endian, without gaps, seeded
 *  with the digest so far; it begins with 0. Cost: about 10 ns per row. */
uint64_t hc_stream_digest_rows(uint64_t digest, hc_run_table table, const void *rows, size_t count);

#endif
