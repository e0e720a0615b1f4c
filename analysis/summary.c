#include "analysis/summary.h"

#include <gsl/gsl_statistics_double.h>

#include <stdlib.h>

int hc_values_add(hc_values *v, double value, hc_error *error)
{
    if (v->count == v->capacity) {
        size_t capacity = v->capacity == 0 ? 1024 : v->capacity * 2;
        double *grown = realloc(v->items, capacity * sizeof *grown);
        if (grown == NULL) {
            return hc_error_memory(error);
        }
        v->items = grown;
        v->capacity = capacity;
    }
    v->items[v->count++] = value;
    return 0;
}

void hc_values_free(hc_values *values)
{
    free(values->items);
    *values = (hc_values){0};
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

hc_summary hc_summary_of(hc_values *v)
{
    hc_summary s = {.count = v->count};
    if (v->count == 0) {
        return s;
    }
    s.mean = gsl_stats_mean(v->items, 1, v->count);
    qsort(v->items, v->count, sizeof *v->items, compare_doubles);
    s.median = gsl_stats_median_from_sorted_data(v->items, 1, v->count);
    s.p95 = gsl_stats_quantile_from_sorted_data(v->items, 1, v->count, 0.95);
    s.maximum = v->items[v->count - 1];
    return s;
}
