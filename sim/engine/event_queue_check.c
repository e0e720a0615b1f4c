#include "sim/engine/event_queue_state.h"

static bool check_heap(const hc_event_queue *queue, uint64_t *seen)
{
    for (uint32_t i = 0; i < queue->heap_count; i++) {
        const hc_queue_record *r = &queue->records[queue->heap[i].slot];
        if (r->is_free || r->event.time != queue->heap[i].time) {
            return false;
        }
        if (i > 0 && hc_heap_precedes(queue, queue->heap[i], queue->heap[(i - 1) / 4])) {
            return false;
        }
    }
    *seen += queue->heap_count;
    return true;
}

static bool check_bucket(const hc_event_queue *queue, uint32_t bucket, uint64_t *seen)
{
    bool is_occupied = (queue->occupied[bucket / 64] >> (bucket % 64) & 1) != 0;
    if (is_occupied != (queue->buckets[bucket] != HC_QUEUE_NONE) ||
        (is_occupied && bucket < queue->current)) {
        return false;
    }
    for (uint32_t slot = queue->buckets[bucket]; slot != HC_QUEUE_NONE;
         slot = queue->records[slot].next) {
        uint64_t distance = (uint64_t)queue->records[slot].event.time - (uint64_t)queue->year_start;
        if (queue->records[slot].is_free || distance >> queue->width_shift != bucket) {
            return false;
        }
        (*seen)++;
    }
    return true;
}

bool hc_event_queue_check(const hc_event_queue *queue)
{
    uint64_t seen = 0;
    uint64_t far_count = 0;
    if (!check_heap(queue, &seen)) {
        return false;
    }
    for (uint32_t bucket = 0; bucket < queue->bucket_count; bucket++) {
        if (!check_bucket(queue, bucket, &seen)) {
            return false;
        }
    }
    for (uint32_t slot = queue->far_head; slot != HC_QUEUE_NONE; slot = queue->records[slot].next) {
        far_count++;
    }
    return far_count == queue->far_count &&
           seen + far_count == (uint64_t)queue->live_count + queue->dead_count;
}
