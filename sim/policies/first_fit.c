#include "sim/policies/in_order.h"
#include "sim/policies/policies.h"
#include "sim/policies/queue.h"

/* First fit: the queue in its order; every job that fits is started, the others are skipped.
 * Nothing is reserved: large jobs can starve. */

/* Starts, in queue order, every job that fits. A pass only takes GPUs: a job that was skipped does not fit later
 * in the same pass, so one way through the queue is enough. */
static int start_all_that_fit(hc_queue *queue)
{
    const hc_placement *placement = hc_lifecycle_placement(queue->lifecycle);
    hc_occupancy *occupancy = hc_lifecycle_occupancy(queue->lifecycle);
    hc_order_filter filter = {.size_max = placement->largest_milli(occupancy),
                              .duration_max = HC_TIME_NEVER};
    uint32_t slot = hc_job_order_find(queue->order, NULL, &filter);
    while (slot != HC_NO_SLOT) {
        hc_order_entry at = *hc_job_order_entry(queue->order, slot);
        int started = hc_queue_start(queue, slot);
        if (started < 0) {
            return -1;
        }
        if (started == 1) {
            filter.size_max = placement->largest_milli(occupancy);
        } else if (hc_lifecycle_refuse(queue->lifecycle, queue->order, slot,
                                       hc_lifecycle_obstacle(queue->lifecycle, slot),
                                       HC_NO_SLOT) < 0) {
            return -1;
        }
        slot = hc_job_order_find(queue->order, &at, &filter);
    }
    return 0;
}

static int refuse_fresh(hc_queue *queue)
{
    int status = 0;
    for (size_t i = 0; i < queue->fresh.count && status == 0; i++) {
        uint32_t slot = queue->fresh.slots[i];
        if (hc_queue_is_passed_over(queue, slot, HC_NO_SLOT)) {
            status = hc_lifecycle_refuse(queue->lifecycle, queue->order, slot,
                                         hc_lifecycle_obstacle(queue->lifecycle, slot), HC_NO_SLOT);
        }
    }
    hc_queue_clear_fresh(queue);
    return status;
}

static int pass(void *self)
{
    hc_queue *queue = self;
    return start_all_that_fit(queue) < 0 ? -1 : refuse_fresh(queue);
}

const hc_policy hc_first_fit_policy = {
    .create = hc_in_order_create,
    .destroy = hc_in_order_destroy,
    .submitted = hc_in_order_submitted,
    .ending = hc_in_order_ending,
    .pass = pass,
    .exchange = hc_in_order_exchange,
    .check = hc_in_order_check,
};
