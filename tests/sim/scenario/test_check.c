#include "tests/sim/scenario/demo.h"
#include "tests/testing.h"

#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static void all_defects_are_reported_in_the_order_of_the_file(void)
{
    demo_expect_error(
        "hindcast: 2\n"
        "name: [demo]\n"
        "seed: -1\n"
        "cluster:\n"
        "  nodes:\n"
        "    - count: many\n"
        "      gpus: eight\n"
        "      memory: 512\n"
        "    - gpu: V100\n"
        "scheduler:\n"
        "  polcy: easy\n"
        "  placement: paked\n"
        "seed: 8\n"
        "faults:\n"
        "  repair: 30\n"
        "workload:\n",
        NULL,
        "t.yaml:1:11: error: hindcast: expected 1, got 2\n"
        "hindcast: 2\n"
        "          ^\n"
        "t.yaml:2:7: error: name: expected text of 1 to 4096 bytes without control characters, got "
        "a "
        "list\n"
        "name: [demo]\n"
        "      ^\n"
        "t.yaml:3:7: error: seed: expected a whole number of at least 0, got -1\n"
        "seed: -1\n"
        "      ^\n"
        "t.yaml:6:14: error: cluster.nodes[0].count: expected a whole number from 1 to 1048576, "
        "got "
        "\"many\"\n"
        "    - count: many\n"
        "             ^\n"
        "t.yaml:7:13: error: cluster.nodes[0].gpus: expected a whole number from 1 to 16777216, "
        "got "
        "\"eight\"\n"
        "      gpus: eight\n"
        "            ^\n"
        "t.yaml:8:15: error: cluster.nodes[0].memory: 512 has no unit; write 512GiB or 512GB\n"
        "      memory: 512\n"
        "              ^\n"
        "t.yaml:9:7: error: cluster.nodes[1].gpus: required, but missing; expected a whole number "
        "from "
        "1 to 16777216\n"
        "    - gpu: V100\n"
        "      ^\n"
        "t.yaml:11:3: error: scheduler.polcy: unknown key; did you mean \"policy\"?\n"
        "  polcy: easy\n"
        "  ^\n"
        "t.yaml:12:14: error: scheduler.placement: expected one of packed, spread, first, got "
        "\"paked\"; did you mean \"packed\"?\n"
        "  placement: paked\n"
        "             ^\n"
        "t.yaml:13:1: error: seed: given twice; first in line 3\n"
        "seed: 8\n"
        "^\n"
        "t.yaml:15:3: error: faults.kind: required, but missing; expected one of poisson, trace\n"
        "  repair: 30\n"
        "  ^\n"
        "t.yaml:15:11: error: faults.repair: 30 has no unit; write 30min or 30h\n"
        "  repair: 30\n"
        "          ^");
}

static void defects_are_counted_and_the_first_twenty_shown(void)
{
    char text[1000] = DEMO_BASE;
    hc_error error;
    const char *last = NULL;
    for (int i = 0; i < 27; i++) {
        (void)snprintf(text + strlen(text), sizeof text - strlen(text), "key_%02d: 1\n", i);
    }
    CU_ASSERT_PTR_NULL(demo_parse(text, NULL, &error));
    CU_ASSERT_EQUAL(error.count, 27);
    last = strstr(error.text, "key_19: 1\n");
    CU_ASSERT_PTR_NOT_NULL_FATAL(last);
    CU_ASSERT_STRING_EQUAL(last, "key_19: 1\n^\n... and 7 more");
}

static void messages_that_find_no_room_are_counted_too(void)
{
    char text[1000] = "";
    hc_error error = HC_ERROR_NONE;
    for (int i = 0; i < 27; i++) {
        (void)snprintf(text + strlen(text), sizeof text - strlen(text), "key_%02d: 1\n", i);
    }
    memset(error.text, 'x', 7800);
    error.length = 7800;
    error.count = 1;
    CU_ASSERT_EQUAL(hc_scenario_parse(&(hc_scenario *){NULL}, "t.yaml", text, strlen(text), NULL, 0,
                                      NULL, 0, &error),
                    -1);
    CU_ASSERT_EQUAL(error.count, 28);
    CU_ASSERT_STRING_EQUAL(
        error.text + 7800 + 5 * 51,
        "\nt.yaml:6:1: error: key_05: unknown key\nkey_05: 1\n^\n... and 21 more");
}

static void unknown_keys_are_not_searched_any_deeper(void)
{
    demo_expect_error(DEMO_BASE "network: { kind: [1, 2], gpus: { x: 1 } }\n", NULL,
                      "t.yaml:3:1: error: network: unknown key\n"
                      "network: { kind: [1, 2], gpus: { x: 1 } }\n^");
}

static void maps_and_lists_are_not_confused(void)
{
    static const struct {
        const char *line;
        const char *message;
    } CASES[] = {
        {"scheduler: easy", "12: error: scheduler: expected a map, got \"easy\""},
        {"scheduler: [easy]", "12: error: scheduler: expected a map, got a list"},
        {"workload: { traces: x }", "21: error: workload.traces: expected a list, got \"x\""},
        {"workload: { traces: { file: x } }",
         "21: error: workload.traces: expected a list, got a map"},
        {"workload: { traces: ~ }", "21: error: workload.traces: no value; expected a list"},
        {"workload: { traces: [x] }", "22: error: workload.traces[0]: expected a map, got \"x\""},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        char text[200];
        char messages[300];
        (void)snprintf(text, sizeof text, "%s%s\n", DEMO_BASE, CASES[i].line);
        (void)snprintf(messages, sizeof messages, "t.yaml:3:%s\n%s\n%*s^", CASES[i].message,
                       CASES[i].line, atoi(CASES[i].message) - 1, "");
        demo_expect_error(text, NULL, messages);
    }
}

static void lists_have_a_least_and_a_greatest_number_of_items(void)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = NULL;
    hc_error error;
    demo_expect_error(
        "hindcast: 1\ncluster: { nodes: [] }\n", NULL,
        "t.yaml:2:19: error: cluster.nodes: expected a list of 1 to 16384 items, got 0\n"
        "cluster: { nodes: [] }\n                  ^");
    demo_expect_error(
        DEMO_BASE "faults: { kind: trace, quantiles: [0.5] }\n", NULL,
        "t.yaml:3:35: error: faults.quantiles: expected a list of at least 2 items, got 1\n"
        "faults: { kind: trace, quantiles: [0.5] }\n"
        "                                  ^");
    out = open_memstream(&text, &length);
    (void)fputs("hindcast: 1\ncluster: { nodes: [", out);
    for (int i = 0; i < 16385; i++) {
        (void)fputs("{gpus: 1},", out);
    }
    (void)fputs("] }\n", out);
    (void)fclose(out);
    CU_ASSERT_PTR_NULL(demo_parse(text, NULL, &error));
    CU_ASSERT_PTR_NOT_NULL(strstr(
        error.text,
        "t.yaml:2:19: error: cluster.nodes: expected a list of 1 to 16384 items, got 16385\n"));
    CU_ASSERT_EQUAL(error.count, 1);
    free(text);
}

static void values_are_in_base_units(void)
{
    hc_error error;
    hc_scenario *scenario = demo_parse(
        DEMO_BASE "name: demo\nworkload: { warmup: 2h, warm_start: true, quarantine_limit: 5 % }\n"
                  "scheduler: { placement: first }\nnotes: { buffer: 2KiB, delta: -3 }\n",
        NULL, &error);
    const hc_value *root = NULL;
    CU_ASSERT_PTR_NOT_NULL_FATAL(scenario);
    root = hc_scenario_root(scenario);
    CU_ASSERT_STRING_EQUAL(hc_value_text(hc_value_get(root, "name")), "demo");
    CU_ASSERT_EQUAL(hc_value_duration(hc_value_get(root, "workload.warmup")), 2 * HC_HOUR);
    CU_ASSERT_EQUAL(hc_value_boolean(hc_value_get(root, "workload.warm_start")), true);
    CU_ASSERT_EQUAL(hc_value_real(hc_value_get(root, "workload.quarantine_limit")), 0.05);
    CU_ASSERT_EQUAL(hc_value_choice(hc_value_get(root, "scheduler.placement")), 2);
    CU_ASSERT_EQUAL(hc_value_bytes(hc_value_get(root, "notes.buffer")), 2048);
    CU_ASSERT_EQUAL(hc_value_integer(hc_value_get(root, "notes.delta")), -3);
    hc_scenario_destroy(scenario);
}

static void absent_maps_are_made_of_their_defaults(void)
{
    hc_error error;
    hc_scenario *scenario = demo_parse(DEMO_BASE, NULL, &error);
    const hc_value *root = NULL;
    CU_ASSERT_PTR_NOT_NULL_FATAL(scenario);
    root = hc_scenario_root(scenario);
    CU_ASSERT_STRING_EQUAL(hc_value_text(hc_value_get(root, "scheduler.policy")), "easy");
    CU_ASSERT_EQUAL(hc_value_choice(hc_value_get(root, "scheduler.policy")), 1);
    CU_ASSERT_EQUAL(hc_value_duration(hc_value_get(root, "workload.warmup")), 0);
    CU_ASSERT_EQUAL(hc_value_real(hc_value_get(root, "workload.quarantine_limit")), 0.1);
    CU_ASSERT_EQUAL(hc_value_boolean(hc_value_get(root, "workload.warm_start")), false);
    CU_ASSERT_EQUAL(hc_value_integer(hc_value_get(root, "seed")), 1);
    CU_ASSERT_PTR_NULL(hc_value_get(root, "workload.traces"));
    CU_ASSERT_EQUAL(hc_value_count(hc_value_get(root, "workload.traces")), 0);
    CU_ASSERT_PTR_NULL(hc_value_get(root, "scheduler.interval"));
    CU_ASSERT_PTR_NULL(hc_value_get(root, "notes")); /* has no defaults to be made of */
    CU_ASSERT_PTR_NULL(hc_value_get(root, "notes.delta"));
    hc_scenario_destroy(scenario);
}

static void an_absent_map_with_a_required_key_stays_absent(void)
{
    hc_error error;
    hc_scenario *scenario = demo_parse(DEMO_BASE, NULL, &error);
    const hc_value *faults = NULL;
    CU_ASSERT_PTR_NOT_NULL_FATAL(scenario);
    CU_ASSERT_PTR_NULL(hc_value_get(hc_scenario_root(scenario), "faults"));
    CU_ASSERT_PTR_NULL(hc_value_get(hc_scenario_root(scenario), "faults.repair"));
    hc_scenario_destroy(scenario);
    scenario = demo_parse(DEMO_BASE "faults: { kind: trace }\n", NULL, &error);
    CU_ASSERT_PTR_NOT_NULL_FATAL(scenario);
    faults = hc_value_get(hc_scenario_root(scenario), "faults");
    CU_ASSERT_EQUAL(hc_value_duration(hc_value_get(faults, "repair")), 2 * HC_HOUR);
    CU_ASSERT_EQUAL(hc_value_count(hc_value_get(faults, "quantiles")), 2);
    CU_ASSERT_EQUAL(hc_value_real(hc_value_at(hc_value_get(faults, "quantiles"), 0)), 0.5);
    CU_ASSERT_EQUAL(hc_value_real(hc_value_at(hc_value_get(faults, "quantiles"), 1)), 0.9);
    hc_scenario_destroy(scenario);
}

static void a_map_without_a_value_is_empty(void)
{
    hc_error error;
    hc_scenario *scenario = demo_parse(DEMO_BASE "scheduler:\nworkload: ~\n", NULL, &error);
    CU_ASSERT_PTR_NOT_NULL_FATAL(scenario);
    CU_ASSERT_STRING_EQUAL(
        hc_value_text(hc_value_get(hc_scenario_root(scenario), "scheduler.policy")), "easy");
    hc_scenario_destroy(scenario);
    demo_expect_error(
        "hindcast: 1\ncluster:\n", NULL,
        "t.yaml:2:9: error: cluster.nodes: required, but missing; expected a list of 1 "
        "to 16384 items\ncluster:\n        ^");
    demo_expect_error(DEMO_BASE "faults:\n", NULL,
                      "t.yaml:3:8: error: faults.kind: required, but missing; expected one of "
                      "poisson, trace\nfaults:\n       ^");
}

static void a_scalar_stands_for_the_key_that_a_map_is_short_for(void)
{
    demo_expect_text(
        DEMO_BASE "faults: poisson\n", NULL,
        DEMO_BASE_TEXT DEMO_WORKLOAD_TEXT DEMO_SCHEDULER_TEXT DEMO_FAULTS_TEXT("poisson"));
    demo_expect_error(DEMO_BASE "faults: posson\n", NULL,
                      "t.yaml:3:9: error: faults.kind: expected one of poisson, trace, got "
                      "\"posson\"; did you mean \"poisson\"?\nfaults: posson\n        ^");
    demo_expect_error(DEMO_BASE "faults: [poisson]\n", NULL,
                      "t.yaml:3:9: error: faults: expected a map or its kind alone, got a list\n"
                      "faults: [poisson]\n        ^");
}

static void every_item_gets_its_own_defaults(void)
{
    hc_error error;
    hc_scenario *scenario = demo_parse(
        "hindcast: 1\ncluster: { nodes: [{ gpus: 8, count: 40 }, { gpus: 4 }] }\n", NULL, &error);
    const hc_value *nodes = NULL;
    CU_ASSERT_PTR_NOT_NULL_FATAL(scenario);
    nodes = hc_value_get(hc_scenario_root(scenario), "cluster.nodes");
    CU_ASSERT_EQUAL_FATAL(hc_value_count(nodes), 2);
    CU_ASSERT_EQUAL(hc_value_integer(hc_value_get(hc_value_at(nodes, 0), "count")), 40);
    CU_ASSERT_EQUAL(hc_value_integer(hc_value_get(hc_value_at(nodes, 1), "count")), 1);
    CU_ASSERT_PTR_NULL(hc_value_get(hc_value_at(nodes, 1), "memory"));
    hc_scenario_destroy(scenario);
}

static const hc_test_case CASES[] = {
    {"all_defects_are_reported_in_the_order_of_the_file",
     all_defects_are_reported_in_the_order_of_the_file},
    {"defects_are_counted_and_the_first_twenty_shown",
     defects_are_counted_and_the_first_twenty_shown},
    {"messages_that_find_no_room_are_counted_too", messages_that_find_no_room_are_counted_too},
    {"unknown_keys_are_not_searched_any_deeper", unknown_keys_are_not_searched_any_deeper},
    {"maps_and_lists_are_not_confused", maps_and_lists_are_not_confused},
    {"lists_have_a_least_and_a_greatest_number_of_items",
     lists_have_a_least_and_a_greatest_number_of_items},
    {"values_are_in_base_units", values_are_in_base_units},
    {"absent_maps_are_made_of_their_defaults", absent_maps_are_made_of_their_defaults},
    {"an_absent_map_with_a_required_key_stays_absent",
     an_absent_map_with_a_required_key_stays_absent},
    {"a_map_without_a_value_is_empty", a_map_without_a_value_is_empty},
    {"a_scalar_stands_for_the_key_that_a_map_is_short_for",
     a_scalar_stands_for_the_key_that_a_map_is_short_for},
    {"every_item_gets_its_own_defaults", every_item_gets_its_own_defaults},
};

HC_TEST_MAIN("check", CASES)
