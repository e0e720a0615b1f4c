#include "tests/testing.h"
#include "workloads/synthetic/distribution.h"

#include <math.h>
#include <string.h>

static const hc_quantile LINEAR[] = {{0, 0}, {0.5, 10}, {1, 30}};
static const hc_quantile DECADES[] = {{0, 1}, {1, 100}};
static const hc_quantile STEP[] = {{0, 5}, {0.25, 5}, {0.75, 20}, {1, 20}};

/* Parameters, mean, and one quantile, each from a closed form. PHI_1 is the normal law's P(Z <= 1). */
#define PHI_1 0.841344746068542949
static const struct {
    hc_distribution distribution;
    double mean;
    double u;
    double value;
} LAWS[] = {
    {{.kind = HC_DISTRIBUTION_CONSTANT, .value = 42}, 42, 0.1, 42},
    {{.kind = HC_DISTRIBUTION_UNIFORM, .minimum = 2, .maximum = 6}, 4, 0.25, 3},
    {{.kind = HC_DISTRIBUTION_UNIFORM, .maximum = 10}, 5, 0.9, 9},
    /* -m ln(1 - u); m - c e^(-c/m) / (1 - e^(-c/m)) below a cap c */
    {{.kind = HC_DISTRIBUTION_EXPONENTIAL, .mean = 5}, 5, 0.5, 3.4657359027997265},
    {{.kind = HC_DISTRIBUTION_EXPONENTIAL, .mean = 5, .cap = 5}, 2.0901164656, 0.5, 1.8994274650},
    /* median exp(sigma^2 / 2); the quantile at one sigma is median exp(sigma) */
    {{.kind = HC_DISTRIBUTION_LOGNORMAL, .median = 10, .sigma = 2},
     73.890560989,
     PHI_1,
     73.890560989},
    {{.kind = HC_DISTRIBUTION_LOGNORMAL, .mean = 100, .cv = 1}, 100, 0.5, 70.710678119},
    /* cut at the median: 2 exp(1/2) P(Z <= -1) */
    {{.kind = HC_DISTRIBUTION_LOGNORMAL, .median = 1, .sigma = 1, .cap = 1},
     0.5231565837,
     PHI_1,
     0.8185885632},
    /* scale Gamma(1 + 1/shape); 1 - 1/e of all values lie below the scale */
    {{.kind = HC_DISTRIBUTION_WEIBULL, .scale = 3, .shape = 0.5}, 6, 0.6321205588285577, 3},
    {{.kind = HC_DISTRIBUTION_WEIBULL, .scale = 5, .shape = 1}, 5, 0.5, 3.4657359027997265},
    /* cut at the scale: 3 (2 - 5/e) / (1 - 1/e) */
    {{.kind = HC_DISTRIBUTION_WEIBULL, .scale = 3, .shape = 0.5, .cap = 3},
     0.7622096382,
     0.5,
     0.4329389635},
    /* alpha m / (alpha - 1); m (1 - u)^(-1/alpha) */
    {{.kind = HC_DISTRIBUTION_PARETO, .minimum = 2, .alpha = 3}, 3, 0.875, 4},
    /* bounded: m ln(c/m) / (1 - m/c) at alpha 1; 2 at alpha 1/2 between 1 and 4 */
    {{.kind = HC_DISTRIBUTION_PARETO, .minimum = 1, .alpha = 1, .cap = 2.718281828459045},
     1.5819767068693265,
     0.5,
     1.4621171572600098},
    {{.kind = HC_DISTRIBUTION_PARETO, .minimum = 1, .alpha = 0.5, .cap = 4}, 2, 0.5, 16.0 / 9},
    /* cv 1 is exponential; cv 1/2 with mean 8 is a sum of four exponentials with mean 2 */
    {{.kind = HC_DISTRIBUTION_GAMMA, .mean = 5, .cv = 1}, 5, 0.5, 3.4657359027997265},
    {{.kind = HC_DISTRIBUTION_GAMMA, .mean = 8, .cv = 0.5}, 8, 0.1428765395014529, 4},
    {{.kind = HC_DISTRIBUTION_GAMMA, .mean = 5, .cv = 1, .cap = 5},
     2.0901164656,
     0.5,
     1.8994274650},
    {{.kind = HC_DISTRIBUTION_QUANTILES,
      .quantiles = LINEAR,
      .quantile_count = 3,
      .is_linear = true},
     12.5,
     0.75,
     20},
    /* (100 - 1) / ln 100 */
    {{.kind = HC_DISTRIBUTION_QUANTILES, .quantiles = DECADES, .quantile_count = 2},
     21.497576854,
     0.5,
     10},
    /* 5/4 + 15 / ln 4 / 2 + 20/4 */
    {{.kind = HC_DISTRIBUTION_QUANTILES, .quantiles = STEP, .quantile_count = 4},
     11.660106403,
     0.5,
     10},
};
enum { LAW_COUNT = sizeof LAWS / sizeof LAWS[0] };

static hc_distribution frozen(const hc_distribution *distribution)
{
    hc_distribution copy = *distribution;
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL(hc_distribution_check(&copy, "", &error), 0);
    CU_ASSERT_STRING_EQUAL(error.text, "");
    hc_distribution_freeze(&copy);
    return copy;
}

static void means_and_quantiles_are_the_closed_forms(void)
{
    for (size_t i = 0; i < LAW_COUNT; i++) {
        hc_distribution d = frozen(&LAWS[i].distribution);
        CU_ASSERT_DOUBLE_EQUAL(hc_distribution_mean(&d), LAWS[i].mean, 1e-6 * LAWS[i].mean);
        CU_ASSERT_DOUBLE_EQUAL(hc_distribution_draw(&d, LAWS[i].u), LAWS[i].value,
                               1e-6 * LAWS[i].value);
    }
}

/* The mean is the integral of the quantile function, by the midpoint rule; a tail loses a little. */
static void the_mean_is_that_of_the_draws(void)
{
    enum { STEPS = 200000 };
    for (size_t i = 0; i < LAW_COUNT; i++) {
        hc_distribution d = frozen(&LAWS[i].distribution);
        double sum = 0;
        for (int k = 0; k < STEPS; k++) {
            sum += hc_distribution_draw(&d, (k + 0.5) / STEPS);
        }
        CU_ASSERT_DOUBLE_EQUAL(sum / STEPS, LAWS[i].mean, 1e-2 * LAWS[i].mean);
    }
}

/* Uniforms from 2^-53 to 1 - 2^-53, densest at both ends; step 0 to 1050. */
static double uniform_at(int step)
{
    return step <= 530 ? ldexp(exp2(step % 10 / 10.0), step / 10 - 53) / 2
                       : 1 - ldexp(exp2((1060 - step) % 10 / 10.0), (1060 - step) / 10 - 54);
}

static void check_rising(const hc_distribution *d)
{
    double before = 0;
    for (int step = 0; step <= 1050; step++) {
        double value = hc_distribution_draw(d, uniform_at(step));
        CU_ASSERT(isfinite(value) && value >= before * (1 - 1e-12));
        before = value;
    }
    CU_ASSERT(d->cap == 0 || before <= d->cap);
}

static void a_larger_uniform_never_gives_a_smaller_value(void)
{
    for (size_t i = 0; i < LAW_COUNT; i++) {
        hc_distribution d = frozen(&LAWS[i].distribution);
        check_rising(&d);
    }
}

/* The inverse that GSL lacks for small shapes must not leave a seam. */
static void gamma_is_inverted_over_its_whole_range(void)
{
    for (int step = 0; step <= 300; step++) {
        hc_distribution d = {
            .kind = HC_DISTRIBUTION_GAMMA, .mean = 100, .cv = 0.05 * pow(200, step / 300.0)};
        hc_distribution_freeze(&d);
        CU_ASSERT_DOUBLE_EQUAL(hc_distribution_mean(&d), 100, 1e-9);
        check_rising(&d);
    }
}

static void nothing_lies_above_the_cap(void)
{
    static const double CAPS[] = {0.5, 1, 7, 1e3, 1e9};
    for (size_t i = 0; i < sizeof CAPS / sizeof CAPS[0]; i++) {
        hc_distribution laws[] = {
            {.kind = HC_DISTRIBUTION_EXPONENTIAL, .mean = 3},
            {.kind = HC_DISTRIBUTION_LOGNORMAL, .median = 3, .sigma = 2},
            {.kind = HC_DISTRIBUTION_WEIBULL, .scale = 3, .shape = 0.5},
            {.kind = HC_DISTRIBUTION_PARETO, .minimum = 0.25, .alpha = 0.8},
            {.kind = HC_DISTRIBUTION_GAMMA, .mean = 3, .cv = 2},
        };
        for (size_t k = 0; k < sizeof laws / sizeof laws[0]; k++) {
            hc_distribution d = laws[k];
            d.cap = CAPS[i];
            d = frozen(&d);
            check_rising(&d);
            CU_ASSERT(hc_distribution_mean(&d) < CAPS[i]);
        }
    }
}

static const hc_quantile FALLING[] = {{0, 5}, {0.5, 4}, {1, 6}};
static const hc_quantile TWICE[] = {{0, 1}, {0.5, 2}, {0.5, 3}, {1, 4}};
static const hc_quantile FROM_ZERO[] = {{0, 0}, {1, 1}};
static const hc_quantile OPEN[] = {{0, 1}, {0.9, 2}};

static const struct {
    hc_distribution distribution;
    const char *message;
} DEFECTS[] = {
    {{.kind = HC_DISTRIBUTION_CONSTANT}, "x: constant needs value"},
    {{.kind = HC_DISTRIBUTION_CONSTANT, .value = -1},
     "x: value: expected a number above 0, found -1"},
    {{.kind = HC_DISTRIBUTION_EXPONENTIAL, .mean = NAN},
     "x: mean: expected a number above 0, found nan"},
    {{.kind = HC_DISTRIBUTION_EXPONENTIAL, .mean = 1, .sigma = 1},
     "x: sigma: not a parameter of exponential"},
    {{.kind = HC_DISTRIBUTION_UNIFORM, .minimum = 1}, "x: uniform needs maximum"},
    {{.kind = HC_DISTRIBUTION_UNIFORM, .minimum = 3, .maximum = 2},
     "x: maximum: expected at least 3, found 2"},
    {{.kind = HC_DISTRIBUTION_UNIFORM, .maximum = 2, .cap = 1},
     "x: cap: not a parameter of uniform"},
    {{.kind = HC_DISTRIBUTION_LOGNORMAL, .median = 1},
     "x: lognormal needs median and sigma, or mean and cv"},
    {{.kind = HC_DISTRIBUTION_LOGNORMAL, .median = 1, .sigma = 1, .mean = 1, .cv = 1},
     "x: lognormal needs median and sigma, or mean and cv"},
    {{.kind = HC_DISTRIBUTION_LOGNORMAL, .median = 1, .sigma = 40},
     "x: the mean is too large for a number"},
    {{.kind = HC_DISTRIBUTION_WEIBULL, .scale = 1, .shape = INFINITY},
     "x: shape: expected a number above 0, found inf"},
    {{.kind = HC_DISTRIBUTION_PARETO, .minimum = 1, .alpha = 1},
     "x: alpha: the mean is infinite at 1; give a cap, or alpha above 1"},
    {{.kind = HC_DISTRIBUTION_PARETO, .minimum = 1, .alpha = 2, .cap = 1},
     "x: cap: 1 lies below nearly all values"},
    {{.kind = HC_DISTRIBUTION_GAMMA, .mean = 1, .cv = 20},
     "x: cv: expected 0.05 to 10 for gamma, found 20"},
    {{.kind = HC_DISTRIBUTION_GAMMA, .mean = 1, .cv = 1, .quantiles = OPEN, .quantile_count = 2},
     "x: quantiles: not a parameter of gamma"},
    {{.kind = HC_DISTRIBUTION_QUANTILES}, "x: quantiles: p must go from 0 to 1"},
    {{.kind = HC_DISTRIBUTION_QUANTILES, .quantiles = OPEN, .quantile_count = 2},
     "x: quantiles: p must go from 0 to 1"},
    {{.kind = HC_DISTRIBUTION_QUANTILES, .quantiles = FALLING, .quantile_count = 3},
     "x: quantiles[1].value: expected at least 5, found 4"},
    {{.kind = HC_DISTRIBUTION_QUANTILES, .quantiles = TWICE, .quantile_count = 4},
     "x: quantiles[2].p: expected more than 0.5, found 0.5"},
    {{.kind = HC_DISTRIBUTION_QUANTILES, .quantiles = FROM_ZERO, .quantile_count = 2},
     "x: quantiles[0].value: expected a number above 0, found 0"},
};

static void bad_parameters_are_refused_with_the_reason(void)
{
    for (size_t i = 0; i < sizeof DEFECTS / sizeof DEFECTS[0]; i++) {
        hc_error error = HC_ERROR_NONE;
        CU_ASSERT_EQUAL(hc_distribution_check(&DEFECTS[i].distribution, "x: ", &error), -1);
        CU_ASSERT_STRING_EQUAL(error.text, DEFECTS[i].message);
        CU_ASSERT_EQUAL(error.kind, HC_ERROR_USAGE);
    }
}

static void every_defect_is_told(void)
{
    hc_distribution d = {.kind = HC_DISTRIBUTION_WEIBULL, .scale = -1, .shape = -2, .mean = 3};
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL(hc_distribution_check(&d, "", &error), -1);
    CU_ASSERT_EQUAL(error.count, 3);
    CU_ASSERT_EQUAL(hc_distribution_check(&d, "", NULL), -1);
}

static const hc_test_case CASES[] = {
    {"bad_parameters_are_refused_with_the_reason", bad_parameters_are_refused_with_the_reason},
    {"every_defect_is_told", every_defect_is_told},
    {"means_and_quantiles_are_the_closed_forms", means_and_quantiles_are_the_closed_forms},
    {"the_mean_is_that_of_the_draws", the_mean_is_that_of_the_draws},
    {"a_larger_uniform_never_gives_a_smaller_value", a_larger_uniform_never_gives_a_smaller_value},
    {"gamma_is_inverted_over_its_whole_range", gamma_is_inverted_over_its_whole_range},
    {"nothing_lies_above_the_cap", nothing_lies_above_the_cap},
};

HC_TEST_MAIN("distribution", CASES)
