#ifndef HC_SIM_POLICIES_QUEUE_H
#define HC_SIM_POLICIES_QUEUE_H

#include "sim/interfaces/policy.h"
#include "sim/jobs/job_order.h"
#include "sim/jobs/lifecycle.h"
#include "sim/jobs/slot_list.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The waiting jobs of a policy, in one order, and which of them no pass has looked at yet. */
typedef struct hc_queue {
    hc_lifecycle *lifecycle;
    hc_job_order *order;
    hc_queue_order by;
    hc_slot_list fresh; /**< submitted since the last pass, in order of submission */
} hc_queue;

/** @return 0, or -1 with `error` set; close with hc_queue_close in both cases. */
int hc_queue_open(hc_queue *queue, hc_lifecycle *lifecycle, hc_queue_order by, hc_error *error);
void hc_queue_close(hc_queue *queue);

/** The place of a waiting job in a queue of this order. */
hc_order_entry hc_queue_entry(const hc_lifecycle *lifecycle, uint32_t slot, hc_queue_order by);

/** @return 0, or -1 when memory is short. */
int hc_queue_add(hc_queue *queue, uint32_t slot);

/** Tries to start a waiting job; it leaves the queue when it starts. @return 1 started, 0 not, -1 failed. */
int hc_queue_start(hc_queue *queue, uint32_t slot);

/** Starts jobs from the first on while they fit. The first that does not is refused with its obstacle.
 *  @param head  [out] that job, HC_NO_SLOT when the queue is empty
 *  @return 0 or -1. */
int hc_queue_start_heads(hc_queue *queue, uint32_t *head);

/** Whether a fresh job still waits and is not `head`. */
bool hc_queue_is_passed_over(const hc_queue *queue, uint32_t slot, uint32_t head);

/** Refuses the fresh jobs behind the head, because the policy lets nobody pass it; then none is fresh. */
int hc_queue_refuse_fresh(hc_queue *queue, uint32_t head);

void hc_queue_clear_fresh(hc_queue *queue);

struct hc_archive;

/** Saves the queue, or loads it into an empty one. */
void hc_queue_exchange(hc_queue *queue, struct hc_archive *archive);

#endif
