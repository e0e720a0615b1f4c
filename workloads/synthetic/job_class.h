#ifndef HC_WORKLOADS_SYNTHETIC_JOB_CLASS_H
#define HC_WORKLOADS_SYNTHETIC_JOB_CLASS_H

#include "sim/engine/random.h"
#include "sim/engine/time.h"
#include "sim/error.h"
#include "sim/jobs/job.h"
#include "workloads/synthetic/distribution.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Jobs of one kind: how many GPUs they ask for, how long they run, what they ask for, how they end.
 *  What the n-th job draws depends on (seed, n) and its class alone. Run times and limits are whole
 *  microseconds, to the nearest: finer digits depend on the processor (the last bit of exp). */

typedef struct hc_gpu_weight {
    uint32_t gpu_count; /**< >= 1 */
    double weight;      /**< >= 0, relative */
} hc_gpu_weight;

/** Two members of hc_job_class_options: sizes from an array. */
#define HC_SIZE_TABLE(array) .sizes = (array), .size_count = sizeof(array) / sizeof((array)[0])

/** What a job asks for. Zero: nothing, its run time stands in. A request is rounded up to the next of some
 *  usual limits, behind the last of them to its multiples. */
typedef struct hc_estimate_model {
    bool is_requested;
    hc_distribution factor; /**< requested / run time; below 1 counts as 1 */
    const hc_time *limits;  /**< rising; borrowed */
    size_t limit_count;     /**< 0: no rounding */
} hc_estimate_model;

/** Shares of jobs; all others complete. */
typedef struct hc_outcome_shares {
    double failed;
    double cancelled;
} hc_outcome_shares;

/** How jobs end. Failed and cancelled jobs may run for a multiple of the drawn run time, or long jobs may
 *  have shares of their own; not both. */
typedef struct hc_outcome_model {
    hc_outcome_shares shares;
    double failed_factor; /**< run time is multiplied by it; 0 counts as 1 */
    double cancelled_factor;
    hc_time long_from; /**< from this run time on `long_shares` hold; 0: never */
    hc_outcome_shares long_shares;
} hc_outcome_model;

/** An hc_outcome_model with shares (failed, cancelled) below and from a run time on. */
#define HC_OUTCOMES_BY_RUN_TIME(failed, cancelled, from, long_failed, long_cancelled) \
    {                                                                                 \
        {failed, cancelled}, 0, 0, from,                                              \
        {                                                                             \
            long_failed, long_cancelled                                               \
        }                                                                             \
    }

/** A class as described; what it points to is borrowed. */
typedef struct hc_job_class_options {
    const char *name;   /**< for messages; may be NULL */
    double share;       /**< of the jobs, relative to the other classes, >= 0 */
    uint32_t gpu_count; /**< when `sizes` is empty */
    uint16_t gpu_milli; /**< thousandths of each GPU, 1 to 1000; 0 counts as 1000 */
    int32_t priority;   /**< of every job; higher goes first */
    size_t size_count;
    const hc_gpu_weight *sizes;
    hc_distribution
        run_time; /**< seconds; of a class that names a workload: where its source assumes */
    uint32_t
        workload;   /**< what every job does (hc_job_spec.workload); 0: it runs for its run time */
    uint64_t kinds; /**< of GPU that will do; 0: any */
    hc_time work;   /**< instead of `run_time`: of every job, to the nanosecond; 0: drawn */
    hc_estimate_model estimate;
    hc_outcome_model outcomes;
} hc_job_class_options;

/** Cut off above: no run time is longer (36 years), and no request longer than twice that. */
#define HC_RUN_TIME_LIMIT (HC_TIME_LIMIT / 4)

/** Says what is wrong with a class, one message per defect. @param place  begins every message
 *  ("classes[0]."), may be empty. @return 0, or -1 with `error` set. */
int hc_job_class_check(const hc_job_class_options *options, const char *place, hc_error *error);

/** A class ready for drawing; owns all it needs. */
typedef struct hc_job_class hc_job_class;

/** @param options  without defects
 *  @param max_gpus  larger jobs ask for this many; 0: they stay as they are
 *  @return a class that the caller owns, or NULL when memory is short. */
hc_job_class *hc_job_class_create(const hc_job_class_options *options, uint32_t max_gpus);
void hc_job_class_destroy(hc_job_class *job_class);

/** Draws size, run time, limit and outcome of job `index` and writes these fields of `out`, its kinds of GPU, what it does and its
 *  priority.
 *  @param size  the job's stream HC_RANDOM_SIZE, from which its class has been drawn */
void hc_job_class_draw(const hc_job_class *job_class, uint64_t seed, uint64_t index,
                       hc_random *size, hc_job_spec *out);

/** Exact mean of GPUs x run time. */
double hc_job_class_mean_gpu_seconds(const hc_job_class *job_class);

#endif
