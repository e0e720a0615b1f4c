#ifndef HC_ANALYSIS_STUDY_INTERVAL_H
#define HC_ANALYSIS_STUDY_INTERVAL_H

#include <stdbool.h>
#include <stddef.h>

/** Student's interval around the mean of independent repetitions. */
typedef struct hc_interval {
    size_t count;      /**< values behind it; those that are not finite are left out */
    double mean;       /**< NAN of none */
    double half_width; /**< NAN with fewer than two values */
} hc_interval;

/** The confidence that intervals have unless another is asked for. */
#define HC_INTERVAL_CONFIDENCE 0.9

/** @param confidence  0 < confidence < 1. O(count). */
hc_interval hc_interval_of(const double *values, size_t count, double confidence);

/** The interval of a[i] - b[i], where both are finite. */
hc_interval hc_interval_of_pairs(const double *a, const double *b, size_t count, double confidence);

/** Whether a value lies outside the interval, so that the mean is told apart from it. Never with fewer than two
 *  values. */
bool hc_interval_excludes(const hc_interval *interval, double value);

#endif
