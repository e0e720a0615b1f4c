#include "tests/testing.h"
#include "traces/job_load.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static int apply(hc_kept_job *job, hc_time base, double load)
{
    hc_kept_jobs kept = {.jobs = job, .count = 1};
    return hc_job_load_apply(&kept, base, load);
}

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
        hc_kept_job job = {.submit = CASES[i].submit};
        CU_ASSERT_EQUAL(apply(&job, CASES[i].base, CASES[i].load), 0);
        CU_ASSERT_EQUAL(job.submit, CASES[i].expected);
    }
}

static void recorded_times_are_dropped_unless_load_is_1(void)
{
    hc_kept_jobs kept;
    hc_error error = HC_ERROR_NONE;
    hc_trace_job job = {.submit = 10, .start = 20, .end = 30, .run_time = 10, .gpu_milli = 1000};
    hc_trace_job unstarted = job;
    unstarted.start = HC_TIME_MISSING;
    CU_ASSERT_EQUAL_FATAL(hc_kept_jobs_init(&kept, &error), 0);
    CU_ASSERT_EQUAL(hc_kept_jobs_add(&kept, &job, &error), 0);
    CU_ASSERT_EQUAL(hc_kept_jobs_add(&kept, &unstarted, &error), 0);
    CU_ASSERT_EQUAL(hc_job_load_apply(&kept, 0, 1), 0);
    CU_ASSERT_EQUAL(hc_kept_jobs_get(&kept, 0).start, 20);
    CU_ASSERT_EQUAL(hc_kept_jobs_get(&kept, 0).end, 30);
    CU_ASSERT_EQUAL(hc_kept_jobs_get(&kept, 1).end, 30);
    CU_ASSERT_EQUAL(hc_job_load_apply(&kept, 0, 1.25), 0);
    for (size_t i = 0; i < 2; i++) {
        hc_trace_job moved = hc_kept_jobs_get(&kept, i);
        CU_ASSERT_EQUAL(moved.submit, 8);
        CU_ASSERT_EQUAL(moved.start, HC_TIME_MISSING);
        CU_ASSERT_EQUAL(moved.end, HC_TIME_MISSING);
        CU_ASSERT_EQUAL(moved.run_time, 10);
    }
    hc_kept_jobs_release(&kept);
}

static void submissions_beyond_the_latest_time_are_refused(void)
{
    hc_kept_job job = {.submit = HC_TIME_LIMIT};
    CU_ASSERT_EQUAL(apply(&job, 0, 0.999999999), -1);
    job.submit = HC_TIME_LIMIT / 1000;
    CU_ASSERT_EQUAL(apply(&job, 0, 0.001), 0);
    CU_ASSERT_EQUAL(job.submit, HC_TIME_LIMIT / 1000 * 1000);
}

/* A warm start keeps jobs from before `from`: a low load moves them away from it, into the past. */
static void jobs_before_the_base_move_the_other_way(void)
{
    hc_kept_job job = {.submit = 90};
    CU_ASSERT_EQUAL(apply(&job, 100, 0.1), 0);
    CU_ASSERT_EQUAL(job.submit, 0);
    job.submit = 0;
    CU_ASSERT_EQUAL(apply(&job, HC_TIME_LIMIT, 0.5), 0);
    CU_ASSERT_EQUAL(job.submit, -HC_TIME_LIMIT);
    job.submit = 0;
    CU_ASSERT_EQUAL(apply(&job, HC_TIME_LIMIT, 0.001), -1);
}

static const hc_test_case CASES[] = {
    {"gaps_are_divided_exactly", gaps_are_divided_exactly},
    {"recorded_times_are_dropped_unless_load_is_1", recorded_times_are_dropped_unless_load_is_1},
    {"jobs_before_the_base_move_the_other_way", jobs_before_the_base_move_the_other_way},
    {"submissions_beyond_the_latest_time_are_refused",
     submissions_beyond_the_latest_time_are_refused},
};

HC_TEST_MAIN("job_load", CASES)
