#ifndef HC_WORKLOADS_SYNTHETIC_DISTRIBUTION_H
#define HC_WORKLOADS_SYNTHETIC_DISTRIBUTION_H

#include "sim/error.h"

#include <stdbool.h>
#include <stddef.h>

/** Distributions of a quantity that is never negative: a run time, a factor. The unit is the caller's.
 *
 *  Values are drawn by inversion: one uniform gives one value, and a larger uniform never gives a smaller
 *  value, so that two workloads which differ in a parameter stay coupled draw by draw.
 *  Plain values: fill in the parameters of one kind (0 = not given), check, freeze, use. */

typedef enum hc_distribution_kind {
    HC_DISTRIBUTION_CONSTANT = 0, /**< value */
    HC_DISTRIBUTION_UNIFORM,      /**< minimum (may be 0), maximum */
    HC_DISTRIBUTION_EXPONENTIAL,  /**< mean */
    HC_DISTRIBUTION_LOGNORMAL,    /**< median and sigma (of the logarithm), or mean and cv */
    HC_DISTRIBUTION_WEIBULL,      /**< scale, shape */
    HC_DISTRIBUTION_PARETO,       /**< minimum, alpha: P(X > x) = (minimum / x)^alpha */
    HC_DISTRIBUTION_GAMMA,        /**< mean, cv */
    HC_DISTRIBUTION_QUANTILES,    /**< a table */
    HC_DISTRIBUTION_KIND_COUNT,
} hc_distribution_kind;

/** P(X <= value) = probability. */
typedef struct hc_quantile {
    double probability;
    double value;
} hc_quantile;

typedef struct hc_distribution {
    hc_distribution_kind kind;
    double value;
    double minimum;
    double maximum;
    double mean;
    double cv; /**< standard deviation / mean */
    double median;
    double sigma;
    double scale;
    double shape;
    double alpha;
    double cap; /**< exponential to gamma: the law given that the value does not exceed this */
    const hc_quantile *quantiles; /**< from probability 0 to 1, rising; borrowed */
    size_t quantile_count;
    bool
        is_linear; /**< between quantiles the value is linear in the probability, else its logarithm */
    double reach; /**< set by freezing: P(X <= cap) of the law without its cap */
} hc_distribution;

/** One of the numbers above that describe a kind, for readers of files. */
typedef struct hc_distribution_parameter {
    const char *name;
    size_t offset;    /**< in hc_distribution */
    bool is_quantity; /**< in the unit of the values; else a pure number */
} hc_distribution_parameter;

enum { HC_DISTRIBUTION_PARAMETER_COUNT = 11 };
extern const hc_distribution_parameter hc_distribution_parameters[HC_DISTRIBUTION_PARAMETER_COUNT];

/** The distribution that an array of quantiles describes. */
#define HC_QUANTILE_TABLE(array)                                 \
    {                                                            \
        .kind = HC_DISTRIBUTION_QUANTILES, .quantiles = (array), \
        .quantile_count = sizeof(array) / sizeof((array)[0])     \
    }

/** Says what is wrong with the parameters, one message per defect ("sigma: expected a number above 0, found
 *  -1"). @param place  begins every message ("run_time: "), may be empty
 *  @return 0, or -1 with `error` set. */
int hc_distribution_check(const hc_distribution *distribution, const char *place, hc_error *error);

/** Makes a checked distribution ready for drawing; freezing twice does no harm. */
void hc_distribution_freeze(hc_distribution *distribution);

/** The value below which a share `u` of all values lies. Frozen only. @param u  in (0, 1)
 *  Cost: 10 to 100 ns; gamma about 5 us. */
double hc_distribution_draw(const hc_distribution *distribution, double u);

/** The exact mean, cap included. Frozen only. */
double hc_distribution_mean(const hc_distribution *distribution);

/** Names of the kinds in the order of the enum, joined by '|'. */
#define HC_DISTRIBUTION_KIND_NAMES \
    "constant|uniform|exponential|lognormal|weibull|pareto|gamma|quantiles"

#endif
