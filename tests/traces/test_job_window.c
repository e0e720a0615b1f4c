#include "tests/testing.h"
#include "traces/job_window.h"

/* A job of `gpus` GPUs, times in seconds; `end` below 0: not recorded. */
static hc_trace_record job(hc_time submit, hc_time run, hc_time end, int64_t gpus)
{
    return (hc_trace_record){
        .submit = submit * HC_SECOND,
        .run_time = run * HC_SECOND,
        .start = HC_TIME_MISSING,
        .end = end < 0 ? HC_TIME_MISSING : end * HC_SECOND,
        .gpu_count = gpus,
    };
}

enum { ADMITTED = -1 };

static void check(const hc_job_window *window, hc_trace_record record, int expected)
{
    hc_filter_reason reason = HC_FILTER_COUNT;
    bool is_admitted = hc_job_window_admits(window, &record, &reason);
    CU_ASSERT_EQUAL(is_admitted ? ADMITTED : (int)reason, expected);
}

static void the_range_holds_from_and_not_to(void)
{
    const hc_job_window window = {
        .has_from = true, .has_to = true, .from = 100 * HC_SECOND, .to = 200 * HC_SECOND};
    check(&window, job(99, 500, 700, 1), HC_FILTER_BEFORE_FROM);
    check(&window, job(100, 1, 101, 1), ADMITTED);
    check(&window, job(199, 1, 300, 1), ADMITTED);
    check(&window, job(200, 1, 201, 1), HC_FILTER_AFTER_TO);
}

/* As recorded, or as if it had not waited. */
static void a_warm_start_asks_who_was_done_with_at_from(void)
{
    const hc_job_window window = {.has_from = true, .is_warm_start = true, .from = 100 * HC_SECOND};
    check(&window, job(50, 50, -1, 1), HC_FILTER_BEFORE_FROM);
    check(&window, job(50, 51, -1, 1), ADMITTED);
    check(&window, job(50, 10, 100, 1), HC_FILTER_BEFORE_FROM);
    check(&window, job(50, 10, 101, 1), ADMITTED);
}

static void jobs_without_gpus_are_left_out_unless_wanted(void)
{
    hc_job_window window = {.has_to = true, .to = 100 * HC_SECOND};
    check(&window, job(50, 1, -1, 0), HC_FILTER_CPU_JOB);
    check(&window, job(100, 1, -1, 0), HC_FILTER_AFTER_TO); /* one reason for each row */
    window.keeps_cpu_jobs = true;
    check(&window, job(50, 1, -1, 0), ADMITTED);
}

/* 1900-01-01 and 2099-12-31 on a clock whose zero is as far as one may be: nothing overflows. */
static void bounds_at_the_ends_of_time_are_placed(void)
{
    const hc_trace_facts facts = {.clock = HC_CLOCK_UNIX_ZERO,
                                  .unix_zero_seconds = HC_TIME_LIMIT / HC_SECOND};
    const hc_trace_options options = {.has_from = true,
                                      .is_from_civil = true,
                                      .from = INT64_C(-2208988800) * HC_SECOND,
                                      .has_to = true,
                                      .is_to_civil = true,
                                      .to = INT64_C(4102358400) * HC_SECOND};
    hc_job_window window;
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL(hc_job_window_set(&window, &options, &facts, "t", &error), 0);
    CU_ASSERT_EQUAL(window.from,
                    INT64_C(-2208988800) * HC_SECOND - facts.unix_zero_seconds * HC_SECOND);
    CU_ASSERT(window.from < window.to);
    check(&window, job(0, 1, -1, 1), HC_FILTER_AFTER_TO);
}

/* A date and a duration may stand side by side where the file knows its zero; an empty range is told only then. */
static void a_range_is_compared_on_the_clock_of_the_file(void)
{
    const hc_trace_facts facts = {.clock = HC_CLOCK_UNIX_ZERO, .unix_zero_seconds = 1000000000};
    hc_trace_options options = {.has_from = true,
                                .is_from_civil = true,
                                .from = INT64_C(1000000100) * HC_SECOND,
                                .has_to = true,
                                .to = 101 * HC_SECOND};
    hc_job_window window;
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL(hc_job_window_set(&window, &options, &facts, "t", &error), 0);
    CU_ASSERT_EQUAL(window.from, 100 * HC_SECOND);
    options.to = 100 * HC_SECOND;
    CU_ASSERT_EQUAL(hc_job_window_set(&window, &options, &facts, "t", &error), -1);
    CU_ASSERT_STRING_EQUAL(error.text, "t: to is not later than from");
}

static const hc_test_case CASES[] = {
    {"the_range_holds_from_and_not_to", the_range_holds_from_and_not_to},
    {"a_warm_start_asks_who_was_done_with_at_from", a_warm_start_asks_who_was_done_with_at_from},
    {"jobs_without_gpus_are_left_out_unless_wanted", jobs_without_gpus_are_left_out_unless_wanted},
    {"bounds_at_the_ends_of_time_are_placed", bounds_at_the_ends_of_time_are_placed},
    {"a_range_is_compared_on_the_clock_of_the_file", a_range_is_compared_on_the_clock_of_the_file},
};

HC_TEST_MAIN("job_window", CASES)
