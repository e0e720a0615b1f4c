#include "sim/engine/random.h"
#include "tests/testing.h"
#include "tests/traces/kept_testing.h"
#include "traces/submission_order.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static void ids_of_digits_are_numbers_and_come_first(void)
{
    /* In order; every pair is compared. */
    static const char *const IDS[] = {
        "",
        "0",
        "7",
        "07",
        "8",
        "10",
        "100",
        "999999999999999999",
        "1000000000000000000",
        "18446744073709551616",
        "99999999999999999999999999999",
        "99999999999999999999999999999999999",
        "#1",
        "10#2",
        "1a",
        "A",
        "aaaaaaaaaa",
        "aaaaaaaab",
        "z",
        "\xc3\xa9",
    };
    for (size_t i = 0; i < COUNT_OF(IDS); i++) {
        for (size_t j = 0; j < COUNT_OF(IDS); j++) {
            int order = hc_submission_order_compare_ids(IDS[i], IDS[j]);
            if ((order > 0) - (order < 0) != (i > j) - (i < j)) {
                printf("\n    \"%s\" and \"%s\": %d\n", IDS[i], IDS[j], order);
                CU_FAIL("wrong order");
            }
        }
    }
}

static void every_field_but_the_line_counts(void)
{
    hc_kept_jobs kept = hc_test_kept();
    uint32_t text = hc_test_keep_text(&kept, "a");
    const hc_trace_job jobs[] = {
        {.line = 5},
        {.submit = 1},
        {.id = text},
        {.gpu_count = 1},
        {.gpu_count = 1 << HC_KEPT_GPU_BITS},
        {.gpu_milli = 1},
        {.cpu_milli = 1},
        {.memory_bytes = 1},
        {.run_time = 1},
        {.requested_time = 1},
        {.start = 1},
        {.start = HC_TIME_MISSING, .end = 1},
        {.user = text},
        {.group = text},
        {.partition = text},
        {.kinds = text},
        {.outcome = 1},
        {.is_single_node = true},
        {.think_time = 1},
        {.priority = 1},
        {.preceding_id = text},
        {.nodes = text},
    };
    for (size_t i = 0; i < COUNT_OF(jobs); i++) {
        hc_test_keep(&kept, jobs[i]);
    }
    for (size_t i = 1; i < COUNT_OF(jobs); i++) {
        int order = hc_submission_order_compare(&kept, 0, i);
        CU_ASSERT(order != 0);
        CU_ASSERT_EQUAL(order > 0, hc_submission_order_compare(&kept, i, 0) < 0);
    }
    hc_test_keep(&kept, (hc_trace_job){.line = 6});
    hc_test_keep(&kept, (hc_trace_job){.line = UINT64_C(1) << 32});
    CU_ASSERT_EQUAL(hc_submission_order_compare(&kept, 0, COUNT_OF(jobs)), 0);
    CU_ASSERT_EQUAL(hc_submission_order_compare(&kept, 0, COUNT_OF(jobs) + 1), 0);
    hc_kept_jobs_release(&kept);
}

/* Ids of every sort: short and long numbers, texts that differ within eight bytes and behind them. */
static uint32_t draw_id(hc_kept_jobs *kept, hc_random *random)
{
    static const char *const PREFIXES[] = {"", "", "x", "xxxxxxxxxx", "9999999999999999999"};
    char id[64];
    if (hc_random_below(random, 4) == 0) {
        return 0;
    }
    (void)snprintf(id, sizeof id, "%s%u", PREFIXES[hc_random_below(random, COUNT_OF(PREFIXES))],
                   (unsigned)hc_random_below(random, 30));
    return hc_test_keep_text(kept, id);
}

/* Few submit times and sizes, so that all levels of the comparison decide somewhere. */
static void fill(hc_kept_jobs *kept, size_t count, hc_random *random)
{
    for (size_t i = 0; i < count; i++) {
        hc_test_keep(kept, (hc_trace_job){.id = draw_id(kept, random),
                                          .submit = (hc_time)hc_random_below(random, 10),
                                          .gpu_count = (uint32_t)hc_random_below(random, 3),
                                          .priority = (int32_t)hc_random_below(random, 2),
                                          .line = i + 1});
    }
}

static void shuffle(hc_kept_jobs *kept, hc_random *random)
{
    for (size_t i = kept->count; i > 1; i--) {
        size_t other = hc_random_below(random, i);
        hc_kept_job job = kept->jobs[i - 1];
        kept->jobs[i - 1] = kept->jobs[other];
        kept->jobs[other] = job;
    }
}

static void sorted_jobs_are_the_same_from_any_order(void)
{
    static const size_t COUNTS[] = {0, 1, 2, 3, 7, 64, 1000, 4099};
    hc_random random = hc_random_stream(3, 0, HC_RANDOM_BENCH);
    hc_error error = HC_ERROR_NONE;
    static hc_kept_job sorted[4099];
    for (size_t c = 0; c < COUNT_OF(COUNTS); c++) {
        hc_kept_jobs kept = hc_test_kept();
        size_t count = COUNTS[c];
        fill(&kept, count, &random);
        CU_ASSERT_EQUAL(hc_submission_order_sort(&kept, &error), 0);
        for (size_t i = 1; i < count; i++) {
            int order = hc_submission_order_compare(&kept, i - 1, i);
            CU_ASSERT(order < 0 || (order == 0 && kept.jobs[i - 1].line < kept.jobs[i].line));
        }
        for (size_t i = 0; i < count; i++) {
            sorted[i] = kept.jobs[i];
        }
        for (int round = 0; round < 3; round++) {
            shuffle(&kept, &random);
            CU_ASSERT_EQUAL(hc_submission_order_sort(&kept, &error), 0);
            CU_ASSERT(count == 0 || memcmp(kept.jobs, sorted, count * sizeof *sorted) == 0);
        }
        hc_kept_jobs_release(&kept);
    }
}

static void repeated_jobs_are_counted(void)
{
    const hc_trace_job jobs[] = {{.submit = 1, .line = 1}, {.submit = 2, .line = 2},
                                 {.submit = 2, .line = 7}, {.submit = 2, .line = 9},
                                 {.submit = 3, .line = 3}, {.submit = 3, .gpu_count = 1}};
    hc_kept_jobs kept = hc_test_kept();
    CU_ASSERT_EQUAL(hc_submission_order_count_duplicates(&kept), 0);
    for (size_t i = 0; i < COUNT_OF(jobs); i++) {
        hc_test_keep(&kept, jobs[i]);
    }
    CU_ASSERT_EQUAL(hc_submission_order_count_duplicates(&kept), 2);
    hc_kept_jobs_release(&kept);
}

static const hc_test_case CASES[] = {
    {"ids_of_digits_are_numbers_and_come_first", ids_of_digits_are_numbers_and_come_first},
    {"every_field_but_the_line_counts", every_field_but_the_line_counts},
    {"sorted_jobs_are_the_same_from_any_order", sorted_jobs_are_the_same_from_any_order},
    {"repeated_jobs_are_counted", repeated_jobs_are_counted},
};

HC_TEST_MAIN("submission_order", CASES)
