#include "sim/engine/event_groups.h"

#include "sim/engine/event_queue_state.h"

#include <assert.h>
#include <stdlib.h>

struct hc_event_groups {
    const hc_event_queue *queue;
    uint32_t *slots; /* of all pending events, process by process */
    uint64_t *first; /* by process: its first one; behind the last process the number of all */
};

static bool is_pending(const hc_queue_record *record)
{
    return record->is_free == 0 && record->event.process != HC_QUEUE_DEAD;
}

/* Counting sort: where the events of a process end, then from the back the events themselves. */
static void sort_slots(hc_event_groups *g, uint32_t process_count)
{
    const hc_event_queue *queue = g->queue;
    for (uint32_t slot = 0; slot < queue->record_capacity; slot++) {
        if (is_pending(&queue->records[slot])) {
            assert(queue->records[slot].event.process < process_count);
            g->first[queue->records[slot].event.process]++;
        }
    }
    for (uint32_t i = 0; i < process_count; i++) {
        g->first[i + 1] += g->first[i];
    }
    for (uint32_t slot = queue->record_capacity; slot-- > 0;) {
        if (is_pending(&queue->records[slot])) {
            g->slots[--g->first[queue->records[slot].event.process]] = slot;
        }
    }
}

hc_event_groups *hc_event_groups_create(const hc_event_queue *queue, uint32_t process_count)
{
    hc_event_groups *g = calloc(1, sizeof *g);
    if (g == NULL) {
        return NULL;
    }
    g->queue = queue;
    g->slots = malloc(((size_t)queue->live_count + 1) * sizeof *g->slots);
    g->first = calloc((size_t)process_count + 1, sizeof *g->first);
    if (g->slots == NULL || g->first == NULL) {
        hc_event_groups_destroy(g);
        return NULL;
    }
    sort_slots(g, process_count);
    return g;
}

void hc_event_groups_destroy(hc_event_groups *g)
{
    if (g == NULL) {
        return;
    }
    free(g->slots);
    free(g->first);
    free(g);
}

uint64_t hc_event_groups_count(const hc_event_groups *g, uint32_t process)
{
    return g->first[process + 1] - g->first[process];
}

const hc_event *hc_event_groups_event(const hc_event_groups *g, uint32_t process, uint64_t index)
{
    assert(index < hc_event_groups_count(g, process));
    return &g->queue->records[g->slots[g->first[process] + index]].event;
}
