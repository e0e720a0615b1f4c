#ifndef HC_TRACES_COMMIT_RHYTHM_H
#define HC_TRACES_COMMIT_RHYTHM_H

#include "sim/engine/time.h"

#include <stdbool.h>
#include <stdint.h>

/** When to commit the rows of a run, in wall time of the monotonic clock: often at first, so that a run that dies
 *  loses a tenth of its time at most, later at an interval. A plain struct of its owner's. */
typedef struct hc_commit_rhythm {
    uint64_t commit_rows;    /**< at most so many rows between two commits */
    hc_time commit_interval; /**< at most so much time, while rows come */
    uint64_t rows_since_commit;
    uint32_t stride;
    uint32_t rows_until_look;
    hc_time last_look;
    hc_time begin;
    hc_time last_commit;
    hc_time next_sync;
} hc_commit_rhythm;

/** @param commit_rows, commit_interval  0: 1 Mi rows, 1 s */
hc_commit_rhythm hc_commit_rhythm_make(uint64_t commit_rows, hc_time commit_interval);

/** Rows begin to come; the first ones have just been committed. */
void hc_commit_rhythm_start(hc_commit_rhythm *rhythm);

/** A row has come. @return whether it is time to commit. Cost: looks at the clock at times. */
bool hc_commit_rhythm_count_row(hc_commit_rhythm *rhythm);

/** All rows are committed. */
void hc_commit_rhythm_committed(hc_commit_rhythm *rhythm);

/** Whether a commit may wait for the disk. If it does, it tells how long that took. */
bool hc_commit_rhythm_may_sync(const hc_commit_rhythm *rhythm, hc_time *start);
void hc_commit_rhythm_synced(hc_commit_rhythm *rhythm, hc_time start);

#endif
