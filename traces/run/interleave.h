#ifndef HC_TRACES_INTERLEAVE_H
#define HC_TRACES_INTERLEAVE_H

#include "sim/error.h"
#include "traces/run/merge_target.h"

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A private file whose rows are to be merged with those of others. */
typedef struct hc_strand_source {
    const char *path; /**< what messages call it; borrowed */
    hid_t file;
    uint64_t rows[HC_TABLE_COUNT]; /**< rows to take of each table, from its begin */
} hc_strand_source;

/** Moves the rows of all tables that grow into the order of the events that wrote them (traces/run/order_log.h).
 *  Memory: a chunk of each table of each source.
 *  @param lost_rows  by table, rows that cannot be read are added; NULL: they are an error, and so is a log of
 *                    the order that is not good
 *  @param unordered_rows  [out] rows added that the logs do not place
 *  @return 0, or -1 with `error` set. */
int hc_interleave(hc_merge_target *target, const hc_strand_source *sources, size_t source_count,
                  uint64_t *lost_rows, uint64_t *unordered_rows, hc_error *error);

#endif
