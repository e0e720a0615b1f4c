#include "analysis/run_outputs.h"

#include <math.h>
#include <string.h>

/* A function for each number, so that the table below is plain data. */
#define OUTPUT(function, expression)            \
    static double function(const hc_metrics *m) \
    {                                           \
        return (expression);                    \
    }

#define OF_SAMPLE(summary, number) (m->summary.count > 0 ? m->summary.number : NAN)
#define BUCKET(bucket) hc_gpu_hours(m->ledger[bucket])

OUTPUT(wait_mean, OF_SAMPLE(wait, mean))
OUTPUT(wait_median, OF_SAMPLE(wait, median))
OUTPUT(wait_p95, OF_SAMPLE(wait, p95))
OUTPUT(wait_max, OF_SAMPLE(wait, maximum))
OUTPUT(slowdown_mean, OF_SAMPLE(slowdown, mean))
OUTPUT(slowdown_median, OF_SAMPLE(slowdown, median))
OUTPUT(slowdown_p95, OF_SAMPLE(slowdown, p95))
OUTPUT(slowdown_max, OF_SAMPLE(slowdown, maximum))
OUTPUT(utilization, m->utilization)
OUTPUT(queue_mean, m->queue_mean)
OUTPUT(makespan, (double)hc_metrics_makespan(m) / (double)HC_SECOND)
OUTPUT(jobs_completed, (double)m->state_counts[HC_JOB_COMPLETED])
OUTPUT(jobs_timeout, (double)m->state_counts[HC_JOB_TIMEOUT])
OUTPUT(jobs_rejected, (double)m->state_counts[HC_JOB_REJECTED])
OUTPUT(jobs_unfinished, (double)(m->state_counts[HC_JOB_RUNNING] + m->state_counts[HC_JOB_PENDING]))
OUTPUT(preemptions, (double)m->preemption_count)
OUTPUT(gpu_count, (double)m->gpu_count)
OUTPUT(gpu_hours_capacity, hc_gpu_hours(m->capacity))
OUTPUT(gpu_hours_busy, BUCKET(HC_BUCKET_BUSY))
OUTPUT(gpu_hours_jobs_wait, BUCKET(HC_BUCKET_IDLE_BLOCKED))
OUTPUT(gpu_hours_nothing_waits, BUCKET(HC_BUCKET_IDLE_EMPTY))
OUTPUT(gpu_hours_offline, BUCKET(HC_BUCKET_OFFLINE))
OUTPUT(gpu_hours_rejected, hc_gpu_hours(m->rejected))

const hc_run_output hc_run_outputs[] = {
    {"wait_mean", "s", HC_STUDY_LESS_IS_BETTER, "Mean wait of measured jobs", wait_mean},
    {"wait_median", "s", HC_STUDY_LESS_IS_BETTER, "Median wait", wait_median},
    {"wait_p95", "s", HC_STUDY_LESS_IS_BETTER, "95th percentile of the waits", wait_p95},
    {"wait_max", "s", HC_STUDY_LESS_IS_BETTER, "Longest wait", wait_max},
    {"slowdown_mean", "1", HC_STUDY_LESS_IS_BETTER, "Mean bounded slowdown (10 s)", slowdown_mean},
    {"slowdown_median", "1", HC_STUDY_LESS_IS_BETTER, "Median bounded slowdown", slowdown_median},
    {"slowdown_p95", "1", HC_STUDY_LESS_IS_BETTER, "95th percentile of the slowdowns",
     slowdown_p95},
    {"slowdown_max", "1", HC_STUDY_LESS_IS_BETTER, "Greatest bounded slowdown", slowdown_max},
    {"utilization", "share", HC_STUDY_MORE_IS_BETTER, "Share of GPU time in service that jobs held",
     utilization},
    {"queue_mean", "jobs", HC_STUDY_LESS_IS_BETTER, "Mean number of waiting jobs", queue_mean},
    {"makespan", "s", HC_STUDY_LESS_IS_BETTER, "From the begin to the end of the last job",
     makespan},
    {"jobs_completed", "jobs", HC_STUDY_MORE_IS_BETTER, "Jobs that ran to their end",
     jobs_completed},
    {"jobs_timeout", "jobs", HC_STUDY_LESS_IS_BETTER, "Jobs that were killed at their limit",
     jobs_timeout},
    {"jobs_rejected", "jobs", HC_STUDY_LESS_IS_BETTER, "Jobs that could never run here",
     jobs_rejected},
    {"jobs_unfinished", "jobs", HC_STUDY_LESS_IS_BETTER, "Jobs that ran or waited at the end",
     jobs_unfinished},
    {"preemptions", "1", HC_STUDY_LESS_IS_BETTER, "How often a job gave way", preemptions},
    {"gpu_count", "GPUs", HC_STUDY_LESS_IS_BETTER, "Size of the machine", gpu_count},
    {"gpu_hours_capacity", "GPU h", HC_STUDY_NEUTRAL, "GPU time of the whole machine",
     gpu_hours_capacity},
    {"gpu_hours_busy", "GPU h", HC_STUDY_NEUTRAL, "GPU time in which jobs worked", gpu_hours_busy},
    {"gpu_hours_jobs_wait", "GPU h", HC_STUDY_LESS_IS_BETTER,
     "Idle GPU time while jobs waited (nothing fitted)", gpu_hours_jobs_wait},
    {"gpu_hours_nothing_waits", "GPU h", HC_STUDY_NEUTRAL, "Idle GPU time while no job waited",
     gpu_hours_nothing_waits},
    {"gpu_hours_offline", "GPU h", HC_STUDY_NEUTRAL, "GPU time out of service", gpu_hours_offline},
    {"gpu_hours_rejected", "GPU h", HC_STUDY_LESS_IS_BETTER,
     "GPU time that rejected jobs asked for", gpu_hours_rejected},
};
const size_t hc_run_output_count = sizeof hc_run_outputs / sizeof hc_run_outputs[0];

size_t hc_run_output_find(const char *name)
{
    size_t i = 0;
    while (i < hc_run_output_count && strcmp(hc_run_outputs[i].name, name) != 0) {
        i++;
    }
    return i;
}
