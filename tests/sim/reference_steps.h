#ifndef HC_TESTS_SIM_REFERENCE_STEPS_H
#define HC_TESTS_SIM_REFERENCE_STEPS_H

#include "sim/engine/random.h"
#include "tests/sim/replay.h"

#include <stdbool.h>

/** Draws a calendar for the machine of a replay, after its jobs were drawn: any number of the first nodes, none and
 *  all included, from before the first job to behind the last. In half of them the capacity comes back at the end.
 *  @param grid  seconds that times are multiples of
 *  @return a calendar to be freed with hc_calendar_free */
hc_calendar hc_ref_draw_steps(hc_random *random, hc_time grid, const hc_replay *replay);

#endif
