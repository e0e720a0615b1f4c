#include "tests/sim/reference.h"

#include "tests/sim/reference_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_JOBS = 256 };

typedef enum phase { AHEAD, WAITING, RUNNING, DONE } phase;

/* What EASY keeps for the head of its queue until GPUs become free or another job is the head. */
typedef struct reservation {
    bool is_made;
    int head;
    hc_time shadow;
    hc_ref_grant place;
    int whole_needed
        [HC_REF_MAX_NODES]; /* wholly free GPUs of each node that the head will take at T */
} reservation;

typedef struct state {
    const hc_replay *replay;
    reservation reserved;
    hc_ref_world world;
    hc_ref_grant grants[MAX_JOBS];
    phase phases[MAX_JOBS];
    hc_time start[MAX_JOBS];
    hc_time now;
    size_t next_step; /* of the calendar */
} state;

static const hc_job_spec *spec(const state *s, int job)
{
    return &s->replay->jobs[job].spec;
}

static void begin_job(state *s, int job)
{
    s->phases[job] = RUNNING;
    s->start[job] = s->now;
}

static bool try_start(state *s, int job)
{
    if (!hc_ref_place(&s->world, &s->grants[job], s->replay->placement, &spec(s, job)->request)) {
        return false;
    }
    begin_job(s, job);
    return true;
}

/* Waiting jobs in the order of a policy. @return how many. */
static int sort_waiting(const state *s, bool is_by_limit, int *order)
{
    int count = 0;
    for (int job = 0; job < (int)s->replay->job_count; job++) {
        int at = count;
        if (s->phases[job] != WAITING) {
            continue;
        }
        for (;
             is_by_limit && at > 0 && spec(s, order[at - 1])->time_limit > spec(s, job)->time_limit;
             at--) {
            order[at] = order[at - 1];
        }
        order[at] = job;
        count++;
    }
    return count;
}

static hc_time limit_end(const state *s, int job)
{
    hc_time end = s->start[job] + spec(s, job)->time_limit;
    return end > s->now ? end : s->now + 1;
}

/* The world at `time`, if running jobs end as their limits say. */
static hc_ref_world look_ahead(const state *s, hc_time time)
{
    hc_ref_world w = s->world;
    for (int job = 0; job < (int)s->replay->job_count; job++) {
        if (s->phases[job] == RUNNING && limit_end(s, job) <= time) {
            hc_ref_take_back(&w, &s->grants[job], &spec(s, job)->request);
        }
    }
    return w;
}

static bool fits_at(const state *s, int job, hc_time time)
{
    hc_ref_world w = look_ahead(s, time);
    hc_ref_grant ignored;
    return hc_ref_place(&w, &ignored, s->replay->placement, &spec(s, job)->request);
}

static hc_time shadow_time(const state *s, int head)
{
    hc_time shadow = HC_TIME_NEVER;
    for (int job = 0; job < (int)s->replay->job_count; job++) {
        if (s->phases[job] == RUNNING && limit_end(s, job) < shadow &&
            fits_at(s, head, limit_end(s, job))) {
            shadow = limit_end(s, job);
        }
    }
    return shadow;
}

static void reserve(state *s, int head)
{
    reservation *r = &s->reserved;
    const hc_request *request = &spec(s, head)->request;
    hc_ref_world then;
    hc_ref_world with_head;
    r->is_made = true;
    r->head = head;
    r->shadow = shadow_time(s, head);
    then = look_ahead(s, r->shadow);
    with_head = then;
    (void)hc_ref_place(&with_head, &r->place, s->replay->placement, request);
    for (int i = 0; i < then.node_count; i++) {
        r->whole_needed[i] =
            hc_ref_whole_free(&then.nodes[i]) - hc_ref_whole_free(&with_head.nodes[i]);
    }
}

static uint64_t leave(uint64_t now, uint64_t then, uint64_t needed)
{
    uint64_t left = then == HC_UNLIMITED ? HC_UNLIMITED : then - needed;
    return now < left ? now : left;
}

/* The world as it is, but of the reserved nodes only what is free both now and, beside the head, at T; parts of
 * GPUs there are left alone. */
static hc_ref_world beside_head(const state *s)
{
    const reservation *r = &s->reserved;
    const hc_request *head = &spec(s, r->head)->request;
    hc_ref_world w = s->world;
    hc_ref_world then = look_ahead(s, r->shadow);
    for (int i = 0; i < w.node_count; i++) {
        hc_ref_node *n = &w.nodes[i];
        int share_gpus = r->place.shared_device >= 0 ? 1 : r->place.gpus[i];
        int usable = hc_ref_whole_free(&then.nodes[i]) - r->whole_needed[i];
        if (!r->place.is_on[i]) {
            continue;
        }
        n->cpu = leave(n->cpu, then.nodes[i].cpu,
                       hc_ref_share(head->cpu_milli, share_gpus, head->gpu_count));
        n->memory = leave(n->memory, then.nodes[i].memory,
                          hc_ref_share(head->memory_bytes, share_gpus, head->gpu_count));
        for (int d = 0; d < n->gpus; d++) {
            if (n->free_milli[d] < 1000 || usable-- <= 0) {
                n->free_milli[d] = 0;
            }
        }
    }
    return w;
}

/* Starts a job that does not end by T where the head's place is left alone. */
static bool start_beside(state *s, int job)
{
    hc_ref_world w = beside_head(s);
    hc_ref_world before = w;
    const hc_request *request = &spec(s, job)->request;
    hc_ref_grant planned;
    if (!hc_ref_place(&w, &planned, s->replay->placement, request)) {
        return false;
    }
    memset(&s->grants[job], 0, sizeof s->grants[job]);
    s->grants[job].shared_device = -1;
    for (int i = 0; i < w.node_count; i++) {
        int device = planned.shared_device;
        if (planned.is_on[i] && device >= 0 && before.nodes[i].free_milli[device] == 1000) {
            device = hc_ref_first_free_device(&s->world.nodes[i]);
        }
        if (planned.is_on[i]) {
            hc_ref_put(&s->world, &s->grants[job], request, i, planned.gpus[i], device);
        }
    }
    begin_job(s, job);
    return true;
}

static void pass_easy(state *s, bool is_tail_by_limit, uint32_t depth)
{
    int order[MAX_JOBS];
    int count = sort_waiting(s, false, order);
    int head = 0;
    while (head < count && try_start(s, order[head])) {
        head++;
    }
    if (head == count) {
        return;
    }
    head = order[head];
    if (!s->reserved.is_made || s->reserved.head != head || s->reserved.shadow <= s->now) {
        reserve(s, head);
    }
    count = sort_waiting(s, is_tail_by_limit, order);
    for (int i = 0; i < count && depth > 0; i++) {
        int job = order[i];
        if (job == head) {
            continue;
        }
        depth--;
        if (spec(s, job)->time_limit <= s->reserved.shadow - s->now) {
            (void)try_start(s, job);
        } else {
            (void)start_beside(s, job);
        }
    }
}

static void pass(state *s)
{
    const char *policy = s->replay->policy;
    int order[MAX_JOBS];
    int count = sort_waiting(s, strcmp(policy, "sjf") == 0, order);
    if (strncmp(policy, "easy", 4) == 0) {
        const hc_policy_options *options = s->replay->policy_options;
        pass_easy(s, strcmp(policy, "easy_sjbf") == 0,
                  options == NULL ? HC_DEPTH_UNLIMITED : options->depth);
        return;
    }
    for (int i = 0; i < count; i++) {
        if (!try_start(s, order[i]) && strcmp(policy, "first_fit") != 0) {
            return;
        }
    }
}

static void write_result(state *s, hc_replay_job *out, int job)
{
    size_t length = 0;
    out->start = s->start[job];
    out->end = s->now;
    out->state = HC_JOB_COMPLETED;
    out->nodes[0] = '\0';
    for (int i = 0; i < s->world.node_count; i++) {
        if (s->grants[job].is_on[i]) {
            int gpus = s->grants[job].shared_device >= 0 ? 1 : s->grants[job].gpus[i];
            length += (size_t)snprintf(out->nodes + length, sizeof out->nodes - length, "%s%d:%d",
                                       length == 0 ? "" : "+", i, gpus);
        }
    }
}

/* Ends, then changes of capacity, then submissions, of this instant; again while the pass starts jobs of no length. */
static bool apply_events(state *s)
{
    bool is_any = false;
    for (int job = 0; job < (int)s->replay->job_count; job++) {
        if (s->phases[job] == RUNNING && s->start[job] + spec(s, job)->run_time == s->now) {
            hc_ref_take_back(&s->world, &s->grants[job], &spec(s, job)->request);
            s->phases[job] = DONE;
            s->reserved.is_made = false;
            write_result(s, &s->replay->jobs[job], job);
            is_any = true;
        }
    }
    if (hc_ref_take_steps(&s->world, s->replay, &s->next_step, s->now)) {
        s->reserved.is_made = false;
        is_any = true;
    }
    for (int job = 0; job < (int)s->replay->job_count; job++) {
        if (s->phases[job] == AHEAD && spec(s, job)->submit <= s->now) {
            s->phases[job] = WAITING;
            is_any = true;
        }
    }
    return is_any;
}

static hc_time next_time(const state *s)
{
    hc_time next = hc_ref_next_step(s->replay, s->next_step);
    for (int job = 0; job < (int)s->replay->job_count; job++) {
        hc_time time = HC_TIME_NEVER;
        if (s->phases[job] == AHEAD) {
            time = spec(s, job)->submit;
        } else if (s->phases[job] == RUNNING) {
            time = s->start[job] + spec(s, job)->run_time;
        }
        next = time < next ? time : next;
    }
    return next;
}

void hc_reference_run(hc_replay *replay)
{
    state *s = calloc(1, sizeof *s);
    if (s == NULL) {
        abort();
    }
    s->replay = replay;
    hc_ref_build(replay, &s->world);
    for (int job = 0; job < (int)replay->job_count; job++) {
        hc_ref_world empty = s->world;
        hc_ref_grant ignored;
        replay->jobs[job].start = HC_TIME_MISSING;
        replay->jobs[job].end = HC_TIME_MISSING;
        replay->jobs[job].state = HC_JOB_PENDING; /* unless it leaves */
        replay->jobs[job].nodes[0] = '\0';
        if (!hc_ref_place(&empty, &ignored, replay->placement, &spec(s, job)->request)) {
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
