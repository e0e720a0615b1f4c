#include "tests/sim/scenario/demo.h"
#include "tests/sim/scenario/demo_keys.h"
#include "tests/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A file of its own in the folder for temporary files; the caller removes it. */
static void write_file(char *path, const char *text)
{
    int descriptor = mkstemp(path);
    FILE *file = descriptor < 0 ? NULL : fdopen(descriptor, "wb");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    (void)fputs(text, file);
    CU_ASSERT_EQUAL(fclose(file), 0);
}

static void files_that_cannot_be_read_are_named(void)
{
    hc_scenario *scenario = NULL;
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL(hc_scenario_read(&scenario, "/no/such/file.yaml", DEMO_TABLES, DEMO_TABLE_COUNT,
                                     NULL, 0, &error),
                    -1);
    CU_ASSERT_STRING_EQUAL(error.text, "/no/such/file.yaml: No such file or directory");
    CU_ASSERT_EQUAL(error.kind, HC_ERROR_RUNTIME);
    error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL(
        hc_scenario_read(&scenario, "/", DEMO_TABLES, DEMO_TABLE_COUNT, NULL, 0, &error), -1);
    CU_ASSERT_STRING_EQUAL(error.text, "/: Is a directory");
    CU_ASSERT_EQUAL(error.kind, HC_ERROR_RUNTIME);
}

static void a_file_is_read_with_overrides(void)
{
    static const char *const OVERRIDES[] = {"seed=9"};
    char path[] = "/tmp/hindcast_scenario_XXXXXX";
    hc_scenario *scenario = NULL;
    hc_error error = HC_ERROR_NONE;
    write_file(path, DEMO_BASE);
    CU_ASSERT_EQUAL_FATAL(
        hc_scenario_read(&scenario, path, DEMO_TABLES, DEMO_TABLE_COUNT, OVERRIDES, 1, &error), 0);
    CU_ASSERT_EQUAL(hc_value_integer(hc_value_get(hc_scenario_root(scenario), "seed")), 9);
    hc_scenario_destroy(scenario);
    (void)unlink(path);
}

static void json_is_a_scenario_too(void)
{
    static const char TEXT[] = "{\"hindcast\": 1, \"name\": \"json\", \"cluster\": "
                               "{\"nodes\": [{\"count\": 4, \"gpus\": 8}]}}\n";
    hc_scenario *scenario = NULL;
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL_FATAL(hc_scenario_parse(&scenario, "s.json", TEXT, strlen(TEXT), DEMO_TABLES,
                                            DEMO_TABLE_COUNT, NULL, 0, &error),
                          0);
    CU_ASSERT_EQUAL(hc_value_count(hc_value_get(hc_scenario_root(scenario), "cluster.nodes")), 1);
    hc_scenario_destroy(scenario);
}

static void a_dash_reads_standard_input(void)
{
    char path[] = "/tmp/hindcast_scenario_XXXXXX";
    hc_scenario *scenario = NULL;
    hc_error error = HC_ERROR_NONE;
    write_file(path, DEMO_BASE "seed: x\n");
    CU_ASSERT_PTR_NOT_NULL_FATAL(freopen(path, "rb", stdin));
    CU_ASSERT_EQUAL(
        hc_scenario_read(&scenario, "-", DEMO_TABLES, DEMO_TABLE_COUNT, NULL, 0, &error), -1);
    CU_ASSERT_STRING_EQUAL(error.text, "<stdin>:3:7: error: seed: expected a whole number of at "
                                       "least 0, got \"x\"\nseed: x\n      ^");
    (void)unlink(path);
}

static void paths_start_at_the_folder_of_the_scenario(void)
{
    static const struct {
        const char *name;
        const char *path;
        const char *file;
    } CASES[] = {
        {"studies/may/s.yaml", "../philly.csv", "studies/may/../philly.csv"},
        {"s.yaml", "philly.csv", "philly.csv"},
        {"/s.yaml", "philly.csv", "/philly.csv"},
        {"<stdin>", "philly.csv", "philly.csv"},
        {"studies/s.yaml", "/data/philly.csv", "/data/philly.csv"},
        {"studies/s.yaml", "-", "-"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        hc_scenario *scenario = NULL;
        hc_error error = HC_ERROR_NONE;
        char text[200];
        char *file = NULL;
        int length = snprintf(text, sizeof text, "%sworkload: { traces: [{ file: '%s' }] }\n",
                              DEMO_BASE, CASES[i].path);
        const hc_value *traces = NULL;
        CU_ASSERT_EQUAL_FATAL(hc_scenario_parse(&scenario, CASES[i].name, text, (size_t)length,
                                                DEMO_TABLES, DEMO_TABLE_COUNT, NULL, 0, &error),
                              0);
        traces = hc_value_get(hc_scenario_root(scenario), "workload.traces");
        file = hc_scenario_file(scenario, hc_value_get(hc_value_at(traces, 0), "file"));
        CU_ASSERT_STRING_EQUAL(file, CASES[i].file);
        free(file);
        hc_scenario_destroy(scenario);
    }
}

static void standard_input_is_refused_wherever_a_file_is_named(void)
{
    static const char TEXT[] =
        DEMO_BASE "name: '-'\nworkload: { traces: [{ file: '-' }, { file: x }, { file: - }] }\n";
    hc_error error;
    hc_scenario *scenario = demo_parse(TEXT, NULL, &error);
    CU_ASSERT_PTR_NOT_NULL_FATAL(scenario);
    CU_ASSERT_EQUAL(hc_scenario_refuse_standard_input(scenario, "each of us", &error), -1);
    CU_ASSERT_EQUAL(error.kind, HC_ERROR_USAGE);
    CU_ASSERT_STRING_EQUAL(error.text,
                           "t.yaml:4:30: error: workload.traces[0].file: expected a file, found - "
                           "(standard input), which each of us would read\n"
                           "workload: { traces: [{ file: '-' }, { file: x }, { file: - }] }\n"
                           "                             ^\n"
                           "t.yaml:4:58: error: workload.traces[2].file: expected a file, found - "
                           "(standard input), which each of us would read\n"
                           "workload: { traces: [{ file: '-' }, { file: x }, { file: - }] }\n"
                           "                                                         ^");
    CU_ASSERT_EQUAL(error.count, 2);
    hc_scenario_destroy(scenario);
    scenario =
        demo_parse(DEMO_BASE "name: '-'\nworkload: { traces: [{ file: x }] }\n", NULL, &error);
    CU_ASSERT_PTR_NOT_NULL_FATAL(scenario);
    CU_ASSERT_EQUAL(hc_scenario_refuse_standard_input(scenario, "each of us", &error), 0);
    hc_scenario_destroy(scenario);
}

static void defects_found_later_look_like_the_others(void)
{
    static const char *const OVERRIDES[] = {"seed=4", NULL};
    hc_error error;
    hc_scenario *scenario =
        demo_parse(DEMO_BASE "workload:\n  traces: [{ file: x,\tload: 2 }]\n", OVERRIDES, &error);
    const hc_value *root = NULL;
    const hc_value *trace = NULL;
    CU_ASSERT_PTR_NOT_NULL_FATAL(scenario);
    root = hc_scenario_root(scenario);
    trace = hc_value_at(hc_value_get(root, "workload.traces"), 0);
    CU_ASSERT_EQUAL(hc_value_error(hc_value_get(trace, "load"), &error, "above %d", 1), -1);
    (void)hc_value_error(trace, &error, "a trace too many");
    (void)hc_value_error(hc_value_get(trace, "format"), &error, "not for %s", "x");
    (void)hc_value_error(hc_value_get(root, "scheduler"), &error, "absent");
    (void)hc_value_error(hc_value_get(root, "seed"), &error, "even");
    (void)hc_value_error(root, &error, "nothing runs");
    CU_ASSERT_STRING_EQUAL(error.text,
                           "t.yaml:4:29: error: workload.traces[0].load: above 1\n"
                           "  traces: [{ file: x,\tload: 2 }]\n"
                           "                     \t      ^\n"
                           "t.yaml:4:12: error: workload.traces[0]: a trace too many\n"
                           "  traces: [{ file: x,\tload: 2 }]\n"
                           "           ^\n"
                           "t.yaml:default: error: workload.traces[0].format: not for x\n"
                           "t.yaml:default: error: scheduler: absent\n"
                           "--set seed=4: error: seed: even\n"
                           "--set seed=4\n"
                           "           ^\n"
                           "t.yaml:1:1: error: nothing runs\n"
                           "hindcast: 1\n"
                           "^");
    CU_ASSERT_EQUAL(error.count, 6);
    CU_ASSERT_EQUAL(error.kind, HC_ERROR_USAGE);
    hc_scenario_destroy(scenario);
}

static void nothing_is_needed_to_destroy_nothing(void)
{
    hc_scenario_destroy(NULL);
    CU_ASSERT_EQUAL(hc_value_count(NULL), 0);
    CU_ASSERT_PTR_NULL(hc_value_get(NULL, "seed"));
}

static const hc_test_case CASES[] = {
    {"files_that_cannot_be_read_are_named", files_that_cannot_be_read_are_named},
    {"a_file_is_read_with_overrides", a_file_is_read_with_overrides},
    {"json_is_a_scenario_too", json_is_a_scenario_too},
    {"a_dash_reads_standard_input", a_dash_reads_standard_input},
    {"paths_start_at_the_folder_of_the_scenario", paths_start_at_the_folder_of_the_scenario},
    {"standard_input_is_refused_wherever_a_file_is_named",
     standard_input_is_refused_wherever_a_file_is_named},
    {"defects_found_later_look_like_the_others", defects_found_later_look_like_the_others},
    {"nothing_is_needed_to_destroy_nothing", nothing_is_needed_to_destroy_nothing},
};

HC_TEST_MAIN("scenario", CASES)
