#include "sim/engine/random.h"
#include "tests/testing.h"
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

static uint32_t add(hc_strings *strings, const char *text)
{
    hc_error error = HC_ERROR_NONE;
    uint32_t index = 0;
    CU_ASSERT_EQUAL_FATAL(hc_strings_append(strings, text, strlen(text), &index, &error), 0);
    return index;
}

static void every_field_but_the_line_counts(void)
{
    hc_strings *strings = hc_strings_create();
    hc_trace_job jobs[16];
    size_t count = 0;
    uint32_t text = add(strings, "a");
    memset(jobs, 0, sizeof jobs);
    jobs[count++].line = 5;
    jobs[count++].submit = 1;
    jobs[count++].id = text;
    jobs[count++].gpu_count = 1;
    jobs[count++].gpu_milli = 1;
    jobs[count++].cpu_milli = 1;
    jobs[count++].memory_bytes = 1;
    jobs[count++].run_time = 1;
    jobs[count++].time_limit = 1;
    jobs[count++].start = 1;
    jobs[count++].end = 1;
    jobs[count++].user = text;
    jobs[count++].group = text;
    jobs[count++].partition = text;
    jobs[count++].kinds = text;
    jobs[count++].outcome = 1;
    CU_ASSERT_EQUAL(count, COUNT_OF(jobs));
    for (size_t i = 1; i < count; i++) {
        CU_ASSERT(hc_submission_order_compare(&jobs[0], &jobs[i], strings) < 0);
        CU_ASSERT(hc_submission_order_compare(&jobs[i], &jobs[0], strings) > 0);
    }
    CU_ASSERT_EQUAL(hc_submission_order_compare(&jobs[0], &(hc_trace_job){.line = 6}, strings), 0);
    CU_ASSERT(hc_submission_order_compare(&jobs[0], &(hc_trace_job){.is_single_node = true},
                                          strings) < 0);
    CU_ASSERT(hc_submission_order_compare(&jobs[0], &(hc_trace_job){.is_limit_requested = true},
                                          strings) < 0);
    hc_strings_destroy(strings);
}

/* Ids of every sort: short and long numbers, texts that differ within eight bytes and behind them. */
static uint32_t draw_id(hc_strings *strings, hc_random *random)
{
    static const char *const PREFIXES[] = {"", "", "x", "xxxxxxxxxx", "9999999999999999999"};
    char id[64];
    if (hc_random_below(random, 4) == 0) {
        return 0;
    }
    (void)snprintf(id, sizeof id, "%s%u", PREFIXES[hc_random_below(random, COUNT_OF(PREFIXES))],
                   (unsigned)hc_random_below(random, 30));
    return add(strings, id);
}

/* Few submit times and sizes, so that all levels of the comparison decide somewhere. */
static void fill(hc_trace_job *jobs, size_t count, hc_strings *strings, hc_random *random)
{
    memset(jobs, 0, count * sizeof *jobs);
    for (size_t i = 0; i < count; i++) {
        jobs[i].id = draw_id(strings, random);
        jobs[i].submit = (hc_time)hc_random_below(random, 10);
        jobs[i].gpu_count = (uint32_t)hc_random_below(random, 3);
        jobs[i].line = i + 1;
    }
}

static void shuffle(hc_trace_job *jobs, size_t count, hc_random *random)
{
    for (size_t i = count; i > 1; i--) {
        size_t other = hc_random_below(random, i);
        hc_trace_job job = jobs[i - 1];
        jobs[i - 1] = jobs[other];
        jobs[other] = job;
    }
}

static void sorted_jobs_are_the_same_from_any_order(void)
{
    static const size_t COUNTS[] = {0, 1, 2, 3, 7, 64, 1000, 4099};
    hc_random random = hc_random_stream(3, 0, HC_RANDOM_BENCH);
    hc_strings *strings = hc_strings_create();
    hc_error error = HC_ERROR_NONE;
    static hc_trace_job sorted[4099];
    static hc_trace_job again[4099];
    for (size_t c = 0; c < COUNT_OF(COUNTS); c++) {
        size_t count = COUNTS[c];
        fill(sorted, count, strings, &random);
        CU_ASSERT_EQUAL(hc_submission_order_sort(sorted, count, strings, &error), 0);
        for (size_t i = 1; i < count; i++) {
            int order = hc_submission_order_compare(&sorted[i - 1], &sorted[i], strings);
            CU_ASSERT(order < 0 || (order == 0 && sorted[i - 1].line < sorted[i].line));
        }
        memcpy(again, sorted, sizeof sorted);
        for (int round = 0; round < 3; round++) {
            shuffle(again, count, &random);
            CU_ASSERT_EQUAL(hc_submission_order_sort(again, count, strings, &error), 0);
            CU_ASSERT_EQUAL(memcmp(again, sorted, count * sizeof *sorted), 0);
        }
    }
    hc_strings_destroy(strings);
}

static void repeated_jobs_are_counted(void)
{
    hc_trace_job jobs[6] = {{.submit = 1, .line = 1}, {.submit = 2, .line = 2},
                            {.submit = 2, .line = 7}, {.submit = 2, .line = 9},
                            {.submit = 3, .line = 3}, {.submit = 3, .gpu_count = 1}};
    hc_strings *strings = hc_strings_create();
    CU_ASSERT_EQUAL(hc_submission_order_count_duplicates(jobs, 6, strings), 2);
    CU_ASSERT_EQUAL(hc_submission_order_count_duplicates(jobs, 0, strings), 0);
    hc_strings_destroy(strings);
}

static const hc_test_case CASES[] = {
    {"ids_of_digits_are_numbers_and_come_first", ids_of_digits_are_numbers_and_come_first},
    {"every_field_but_the_line_counts", every_field_but_the_line_counts},
    {"sorted_jobs_are_the_same_from_any_order", sorted_jobs_are_the_same_from_any_order},
    {"repeated_jobs_are_counted", repeated_jobs_are_counted},
};

HC_TEST_MAIN("submission_order", CASES)
