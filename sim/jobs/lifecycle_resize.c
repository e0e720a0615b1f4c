#include "sim/jobs/lifecycle_state.h"

/* Another number of GPUs for a waiting job, which is malleable then (D. Feitelson, L. Rudolph, Toward convergence in job
 * schedulers for parallel supercomputers, 1996). How it scales is not known: what is left is taken to scale perfectly. */

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

/* The job as it would be. Rounding must not make an end of its own of one at the limit. */
static hc_job_spec resized(const hc_job *job, uint32_t gpu_count, hc_time *work)
{
    hc_job_spec spec = job->spec;
    uint32_t before = spec.request.gpu_count;
    bool is_killed = job->work < spec.run_time;
    *work = scale_rest(job->work, job->work_done, before, gpu_count);
    spec.run_time = scale_rest(spec.run_time, job->work_done, before, gpu_count);
    spec.run_time += is_killed && spec.run_time == *work ? 1 : 0;
    spec.time_limit = scale_rest(spec.time_limit, job->work_done, before, gpu_count);
    spec.request.cpu_milli = share(spec.request.cpu_milli, before, gpu_count);
    spec.request.memory_bytes = share(spec.request.memory_bytes, before, gpu_count);
    spec.request.gpu_count = gpu_count;
    return spec;
}

hc_rejection hc_lifecycle_resize(hc_lifecycle *l, uint32_t slot, uint32_t gpu_count)
{
    hc_job *job = hc_lifecycle_job_at(l, slot);
    hc_time work = 0;
    hc_job_spec spec = resized(job, gpu_count, &work);
    hc_rejection rejection = hc_admission_judge(l->admission, &spec);
    assert(job->state == HC_JOB_PENDING && job->spec.request.gpu_milli == HC_WHOLE_GPU &&
           job->spec.request.gpu_count > 0 && gpu_count > 0);
    if (rejection != HC_REJECTION_NONE) {
        return rejection;
    }
    hc_lifecycle_stop_waiting(l, job);
    job->spec = spec;
    job->work = work;
    hc_lifecycle_start_waiting(l, job);
    return HC_REJECTION_NONE;
}
