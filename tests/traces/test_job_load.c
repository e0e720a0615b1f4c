#include "tests/testing.h"
#include "traces/job_load.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static void gaps_are_divided_exactly(void)
{
    static const struct {
        hc_time submit;
        hc_time base;
        double load;
        hc_time expected;
    } CASES[] = {
        {100, 0, 1, 100},
        {100, 0, 2, 50},
        {101, 0, 2, 51}, /* halves upwards */
        {-101, 0, 2, -50},
        {10, 4, 3, 6},
        {-10, 4, 3, -1},  /* 4 - 14/3 = -0.67 */
        {11, 0, 1.1, 10}, /* 1.1 is exactly 11/10 */
        {11000000000000001, 0, 1.1, 10000000000000001},
        {100, 0, 0.5, 200},
        {4611686018427387, 0, 1000, 4611686018427},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        hc_trace_job job = {.submit = CASES[i].submit};
        CU_ASSERT_EQUAL(hc_job_load_apply(&job, 1, CASES[i].base, CASES[i].load), 0);
        CU_ASSERT_EQUAL(job.submit, CASES[i].expected);
    }
}

static void recorded_times_are_dropped_unless_load_is_1(void)
{
    hc_trace_job job = {.submit = 10, .start = 20, .end = 30, .run_time = 10};
    CU_ASSERT_EQUAL(hc_job_load_apply(&job, 1, 0, 1), 0);
    CU_ASSERT_EQUAL(job.start, 20);
    CU_ASSERT_EQUAL(job.end, 30);
    CU_ASSERT_EQUAL(hc_job_load_apply(&job, 1, 0, 1.25), 0);
    CU_ASSERT_EQUAL(job.submit, 8);
    CU_ASSERT_EQUAL(job.start, HC_TIME_MISSING);
    CU_ASSERT_EQUAL(job.end, HC_TIME_MISSING);
    CU_ASSERT_EQUAL(job.run_time, 10);
}

static void submissions_beyond_the_latest_time_are_refused(void)
{
    hc_trace_job job = {.submit = HC_TIME_LIMIT};
    CU_ASSERT_EQUAL(hc_job_load_apply(&job, 1, 0, 0.999999999), -1);
    job.submit = HC_TIME_LIMIT / 1000;
    CU_ASSERT_EQUAL(hc_job_load_apply(&job, 1, 0, 0.001), 0);
    CU_ASSERT_EQUAL(job.submit, HC_TIME_LIMIT / 1000 * 1000);
}

/* A warm start keeps jobs from before `from`: a low load moves them away from it, into the past. */
static void jobs_before_the_base_move_the_other_way(void)
{
    hc_trace_job job = {.submit = 90};
    CU_ASSERT_EQUAL(hc_job_load_apply(&job, 1, 100, 0.1), 0);
    CU_ASSERT_EQUAL(job.submit, 0);
    job.submit = 0;
    CU_ASSERT_EQUAL(hc_job_load_apply(&job, 1, HC_TIME_LIMIT, 0.5), 0);
    CU_ASSERT_EQUAL(job.submit, -HC_TIME_LIMIT);
    job.submit = 0;
    CU_ASSERT_EQUAL(hc_job_load_apply(&job, 1, HC_TIME_LIMIT, 0.001), -1);
}

static const hc_test_case CASES[] = {
    {"gaps_are_divided_exactly", gaps_are_divided_exactly},
    {"recorded_times_are_dropped_unless_load_is_1", recorded_times_are_dropped_unless_load_is_1},
    {"jobs_before_the_base_move_the_other_way", jobs_before_the_base_move_the_other_way},
    {"submissions_beyond_the_latest_time_are_refused",
     submissions_beyond_the_latest_time_are_refused},
};

HC_TEST_MAIN("job_load", CASES)
