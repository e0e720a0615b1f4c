#include "sim/policies/guest/guest_state.h"

#include <stdlib.h>

static hc_guest_changes *current(hc_guest *g)
{
    return &g->changes[g->current];
}

/* A list with room for so many items. @return NULL when memory is short: it is as it was then. */
static void *with_room(void *items, size_t needed, size_t *capacity, size_t size)
{
    size_t wanted = *capacity == 0 ? 16 : *capacity;
    void *grown = items;
    while (wanted < needed) {
        wanted *= 2;
    }
    if (wanted > *capacity) {
        grown = realloc(items, wanted * size);
        *capacity = grown == NULL ? *capacity : wanted;
    }
    return grown;
}

/* Every job that is here can end before the next question. */
static int reserve_ending(hc_guest *g)
{
    hc_guest_changes *c = current(g);
    size_t needed = c->ended_count + hc_job_order_count(g->here);
    uint64_t *list = with_room(c->ended, needed, &c->ended_capacity, sizeof *list);
    c->ended = list == NULL ? c->ended : list;
    return list == NULL ? -1 : 0;
}

static hc_guest_job describe(const hc_job *job)
{
    const hc_job_spec *spec = &job->spec;
    return (hc_guest_job){
        .job = job->id.index,
        .submit_ns = spec->submit,
        .limit_ns = spec->time_limit,
        .kinds = spec->request.kinds,
        .cpu_milli = spec->request.cpu_milli,
        .memory_bytes = spec->request.memory_bytes,
        .gpus = spec->request.gpu_count,
        .gpu_milli = spec->request.gpu_milli,
        .priority = spec->priority,
        .user = spec->user,
        .group = spec->group,
        .is_single_node = spec->request.is_single_node ? 1 : 0,
    };
}

int hc_guest_note_submitted(hc_guest *g, uint32_t slot)
{
    hc_guest_changes *c = current(g);
    hc_guest_job *list =
        with_room(c->submitted, c->submitted_count + 1, &c->submitted_capacity, sizeof *list);
    if (list == NULL) {
        return -1;
    }
    c->submitted = list;
    c->submitted[c->submitted_count++] = describe(hc_lifecycle_job(g->lifecycle, slot));
    return reserve_ending(g);
}

/* The GPUs of a job. */
static int list_gpus(hc_guest *g, const hc_job *job, size_t *count)
{
    hc_guest_changes *c = current(g);
    const hc_occupancy *occupancy = hc_lifecycle_occupancy(g->lifecycle);
    *count = 0;
    for (uint32_t at = job->allocation.first_slice; at != HC_NO_INDEX;) {
        const hc_slice *slice = hc_occupancy_slice(occupancy, at);
        hc_guest_gpus *list =
            with_room(c->held, c->held_count + 1, &c->held_capacity, sizeof *list);
        if (list == NULL) {
            return -1;
        }
        c->held = list;
        c->held[c->held_count++] =
            (hc_guest_gpus){slice->node, slice->device, slice->count, slice->milli};
        (*count)++;
        at = slice->next;
    }
    return 0;
}

int hc_guest_note_started(hc_guest *g, uint32_t slot)
{
    hc_guest_changes *c = current(g);
    const hc_job *job = hc_lifecycle_job(g->lifecycle, slot);
    size_t held_count = 0;
    hc_guest_start *list =
        with_room(c->started, c->started_count + 1, &c->started_capacity, sizeof *list);
    c->started = list == NULL ? c->started : list;
    if (list == NULL || list_gpus(g, job, &held_count) < 0) {
        return -1;
    }
    c->started[c->started_count++] = (hc_guest_start){
        .job = job->id.index,
        .start_ns = job->start,
        .expected_end_ns = job->estimated_end,
        .held_count = held_count,
    };
    return 0;
}

static hc_guest_change describe_change(const hc_job *job)
{
    return (hc_guest_change){
        .job = job->id.index,
        .gpus = job->spec.request.gpu_count,
        .limit_ns = job->spec.time_limit - job->time_worked,
    };
}

/* Adds how a job is now to a list of changes. */
static int note_change(const hc_guest *g, uint32_t slot, hc_guest_change **changes, size_t *count,
                       size_t *capacity)
{
    hc_guest_change *list = with_room(*changes, *count + 1, capacity, sizeof *list);
    if (list == NULL) {
        return -1;
    }
    *changes = list;
    list[(*count)++] = describe_change(hc_lifecycle_job(g->lifecycle, slot));
    return 0;
}

int hc_guest_note_preempted(hc_guest *g, uint32_t slot)
{
    hc_guest_changes *c = current(g);
    return note_change(g, slot, &c->preempted, &c->preempted_count, &c->preempted_capacity);
}

int hc_guest_note_resized(hc_guest *g, uint32_t slot)
{
    hc_guest_changes *c = current(g);
    return note_change(g, slot, &c->resized, &c->resized_count, &c->resized_capacity);
}

void hc_guest_note_ending(hc_guest *g, uint32_t slot)
{
    hc_guest_changes *c = current(g);
    c->ended[c->ended_count++] = hc_lifecycle_job(g->lifecycle, slot)->id.index;
}

/* The list of GPUs stays where it is from now on. */
static void settle_held(hc_guest_changes *c)
{
    const hc_guest_gpus *held = c->held;
    for (size_t i = 0; i < c->started_count; i++) {
        c->started[i].held = held;
        held += c->started[i].held_count;
    }
}

static void clear(hc_guest_changes *c)
{
    c->preempted_count = 0;
    c->resized_count = 0;
    c->submitted_count = 0;
    c->started_count = 0;
    c->held_count = 0;
    c->ended_count = 0;
}

int hc_guest_tell(hc_guest *g, hc_guest_pass *out)
{
    hc_guest_changes *c = current(g);
    const hc_lifecycle_options *setup = hc_lifecycle_setup(g->lifecycle);
    hc_occupancy *occupancy = hc_lifecycle_occupancy(g->lifecycle);
    settle_held(c);
    *out = (hc_guest_pass){
        .number = g->number,
        .time_ns = hc_lifecycle_now(g->lifecycle),
        .partition = setup->partition.index,
        .nodes_in_service = hc_lifecycle_nodes_in_service(g->lifecycle),
        .total_milli =
            hc_occupancy_capacity_milli(occupancy) - hc_occupancy_offline_milli(occupancy),
        .free_milli = hc_occupancy_free_milli(occupancy),
        .largest_milli = setup->placement->largest_milli(occupancy),
        .preempted = c->preempted,
        .preempted_count = c->preempted_count,
        .resized = c->resized,
        .resized_count = c->resized_count,
        .submitted = c->submitted,
        .submitted_count = c->submitted_count,
        .started = c->started,
        .started_count = c->started_count,
        .ended = c->ended,
        .ended_count = c->ended_count,
    };
    g->current = 1 - g->current;
    clear(current(g));
    return reserve_ending(g);
}

static void free_lists(hc_guest_changes *c)
{
    free(c->preempted);
    free(c->resized);
    free(c->submitted);
    free(c->started);
    free(c->held);
    free(c->ended);
    *c = (hc_guest_changes){0};
}

void hc_guest_free_changes(hc_guest *g)
{
    free_lists(&g->changes[0]);
    free_lists(&g->changes[1]);
}
