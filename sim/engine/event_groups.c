#include "sim/engine/event_groups.h"

#include "sim/engine/event_queue_state.h"

#include <assert.h>
#include <stdlib.h>

struct hc_event_groups {
    const hc_event_queue *queue;
    uint32_t *slots; /* of all pending events, process by process */
    uint64_t *first; /* by process: its first one; one more at the end */
};

static bool is_pending(const hc_queue_record *record)
{
    return record->is_free == 0 && record->event.process != HC_QUEUE_DEAD;
}

/* Counting sort: how many events come before those of a process, then the events themselves. */
static void sort_slots(hc_event_groups *g, uint32_t process_count)
{
    const hc_event_queue *queue = g->queue;
    for (uint32_t slot = 0; slot < queue->record_capacity; slot++) {
        if (is_pending(&queue->records[slot])) {
            assert(queue->records[slot].event.process < process_count);
            g->first[queue->records[slot].event.process + 1]++;
        }
    }
    for (uint32_t i = 0; i < process_count; i++) {
        g->first[i + 1] += g->first[i];
    }
    for (uint32_t slot = queue->record_capacity; slot-- > 0;) {
        if (is_pending(&queue->records[slot])) {
            g->slots[--g->first[queue->records[slot].event.process + 1]] = slot;
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
    g->first = calloc((size_t)process_count + 2, sizeof *g->first);
    if (g->slots == NULL || g->first == NULL) {
        hc_event_groups_destroy(g);
        return NULL;
    }
    sort_slots(g, process_count);
    g->first[process_count + 1] = queue->live_count;
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

/* Taking the slots from the back has moved the begin of each group to where the one before it ends: one place on. */
uint64_t hc_event_groups_count(const hc_event_groups *g, uint32_t process)
{
    return g->first[process + 2] - g->first[process + 1];
}

const hc_event *hc_event_groups_event(const hc_event_groups *g, uint32_t process, uint64_t index)
{
    assert(index < hc_event_groups_count(g, process));
    return &g->queue->records[g->slots[g->first[process + 1] + index]].event;
}
