#include "tests/topology/residuals.h"

#include "tests/testing.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

void hc_residuals_add(hc_residuals *residuals, double predicted, double measured)
{
    CU_ASSERT_FATAL(residuals->count < HC_RESIDUALS_MOST);
    residuals->values[residuals->count++] = predicted / measured - 1;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

hc_residual_summary hc_residuals_print(const hc_residuals *residuals, const char *name)
{
    double sizes[HC_RESIDUALS_MOST];
    hc_residual_summary summary = {.count = residuals->count};
    CU_ASSERT_FATAL(residuals->count > 0);
    for (size_t i = 0; i < residuals->count; i++) {
        sizes[i] = fabs(residuals->values[i]);
        summary.mean += sizes[i] / (double)residuals->count;
        summary.bias += residuals->values[i] / (double)residuals->count;
    }
    qsort(sizes, residuals->count, sizeof sizes[0], by_size);
    summary.median = sizes[(residuals->count - 1) / 2];
    summary.p90 = sizes[(size_t)((double)(residuals->count - 1) * 0.9)];
    summary.max = sizes[residuals->count - 1];
    printf("\n    %-52s n %3zu  mean %5.1f %%  median %5.1f %%  P90 %5.1f %%  max %5.1f %%  bias "
           "%+5.1f %%",
           name, summary.count, 100 * summary.mean, 100 * summary.median, 100 * summary.p90,
           100 * summary.max, 100 * summary.bias);
    return summary;
}
