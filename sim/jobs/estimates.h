#ifndef HC_SIM_JOBS_ESTIMATES_H
#define HC_SIM_JOBS_ESTIMATES_H

#include "sim/jobs/job.h"

#include <stdbool.h>
#include <stdint.h>

/** What a scheduler is told of a job's run time. */
typedef enum hc_estimate {
    HC_ESTIMATE_RAISED =
        0, /**< as requested, but at least what it will run; run time without a request */
    HC_ESTIMATE_REQUESTED, /**< as requested: jobs may outrun it; run time without a request */
    HC_ESTIMATE_EXACT,     /**< the run time */
    /** The mean run time of the user's jobs that have ended on the partition; as requested before the first. */
    HC_ESTIMATE_USER_MEAN,
    HC_ESTIMATE_COUNT,
} hc_estimate;

typedef struct hc_estimate_options {
    hc_estimate source;
    double factor;          /**< every estimate is multiplied by it; 0 means 1 */
    bool is_limit_enforced; /**< jobs are killed at the limit they asked for */
} hc_estimate_options;

/** Estimates of one partition; learns from jobs that end. */
typedef struct hc_estimates {
    hc_estimate_options options;
    struct hc_user_mean *users; /**< by user index */
    uint32_t user_capacity;
} hc_estimates;

void hc_estimates_open(hc_estimates *estimates, const hc_estimate_options *options);
void hc_estimates_close(hc_estimates *estimates);

/** Sets the time limit of a job that is submitted.
 *  @param work  [out] how long it will really run: its run time, or the limit at which it is killed */
void hc_estimates_apply(const hc_estimates *estimates, hc_job_spec *spec, hc_time *work);

struct hc_archive;

/** What was learned, to be saved or loaded. */
void hc_estimates_exchange(hc_estimates *estimates, struct hc_archive *archive);

/** A job of this user has ended after `run_time`. @return 0, or -1 when memory is short. */
int hc_estimates_learn(hc_estimates *estimates, uint32_t user, hc_time run_time);

#endif
