#include "sim/engine/event_queue_state.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Calendar queue (R. Brown, Communications of the ACM 31(10), 1988) with three changes:
 *  - The calendar covers one "year" from a fixed start. Later events wait in an unsorted list, the far
 *    events; when the year is used up, a new one is laid out over them.
 *  - The bucket width is chosen anew for each year from the median distance of the far events, so that no
 *    parameter has to be set and heavy tails do not matter.
 *  - The bucket whose turn it is becomes a small 4-ary heap in the full order, so that crowded buckets and
 *    equal times cost a logarithm and not a square.
 * A cancelled event is marked and dropped when it is met; when the dead outnumber the living, a new year is
 * laid out at once, which drops all of them. */

enum {
    MIN_BUCKET_COUNT = 64,
    SAMPLE_COUNT = 127,    /* far events looked at to find their median */
    EVENTS_PER_BUCKET = 1, /* aimed at, on average */
    YEAR_MEDIANS = 4,      /* length of a year in median distances: few events are then far */
    CROWDED_BUCKET = 32,   /* more events than this in one bucket count as crowded */
    DEAD_ALLOWANCE = 1024,
    HEAP_AHEAD = 4,     /* events in the heap before the next bucket is left alone */
    PREFETCH_AHEAD = 4, /* buckets whose first record is fetched into the cache early */
};

#define MAX_BUCKET_COUNT (UINT32_C(1) << 22)
static void heap_push(hc_event_queue *queue, hc_heap_entry entry)
{
    hc_heap_entry *heap = queue->heap;
    uint32_t at = queue->heap_count++;
    while (at > 0) {
        uint32_t parent = (at - 1) / 4;
        if (!hc_heap_precedes(queue, entry, heap[parent])) {
            break;
        }
        heap[at] = heap[parent];
        at = parent;
    }
    heap[at] = entry;
}

static uint32_t first_child(const hc_event_queue *queue, uint32_t begin)
{
    uint32_t end = queue->heap_count - begin < 4 ? queue->heap_count : begin + 4;
    uint32_t first = begin;
    for (uint32_t i = begin + 1; i < end; i++) {
        if (hc_heap_precedes(queue, queue->heap[i], queue->heap[first])) {
            first = i;
        }
    }
    return first;
}

static uint32_t heap_pop(hc_event_queue *queue)
{
    hc_heap_entry *heap = queue->heap;
    uint32_t top = heap[0].slot;
    hc_heap_entry last = heap[--queue->heap_count];
    uint32_t at = 0;
    while (at * 4 + 1 < queue->heap_count) {
        uint32_t child = first_child(queue, at * 4 + 1);
        if (!hc_heap_precedes(queue, heap[child], last)) {
            break;
        }
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = last;
    return top;
}

static bool is_dead(const hc_queue_record *r)
{
    return r->event.process == HC_QUEUE_DEAD;
}

static void free_record(hc_event_queue *queue, uint32_t slot)
{
    queue->dead_count -= is_dead(&queue->records[slot]) ? 1 : 0;
    queue->records[slot].is_free = 1;
    queue->records[slot].next = queue->free_head;
    queue->free_head = slot;
}

static void link_far(hc_event_queue *queue, uint32_t slot)
{
    queue->records[slot].next = queue->far_head;
    queue->far_head = slot;
    queue->far_count++;
}

/* Puts a record where its time belongs: heap, bucket or far list. Differences are taken unsigned: they are
 * never negative and may exceed int64. */
static void place(hc_event_queue *queue, uint32_t slot)
{
    hc_time time = queue->records[slot].event.time;
    uint64_t bucket = 0;
    if (time < queue->year_start) {
        heap_push(queue, (hc_heap_entry){time, slot});
        return;
    }
    bucket = ((uint64_t)time - (uint64_t)queue->year_start) >> queue->width_shift;
    if (bucket >= queue->bucket_count) {
        link_far(queue, slot);
    } else if (bucket < queue->current) {
        heap_push(queue, (hc_heap_entry){time, slot});
    } else {
        queue->records[slot].next = queue->buckets[bucket];
        queue->buckets[bucket] = slot;
        queue->occupied[bucket / 64] |= UINT64_C(1) << (bucket % 64);
    }
}

static bool grow_records(hc_event_queue *queue)
{
    uint32_t old = queue->record_capacity;
    uint32_t capacity = old == 0 ? MIN_BUCKET_COUNT : old * 2;
    hc_queue_record *records = NULL;
    hc_heap_entry *heap = NULL;
    if (old > UINT32_MAX / 4) {
        return false;
    }
    records = realloc(queue->records, capacity * sizeof *records);
    if (records == NULL) {
        return false;
    }
    queue->records = records;
    heap = realloc(queue->heap, capacity * sizeof *heap); /* all events may crowd in one bucket */
    if (heap == NULL) {
        return false;
    }
    queue->heap = heap;
    queue->heap_capacity = capacity;
    for (uint32_t i = capacity; i-- > old;) {
        records[i].is_free = 1;
        records[i].next = queue->free_head;
        queue->free_head = i;
    }
    queue->record_capacity = capacity;
    return true;
}

/* More buckets when memory allows; with fewer the calendar is slower, not wrong. */
static void grow_buckets(hc_event_queue *queue, uint32_t event_count)
{
    uint32_t count = queue->bucket_count;
    uint64_t wanted = (uint64_t)event_count * YEAR_MEDIANS / EVENTS_PER_BUCKET;
    uint32_t *buckets = NULL;
    uint64_t *occupied = NULL;
    while (count < wanted && count < MAX_BUCKET_COUNT) {
        count *= 2;
    }
    if (count == queue->bucket_count) {
        return;
    }
    buckets = malloc(count * sizeof *buckets);
    occupied = calloc(count / 64, sizeof *occupied);
    if (buckets == NULL || occupied == NULL) {
        free(buckets);
        free(occupied);
        return;
    }
    memset(buckets, 0xff, count * sizeof *buckets);
    free(queue->buckets);
    free(queue->occupied);
    queue->buckets = buckets;
    queue->occupied = occupied;
    queue->bucket_count = count;
}

/* Drops the dead from the far list and finds the earliest time. */
static hc_time sweep_far(hc_event_queue *queue)
{
    uint32_t slot = queue->far_head;
    hc_time earliest = HC_TIME_NEVER;
    queue->far_head = HC_QUEUE_NONE;
    queue->far_count = 0;
    while (slot != HC_QUEUE_NONE) {
        uint32_t next = queue->records[slot].next;
        if (is_dead(&queue->records[slot])) {
            free_record(queue, slot);
        } else {
            hc_time time = queue->records[slot].event.time;
            earliest = time < earliest ? time : earliest;
            link_far(queue, slot);
        }
        slot = next;
    }
    return earliest;
}

static int compare_distances(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Median distance of the far events from the earliest, from every n-th of them. */
static uint64_t median_distance(const hc_event_queue *queue, hc_time earliest)
{
    uint64_t distances[SAMPLE_COUNT] = {0};
    uint32_t stride = queue->far_count / SAMPLE_COUNT + 1;
    uint32_t position = 0;
    size_t count = 0;
    for (uint32_t slot = queue->far_head; slot != HC_QUEUE_NONE; slot = queue->records[slot].next) {
        if (position++ % stride == 0 && count < SAMPLE_COUNT) {
            distances[count++] = (uint64_t)queue->records[slot].event.time - (uint64_t)earliest;
        }
    }
    qsort(distances, count, sizeof distances[0], compare_distances);
    return distances[count / 2];
}

/* A bucket shall hold EVENTS_PER_BUCKET of the half of the events that are nearest; a year shall be long
 * enough for nearly all events posted during it. */
static void choose_width(hc_event_queue *queue, hc_time earliest)
{
    uint64_t median = median_distance(queue, earliest);
    uint64_t width = median / (queue->far_count / (2 * EVENTS_PER_BUCKET) + 1);
    int shift = 0;
    while (shift < 62 && (UINT64_C(1) << shift) < width) {
        shift++;
    }
    while (shift < 62 && queue->bucket_count / YEAR_MEDIANS < median >> shift) {
        shift++;
    }
    queue->width_shift = shift;
    queue->year_start = (hc_time)((uint64_t)earliest >> shift << shift);
}

/* Lays out a year over the far events. The calendar and the heap are empty. */
static void lay_out_year(hc_event_queue *queue)
{
    hc_time earliest = sweep_far(queue);
    uint32_t slot = queue->far_head;
    queue->laid_out_count = queue->far_count;
    queue->crowded_count = 0;
    queue->current = 0;
    if (slot == HC_QUEUE_NONE) {
        return;
    }
    grow_buckets(queue, queue->far_count);
    choose_width(queue, earliest);
    queue->far_head = HC_QUEUE_NONE;
    queue->far_count = 0;
    while (slot != HC_QUEUE_NONE) {
        uint32_t next = queue->records[slot].next;
        place(queue, slot);
        slot = next;
    }
}

/* The first occupied bucket from `current` on, or bucket_count. */
static uint32_t next_occupied(const hc_event_queue *queue)
{
    uint32_t word = queue->current / 64;
    uint32_t word_count = queue->bucket_count / 64;
    uint64_t bits = 0;
    if (word == word_count) {
        return queue->bucket_count;
    }
    bits = queue->occupied[word] & (UINT64_MAX << (queue->current % 64));
    while (bits == 0) {
        if (++word == word_count) {
            return queue->bucket_count;
        }
        bits = queue->occupied[word];
    }
    return word * 64 + (uint32_t)__builtin_ctzll(bits);
}

/* Moves the living events of a bucket to `take`. */
static void empty_bucket(hc_event_queue *queue, uint32_t bucket,
                         void (*take)(hc_event_queue *queue, uint32_t slot))
{
    uint32_t slot = queue->buckets[bucket];
    uint32_t count = 0;
    queue->buckets[bucket] = HC_QUEUE_NONE;
    queue->occupied[bucket / 64] &= ~(UINT64_C(1) << (bucket % 64));
    while (slot != HC_QUEUE_NONE) {
        uint32_t next = queue->records[slot].next;
        if (is_dead(&queue->records[slot])) {
            free_record(queue, slot);
        } else {
            take(queue, slot);
            count++;
        }
        slot = next;
    }
    queue->crowded_count += count > CROWDED_BUCKET ? count : 0;
}

static void take_to_heap(hc_event_queue *queue, uint32_t slot)
{
    heap_push(queue, (hc_heap_entry){queue->records[slot].event.time, slot});
}

/* Everything becomes far, then a new year is laid out: the width fits again, the dead are gone. */
static void start_again(hc_event_queue *queue)
{
    uint32_t bucket = 0;
    while ((bucket = next_occupied(queue)) < queue->bucket_count) {
        empty_bucket(queue, bucket, link_far);
        queue->current = bucket + 1;
    }
    for (uint32_t i = 0; i < queue->heap_count; i++) {
        link_far(queue, queue->heap[i].slot);
    }
    queue->heap_count = 0;
    lay_out_year(queue);
}

/* The year no longer fits when the population has quadrupled, or when as many events as half of it were met
 * in crowded buckets. */
static bool is_misfit(const hc_event_queue *queue)
{
    return queue->live_count / 4 > queue->laid_out_count + MIN_BUCKET_COUNT ||
           queue->crowded_count > queue->laid_out_count / 2 + DEAD_ALLOWANCE;
}

static void prefetch_buckets(const hc_event_queue *queue, uint32_t begin)
{
    for (uint32_t i = begin; i < begin + PREFETCH_AHEAD && i < queue->bucket_count; i++) {
        if (queue->buckets[i] != HC_QUEUE_NONE) {
            __builtin_prefetch(&queue->records[queue->buckets[i]]);
        }
    }
}

/* Moves the next occupied bucket into the heap. @return false when the year is used up. */
static bool load_bucket(hc_event_queue *queue)
{
    uint32_t bucket = next_occupied(queue);
    if (bucket == queue->bucket_count) {
        queue->current = bucket;
        return false;
    }
    if (is_misfit(queue)) {
        start_again(queue);
        bucket = next_occupied(queue);
    }
    queue->current = bucket + 1;
    prefetch_buckets(queue, bucket + 1);
    empty_bucket(queue, bucket, take_to_heap);
    return true;
}

/* Makes the heap's top the first living event, with a few more behind it, so that the engine can see who
 * comes next. @return false when no event is pending. */
static bool advance(hc_event_queue *queue)
{
    while (queue->live_count > 0) {
        while (queue->heap_count > 0 && is_dead(&queue->records[queue->heap[0].slot])) {
            free_record(queue, heap_pop(queue));
        }
        while (queue->heap_count < HEAP_AHEAD && load_bucket(queue)) {
        }
        if (queue->heap_count == 0) {
            lay_out_year(queue);
        } else if (!is_dead(&queue->records[queue->heap[0].slot])) {
            return true;
        }
    }
    return false;
}

hc_event_queue *hc_event_queue_create(void)
{
    hc_event_queue *queue = calloc(1, sizeof *queue);
    if (queue == NULL) {
        return NULL;
    }
    queue->free_head = HC_QUEUE_NONE;
    queue->far_head = HC_QUEUE_NONE;
    queue->bucket_count = MIN_BUCKET_COUNT;
    queue->buckets = malloc(MIN_BUCKET_COUNT * sizeof *queue->buckets);
    queue->occupied = calloc(MIN_BUCKET_COUNT / 64, sizeof *queue->occupied);
    if (queue->buckets == NULL || queue->occupied == NULL || !grow_records(queue)) {
        hc_event_queue_destroy(queue);
        return NULL;
    }
    memset(queue->buckets, 0xff, MIN_BUCKET_COUNT * sizeof *queue->buckets);
    return queue;
}

void hc_event_queue_destroy(hc_event_queue *queue)
{
    if (queue == NULL) {
        return;
    }
    free(queue->records);
    free(queue->heap);
    free(queue->buckets);
    free(queue->occupied);
    free(queue);
}

int hc_event_queue_push(hc_event_queue *queue, const hc_event *event, hc_event_handle *handle)
{
    uint32_t slot = 0;
    assert(event->process != HC_QUEUE_DEAD);
    if (queue->free_head == HC_QUEUE_NONE && !grow_records(queue)) {
        return -1;
    }
    slot = queue->free_head;
    queue->free_head = queue->records[slot].next;
    queue->records[slot].event = *event;
    queue->records[slot].is_free = 0;
    queue->live_count++;
    place(queue, slot);
    if (handle != NULL) {
        *handle = (hc_event_handle){slot, event->origin};
    }
    return 0;
}

bool hc_event_queue_pop(hc_event_queue *queue, hc_event *out)
{
    uint32_t slot = 0;
    if (!advance(queue)) {
        return false;
    }
    slot = heap_pop(queue);
    *out = queue->records[slot].event;
    free_record(queue, slot);
    queue->live_count--;
    return true;
}

hc_time hc_event_queue_next_time(hc_event_queue *queue)
{
    return advance(queue) ? queue->heap[0].time : HC_TIME_NEVER;
}

const hc_event *hc_event_queue_find(const hc_event_queue *queue, hc_event_handle handle)
{
    const hc_queue_record *found = NULL;
    if (handle.slot >= queue->record_capacity) {
        return NULL;
    }
    found = &queue->records[handle.slot];
    return found->is_free || is_dead(found) || found->event.origin != handle.origin ? NULL
                                                                                    : &found->event;
}

bool hc_event_queue_cancel(hc_event_queue *queue, hc_event_handle handle)
{
    if (hc_event_queue_find(queue, handle) == NULL) {
        return false;
    }
    queue->records[handle.slot].event.process = HC_QUEUE_DEAD;
    queue->live_count--;
    queue->dead_count++;
    if (queue->dead_count > queue->live_count + DEAD_ALLOWANCE) {
        start_again(queue);
    }
    return true;
}

const hc_event *hc_event_queue_upcoming(const hc_event_queue *queue, uint32_t index)
{
    return index < queue->heap_count ? &queue->records[queue->heap[index].slot].event : NULL;
}

size_t hc_event_queue_count(const hc_event_queue *queue)
{
    return queue->live_count;
}
