#ifndef HC_ANALYSIS_STUDY_LIST_SCHEDULE_H
#define HC_ANALYSIS_STUDY_LIST_SCHEDULE_H

#include "sim/error.h"

#include <stddef.h>
#include <stdint.h>

/** What a study would take on so many ranks: runs begin in the order of their expected duration, the longest first,
 *  each on the rank that is free first; handing out and collecting cost nothing. */
typedef struct hc_list_schedule {
    double makespan_seconds;
    double total_seconds;
    double longest_seconds;
    double efficiency; /**< total / (ranks x makespan); 1 when there is nothing to do */

    /** max(total / ranks, longest): no schedule is shorter. */
    double least_seconds;
    /** total / ranks + (1 - 1 / ranks) longest: no list schedule is longer (Graham 1966). */
    double list_bound_seconds;
} hc_list_schedule;

/** Cost: O(n log n) and O(ranks) memory.
 *  @param expected  by which runs are ordered; ties by index. May be `actual`
 *  @param actual    seconds, finite, at least 0
 *  @param rank_count  at least 1
 *  @return 0, or -1 with `error` set (memory). */
int hc_list_schedule_make(hc_list_schedule *out, const double *expected, const double *actual,
                          size_t count, uint32_t rank_count, hc_error *error);

#endif
