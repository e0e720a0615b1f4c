#include "traces/stream/parcel_queue.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Parcels from `taken` up to `put`, of which each is moved by one side alone: nobody locks while there is something to give
 * and to take. */
struct hc_parcel_queue {
    uint32_t capacity;
    atomic_uint_fast64_t put;
    atomic_uint_fast64_t taken;
    atomic_bool is_closed;
    atomic_bool is_awaited; /* somebody waits for room */
    pthread_mutex_t lock;
    pthread_cond_t has_room;
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

static void wake(const hc_parcel_queue *queue)
{
    const uint64_t one = 1;
    (void)!write(queue->descriptor, &one, sizeof one); /* it cannot overflow */
}

static bool is_full(hc_parcel_queue *queue)
{
    return atomic_load_explicit(&queue->put, memory_order_relaxed) - atomic_load(&queue->taken) ==
           queue->capacity;
}

static void wait_for_room(hc_parcel_queue *queue)
{
    (void)pthread_mutex_lock(&queue->lock);
    atomic_store(&queue->is_awaited, true);
    while (is_full(queue) && !atomic_load(&queue->is_closed)) {
        (void)pthread_cond_wait(&queue->has_room, &queue->lock);
    }
    atomic_store(&queue->is_awaited, false);
    (void)pthread_mutex_unlock(&queue->lock);
}

hc_parcel *hc_parcel_queue_room(hc_parcel_queue *queue, bool may_wait)
{
    if (may_wait && is_full(queue)) {
        wake(queue);
        wait_for_room(queue);
    }
    return is_full(queue) || atomic_load(&queue->is_closed)
               ? NULL
               : &queue->parcels[atomic_load(&queue->put) % queue->capacity];
}

void hc_parcel_queue_put(hc_parcel_queue *queue)
{
    uint_fast64_t put = atomic_fetch_add(&queue->put, 1) + 1;
    if (put - atomic_load(&queue->taken) == (queue->capacity + 3) / 4) {
        wake(queue);
    }
}

const hc_parcel *hc_parcel_queue_first(hc_parcel_queue *queue)
{
    uint_fast64_t taken = atomic_load_explicit(&queue->taken, memory_order_relaxed);
    return taken == atomic_load(&queue->put) ? NULL : &queue->parcels[taken % queue->capacity];
}

/* Whoever waits has said so before looking again, so that either this is seen there or that here. */
void hc_parcel_queue_drop(hc_parcel_queue *queue)
{
    assert(hc_parcel_queue_first(queue) != NULL);
    (void)atomic_fetch_add(&queue->taken, 1);
    if (atomic_load(&queue->is_awaited)) {
        (void)pthread_mutex_lock(&queue->lock);
        (void)pthread_cond_signal(&queue->has_room);
        (void)pthread_mutex_unlock(&queue->lock);
    }
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
    atomic_store(&queue->is_closed, true);
    (void)pthread_cond_broadcast(&queue->has_room);
    (void)pthread_mutex_unlock(&queue->lock);
}
