#include "traces/stream/parcel_queue.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct hc_parcel_queue {
    pthread_mutex_t lock;
    pthread_cond_t has_room;
    uint32_t capacity;
    uint32_t first;
    uint32_t count;
    bool is_closed;
    int descriptor;
    hc_parcel *parcels;
};

int hc_parcel_queue_create(hc_parcel_queue **out, uint32_t capacity, hc_error *error)
{
    hc_parcel_queue *queue = calloc(1, sizeof *queue);
    assert(capacity > 0);
    if (queue == NULL) {
        return hc_error_memory(error);
    }
    (void)pthread_mutex_init(&queue->lock, NULL); /* neither fails on Linux */
    (void)pthread_cond_init(&queue->has_room, NULL);
    queue->capacity = capacity;
    queue->parcels = malloc(capacity * sizeof *queue->parcels);
    queue->descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (queue->parcels == NULL || queue->descriptor < 0) {
        (void)(queue->parcels == NULL
                   ? hc_error_memory(error)
                   : hc_error_set(error, HC_ERROR_RUNTIME, "eventfd: %s", strerror(errno)));
        hc_parcel_queue_destroy(queue);
        return -1;
    }
    *out = queue;
    return 0;
}

void hc_parcel_queue_destroy(hc_parcel_queue *queue)
{
    if (queue == NULL) {
        return;
    }
    if (queue->descriptor >= 0) {
        (void)close(queue->descriptor);
    }
    (void)pthread_cond_destroy(&queue->has_room);
    (void)pthread_mutex_destroy(&queue->lock);
    free(queue->parcels);
    free(queue);
}

hc_parcel *hc_parcel_queue_room(hc_parcel_queue *queue, bool may_wait)
{
    hc_parcel *room = NULL;
    (void)pthread_mutex_lock(&queue->lock);
    while (may_wait && !queue->is_closed && queue->count == queue->capacity) {
        (void)pthread_cond_wait(&queue->has_room, &queue->lock);
    }
    if (!queue->is_closed && queue->count < queue->capacity) {
        room = &queue->parcels[(queue->first + queue->count) % queue->capacity];
    }
    (void)pthread_mutex_unlock(&queue->lock);
    return room;
}

void hc_parcel_queue_put(hc_parcel_queue *queue)
{
    const uint64_t one = 1;
    bool is_time = false;
    (void)pthread_mutex_lock(&queue->lock);
    is_time = ++queue->count == (queue->capacity + 3) / 4;
    (void)pthread_mutex_unlock(&queue->lock);
    if (is_time) {
        (void)!write(queue->descriptor, &one, sizeof one); /* it cannot overflow */
    }
}

const hc_parcel *hc_parcel_queue_first(hc_parcel_queue *queue)
{
    const hc_parcel *first = NULL;
    (void)pthread_mutex_lock(&queue->lock);
    if (queue->count > 0) {
        first = &queue->parcels[queue->first];
    }
    (void)pthread_mutex_unlock(&queue->lock);
    return first;
}

void hc_parcel_queue_drop(hc_parcel_queue *queue)
{
    (void)pthread_mutex_lock(&queue->lock);
    assert(queue->count > 0);
    queue->first = (queue->first + 1) % queue->capacity;
    queue->count--;
    (void)pthread_cond_signal(&queue->has_room);
    (void)pthread_mutex_unlock(&queue->lock);
}

int hc_parcel_queue_descriptor(const hc_parcel_queue *queue)
{
    return queue->descriptor;
}

void hc_parcel_queue_hear(hc_parcel_queue *queue)
{
    uint64_t count = 0;
    (void)!read(queue->descriptor, &count, sizeof count); /* empty: nothing was put */
}

void hc_parcel_queue_close(hc_parcel_queue *queue)
{
    (void)pthread_mutex_lock(&queue->lock);
    queue->is_closed = true;
    (void)pthread_cond_broadcast(&queue->has_room);
    (void)pthread_mutex_unlock(&queue->lock);
}
