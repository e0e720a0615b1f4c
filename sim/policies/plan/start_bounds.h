#ifndef HC_SIM_POLICIES_START_BOUNDS_H
#define HC_SIM_POLICIES_START_BOUNDS_H

#include "sim/engine/time.h"

#include <stdbool.h>
#include <stdint.h>

/** Earliest starts that follow from other starts of the same plan: a job that asks for no fewer GPUs and no less time
 *  than another before it cannot start before that one.
 *
 *  Sizes and durations are told apart by the values that came first, up to a limited number; between these values
 *  bounds are weaker, never wrong. Cost: O(log sizes x log durations). */
typedef struct hc_start_bounds hc_start_bounds;

/** @return bounds that know nothing, which the caller owns, or NULL when memory is short. */
hc_start_bounds *hc_start_bounds_create(void);
void hc_start_bounds_destroy(hc_start_bounds *bounds);

/** Gets to know the values of a job. @return whether the bounds noted so far are lost. */
bool hc_start_bounds_learn(hc_start_bounds *bounds, uint32_t gpu_count, hc_time duration);

/** Forgets all starts. */
void hc_start_bounds_reset(hc_start_bounds *bounds);

/** Notes the start of a planned job. */
void hc_start_bounds_note(hc_start_bounds *bounds, uint32_t gpu_count, hc_time duration,
                          hc_time start);

struct hc_archive;

/** Saves what is known, or loads it. */
void hc_start_bounds_exchange(hc_start_bounds *bounds, struct hc_archive *archive);

/** A job of this size and duration cannot start before; HC_TIME_MISSING: nothing is known. */
hc_time hc_start_bounds_get(const hc_start_bounds *bounds, uint32_t gpu_count, hc_time duration);

#endif
