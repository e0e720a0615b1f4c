#include "sim/policies/in_order.h"

#include "sim/policies/policies.h"
#include "sim/policies/queue.h"

#include <stdlib.h>

/* The queue in its order: start from the first job on while it fits, let nobody pass it. */

void *hc_in_order_create(struct hc_lifecycle *lifecycle, const hc_policy_options *options,
                         hc_error *error)
{
    hc_queue *queue = calloc(1, sizeof *queue);
    if (queue == NULL) {
        (void)hc_error_memory(error);
        return NULL;
    }
    if (hc_queue_open(queue, lifecycle, options->order, error) < 0) {
        hc_in_order_destroy(queue);
        return NULL;
    }
    return queue;
}

void hc_in_order_destroy(void *self)
{
    if (self != NULL) {
        hc_queue_close(self);
        free(self);
    }
}

int hc_in_order_submitted(void *self, uint32_t slot)
{
    return hc_queue_add(self, slot);
}

void hc_in_order_ending(void *self, uint32_t slot)
{
    (void)slot;
    (void)self;
}

static int pass(void *self)
{
    hc_queue *queue = self;
    uint32_t head = HC_NO_SLOT;
    if (hc_queue_start_heads(queue, &head) < 0) {
        return -1;
    }
    return hc_queue_refuse_fresh(queue, head);
}

void hc_in_order_exchange(void *self, struct hc_archive *archive)
{
    hc_queue_exchange(self, archive);
}

bool hc_in_order_check(const void *self)
{
    const hc_queue *queue = self;
    return hc_job_order_check(queue->order) &&
           hc_job_order_count(queue->order) == hc_lifecycle_counts(queue->lifecycle).waiting;
}

const hc_policy hc_in_order_policy = {
    .create = hc_in_order_create,
    .destroy = hc_in_order_destroy,
    .submitted = hc_in_order_submitted,
    .ending = hc_in_order_ending,
    .pass = pass,
    .exchange = hc_in_order_exchange,
    .check = hc_in_order_check,
};
