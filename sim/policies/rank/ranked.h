#ifndef HC_SIM_POLICIES_RANK_RANKED_H
#define HC_SIM_POLICIES_RANK_RANKED_H

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

struct hc_archive;

/** What a ranking is made for; all borrowed, for as long as it lives. */
typedef struct hc_ranking_setup {
    hc_lifecycle *lifecycle;
    const hc_policy_options *options;
    hc_ranked *ranked; /**< not yet to be used when the ranking is created */
} hc_ranking_setup;

/** How jobs are ranked: by a key, smaller goes first, ties by the entry's `job`, which is the job id unless the
 *  ranking sets something else. Neither changes while a job waits, or runs, unless hc_ranked_move says so. */
typedef struct hc_ranking {
    /** @return what the other functions get as `self`, or NULL with `error` set. */
    void *(*create)(const hc_ranking_setup *setup, hc_error *error);
    void (*destroy)(void *self); /**< takes NULL */

    /** Makes room for a job, before anything else is heard of it, so that nothing fails in the middle of a pass; NULL:
     *  nothing to do. @return 0, or -1 when memory is short. */
    int (*reserve)(void *self, uint32_t slot);

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

    /** Saves what is known between two events, or loads it once the orders of jobs are there; NULL: nothing is known. */
    void (*exchange)(void *self, struct hc_archive *archive);

    bool (*check)(const void *self); /**< for tests; NULL: nothing to check */
} hc_ranking;

extern const hc_ranking hc_own_ranking;     /**< by what a job is: remaining time, size, priority */
extern const hc_ranking hc_service_ranking; /**< by remaining time x GPUs */
extern const hc_ranking hc_las_ranking;     /**< by what a job has attained, in levels */
extern const hc_ranking hc_gittins_ranking;

/** Gives a job that is here another place, whether it waits or runs. */
void hc_ranked_move(hc_ranked *ranked, uint32_t slot, int64_t key, uint32_t tie);

const hc_job_order *hc_ranked_running(const hc_ranked *ranked);
const hc_job_order *hc_ranked_waiting(const hc_ranked *ranked);

#endif
