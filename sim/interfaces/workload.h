#ifndef HC_SIM_INTERFACES_WORKLOAD_H
#define HC_SIM_INTERFACES_WORKLOAD_H

#include "sim/cluster/rank_layout.h"
#include "sim/engine/time.h"
#include "sim/error.h"

#include <stdint.h>

/** How fast a job works where it was placed, and what the records say of it. */
typedef struct hc_pace {
    /** What takes `reference` where its source assumed it to run takes `here`: both > 0, at most HC_TIME_LIMIT. */
    hc_time here;
    hc_time reference;
    hc_time step; /**< one step takes so long here; HC_TIME_MISSING: it has none */
} hc_pace;

/** Where a job was placed. All borrowed for the call. */
typedef struct hc_work_place {
    const hc_rank_layout *layout; /**< one rank for each GPU; not regular */
    const uint32_t *kind_of;      /**< kind of a rank's GPU, among those of the machine */
} hc_work_place;

/** What jobs do that have no recorded run time: how fast depends on their GPUs and where these lie.
 *  A job names one of its works (hc_job_spec.workload) and says how long it takes where its source assumed (run_time).
 *  An answer depends on the question alone, bit by bit, whatever was asked before and by which rank. */
typedef struct hc_workload {
    void *self;

    /** Works are numbered from 1 to it. */
    uint32_t (*count)(const void *self);

    /** The pace of a work on so many GPUs where they lie as close together as can be: what schedulers go by.
     *  @return 0, or -1 with the reason in `why`: it cannot be done on so many. */
    int (*packed)(void *self, uint32_t work, uint32_t gpu_count, hc_pace *out, hc_error *why);

    /** The pace on a placement of a number of GPUs that `packed` does not refuse.
     *  @return 0, or -1 with `error` set: it cannot be done there.  Cost: O(GPUs). */
    int (*placed)(void *self, uint32_t work, const hc_work_place *place, hc_pace *out,
                  hc_error *error);
} hc_workload;

#endif
