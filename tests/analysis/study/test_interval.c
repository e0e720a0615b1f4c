#include "analysis/study/interval.h"

#include "sim/engine/random.h"
#include "tests/testing.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

/* Hours of sleep gained by ten patients under two drugs: Student, "The probable error of a mean", Biometrika 6
 * (1908). */
enum { PATIENTS = 10 };
static const double FIRST[PATIENTS] = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};
static const double SECOND[PATIENTS] = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};

/* mean 3, s^2 2.5; t(0.95, 4) = 2.132 and t(0.975, 4) = 2.776 of the tables. */
static void hand_calculation_of_five_values(void)
{
    static const double VALUES[] = {1, 2, 3, 4, 5};
    hc_interval interval = hc_interval_of(VALUES, 5, 0.9);
    CU_ASSERT_EQUAL(interval.count, 5);
    CU_ASSERT_DOUBLE_EQUAL(interval.mean, 3, 0);
    CU_ASSERT_DOUBLE_EQUAL(interval.half_width, 2.132 * sqrt(0.5), 5e-4);
    interval = hc_interval_of(VALUES, 5, 0.95);
    CU_ASSERT_DOUBLE_EQUAL(interval.half_width, 2.776 * sqrt(0.5), 5e-4);
}

/* Two values: half their distance times t(0.975, 1) = 12.706. */
static void two_values_are_told_apart_from_little(void)
{
    static const double VALUES[] = {10, 12};
    hc_interval interval = hc_interval_of(VALUES, 2, 0.95);
    CU_ASSERT_DOUBLE_EQUAL(interval.half_width, 12.706, 5e-4);
}

/* The published paired test: mean -1.58, 95 % interval -2.4599 to -0.7001; each sample by itself overlaps the other. */
static void pairs_of_student_show_what_the_samples_hide(void)
{
    hc_interval first = hc_interval_of(FIRST, PATIENTS, 0.95);
    hc_interval second = hc_interval_of(SECOND, PATIENTS, 0.95);
    hc_interval pairs = hc_interval_of_pairs(FIRST, SECOND, PATIENTS, 0.95);
    CU_ASSERT_DOUBLE_EQUAL(first.mean, 0.75, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(second.mean, 2.33, 1e-12);
    CU_ASSERT(first.mean + first.half_width > second.mean - second.half_width);
    CU_ASSERT_DOUBLE_EQUAL(pairs.mean, -1.58, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(pairs.mean - pairs.half_width, -2.4598858, 1e-6);
    CU_ASSERT_DOUBLE_EQUAL(pairs.mean + pairs.half_width, -0.7001142, 1e-6);
    CU_ASSERT(hc_interval_excludes(&pairs, 0));
}

static void what_is_missing_is_left_out(void)
{
    static const double VALUES[] = {NAN, 1, INFINITY, 3};
    static const double OTHERS[] = {1, 1, 1, NAN};
    hc_interval interval = hc_interval_of(VALUES, 4, 0.9);
    CU_ASSERT(interval.count == 2 && interval.mean == 2);
    interval = hc_interval_of_pairs(VALUES, OTHERS, 4, 0.9);
    CU_ASSERT(interval.count == 1 && interval.mean == 0 && isnan(interval.half_width));
    CU_ASSERT(!hc_interval_excludes(&interval, 5));
    interval = hc_interval_of(VALUES, 1, 0.9);
    CU_ASSERT(interval.count == 0 && isnan(interval.mean) && isnan(interval.half_width));
    CU_ASSERT(!hc_interval_excludes(&interval, 0));
}

static void values_without_spread_exclude_all_others(void)
{
    static const double VALUES[] = {7, 7, 7};
    hc_interval interval = hc_interval_of(VALUES, 3, 0.9);
    CU_ASSERT_EQUAL(interval.half_width, 0);
    CU_ASSERT(!hc_interval_excludes(&interval, 7));
    CU_ASSERT(hc_interval_excludes(&interval, 7.5));
}

/* Of many intervals around means of normal values as many hold the true mean as they say: within four standard
 * deviations of the binomial distribution. */
static void intervals_cover_as_often_as_they_say(void)
{
    enum { TRIALS = 10000, LARGEST = 20 };
    static const struct {
        size_t count;
        double confidence;
    } CASES[] = {{3, 0.9}, {5, 0.9}, {20, 0.9}, {5, 0.5}, {5, 0.99}};
    for (size_t c = 0; c < sizeof CASES / sizeof CASES[0]; c++) {
        hc_random random = hc_random_stream(11, c, HC_RANDOM_BENCH);
        double expected = TRIALS * CASES[c].confidence;
        double deviation = sqrt(expected * (1 - CASES[c].confidence));
        int covered = 0;
        for (int trial = 0; trial < TRIALS; trial++) {
            double values[LARGEST];
            hc_interval interval;
            for (size_t i = 0; i < CASES[c].count; i++) {
                values[i] = 5 + 3 * gsl_cdf_ugaussian_Pinv(hc_random_uniform(&random));
            }
            interval = hc_interval_of(values, CASES[c].count, CASES[c].confidence);
            covered += hc_interval_excludes(&interval, 5) ? 0 : 1;
        }
        CU_ASSERT_DOUBLE_EQUAL(covered, expected, 4 * deviation);
    }
}

static const hc_test_case CASES[] = {
    {"hand_calculation_of_five_values", hand_calculation_of_five_values},
    {"two_values_are_told_apart_from_little", two_values_are_told_apart_from_little},
    {"pairs_of_student_show_what_the_samples_hide", pairs_of_student_show_what_the_samples_hide},
    {"what_is_missing_is_left_out", what_is_missing_is_left_out},
    {"values_without_spread_exclude_all_others", values_without_spread_exclude_all_others},
    {"intervals_cover_as_often_as_they_say", intervals_cover_as_often_as_they_say},
};

HC_TEST_MAIN("interval", CASES)
