#ifndef HC_ANALYSIS_SUMMARY_H
#define HC_ANALYSIS_SUMMARY_H

#include "sim/error.h"

#include <stddef.h>
#include <stdint.h>

/** A sample in a few numbers. Quantiles interpolate linearly between order statistics. */
typedef struct hc_summary {
    uint64_t count;
    double mean;
    double median;
    double p95;
    double maximum;
} hc_summary;

/** Values that grow in number. All zero is none; 8 bytes each, and as much again while they grow. */
typedef struct hc_values {
    double *items;
    size_t count;
    size_t capacity;
} hc_values;

/** @return 0, or -1 with `error` set (memory). Amortised O(1). */
int hc_values_add(hc_values *values, double value, hc_error *error);
void hc_values_free(hc_values *values);

/** Sorts the values. @return all zero for none. O(n log n). */
hc_summary hc_summary_of(hc_values *values);

#endif
