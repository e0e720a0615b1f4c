#ifndef HC_WORKLOADS_SYNTHETIC_ARRIVALS_H
#define HC_WORKLOADS_SYNTHETIC_ARRIVALS_H

#include "sim/engine/time.h"
#include "sim/error.h"

#include <stdbool.h>
#include <stdint.h>

/** When jobs are submitted.
 *
 *  A process has a rate that changes by steps: with the hours of the week, with bursts, or not at all. Its
 *  long-run mean is the rate asked for, whatever the pattern. Job 0 is submitted at time 0, a Monday, 0 h UTC;
 *  job n > 0 when the expected number of submissions since job n-1 reaches a draw that depends on (seed, n)
 *  alone: 1 for deterministic arrivals, exponential with mean 1 for the others, which is exact for a Poisson
 *  process of any rate. The bursts are a path of their own, whatever the jobs do. */

typedef enum hc_arrival_process {
    HC_ARRIVALS_POISSON = 0,
    HC_ARRIVALS_DETERMINISTIC,
    HC_ARRIVALS_PERIODIC, /**< Poisson, the rate follows the hours of the week */
    HC_ARRIVALS_BURSTY, /**< periodic if weights are given, and switching between burst and calm */
} hc_arrival_process;

/** Names in the order of the enum, joined by '|'. */
#define HC_ARRIVAL_PROCESS_NAMES "poisson|deterministic|periodic|bursty"

enum { HC_HOURS_OF_DAY = 24, HC_DAYS_OF_WEEK = 7, HC_HOURS_OF_WEEK = 168 };

/** How submissions are spread over time. What a process does not use, it ignores. */
typedef struct hc_arrival_pattern {
    hc_arrival_process process;
    double hour_weights[HC_HOURS_OF_DAY];    /**< relative rates from 0 h; all 0: alike */
    double weekday_weights[HC_DAYS_OF_WEEK]; /**< the same, Monday first */
    double burst_ratio; /**< bursty: rate in a burst / rate in the calm, >= 1 */
    hc_time burst_mean; /**< mean length of a burst, which is exponential */
    hc_time calm_mean;  /**< likewise between bursts */
    hc_time zone;       /**< local time - UTC, within a week: the hours and weekdays are local */
} hc_arrival_pattern;

/** Says what is wrong with a pattern, one message per defect ("burst_ratio: expected at least 1, found 0.5").
 *  @return 0, or -1 with `error` set. */
int hc_arrival_pattern_check(const hc_arrival_pattern *pattern, hc_error *error);

/** A process, ready to run. A plain value; read-only after hc_arrivals_freeze. */
typedef struct hc_arrivals {
    uint64_t seed;
    double jobs_per_ns;            /**< long-run mean */
    double week[HC_HOURS_OF_WEEK]; /**< rate of an hour / mean rate */
    hc_time zone;                  /**< added to a time to get its hour of the week, >= 0 */
    double burst_factor;           /**< rate in a burst / mean rate; likewise calm_factor */
    double calm_factor;
    double burst_mean_ns;
    double calm_mean_ns;
    bool is_deterministic;
    bool has_week;
    bool has_bursts;
} hc_arrivals;

/** Where a process stands. A plain value: copy it to save it. */
typedef struct hc_arrival_state {
    uint64_t next_job;
    hc_time now;            /**< submission of the job before */
    hc_time switch_time;    /**< when the burst or calm ends */
    uint64_t switch_number; /**< bursts and calms before this one */
    bool is_burst;
    hc_time end; /**< no submission at or after it */
    bool is_fitted;
    uint64_t jobs_left; /**< when fitted: jobs still to come */
    double mass_left;   /**< when fitted: submissions to be expected from `now` to `end` */
} hc_arrival_state;

/** Prepares a process. @param pattern  without defects  @param mean_gap_seconds  > 0, long-run mean */
void hc_arrivals_freeze(hc_arrivals *arrivals, const hc_arrival_pattern *pattern, uint64_t seed,
                        double mean_gap_seconds);

/** A process at its beginning. */
hc_arrival_state hc_arrivals_begin(const hc_arrivals *arrivals);

/** Makes a process at its beginning submit exactly `count` jobs before `end`: their times are those of the
 *  process given that this many come. @param count  >= 1  Cost: O(steps of the rate before `end`). */
void hc_arrivals_fit(const hc_arrivals *arrivals, hc_arrival_state *state, uint64_t count,
                     hc_time end);

/** The next submission, never before the one before. @return HC_TIME_NEVER when there is none: a fitted
 *  process has made all of its own, another one has reached HC_TIME_LIMIT.
 *  Cost: O(1 + steps of the rate between the two). */
hc_time hc_arrivals_next(const hc_arrivals *arrivals, hc_arrival_state *state);

#endif
