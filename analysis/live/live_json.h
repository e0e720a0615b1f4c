#ifndef HC_ANALYSIS_LIVE_JSON_H
#define HC_ANALYSIS_LIVE_JSON_H

#include "analysis/live/live_state.h"

#include <jansson.h>
#include <stdbool.h>

/** A live state for programs: one JSON object, schema "hindcast-watch-1". Times are in seconds of the run's clock, GPU
 *  time is exact ("held_gpu_seconds", decimal text); what is not known is null.
 *  @param gpu_hour_dollars  price of a GPU-hour; NAN: none, and `cost_dollars` is null
 *  @param has_series        adds `series`: utilization, queue and running as lists of [time, value]
 *  @return a new reference, or NULL when memory is short. */
json_t *hc_live_json(hc_live_state *state, double gpu_hour_dollars, bool has_series);

#endif
