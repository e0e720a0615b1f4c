#include "sim/policies/plan/agenda.h"

#include "sim/archive.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int hc_agenda_open(hc_agenda *a, hc_lifecycle *lifecycle, hc_queue_order by, hc_queue_order tail_by,
                   uint32_t limit, hc_error *error)
{
    *a = (hc_agenda){.lifecycle = lifecycle,
                     .limit = limit,
                     .tail_by = tail_by,
                     .right_count = SIZE_MAX,
                     .next_start = HC_TIME_NEVER};
    if (hc_queue_open(&a->queue, lifecycle, by, error) < 0) {
        return -1;
    }
    a->tail = tail_by == by ? a->queue.order : hc_job_order_create();
    if (a->tail == NULL) {
        return hc_error_memory(error);
    }
    a->bounds = hc_start_bounds_create();
    if (a->bounds == NULL) {
        return hc_error_memory(error);
    }
    a->timeline = hc_timeline_create(lifecycle, error);
    return a->timeline == NULL ? -1 : 0;
}

static bool has_own_tail(const hc_agenda *a)
{
    return a->tail != a->queue.order;
}

void hc_agenda_close(hc_agenda *a)
{
    if (has_own_tail(a)) {
        hc_job_order_destroy(a->tail);
    }
    hc_start_bounds_destroy(a->bounds);
    hc_timeline_destroy(a->timeline);
    hc_queue_close(&a->queue);
    free(a->jobs);
}

static int add_to_orders(hc_agenda *a, uint32_t slot)
{
    if (has_own_tail(a)) {
        hc_order_entry entry = hc_queue_entry(a->lifecycle, slot, a->tail_by);
        if (hc_job_order_insert(a->tail, slot, &entry) < 0) {
            return -1;
        }
    }
    return hc_queue_add(&a->queue, slot);
}

static void note_change(hc_agenda *a, size_t from)
{
    a->right_count = from < a->right_count ? from : a->right_count;
}

/* A job that comes before planned ones changes their plan: it is one of them, without a slot yet. */
int hc_agenda_add(hc_agenda *a, uint32_t slot)
{
    hc_planned job = hc_timeline_job(a->timeline, slot);
    size_t rank = 0;
    if (hc_start_bounds_learn(a->bounds, job.gpu_count, job.duration)) {
        note_change(a, 0);
    }
    if (add_to_orders(a, slot) < 0) {
        return -1;
    }
    rank = hc_job_order_rank(a->queue.order, slot);
    if (rank >= a->known_count) {
        return 0; /* behind those that are known: found in the queue when its turn comes */
    }
    if (hc_planned_make_room(&a->jobs, a->known_count, &a->capacity) < 0) {
        return -1;
    }
    memmove(a->jobs + rank + 1, a->jobs + rank, (a->known_count - rank) * sizeof *a->jobs);
    a->jobs[rank] = job;
    a->known_count++;
    if (rank < a->planned_count) {
        a->planned_count++;
        note_change(a, rank);
    }
    return 0;
}

/* The first of `count` planned jobs that begins before a job is over whose slot begins now. */
static size_t first_beside(const hc_agenda *a, const hc_planned *job, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (a->jobs[i].start - job->start < job->duration) {
            return i;
        }
    }
    return SIZE_MAX;
}

/* Starts a job that is entered at now, behind `before` planned ones. On nodes a plan made anew gives these their places
 * after those who run, which may be other places than they have if they run beside it. */
static int start(hc_agenda *a, const hc_planned *job, size_t before)
{
    if (hc_timeline_start(a->timeline, job) < 0) {
        return -1;
    }
    hc_job_order_remove(a->queue.order, job->slot);
    if (has_own_tail(a)) {
        hc_job_order_remove(a->tail, job->slot);
    }
    if (hc_timeline_holds_places(a->timeline)) {
        note_change(a, first_beside(a, job, before));
    }
    return 0;
}

/* Starts the planned jobs whose time has come, in the order of the queue. */
static int start_due(hc_agenda *a)
{
    hc_time now = hc_lifecycle_now(a->lifecycle);
    size_t kept = 0;
    hc_time next = HC_TIME_NEVER;
    if (a->next_start > now) {
        return 0;
    }
    for (size_t i = 0; i < a->planned_count; i++) {
        assert(a->jobs[i].start >= now);
        if (a->jobs[i].start > now) {
            next = a->jobs[i].start < next ? a->jobs[i].start : next;
            a->jobs[kept++] = a->jobs[i];
        } else if (start(a, &a->jobs[i], kept) < 0) {
            return -1;
        }
    }
    memmove(a->jobs + kept, a->jobs + a->planned_count,
            (a->known_count - a->planned_count) * sizeof *a->jobs);
    a->known_count -= a->planned_count - kept;
    a->planned_count = kept;
    a->next_start = next;
    return 0;
}

/* How far a pass has come in the queue. A job that starts leaves the order, but keeps its place here. */
typedef struct progress {
    size_t next;   /* of `jobs`; between planned_count and next there are those that started */
    uint32_t last; /* the job before the next one, if it is planned */
    hc_order_entry place; /* else its place */
    bool is_begun;        /* there is one */
} progress;

static const hc_order_entry *place_of_last(const hc_agenda *a, const progress *p)
{
    if (p->last != HC_NO_SLOT) {
        return hc_job_order_entry(a->queue.order, p->last);
    }
    return p->is_begun ? &p->place : NULL;
}

static progress begin(const hc_agenda *a)
{
    progress p = {.next = a->planned_count, .last = HC_NO_SLOT};
    if (a->planned_count > 0) {
        p.last = a->jobs[a->planned_count - 1].slot;
        p.is_begun = true;
    }
    return p;
}

/* The next job of the queue becomes known when it is not yet. */
static int get_to_know(hc_agenda *a, const progress *p)
{
    uint32_t slot = HC_NO_SLOT;
    if (p->next < a->known_count) {
        return 0;
    }
    slot = hc_job_order_next(a->queue.order, place_of_last(a, p));
    assert(slot != HC_NO_SLOT);
    if (hc_planned_make_room(&a->jobs, a->known_count, &a->capacity) < 0) {
        return -1;
    }
    a->jobs[a->known_count++] = hc_timeline_job(a->timeline, slot);
    return 0;
}

static void note_bound(hc_agenda *a, const hc_planned *job)
{
    if (job->is_plain) {
        hc_start_bounds_note(a->bounds, job->gpu_count, job->duration, job->start);
    }
}

static void note_next(hc_agenda *a, const hc_planned *job)
{
    a->next_start = job->start < a->next_start ? job->start : a->next_start;
}

/* Gives a job its earliest slot. One that is no smaller and no shorter than another before it need not look for one
 * before that one's. */
static int plan(hc_agenda *a, hc_planned *job)
{
    hc_time bound = hc_start_bounds_get(a->bounds, job->gpu_count, job->duration);
    job->start = hc_timeline_find(a->timeline, job, bound);
    return hc_timeline_enter(a->timeline, job);
}

/* Plans the next job, and starts it if its slot begins now. @param planned  [out] the job */
static int plan_next(hc_agenda *a, progress *p, hc_planned *planned)
{
    hc_planned job;
    if (get_to_know(a, p) < 0) {
        return -1;
    }
    job = a->jobs[p->next++];
    if (plan(a, &job) < 0) {
        return -1;
    }
    note_bound(a, &job);
    *planned = job;
    p->is_begun = true;
    if (job.start == hc_lifecycle_now(a->lifecycle)) {
        p->last = HC_NO_SLOT;
        p->place = *hc_job_order_entry(a->queue.order, job.slot);
        return start(a, &job, a->planned_count);
    }
    p->last = job.slot;
    a->jobs[a->planned_count++] = job;
    note_next(a, &job);
    return 0;
}

/* Whether a job that could start now still can, once another has been planned. */
static bool can_still_start(const hc_agenda *a, uint32_t candidate, const hc_planned *planned)
{
    hc_planned job;
    if (planned->slot == candidate) {
        return false;
    }
    job = hc_timeline_job(a->timeline, candidate);
    return planned->start == HC_TIME_NEVER ||
           planned->start - hc_lifecycle_now(a->lifecycle) >= job.duration ||
           hc_timeline_has_room(a->timeline, &job);
}

/* Plans on while somebody behind could start now: first come all who are before that job. */
static int extend(hc_agenda *a)
{
    progress p = begin(a);
    uint32_t candidate = HC_NO_SLOT;
    int status = 0;
    if (a->planned_count < a->limit) {
        candidate = hc_timeline_next(a->timeline, a->queue.order, place_of_last(a, &p));
    }
    while (status == 0 && candidate != HC_NO_SLOT && a->planned_count < a->limit) {
        hc_planned planned;
        status = plan_next(a, &p, &planned);
        if (status == 0 && !can_still_start(a, candidate, &planned)) {
            candidate = hc_timeline_next(a->timeline, a->queue.order, place_of_last(a, &p));
        }
    }
    if (a->known_count > p.next) {
        memmove(a->jobs + a->planned_count, a->jobs + p.next,
                (a->known_count - p.next) * sizeof *a->jobs);
    }
    a->known_count -= p.next - a->planned_count;
    return status;
}

static int restart(hc_agenda *a)
{
    a->right_count = SIZE_MAX;
    a->planned_count = 0;
    a->next_start = HC_TIME_NEVER;
    hc_start_bounds_reset(a->bounds);
    return hc_timeline_restart(a->timeline);
}

/* Takes those out of the plan who may be elsewhere in one made anew. */
static int shorten(hc_agenda *a)
{
    while (a->planned_count > a->right_count) {
        hc_planned *last = &a->jobs[--a->planned_count];
        if (hc_timeline_take_out(a->timeline, last) < 0) {
            return -1;
        }
        last->start = HC_TIME_NEVER;
    }
    a->right_count = SIZE_MAX;
    a->next_start = HC_TIME_NEVER;
    hc_start_bounds_reset(a->bounds);
    for (size_t i = 0; i < a->planned_count; i++) {
        note_bound(a, &a->jobs[i]);
        note_next(a, &a->jobs[i]);
    }
    return 0;
}

/* Once the start of a planned job has passed, a limit was outrun then. */
int hc_agenda_update(hc_agenda *a)
{
    int status = 0;
    if (a->next_start < hc_lifecycle_now(a->lifecycle) || !hc_timeline_stands(a->timeline)) {
        status = restart(a);
    } else {
        hc_timeline_advance(a->timeline);
        if (a->right_count != SIZE_MAX) {
            status = shorten(a);
        }
        status = status < 0 ? -1 : start_due(a);
    }
    return status < 0 ? -1 : extend(a);
}

/* How a scan of the tail goes on. */
typedef struct scan {
    size_t started; /* jobs that have left the tail */
    hc_order_entry place;
} scan;

/* How many jobs of the tail are before the place of the scan, those included that have started. Planned ones do not
 * belong to it. */
static size_t count_passed(const hc_agenda *a, uint32_t slot, const scan *s)
{
    size_t count = hc_job_order_rank(a->tail, slot) + s->started;
    for (size_t i = 0; i < a->planned_count; i++) {
        count -=
            hc_order_compare(hc_job_order_entry(a->tail, a->jobs[i].slot), &s->place) < 0 ? 1 : 0;
    }
    return count;
}

static bool is_planned(const hc_agenda *a, uint32_t slot)
{
    for (size_t i = 0; i < a->planned_count; i++) {
        if (a->jobs[i].slot == slot) {
            return true;
        }
    }
    return false;
}

static int try_now(hc_agenda *a, uint32_t slot, scan *s)
{
    hc_planned job = hc_timeline_job(a->timeline, slot);
    if (is_planned(a, slot) || !hc_timeline_has_room(a->timeline, &job)) {
        return 0;
    }
    job.start = hc_timeline_find(a->timeline, &job, hc_lifecycle_now(a->lifecycle));
    assert(job.start == hc_lifecycle_now(a->lifecycle));
    s->started++;
    return hc_timeline_enter(a->timeline, &job) < 0 ? -1 : start(a, &job, a->planned_count);
}

int hc_agenda_backfill(hc_agenda *a, uint32_t depth)
{
    scan s = {0};
    uint32_t slot = HC_NO_SLOT;
    if (a->planned_count < a->limit) {
        return 0; /* nobody behind the plan could start now */
    }
    a->known_count = a->planned_count; /* who is not planned may start and be known no more */
    slot = hc_timeline_next(a->timeline, a->tail, NULL);
    while (slot != HC_NO_SLOT) {
        s.place = *hc_job_order_entry(a->tail, slot);
        if (depth != HC_DEPTH_UNLIMITED && count_passed(a, slot, &s) >= depth) {
            break;
        }
        if (try_now(a, slot, &s) < 0) {
            return -1;
        }
        slot = hc_timeline_next(a->timeline, a->tail, &s.place);
    }
    return 0;
}

/* The first job of the plan that a job would run beside. */
static uint32_t find_blocker(const hc_agenda *a, const hc_planned *job)
{
    hc_time now = hc_lifecycle_now(a->lifecycle);
    for (size_t i = 0; i < a->planned_count; i++) {
        if (a->jobs[i].slot != job->slot && a->jobs[i].start != HC_TIME_NEVER &&
            a->jobs[i].start - now < job->duration) {
            return a->jobs[i].slot;
        }
    }
    return HC_NO_SLOT;
}

static int explain(hc_agenda *a, uint32_t slot)
{
    hc_planned job = hc_timeline_job(a->timeline, slot);
    hc_wait_reason reason = HC_WAIT_RESERVATION;
    uint32_t blocker = HC_NO_SLOT;
    if (!hc_lifecycle_fits(a->lifecycle, slot)) {
        reason = hc_lifecycle_obstacle(a->lifecycle, slot);
    } else if (a->planned_count > 0 && hc_timeline_has_room(a->timeline, &job)) {
        reason = HC_WAIT_ORDER;
        blocker = a->jobs[a->planned_count - 1].slot;
    } else {
        blocker = find_blocker(a, &job);
    }
    return hc_lifecycle_refuse(a->lifecycle, a->queue.order, slot, reason, blocker);
}

int hc_agenda_explain(hc_agenda *a)
{
    int status = 0;
    for (size_t i = 0; i < a->queue.fresh.count && status == 0; i++) {
        if (hc_queue_is_passed_over(&a->queue, a->queue.fresh.slots[i], HC_NO_SLOT)) {
            status = explain(a, a->queue.fresh.slots[i]);
        }
    }
    hc_queue_clear_fresh(&a->queue);
    return status;
}

void hc_agenda_exchange(hc_agenda *a, hc_archive *archive)
{
    hc_archive_mark(archive, "agenda");
    hc_queue_exchange(&a->queue, archive);
    if (has_own_tail(a)) {
        hc_lifecycle_exchange_order(a->lifecycle, archive, a->tail);
        hc_lifecycle_require_state(a->lifecycle, archive, a->tail, HC_JOB_PENDING);
    }
    hc_start_bounds_exchange(a->bounds, archive);
    hc_timeline_exchange(a->timeline, archive);
    hc_timeline_exchange_jobs(a->timeline, archive, &a->jobs, &a->known_count, &a->capacity);
    a->planned_count = hc_archive_count(archive, a->planned_count, a->known_count);
    HC_EXCHANGE(archive, a->next_start);
    for (size_t i = 0; i < a->planned_count; i++) {
        (void)hc_archive_require(archive, a->jobs[i].start >= a->next_start,
                                 "nobody starts before the next start");
    }
    HC_EXCHANGE(archive, a->right_count);
}

static bool is_prefix_of_queue(const hc_agenda *a)
{
    hc_order_walk walk;
    hc_order_walk_start(&walk, a->queue.order);
    for (size_t i = 0; i < a->known_count; i++) {
        if (hc_order_walk_next(&walk) != a->jobs[i].slot) {
            return false;
        }
    }
    return a->planned_count <= a->known_count &&
           (a->planned_count <= a->limit || a->right_count < a->planned_count);
}

/* Plans all planned jobs once more, on another timeline. */
static bool is_as_made_anew(const hc_agenda *a)
{
    hc_timeline *anew = hc_timeline_create(a->lifecycle, NULL);
    bool is_equal = anew != NULL && hc_timeline_restart(anew) == 0;
    for (size_t i = 0; is_equal && i < a->planned_count; i++) {
        hc_planned job = a->jobs[i];
        job.start = hc_timeline_find(anew, &job, hc_lifecycle_now(a->lifecycle));
        is_equal = job.start == a->jobs[i].start && hc_timeline_enter(anew, &job) == 0;
    }
    hc_timeline_destroy(anew);
    return is_equal;
}

bool hc_agenda_check(const hc_agenda *a)
{
    if (!hc_job_order_check(a->queue.order) || !hc_timeline_check(a->timeline) ||
        hc_job_order_count(a->queue.order) != hc_lifecycle_counts(a->lifecycle).waiting ||
        !hc_job_order_check(a->tail) ||
        hc_job_order_count(a->tail) != hc_job_order_count(a->queue.order) ||
        !is_prefix_of_queue(a)) {
        return false;
    }
    return a->right_count < a->planned_count || a->next_start < hc_lifecycle_now(a->lifecycle) ||
           !hc_timeline_stands(a->timeline) || is_as_made_anew(a);
}
