#ifndef HC_WORKLOADS_SYNTHETIC_SYNTHETIC_H
#define HC_WORKLOADS_SYNTHETIC_SYNTHETIC_H

#include "sim/engine/time.h"
#include "sim/error.h"
#include "sim/interfaces/job_source.h"
#include "workloads/synthetic/arrivals.h"
#include "workloads/synthetic/job_class.h"

#include <stddef.h>
#include <stdint.h>

/** Jobs made from distributions instead of a log.
 *
 *  A workload is a mixture of classes and an arrival process. Jobs are made one by one when asked for; the
 *  n-th job's class, size, run time, limit, outcome and user depend on (seed, n) alone, its submission also
 *  on the arrival process. The same options give the same jobs on every machine. */

enum { HC_USER_LIMIT = 1000000 };

/** A workload as described; what it points to is borrowed. Zero means "not given". */
typedef struct hc_synthetic_options {
    uint64_t seed;
    uint64_t job_count;      /**< the workload ends with this many jobs, at most 2^32 - 2 */
    hc_time duration;        /**< it ends before a job that would be submitted at or after this */
    double load;             /**< mean GPU time asked for per time, over `capacity_gpus` */
    double mean_gap_seconds; /**< between submissions; not with `load` */
    uint64_t capacity_gpus;  /**< of the cluster, for `load` */
    uint32_t max_gpus;       /**< larger jobs ask for this many */
    hc_arrival_pattern arrivals;
    size_t class_count;
    const hc_job_class_options *classes;
    uint32_t
        user_count; /**< the k-th user submits with weight k^-user_exponent; 0: unknown users */
    uint32_t group_count; /**< user k is in group k modulo this; at most user_count */
    double user_exponent;
    struct hc_synthetic_storage *storage; /**< owned by hc_synthetic_options_read, else NULL */
} hc_synthetic_options;

/** What follows from options, exactly. */
typedef struct hc_synthetic_facts {
    double mean_gap_seconds;
    double mean_gpu_seconds; /**< GPUs x run time of a job */
    double load;             /**< 0 when the capacity is not known */
    bool is_fitted;          /**< exactly job_count jobs fall into the duration */
} hc_synthetic_facts;

/** How many jobs per time: from `load` if given, else from `mean_gap_seconds`, else `job_count` jobs are
 *  fitted into `duration` exactly. With a rate given, the workload ends at `job_count` or `duration`,
 *  whichever comes first; one of them must be given.
 *  @return 0 and the facts, or -1 with all defects of the options in `error`. */
int hc_synthetic_check(const hc_synthetic_options *options, hc_synthetic_facts *out,
                       hc_error *error);

/** Creates a source of jobs (sim/interfaces/job_source.h) that the caller destroys; it keeps nothing of
 *  `options`. Jobs have no names, no recorded start or end, and go to partition 0. The last
 *  submission it tells is the expected one. Memory: O(classes + users); O(1) per job, 0.1 to 0.3 us.
 *  @return 0, or -1 with `error` set. */
int hc_synthetic_create(hc_job_source *out, const hc_synthetic_options *options, hc_error *error);

#endif
