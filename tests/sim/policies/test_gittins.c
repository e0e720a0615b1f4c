#include "sim/policies/rank/gittins.h"

#include "tests/testing.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static hc_gittins_table open_table(const hc_time *sample, uint32_t count, hc_time quantum)
{
    hc_gittins_options options = {.sample = sample, .sample_count = count, .quantum = quantum};
    hc_gittins_table table;
    CU_ASSERT_EQUAL_FATAL(hc_gittins_table_open(&table, &options, NULL), 0);
    return table;
}

static void expect_index(const hc_gittins_table *table, hc_time attained, double expected)
{
    double found = hc_gittins_index(table, attained) * 1e9; /* per second */
    if (fabs(found - expected) > 1e-12 * expected) {
        printf("\n    at %lld: expected %.15g, found %.15g\n", (long long)attained, expected,
               found);
        CU_FAIL("a wrong index");
    }
}

/* All jobs take 10 s: the only span ends at 10 s, and the index is 1 / (10 - a). */
static void of_equal_jobs_those_that_have_run_longest_go_first(void)
{
    static const hc_time SAMPLE[] = {10 * HC_SECOND};
    hc_gittins_table table = open_table(SAMPLE, 1, HC_SECOND);
    for (int a = 0; a < 10; a++) {
        expect_index(&table, a * HC_SECOND, 1.0 / (10 - a));
        CU_ASSERT_EQUAL(hc_gittins_next_change(&table, a * HC_SECOND), (a + 1) * HC_SECOND);
    }
    expect_index(&table, 10 * HC_SECOND, 0);
    expect_index(&table, 1000000 * HC_SECOND, 0);
    CU_ASSERT_EQUAL(hc_gittins_next_change(&table, 1000000 * HC_SECOND), HC_TIME_NEVER);
    hc_gittins_table_close(&table);
}

/* 3 of 4 jobs take 2 s, one 100 s. New: D = 2 s: (3/4) / 2 = 0.375, D = 100 s: 1 / (0.75 * 2 + 0.25 * 100) = 0.0377.
 * At 1 s: D = 1 s: 0.75. At 2 s and later only the long one is left: 1 / (100 - a), less than that of a new job
 * up to 97 s: 1/3 < 0.375 < 1/2. */
static void short_jobs_are_tried_before_long_ones_go_on(void)
{
    static const hc_time SAMPLE[] = {2 * HC_SECOND, 2 * HC_SECOND, 2 * HC_SECOND, 100 * HC_SECOND};
    hc_gittins_table table = open_table(SAMPLE, 4, HC_SECOND);
    expect_index(&table, 0, 0.375);
    expect_index(&table, HC_SECOND, 0.75);
    expect_index(&table, 2 * HC_SECOND, 1.0 / 98);
    expect_index(&table, 97 * HC_SECOND, 1.0 / 3);
    expect_index(&table, 98 * HC_SECOND, 1.0 / 2);
    CU_ASSERT(hc_gittins_index(&table, 97 * HC_SECOND) < hc_gittins_index(&table, 0));
    CU_ASSERT(hc_gittins_index(&table, 98 * HC_SECOND) > hc_gittins_index(&table, 0));
    hc_gittins_table_close(&table);
}

/* Half of the jobs take 1 s, half 4 s. New: D = 1: 0.5 / 1 = 0.5; D = 4: 1 / 2.5 = 0.4. Where 3 s stand for 4:
 * D = 1: 0.5; D = 3: 1 / 2 = 0.5, the same. With 2 s: D = 2: 1 / 1.5 = 2/3, the longer span is the better one. */
static void the_best_span_counts(void)
{
    static const struct {
        hc_time longer;
        double expected;
    } TABLE[] = {{4, 0.5}, {3, 0.5}, {2, 2.0 / 3}};
    for (size_t i = 0; i < 3; i++) {
        hc_time sample[] = {HC_SECOND, TABLE[i].longer * HC_SECOND};
        hc_gittins_table table = open_table(sample, 2, HC_SECOND);
        expect_index(&table, 0, TABLE[i].expected);
        hc_gittins_table_close(&table);
    }
}

/* Of 1024 jobs half take 1 s, half of the others 2 s and so on to 10 s, the last one 12 s: at each second a job ends
 * with chance 1/2 whatever it has attained, as in an exponential law. A span of n seconds ends 1 - 2^-n of the jobs in
 * 2 - 2^(1-n) s on average; that to 12 s ends all of them, in 2 s on average. All ratios are 1/2 per second. */
static void a_job_without_memory_has_one_index(void)
{
    static hc_time sample[1024];
    uint32_t count = 0;
    hc_gittins_table table;
    for (int length = 1; length <= 10; length++) {
        for (int i = 0; i < 1024 >> length; i++) {
            sample[count++] = length * HC_SECOND;
        }
    }
    sample[count++] = 12 * HC_SECOND;
    CU_ASSERT_EQUAL(count, 1024);
    table = open_table(sample, count, HC_SECOND);
    for (int a = 0; a <= 10; a++) {
        expect_index(&table, a * HC_SECOND, 0.5);
        CU_ASSERT_EQUAL(hc_gittins_next_change(&table, a * HC_SECOND), 11 * HC_SECOND);
    }
    expect_index(&table, 11 * HC_SECOND, 1);
    hc_gittins_table_close(&table);
}

/* Attained time counts in whole quanta of 3 s; of 10 s that are needed, 9 are the last that count. */
static void attained_time_counts_in_whole_quanta(void)
{
    static const hc_time SAMPLE[] = {10 * HC_SECOND};
    hc_gittins_table table = open_table(SAMPLE, 1, 3 * HC_SECOND);
    expect_index(&table, 3 * HC_SECOND - 1, 1.0 / 10);
    expect_index(&table, 3 * HC_SECOND, 1.0 / 7);
    expect_index(&table, 5 * HC_SECOND, 1.0 / 7);
    expect_index(&table, 12 * HC_SECOND - 1, 1.0 / 1);
    expect_index(&table, 12 * HC_SECOND, 0);
    CU_ASSERT_EQUAL(hc_gittins_next_change(&table, 0), 3 * HC_SECOND);
    CU_ASSERT_EQUAL(hc_gittins_next_change(&table, 3 * HC_SECOND - 1), 3 * HC_SECOND);
    CU_ASSERT_EQUAL(hc_gittins_next_change(&table, 3 * HC_SECOND), 6 * HC_SECOND);
    CU_ASSERT_EQUAL(hc_gittins_next_change(&table, 11 * HC_SECOND), 12 * HC_SECOND);
    CU_ASSERT_EQUAL(hc_gittins_next_change(&table, 12 * HC_SECOND), HC_TIME_NEVER);
    hc_gittins_table_close(&table);
}

/* 1 s or 3 s: new 1/2 with either span; at 1 s only the long one is left, 1/2; at 2 s 1. */
static void a_quantum_that_changes_nothing_is_no_instant(void)
{
    static const hc_time SAMPLE[] = {HC_SECOND, 3 * HC_SECOND};
    hc_gittins_table table = open_table(SAMPLE, 2, HC_SECOND);
    expect_index(&table, 0, 0.5);
    expect_index(&table, HC_SECOND, 0.5);
    expect_index(&table, 2 * HC_SECOND, 1);
    CU_ASSERT_EQUAL(hc_gittins_next_change(&table, 0), 2 * HC_SECOND);
    CU_ASSERT_EQUAL(hc_gittins_next_change(&table, 2 * HC_SECOND), 3 * HC_SECOND);
    hc_gittins_table_close(&table);
}

static void refuse(const hc_time *sample, uint32_t count, hc_time quantum, const char *word)
{
    hc_gittins_options options = {.sample = sample, .sample_count = count, .quantum = quantum};
    hc_gittins_table table;
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL(hc_gittins_table_open(&table, &options, &error), -1);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, word));
    hc_gittins_table_close(&table);
}

static void samples_that_say_nothing_are_refused(void)
{
    static const hc_time SAMPLE[] = {HC_SECOND, HC_GITTINS_MAX_QUANTA * HC_SECOND};
    hc_gittins_table table = open_table(SAMPLE, 2, HC_SECOND + 1000000);
    hc_gittins_table_close(&table);
    refuse(SAMPLE, 0, HC_SECOND, "sample");
    refuse(SAMPLE, 2, 0, "quantum");
    refuse(SAMPLE, 2, -1, "quantum");
    refuse(SAMPLE, 2, HC_SECOND, "16384 quanta");
    refuse(SAMPLE, 2, 1, "16384 quanta");
}

static const hc_test_case CASES[] = {
    {"of_equal_jobs_those_that_have_run_longest_go_first",
     of_equal_jobs_those_that_have_run_longest_go_first},
    {"short_jobs_are_tried_before_long_ones_go_on", short_jobs_are_tried_before_long_ones_go_on},
    {"the_best_span_counts", the_best_span_counts},
    {"a_job_without_memory_has_one_index", a_job_without_memory_has_one_index},
    {"attained_time_counts_in_whole_quanta", attained_time_counts_in_whole_quanta},
    {"a_quantum_that_changes_nothing_is_no_instant", a_quantum_that_changes_nothing_is_no_instant},
    {"samples_that_say_nothing_are_refused", samples_that_say_nothing_are_refused},
};

HC_TEST_MAIN("gittins", CASES)
