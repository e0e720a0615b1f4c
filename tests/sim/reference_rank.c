#include "tests/sim/reference_rank.h"

#include "tests/sim/reference_rank_order.h"
#include "tests/testing.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static hc_time least(hc_time a, hc_time b)
{
    return a < b ? a : b;
}

static void leave_list(hc_ref_rank_state *s, int index)
{
    int kept = 0;
    for (int i = 0; i < s->count; i++) {
        if (s->list[i] != index) {
            s->list[kept++] = s->list[i];
        }
    }
    s->count = kept;
}

static void join_tail(hc_ref_rank_state *s, int index)
{
    leave_list(s, index);
    s->list[s->count++] = index;
}

static bool try_start(hc_ref_rank_state *s, hc_ref_job *j)
{
    if (!hc_ref_place(&s->world, &j->grant, s->replay->placement, &j->spec->request)) {
        return false;
    }
    j->phase = RUNNING;
    j->start = s->now;
    j->joined = ++s->turn_count;
    j->up = s->now + hc_ref_rank_restart_time(s, j);
    j->wait += s->now - j->waiting_since;
    j->first_start = j->first_start == HC_TIME_MISSING ? s->now : j->first_start;
    return true;
}

static void preempt(hc_ref_rank_state *s, hc_ref_job *j)
{
    hc_time worked = s->now > j->up ? s->now - j->up : 0;
    hc_ref_take_back(&s->world, &j->grant, &j->spec->request);
    j->done = s->options->preemption == HC_PREEMPTION_SUSPEND ? j->done + worked : 0;
    j->held += s->now - j->start;
    j->phase = WAITING;
    j->waiting_since = s->now;
    j->joined = ++s->turn_count;
    j->preemptions++;
}

static bool fits_without(const hc_ref_rank_state *s, const hc_ref_job *j, const bool *is_gone)
{
    hc_ref_world w = s->world;
    hc_ref_grant ignored;
    for (int i = 0; i < s->count; i++) {
        if (is_gone[i]) {
            const hc_ref_job *victim = &s->jobs[s->list[i]];
            hc_ref_take_back(&w, &victim->grant, &victim->spec->request);
        }
    }
    return hc_ref_place(&w, &ignored, s->replay->placement, &j->spec->request);
}

static bool is_running(const hc_ref_rank_state *s, int place)
{
    return s->jobs[s->list[place]].phase == RUNNING;
}

/* Whether a job would fit if all running jobs from a place of the list on were gone. */
static bool fits_without_all_from(const hc_ref_rank_state *s, const hc_ref_job *j, int place)
{
    bool is_gone[HC_REF_RANK_JOBS] = {false};
    for (int i = place; i < s->count; i++) {
        is_gone[i] = is_running(s, i);
    }
    return fits_without(s, j, is_gone);
}

/* Lets running jobs behind a place of the list give way to the job there. */
static bool take_over(hc_ref_rank_state *s, int place)
{
    bool is_gone[HC_REF_RANK_JOBS] = {false};
    hc_ref_job *j = &s->jobs[s->list[place]];
    if (!fits_without_all_from(s, j, place + 1)) {
        return false;
    }
    for (int i = s->count - 1; i > place && !fits_without(s, j, is_gone); i--) {
        is_gone[i] = is_running(s, i);
    }
    for (int i = place + 1; i < s->count; i++) {
        if (is_gone[i]) {
            is_gone[i] = false;
            is_gone[i] = !fits_without(s, j, is_gone);
        }
    }
    for (int i = place + 1; i < s->count; i++) {
        if (is_gone[i]) {
            preempt(s, &s->jobs[s->list[i]]);
        }
    }
    return try_start(s, j);
}

static int next_waiting(const hc_ref_rank_state *s)
{
    for (int i = 0; i < s->count; i++) {
        const hc_ref_job *j = &s->jobs[s->list[i]];
        if (j->phase == WAITING && !j->was_visited) {
            return i;
        }
    }
    return -1;
}

/* Each waiting job in turn; one that gave way is met further on. */
static void walk(hc_ref_rank_state *s)
{
    int place = 0;
    for (int index = 0; index < (int)s->replay->job_count; index++) {
        s->jobs[index].was_visited = false;
    }
    for (hc_ref_rank_sort(s); (place = next_waiting(s)) >= 0; hc_ref_rank_sort(s)) {
        s->jobs[s->list[place]].was_visited = true;
        if (!take_over(s, place) && s->options->backfill == HC_BACKFILL_NONE) {
            return;
        }
    }
}

/* Where only the number of GPUs counts: who runs after the walk, derived from nothing but the order. */
static void choose_greedily(hc_ref_rank_state *s, bool *is_chosen)
{
    bool is_blocked = false;
    int64_t free_gpus = s->world.nodes[0].gpus;
    hc_ref_rank_sort(s);
    for (int i = 0; i < s->count; i++) {
        hc_ref_job *j = &s->jobs[s->list[i]];
        int64_t gpus = (int64_t)j->spec->request.gpu_count;
        bool may_run = j->phase == RUNNING || !is_blocked;
        is_chosen[s->list[i]] = may_run && gpus <= free_gpus;
        free_gpus -= is_chosen[s->list[i]] ? gpus : 0;
        is_blocked |= !is_chosen[s->list[i]] && s->options->backfill == HC_BACKFILL_NONE;
    }
}

/* Who is not chosen gives way, then who is chosen starts. */
static void walk_by_count(hc_ref_rank_state *s)
{
    bool is_chosen[HC_REF_RANK_JOBS] = {false};
    choose_greedily(s, is_chosen);
    for (int i = 0; i < s->count; i++) {
        if (is_running(s, i) && !is_chosen[s->list[i]]) {
            preempt(s, &s->jobs[s->list[i]]);
        }
    }
    for (int i = 0; i < s->count; i++) {
        hc_ref_job *j = &s->jobs[s->list[i]];
        if (is_chosen[s->list[i]] && j->phase == WAITING && !try_start(s, j)) {
            CU_FAIL_FATAL("who is chosen fits");
        }
    }
}

static bool is_las(const hc_ref_rank_state *s)
{
    return s->options->rank == HC_RANK_ATTAINED || s->options->rank == HC_RANK_ATTAINED_SERVICE;
}

/* What counts for the levels, in thousandths: time, or time x GPUs, since it last entered the first one. */
static hc_int128 attained(const hc_ref_rank_state *s, const hc_ref_job *j)
{
    hc_int128 time = hc_ref_rank_held(s, j) - j->held_at_top;
    return time * (s->options->rank == HC_RANK_ATTAINED_SERVICE ? hc_ref_rank_milli(j) : 1000);
}

static bool can_sink(const hc_ref_rank_state *s, const hc_ref_job *j)
{
    return is_las(s) && j->phase == RUNNING && j->level < (int)s->options->las.threshold_count;
}

/* When a waiting job goes back to the first level. */
static hc_time promotion_time(const hc_ref_rank_state *s, const hc_ref_job *j)
{
    double span = (double)(hc_ref_rank_held(s, j) - j->held_at_top) * s->options->las.promotion;
    if (!is_las(s) || j->phase != WAITING || j->level == 0 || s->options->las.promotion <= 0) {
        return HC_TIME_NEVER;
    }
    return j->waiting_since + (hc_time)ceil(span);
}

static void sink_and_promote(hc_ref_rank_state *s)
{
    for (int index = 0; index < (int)s->replay->job_count; index++) {
        hc_ref_job *j = &s->jobs[index];
        j->part = j->phase == RUNNING ? 0 : 1;
        if (can_sink(s, j) &&
            attained(s, j) >= (hc_int128)s->options->las.thresholds[j->level] * 1000) {
            j->level++;
            j->part = 2;
            join_tail(s, index);
        } else if (promotion_time(s, j) <= s->now) {
            j->level = 0;
            j->held_at_top = hc_ref_rank_held(s, j);
            join_tail(s, index);
        }
    }
}

/* When Tiresias' simulator looks: it takes seconds for GPU seconds. */
static hc_time late_sinking_time(const hc_ref_rank_state *s, const hc_ref_job *j)
{
    hc_time time = hc_ref_rank_held(s, j) - j->held_at_top;
    hc_time seconds = (s->options->las.thresholds[j->level] - time) / HC_SECOND;
    return s->now + seconds / j->spec->request.gpu_count * HC_SECOND;
}

static hc_time sinking_time(const hc_ref_rank_state *s, const hc_ref_job *j)
{
    hc_int128 rate = s->options->rank == HC_RANK_ATTAINED_SERVICE ? hc_ref_rank_milli(j) : 1000;
    hc_int128 left = 0;
    if (!can_sink(s, j) || rate == 0 || s->options->las.is_demotion_late) {
        return HC_TIME_NEVER;
    }
    left = (hc_int128)s->options->las.thresholds[j->level] * 1000 - attained(s, j);
    return s->now + (hc_time)((left + rate - 1) / rate);
}

static void set_late_look(hc_ref_rank_state *s)
{
    s->late_look = HC_TIME_NEVER;
    for (int i = 0; i < s->count && s->options->las.is_demotion_late; i++) {
        const hc_ref_job *j = &s->jobs[s->list[i]];
        if (can_sink(s, j) && hc_ref_rank_milli(j) > 0 && late_sinking_time(s, j) > s->now) {
            s->late_look = least(s->late_look, late_sinking_time(s, j));
        }
    }
}

static void pass(hc_ref_rank_state *s)
{
    sink_and_promote(s);
    if (s->is_counted) {
        walk_by_count(s);
    } else {
        walk(s);
    }
    for (int i = 0; i < s->count; i++) {
        hc_ref_job *j = &s->jobs[s->list[i]];
        j->joined = j->part == 2 ? ++s->turn_count : j->joined;
        j->turn = j->joined;
        j->part = j->phase == RUNNING ? 0 : 1;
    }
    hc_ref_rank_sort(s);
    set_late_look(s);
}

static void write_result(const hc_ref_rank_state *s, hc_replay_job *out, const hc_ref_job *j)
{
    size_t length = 0;
    out->start = j->first_start;
    out->end = s->now;
    out->wait = j->wait;
    out->preemption_count = j->preemptions;
    out->state = j->work < j->spec->run_time ? HC_JOB_TIMEOUT : HC_JOB_COMPLETED;
    out->nodes[0] = '\0';
    for (int i = 0; i < s->world.node_count; i++) {
        if (j->grant.is_on[i]) {
            int gpus = j->grant.shared_device >= 0 ? 1 : j->grant.gpus[i];
            length += (size_t)snprintf(out->nodes + length, sizeof out->nodes - length, "%s%d:%d",
                                       length == 0 ? "" : "+", i, gpus);
        }
    }
}

/* Ends, then changes of capacity, then submissions, of this instant. */
static bool apply_events(hc_ref_rank_state *s)
{
    bool is_any = false;
    for (int index = 0; index < (int)s->replay->job_count; index++) {
        hc_ref_job *j = &s->jobs[index];
        if (j->phase == RUNNING && hc_ref_rank_end_of(j) == s->now) {
            hc_ref_take_back(&s->world, &j->grant, &j->spec->request);
            j->phase = DONE;
            leave_list(s, index);
            write_result(s, &s->replay->jobs[index], j);
            is_any = true;
        }
    }
    is_any |= hc_ref_take_steps(&s->world, s->replay, &s->next_step, s->now);
    for (int index = 0; index < (int)s->replay->job_count; index++) {
        hc_ref_job *j = &s->jobs[index];
        if (j->phase == AHEAD && j->spec->submit <= s->now) {
            j->phase = WAITING;
            j->waiting_since = s->now;
            j->joined = ++s->turn_count;
            join_tail(s, index);
            is_any = true;
        }
    }
    return is_any;
}

static hc_time next_quantum(const hc_ref_rank_state *s, const hc_ref_job *j)
{
    hc_time quantum = s->options->gittins.quantum;
    bool counts = s->options->rank == HC_RANK_GITTINS && j->phase == RUNNING;
    return counts ? s->now + quantum - hc_ref_rank_held(s, j) % quantum : HC_TIME_NEVER;
}

static hc_time next_time(const hc_ref_rank_state *s)
{
    hc_time next = least(s->late_look, hc_ref_next_step(s->replay, s->next_step));
    for (int index = 0; index < (int)s->replay->job_count; index++) {
        const hc_ref_job *j = &s->jobs[index];
        if (j->phase == AHEAD) {
            next = least(next, j->spec->submit);
        } else if (j->phase == RUNNING) {
            next = least(
                next, least(hc_ref_rank_end_of(j), least(sinking_time(s, j), next_quantum(s, j))));
        } else if (j->phase == WAITING) {
            next = least(next, promotion_time(s, j));
        }
    }
    return next;
}

static void admit(hc_ref_rank_state *s, int index)
{
    hc_replay_job *out = &s->replay->jobs[index];
    hc_ref_world empty = s->world;
    hc_ref_job *j = &s->jobs[index];
    *j = (hc_ref_job){.spec = &out->spec, .work = out->spec.run_time};
    j->first_start = HC_TIME_MISSING;
    if (s->replay->estimates.is_limit_enforced && out->spec.is_limit_requested) {
        j->work = least(j->work, out->spec.requested_time);
    }
    out->start = HC_TIME_MISSING;
    out->end = HC_TIME_MISSING;
    out->state = HC_JOB_PENDING; /* unless it leaves */
    out->nodes[0] = '\0';
    if (!hc_ref_place(&empty, &j->grant, s->replay->placement, &out->spec.request)) {
        j->phase = DONE;
        out->state = HC_JOB_REJECTED;
    }
    s->is_counted = s->is_counted && out->spec.request.gpu_milli == 1000 &&
                    out->spec.request.cpu_milli == 0 && out->spec.request.memory_bytes == 0;
}

/* Jobs whose nodes never come back. */
static void write_left(const hc_ref_rank_state *s)
{
    for (int index = 0; index < (int)s->replay->job_count; index++) {
        if (s->jobs[index].phase != DONE) {
            s->replay->jobs[index].start = s->jobs[index].first_start;
            s->replay->jobs[index].preemption_count = s->jobs[index].preemptions;
        }
    }
}

void hc_reference_rank_run(hc_replay *replay)
{
    hc_ref_rank_state *s = calloc(1, sizeof *s);
    if (s == NULL) {
        abort();
    }
    s->replay = replay;
    s->options = replay->policy_options;
    s->late_look = HC_TIME_NEVER;
    hc_ref_build(replay, &s->world);
    s->has_restarts = replay->restart.count > 0;
    s->is_counted = s->world.node_count == 1 && replay->calendar == NULL;
    for (int index = 0; index < (int)replay->job_count; index++) {
        admit(s, index);
    }
    while ((s->now = next_time(s)) != HC_TIME_NEVER) {
        bool is_timer = true;
        while (apply_events(s) || is_timer) {
            is_timer = false;
            pass(s);
        }
    }
    write_left(s);
    free(s);
}
