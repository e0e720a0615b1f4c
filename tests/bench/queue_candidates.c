/* The pending event sets that were weighed against each other before the calendar was chosen: heaps of arity 2, 4
 * and 8 of (time, slot) entries over a pool, and the product's calendar, all with the same events and the same
 * order. The hold model: take the first event, put one back after an exponential delay.
 * Usage: queue_candidates [PENDING [HOLDS]]        Figures: docs/performance.md */

#include "sim/engine/event_queue.h"
#include "sim/engine/random.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

typedef struct entry {
    hc_time time;
    uint32_t slot;
} entry;

typedef struct heap {
    entry *entries;
    hc_event *pool;
    uint32_t *free_slots;
    uint32_t count;
    uint32_t free_count;
    uint32_t arity;
} heap;

static bool precedes(const heap *h, entry a, entry b)
{
    return a.time != b.time ? a.time < b.time
                            : hc_event_precedes(&h->pool[a.slot], &h->pool[b.slot]);
}

static void heap_push(heap *h, const hc_event *event)
{
    uint32_t slot = h->free_slots[--h->free_count];
    entry added = {event->time, slot};
    uint32_t at = h->count++;
    h->pool[slot] = *event;
    while (at > 0 && precedes(h, added, h->entries[(at - 1) / h->arity])) {
        h->entries[at] = h->entries[(at - 1) / h->arity];
        at = (at - 1) / h->arity;
    }
    h->entries[at] = added;
}

static uint32_t first_child(const heap *h, uint32_t begin)
{
    uint32_t end = begin + h->arity < h->count ? begin + h->arity : h->count;
    uint32_t first = begin;
    for (uint32_t i = begin + 1; i < end; i++) {
        first = precedes(h, h->entries[i], h->entries[first]) ? i : first;
    }
    return first;
}

static void heap_pop(heap *h, hc_event *out)
{
    entry last = h->entries[h->count - 1];
    uint32_t at = 0;
    *out = h->pool[h->entries[0].slot];
    h->free_slots[h->free_count++] = h->entries[0].slot;
    h->count--;
    while (at * h->arity + 1 < h->count) {
        uint32_t child = first_child(h, at * h->arity + 1);
        if (!precedes(h, h->entries[child], last)) {
            break;
        }
        h->entries[at] = h->entries[child];
        at = child;
    }
    h->entries[at] = last;
}

static double cpu_seconds(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

typedef struct workload {
    hc_random random;
    uint64_t origin;
} workload;

static hc_event next_event(workload *w, hc_time now)
{
    return (hc_event){.time = now + (hc_time)(hc_random_exponential(&w->random, 1e9)),
                      .origin = w->origin++};
}

static void report(const char *name, double seconds, uint64_t holds, uint64_t checksum)
{
    printf("  %-14s %7.1f ns per hold   order %016" PRIx64 "\n", name,
           seconds / (double)holds * 1e9, checksum);
}

static void measure_heap(uint32_t arity, uint32_t pending, uint64_t holds)
{
    heap h = {.arity = arity};
    workload w = {.random = hc_random_stream(1, 0, HC_RANDOM_BENCH)};
    uint64_t checksum = 0;
    double start = 0;
    char name[16];
    h.entries = malloc((pending + 1) * sizeof *h.entries);
    h.pool = malloc((pending + 1) * sizeof *h.pool);
    h.free_slots = malloc((pending + 1) * sizeof *h.free_slots);
    if (h.entries == NULL || h.pool == NULL || h.free_slots == NULL) {
        exit(EXIT_FAILURE);
    }
    for (uint32_t i = 0; i <= pending; i++) {
        h.free_slots[h.free_count++] = pending - i;
    }
    for (uint32_t i = 0; i < pending; i++) {
        hc_event event = next_event(&w, 0);
        heap_push(&h, &event);
    }
    start = cpu_seconds();
    for (uint64_t i = 0; i < holds; i++) {
        hc_event event;
        heap_pop(&h, &event);
        checksum = checksum * 31 + event.origin;
        event = next_event(&w, event.time);
        heap_push(&h, &event);
    }
    (void)snprintf(name, sizeof name, "%u-ary heap", arity);
    report(name, cpu_seconds() - start, holds, checksum);
    free(h.entries);
    free(h.pool);
    free(h.free_slots);
}

static void measure_calendar(uint32_t pending, uint64_t holds)
{
    hc_event_queue *queue = hc_event_queue_create();
    workload w = {.random = hc_random_stream(1, 0, HC_RANDOM_BENCH)};
    uint64_t checksum = 0;
    double start = 0;
    for (uint32_t i = 0; i < pending; i++) {
        hc_event event = next_event(&w, 0);
        (void)hc_event_queue_push(queue, &event, NULL);
    }
    start = cpu_seconds();
    for (uint64_t i = 0; i < holds; i++) {
        hc_event event;
        (void)hc_event_queue_pop(queue, &event);
        checksum = checksum * 31 + event.origin;
        event = next_event(&w, event.time);
        (void)hc_event_queue_push(queue, &event, NULL);
    }
    report("calendar", cpu_seconds() - start, holds, checksum);
    hc_event_queue_destroy(queue);
}

int main(int argc, char **argv)
{
    static const uint32_t SIZES[] = {1000, 100000, 10000000};
    uint64_t holds = argc > 2 ? strtoull(argv[2], NULL, 10) : 2000000;
    for (int i = 0; i < (argc > 1 ? 1 : 3); i++) {
        uint32_t pending = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : SIZES[i];
        printf("%u pending\n", pending);
        measure_heap(2, pending, holds);
        measure_heap(4, pending, holds);
        measure_heap(8, pending, holds);
        measure_calendar(pending, holds);
    }
    return EXIT_SUCCESS;
}
