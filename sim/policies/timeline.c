#include "sim/policies/timeline.h"

#include "sim/policies/profile.h"

#include <assert.h>
#include <stdlib.h>

struct hc_timeline {
    hc_lifecycle *lifecycle;
    hc_profile *profile; /* with all that is planned */
    bool is_made;
    hc_profile *running; /* the running jobs alone, up to their limits */
    bool is_running_known;
    int status; /* -1: memory was short where nobody could be told */
};

void hc_timeline_destroy(hc_timeline *t)
{
    if (t == NULL) {
        return;
    }
    hc_profile_destroy(t->profile);
    hc_profile_destroy(t->running);
    free(t);
}

hc_timeline *hc_timeline_create(hc_lifecycle *lifecycle, hc_error *error)
{
    hc_timeline *t = NULL;
    if (!hc_occupancy_is_countable(hc_lifecycle_occupancy(lifecycle))) {
        (void)hc_error_set(error, HC_ERROR_USAGE,
                           "scheduler: plans are made for partitions of one node, without needs of "
                           "CPU or memory and without parts of GPUs");
        return NULL;
    }
    t = calloc(1, sizeof *t);
    if (t == NULL) {
        (void)hc_error_memory(error);
        return NULL;
    }
    t->lifecycle = lifecycle;
    t->profile = hc_profile_create();
    t->running = hc_profile_create();
    if (t->profile == NULL || t->running == NULL) {
        (void)hc_error_memory(error);
        hc_timeline_destroy(t);
        return NULL;
    }
    return t;
}

hc_planned hc_timeline_job(const hc_timeline *t, uint32_t slot)
{
    const hc_job_spec *spec = &hc_lifecycle_job(t->lifecycle, slot)->spec;
    return (hc_planned){.slot = slot,
                        .gpu_count = spec->request.gpu_count,
                        .duration = spec->time_limit > 0 ? spec->time_limit : 1,
                        .start = HC_TIME_NEVER};
}

static uint32_t free_now(const hc_timeline *t)
{
    return (uint32_t)(hc_occupancy_free_milli(hc_lifecycle_occupancy(t->lifecycle)) / HC_WHOLE_GPU);
}

/* While nobody has outrun a limit, the profile counts all those as running that do, or more of them: the number of
 * free GPUs tells whether somebody ended early. */
bool hc_timeline_stands(const hc_timeline *t)
{
    hc_time now = hc_lifecycle_now(t->lifecycle);
    uint32_t first = hc_job_order_first(hc_lifecycle_running(t->lifecycle));
    if (!t->is_made ||
        (first != HC_NO_SLOT && hc_lifecycle_job(t->lifecycle, first)->estimated_end <= now)) {
        return false;
    }
    return hc_profile_at(t->profile, now) == free_now(t);
}

static int read_running(hc_timeline *t)
{
    hc_time now = hc_lifecycle_now(t->lifecycle);
    const hc_job_order *running = hc_lifecycle_running(t->lifecycle);
    uint64_t milli = hc_occupancy_free_milli(hc_lifecycle_occupancy(t->lifecycle)) +
                     hc_job_order_sum_to(running, now);
    hc_order_walk walk;
    hc_order_walk_start(&walk, running);
    if (hc_profile_restart(t->running, now, (uint32_t)(milli / HC_WHOLE_GPU)) < 0) {
        return -1;
    }
    for (uint32_t slot = hc_order_walk_next(&walk); slot != HC_NO_SLOT;
         slot = hc_order_walk_next(&walk)) {
        const hc_order_entry *entry = hc_job_order_entry(running, slot);
        if (entry->key > now &&
            hc_profile_append(t->running, entry->key, (uint32_t)(entry->size / HC_WHOLE_GPU)) < 0) {
            return -1;
        }
    }
    t->is_running_known = true;
    t->status = 0;
    return 0;
}

/* GPUs of jobs that have outrun their limits. */
static uint32_t overrun_gpus(const hc_timeline *t)
{
    const hc_job_order *running = hc_lifecycle_running(t->lifecycle);
    return (uint32_t)(hc_job_order_sum_to(running, hc_lifecycle_now(t->lifecycle)) / HC_WHOLE_GPU);
}

static bool is_running_right(const hc_timeline *t)
{
    hc_time now = hc_lifecycle_now(t->lifecycle);
    return t->is_running_known && t->status == 0 &&
           hc_profile_at(t->running, now) == free_now(t) + overrun_gpus(t);
}

int hc_timeline_restart(hc_timeline *t)
{
    hc_time now = hc_lifecycle_now(t->lifecycle);
    uint32_t overrun = overrun_gpus(t);
    t->is_made = false;
    if (!is_running_right(t) && read_running(t) < 0) {
        return -1;
    }
    hc_profile_forget(t->running, now);
    if (hc_profile_copy(t->profile, t->running) < 0 ||
        (overrun > 0 && hc_profile_take(t->profile, now, now + 1, overrun) < 0)) {
        return -1;
    }
    t->is_made = true;
    return 0;
}

void hc_timeline_running(hc_timeline *t)
{
    t->is_running_known = false;
}

void hc_timeline_ending(hc_timeline *t, uint32_t slot)
{
    const hc_job *job = hc_lifecycle_job(t->lifecycle, slot);
    hc_time now = hc_lifecycle_now(t->lifecycle);
    if (t->is_running_known && job->estimated_end > now &&
        hc_profile_give(t->running, now, job->estimated_end, job->spec.request.gpu_count) < 0) {
        t->status = -1;
    }
}

void hc_timeline_advance(hc_timeline *t)
{
    hc_profile_forget(t->profile, hc_lifecycle_now(t->lifecycle));
}

hc_time hc_timeline_find(hc_timeline *t, const hc_planned *job, hc_time from)
{
    hc_time now = hc_lifecycle_now(t->lifecycle);
    return hc_profile_find(t->profile, job->gpu_count, job->duration, from > now ? from : now);
}

static hc_time end_of(const hc_planned *job)
{
    hc_time end = 0;
    return __builtin_add_overflow(job->start, job->duration, &end) ? HC_TIME_NEVER : end;
}

int hc_timeline_enter(hc_timeline *t, const hc_planned *job)
{
    if (job->start == HC_TIME_NEVER) {
        return 0;
    }
    return hc_profile_take(t->profile, job->start, end_of(job), job->gpu_count);
}

int hc_timeline_take_out(hc_timeline *t, const hc_planned *job)
{
    if (job->start == HC_TIME_NEVER) {
        return 0;
    }
    return hc_profile_give(t->profile, job->start, end_of(job), job->gpu_count);
}

static int note_start(hc_timeline *t, const hc_planned *job)
{
    const hc_job *running = hc_lifecycle_job(t->lifecycle, job->slot);
    hc_time now = hc_lifecycle_now(t->lifecycle);
    if (!t->is_running_known || running->estimated_end <= now) {
        return 0;
    }
    return hc_profile_take(t->running, now, running->estimated_end, job->gpu_count);
}

bool hc_timeline_is_free(const hc_timeline *t, const hc_planned *job)
{
    if (job->start < hc_lifecycle_now(t->lifecycle)) {
        return false;
    }
    return job->start == HC_TIME_NEVER ||
           hc_profile_first_below(t->profile, job->start, job->gpu_count) >= end_of(job);
}

int hc_timeline_start(hc_timeline *t, const hc_planned *job)
{
    int started = hc_lifecycle_start(t->lifecycle, job->slot);
    assert(started != 0 && job->start == hc_lifecycle_now(t->lifecycle));
    return started < 0 ? -1 : note_start(t, job);
}

bool hc_timeline_has_room(const hc_timeline *t, const hc_planned *job)
{
    hc_time now = hc_lifecycle_now(t->lifecycle);
    hc_time below = hc_profile_first_below(t->profile, now, job->gpu_count);
    return below == HC_TIME_NEVER || below - now >= job->duration;
}

/* Behind `after` and before the place of `found`. */
static uint32_t earlier_of(const hc_job_order *order, uint32_t found, uint32_t other)
{
    const hc_order_entry *a = NULL;
    const hc_order_entry *b = NULL;
    if (found == HC_NO_SLOT || other == HC_NO_SLOT) {
        return found == HC_NO_SLOT ? other : found;
    }
    a = hc_job_order_entry(order, found);
    b = hc_job_order_entry(order, other);
    return b->key < a->key || (b->key == a->key && b->job < a->job) ? other : found;
}

/* The GPUs that stay free from now on form a staircase that falls: on each of its steps the first job that is small
 * and short enough, and of these the first. */
uint32_t hc_timeline_next(const hc_timeline *t, const hc_job_order *order,
                          const hc_order_entry *after)
{
    hc_time now = hc_lifecycle_now(t->lifecycle);
    uint32_t free_gpus = hc_profile_at(t->profile, now);
    uint32_t found = HC_NO_SLOT;
    for (;;) {
        hc_time below = hc_profile_first_below(t->profile, now, free_gpus);
        hc_order_filter filter = {.size_max = (uint64_t)free_gpus * HC_WHOLE_GPU,
                                  .duration_max = below == HC_TIME_NEVER ? below : below - now};
        found = earlier_of(order, found, hc_job_order_find(order, after, &filter));
        if (below == HC_TIME_NEVER) {
            return found;
        }
        free_gpus = hc_profile_at(t->profile, below);
    }
}

bool hc_timeline_check(const hc_timeline *t)
{
    return (!t->is_made || hc_profile_check(t->profile)) &&
           (!t->is_running_known || hc_profile_check(t->running));
}
