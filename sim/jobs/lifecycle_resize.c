#include "sim/jobs/lifecycle_state.h"

/* Another number of GPUs for a waiting job, which is malleable then (D. Feitelson, L. Rudolph, Toward convergence in job
 * schedulers for parallel supercomputers, 1996). Unless its workload tells how it scales, what is left is taken to scale
 * perfectly. */

/* `left` x before / after, rounded up; as long as can be where that is too long. */
static hc_time scale(hc_time left, uint32_t before, uint32_t after)
{
    hc_int128 scaled = ((hc_int128)left * before + after - 1) / after;
    return scaled > HC_TIME_LIMIT ? HC_TIME_LIMIT : (hc_time)scaled;
}

/* A total of time of which `done` has passed. */
static hc_time scale_rest(hc_time total, hc_time done, uint32_t before, uint32_t after)
{
    return total <= done ? total : done + scale(total - done, before, after);
}

static uint64_t share(uint64_t amount, uint32_t before, uint32_t after)
{
    return (uint64_t)(((hc_int128)amount * after + before - 1) / before);
}

static hc_request resized(const hc_request *request, uint32_t gpu_count)
{
    hc_request after = *request;
    after.cpu_milli = share(request->cpu_milli, request->gpu_count, gpu_count);
    after.memory_bytes = share(request->memory_bytes, request->gpu_count, gpu_count);
    after.gpu_count = gpu_count;
    return after;
}

/* Work and limit of a job as recorded. Rounding must not make an end of its own of one at the limit. */
static void scale_as_recorded(hc_job *job, uint32_t before, uint32_t after)
{
    hc_job_spec *spec = &job->spec;
    bool is_killed = job->work < spec->run_time;
    job->work = scale_rest(job->work, job->work_done, before, after);
    spec->run_time = scale_rest(spec->run_time, job->work_done, before, after);
    spec->run_time += is_killed && spec->run_time == job->work ? 1 : 0;
    spec->time_limit = scale_rest(spec->time_limit, job->work_done, before, after);
}

/* A total of time of which `done` has passed, for as much work at another pace. */
static hc_time repace_rest(hc_time total, hc_time done, const hc_pace *before, const hc_pace *after)
{
    return total <= done || total == HC_TIME_NEVER
               ? total
               : done + hc_pace_time(after, hc_pace_work(before, total - done));
}

/* The work of a job that names a workload stays; its limits go with the time that it would take where packed. */
static void change_pace(hc_job *job, const hc_pace *before, const hc_pace *after)
{
    job->spec.time_limit = repace_rest(job->spec.time_limit, job->time_worked, before, after);
    job->time_allowed = repace_rest(job->time_allowed, job->time_worked, before, after);
    job->pace = *after;
}

hc_rejection hc_lifecycle_resize(hc_lifecycle *l, uint32_t slot, uint32_t gpu_count, hc_error *why)
{
    hc_job *job = hc_lifecycle_job_at(l, slot);
    hc_job_spec spec = job->spec;
    hc_rejection rejection = HC_REJECTION_NONE;
    hc_pace before;
    hc_pace after;
    assert(job->state == HC_JOB_PENDING && spec.request.gpu_milli == HC_WHOLE_GPU &&
           spec.request.gpu_count > 0 && gpu_count > 0);
    spec.request = resized(&spec.request, gpu_count);
    rejection = hc_admission_judge(l->admission, &spec);
    if (rejection != HC_REJECTION_NONE) {
        return rejection;
    }
    if (!hc_lifecycle_expect_pace(l, &job->spec, &before, NULL) ||
        !hc_lifecycle_expect_pace(l, &spec, &after, why)) {
        return HC_REJECTION_PLAN;
    }
    hc_lifecycle_stop_waiting(l, job);
    if (spec.workload == HC_WORK_AS_RECORDED) {
        scale_as_recorded(job, job->spec.request.gpu_count, gpu_count);
    } else {
        change_pace(job, &before, &after);
    }
    job->spec.request = spec.request;
    hc_lifecycle_start_waiting(l, job);
    return HC_REJECTION_NONE;
}
