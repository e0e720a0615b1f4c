#include "tests/sim/reference_plan.h"

#include "tests/sim/reference_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_JOBS = 256 };

typedef enum phase { AHEAD, WAITING, RUNNING, DONE } phase;

typedef struct state {
    const hc_replay *replay;
    const hc_policy_options *options;
    hc_ref_world empty;
    hc_ref_grant grants[MAX_JOBS]; /* of running jobs, and of waiting ones with a slot */
    phase phases[MAX_JOBS];
    bool has_slot[MAX_JOBS];
    hc_time start[MAX_JOBS];    /* of a running job; of the slot of a waiting one */
    bool was_planned[MAX_JOBS]; /* by an earlier pass, if only that there is no slot */
    bool is_freed;    /* somebody has ended, or the capacity has changed, since the last pass */
    size_t next_step; /* of the calendar */
    hc_time now;
} state;

static const hc_job_spec *spec(const state *s, int job)
{
    return &s->replay->jobs[job].spec;
}

static hc_time length(const state *s, int job)
{
    return spec(s, job)->time_limit > 0 ? spec(s, job)->time_limit : 1;
}

static bool is_holding(const state *s, int job)
{
    return s->phases[job] == RUNNING || (s->phases[job] == WAITING && s->has_slot[job]);
}

/* Whoever runs will end at the next tick at the earliest. */
static hc_time end_of(const state *s, int job)
{
    hc_time start = s->start[job]; /* HC_TIME_NEVER: of a plan for a time that never comes */
    hc_time end = start == HC_TIME_NEVER ? HC_TIME_NEVER : start + length(s, job);
    return s->phases[job] == RUNNING && end <= s->now ? s->now + 1 : end;
}

static hc_ref_world world_at(const state *s, hc_time time)
{
    hc_ref_world w = s->empty;
    for (int job = 0; job < (int)s->replay->job_count; job++) {
        if (is_holding(s, job) && s->start[job] <= time && time < end_of(s, job)) {
            for (int i = 0; i < w.node_count; i++) {
                hc_ref_grant ignored = {.shared_device = -1};
                if (s->grants[job].is_on[i]) {
                    hc_ref_put(&w, &ignored, &spec(s, job)->request, i, s->grants[job].gpus[i], -1);
                }
            }
        }
    }
    return w;
}

/* Of each node what is free in both. */
static void meet(hc_ref_world *w, const hc_ref_world *other)
{
    for (int i = 0; i < w->node_count; i++) {
        hc_ref_node *n = &w->nodes[i];
        const hc_ref_node *o = &other->nodes[i];
        int too_many = hc_ref_whole_free(n) - hc_ref_whole_free(o);
        for (int d = 0; d < n->gpus && too_many > 0; d++) {
            too_many -= n->free_milli[d] == 1000 ? 1 : 0;
            n->free_milli[d] = 0;
        }
        n->cpu = o->cpu < n->cpu ? o->cpu : n->cpu;
        n->memory = o->memory < n->memory ? o->memory : n->memory;
    }
}

/* What is free during the whole of [from, to): at the begin and after each start and end in between. */
static hc_ref_world world_during(const state *s, hc_time from, hc_time to)
{
    hc_ref_world w = world_at(s, from);
    for (int job = 0; job < (int)s->replay->job_count; job++) {
        hc_time changes[2] = {s->start[job], end_of(s, job)};
        for (int c = 0; is_holding(s, job) && c < 2; c++) {
            if (changes[c] > from && changes[c] < to) {
                hc_ref_world then = world_at(s, changes[c]);
                meet(&w, &then);
            }
        }
    }
    return w;
}

static bool fits_at(const state *s, int job, hc_time time, hc_ref_grant *grant)
{
    hc_ref_world w = world_during(s, time, time + length(s, job));
    return hc_ref_place(&w, grant, s->replay->placement, &spec(s, job)->request);
}

/* The earliest slot of a waiting job that has none: now, or when another one ends. */
static void find_slot(state *s, int job)
{
    hc_time best = HC_TIME_NEVER;
    hc_ref_grant grant;
    if (fits_at(s, job, s->now, &s->grants[job])) {
        s->start[job] = s->now;
        s->has_slot[job] = true;
        return;
    }
    for (int other = 0; other < (int)s->replay->job_count; other++) {
        hc_time end = end_of(s, other);
        if (other != job && is_holding(s, other) && end > s->now && end < best &&
            fits_at(s, job, end, &grant)) {
            best = end;
            s->grants[job] = grant;
        }
    }
    s->start[job] = best;
    s->has_slot[job] = best != HC_TIME_NEVER;
}

/* Whether what the job was promised is free during its whole slot. */
static bool keeps_room(const state *s, int job)
{
    hc_ref_world w = world_during(s, s->start[job], s->start[job] + length(s, job));
    const hc_request *r = &spec(s, job)->request;
    for (int i = 0; i < w.node_count; i++) {
        const hc_ref_node *n = &w.nodes[i];
        int gpus = s->grants[job].gpus[i];
        if (s->grants[job].is_on[i] &&
            (n->is_closed || hc_ref_whole_free(n) < gpus ||
             n->cpu < hc_ref_share(r->cpu_milli, gpus, r->gpu_count) ||
             n->memory < hc_ref_share(r->memory_bytes, gpus, r->gpu_count))) {
            return false;
        }
    }
    return true;
}

static int64_t key(const state *s, int job, hc_queue_order order)
{
    switch (order) {
    case HC_QUEUE_BY_LIMIT:
        return spec(s, job)->time_limit;
    case HC_QUEUE_BY_SIZE:
        return spec(s, job)->request.gpu_count;
    case HC_QUEUE_BY_PRIORITY:
        return -spec(s, job)->priority;
    case HC_QUEUE_BY_SUBMISSION:
    case HC_QUEUE_ORDER_COUNT:
        break;
    }
    return 0;
}

/* Waiting jobs in an order. @return how many. */
static int sort_waiting(const state *s, hc_queue_order by, int *order)
{
    int count = 0;
    for (int job = 0; job < (int)s->replay->job_count; job++) {
        int at = count;
        if (s->phases[job] != WAITING) {
            continue;
        }
        for (; at > 0 && key(s, order[at - 1], by) > key(s, job, by); at--) {
            order[at] = order[at - 1];
        }
        order[at] = job;
        count++;
    }
    return count;
}

/* Starts a job whose slot begins now. */
static bool start_if_due(state *s, int job)
{
    if (!s->has_slot[job] || s->start[job] != s->now) {
        return false;
    }
    s->phases[job] = RUNNING;
    return true;
}

/* All plans made anew: of the first jobs that do not start, as many as may have a slot; then, with EASY, the first
 * ones of the others, who start or do nothing. */
static void pass_anew(state *s, uint32_t slot_count, uint32_t tail_count)
{
    int order[MAX_JOBS];
    int count = sort_waiting(s, s->options->order, order);
    bool is_planned[MAX_JOBS] = {false}; /* if only that there is no slot */
    memset(s->has_slot, 0, sizeof s->has_slot);
    for (int i = 0; i < count && slot_count > 0; i++) {
        find_slot(s, order[i]);
        is_planned[order[i]] = !start_if_due(s, order[i]);
        slot_count -= is_planned[order[i]] ? 1 : 0;
    }
    count = sort_waiting(s, s->options->tail, order);
    for (int i = 0; i < count && tail_count > 0; i++) {
        if (!is_planned[order[i]]) {
            find_slot(s, order[i]);
            s->has_slot[order[i]] = start_if_due(s, order[i]);
            tail_count--;
        }
    }
}

static bool has_overrun(const state *s)
{
    for (int job = 0; job < (int)s->replay->job_count; job++) {
        if (s->phases[job] == RUNNING && s->start[job] + spec(s, job)->time_limit <= s->now) {
            return true;
        }
    }
    return false;
}

/* Where somebody has outrun a limit, slots may overlap: in turn, who can keep a slot keeps it, the others get another
 * one. */
static void renew_slots(state *s, const int *order, int count)
{
    bool had_slot[MAX_JOBS];
    memcpy(had_slot, s->has_slot, sizeof had_slot);
    for (int i = 0; i < count; i++) {
        s->has_slot[order[i]] = false;
    }
    for (int i = 0; i < count; i++) {
        int job = order[i];
        if (had_slot[job] && s->start[job] >= s->now && keeps_room(s, job)) {
            s->has_slot[job] = true;
        } else if (had_slot[job]) {
            find_slot(s, job);
        }
    }
}

/* Slots are kept; after an end each job in turn is taken out and put back; new jobs come last. */
static void pass_compressing(state *s)
{
    int order[MAX_JOBS];
    bool is_new[MAX_JOBS];
    int count = sort_waiting(s, s->options->order, order);
    bool is_changed = s->is_freed || has_overrun(s);
    for (int i = 0; i < count; i++) {
        is_new[i] = !s->was_planned[order[i]];
        s->was_planned[order[i]] = true;
    }
    if (is_changed) {
        renew_slots(s, order, count);
    }
    for (int i = 0; i < count; i++) {
        if (is_changed && !is_new[i]) {
            hc_time guaranteed = s->has_slot[order[i]] ? s->start[order[i]] : HC_TIME_NEVER;
            s->has_slot[order[i]] = false;
            find_slot(s, order[i]);
            if (s->start[order[i]] > guaranteed) {
                abort();
            }
        }
    }
    for (int i = 0; i < count; i++) {
        if (is_new[i]) {
            find_slot(s, order[i]);
        }
        (void)start_if_due(s, order[i]);
    }
    s->is_freed = false;
}

static void pass(state *s)
{
    if (s->options->backfill == HC_BACKFILL_CONSERVATIVE_COMPRESS) {
        pass_compressing(s);
    } else if (s->options->backfill == HC_BACKFILL_CONSERVATIVE) {
        pass_anew(s, s->options->depth, 0);
    } else {
        pass_anew(s, s->options->reservation_count, s->options->depth);
    }
}

static void write_result(const state *s, hc_replay_job *out, int job)
{
    size_t used = 0;
    out->start = s->start[job];
    out->end = s->now;
    out->state = HC_JOB_COMPLETED;
    out->nodes[0] = '\0';
    for (int i = 0; i < s->empty.node_count; i++) {
        if (s->grants[job].is_on[i]) {
            used += (size_t)snprintf(out->nodes + used, sizeof out->nodes - used, "%s%d:%d",
                                     used == 0 ? "" : "+", i, s->grants[job].gpus[i]);
        }
    }
}

static hc_time event_time(const state *s, int job)
{
    switch (s->phases[job]) {
    case AHEAD:
        return spec(s, job)->submit;
    case RUNNING:
        return s->start[job] + spec(s, job)->run_time;
    case WAITING:
    case DONE:
        break;
    }
    return HC_TIME_NEVER;
}

static hc_time next_time(const state *s)
{
    hc_time next = hc_ref_next_step(s->replay, s->next_step);
    for (int job = 0; job < (int)s->replay->job_count; job++) {
        hc_time time = event_time(s, job);
        next = time < next ? time : next;
    }
    return next;
}

/* Ends, then changes of capacity, then submissions, of this instant. @return whether a pass is to run. */
static bool apply_events(state *s)
{
    bool is_any = hc_ref_take_steps(&s->empty, s->replay, &s->next_step, s->now);
    s->is_freed |= is_any;
    for (int job = 0; job < (int)s->replay->job_count; job++) {
        is_any |= event_time(s, job) == s->now;
        if (s->phases[job] == RUNNING && event_time(s, job) == s->now) {
            s->is_freed = true;
            s->phases[job] = DONE;
            write_result(s, &s->replay->jobs[job], job);
        }
    }
    for (int job = 0; job < (int)s->replay->job_count; job++) {
        if (s->phases[job] == AHEAD && event_time(s, job) == s->now) {
            s->phases[job] = WAITING;
        }
    }
    return is_any;
}

static bool can_ever_run(const state *s, int job)
{
    hc_ref_world empty = s->empty;
    hc_ref_grant ignored;
    return hc_ref_place(&empty, &ignored, s->replay->placement, &spec(s, job)->request);
}

void hc_reference_plan_run(hc_replay *replay, const hc_policy_options *options)
{
    state *s = calloc(1, sizeof *s);
    if (s == NULL) {
        abort();
    }
    s->replay = replay;
    s->options = options;
    hc_ref_build(replay, &s->empty);
    for (int job = 0; job < (int)replay->job_count; job++) {
        replay->jobs[job].start = HC_TIME_MISSING;
        replay->jobs[job].end = HC_TIME_MISSING;
        replay->jobs[job].state = HC_JOB_PENDING; /* unless it leaves */
        replay->jobs[job].nodes[0] = '\0';
        if (!can_ever_run(s, job)) {
            s->phases[job] = DONE;
            replay->jobs[job].state = HC_JOB_REJECTED;
        }
    }
    while ((s->now = next_time(s)) != HC_TIME_NEVER) {
        while (apply_events(s)) {
            pass(s);
        }
    }
    free(s);
}
