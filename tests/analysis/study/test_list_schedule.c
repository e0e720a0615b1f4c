#include "analysis/study/list_schedule.h"

#include "sim/engine/random.h"
#include "tests/testing.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

/* The shortest of all schedules: every run on every rank. */
static double best_makespan(const double *seconds, size_t count, double *loads, uint32_t ranks)
{
    double best = INFINITY;
    if (count == 0) {
        double longest = 0;
        for (uint32_t i = 0; i < ranks; i++) {
            longest = fmax(longest, loads[i]);
        }
        return longest;
    }
    for (uint32_t i = 0; i < ranks; i++) {
        loads[i] += seconds[count - 1];
        best = fmin(best, best_makespan(seconds, count - 1, loads, ranks));
        loads[i] -= seconds[count - 1];
    }
    return best;
}

/* Longest first is at most 4/3 - 1/(3 P) of the best: Graham, "Bounds on multiprocessing timing anomalies" (1969). */
static void longest_first_is_within_four_thirds_of_the_best(void)
{
    hc_random random = hc_random_stream(3, 0, HC_RANDOM_BENCH);
    for (int trial = 0; trial < 60; trial++) {
        double seconds[8];
        double loads[3] = {0};
        uint32_t ranks = 1 + (uint32_t)hc_random_below(&random, 3);
        size_t count = hc_random_below(&random, 9);
        hc_list_schedule made;
        hc_error error = HC_ERROR_NONE;
        double best = 0;
        for (size_t i = 0; i < count; i++) {
            seconds[i] = (double)(1 + hc_random_below(&random, 20));
        }
        best = best_makespan(seconds, count, loads, ranks);
        CU_ASSERT_EQUAL(hc_list_schedule_make(&made, seconds, seconds, count, ranks, &error), 0);
        CU_ASSERT(made.least_seconds <= best + 1e-9);
        CU_ASSERT(made.makespan_seconds >= best);
        CU_ASSERT(made.makespan_seconds <= (4.0 / 3 - 1.0 / (3 * ranks)) * best + 1e-9);
    }
}

/* Graham's example of the worst case: 2 P + 1 runs, two each of 2 P - 1 .. P + 1 and three of P. */
static void the_worst_case_of_graham_is_reached(void)
{
    static const double SECONDS[] = {5, 5, 4, 4, 3, 3, 3};
    hc_list_schedule made;
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL(hc_list_schedule_make(&made, SECONDS, SECONDS, 7, 3, &error), 0);
    CU_ASSERT_EQUAL(made.makespan_seconds, 11); /* the best is 9 */
    CU_ASSERT_EQUAL(made.least_seconds, 9);
    CU_ASSERT_EQUAL(made.total_seconds, 27);
    CU_ASSERT_DOUBLE_EQUAL(made.efficiency, 27.0 / 33, 1e-15);
}

/* Whatever is expected: no list schedule leaves Graham's bounds. */
static void any_list_lies_between_the_bounds(void)
{
    enum { RUNS = 5000 };
    static const uint32_t RANKS[] = {1, 2, 64, 1024, 6000};
    static double expected[RUNS];
    static double actual[RUNS];
    hc_random random = hc_random_stream(4, 0, HC_RANDOM_BENCH);
    for (size_t i = 0; i < RUNS; i++) {
        expected[i] = hc_random_uniform(&random);
        actual[i] = -log(1 - hc_random_uniform(&random));
    }
    for (size_t i = 0; i < sizeof RANKS / sizeof RANKS[0]; i++) {
        hc_list_schedule made;
        hc_list_schedule known;
        hc_error error = HC_ERROR_NONE;
        CU_ASSERT_EQUAL(hc_list_schedule_make(&made, expected, actual, RUNS, RANKS[i], &error), 0);
        CU_ASSERT_EQUAL(hc_list_schedule_make(&known, actual, actual, RUNS, RANKS[i], &error), 0);
        CU_ASSERT(made.makespan_seconds >= made.least_seconds - 1e-9);
        CU_ASSERT(made.makespan_seconds <= made.list_bound_seconds + 1e-9);
        CU_ASSERT(known.makespan_seconds >= known.least_seconds - 1e-9);
        CU_ASSERT(known.makespan_seconds <= known.list_bound_seconds + 1e-9);
        CU_ASSERT(made.efficiency > 0 && made.efficiency <= 1 + 1e-12);
    }
}

/* 64 equal runs per rank fill all ranks to the end; one run more leaves all but one idle for its length. */
static void equal_runs_fill_the_ranks(void)
{
    enum { RANKS = 64, PER_RANK = 64, EQUAL_RUNS = RANKS * PER_RANK };
    static double seconds[EQUAL_RUNS + 1];
    hc_list_schedule made;
    hc_error error = HC_ERROR_NONE;
    for (size_t i = 0; i < sizeof seconds / sizeof seconds[0]; i++) {
        seconds[i] = 2;
    }
    CU_ASSERT_EQUAL(hc_list_schedule_make(&made, seconds, seconds, EQUAL_RUNS, RANKS, &error), 0);
    CU_ASSERT_EQUAL(made.makespan_seconds, 2 * PER_RANK);
    CU_ASSERT_EQUAL(made.efficiency, 1);
    CU_ASSERT_EQUAL(hc_list_schedule_make(&made, seconds, seconds, EQUAL_RUNS + 1, RANKS, &error),
                    0);
    CU_ASSERT_EQUAL(made.makespan_seconds, 2 * PER_RANK + 2);
}

/* The mean over a few draws of lognormal durations with a coefficient of variation of 0.3. */
static double mean_efficiency(uint32_t ranks, size_t per_rank)
{
    enum { DRAWS = 10, MOST = 64 * 1024 };
    static double seconds[MOST];
    double sum = 0;
    for (uint64_t draw = 0; draw < DRAWS; draw++) {
        hc_random random = hc_random_stream(6, draw, HC_RANDOM_BENCH);
        hc_list_schedule made;
        hc_error error = HC_ERROR_NONE;
        for (size_t i = 0; i < ranks * per_rank; i++) {
            double normal = gsl_cdf_ugaussian_Pinv(hc_random_uniform(&random));
            seconds[i] = exp(sqrt(log(1 + 0.3 * 0.3)) * normal);
        }
        CU_ASSERT_EQUAL(
            hc_list_schedule_make(&made, seconds, seconds, ranks * per_rank, ranks, &error), 0);
        sum += made.efficiency;
    }
    return sum / DRAWS;
}

/* Four runs per rank lose a few percent, 64 nearly nothing: 0.95 and 0.92, 1.00 and 1.00 elsewhere. */
static void more_runs_per_rank_are_worth_more(void)
{
    CU_ASSERT_DOUBLE_EQUAL(mean_efficiency(64, 4), 0.95, 0.02);
    CU_ASSERT_DOUBLE_EQUAL(mean_efficiency(1024, 4), 0.92, 0.02);
    CU_ASSERT_DOUBLE_EQUAL(mean_efficiency(64, 64), 1, 0.005);
    CU_ASSERT_DOUBLE_EQUAL(mean_efficiency(1024, 64), 1, 0.005);
}

static void nothing_takes_no_time(void)
{
    hc_list_schedule made;
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL(hc_list_schedule_make(&made, NULL, NULL, 0, 7, &error), 0);
    CU_ASSERT(made.makespan_seconds == 0 && made.efficiency == 1);
}

static const hc_test_case CASES[] = {
    {"longest_first_is_within_four_thirds_of_the_best",
     longest_first_is_within_four_thirds_of_the_best},
    {"the_worst_case_of_graham_is_reached", the_worst_case_of_graham_is_reached},
    {"any_list_lies_between_the_bounds", any_list_lies_between_the_bounds},
    {"equal_runs_fill_the_ranks", equal_runs_fill_the_ranks},
    {"more_runs_per_rank_are_worth_more", more_runs_per_rank_are_worth_more},
    {"nothing_takes_no_time", nothing_takes_no_time},
};

HC_TEST_MAIN("list_schedule", CASES)
