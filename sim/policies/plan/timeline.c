#include "sim/policies/plan/timeline.h"

#include "sim/archive.h"
#include "sim/jobs/admission.h"
#include "sim/policies/plan/place_book.h"
#include "sim/policies/plan/profile.h"

#include <assert.h>
#include <stdlib.h>

struct hc_timeline {
    hc_lifecycle *lifecycle;
    hc_place_book *book; /* who holds what on which node; NULL: only numbers count */
    hc_profile *profile; /* GPUs free in all, with all that is planned */
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
    hc_place_book_destroy(t->book);
    free(t);
}

/* Places are kept where numbers are not enough. */
static int open_book(hc_timeline *t, hc_error *error)
{
    if (hc_occupancy_is_countable(hc_lifecycle_occupancy(t->lifecycle))) {
        return 0;
    }
    t->book = hc_place_book_create(t->lifecycle, error);
    return t->book == NULL ? -1 : 0;
}

hc_timeline *hc_timeline_create(hc_lifecycle *lifecycle, hc_error *error)
{
    hc_timeline *t = NULL;
    if (hc_lifecycle_announced(lifecycle)->is_shared) {
        (void)hc_error_set(error, HC_ERROR_USAGE,
                           "scheduler: conservative backfilling and EASY with several reservations "
                           "cannot plan for parts of a GPU");
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
    if (open_book(t, error) < 0) {
        hc_timeline_destroy(t);
        return NULL;
    }
    return t;
}

int hc_planned_make_room(hc_planned **jobs, size_t count, size_t *capacity)
{
    size_t grown_capacity = *capacity == 0 ? 16 : *capacity * 2;
    hc_planned *grown = NULL;
    if (count < *capacity) {
        return 0;
    }
    grown = realloc(*jobs, grown_capacity * sizeof *grown);
    if (grown == NULL) {
        return -1;
    }
    *jobs = grown;
    *capacity = grown_capacity;
    return 0;
}

hc_planned hc_timeline_job(const hc_timeline *t, uint32_t slot)
{
    const hc_job_spec *spec = &hc_lifecycle_job(t->lifecycle, slot)->spec;
    return (hc_planned){.slot = slot,
                        .gpu_count = spec->request.gpu_count,
                        .duration = spec->time_limit > 0 ? spec->time_limit : 1,
                        .start = HC_TIME_NEVER,
                        .is_plain = hc_request_is_plain(&spec->request)};
}

static uint32_t free_now(const hc_timeline *t)
{
    return (uint32_t)(hc_occupancy_free_milli(hc_lifecycle_occupancy(t->lifecycle)) / HC_WHOLE_GPU);
}

/* An early end has been noticed; what else could come in between shows in the number of free GPUs. */
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

/* GPUs of jobs that have outrun their limits; what is not in service nobody will get. */
static uint32_t overrun_gpus(const hc_timeline *t)
{
    const hc_job_order *running = hc_lifecycle_running(t->lifecycle);
    hc_time now = hc_lifecycle_now(t->lifecycle);
    uint32_t sum = 0;
    hc_order_walk walk;
    if (!hc_lifecycle_is_reduced(t->lifecycle)) {
        return (uint32_t)(hc_job_order_sum_to(running, now) / HC_WHOLE_GPU);
    }
    hc_order_walk_start(&walk, running);
    for (uint32_t slot = hc_order_walk_next(&walk);
         slot != HC_NO_SLOT && hc_job_order_entry(running, slot)->key <= now;
         slot = hc_order_walk_next(&walk)) {
        sum += hc_lifecycle_gpus_in_service(t->lifecycle, slot);
    }
    return sum;
}

static int read_running(hc_timeline *t)
{
    hc_time now = hc_lifecycle_now(t->lifecycle);
    const hc_job_order *running = hc_lifecycle_running(t->lifecycle);
    hc_order_walk walk;
    hc_order_walk_start(&walk, running);
    if (hc_profile_restart(t->running, now, free_now(t) + overrun_gpus(t)) < 0) {
        return -1;
    }
    for (uint32_t slot = hc_order_walk_next(&walk); slot != HC_NO_SLOT;
         slot = hc_order_walk_next(&walk)) {
        const hc_order_entry *entry = hc_job_order_entry(running, slot);
        if (entry->key > now &&
            hc_profile_append(t->running, entry->key,
                              hc_lifecycle_gpus_in_service(t->lifecycle, slot)) < 0) {
            return -1;
        }
    }
    t->is_running_known = true;
    t->status = 0;
    return 0;
}

static int enter_running(hc_timeline *t, uint32_t slot)
{
    const hc_job *job = hc_lifecycle_job(t->lifecycle, slot);
    hc_time next_tick = hc_lifecycle_now(t->lifecycle) + 1;
    hc_span span = {.start = job->start,
                    .end = job->estimated_end > next_tick ? job->estimated_end : next_tick};
    return hc_place_book_enter_running(t->book, slot, &span);
}

static int read_places(hc_timeline *t)
{
    hc_order_walk walk;
    int status = hc_place_book_clear(t->book);
    hc_order_walk_start(&walk, hc_lifecycle_running(t->lifecycle));
    for (uint32_t slot = hc_order_walk_next(&walk); status == 0 && slot != HC_NO_SLOT;
         slot = hc_order_walk_next(&walk)) {
        status = enter_running(t, slot);
    }
    return status;
}

/* The running jobs remain; those that have outrun their limits hold their places up to the next tick. */
static int keep_running_places(hc_timeline *t)
{
    hc_order_walk walk;
    int status = hc_place_book_take_out_waiting(t->book);
    hc_order_walk_start(&walk, hc_lifecycle_running(t->lifecycle));
    for (uint32_t slot = hc_order_walk_next(&walk); status == 0 && slot != HC_NO_SLOT;
         slot = hc_order_walk_next(&walk)) {
        if (hc_lifecycle_job(t->lifecycle, slot)->estimated_end > hc_lifecycle_now(t->lifecycle)) {
            break;
        }
        status = hc_place_book_take_out(t->book, slot);
        if (status == 0) {
            status = enter_running(t, slot);
        }
    }
    return status;
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
    bool is_right = is_running_right(t);
    t->is_made = false;
    if (!is_right && read_running(t) < 0) {
        return -1;
    }
    if (t->book != NULL && (is_right ? keep_running_places(t) : read_places(t)) < 0) {
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

void hc_timeline_forget(hc_timeline *t)
{
    t->is_made = false;
    t->is_running_known = false;
}

void hc_timeline_ending(hc_timeline *t, uint32_t slot)
{
    const hc_job *job = hc_lifecycle_job(t->lifecycle, slot);
    hc_time now = hc_lifecycle_now(t->lifecycle);
    t->is_made &= job->estimated_end <= now; /* early: the plan was for another course */
    if (t->is_running_known && job->estimated_end > now &&
        hc_profile_give(t->running, now, job->estimated_end,
                        hc_lifecycle_gpus_in_service(t->lifecycle, slot)) < 0) {
        t->status = -1;
    }
    if (t->book != NULL && hc_place_book_contains(t->book, slot)) {
        if (hc_place_book_take_out(t->book, slot) < 0) {
            t->status = -1;
        }
        hc_place_book_forget(t->book, slot);
    }
}

void hc_timeline_advance(hc_timeline *t)
{
    hc_profile_forget(t->profile, hc_lifecycle_now(t->lifecycle));
}

static hc_time end_of(const hc_planned *job, hc_time start)
{
    hc_time end = 0;
    return __builtin_add_overflow(start, job->duration, &end) ? HC_TIME_NEVER : end;
}

/* The first slot in which enough GPUs are free, and so many of them on idle nodes. */
static hc_time find_number(const hc_timeline *t, const hc_planned *job, uint32_t idle, hc_time from)
{
    for (;;) {
        hc_time start = hc_profile_find(t->profile, job->gpu_count, job->duration, from);
        if (start == HC_TIME_NEVER) {
            return start;
        }
        from = hc_place_book_find_idle(t->book, idle, job->duration, start);
        if (from == start || from == HC_TIME_NEVER) {
            return from;
        }
    }
}

/* Where numbers are not enough, a place is looked for at the instants at which they are, one after the other: what is
 * free during the whole of a slot grows only where somebody ends. */
static hc_time find_place(hc_timeline *t, const hc_planned *job, hc_time from)
{
    uint32_t idle = hc_place_book_least_idle(t->book, job->slot);
    for (;;) {
        hc_time start = find_number(t, job, idle, from);
        hc_span span = {start, end_of(job, start)};
        int found = 0;
        if (start == HC_TIME_NEVER) {
            return start;
        }
        found = hc_place_book_find(t->book, job->slot, &span);
        if (found < 0) {
            t->status = -1;
        }
        if (found != 0) {
            return start;
        }
        from = hc_place_book_next_end(t->book, start);
        if (from == HC_TIME_NEVER) {
            return from;
        }
    }
}

hc_time hc_timeline_find(hc_timeline *t, const hc_planned *job, hc_time from)
{
    hc_time now = hc_lifecycle_now(t->lifecycle);
    from = from > now ? from : now;
    return t->book == NULL ? hc_profile_find(t->profile, job->gpu_count, job->duration, from)
                           : find_place(t, job, from);
}

int hc_timeline_enter(hc_timeline *t, const hc_planned *job)
{
    hc_span span = {job->start, end_of(job, job->start)};
    if (t->status < 0) {
        return -1;
    }
    if (job->start == HC_TIME_NEVER) {
        return 0;
    }
    if (t->book != NULL && hc_place_book_enter(t->book, job->slot, &span) < 0) {
        return -1;
    }
    return hc_profile_take(t->profile, span.start, span.end, job->gpu_count);
}

int hc_timeline_take_out(hc_timeline *t, const hc_planned *job)
{
    if (job->start == HC_TIME_NEVER) {
        return 0;
    }
    if (t->book != NULL && hc_place_book_take_out(t->book, job->slot) < 0) {
        return -1;
    }
    return hc_profile_give(t->profile, job->start, end_of(job, job->start), job->gpu_count);
}

/* Most jobs stay where they are, which is cheaper to find out than to take them out and put them back. */
static bool stays(const hc_timeline *t, const hc_planned *job)
{
    return t->book == NULL &&
           hc_profile_find_earlier(t->profile, job->gpu_count, job->duration,
                                   hc_lifecycle_now(t->lifecycle), job->start) == job->start;
}

int hc_timeline_move_forward(hc_timeline *t, hc_planned *job)
{
    if (stays(t, job)) {
        return 0;
    }
    if (hc_timeline_take_out(t, job) < 0) {
        return -1;
    }
    job->start = hc_timeline_find(t, job, hc_lifecycle_now(t->lifecycle));
    return hc_timeline_enter(t, job);
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
    hc_span span = {job->start, end_of(job, job->start)};
    if (job->start < hc_lifecycle_now(t->lifecycle)) {
        return false;
    }
    if (job->start == HC_TIME_NEVER) {
        return true;
    }
    return t->book != NULL
               ? hc_place_book_is_free(t->book, job->slot, &span)
               : hc_profile_first_below(t->profile, span.start, job->gpu_count) >= span.end;
}

static int start_now(hc_timeline *t, const hc_planned *job)
{
    int started = 0;
    if (t->book != NULL) {
        return hc_place_book_start(t->book, job->slot);
    }
    started = hc_lifecycle_start(t->lifecycle, job->slot);
    if (started == 0) {
        return hc_lifecycle_fail_plan(t->lifecycle, job->slot);
    }
    return started < 0 ? -1 : 0;
}

int hc_timeline_start(hc_timeline *t, const hc_planned *job)
{
    assert(job->start == hc_lifecycle_now(t->lifecycle));
    return start_now(t, job) < 0 ? -1 : note_start(t, job);
}

bool hc_timeline_has_room(const hc_timeline *t, const hc_planned *job)
{
    hc_time now = hc_lifecycle_now(t->lifecycle);
    hc_time below = hc_profile_first_below(t->profile, now, job->gpu_count);
    hc_span span = {now, end_of(job, now)};
    if (below != HC_TIME_NEVER && below - now < job->duration) {
        return false;
    }
    return t->book == NULL || hc_place_book_fits(t->book, job->slot, &span);
}

/* Behind `after` and before the place of `found`. */
static uint32_t earlier_of(const hc_job_order *order, uint32_t found, uint32_t other)
{
    if (found == HC_NO_SLOT || other == HC_NO_SLOT) {
        return found == HC_NO_SLOT ? other : found;
    }
    return hc_order_compare(hc_job_order_entry(order, other), hc_job_order_entry(order, found)) < 0
               ? other
               : found;
}

/* The GPUs that stay free from now on form a staircase that falls: on each of its steps the first job that is small
 * and short enough, and of these the first. */
static uint32_t next_by_number(const hc_timeline *t, const hc_job_order *order,
                               const hc_order_entry *after, uint64_t size_max)
{
    hc_time now = hc_lifecycle_now(t->lifecycle);
    uint32_t free_gpus = hc_profile_at(t->profile, now);
    uint32_t found = HC_NO_SLOT;
    for (;;) {
        hc_time below = hc_profile_first_below(t->profile, now, free_gpus);
        uint64_t free_milli = (uint64_t)free_gpus * HC_WHOLE_GPU;
        hc_order_filter filter = {.size_max = free_milli < size_max ? free_milli : size_max,
                                  .duration_max = below == HC_TIME_NEVER ? below : below - now};
        found = earlier_of(order, found, hc_job_order_find(order, after, &filter));
        if (below == HC_TIME_NEVER) {
            return found;
        }
        free_gpus = hc_profile_at(t->profile, below);
    }
}

uint32_t hc_timeline_next(const hc_timeline *t, const hc_job_order *order,
                          const hc_order_entry *after)
{
    const hc_placement *placement = hc_lifecycle_placement(t->lifecycle);
    uint64_t largest = placement->largest_milli(hc_lifecycle_occupancy(t->lifecycle));
    uint32_t slot = next_by_number(t, order, after, largest);
    while (t->book != NULL && slot != HC_NO_SLOT) {
        hc_planned job = hc_timeline_job(t, slot);
        if (!hc_place_book_contains(t->book, slot) && hc_timeline_has_room(t, &job)) {
            break;
        }
        slot = next_by_number(t, order, hc_job_order_entry(order, slot), largest);
    }
    return slot;
}

bool hc_timeline_holds_places(const hc_timeline *t)
{
    return t->book != NULL;
}

bool hc_timeline_check(const hc_timeline *t)
{
    return (!t->is_made || hc_profile_check(t->profile)) &&
           (!t->is_running_known || t->book == NULL || hc_place_book_check(t->book)) &&
           (!t->is_running_known || hc_profile_check(t->running));
}

void hc_timeline_exchange(hc_timeline *t, hc_archive *archive)
{
    hc_time now = hc_lifecycle_now(t->lifecycle);
    bool is_short = t->status < 0;
    hc_archive_mark(archive, "timeline");
    hc_archive_bool(archive, &t->is_made);
    hc_archive_bool(archive, &t->is_running_known);
    hc_archive_bool(archive, &is_short);
    t->status = is_short ? -1 : 0;
    hc_profile_exchange(t->profile, archive);
    hc_profile_exchange(t->running, archive);
    (void)hc_archive_require(archive,
                             (!t->is_made || hc_profile_reaches(t->profile, now)) &&
                                 (!t->is_running_known || hc_profile_reaches(t->running, now)),
                             "what is known begins by now");
    if (t->book != NULL) {
        hc_place_book_exchange(t->book, archive, t->is_running_known);
    }
}

/* All but its start follows from the job. */
void hc_timeline_exchange_jobs(const hc_timeline *t, hc_archive *archive, hc_planned **jobs,
                               size_t *count, size_t *capacity)
{
    uint64_t total = hc_archive_count(archive, *count, hc_lifecycle_slot_count(t->lifecycle));
    for (size_t i = 0; i < total && !hc_archive_has_failed(archive); i++) {
        hc_planned job = {.slot = 0};
        if (!hc_archive_is_loading(archive)) {
            job = (*jobs)[i];
        }
        HC_EXCHANGE(archive, job.slot);
        HC_EXCHANGE(archive, job.start);
        if (!hc_archive_is_loading(archive)) {
            continue;
        }
        if (hc_planned_make_room(jobs, *count, capacity) < 0) {
            hc_archive_fail_memory(archive);
        } else if (hc_archive_require(archive, hc_lifecycle_has_job(t->lifecycle, job.slot),
                                      "a planned job is there")) {
            (*jobs)[*count] = hc_timeline_job(t, job.slot);
            (*jobs)[(*count)++].start = job.start;
        }
    }
}
