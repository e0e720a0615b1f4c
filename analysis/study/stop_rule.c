#include "analysis/study/stop_rule.h"

#include "analysis/study/interval.h"

#include <math.h>
#include <stdbool.h>

/* Chow and Robbins, "On the asymptotic theory of fixed-width sequential confidence intervals", Annals of Mathematical
 * Statistics 36 (1965): the first n at which the interval of the n values so far is narrow enough. Their term 1 / n,
 * which keeps a sample without any spread from stopping, depends on the unit of the values; the least number of
 * repetitions stands in its place. */
static bool is_narrow(const hc_stop_rule *rule, const hc_interval *interval)
{
    return interval->count >= rule->minimum &&
           ((rule->half_width > 0 && interval->half_width <= rule->half_width) ||
            (rule->relative_half_width > 0 &&
             interval->half_width <= rule->relative_half_width * fabs(interval->mean)));
}

hc_stop hc_stop_rule_judge(const hc_stop_rule *rule, const double *values, size_t count)
{
    hc_interval interval = hc_interval_of(values, count, rule->confidence);
    if (is_narrow(rule, &interval)) {
        return HC_STOP_NARROW;
    }
    return count >= rule->maximum ? HC_STOP_AT_MAXIMUM : HC_STOP_NOT_YET;
}
