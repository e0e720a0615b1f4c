#ifndef HC_ANALYSIS_STUDY_SEARCH_H
#define HC_ANALYSIS_STUDY_SEARCH_H

#include "analysis/study/interval.h"
#include "analysis/study/stop_rule.h"
#include "sim/error.h"
#include "traces/study/study_content.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Which runs to make next, when that depends on the results so far.
 *
 *  A search asks for a batch of runs; when all of them are told, in whatever order, it asks for the next, until the
 *  batch is empty. What it asks depends on the values told alone, so that a study that is resumed, or made with other
 *  ranks, asks the same. */
typedef struct hc_search hc_search;

/** One run: a point of the study, and a repetition from 0 on. */
typedef struct hc_search_request {
    uint32_t point;
    uint32_t repetition;
} hc_search_request;

/** Repeats every point until the stop rule is content: first `minimum` times, then again by half of what there is
 *  (at least once), until `maximum`. */
typedef struct hc_repeating {
    const uint32_t *points; /**< all different */
    size_t point_count;
    hc_stop_rule rule;
} hc_repeating;

/** The first point, in a given order, whose mean keeps a limit: "fewest nodes with p95 wait under 1 h".
 *  Assumes that every point behind one that keeps the limit keeps it too. At most ceil(log2(points + 1)) points are
 *  tried. Whether the means seen contradict the assumption is part of the result. */
typedef struct hc_bisection {
    const uint32_t *points; /**< in order: the cheapest first */
    size_t point_count;
    uint32_t repetitions; /**< of each point that is tried, at least 1 */
    double limit;
    hc_study_sense sense; /**< LESS: keeps it who is at or below; MORE: at or above */
    double confidence;    /**< for what the result says about certainty */
} hc_bisection;

/** The best of many points by successive halving (Karnin, Koren and Somekh 2013): all are repeated a few times, the
 *  better half goes on with twice as many repetitions, until two were compared or `maximum` is reached. */
typedef struct hc_halving {
    const uint32_t *points; /**< ties break by this order */
    size_t point_count;
    uint32_t minimum; /**< repetitions in the first round, at least 1 */
    uint32_t maximum; /**< of any point */
    hc_study_sense sense;
    double confidence;
} hc_halving;

/** Each copies its lists. @return 0 and a search that the caller destroys, or -1 with `error` set: HC_ERROR_USAGE
 *  when there is no point or a number is out of range. */
int hc_search_repeat(hc_search **out, const hc_repeating *options, hc_error *error);
int hc_search_bisect(hc_search **out, const hc_bisection *options, hc_error *error);
int hc_search_halve(hc_search **out, const hc_halving *options, hc_error *error);
void hc_search_destroy(hc_search *search); /**< accepts NULL */

/** The batch that is asked for, those already told included. Borrowed until the last of it is told.
 *  @param count  [out] 0: the search is over */
const hc_search_request *hc_search_batch(const hc_search *search, size_t *count);

/** Tells the result of a run of the batch. A run told twice keeps the first value.
 *  @param value  of the output that the search looks at; NAN: the run failed
 *  @return 0, or -1 with `error` set: HC_ERROR_INTERNAL when the run was not asked for, or memory is short. */
int hc_search_tell(hc_search *search, hc_search_request run, double value, hc_error *error);

#define HC_SEARCH_NONE UINT32_MAX

/** What was found. */
typedef struct hc_search_result {
    /** HC_SEARCH_NONE: no point keeps the limit, or no run succeeded; always so when repeating. */
    uint32_t point;
    hc_interval interval; /**< around the mean there */
    /** Bisection: the intervals of this point and of the one before it exclude the limit. Halving: the interval of the
     *  paired differences from the runner-up excludes 0, or there was one point only. */
    bool is_certain;
    uint32_t runner_up; /**< halving: the second best, HC_SEARCH_NONE when there is none */

    /** Bisection: the mean became worse from one tried point to a later one, by more than the interval of the paired
     *  differences (with one repetition: at all). Then another point may be the answer. */
    bool is_monotony_violated;
    uint32_t violation[2]; /**< the first such pair, in the order of the list */

    uint32_t point_count; /**< points tried */
    uint64_t run_count;   /**< runs told */
    uint64_t failed_count;
    uint32_t narrow_count; /**< repeating: points whose interval became narrow enough */
} hc_search_result;

/** The search must be over. */
hc_search_result hc_search_result_of(const hc_search *search);

/** Repetitions of a point that were asked for so far; 0 for one that is none of the search's. */
uint32_t hc_search_repetitions(const hc_search *search, uint32_t point);

#endif
