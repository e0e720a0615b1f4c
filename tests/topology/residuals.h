#ifndef HC_TESTS_TOPOLOGY_RESIDUALS_H
#define HC_TESTS_TOPOLOGY_RESIDUALS_H

#include <stddef.h>

enum { HC_RESIDUALS_MOST = 4096 };

/** Errors of predictions: predicted / measured - 1. Starts as {0}. For tests only. */
typedef struct hc_residuals {
    size_t count;
    double values[HC_RESIDUALS_MOST];
} hc_residuals;

/** What they are like: sizes of the errors, and their mean with sign. */
typedef struct hc_residual_summary {
    size_t count;
    double mean;
    double median;
    double p90;
    double max;
    double bias;
} hc_residual_summary;

void hc_residuals_add(hc_residuals *residuals, double predicted, double measured);

/** Sums them up and prints one line. */
hc_residual_summary hc_residuals_print(const hc_residuals *residuals, const char *name);

#endif
