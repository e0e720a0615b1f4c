#include "tests/sim/scenario/demo.h"
#include "tests/testing.h"

#include <stdlib.h>
#include <string.h>

static void the_resolved_scenario_has_all_values_in_the_order_of_the_tables(void)
{
    demo_expect_text(
        "scheduler: { placement: packed, policy: easy }\n"
        "workload: { traces: [{ file: philly.csv.gz, format: philly-sia, from: 2017-10-02, load: "
        "1.0 }],\n"
        "  warmup: 7d, quarantine_limit: 5 % }\n"
        "cluster: { nodes: [{ count: 40, gpus: 8, gpu: V100, memory: 512GiB, per_rack: 4 }] }\n"
        "name: demo\n"
        "seed: 7\n"
        "hindcast: 1\n",
        NULL,
        "hindcast: 1\n"
        "name: demo\n"
        "seed: 7\n"
        "cluster:\n"
        "  nodes:\n"
        "    - count: 40\n"
        "      gpus: 8\n"
        "      gpu: V100\n"
        "      memory: 512GiB\n"
        "      per_rack: 4\n"
        "workload:\n"
        "  traces:\n"
        "    - file: philly.csv.gz\n"
        "      format: philly-sia\n"
        "      from: 2017-10-02\n"
        "      load: 1\n"
        "      days: []\n"
        "  warmup: 7d\n"
        "  quarantine_limit: 0.05\n"
        "  warm_start: false\n"
        "scheduler:\n"
        "  policy: easy\n"
        "  placement: packed\n");
}

static void maps_are_written_when_somebody_wrote_them(void)
{
    demo_expect_text(DEMO_BASE, NULL, DEMO_BASE_TEXT DEMO_WORKLOAD_TEXT DEMO_SCHEDULER_TEXT);
    demo_expect_text(DEMO_BASE "notes: {}\n", NULL,
                     DEMO_BASE_TEXT DEMO_WORKLOAD_TEXT DEMO_SCHEDULER_TEXT "notes: {}\n");
}

static void empty_items_and_lists_are_kept(void)
{
    static const hc_key KEYS[] = {
        {.path = "a", .type = HC_KEY_LIST},
        {.path = "a[]", .type = HC_KEY_MAP},
        {.path = "a[].b", .type = HC_KEY_LIST},
        {.path = "a[].b[]", .type = HC_KEY_LIST},
        {.path = "a[].b[][]", .type = HC_KEY_INTEGER},
        {.path = "c", .type = HC_KEY_MAP, .is_required = true},
        {.path = "c.d", .type = HC_KEY_MAP},
        {.path = "c.d.e", .type = HC_KEY_TEXT},
    };
    static const hc_key_table TABLE = {KEYS, sizeof KEYS / sizeof KEYS[0]};
    static const char *const TEXTS[][2] = {
        {"c:", "c: {}\n"},
        {"{ c: {}, a: [{}, { b: [] }, { b: [[1, 2], []] }] }",
         "a:\n  - {}\n  - b: []\n  - b:\n      -\n        - 1\n        - 2\n      - []\nc: {}\n"},
        {"{ c: { d: { e: x } }, a: [] }", "a: []\nc:\n  d:\n    e: x\n"},
    };
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++) {
        const char *text = TEXTS[i][0];
        for (int round = 0; round < 2; round++) {
            hc_error error = HC_ERROR_NONE;
            hc_scenario *scenario = NULL;
            CU_ASSERT_EQUAL_FATAL(hc_scenario_parse(&scenario, "t.yaml", text, strlen(text), &TABLE,
                                                    1, NULL, 0, &error),
                                  0);
            CU_ASSERT_STRING_EQUAL(hc_scenario_text(scenario), TEXTS[i][1]);
            hc_scenario_destroy(scenario);
            text = TEXTS[i][1];
        }
    }
}

static void a_scenario_of_nothing_is_an_empty_map(void)
{
    hc_error error = HC_ERROR_NONE;
    hc_scenario *scenario = NULL;
    CU_ASSERT_EQUAL_FATAL(hc_scenario_parse(&scenario, "t.yaml", "{}", 2, NULL, 0, NULL, 0, &error),
                          0);
    CU_ASSERT_STRING_EQUAL(hc_scenario_text(scenario), "{}\n");
    hc_scenario_destroy(scenario);
}

static void a_scenario_that_its_defaults_make_too_large_is_refused(void)
{
    static const hc_key KEYS[] = {
        {.path = "a", .type = HC_KEY_LIST},
        {.path = "a[]", .type = HC_KEY_MAP},
        {.path = "a[].a_key_with_a_name_that_is_long_enough_to_fill_the_file",
         .type = HC_KEY_TEXT,
         .fallback =
             "a_default_that_is_long_enough_to_fill_the_file_even_without_the_key_before_it"},
    };
    static const hc_key_table TABLE = {KEYS, sizeof KEYS / sizeof KEYS[0]};
    size_t count = 131000;
    char *text = malloc(count * 3 + 10);
    char *end = text;
    hc_error error = HC_ERROR_NONE;
    hc_scenario *scenario = NULL;
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    end = stpcpy(end, "a: [");
    for (size_t i = 0; i < count; i++) {
        end = stpcpy(end, "{},");
    }
    end = stpcpy(end, "]");
    CU_ASSERT_EQUAL(hc_scenario_parse(&scenario, "t.yaml", text, (size_t)(end - text), &TABLE, 1,
                                      NULL, 0, &error),
                    -1);
    CU_ASSERT_STRING_EQUAL(error.text, "t.yaml: error: larger than 16 MiB with the defaults");
    free(text);
}

static const hc_test_case CASES[] = {
    {"the_resolved_scenario_has_all_values_in_the_order_of_the_tables",
     the_resolved_scenario_has_all_values_in_the_order_of_the_tables},
    {"maps_are_written_when_somebody_wrote_them", maps_are_written_when_somebody_wrote_them},
    {"empty_items_and_lists_are_kept", empty_items_and_lists_are_kept},
    {"a_scenario_of_nothing_is_an_empty_map", a_scenario_of_nothing_is_an_empty_map},
    {"a_scenario_that_its_defaults_make_too_large_is_refused",
     a_scenario_that_its_defaults_make_too_large_is_refused},
};

HC_TEST_MAIN("emit", CASES)
