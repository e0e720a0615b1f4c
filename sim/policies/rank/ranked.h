#ifndef HC_SIM_POLICIES_RANKED_H
#define HC_SIM_POLICIES_RANKED_H

#include "sim/interfaces/policy.h"
#include "sim/jobs/job_order.h"
#include "sim/jobs/lifecycle.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Preemptive scheduling by rank: all jobs, running and waiting, in one order; from its beginning every job gets
 *  its GPUs if they are left, the others are skipped (greedy with skip). A running job that is not reached
 *  gives way.
 *
 *  Where only the number of GPUs counts, the walk is worked out first (greedy.h); then who gives way, then who starts.
 *  On nodes a waiting job may take the GPUs of running jobs behind it, never of those before it: the fewest from
 *  the end of the order that let it fit; those of them that turn out not to be needed stay, the foremost first. Who
 *  gave way is met again further on, at the place of a waiting job. A running job is not moved while it may stay.
 *  Cost of a pass: O((d + changes) log jobs) where only the number of GPUs counts, d distinct sizes. */
typedef struct hc_ranked hc_ranked;

/** How jobs are ranked: by a key, smaller goes first, ties by the entry's `job`, which is the job id unless the
 *  ranking sets something else. Neither changes while a job waits, or runs, unless hc_ranked_move says so. */
typedef struct hc_ranking {
    /** Sets the key of a job that joins the queue, or has just been started. */
    void (*rank_waiting)(void *self, uint32_t slot, hc_order_entry *entry);
    void (*rank_running)(void *self, uint32_t slot, hc_order_entry *entry);

    /** Where a waiting job stands now among the running ones: behind those up to this place. */
    hc_order_entry (*place)(void *self, const hc_order_entry *waiting);

    /** Before and after the walk of each pass; NULL: nothing to do. @return 0 or -1. */
    int (*before)(void *self);
    int (*after)(void *self);

    void (*submitted)(void *self, uint32_t slot); /**< NULL: nothing to do */
    void (*started)(void *self, uint32_t slot);   /**< NULL, likewise; before rank_running */
    void (*preempted)(void *self, uint32_t slot); /**< NULL, likewise; before rank_waiting */
    void (*ending)(void *self, uint32_t slot);    /**< NULL, likewise */
} hc_ranking;

/** @param self  of the ranking; borrowed
 *  @param is_blocking  the first job that does not get its GPUs ends the walk
 *  @return owned by the caller, or NULL with `error` set. */
hc_ranked *hc_ranked_create(hc_lifecycle *lifecycle, const hc_ranking *ranking, void *self,
                            hc_preemption preemption, bool is_blocking, hc_error *error);
void hc_ranked_destroy(hc_ranked *ranked);

/** @return 0, or -1 when memory is short. */
int hc_ranked_submitted(hc_ranked *ranked, uint32_t slot);
int hc_ranked_running_already(hc_ranked *ranked, uint32_t slot);
void hc_ranked_ending(hc_ranked *ranked, uint32_t slot);

/** @return 0, or -1 (the lifecycle holds the error). */
int hc_ranked_pass(hc_ranked *ranked);

/** Gives a job that is here another place, whether it waits or runs. */
void hc_ranked_move(hc_ranked *ranked, uint32_t slot, int64_t key, uint32_t tie);

const hc_job_order *hc_ranked_running(const hc_ranked *ranked);
const hc_job_order *hc_ranked_waiting(const hc_ranked *ranked);

bool hc_ranked_check(const hc_ranked *ranked);

#endif
