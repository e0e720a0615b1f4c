#ifndef HC_TRACES_ATTEMPT_INDEX_H
#define HC_TRACES_ATTEMPT_INDEX_H

#include "sim/error.h"
#include "traces/run/run_reader.h"

/** All attempts of a run, to be found by job and number; the file has them in the order in which they ended.
 *  Memory: 64 bytes per attempt. */
typedef struct hc_attempt_index {
    hc_rows rows; /**< hc_attempt_row, by job and attempt */
    hc_time first_start;
    hc_time
        last_end; /**< or start, of one that did not end; HC_TIME_MISSING when there are none, likewise above */
} hc_attempt_index;

#define HC_ATTEMPT_INDEX_NONE \
    ((hc_attempt_index){.first_start = HC_TIME_MISSING, .last_end = HC_TIME_MISSING})

/** @return 0, or -1 with `error` set, also when two rows are the same attempt or one ends before it starts. Destroy
 *  in any case. O(attempts log attempts). */
int hc_attempt_index_read(hc_attempt_index *index, hc_run_reader *reader, hc_error *error);
void hc_attempt_index_destroy(hc_attempt_index *index);

/** The attempt, borrowed; NULL: a run that was killed has placements of attempts that it has not written. */
const hc_attempt_row *hc_attempt_index_find(const hc_attempt_index *index, uint32_t job,
                                            uint32_t attempt);

#endif
