#include "sim/scenario/help.h"
#include "tests/sim/scenario/demo.h"
#include "tests/sim/scenario/demo_keys.h"
#include "tests/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* The linker sends the calls of sim/scenario here (-Wl,--wrap). */
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
FILE *__wrap_open_memstream(char **text, size_t *length);
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
FILE *__real_open_memstream(char **text, size_t *length);

static long calls_before_failure = -1; /* negative: nothing fails */

static bool must_fail(void)
{
    return calls_before_failure >= 0 && calls_before_failure-- == 0;
}

void *__wrap_malloc(size_t size)
{
    return must_fail() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return must_fail() ? NULL : __real_calloc(count, size);
}

FILE *__wrap_open_memstream(char **text, size_t *length)
{
    return must_fail() ? NULL : __real_open_memstream(text, length);
}

static const char *const GOOD =
    DEMO_BASE "workload: { traces: [{ file: x, days: [1, 2] }] }\nfaults: { kind: trace }\n";
static const char *const BAD = "hindcast: 2\nhindcast: 1\ncluster: { nodes: [{ gpus: 8, colour: &a "
                               "red }, *a] }\nname: \"\\0\"\n";
static const char *const OVERRIDES[] = {"cluster.nodes[0].count=2", "faults.repair=", "notes=[",
                                        NULL};

/* Every allocation of a run fails once. The runs end when one has fewer allocations than are let through. */
static void check_parsing(const char *text, const char *const *overrides)
{
    bool has_failed = true;
    for (long calls = 0; has_failed; calls++) {
        hc_error error;
        hc_scenario *scenario = NULL;
        calls_before_failure = calls;
        scenario = demo_parse(text, overrides, &error);
        has_failed = calls_before_failure < 0;
        calls_before_failure = -1;
        if (has_failed) {
            CU_ASSERT_PTR_NULL(scenario);
            CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "out of memory"));
        }
        hc_scenario_destroy(scenario);
    }
}

static void a_scenario_that_finds_no_memory_is_not_read(void)
{
    check_parsing(GOOD, NULL);
    check_parsing(GOOD, OVERRIDES);
    check_parsing(BAD, OVERRIDES);
}

static void a_file_that_finds_no_memory_is_not_read(void)
{
    hc_error error = HC_ERROR_NONE;
    hc_scenario *scenario = NULL;
    calls_before_failure = 0;
    CU_ASSERT_EQUAL(
        hc_scenario_read(&scenario, "/dev/null", DEMO_TABLES, DEMO_TABLE_COUNT, NULL, 0, &error),
        -1);
    calls_before_failure = -1;
    CU_ASSERT_STRING_EQUAL(error.text, "out of memory");
    CU_ASSERT_EQUAL(error.kind, HC_ERROR_RUNTIME);
}

static void later_defects_and_files_find_no_memory(void)
{
    hc_error error;
    hc_scenario *scenario = demo_parse(GOOD, NULL, &error);
    const hc_value *traces = NULL;
    CU_ASSERT_PTR_NOT_NULL_FATAL(scenario);
    traces = hc_value_get(hc_scenario_root(scenario), "workload.traces");
    for (long calls = 0; calls < 2; calls++) {
        error = HC_ERROR_NONE;
        calls_before_failure = calls;
        CU_ASSERT_EQUAL(hc_value_error(traces, &error, "x"), -1);
        CU_ASSERT_STRING_EQUAL(error.text, "out of memory");
    }
    calls_before_failure = 0;
    CU_ASSERT_PTR_NULL(hc_scenario_file(scenario, hc_value_get(hc_value_at(traces, 0), "file")));
    calls_before_failure = -1;
    hc_scenario_destroy(scenario);
}

static int write_terminal_help(FILE *out, const hc_key_table *tables, size_t count, hc_error *error)
{
    return hc_help_write(out, tables, count, NULL, error);
}

static int write_help_of_nothing(FILE *out, const hc_key_table *tables, size_t count,
                                 hc_error *error)
{
    (void)hc_help_write(out, tables, count, "no such key", error);
    return strstr(error->text, "out of memory") != NULL ? -1 : 0;
}

static void help_that_finds_no_memory_is_reported(void)
{
    static int (*const WRITERS[])(FILE *, const hc_key_table *, size_t, hc_error *) = {
        write_terminal_help, write_help_of_nothing,     hc_help_write_markdown,
        hc_help_write_man,   hc_help_write_json_schema, hc_help_write_dictionary,
    };
    FILE *out = fopen("/dev/null", "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(out);
    for (size_t i = 0; i < COUNT_OF(WRITERS); i++) {
        bool has_failed = true;
        for (long calls = 0; has_failed; calls++) {
            hc_error error = HC_ERROR_NONE;
            int status = 0;
            calls_before_failure = calls;
            status = WRITERS[i](out, DEMO_TABLES, DEMO_TABLE_COUNT, &error);
            has_failed = calls_before_failure < 0;
            calls_before_failure = -1;
            CU_ASSERT_EQUAL(status, has_failed ? -1 : 0);
        }
    }
    (void)fclose(out);
}

static const hc_test_case CASES[] = {
    {"a_scenario_that_finds_no_memory_is_not_read", a_scenario_that_finds_no_memory_is_not_read},
    {"a_file_that_finds_no_memory_is_not_read", a_file_that_finds_no_memory_is_not_read},
    {"later_defects_and_files_find_no_memory", later_defects_and_files_find_no_memory},
    {"help_that_finds_no_memory_is_reported", help_that_finds_no_memory_is_reported},
};

HC_TEST_MAIN("memory", CASES)
