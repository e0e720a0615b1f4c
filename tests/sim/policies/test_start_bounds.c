#include "sim/engine/random.h"
#include "sim/policies/start_bounds.h"
#include "tests/testing.h"

enum { JOBS = 300 };

/* Far more values than are told apart: a bound is never too late, and exact for a job that was noted itself. */
static void bounds_are_starts_of_smaller_and_shorter_jobs(void)
{
    hc_random random = hc_random_stream(8, 0, HC_RANDOM_BENCH);
    hc_start_bounds *b = hc_start_bounds_create();
    uint32_t sizes[JOBS];
    hc_time durations[JOBS];
    hc_time starts[JOBS];
    for (int i = 0; i < JOBS; i++) {
        sizes[i] = 1 + (uint32_t)hc_random_below(&random, 100);
        durations[i] = 1 + (hc_time)hc_random_below(&random, 1000);
        starts[i] = (hc_time)hc_random_below(&random, 10000);
        (void)hc_start_bounds_learn(b, sizes[i], durations[i]);
    }
    hc_start_bounds_reset(b);
    for (int i = 0; i < JOBS; i++) {
        hc_time latest = HC_TIME_MISSING;
        for (int j = 0; j < i; j++) {
            bool is_smaller = sizes[j] <= sizes[i] && durations[j] <= durations[i];
            latest = is_smaller && starts[j] > latest ? starts[j] : latest;
        }
        CU_ASSERT(hc_start_bounds_get(b, sizes[i], durations[i]) <= latest);
        hc_start_bounds_note(b, sizes[i], durations[i], starts[i]);
    }
    hc_start_bounds_destroy(b);
}

static void known_values_give_exact_bounds(void)
{
    hc_start_bounds *b = hc_start_bounds_create();
    CU_ASSERT(hc_start_bounds_learn(b, 4, 100));
    CU_ASSERT(hc_start_bounds_learn(b, 8, 100));
    CU_ASSERT(!hc_start_bounds_learn(b, 8, 100));
    hc_start_bounds_reset(b);
    CU_ASSERT_EQUAL(hc_start_bounds_get(b, 8, 100), HC_TIME_MISSING);
    hc_start_bounds_note(b, 4, 100, 77);
    CU_ASSERT_EQUAL(hc_start_bounds_get(b, 4, 100), 77);
    CU_ASSERT_EQUAL(hc_start_bounds_get(b, 8, 500), 77);
    CU_ASSERT_EQUAL(hc_start_bounds_get(b, 3, 100), HC_TIME_MISSING);
    CU_ASSERT_EQUAL(hc_start_bounds_get(b, 4, 99), HC_TIME_MISSING);
    hc_start_bounds_destroy(b);
}

static const hc_test_case CASES[] = {
    {"bounds_are_starts_of_smaller_and_shorter_jobs",
     bounds_are_starts_of_smaller_and_shorter_jobs},
    {"known_values_give_exact_bounds", known_values_give_exact_bounds},
};

HC_TEST_MAIN("start_bounds", CASES)
