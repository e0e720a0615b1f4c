#include "sim/jobs/lifecycle_state.h"

/* Sums over all jobs that are here, to be compared with what the state says. */
typedef struct totals {
    uint64_t waiting;
    uint64_t running;
    uint64_t pending_milli;
    uint64_t busy_milli;
} totals;

static bool check_allocation(const hc_lifecycle *l, const hc_job *job)
{
    uint64_t milli = 0;
    for (uint32_t s = job->allocation.first_slice; s != HC_NO_INDEX;) {
        const hc_slice *slice = hc_occupancy_slice(l->occupancy, s);
        milli += (uint64_t)slice->count * slice->milli;
        s = slice->next;
    }
    return job->allocation.first_slice != HC_NO_INDEX &&
           milli == hc_request_milli(&job->spec.request); /* a gang is never partial */
}

/* The end that the scheduler must expect is as far from the end as the limit from the work. */
static bool check_estimate(const hc_job *job)
{
    hc_time slack = job->spec.time_limit - job->work;
    bool is_as_late_as_can_be = job->estimated_end == HC_TIME_NEVER - 1;
    return slack >= 0 ? job->estimated_end >= job->end &&
                            (is_as_late_as_can_be || job->estimated_end - job->end == slack)
                      : job->estimated_end - job->end == slack;
}

/* Its work is done when the attempt ends, and not a nanosecond earlier, or it is killed then. The scheduler expects it when its
 * limit has passed. */
static bool check_pace(const hc_job *job)
{
    hc_time up = job->start + job->restart;
    hc_time time = job->end - up;
    bool is_killed = time == job->time_allowed - job->time_worked;
    bool is_done = hc_lifecycle_done_after(job, time) == job->work;
    bool was_done = time > 0 && hc_pace_work(&job->pace, time - 1) >= job->work - job->work_done;
    return hc_pace_is_sound(&job->pace) && (is_done || is_killed) && !was_done &&
           (job->estimated_end == HC_TIME_NEVER - 1 ||
            job->estimated_end - up == job->spec.time_limit - job->time_worked);
}

static bool check_times(const hc_job *job)
{
    return job->work_done <= job->work &&
           (job->spec.workload == HC_WORK_AS_RECORDED
                ? check_estimate(job) && job->time_worked == job->work_done
                : check_pace(job));
}

static bool check_job(const hc_lifecycle *l, uint32_t slot, totals *sums)
{
    const hc_job *job = &l->jobs[slot];
    bool is_in_order = hc_job_order_contains(l->running, slot);
    uint64_t milli = hc_request_milli(&job->spec.request);
    if (job->state == HC_JOB_RUNNING) {
        sums->running++;
        sums->busy_milli += milli;
        return is_in_order && job->start <= l->now && job->end >= l->now && check_times(job) &&
               job->start >= job->spec.submit && check_allocation(l, job);
    }
    sums->waiting++;
    sums->pending_milli += milli;
    return job->state == HC_JOB_PENDING && !is_in_order &&
           job->allocation.first_slice == HC_NO_INDEX;
}

static uint64_t held_milli(const hc_occupancy *o)
{
    return hc_occupancy_capacity_milli(o) - hc_occupancy_free_milli(o) -
           hc_occupancy_offline_milli(o);
}

/* In every view the first nodes are in service, and no others. */
static bool check_service(const hc_lifecycle *l)
{
    const hc_occupancy *views[] = {l->occupancy, l->beside, l->forecast};
    for (size_t i = 0; i < sizeof views / sizeof views[0]; i++) {
        for (uint32_t node = 0; views[i] != NULL && node < hc_occupancy_node_count(views[i]);
             node++) {
            hc_part at = hc_occupancy_place_of(views[i], node);
            if (hc_occupancy_is_open(views[i], at.class_index, at.item) !=
                (node < l->service_count)) {
                return false;
            }
        }
    }
    return l->ledger.offline_milli == hc_occupancy_offline_milli(l->occupancy);
}

/* The forecast holds exactly what the jobs hold that end after its instant. */
static bool check_forecast(const hc_lifecycle *l)
{
    uint64_t held = 0;
    if (l->forecast == NULL) {
        return true;
    }
    for (uint32_t slot = 0; slot < l->capacity; slot++) {
        const hc_job *job = &l->jobs[slot];
        if (job->is_in_use && job->state == HC_JOB_RUNNING &&
            job->estimated_end > l->forecast_time) {
            held += hc_request_milli(&job->spec.request);
        }
    }
    return held_milli(l->forecast) == held && hc_occupancy_check(l->forecast);
}

bool hc_lifecycle_check(const hc_lifecycle *l)
{
    totals sums = {0};
    for (uint32_t slot = 0; slot < l->capacity; slot++) {
        if (l->jobs[slot].is_in_use && !check_job(l, slot, &sums)) {
            return false;
        }
    }
    /* Admitted jobs whose submission is still to come are pending, but not waiting. */
    return sums.running == l->counts.running && sums.waiting >= l->counts.waiting &&
           sums.pending_milli >= l->waiting_milli && l->waiting_work >= 0 &&
           (l->counts.waiting > 0 || l->waiting_work == 0) &&
           sums.busy_milli == l->ledger.busy_milli &&
           sums.running == hc_job_order_count(l->running) &&
           l->counts.submitted ==
               l->counts.waiting + l->counts.running + l->counts.completed + l->counts.rejected &&
           held_milli(l->occupancy) == sums.busy_milli && check_service(l) &&
           hc_ledger_check(&l->ledger) && hc_job_order_check(l->running) &&
           hc_occupancy_check(l->occupancy) && check_forecast(l);
}
