#ifndef HC_ANALYSIS_STUDY_SEARCH_STATE_H
#define HC_ANALYSIS_STUDY_SEARCH_STATE_H

#include "analysis/study/search.h"

/** What the kinds of search share: candidates with their values, and the batch. Only analysis/study/search*.c
 *  include it. */

typedef struct hc_candidate {
    uint32_t point;
    uint32_t asked; /**< repetitions */
    double *values; /**< asked; NAN until told */
    bool *is_told;
} hc_candidate;

/** Where a point stands among the candidates. */
typedef struct hc_candidate_place {
    uint32_t point;
    uint32_t candidate;
} hc_candidate_place;

/** A kind of search. */
typedef struct hc_search_kind {
    /** All that was asked has been told: asks for more, or for nothing. @return 0 or -1 with `error` set. */
    int (*advance)(hc_search *search, hc_error *error);
    void (*conclude)(const hc_search *search, hc_search_result *result);
} hc_search_kind;

struct hc_search {
    const hc_search_kind *kind;
    hc_candidate *candidates; /**< in the order of the list */
    size_t candidate_count;
    hc_candidate_place *places; /**< by point */
    hc_search_request *batch;
    size_t batch_count;
    size_t batch_room;
    size_t pending; /**< of the batch, not told */
    double confidence;
    hc_study_sense sense;

    hc_stop_rule rule; /**< repeating */

    double limit;         /**< bisection */
    uint32_t repetitions; /**< bisection: of each point; halving: of this round */
    size_t low;           /**< bisection: candidates before it fail */
    size_t high;          /**< and those from here on keep the limit */

    uint32_t maximum; /**< halving */
    uint32_t *
        ranking; /**< halving: candidates by the last round, the best first, `ranked_count` of them */
    size_t ranked_count;
};

/** A search of a kind over points, which have nothing told yet; the first batch is to be asked for.
 *  @return 0, or -1 with `error` set (HC_ERROR_USAGE without points, or memory) */
int hc_search_create(hc_search **out, const hc_search_kind *kind, const uint32_t *points,
                     size_t point_count, hc_error *error);

/** @return 0, or -1 with `error` set (HC_ERROR_USAGE) when it is not between 0 and 1. */
int hc_search_check_confidence(double confidence, hc_error *error);

/** Asks for repetitions of a candidate up to this number; no more when there are as many. */
int hc_search_ask(hc_search *search, size_t candidate, uint32_t repetitions, hc_error *error);

/** Around the mean of what was told of a candidate. */
hc_interval hc_search_interval(const hc_search *search, size_t candidate);

/** Of the differences a - b over the repetitions that both have. */
hc_interval hc_search_difference(const hc_search *search, size_t a, size_t b);

#endif
