#ifndef HC_SIM_ENGINE_EVENT_QUEUE_STATE_H
#define HC_SIM_ENGINE_EVENT_QUEUE_STATE_H

#include "sim/engine/event_queue.h"

/** What an event queue is made of, for the queue and for its check alone. */

#define HC_QUEUE_NONE UINT32_MAX
#define HC_QUEUE_DEAD UINT32_MAX /* value of `process` in a cancelled event */

typedef struct hc_queue_record {
    hc_event event;
    uint32_t next; /* in the bucket, among the far events, or among the free records */
    uint32_t is_free;
} hc_queue_record;

/* The key is beside the slot, so that most comparisons stay inside the heap. */
typedef struct hc_heap_entry {
    hc_time time;
    uint32_t slot;
} hc_heap_entry;

struct hc_event_queue {
    hc_queue_record *records;
    uint32_t record_capacity;
    uint32_t free_head;
    uint32_t live_count;
    uint32_t dead_count;

    hc_heap_entry *heap; /* the events of the current bucket, and all that are earlier */
    uint32_t heap_count;
    uint32_t heap_capacity;

    uint32_t *buckets;  /* heads of lists */
    uint64_t *occupied; /* one bit per bucket */
    uint32_t bucket_count;
    int width_shift;    /* a bucket is 2^width_shift ns wide */
    hc_time year_start; /* multiple of the width */
    uint32_t current; /* buckets before this one are used up; equal to bucket_count at year's end */
    uint32_t far_head;
    uint32_t far_count;

    uint32_t laid_out_count; /* events pending when the year was laid out */
    uint64_t crowded_count;  /* events met in crowded buckets since then */
};

/** Whether `a` comes before `b`: by the times beside the slots, ties by the whole order. */
static inline bool hc_heap_precedes(const hc_event_queue *queue, hc_heap_entry a, hc_heap_entry b)
{
    if (a.time != b.time) {
        return a.time < b.time;
    }
    return hc_event_precedes(&queue->records[a.slot].event, &queue->records[b.slot].event);
}

#endif
