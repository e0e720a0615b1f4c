#include "analysis/study/search_state.h"

#include <math.h>
#include <stdlib.h>

/* Karnin, Koren, Somekh, "Almost optimal exploration in multi-armed bandits", ICML 2013, with common random numbers:
 * all points of a round have the same repetitions, so that what the seeds share drops out of the comparison. */

/* A candidate in the order of its mean. */
typedef struct standing {
    double bad; /* less is better; infinite when no run succeeded */
    uint32_t candidate;
} standing;

static int compare_standings(const void *a, const void *b)
{
    const standing *x = a;
    const standing *y = b;
    if (x->bad != y->bad) {
        return x->bad < y->bad ? -1 : 1;
    }
    return (x->candidate > y->candidate) - (x->candidate < y->candidate);
}

static double badness(const hc_search *search, uint32_t candidate)
{
    double mean = hc_search_interval(search, candidate).mean;
    if (isnan(mean)) {
        return INFINITY;
    }
    return search->sense == HC_STUDY_MORE_IS_BETTER ? -mean : mean;
}

static int rank_all(hc_search *search, hc_error *error)
{
    standing *standings = calloc(search->ranked_count, sizeof *standings);
    if (standings == NULL) {
        return hc_error_memory(error);
    }
    for (size_t i = 0; i < search->ranked_count; i++) {
        uint32_t candidate = search->ranking[i];
        standings[i] = (standing){.bad = badness(search, candidate), .candidate = candidate};
    }
    qsort(standings, search->ranked_count, sizeof *standings, compare_standings);
    for (size_t i = 0; i < search->ranked_count; i++) {
        search->ranking[i] = standings[i].candidate;
    }
    free(standings);
    return 0;
}

static int ask_round(hc_search *search, hc_error *error)
{
    for (size_t i = 0; i < search->ranked_count; i++) {
        if (hc_search_ask(search, search->ranking[i], search->repetitions, error) < 0) {
            return -1;
        }
    }
    return 0;
}

/* The last round's ranking stays whole: its second is the runner-up. */
static int advance(hc_search *search, hc_error *error)
{
    if (rank_all(search, error) < 0) {
        return -1;
    }
    if (search->ranked_count <= 2 || search->repetitions == search->maximum) {
        return 0;
    }
    search->ranked_count = (search->ranked_count + 1) / 2;
    search->repetitions =
        search->repetitions > search->maximum / 2 ? search->maximum : 2 * search->repetitions;
    return ask_round(search, error);
}

static void conclude(const hc_search *search, hc_search_result *result)
{
    size_t best = search->ranking[0];
    hc_interval interval = hc_search_interval(search, best);
    hc_interval difference = {0};
    if (interval.count == 0) {
        return;
    }
    result->point = search->candidates[best].point;
    result->interval = interval;
    if (search->ranked_count < 2) {
        result->is_certain = true;
        return;
    }
    result->runner_up = search->candidates[search->ranking[1]].point;
    difference = hc_search_difference(search, best, search->ranking[1]);
    result->is_certain = hc_interval_excludes(&difference, 0);
}

static const hc_search_kind HALVING = {.advance = advance, .conclude = conclude};

static int check(const hc_halving *options, hc_error *error)
{
    if (options->minimum < 1 || options->maximum < options->minimum ||
        options->maximum > HC_STUDY_RUN_LIMIT) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "repetitions from %u to %u, expected from 1 or more to at most %d",
                            options->minimum, options->maximum, HC_STUDY_RUN_LIMIT);
    }
    if (options->sense == HC_STUDY_NEUTRAL) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "halving needs to know whether less or more of the output is better");
    }
    return hc_search_check_confidence(options->confidence, error);
}

int hc_search_halve(hc_search **out, const hc_halving *options, hc_error *error)
{
    hc_search *search = NULL;
    if (check(options, error) < 0 ||
        hc_search_create(&search, &HALVING, options->points, options->point_count, error) < 0) {
        return -1;
    }
    search->confidence = options->confidence;
    search->sense = options->sense;
    search->repetitions = options->minimum;
    search->maximum = options->maximum;
    if (ask_round(search, error) < 0) {
        hc_search_destroy(search);
        return -1;
    }
    *out = search;
    return 0;
}
