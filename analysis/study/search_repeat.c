#include "analysis/study/search_state.h"

#include <math.h>

static hc_stop judge(const hc_search *search, size_t index)
{
    const hc_candidate *candidate = &search->candidates[index];
    return hc_stop_rule_judge(&search->rule, candidate->values, candidate->asked);
}

/* Half as much again: few looks at the data, and at most half as many runs too many. */
static uint32_t next_count(const hc_stop_rule *rule, uint32_t count)
{
    uint32_t more = count / 2 < 1 ? 1 : count / 2;
    if (count < rule->minimum) {
        return rule->minimum;
    }
    return more > rule->maximum - count ? rule->maximum : count + more;
}

static int advance(hc_search *search, hc_error *error)
{
    for (size_t i = 0; i < search->candidate_count; i++) {
        uint32_t count = search->candidates[i].asked;
        if (judge(search, i) == HC_STOP_NOT_YET &&
            hc_search_ask(search, i, next_count(&search->rule, count), error) < 0) {
            return -1;
        }
    }
    return 0;
}

static void conclude(const hc_search *search, hc_search_result *result)
{
    for (size_t i = 0; i < search->candidate_count; i++) {
        result->narrow_count += judge(search, i) == HC_STOP_NARROW ? 1 : 0;
    }
}

static const hc_search_kind REPEATING = {.advance = advance, .conclude = conclude};

static int check(const hc_stop_rule *rule, hc_error *error)
{
    if (rule->minimum < 2 || rule->maximum < rule->minimum || rule->maximum > HC_STUDY_RUN_LIMIT) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "repetitions from %u to %u, expected from 2 or more to at most %d",
                            rule->minimum, rule->maximum, HC_STUDY_RUN_LIMIT);
    }
    return hc_search_check_confidence(rule->confidence, error);
}

int hc_search_repeat(hc_search **out, const hc_repeating *options, hc_error *error)
{
    hc_search *search = NULL;
    if (check(&options->rule, error) < 0 ||
        hc_search_create(&search, &REPEATING, options->points, options->point_count, error) < 0) {
        return -1;
    }
    search->rule = options->rule;
    search->confidence = options->rule.confidence;
    if (advance(search, error) < 0) {
        hc_search_destroy(search);
        return -1;
    }
    *out = search;
    return 0;
}
