#include "sim/policies/in_order.h"

#include "sim/policies/queue.h"

#include <stdlib.h>

void *hc_in_order_create(struct hc_lifecycle *lifecycle, bool is_by_limit, hc_error *error)
{
    hc_queue *queue = calloc(1, sizeof *queue);
    if (queue == NULL) {
        (void)hc_error_memory(error);
        return NULL;
    }
    if (hc_queue_open(queue, lifecycle, is_by_limit, error) < 0) {
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

void hc_in_order_freed(void *self)
{
    (void)self;
}

int hc_in_order_pass(void *self)
{
    hc_queue *queue = self;
    uint32_t head = HC_NO_SLOT;
    if (hc_queue_start_heads(queue, &head) < 0) {
        return -1;
    }
    return hc_queue_refuse_fresh(queue, head);
}

bool hc_in_order_check(const void *self)
{
    const hc_queue *queue = self;
    return hc_job_order_check(queue->order) &&
           hc_job_order_count(queue->order) == hc_lifecycle_counts(queue->lifecycle).waiting;
}
