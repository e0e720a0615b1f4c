#include "tests/testing.h"
#include "tests/traces/kept_testing.h"
#include "traces/kept_jobs.h"

#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static hc_trace_job plain(hc_time submit, uint32_t id)
{
    return (hc_trace_job){
        .submit = submit,
        .start = HC_TIME_MISSING,
        .end = HC_TIME_MISSING,
        .run_time = 10,
        .requested_time = HC_TIME_MISSING,
        .think_time = HC_TIME_MISSING,
        .line = 1,
        .id = id,
        .gpu_count = 1,
        .gpu_milli = 1000,
    };
}

static void plain_jobs_need_no_side_table(void)
{
    hc_kept_jobs kept = hc_test_kept();
    hc_trace_job job = plain(5, 0);
    job.start = 7;
    job.end = 17;
    job.requested_time = 3;
    hc_test_keep(&kept, job);
    CU_ASSERT_EQUAL(kept.extra_count, 0);
    CU_ASSERT_PTR_NULL(kept.extras);
    hc_kept_jobs_release(&kept);
}

/* A request shorter than the run is kept as it was made; the limit is the longer of the two. */
static void limits_and_ends_follow_from_other_fields(void)
{
    hc_kept_jobs kept = hc_test_kept();
    hc_trace_job job = plain(5, 0);
    job.start = 7;
    job.end = 17;
    job.requested_time = 3;
    hc_test_keep(&kept, job);
    job.requested_time = 30;
    hc_test_keep(&kept, job);
    hc_test_keep(&kept, plain(6, 0));
    job = hc_kept_jobs_get(&kept, 0);
    CU_ASSERT_EQUAL(job.end, 17);
    CU_ASSERT_EQUAL(job.time_limit, 10);
    CU_ASSERT_EQUAL(job.requested_time, 3);
    CU_ASSERT(job.is_limit_requested);
    CU_ASSERT_EQUAL(hc_kept_jobs_get(&kept, 1).time_limit, 30);
    job = hc_kept_jobs_get(&kept, 2);
    CU_ASSERT_EQUAL(job.end, HC_TIME_MISSING);
    CU_ASSERT_EQUAL(job.time_limit, 10);
    CU_ASSERT(!job.is_limit_requested);
    hc_kept_jobs_release(&kept);
}

static void the_largest_values_come_back(void)
{
    hc_kept_jobs kept = hc_test_kept();
    hc_trace_job job = plain(HC_TIME_LIMIT, UINT32_C(0));
    hc_trace_job got;
    job.end = HC_TIME_LIMIT;
    job.line = UINT64_MAX;
    job.gpu_count = UINT32_MAX;
    job.gpu_milli = 1;
    job.cpu_milli = UINT64_MAX;
    job.memory_bytes = UINT64_MAX;
    job.priority = INT32_MIN;
    job.outcome = HC_OUTCOME_COUNT - 1;
    job.is_single_node = true;
    job.think_time = 9;
    job.nodes = hc_test_keep_text(&kept, "gpu-1:8");
    job.preceding_id = hc_test_keep_text(&kept, "x");
    hc_test_keep(&kept, job);
    got = hc_kept_jobs_get(&kept, 0);
    CU_ASSERT_EQUAL(got.end, HC_TIME_LIMIT);
    CU_ASSERT_EQUAL(got.line, UINT64_MAX);
    CU_ASSERT_EQUAL(got.gpu_count, UINT32_MAX);
    CU_ASSERT_EQUAL(got.gpu_milli, 1);
    CU_ASSERT_EQUAL(got.cpu_milli, UINT64_MAX);
    CU_ASSERT_EQUAL(got.memory_bytes, UINT64_MAX);
    CU_ASSERT_EQUAL(got.priority, INT32_MIN);
    CU_ASSERT_EQUAL(got.outcome, HC_OUTCOME_COUNT - 1);
    CU_ASSERT(got.is_single_node);
    CU_ASSERT_EQUAL(got.think_time, 9);
    CU_ASSERT_STRING_EQUAL(hc_strings_text(kept.strings, got.nodes), "gpu-1:8");
    CU_ASSERT_EQUAL(got.preceding, HC_NO_INDEX);
    hc_kept_jobs_release(&kept);
}

static void extra_data_stay_with_their_job(void)
{
    enum { JOB_COUNT = 5000 };
    hc_kept_jobs kept = hc_test_kept();
    for (int i = 0; i < JOB_COUNT; i++) {
        hc_trace_job job = plain(i, 0);
        job.priority = i % 3 == 0 ? i : 0;
        hc_test_keep(&kept, job);
    }
    hc_kept_jobs_trim(&kept);
    for (int i = 0; i < JOB_COUNT; i++) {
        CU_ASSERT_EQUAL(hc_kept_jobs_get(&kept, (size_t)i).priority, i % 3 == 0 ? i : 0);
    }
    hc_kept_jobs_release(&kept);
}

typedef struct link_case {
    const char *id;
    const char *follows; /* "": none */
    uint32_t expected;
} link_case;

/* Ids may come again: the latest job before counts. Nobody follows itself or a later job. */
static void predecessors_are_the_latest_jobs_before_of_that_id(void)
{
    static const link_case CASES[] = {
        {"7", "", HC_NO_INDEX},   {"8", "7", 0},           {"7", "7", 0},          {"a", "7", 2},
        {"b", "07", HC_NO_INDEX}, /* another text */
        {"c", "c", HC_NO_INDEX},  {"d", "e", HC_NO_INDEX}, {"e", "", HC_NO_INDEX}, {"", "e", 7},
    };
    hc_kept_jobs kept = hc_test_kept();
    hc_error error = HC_ERROR_NONE;
    uint64_t unknown = 99;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        hc_trace_job job = plain((hc_time)i, hc_test_keep_text(&kept, CASES[i].id));
        job.preceding_id = hc_test_keep_text(&kept, CASES[i].follows);
        hc_test_keep(&kept, job);
    }
    CU_ASSERT_EQUAL(hc_kept_jobs_link(&kept, &unknown, &error), 0);
    CU_ASSERT_EQUAL(unknown, 3);
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        CU_ASSERT_EQUAL(hc_kept_jobs_get(&kept, i).preceding, CASES[i].expected);
    }
    hc_kept_jobs_release(&kept);
}

/* A run 0 .. 10: who follows it at 25 thought for 15; who came before its end did not think. */
static void missing_think_times_follow_from_the_recorded_end(void)
{
    hc_kept_jobs kept = hc_test_kept();
    hc_error error = HC_ERROR_NONE;
    uint64_t unknown = 0;
    uint32_t a = hc_test_keep_text(&kept, "a");
    hc_trace_job job = plain(0, a);
    job.start = 0;
    job.end = 10;
    hc_test_keep(&kept, job);
    for (hc_time submit = 5; submit <= 25; submit += 20) {
        job = plain(submit, 0);
        job.preceding_id = a;
        hc_test_keep(&kept, job);
    }
    job.think_time = 3;
    hc_test_keep(&kept, job);
    CU_ASSERT_EQUAL(hc_kept_jobs_link(&kept, &unknown, &error), 0);
    CU_ASSERT_EQUAL(hc_kept_jobs_get(&kept, 1).think_time, 0);
    CU_ASSERT_EQUAL(hc_kept_jobs_get(&kept, 2).think_time, 15);
    CU_ASSERT_EQUAL(hc_kept_jobs_get(&kept, 3).think_time, 3);
    hc_kept_jobs_release(&kept);
}

static const hc_test_case CASES[] = {
    {"plain_jobs_need_no_side_table", plain_jobs_need_no_side_table},
    {"limits_and_ends_follow_from_other_fields", limits_and_ends_follow_from_other_fields},
    {"the_largest_values_come_back", the_largest_values_come_back},
    {"extra_data_stay_with_their_job", extra_data_stay_with_their_job},
    {"predecessors_are_the_latest_jobs_before_of_that_id",
     predecessors_are_the_latest_jobs_before_of_that_id},
    {"missing_think_times_follow_from_the_recorded_end",
     missing_think_times_follow_from_the_recorded_end},
};

HC_TEST_MAIN("kept_jobs", CASES)
