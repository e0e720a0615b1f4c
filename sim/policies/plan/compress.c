#include "sim/archive.h"
#include "sim/policies/policies.h"
#include "sim/policies/queue.h"
#include "sim/policies/plan/timeline.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Conservative backfilling that compresses, as the simulator pyss does: a job is guaranteed the earliest slot that is
 * left when it is submitted. When a job ends, every waiting job in turn is taken out and put back at its earliest
 * slot, so that no guarantee gets later.
 *
 * An end just at the limit can bring a guarantee forward as well: the slot of a job whose turn came early may have
 * been the end of one whose turn came later and that was brought forward itself. Its start then comes with the end of
 * that one, or sooner: at the instant of a guaranteed start something always ends, unless a limit is outrun. */

/* Its slot is still to be found. */
#define NO_START_YET HC_TIME_MISSING

typedef struct compress {
    hc_lifecycle *lifecycle;
    hc_queue queue;
    hc_timeline *timeline;
    hc_planned *jobs; /* all waiting ones, in the order of the queue */
    size_t count;
    size_t capacity;
    hc_time next_start; /* not after any of theirs */
    bool is_to_be_compressed;
} compress;

static void destroy(void *self)
{
    compress *c = self;
    if (c == NULL) {
        return;
    }
    hc_timeline_destroy(c->timeline);
    hc_queue_close(&c->queue);
    free(c->jobs);
    free(c);
}

static void *create(struct hc_lifecycle *lifecycle, const hc_policy_options *options,
                    hc_error *error)
{
    compress *c = calloc(1, sizeof *c);
    if (c == NULL) {
        (void)hc_error_memory(error);
        return NULL;
    }
    c->lifecycle = lifecycle;
    c->next_start = HC_TIME_NEVER;
    if (hc_queue_open(&c->queue, lifecycle, options->order, error) < 0) {
        destroy(c);
        return NULL;
    }
    c->timeline = hc_timeline_create(lifecycle, error);
    if (c->timeline == NULL) {
        destroy(c);
        return NULL;
    }
    return c;
}

static int submitted(void *self, uint32_t slot)
{
    compress *c = self;
    size_t rank = 0;
    if (hc_queue_add(&c->queue, slot) < 0 ||
        hc_planned_make_room(&c->jobs, c->count, &c->capacity) < 0) {
        return -1;
    }
    rank = hc_job_order_rank(c->queue.order, slot);
    memmove(c->jobs + rank + 1, c->jobs + rank, (c->count - rank) * sizeof *c->jobs);
    c->jobs[rank] = hc_timeline_job(c->timeline, slot);
    c->jobs[rank].start = NO_START_YET;
    c->count++;
    return 0;
}

static void ending(void *self, uint32_t slot)
{
    hc_timeline_ending(((compress *)self)->timeline, slot);
    ((compress *)self)->is_to_be_compressed = true;
}

static int put(compress *c, hc_planned *job)
{
    job->start = hc_timeline_find(c->timeline, job, hc_lifecycle_now(c->lifecycle));
    return hc_timeline_enter(c->timeline, job);
}

/* Keeps the guarantees on a timeline made anew. One that cannot be met, because somebody has outrun a limit, gives
 * way to the earliest slot that is left. */
static int renew_guarantees(compress *c)
{
    for (size_t i = 0; i < c->count; i++) {
        hc_planned *job = &c->jobs[i];
        if (job->start == NO_START_YET) {
            continue;
        }
        if (hc_timeline_is_free(c->timeline, job)) {
            if (hc_timeline_enter(c->timeline, job) < 0) {
                return -1;
            }
        } else if (put(c, job) < 0) {
            return -1;
        }
    }
    return 0;
}

static int compress_all(compress *c)
{
    for (size_t i = 0; i < c->count; i++) {
        hc_planned *job = &c->jobs[i];
        hc_time guaranteed = job->start;
        if (job->start == NO_START_YET) {
            continue;
        }
        if (hc_timeline_move_forward(c->timeline, job) < 0) {
            return -1;
        }
        if (job->start > guaranteed) {
            return hc_lifecycle_fail_plan(c->lifecycle, job->slot);
        }
    }
    return 0;
}

/* Where the first fresh job stands. */
static size_t first_fresh(const compress *c)
{
    size_t first = c->count;
    for (size_t i = 0; i < c->queue.fresh.count; i++) {
        size_t rank = hc_job_order_rank(c->queue.order, c->queue.fresh.slots[i]);
        first = rank < first ? rank : first;
    }
    return first;
}

/* In the order of the queue. */
static int guarantee_fresh(compress *c)
{
    for (size_t i = first_fresh(c); i < c->count; i++) {
        hc_planned *job = &c->jobs[i];
        if (job->start == NO_START_YET) {
            if (put(c, job) < 0) {
                return -1;
            }
            c->next_start = job->start < c->next_start ? job->start : c->next_start;
        }
    }
    return 0;
}

static void find_next_start(compress *c)
{
    c->next_start = HC_TIME_NEVER;
    for (size_t i = 0; i < c->count; i++) {
        if (c->jobs[i].start != NO_START_YET && c->jobs[i].start < c->next_start) {
            c->next_start = c->jobs[i].start;
        }
    }
}

/* Starts the jobs whose guaranteed start has come, in the order of the queue. */
static int start_due(compress *c)
{
    hc_time now = hc_lifecycle_now(c->lifecycle);
    size_t kept = 0;
    if (c->next_start > now) {
        return 0;
    }
    for (size_t i = 0; i < c->count; i++) {
        const hc_planned job = c->jobs[i];
        assert(job.start >= now);
        if (job.start > now) {
            c->jobs[kept++] = job;
            continue;
        }
        if (hc_timeline_start(c->timeline, &job) < 0) {
            return -1;
        }
        hc_job_order_remove(c->queue.order, job.slot);
    }
    c->count = kept;
    find_next_start(c);
    return 0;
}

/* The timeline made anew when somebody ended early, or has outrun a limit. */
static int renew(compress *c)
{
    bool is_missed = c->next_start < hc_lifecycle_now(c->lifecycle); /* a limit was outrun then */
    if (!is_missed && hc_timeline_stands(c->timeline)) {
        hc_timeline_advance(c->timeline);
        return 0;
    }
    c->is_to_be_compressed = true;
    return hc_timeline_restart(c->timeline) < 0 ? -1 : renew_guarantees(c);
}

static int bring_up_to_date(compress *c)
{
    if (renew(c) < 0) {
        return -1;
    }
    if (c->is_to_be_compressed) {
        if (compress_all(c) < 0) {
            return -1;
        }
        find_next_start(c);
        c->is_to_be_compressed = false;
    }
    return 0;
}

/* Why a fresh job waits: it does not fit, or would delay the first one whose slot begins before its own end. */
static int explain(compress *c, uint32_t slot)
{
    hc_time now = hc_lifecycle_now(c->lifecycle);
    hc_planned job = hc_timeline_job(c->timeline, slot);
    uint32_t blocker = HC_NO_SLOT;
    if (!hc_lifecycle_fits(c->lifecycle, slot)) {
        return hc_lifecycle_refuse(c->lifecycle, c->queue.order, slot,
                                   hc_lifecycle_obstacle(c->lifecycle, slot), HC_NO_SLOT);
    }
    for (size_t i = 0; i < c->count && blocker == HC_NO_SLOT; i++) {
        if (c->jobs[i].slot != slot && c->jobs[i].start - now < job.duration) {
            blocker = c->jobs[i].slot;
        }
    }
    return hc_lifecycle_refuse(c->lifecycle, c->queue.order, slot, HC_WAIT_RESERVATION, blocker);
}

static int explain_fresh(compress *c)
{
    int status = 0;
    for (size_t i = 0; i < c->queue.fresh.count && status == 0; i++) {
        if (hc_queue_is_passed_over(&c->queue, c->queue.fresh.slots[i], HC_NO_SLOT)) {
            status = explain(c, c->queue.fresh.slots[i]);
        }
    }
    hc_queue_clear_fresh(&c->queue);
    return status;
}

static int running(void *self, uint32_t slot)
{
    (void)slot;
    hc_timeline_forget(((compress *)self)->timeline);
    return 0;
}

static void capacity(void *self)
{
    hc_timeline_forget(((compress *)self)->timeline);
}

static int pass(void *self)
{
    compress *c = self;
    if (bring_up_to_date(c) < 0 || guarantee_fresh(c) < 0 || start_due(c) < 0) {
        return -1;
    }
    return explain_fresh(c);
}

static bool is_the_queue(const compress *c)
{
    hc_order_walk walk;
    hc_order_walk_start(&walk, c->queue.order);
    for (size_t i = 0; i < c->count; i++) {
        if (hc_order_walk_next(&walk) != c->jobs[i].slot || c->jobs[i].start < c->next_start) {
            return c->jobs[i].start == NO_START_YET;
        }
    }
    return hc_order_walk_next(&walk) == HC_NO_SLOT;
}

static void exchange(void *self, hc_archive *archive)
{
    compress *c = self;
    hc_archive_mark(archive, "compress");
    hc_queue_exchange(&c->queue, archive);
    hc_timeline_exchange(c->timeline, archive);
    hc_timeline_exchange_jobs(c->timeline, archive, &c->jobs, &c->count, &c->capacity);
    (void)hc_archive_require(archive, c->count == hc_job_order_count(c->queue.order),
                             "every job that waits has a place");
    HC_EXCHANGE(archive, c->next_start);
    hc_archive_bool(archive, &c->is_to_be_compressed);
}

static bool check(const void *self)
{
    const compress *c = self;
    return hc_job_order_check(c->queue.order) && hc_timeline_check(c->timeline) &&
           hc_job_order_count(c->queue.order) == hc_lifecycle_counts(c->lifecycle).waiting &&
           is_the_queue(c);
}

const hc_policy hc_conservative_compress_policy = {
    .cost = 10,
    .create = create,
    .destroy = destroy,
    .submitted = submitted,
    .running = running,
    .ending = ending,
    .capacity = capacity,
    .pass = pass,
    .exchange = exchange,
    .check = check,
};
