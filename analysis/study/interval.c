#include "analysis/study/interval.h"

#include <assert.h>
#include <gsl/gsl_cdf.h>
#include <math.h>

/* The mean, then the sum of squares around it: two passes, so that a large mean costs no digits. */
typedef struct moments {
    size_t count;
    double mean;
    double squares;
} moments;

static void add(moments *m, double value)
{
    if (isfinite(value)) {
        m->count++;
        m->mean += value;
    }
}

static void add_square(moments *m, double value)
{
    if (isfinite(value)) {
        m->squares += (value - m->mean) * (value - m->mean);
    }
}

/* Student 1908: the mean +- t(n - 1) s / sqrt(n). */
static hc_interval interval_of(const moments *m, double confidence)
{
    hc_interval interval = {.count = m->count, .mean = m->count == 0 ? NAN : m->mean};
    double n = (double)m->count;
    assert(confidence > 0 && confidence < 1);
    interval.half_width = m->count < 2 ? NAN
                                       : gsl_cdf_tdist_Qinv((1 - confidence) / 2, n - 1) *
                                             sqrt(m->squares / (n - 1) / n);
    return interval;
}

hc_interval hc_interval_of(const double *values, size_t count, double confidence)
{
    moments m = {0};
    for (size_t i = 0; i < count; i++) {
        add(&m, values[i]);
    }
    m.mean = m.count == 0 ? 0 : m.mean / (double)m.count;
    for (size_t i = 0; i < count; i++) {
        add_square(&m, values[i]);
    }
    return interval_of(&m, confidence);
}

hc_interval hc_interval_of_pairs(const double *a, const double *b, size_t count, double confidence)
{
    moments m = {0};
    for (size_t i = 0; i < count; i++) {
        add(&m, a[i] - b[i]);
    }
    m.mean = m.count == 0 ? 0 : m.mean / (double)m.count;
    for (size_t i = 0; i < count; i++) {
        add_square(&m, a[i] - b[i]);
    }
    return interval_of(&m, confidence);
}

bool hc_interval_excludes(const hc_interval *interval, double value)
{
    return fabs(interval->mean - value) > interval->half_width; /* false with NAN */
}
