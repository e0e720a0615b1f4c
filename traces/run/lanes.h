#ifndef HC_TRACES_LANES_H
#define HC_TRACES_LANES_H

#include "sim/engine/time.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Lanes on which intervals are laid so that no two of one lane overlap (they may touch). When intervals come by
 *  rising start, there are as many lanes as intervals that overlap at one instant; any other order is right as well
 *  and may take more. Start with {0}. */
typedef struct hc_lanes {
    struct hc_lane *heap; /**< the lane that is free first at the top */
    size_t count;
    size_t capacity;
} hc_lanes;

typedef struct hc_lane {
    hc_time free_from;
    uint64_t id;
} hc_lane;

/** Lays an interval. O(log lanes).
 *  @param end     at least `start`; HC_TIME_NEVER: it does not end
 *  @param new_id  id that a new lane gets
 *  @param is_new  [out] whether the lane is new
 *  @return the lane's id; 0 when memory is short. */
uint64_t hc_lanes_take(hc_lanes *lanes, hc_time start, hc_time end, uint64_t new_id, bool *is_new);
void hc_lanes_release(hc_lanes *lanes);

#endif
