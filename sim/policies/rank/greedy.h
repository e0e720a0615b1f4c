#ifndef HC_SIM_POLICIES_RANK_GREEDY_H
#define HC_SIM_POLICIES_RANK_GREEDY_H

#include "sim/jobs/job_order.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Who runs after a pass where only the number of GPUs counts: running and waiting jobs are walked in one order, and
 *  each gets its GPUs if they are left. Worked out on paper, from the jobs that run now: nothing changes but what
 *  comes out, so that nobody gives way who would get his GPUs back. */
typedef struct hc_greedy hc_greedy;

/** @return owned by the caller, or NULL when memory is short. */
hc_greedy *hc_greedy_create(void);
void hc_greedy_destroy(hc_greedy *greedy);

/** What is walked. */
typedef struct hc_greedy_task {
    const hc_job_order *waiting;
    const hc_job_order *running;
    /** Where a waiting job stands among the running ones: behind those up to this place. */
    hc_order_entry (*place)(void *self, const hc_order_entry *waiting);
    void *self;
    uint64_t free_milli;
    bool is_blocking; /**< behind the first job that gets no GPUs no waiting job is asked */
} hc_greedy_task;

/** @return 0, or -1 when memory is short. Cost: O((d + changes) log jobs), d distinct sizes. */
int hc_greedy_choose(hc_greedy *greedy, const hc_greedy_task *task);

/** A running job that gives way, and the waiting one that takes its GPUs. */
typedef struct hc_greedy_victim {
    uint32_t slot;
    uint32_t by;
} hc_greedy_victim;

/** Who gives way and who starts, in the order of the walk. Borrowed until the next choice. */
const hc_greedy_victim *hc_greedy_victims(const hc_greedy *greedy, size_t *count);
const uint32_t *hc_greedy_starts(const hc_greedy *greedy, size_t *count);

#endif
