#ifndef HC_ANALYSIS_METRICS_H
#define HC_ANALYSIS_METRICS_H

#include "analysis/run_clock.h"
#include "analysis/sites.h"
#include "analysis/summary.h"
#include "sim/engine/time.h"
#include "sim/error.h"
#include "sim/int128.h"
#include "sim/interfaces/sink.h"
#include "traces/run/run_reader.h"

#include <stddef.h>
#include <stdint.h>

/** What a run file says in numbers. Everything comes from the file, nothing from the simulator's memory.
 *
 *  A job counts ("is measured") when it was submitted after the warm-up. Waits and slowdowns are over measured jobs
 *  that started; bounded slowdown is max(1, (wait + run) / max(run, 10 s)) (Feitelson 2001), both in seconds.
 *  A double is NAN where there is nothing to compute it from. */

/** One bucket of simulated time: an hour, a day or a week. */
typedef struct hc_period {
    hc_time begin;
    double utilization;  /**< mean over the samples; NAN when there is none */
    double queue_length; /**< likewise */
    double
        wait_simulated_seconds; /**< mean over measured jobs submitted in it; NAN when none started */
    double wait_recorded_seconds; /**< mean over those of them whose start was recorded */
} hc_period;

enum { HC_METRICS_MAX_PERIODS = 4096 };

typedef struct hc_metrics {
    hc_run_clock clock; /**< what all times here mean */
    uint64_t job_count;
    uint64_t state_counts[HC_JOB_STATE_COUNT];
    uint64_t rejection_counts[HC_REJECTION_COUNT];
    uint64_t measured_count;  /**< measured jobs that started */
    uint64_t requested_count; /**< of all jobs: those that asked for a time limit */
    uint64_t preemption_count;
    uint64_t preempted_count; /**< jobs that gave way at least once */
    uint64_t late_count;      /**< started later than they were recorded to */
    uint64_t no_start_count;  /**< ran, and no start was recorded */
    uint64_t
        elsewhere_count;  /**< did not get the nodes they were recorded on; policy recorded only */
    hc_time first_submit; /**< HC_TIME_MISSING when there is no job */
    hc_time last_submit;
    hc_time last_end; /**< HC_TIME_MISSING when none ended */
    hc_time begin; /**< where makespan and periods begin: the first submission, or the begin of the
                           simulation when that is later (warm start); HC_TIME_MISSING without jobs */
    hc_summary wait; /**< seconds */
    hc_summary slowdown;
    double
        queue_mean; /**< jobs waiting, mean over the ledger's time, from the jobs' waits (Little's law) */

    hc_summary recorded_wait; /**< of measured jobs whose start was recorded; count 0: of none */
    hc_summary recorded_slowdown;
    double
        recorded_utilization; /**< of recorded runs in the same window; NAN when no start was recorded */

    uint64_t gpu_count;
    hc_int128 ledger[HC_BUCKET_COUNT]; /**< thousandths of a GPU x ns, all partitions */
    hc_int128 capacity;                /**< sum of the buckets */
    double utilization;                /**< held by jobs / capacity in service */
    hc_int128 rejected;                /**< GPU time that rejected jobs would have needed */

    const char *period_name; /**< "hour", "day", "week" */
    hc_time period_length;
    hc_period *periods; /**< on whole hours, days or weeks from Monday where dates are known */
    size_t period_count;

    hc_sites sites; /**< of a federation; none of another run */
} hc_metrics;

/** Computes everything in one pass over the jobs and one over the series.
 *  @return 0 and metrics to be freed with hc_metrics_free, or -1 with `error` set: the file cannot be read, or
 *  what it says cannot be true (HC_ERROR_RUNTIME). Memory: 40 bytes per measured job, and as much again while
 *  they grow in number. */
int hc_metrics_compute(hc_metrics *out, hc_run_reader *reader, hc_error *error);
void hc_metrics_free(hc_metrics *metrics);

/** Time between `begin` and the last end; 0 when nothing ended. */
hc_time hc_metrics_makespan(const hc_metrics *metrics);

/** GPU-hours of an amount in thousandths of a GPU x ns. */
double hc_gpu_hours(hc_int128 milli_ns);

#endif
