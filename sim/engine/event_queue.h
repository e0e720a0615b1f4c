#ifndef HC_SIM_ENGINE_EVENT_QUEUE_H
#define HC_SIM_ENGINE_EVENT_QUEUE_H

#include "sim/engine/event.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The pending event set: a calendar whose current bucket is a heap.
 *
 *  Events leave in the total order of event.h, whatever the shape of the calendar. Times may be anything;
 *  the bucket width follows the events that are pending (docs/performance.md has the measurements that led
 *  here). Cost of push and pop: O(1) while times are spread, O(log events of one bucket) when they crowd.
 *  Memory: 48 bytes per event plus at most 24 per event for the calendar. */
typedef struct hc_event_queue hc_event_queue;

/** Names one pending event. Stays valid until the event is popped, cancelled or moved. */
typedef struct hc_event_handle {
    uint32_t slot;
    uint64_t origin;
} hc_event_handle;

#define HC_NO_EVENT ((hc_event_handle){.slot = UINT32_MAX, .origin = UINT64_MAX})

/** @return a queue that the caller owns, or NULL when memory is short. */
hc_event_queue *hc_event_queue_create(void);
void hc_event_queue_destroy(hc_event_queue *queue);

/** Adds an event. Its `origin` must be unique among the pending ones.
 *  @param handle  [out] may be NULL
 *  @return 0, or -1 when memory is short; nothing has changed then. */
int hc_event_queue_push(hc_event_queue *queue, const hc_event *event, hc_event_handle *handle);

/** Takes the first event out. @return false when none is pending. */
bool hc_event_queue_pop(hc_event_queue *queue, hc_event *out);

/** Time of the first event, HC_TIME_NEVER when none is pending. */
hc_time hc_event_queue_next_time(hc_event_queue *queue);

/** Removes a pending event. @return false when the handle names none (popped or cancelled before). */
bool hc_event_queue_cancel(hc_event_queue *queue, hc_event_handle handle);

/** The pending event that a handle names, or NULL. Borrowed until the next call that changes the queue. */
const hc_event *hc_event_queue_find(const hc_event_queue *queue, hc_event_handle handle);

/** An event that will leave soon, for prefetching: index 0 is the next one, others are near it in no order.
 *  NULL when the queue has not looked that far; the event may have been cancelled. Borrowed, as above. */
const hc_event *hc_event_queue_upcoming(const hc_event_queue *queue, uint32_t index);

/** Events pending. O(1). */
size_t hc_event_queue_count(const hc_event_queue *queue);

/** Verifies every invariant, O(events). @return true when all hold. For tests. */
bool hc_event_queue_check(const hc_event_queue *queue);

#endif
