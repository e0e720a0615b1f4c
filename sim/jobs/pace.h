#ifndef HC_SIM_JOBS_PACE_H
#define HC_SIM_JOBS_PACE_H

#include "sim/interfaces/workload.h"

#include <stdbool.h>

/** Work is counted in the time that it takes where its source assumed it to run. All of this is exact: whoever stops
 *  and goes on has lost less than a nanosecond. */

/** The pace at which work takes the time that its source says. */
extern const hc_pace hc_pace_as_recorded;

/** Time that `work` >= 0 takes, rounded up; HC_TIME_LIMIT + 1 where that is later than can be. */
hc_time hc_pace_time(const hc_pace *pace, hc_time work);

/** Work that is done in `time` >= 0, rounded down; not less than `work` in the time of `work`. */
hc_time hc_pace_work(const hc_pace *pace, hc_time time);

bool hc_pace_is_sound(const hc_pace *pace);

#endif
