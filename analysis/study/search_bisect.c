#include "analysis/study/search_state.h"

#include <math.h>

/* Points before `low` fail, those from `high` on keep the limit, by what was seen and by the assumption of order. Of
 * n + 1 possible answers each trial leaves at most half, rounded up. */

static size_t middle(const hc_search *search)
{
    return search->low + (search->high - search->low) / 2;
}

static bool keeps_limit(const hc_search *search, size_t index)
{
    double mean = hc_search_interval(search, index).mean;
    return search->sense == HC_STUDY_MORE_IS_BETTER ? mean >= search->limit
                                                    : mean <= search->limit; /* false with NAN */
}

static int ask_middle(hc_search *search, hc_error *error)
{
    return search->low < search->high
               ? hc_search_ask(search, middle(search), search->repetitions, error)
               : 0;
}

static int advance(hc_search *search, hc_error *error)
{
    size_t tried = middle(search);
    if (keeps_limit(search, tried)) {
        search->high = tried;
    } else {
        search->low = tried + 1;
    }
    return ask_middle(search, error);
}

/* Whether the later of two points is worse, by more than chance. */
static bool is_worse(const hc_search *search, size_t earlier, size_t later)
{
    hc_interval difference = hc_search_difference(search, later, earlier);
    bool is_on_worse_side =
        search->sense == HC_STUDY_MORE_IS_BETTER ? difference.mean < 0 : difference.mean > 0;
    return is_on_worse_side && (difference.count < 2 || hc_interval_excludes(&difference, 0));
}

static bool find_violation(const hc_search *search, hc_search_result *result)
{
    for (size_t i = 0; i < search->candidate_count; i++) {
        for (size_t j = i + 1; search->candidates[i].asked > 0 && j < search->candidate_count;
             j++) {
            if (search->candidates[j].asked > 0 && is_worse(search, i, j)) {
                result->violation[0] = search->candidates[i].point;
                result->violation[1] = search->candidates[j].point;
                return true;
            }
        }
    }
    return false;
}

static bool is_decided(const hc_search *search, size_t index)
{
    hc_interval interval = hc_search_interval(search, index);
    return hc_interval_excludes(&interval, search->limit);
}

static void conclude(const hc_search *search, hc_search_result *result)
{
    size_t found = search->high;
    bool is_any = found < search->candidate_count;
    result->is_certain =
        (!is_any || is_decided(search, found)) && (found == 0 || is_decided(search, found - 1));
    if (is_any) {
        result->point = search->candidates[found].point;
        result->interval = hc_search_interval(search, found);
    }
    result->is_monotony_violated = find_violation(search, result);
}

static const hc_search_kind BISECTION = {.advance = advance, .conclude = conclude};

static int check(const hc_bisection *options, hc_error *error)
{
    if (options->repetitions < 1 || options->repetitions > HC_STUDY_RUN_LIMIT) {
        return hc_error_set(error, HC_ERROR_USAGE, "%u repetitions, expected 1..%d",
                            options->repetitions, HC_STUDY_RUN_LIMIT);
    }
    if (!isfinite(options->limit) || options->sense == HC_STUDY_NEUTRAL) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "bisection needs a limit, and to know whether less or more keeps it");
    }
    return hc_search_check_confidence(options->confidence, error);
}

int hc_search_bisect(hc_search **out, const hc_bisection *options, hc_error *error)
{
    hc_search *search = NULL;
    if (check(options, error) < 0 ||
        hc_search_create(&search, &BISECTION, options->points, options->point_count, error) < 0) {
        return -1;
    }
    search->confidence = options->confidence;
    search->sense = options->sense;
    search->limit = options->limit;
    search->repetitions = options->repetitions;
    search->high = options->point_count;
    if (ask_middle(search, error) < 0) {
        hc_search_destroy(search);
        return -1;
    }
    *out = search;
    return 0;
}
