#ifndef HC_TRACES_RUN_MERGE_H
#define HC_TRACES_RUN_MERGE_H

#include "sim/error.h"
#include "traces/run/file_attributes.h"
#include "traces/run/records.h"
#include "traces/run/run_sources.h"

#include <stddef.h>
#include <stdint.h>

/** From the private files of a run to its final file.
 *
 *  The rows of an earlier generation come before those of a later one. Within a generation they come in the order
 *  of the events that wrote them (traces/run/order_log.h), or as they stand in its file when it has one: the
 *  tables are the same, row by row, for any number of ranks. */
typedef struct hc_merge {
    const hc_run_sources *sources; /**< one at least, closed by their writers or dead */
    const char *final_path;
    bool may_replace;            /**< a file of that name is replaced, else refused */
    const hc_run_ending *ending; /**< a part needs none */
    /** [out] rows that were committed and cannot be read, per table: what can be read before them is taken.
     *  NULL: nothing of that kind is expected, and it is an error; so are rows without a place in the order. */
    uint64_t *lost_rows;
} hc_merge;

/** Writes all tables under a temporary name, brings the file to the disk and renames it. The sources are only read.
 *  A generation of one file is copied chunk by chunk as it is stored; others are decoded and encoded again.
 *  @param row_counts  [out] rows of each table; may be NULL
 *  @return 0, or -1 with `error` set (HC_ERROR_RUNTIME: a source; HC_ERROR_OUTPUT: the result); nothing of the
 *  given name has changed then. */
int hc_run_merge(const hc_merge *merge, uint64_t row_counts[HC_TABLE_COUNT], hc_error *error);

/** The same, shared by several processes: each writes one part, a range of the chunks of every table, into a file
 *  of its own beside the final name; once all are there, one process joins them, which costs no more than a copy,
 *  and removes them. Every process reads the order of all events. Rows must not be lost (lost_rows is NULL).
 *  @param part  0 .. part_count - 1
 *  @return 0, or -1 with `error` set; parts that are there are removed by the next run of that name. */
int hc_run_merge_part(const hc_merge *merge, uint32_t part, uint32_t part_count, hc_error *error);
int hc_run_merge_join(const hc_merge *merge, uint32_t part_count, hc_error *error);

#endif
