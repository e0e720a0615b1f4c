#include "sim/jobs/lifecycle_state.h"

#include <assert.h>

/* How fast jobs work whose run time depends on where they lie. What their work and their limits are counted in: lifecycle.h.
 * A job that gave way keeps the pace that it had. It is what is known of it, and whoever preempts those who need longest relies on
 * it: if a job seemed to need less time the moment it waits, two could take each other's GPUs for ever. */

static bool is_recorded(const hc_job_spec *spec)
{
    return spec->workload == HC_WORK_AS_RECORDED;
}

bool hc_lifecycle_is_workable(const hc_lifecycle *l, const hc_job_spec *spec)
{
    const hc_workload *workload = l->options.workload;
    return is_recorded(spec) ||
           (workload != NULL && spec->workload <= workload->count(workload->self) &&
            spec->request.gpu_count > 0 && spec->request.gpu_milli == HC_WHOLE_GPU);
}

bool hc_lifecycle_expect_pace(const hc_lifecycle *l, const hc_job_spec *spec, hc_pace *out,
                              hc_error *why)
{
    const hc_workload *workload = l->options.workload;
    *out = hc_pace_as_recorded;
    if (is_recorded(spec)) {
        return true;
    }
    return workload->packed(workload->self, spec->workload, spec->request.gpu_count, out, why) == 0;
}

int hc_lifecycle_find_pace(hc_lifecycle *l, hc_job *job)
{
    const hc_workload *workload = l->options.workload;
    hc_work_place place;
    if (is_recorded(&job->spec)) {
        return 0;
    }
    if (hc_rank_places_find(&l->places, l->options.machine, (uint32_t)l->first_node, l->occupancy,
                            &job->allocation) < 0) {
        return hc_error_memory(l->error);
    }
    place = (hc_work_place){.layout = &l->places.layout, .kind_of = l->places.kind_of};
    return workload->placed(workload->self, job->spec.workload, &place, &job->pace, l->error);
}

/* A job that has no recorded run time is killed by the time that it had its GPUs, not by its work. */
void hc_lifecycle_allow_time(const hc_lifecycle *l, hc_job *job)
{
    const hc_job_spec *spec = &job->spec;
    if (is_recorded(spec)) {
        return;
    }
    job->work = spec->run_time;
    if (l->options.estimates.is_limit_enforced && spec->is_limit_requested) {
        job->time_allowed = spec->requested_time;
    }
}

hc_time hc_lifecycle_time_left(const hc_job *job)
{
    hc_time time = hc_pace_time(&job->pace, job->work - job->work_done);
    hc_time allowed = job->time_allowed - job->time_worked;
    return time < allowed ? time : allowed;
}

hc_time hc_lifecycle_done_after(const hc_job *job, hc_time time)
{
    hc_time done = hc_pace_work(&job->pace, time);
    hc_time left = job->work - job->work_done;
    return job->work_done + (done < left ? done : left);
}

/* A limit that nobody asked for stands for the run time: what is left of it goes with the work that is left, whatever the placement
 * has cost. */
static void move_limit(const hc_lifecycle *l, hc_job *job, hc_time worked, hc_time done)
{
    hc_pace packed;
    if (hc_lifecycle_expect_pace(l, &job->spec, &packed, NULL)) {
        hc_time limit = job->spec.time_limit + worked - hc_pace_time(&packed, done);
        job->spec.time_limit = limit > 0 ? limit : 0;
    }
}

void hc_lifecycle_keep_work(const hc_lifecycle *l, hc_job *job, hc_time worked)
{
    hc_time before = job->work_done;
    job->work_done = hc_lifecycle_done_after(job, worked);
    job->time_worked += worked;
    if (!is_recorded(&job->spec) && !job->spec.is_limit_requested) {
        move_limit(l, job, worked, job->work_done - before);
    }
}
