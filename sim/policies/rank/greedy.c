#include "sim/policies/rank/greedy.h"

#include "sim/jobs/slot_list.h"

#include <stdlib.h>

struct hc_greedy {
    const hc_greedy_task *task;
    uint64_t free_milli; /* on paper */
    hc_job_order
        *dropped; /* running jobs without GPUs on paper, as they stand among the running ones */
    hc_slot_list starts;
    hc_greedy_victim
        *victims; /* while walking: every job that was dropped, also those that got GPUs again */
    size_t victim_count;
    size_t victim_capacity;
};

hc_greedy *hc_greedy_create(void)
{
    hc_greedy *g = calloc(1, sizeof *g);
    if (g == NULL || (g->dropped = hc_job_order_create()) == NULL) {
        free(g);
        return NULL;
    }
    return g;
}

void hc_greedy_destroy(hc_greedy *g)
{
    if (g == NULL) {
        return;
    }
    hc_job_order_destroy(g->dropped);
    hc_slot_list_free(&g->starts);
    free(g->victims);
    free(g);
}

static int drop(hc_greedy *g, uint32_t slot, uint32_t by)
{
    hc_order_entry entry = *hc_job_order_entry(g->task->running, slot);
    if (g->victim_count == g->victim_capacity) {
        size_t capacity = g->victim_capacity == 0 ? 64 : 2 * g->victim_capacity;
        hc_greedy_victim *grown = realloc(g->victims, capacity * sizeof *grown);
        if (grown == NULL) {
            return -1;
        }
        g->victims = grown;
        g->victim_capacity = capacity;
    }
    if (hc_job_order_insert(g->dropped, slot, &entry) < 0) {
        return -1;
    }
    g->victims[g->victim_count++] = (hc_greedy_victim){slot, by};
    g->free_milli += entry.size;
    return 0;
}

static void take_back(hc_greedy *g, uint32_t slot)
{
    g->free_milli -= hc_job_order_entry(g->dropped, slot)->size;
    hc_job_order_remove(g->dropped, slot);
}

/* GPUs that are free or held, on paper, by jobs behind a place. */
static uint64_t room_at(const hc_greedy *g, const hc_order_entry *place)
{
    uint64_t running =
        hc_job_order_size_sum(g->task->running) - hc_job_order_sum_before(g->task->running, place);
    uint64_t dropped =
        hc_job_order_size_sum(g->dropped) - hc_job_order_sum_before(g->dropped, place);
    return g->free_milli + running - dropped;
}

/* Drops running jobs from the end of the order until so much is free, then takes those back that were not needed,
 * the foremost first. There is room. */
static int make_free(hc_greedy *g, uint64_t size, uint32_t by)
{
    hc_order_entry at = {.key = INT64_MAX, .job = UINT32_MAX};
    size_t first = g->victim_count;
    while (g->free_milli < size) {
        uint32_t slot = hc_job_order_previous(g->task->running, &at);
        at = *hc_job_order_entry(g->task->running, slot);
        if (!hc_job_order_contains(g->dropped, slot) && drop(g, slot, by) < 0) {
            return -1;
        }
    }
    for (size_t i = g->victim_count; i-- > first;) {
        uint32_t slot = g->victims[i].slot;
        if (g->free_milli - hc_job_order_entry(g->dropped, slot)->size >= size) {
            take_back(g, slot);
        }
    }
    return 0;
}

/* @return 1 when the waiting job gets its GPUs, 0 when not, -1 when memory is short. */
static int try_waiting(hc_greedy *g, uint32_t slot, const hc_order_entry *place, uint64_t *size_max)
{
    uint64_t size = hc_job_order_entry(g->task->waiting, slot)->size;
    uint64_t room = room_at(g, place);
    if (size > room) {
        *size_max = room < *size_max ? room : *size_max; /* it only shrinks along the order */
        return 0;
    }
    if (make_free(g, size, slot) < 0 || hc_slot_list_add(&g->starts, slot) < 0) {
        return -1;
    }
    g->free_milli -= size;
    return 1;
}

/* A job that was dropped, at its own place: it may take the GPUs of those behind it. As above. */
static int try_dropped(hc_greedy *g, uint32_t slot, const hc_order_entry *place)
{
    if (place->size > room_at(g, place)) {
        return 0;
    }
    if (make_free(g, place->size, slot) < 0) {
        return -1;
    }
    take_back(g, slot);
    return 1;
}

/* The walk: waiting jobs that may fit, and dropped ones, whoever comes first. */
static int walk(hc_greedy *g)
{
    const hc_greedy_task *t = g->task;
    hc_order_filter filter = {.size_max = UINT64_MAX, .duration_max = HC_TIME_NEVER};
    hc_order_entry at = {.key = INT64_MIN};
    uint32_t waiting = hc_job_order_find(t->waiting, NULL, &filter);
    uint32_t dropped = HC_NO_SLOT;
    while (waiting != HC_NO_SLOT || dropped != HC_NO_SLOT) {
        hc_order_entry place = {.key = INT64_MAX, .job = UINT32_MAX};
        int status = 0;
        if (waiting != HC_NO_SLOT) {
            place = t->place(t->self, hc_job_order_entry(t->waiting, waiting));
        }
        if (dropped != HC_NO_SLOT &&
            hc_order_compare(hc_job_order_entry(g->dropped, dropped), &place) <= 0) {
            at = *hc_job_order_entry(g->dropped, dropped);
            status = try_dropped(g, dropped, &at);
        } else {
            hc_order_entry entry = *hc_job_order_entry(t->waiting, waiting);
            at = place;
            status = try_waiting(g, waiting, &place, &filter.size_max);
            waiting = hc_job_order_find(t->waiting, &entry, &filter);
        }
        if (status < 0) {
            return -1;
        }
        waiting = status == 0 && t->is_blocking ? HC_NO_SLOT : waiting;
        dropped = hc_job_order_next(g->dropped, &at);
    }
    return 0;
}

/* Keeps, of all that were dropped, those that still are: each once, the last that took its GPUs. */
static void settle_victims(hc_greedy *g)
{
    size_t kept = g->victim_count;
    for (size_t i = g->victim_count; i-- > 0;) {
        if (hc_job_order_contains(g->dropped, g->victims[i].slot)) {
            hc_job_order_remove(g->dropped, g->victims[i].slot);
            g->victims[--kept] = g->victims[i];
        }
    }
    for (size_t i = kept; i < g->victim_count; i++) {
        g->victims[i - kept] = g->victims[i];
    }
    g->victim_count -= kept;
}

/* Insertion sort: they are few, and nearly in the order that is the opposite of how they were dropped. */
static void sort_victims(hc_greedy *g)
{
    for (size_t i = 1; i < g->victim_count; i++) {
        hc_greedy_victim victim = g->victims[i];
        const hc_order_entry *entry = hc_job_order_entry(g->task->running, victim.slot);
        size_t at = i;
        while (at > 0 &&
               hc_order_compare(
                   entry, hc_job_order_entry(g->task->running, g->victims[at - 1].slot)) <= 0) {
            g->victims[at] = g->victims[at - 1];
            at--;
        }
        g->victims[at] = victim;
    }
}

int hc_greedy_choose(hc_greedy *g, const hc_greedy_task *task)
{
    int status = 0;
    g->task = task;
    g->free_milli = task->free_milli;
    g->starts.count = 0;
    g->victim_count = 0;
    status = walk(g);
    settle_victims(g);
    sort_victims(g);
    return status;
}

const hc_greedy_victim *hc_greedy_victims(const hc_greedy *g, size_t *count)
{
    *count = g->victim_count;
    return g->victims;
}

const uint32_t *hc_greedy_starts(const hc_greedy *g, size_t *count)
{
    *count = g->starts.count;
    return g->starts.slots;
}
