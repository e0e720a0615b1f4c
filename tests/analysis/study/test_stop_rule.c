#include "analysis/study/stop_rule.h"

#include "analysis/study/interval.h"
#include "sim/engine/random.h"
#include "tests/testing.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdio.h>

/* 1..5: half width 1.508 at 90 %, mean 3 (test_interval.c). */
static void each_condition_counts_by_itself(void)
{
    static const double VALUES[] = {1, 2, 3, 4, 5};
    hc_stop_rule rule = {.confidence = 0.9, .half_width = 1.6, .minimum = 2, .maximum = 100};
    CU_ASSERT_EQUAL(hc_stop_rule_judge(&rule, VALUES, 5), HC_STOP_NARROW);
    rule.half_width = 1.5;
    CU_ASSERT_EQUAL(hc_stop_rule_judge(&rule, VALUES, 5), HC_STOP_NOT_YET);
    rule.relative_half_width = 0.51;
    CU_ASSERT_EQUAL(hc_stop_rule_judge(&rule, VALUES, 5), HC_STOP_NARROW);
    rule.relative_half_width = 0.5;
    CU_ASSERT_EQUAL(hc_stop_rule_judge(&rule, VALUES, 5), HC_STOP_NOT_YET);
    rule.maximum = 5;
    CU_ASSERT_EQUAL(hc_stop_rule_judge(&rule, VALUES, 5), HC_STOP_AT_MAXIMUM);
}

static void values_that_agree_by_chance_do_not_stop_before_the_minimum(void)
{
    static const double SAME[] = {7, 7, 7, 7};
    hc_stop_rule rule = {.confidence = 0.9, .half_width = 1, .minimum = 4, .maximum = 9};
    CU_ASSERT_EQUAL(hc_stop_rule_judge(&rule, SAME, 3), HC_STOP_NOT_YET);
    CU_ASSERT_EQUAL(hc_stop_rule_judge(&rule, SAME, 4), HC_STOP_NARROW);
}

static void failed_repetitions_are_not_believed_but_counted(void)
{
    static const double FAILED[] = {NAN, NAN, 7, 7};
    hc_stop_rule rule = {.confidence = 0.9, .half_width = 1, .minimum = 3, .maximum = 4};
    CU_ASSERT_EQUAL(hc_stop_rule_judge(&rule, FAILED, 3), HC_STOP_NOT_YET);
    CU_ASSERT_EQUAL(hc_stop_rule_judge(&rule, FAILED, 4), HC_STOP_AT_MAXIMUM);
}

/* How often the interval at the stop holds the mean, of points repeated one by one. */
static double coverage(double half_width, uint32_t minimum)
{
    enum { TRIALS = 2000, MAXIMUM = 1000 };
    static double values[MAXIMUM];
    hc_stop_rule rule = {
        .confidence = 0.9, .half_width = half_width, .minimum = minimum, .maximum = MAXIMUM};
    int covered = 0;
    for (uint64_t trial = 0; trial < TRIALS; trial++) {
        hc_random random = hc_random_stream(31, trial, HC_RANDOM_BENCH);
        size_t count = 0;
        hc_interval interval;
        do {
            values[count++] = gsl_cdf_ugaussian_Pinv(hc_random_uniform(&random));
        } while (hc_stop_rule_judge(&rule, values, count) == HC_STOP_NOT_YET);
        interval = hc_interval_of(values, count, rule.confidence);
        covered += hc_interval_excludes(&interval, 0) ? 0 : 1;
    }
    return (double)covered / TRIALS;
}

/* What docs/study-file.md says. Standard deviation of a share of 2,000: 0.007. */
static void a_stop_costs_coverage_and_a_larger_minimum_less(void)
{
    double two = coverage(0.5, 2);
    double five = coverage(0.5, 5);
    double ten = coverage(0.5, 10);
    printf("coverage of 90 %% intervals of half a standard deviation: %.3f from 2, %.3f from 5, "
           "%.3f from 10; of a fifth: %.3f from 10\n",
           two, five, ten, coverage(0.2, 10));
    CU_ASSERT(two < five && five < ten);
    CU_ASSERT(two < 0.8);
    CU_ASSERT(ten > 0.85);
}

static const hc_test_case CASES[] = {
    {"each_condition_counts_by_itself", each_condition_counts_by_itself},
    {"values_that_agree_by_chance_do_not_stop_before_the_minimum",
     values_that_agree_by_chance_do_not_stop_before_the_minimum},
    {"failed_repetitions_are_not_believed_but_counted",
     failed_repetitions_are_not_believed_but_counted},
    {"a_stop_costs_coverage_and_a_larger_minimum_less",
     a_stop_costs_coverage_and_a_larger_minimum_less},
};

HC_TEST_MAIN("stop_rule", CASES)
