#ifndef HC_TRACES_STREAM_PARCEL_QUEUE_H
#define HC_TRACES_STREAM_PARCEL_QUEUE_H

#include "sim/error.h"
#include "traces/stream/parcel.h"

#include <stdbool.h>
#include <stdint.h>

/** Parcels from one thread to another, at most so many on their way. Nothing is allocated once it is made. */
typedef struct hc_parcel_queue hc_parcel_queue;

int hc_parcel_queue_create(hc_parcel_queue **out, uint32_t capacity, hc_error *error);
void hc_parcel_queue_destroy(hc_parcel_queue *queue); /**< accepts NULL */

/** For the one who gives: room for the next parcel, then its handing over.
 *  @param may_wait  waits while the queue is full
 *  @return NULL when it is full, or was closed. */
hc_parcel *hc_parcel_queue_room(hc_parcel_queue *queue, bool may_wait);
void hc_parcel_queue_put(hc_parcel_queue *queue);

/** For the one who takes: the oldest parcel, which stays until it is dropped; NULL when there is none. */
const hc_parcel *hc_parcel_queue_first(hc_parcel_queue *queue);
void hc_parcel_queue_drop(hc_parcel_queue *queue);

/** Readable once a quarter of the room is taken: waking somebody costs more than a parcel. hc_parcel_queue_first must then
 *  be called until it has none, and now and then without having been woken. */
int hc_parcel_queue_descriptor(const hc_parcel_queue *queue);
void hc_parcel_queue_hear(hc_parcel_queue *queue); /**< makes it unreadable again */

/** Nobody takes any more: whoever waits for room gets none. */
void hc_parcel_queue_close(hc_parcel_queue *queue);

#endif
