#include "workloads/synthetic/distribution.h"

#include <assert.h>
#include <gsl/gsl_cdf.h>
#include <math.h>

const hc_distribution_parameter hc_distribution_parameters[HC_DISTRIBUTION_PARAMETER_COUNT] = {
    {"value", offsetof(hc_distribution, value), true},
    {"minimum", offsetof(hc_distribution, minimum), true},
    {"maximum", offsetof(hc_distribution, maximum), true},
    {"mean", offsetof(hc_distribution, mean), true},
    {"cv", offsetof(hc_distribution, cv), false},
    {"median", offsetof(hc_distribution, median), true},
    {"sigma", offsetof(hc_distribution, sigma), false},
    {"scale", offsetof(hc_distribution, scale), true},
    {"shape", offsetof(hc_distribution, shape), false},
    {"alpha", offsetof(hc_distribution, alpha), false},
    {"cap", offsetof(hc_distribution, cap), true},
};

/* One bit per row above. */
enum {
    VALUE = 1 << 0,
    MINIMUM = 1 << 1,
    MAXIMUM = 1 << 2,
    MEAN = 1 << 3,
    CV = 1 << 4,
    MEDIAN = 1 << 5,
    SIGMA = 1 << 6,
    SCALE = 1 << 7,
    SHAPE = 1 << 8,
    ALPHA = 1 << 9,
    CAP = 1 << 10,
};

/* What a kind needs and how it computes; `below` and `mean_below` take INFINITY for "no cap". */
struct law {
    const char *name;
    const char *needs; /* for messages */
    unsigned int required;
    unsigned int alternative; /* another complete set of parameters, 0: none */
    unsigned int optional;
    double (*draw)(const hc_distribution *d, double u);
    double (*below)(const hc_distribution *d, double x);      /* P(X <= x) */
    double (*mean_below)(const hc_distribution *d, double x); /* E[X; X <= x] */
};

static double everything_below(const hc_distribution *d, double x)
{
    (void)d;
    (void)x;
    return 1;
}

static double constant_draw(const hc_distribution *d, double u)
{
    (void)u;
    return d->value;
}

static double constant_mean(const hc_distribution *d, double x)
{
    (void)x;
    return d->value;
}

static double uniform_draw(const hc_distribution *d, double u)
{
    return gsl_cdf_flat_Pinv(u, d->minimum, d->maximum);
}

static double uniform_mean(const hc_distribution *d, double x)
{
    (void)x;
    return (d->minimum + d->maximum) / 2;
}

/* P(a, x) of the gamma law with unit scale, also at infinity. */
static double gamma_below_scaled(double x, double shape)
{
    return isinf(x) ? 1 : gsl_cdf_gamma_P(x, shape, 1);
}

static double exponential_draw(const hc_distribution *d, double u)
{
    return gsl_cdf_exponential_Pinv(u, d->mean);
}

static double exponential_below(const hc_distribution *d, double x)
{
    return gsl_cdf_exponential_P(x, d->mean);
}

/* E[X; X <= x] = mean times the size-biased law, x f(x) / mean, below x; here that is a gamma law with
 * shape 2. The other laws go the same way. */
static double exponential_mean(const hc_distribution *d, double x)
{
    return d->mean * gamma_below_scaled(x / d->mean, 2);
}

static double lognormal_draw(const hc_distribution *d, double u)
{
    return d->median * exp(d->sigma * gsl_cdf_ugaussian_Pinv(u));
}

static double lognormal_below(const hc_distribution *d, double x)
{
    return gsl_cdf_ugaussian_P(log(x / d->median) / d->sigma);
}

/* Size-biased: lognormal with median exp(mu + sigma^2). */
static double lognormal_mean(const hc_distribution *d, double x)
{
    double mean = d->median * exp(d->sigma * d->sigma / 2);
    return isinf(x) ? mean : mean * gsl_cdf_ugaussian_P(log(x / d->median) / d->sigma - d->sigma);
}

static double weibull_draw(const hc_distribution *d, double u)
{
    return gsl_cdf_weibull_Pinv(u, d->scale, d->shape);
}

static double weibull_below(const hc_distribution *d, double x)
{
    return gsl_cdf_weibull_P(x, d->scale, d->shape);
}

/* With y = (x / scale)^shape: scale Gamma(1 + 1/shape) P(1 + 1/shape, y). */
static double weibull_mean(const hc_distribution *d, double x)
{
    double a = 1 + 1 / d->shape;
    return d->scale * tgamma(a) * gamma_below_scaled(pow(x / d->scale, d->shape), a);
}

static double pareto_draw(const hc_distribution *d, double u)
{
    return gsl_cdf_pareto_Pinv(u, d->alpha, d->minimum);
}

static double pareto_below(const hc_distribution *d, double x)
{
    return gsl_cdf_pareto_P(x, d->alpha, d->minimum);
}

/* Integral of alpha minimum^alpha x^-alpha from the minimum to x; finite at x = infinity for alpha > 1. */
static double pareto_mean(const hc_distribution *d, double x)
{
    double span = log(x / d->minimum);
    double rest = 1 - d->alpha;
    return d->alpha * d->minimum * (rest == 0 ? span : expm1(rest * span) / rest);
}

/* For small x, P(a, x) = x^a / Gamma(a + 1) (1 - a x / (a + 1) + ...) (DLMF 8.7.1), solved for x to two
 * terms; GSL's Newton steps from the other end do not converge there when a is small. */
static double gamma_draw(const hc_distribution *d, double u)
{
    double scale = d->mean * d->cv * d->cv;
    double a = 1 / (d->cv * d->cv);
    double x = exp((log(u) + lgamma(a + 1)) / a);
    return scale * (x < 1e-6 ? x * (1 + x / (a + 1)) : gsl_cdf_gamma_Pinv(u, a, 1));
}

static double gamma_below(const hc_distribution *d, double x)
{
    double spread = d->cv * d->cv;
    return gsl_cdf_gamma_P(x, 1 / spread, d->mean * spread);
}

/* Size-biased: shape + 1, the same scale. */
static double gamma_mean(const hc_distribution *d, double x)
{
    double spread = d->cv * d->cv;
    return d->mean * gamma_below_scaled(x / (d->mean * spread), 1 / spread + 1);
}

static double interpolate(const hc_distribution *d, const hc_quantile *low, double u)
{
    const hc_quantile *high = low + 1;
    double part = (u - low->probability) / (high->probability - low->probability);
    return d->is_linear ? low->value + part * (high->value - low->value)
                        : low->value * pow(high->value / low->value, part);
}

static double quantiles_draw(const hc_distribution *d, double u)
{
    size_t low = 0;
    size_t high = d->quantile_count - 1;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (d->quantiles[middle].probability <= u) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return interpolate(d, &d->quantiles[low], u);
}

/* (b - a) / ln(b / a), the mean of a quantity whose logarithm is uniform. */
static double logarithmic_mean(double a, double b)
{
    double excess = (b - a) / a;
    return excess == 0 ? a : (b - a) / log1p(excess);
}

static double quantiles_mean(const hc_distribution *d, double x)
{
    double mean = 0;
    (void)x;
    for (size_t i = 1; i < d->quantile_count; i++) {
        const hc_quantile *low = &d->quantiles[i - 1];
        const hc_quantile *high = &d->quantiles[i];
        mean += (high->probability - low->probability) *
                (d->is_linear ? (low->value + high->value) / 2
                              : logarithmic_mean(low->value, high->value));
    }
    return mean;
}

static const struct law LAWS[HC_DISTRIBUTION_KIND_COUNT] = {
    [HC_DISTRIBUTION_CONSTANT] = {"constant", "value", VALUE, 0, 0, constant_draw, everything_below,
                                  constant_mean},
    [HC_DISTRIBUTION_UNIFORM] = {"uniform", "maximum", MAXIMUM, 0, MINIMUM, uniform_draw,
                                 everything_below, uniform_mean},
    [HC_DISTRIBUTION_EXPONENTIAL] = {"exponential", "mean", MEAN, 0, CAP, exponential_draw,
                                     exponential_below, exponential_mean},
    [HC_DISTRIBUTION_LOGNORMAL] = {"lognormal", "median and sigma, or mean and cv", MEDIAN | SIGMA,
                                   MEAN | CV, CAP, lognormal_draw, lognormal_below, lognormal_mean},
    [HC_DISTRIBUTION_WEIBULL] = {"weibull", "scale and shape", SCALE | SHAPE, 0, CAP, weibull_draw,
                                 weibull_below, weibull_mean},
    [HC_DISTRIBUTION_PARETO] = {"pareto", "minimum and alpha", MINIMUM | ALPHA, 0, CAP, pareto_draw,
                                pareto_below, pareto_mean},
    [HC_DISTRIBUTION_GAMMA] = {"gamma", "mean and cv", MEAN | CV, 0, CAP, gamma_draw, gamma_below,
                               gamma_mean},
    [HC_DISTRIBUTION_QUANTILES] = {"quantiles", "a table", 0, 0, 0, quantiles_draw,
                                   everything_below, quantiles_mean},
};

static double parameter_of(const hc_distribution *d, size_t index)
{
    return *(const double *)(const void *)((const char *)d +
                                           hc_distribution_parameters[index].offset);
}

static int check_parameter(const hc_distribution *d, const struct law *law, size_t index,
                           const char *place, hc_error *error)
{
    double found = parameter_of(d, index);
    unsigned int allowed = law->required | law->alternative | law->optional;
    if (found == 0) {
        return 0;
    }
    if ((allowed & 1U << index) == 0) {
        return hc_error_set(error, HC_ERROR_USAGE, "%s%s: not a parameter of %s", place,
                            hc_distribution_parameters[index].name, law->name);
    }
    if (!(found > 0 && isfinite(found))) {
        return hc_error_set(error, HC_ERROR_USAGE, "%s%s: expected a number above 0, found %g",
                            place, hc_distribution_parameters[index].name, found);
    }
    return 0;
}

/* The given parameters are those that the kind takes, and positive. */
static int check_parameters(const hc_distribution *d, const struct law *law, const char *place,
                            hc_error *error)
{
    unsigned int given = 0;
    int status = 0;
    for (size_t i = 0; i < HC_DISTRIBUTION_PARAMETER_COUNT; i++) {
        given |= parameter_of(d, i) != 0 ? 1U << i : 0;
        status |= check_parameter(d, law, i, place, error);
    }
    if (d->quantile_count > 0 && d->kind != HC_DISTRIBUTION_QUANTILES) {
        status = hc_error_set(error, HC_ERROR_USAGE, "%squantiles: not a parameter of %s", place,
                              law->name);
    }
    if (status < 0) {
        return -1;
    }
    given &= ~law->optional;
    if (given != law->required && (law->alternative == 0 || given != law->alternative)) {
        return hc_error_set(error, HC_ERROR_USAGE, "%s%s needs %s", place, law->name, law->needs);
    }
    return 0;
}

static int check_quantile(const hc_distribution *d, size_t index, const char *place,
                          hc_error *error)
{
    const hc_quantile *q = &d->quantiles[index];
    int status = 0;
    if (!(isfinite(q->value) && (d->is_linear ? q->value >= 0 : q->value > 0))) {
        status = hc_error_set(error, HC_ERROR_USAGE,
                              "%squantiles[%zu].value: expected a number %s 0, found %g", place,
                              index, d->is_linear ? "not below" : "above", q->value);
    }
    if (index > 0 && !(q->probability > q[-1].probability)) {
        status = hc_error_set(error, HC_ERROR_USAGE,
                              "%squantiles[%zu].p: expected more than %g, found %g", place, index,
                              q[-1].probability, q->probability);
    }
    if (index > 0 && q->value < q[-1].value) {
        status = hc_error_set(error, HC_ERROR_USAGE,
                              "%squantiles[%zu].value: expected at least %g, found %g", place,
                              index, q[-1].value, q->value);
    }
    return status;
}

static int check_quantiles(const hc_distribution *d, const char *place, hc_error *error)
{
    int status = 0;
    if (d->quantile_count < 2 || d->quantiles[0].probability != 0 ||
        d->quantiles[d->quantile_count - 1].probability != 1) {
        return hc_error_set(error, HC_ERROR_USAGE, "%squantiles: p must go from 0 to 1", place);
    }
    for (size_t i = 0; i < d->quantile_count; i++) {
        status |= check_quantile(d, i, place, error);
    }
    return status;
}

/* GSL inverts the gamma law by Newton steps, which converge for all u inside these bounds. */
static const double GAMMA_CV_MINIMUM = 0.05;
static const double GAMMA_CV_MAXIMUM = 10;

/* What one parameter alone cannot show. */
static int check_pair(const hc_distribution *d, const char *place, hc_error *error)
{
    if (d->kind == HC_DISTRIBUTION_UNIFORM && d->minimum > d->maximum) {
        return hc_error_set(error, HC_ERROR_USAGE, "%smaximum: expected at least %g, found %g",
                            place, d->minimum, d->maximum);
    }
    if (d->kind == HC_DISTRIBUTION_PARETO && d->alpha <= 1 && d->cap == 0) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "%salpha: the mean is infinite at %g; give a cap, or alpha above 1",
                            place, d->alpha);
    }
    if (d->kind == HC_DISTRIBUTION_GAMMA &&
        !(d->cv >= GAMMA_CV_MINIMUM && d->cv <= GAMMA_CV_MAXIMUM)) {
        return hc_error_set(error, HC_ERROR_USAGE, "%scv: expected %g to %g for gamma, found %g",
                            place, GAMMA_CV_MINIMUM, GAMMA_CV_MAXIMUM, d->cv);
    }
    return 0;
}

static int check_frozen(hc_distribution d, const char *place, hc_error *error)
{
    hc_distribution_freeze(&d);
    if (!(d.reach > 1e-9)) {
        return hc_error_set(error, HC_ERROR_USAGE, "%scap: %g lies below nearly all values", place,
                            d.cap);
    }
    if (!isfinite(hc_distribution_mean(&d))) {
        return hc_error_set(error, HC_ERROR_USAGE, "%sthe mean is too large for a number", place);
    }
    return 0;
}

int hc_distribution_check(const hc_distribution *distribution, const char *place, hc_error *error)
{
    const hc_distribution *d = distribution;
    if (check_parameters(d, &LAWS[d->kind], place, error) < 0) {
        return -1;
    }
    if (d->kind == HC_DISTRIBUTION_QUANTILES) {
        return check_quantiles(d, place, error);
    }
    return check_pair(d, place, error) < 0 ? -1 : check_frozen(*d, place, error);
}

void hc_distribution_freeze(hc_distribution *distribution)
{
    hc_distribution *d = distribution;
    if (d->kind == HC_DISTRIBUTION_LOGNORMAL && d->mean > 0) {
        double spread = 1 + d->cv * d->cv;
        d->median = d->mean / sqrt(spread);
        d->sigma = sqrt(log(spread));
        d->mean = 0;
        d->cv = 0;
    }
    d->reach = d->cap > 0 ? LAWS[d->kind].below(d, d->cap) : 1;
}

double hc_distribution_draw(const hc_distribution *distribution, double u)
{
    const hc_distribution *d = distribution;
    double value = 0;
    assert(d->reach > 0 && u > 0 && u < 1);
    value = LAWS[d->kind].draw(d, u * d->reach);
    return d->cap > 0 && value > d->cap ? d->cap : value;
}

double hc_distribution_mean(const hc_distribution *distribution)
{
    const hc_distribution *d = distribution;
    assert(d->reach > 0);
    return LAWS[d->kind].mean_below(d, d->cap > 0 ? d->cap : INFINITY) / d->reach;
}
