#include "sim/jobs/lifecycle_state.h"

#include <assert.h>

/* Attempts: how a waiting job gets its GPUs, runs, and gives them back. */

/* What a waiting job still needs, as far as its limit tells. */
static hc_int128 work_ahead(const hc_job *job)
{
    hc_time time = job->spec.time_limit - job->time_worked;
    return time > 0 ? (hc_int128)time * hc_request_milli(&job->spec.request) : 0;
}

void hc_lifecycle_start_waiting(hc_lifecycle *l, const hc_job *job)
{
    hc_ledger_advance(&l->ledger, l->now);
    l->counts.waiting++;
    l->waiting_milli += hc_request_milli(&job->spec.request);
    l->waiting_work += work_ahead(job);
    l->ledger.is_anyone_waiting = true;
}

void hc_lifecycle_stop_waiting(hc_lifecycle *l, const hc_job *job)
{
    hc_ledger_advance(&l->ledger, l->now);
    l->counts.waiting--;
    l->waiting_milli -= hc_request_milli(&job->spec.request);
    l->waiting_work -= work_ahead(job);
    l->ledger.is_anyone_waiting = l->counts.waiting > 0;
}

/* Plans on one view of the partition and takes the plan from the real one. */
static int place_by(hc_lifecycle *l, uint32_t slot, hc_occupancy *view)
{
    hc_job *job = hc_lifecycle_job_at(l, slot);
    hc_plan *plan = hc_occupancy_plan(view);
    assert(job->state == HC_JOB_PENDING);
    if (hc_request_is_plain(&job->spec.request) &&
        !hc_placement_fits(l->options.placement, view, &job->spec.request)) {
        return 0; /* cheaper than a plan that fails */
    }
    if (!l->options.placement->plan(view, &job->spec.request, plan)) {
        return 0;
    }
    if (hc_occupancy_take(l->occupancy, &job->spec.request, plan, &job->allocation) < 0) {
        return hc_error_memory(l->error);
    }
    return 1;
}

int hc_lifecycle_place(hc_lifecycle *l, uint32_t slot)
{
    return place_by(l, slot, l->occupancy);
}

int hc_lifecycle_place_beside(hc_lifecycle *l, uint32_t slot)
{
    return place_by(l, slot, l->beside);
}

/* Every part on a node of its own that is in service and has room for it. A part of a GPU takes one that is wholly free. */
static bool is_possible(const hc_occupancy *o, const hc_request *request, const hc_plan *plan)
{
    for (uint32_t i = 0; i < plan->count; i++) {
        const hc_part *part = &plan->parts[i];
        hc_host need = hc_request_share(request, part->gpu_count);
        hc_host host = hc_occupancy_free_host(o, part->class_index, part->item);
        if (!hc_class_is_allowed(hc_occupancy_class(o, part->class_index), request) ||
            !hc_occupancy_is_open(o, part->class_index, part->item) ||
            hc_occupancy_free_gpus(o, part->class_index, part->item) < part->gpu_count ||
            host.cpu_milli < need.cpu_milli || host.memory_bytes < need.memory_bytes) {
            return false;
        }
    }
    return plan->count > 0;
}

int hc_lifecycle_place_on(hc_lifecycle *l, uint32_t slot, const hc_plan *plan)
{
    hc_job *job = hc_lifecycle_job_at(l, slot);
    if (!is_possible(l->occupancy, &job->spec.request, plan)) {
        return 0;
    }
    if (hc_occupancy_take(l->occupancy, &job->spec.request, plan, &job->allocation) < 0) {
        return hc_error_memory(l->error);
    }
    return 1;
}

void hc_lifecycle_unplace(hc_lifecycle *l, uint32_t slot)
{
    hc_job *job = hc_lifecycle_job_at(l, slot);
    hc_occupancy_release(l->occupancy, &job->spec.request, &job->allocation);
}

/* A job that was preempted has to come up again, for the time of its size. */
static hc_time restart_cost(const hc_lifecycle *l, const hc_job *job)
{
    const hc_restart_costs *costs = &l->options.restart;
    if (job->preemption_count == 0) {
        return 0;
    }
    for (uint32_t i = 0; i < costs->count; i++) {
        if (hc_request_milli(&job->spec.request) <= costs->steps[i].gpus_max * HC_WHOLE_GPU) {
            return costs->steps[i].time;
        }
    }
    return 0;
}

/* start + time, or as late as can be. */
static hc_time add_time(hc_time start, hc_time time)
{
    hc_time sum = 0;
    return __builtin_add_overflow(start, time, &sum) ? HC_TIME_NEVER - 1 : sum;
}

/* When the attempt ends, and when the scheduler must think it ends. A warm start began in the past. */
static int set_times(hc_lifecycle *l, hc_job *job)
{
    hc_time start = job->spec.is_running_at_start ? job->spec.running_since : l->now;
    job->start = start;
    job->held_since = l->now;
    job->restart = restart_cost(l, job);
    job->end = add_time(start, add_time(job->restart, hc_lifecycle_time_left(job)));
    if (job->end > HC_TIME_LIMIT) {
        return hc_error_set(l->error, HC_ERROR_RUNTIME,
                            "simulated time runs past 146 years at job %u", job->id.index);
    }
    if (job->end < l->now) {
        return hc_error_set(l->error, HC_ERROR_RUNTIME, "job %u would end before it starts",
                            job->id.index);
    }
    job->estimated_end =
        add_time(start, add_time(job->restart, job->spec.time_limit - job->time_worked));
    job->wait += start - job->waiting_since;
    if (job->first_start == HC_TIME_MISSING) {
        job->first_start = start;
    }
    return 0;
}

/* Its attempt ends at the instant at which it starts, in a later round. */
static bool is_of_no_length(const hc_job *job)
{
    return job->end == job->held_since;
}

static void post_end(hc_lifecycle *l, uint32_t slot)
{
    hc_job *job = hc_lifecycle_job_at(l, slot);
    hc_post post = {
        .data = slot,
        .process = l->process.index,
        .entity = l->options.is_pass_per_event ? (uint32_t)l->start_count : job->id.index,
        .kind = HC_KIND_END,
        .event_class = HC_CLASS_END,
    };
    job->end_event = hc_engine_post(l->engine, job->end, &post);
    l->due_count += is_of_no_length(job) ? 1 : 0;
}

int hc_lifecycle_launch(hc_lifecycle *l, uint32_t slot)
{
    hc_job *job = hc_lifecycle_job_at(l, slot);
    hc_order_entry entry;
    uint64_t milli = hc_request_milli(&job->spec.request);
    if (hc_lifecycle_find_pace(l, job) < 0 || set_times(l, job) < 0) {
        return -1;
    }
    entry = hc_lifecycle_entry(l, slot, job->estimated_end);
    if (hc_job_order_insert(l->running, slot, &entry) < 0) {
        return hc_error_memory(l->error);
    }
    hc_lifecycle_stop_waiting(l, job);
    job->state = HC_JOB_RUNNING;
    job->reason = HC_WAIT_NONE; /* should it wait again, that has reasons of its own */
    job->attempt_count++;
    l->start_count++;
    l->counts.running++;
    l->ledger.busy_milli += milli;
    post_end(l, slot);
    hc_lifecycle_forecast_launch(l, job);
    if (hc_lifecycle_note(l, HC_EVENT_START, job, milli) < 0) {
        return -1;
    }
    return hc_lifecycle_note_placement(l, job);
}

int hc_lifecycle_start(hc_lifecycle *l, uint32_t slot)
{
    int placed = hc_lifecycle_place(l, slot);
    if (placed == 1 && hc_lifecycle_launch(l, slot) < 0) {
        return -1;
    }
    return placed;
}

void hc_lifecycle_count_held(hc_lifecycle *l, hc_job *job)
{
    uint64_t milli = hc_request_milli(&job->spec.request);
    hc_time up = add_time(job->start, job->restart);
    job->held_milli_ns += ((hc_int128)l->now - job->held_since) * (hc_int128)milli;
    hc_ledger_advance(&l->ledger, l->now);
    hc_ledger_move(&l->ledger, HC_BUCKET_RESTART, milli, job->held_since,
                   up < l->now ? up : l->now);
}

/* What ends and preempted attempts have in common: the GPUs are free, the books are right. */
static void leave_gpus(hc_lifecycle *l, uint32_t slot)
{
    hc_job *job = hc_lifecycle_job_at(l, slot);
    uint32_t node_count = job->allocation.node_count;
    (void)hc_engine_cancel(l->engine, job->end_event); /* it has not come yet when it ends early */
    hc_job_order_remove(l->running, slot);
    hc_lifecycle_forecast_end(l, job);
    hc_occupancy_release(l->occupancy, &job->spec.request, &job->allocation);
    job->allocation.node_count = node_count;
    hc_lifecycle_count_held(l, job);
    job->attained += l->now - job->start;
    l->counts.running--;
    l->due_count -= is_of_no_length(job) ? 1 : 0;
    l->ledger.busy_milli -= hc_request_milli(&job->spec.request);
    l->ledger.offline_milli = hc_occupancy_offline_milli(l->occupancy);
}

/* Time of work of this attempt: time spent on coming up again is none. */
static hc_time work_of_attempt(const hc_lifecycle *l, const hc_job *job)
{
    hc_time up = add_time(job->start, job->restart);
    return up < l->now ? l->now - up : 0;
}

int hc_lifecycle_end(hc_lifecycle *l, uint32_t slot)
{
    hc_job *job = hc_lifecycle_job_at(l, slot);
    hc_time worked = work_of_attempt(l, job);
    bool is_killed = hc_lifecycle_done_after(job, worked) < job->spec.run_time;
    assert(job->state == HC_JOB_RUNNING && job->end == l->now);
    leave_gpus(l, slot);
    job->state = is_killed ? HC_JOB_TIMEOUT : HC_JOB_COMPLETED;
    l->counts.completed++;
    if (hc_estimates_learn(&l->estimates, job->spec.user, job->time_worked + worked) < 0) {
        return hc_error_memory(l->error);
    }
    if (hc_lifecycle_note(l, HC_EVENT_END, job, hc_request_milli(&job->spec.request)) < 0 ||
        hc_lifecycle_note_attempt(l, job, is_killed ? HC_ATTEMPT_TIMEOUT : HC_ATTEMPT_COMPLETED) <
            0 ||
        hc_lifecycle_note_job(l, job, HC_REJECTION_NONE) < 0) {
        return -1;
    }
    return hc_lifecycle_depart(l, slot);
}

/* What the attempt has worked for nothing moves from busy to lost. A run knows one way to preempt: no earlier
 * attempt's work was kept. */
static void lose_work(hc_lifecycle *l, hc_job *job)
{
    hc_time up = add_time(job->start, job->restart);
    hc_time from = up > job->held_since ? up : job->held_since;
    job->lost = work_of_attempt(l, job);
    hc_ledger_move(&l->ledger, HC_BUCKET_LOST, hc_request_milli(&job->spec.request), from, l->now);
}

int hc_lifecycle_preempt(hc_lifecycle *l, uint32_t slot, hc_preemption how)
{
    hc_job *job = hc_lifecycle_job_at(l, slot);
    assert(job->state == HC_JOB_RUNNING && how != HC_PREEMPTION_NONE);
    leave_gpus(l, slot);
    job->state = HC_JOB_PENDING;
    job->preemption_count++;
    job->lost = 0;
    if (how == HC_PREEMPTION_REQUEUE) {
        lose_work(l, job);
    }
    if (hc_lifecycle_note(l, HC_EVENT_PREEMPT, job, hc_request_milli(&job->spec.request)) < 0 ||
        hc_lifecycle_note_attempt(l, job, HC_ATTEMPT_PREEMPTED) < 0) {
        return -1;
    }
    job->spec.is_running_at_start = false;
    job->end_event = HC_NO_EVENT;
    job->end = HC_TIME_MISSING;
    job->waiting_since = l->now;
    hc_lifecycle_keep_work(l, job, how == HC_PREEMPTION_REQUEUE ? 0 : work_of_attempt(l, job));
    hc_lifecycle_start_waiting(l, job);
    return 0;
}

hc_time hc_lifecycle_remaining(const hc_lifecycle *l, uint32_t slot)
{
    const hc_job *job = hc_lifecycle_job(l, slot);
    if (job->state == HC_JOB_RUNNING) {
        return job->end - l->now;
    }
    return add_time(restart_cost(l, job), hc_lifecycle_time_left(job));
}

hc_time hc_lifecycle_attained(const hc_lifecycle *l, uint32_t slot)
{
    const hc_job *job = hc_lifecycle_job(l, slot);
    return job->attained + (job->state == HC_JOB_RUNNING ? l->now - job->start : 0);
}

void hc_lifecycle_set_timer(hc_lifecycle *l, hc_time time)
{
    hc_post post = {
        .process = l->process.index,
        .entity = l->options.partition.index,
        .kind = HC_KIND_TIMER,
        .event_class = HC_CLASS_TIMER,
    };
    assert(time > l->now);
    if (time == l->timer_time) {
        return;
    }
    if (l->timer_time != HC_TIME_NEVER) {
        (void)hc_engine_cancel(l->engine, l->timer_event);
    }
    l->timer_time = time;
    l->timer_event = time == HC_TIME_NEVER ? HC_NO_EVENT : hc_engine_post(l->engine, time, &post);
}

void hc_lifecycle_timer_rang(hc_lifecycle *l)
{
    l->timer_time = HC_TIME_NEVER;
    l->timer_event = HC_NO_EVENT;
}

bool hc_lifecycle_has_timer(const hc_lifecycle *l)
{
    return l->timer_time != HC_TIME_NEVER;
}
