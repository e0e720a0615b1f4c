#ifndef HC_TRACES_MERGE_TARGET_H
#define HC_TRACES_MERGE_TARGET_H

#include "sim/error.h"
#include "traces/run/row_stream.h"
#include "traces/run/table_set.h"

#include <stdint.h>

/** Where merged rows go: to the tables of a new file, all of them, or those of a range of each table. A plain
 *  struct of its owner's. */
typedef struct hc_merge_target {
    hc_table_set *set;              /**< borrowed */
    uint64_t first[HC_TABLE_COUNT]; /**< rows first .. end - 1 of each merged table are written; */
    uint64_t end[HC_TABLE_COUNT];   /**< `first` is the start of a chunk */
    uint64_t next[HC_TABLE_COUNT];  /**< row of the merged table that comes next */
} hc_merge_target;

/** A target that takes everything. */
hc_merge_target hc_merge_target_whole(hc_table_set *set);

/** Moves the next rows of a stream to the end of a merged table; fewer when the stream loses some. Whole chunks
 *  are taken over as they are stored, where that can be.
 *  @return 0, or -1 with `error` set. */
int hc_merge_target_take(hc_merge_target *target, hc_run_table table, hc_row_stream *stream,
                         uint64_t count, hc_error *error);

#endif
