#include "sim/policies/queue.h"

#include "sim/archive.h"

int hc_queue_open(hc_queue *queue, hc_lifecycle *lifecycle, hc_queue_order by, hc_error *error)
{
    *queue = (hc_queue){.lifecycle = lifecycle, .by = by};
    queue->order = hc_job_order_create();
    return queue->order == NULL ? hc_error_memory(error) : 0;
}

void hc_queue_close(hc_queue *queue)
{
    hc_job_order_destroy(queue->order);
    hc_slot_list_free(&queue->fresh);
}

static int64_t key_of(const hc_job *job, hc_queue_order by)
{
    switch (by) {
    case HC_QUEUE_BY_LIMIT:
        return job->spec.time_limit;
    case HC_QUEUE_BY_SIZE:
        return (int64_t)hc_request_milli(&job->spec.request);
    case HC_QUEUE_BY_PRIORITY:
        return -(int64_t)job->spec.priority;
    case HC_QUEUE_BY_SUBMISSION:
    case HC_QUEUE_ORDER_COUNT:
        break;
    }
    return job->turn;
}

hc_order_entry hc_queue_entry(const hc_lifecycle *lifecycle, uint32_t slot, hc_queue_order by)
{
    return hc_lifecycle_entry(lifecycle, slot, key_of(hc_lifecycle_job(lifecycle, slot), by));
}

int hc_queue_add(hc_queue *queue, uint32_t slot)
{
    hc_order_entry entry = hc_queue_entry(queue->lifecycle, slot, queue->by);
    if (hc_slot_list_add(&queue->fresh, slot) < 0) {
        return -1;
    }
    return hc_job_order_insert(queue->order, slot, &entry);
}

int hc_queue_start(hc_queue *queue, uint32_t slot)
{
    int started = hc_lifecycle_start(queue->lifecycle, slot);
    if (started == 1) {
        hc_job_order_remove(queue->order, slot);
    }
    return started;
}

int hc_queue_start_heads(hc_queue *queue, uint32_t *head)
{
    for (;;) {
        int started = 0;
        *head = hc_job_order_first(queue->order);
        if (*head == HC_NO_SLOT) {
            return 0;
        }
        started = hc_queue_start(queue, *head);
        if (started < 0) {
            return -1;
        }
        if (started == 0) {
            return hc_lifecycle_refuse(queue->lifecycle, queue->order, *head,
                                       hc_lifecycle_obstacle(queue->lifecycle, *head), HC_NO_SLOT);
        }
    }
}

bool hc_queue_is_passed_over(const hc_queue *queue, uint32_t slot, uint32_t head)
{
    return slot != head && hc_job_order_contains(queue->order, slot);
}

int hc_queue_refuse_fresh(hc_queue *queue, uint32_t head)
{
    int status = 0;
    for (size_t i = 0; i < queue->fresh.count && status == 0; i++) {
        if (hc_queue_is_passed_over(queue, queue->fresh.slots[i], head)) {
            status = hc_lifecycle_refuse(queue->lifecycle, queue->order, queue->fresh.slots[i],
                                         HC_WAIT_ORDER, head);
        }
    }
    hc_queue_clear_fresh(queue);
    return status;
}

void hc_queue_clear_fresh(hc_queue *queue)
{
    queue->fresh.count = 0;
}

void hc_queue_exchange(hc_queue *queue, hc_archive *archive)
{
    hc_archive_mark(archive, "queue");
    hc_lifecycle_exchange_order(queue->lifecycle, archive, queue->order);
    hc_lifecycle_require_state(queue->lifecycle, archive, queue->order, HC_JOB_PENDING);
    hc_lifecycle_exchange_slots(queue->lifecycle, archive, &queue->fresh);
}
