#ifndef HC_ANALYSIS_STUDY_STOP_RULE_H
#define HC_ANALYSIS_STUDY_STOP_RULE_H

#include <stddef.h>
#include <stdint.h>

/** When a point has been repeated often enough: as soon as Student's interval around the mean is narrow enough, as
 *  Chow and Robbins (1965) do for a fixed width.
 *
 *  The look at the data before each stop has a price: a point whose first values happen to agree stops too early, so
 *  that the interval covers the true mean a little less often than it says. The fewer repetitions a point must have,
 *  the more so; docs/study-file.md has figures. */
typedef struct hc_stop_rule {
    double confidence;
    /** Either condition is enough; 0: no such condition. */
    double half_width;          /**< in the unit of the output */
    double relative_half_width; /**< of the absolute mean: 0.05 */
    uint32_t minimum;           /**< repetitions of any point, at least 2 */
    uint32_t maximum;           /**< at least minimum */
} hc_stop_rule;

typedef enum hc_stop {
    HC_STOP_NOT_YET = 0,
    HC_STOP_NARROW,    /**< the interval is as narrow as it must be */
    HC_STOP_AT_MAXIMUM /**< it is not, but this is enough */
} hc_stop;

/** What to do with a point. Pure: the same values in the same order, the same answer.
 *  @param values  of its repetitions so far, NAN of those that failed (they count as repetitions) */
hc_stop hc_stop_rule_judge(const hc_stop_rule *rule, const double *values, size_t count);

#endif
