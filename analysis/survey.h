#ifndef HC_ANALYSIS_SURVEY_H
#define HC_ANALYSIS_SURVEY_H

#include "analysis/run_clock.h"
#include "sim/cluster/calendar.h"
#include "sim/cluster/machine.h"
#include "sim/engine/time.h"
#include "sim/error.h"
#include "sim/int128.h"
#include "sim/interfaces/job_source.h"
#include "sim/interfaces/placement.h"
#include "sim/interfaces/sink.h"

#include <stddef.h>
#include <stdint.h>

/** What a workload asks of a machine, before anything is simulated: offered load against capacity per GPU kind and
 *  week, jobs that can never fit, and whether the log seems to begin after its jobs did. */

/** Seven days; they begin on Monday where dates are known, else with the first submission. */
typedef struct hc_survey_week {
    hc_time begin;
    uint64_t job_count;
    hc_int128 demand; /**< GPUs x run time of the jobs submitted in it, thousandths x ns */
} hc_survey_week;

/** Jobs that accept the same kinds of GPU. */
typedef struct hc_survey_demand {
    uint64_t kinds;     /**< as in hc_request; all ones: any */
    uint64_t gpu_count; /**< GPUs of these kinds */
    uint64_t *
        gpu_counts; /**< of them in service: before the first step of the calendar, and from each on */
    uint64_t job_count;
    hc_int128 demand;
    hc_int128 *weeks; /**< demand by week */
} hc_survey_demand;

enum { HC_SURVEY_MAX_DEMANDS = 64 };

typedef struct hc_survey {
    uint64_t job_count;
    uint64_t requested_count; /**< jobs that asked for a time limit */
    hc_time first_submit;     /**< HC_TIME_MISSING when there is no job */
    hc_time last_submit;
    uint64_t gpu_count;   /**< on all nodes */
    hc_calendar calendar; /**< its steps are borrowed */
    uint64_t *gpu_counts; /**< in service, as above */
    hc_int128 demand;
    uint64_t rejection_counts[HC_REJECTION_COUNT];
    hc_survey_week *weeks;
    size_t week_count;
    hc_survey_demand *demands; /**< by order of first mention; when there are too many, the last one
                                    holds all that found no place, and accepts any kind */
    size_t demand_count;
    size_t
        censored_week_count; /**< leading weeks that hold far fewer jobs than usual, and those behind
                                     them in which the log fills up; 0: none */
    uint64_t censored_job_count;
} hc_survey;

/** Takes all jobs out of a source.
 *  @param calendar  capacity over time, borrowed for as long as the survey lives; NULL: always all
 *  @param clock     of the source's times
 *  @return 0 and a survey to be freed with hc_survey_free, or -1 with `error` set. O(jobs). */
int hc_survey_make(hc_survey *out, const hc_job_source *source, const hc_machine *machine,
                   const hc_calendar *calendar, const hc_placement *placement, hc_run_clock clock,
                   hc_error *error);
void hc_survey_free(hc_survey *survey);

/** Demand / capacity in service over the span of submissions; NAN when there is neither. */
double hc_survey_load(const hc_survey *survey);

/** The same in one week, clipped to the span of submissions, but at least a day. */
double hc_survey_week_load(const hc_survey *survey, size_t week);

/** The same for jobs that accept the same kinds: over all, and in their worst week. */
double hc_survey_demand_load(const hc_survey *survey, const hc_survey_demand *demand);
double hc_survey_demand_peak(const hc_survey *survey, const hc_survey_demand *demand, size_t *week);

#endif
