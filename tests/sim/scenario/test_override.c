#include "tests/sim/scenario/demo.h"
#include "tests/testing.h"

#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* What one override to the base says; the message follows "--set ...: error: ". */
typedef struct refusal {
    const char *override;
    int caret; /* column in the override, from 0 */
    const char *message;
} refusal;

static void bad_paths_and_values_are_shown_with_a_caret(void)
{
    static const refusal CASES[] = {
        {"cluster.nodes[0].gpus=eight", 22,
         "cluster.nodes[0].gpus: expected a whole number from 1 to 16777216, got \"eight\""},
        {"seed", 0, "expected path=value"},
        {"", 0, "expected path=value"},
        {"=1", 0, "expected a key"},
        {".seed=1", 0, "expected a key"},
        {"[0]=1", 0, "expected a key"},
        {"cluster..nodes=1", 8, "cluster: expected a key"},
        {"cluster.=1", 8, "cluster: expected a key"},
        {"cluster.nodes[]=1", 13, "cluster.nodes: expected the number of an item, such as [0]"},
        {"cluster.nodes[x]=1", 13, "cluster.nodes: expected the number of an item, such as [0]"},
        {"cluster.nodes[0=1", 13, "cluster.nodes: expected the number of an item, such as [0]"},
        {"cluster.nodes[0]gpus=1", 16,
         "cluster.nodes[0]: expected \".key\", \"[index]\" or \"=value\""},
        {"cluster.nodes[9999999999].gpus=1", 13,
         "cluster.nodes: expected the number of an item, such as [0]"},
        {"cluster.nodes[2].gpus=1", 13, "cluster.nodes: the list has 1 item; [1] adds one"},
        {"workload.traces[1].file=x", 15, "workload.traces: the list has 0 items; [0] adds one"},
        {"cluster.nodes.gpus=1", 13, "cluster.nodes: a list; choose an item, such as [0]"},
        {"cluster[0]=1", 7, "cluster: not a list"},
        {"seed.x=1", 4, "seed: not a map"},
        {"seed[0]=1", 4, "seed: not a list"},
        {"sheduler.policy=easy", 0, "sheduler: unknown key; did you mean \"scheduler\"?"},
        {"scheduler.polcy=easy", 10, "scheduler.polcy: unknown key; did you mean \"policy\"?"},
        {"policy=easy", 0, "policy: unknown key; did you mean scheduler.policy?"},
        {"cluster.nodes[0].gpus=", 22,
         "cluster.nodes[0].gpus: no value; expected a whole number from 1 to 16777216"},
        {"faults.repair=30", 0,
         "faults.kind: required, but missing; expected one of poisson, trace"},
        {"scheduler={ polcy: easy }", 12, "scheduler.polcy: unknown key; did you mean \"policy\"?"},
        {"workload.traces=[{ file: x, load: [] }]", 34,
         "workload.traces[0].load: expected a number from 0.01 to 100, got a list"},
        {"name=[a", 7, "did not find expected ',' or ']' while parsing a flow sequence"},
        {"name=&a x", 5, "anchors (&) are not allowed"},
        {"name=a\tb", 5,
         "name: expected text of 1 to 4096 bytes without control characters, got \"a\\tb\""},
        {"name=\xc3\xa9\x01", 6, "the control character U+0001 is not allowed"},
        {"\xff=1", 0, "\\xff: unknown key"},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        const char *overrides[] = {CASES[i].override, NULL};
        char messages[600];
        hc_error error;
        (void)snprintf(messages, sizeof messages, ": error: %s\n--set ", CASES[i].message);
        CU_ASSERT_PTR_NULL(demo_parse(DEMO_BASE, overrides, &error));
        if (strncmp(error.text, "--set ", 6) != 0 || strstr(error.text, messages) == NULL) {
            printf("\n--set %s%s\nactual: %s\n", CASES[i].override, messages, error.text);
            CU_FAIL("other message than expected");
        } else {
            const char *caret = strchr(strstr(error.text, messages) + strlen(messages), '\n');
            CU_ASSERT_PTR_NOT_NULL_FATAL(caret);
            CU_ASSERT_EQUAL(strcspn(caret + 1, "^"), (size_t)CASES[i].caret + 6);
        }
    }
}

static void messages_about_overrides_are_complete(void)
{
    static const char *const OVERRIDES[] = {
        "cluster.nodes[0].gpus=eight",
        "name=a\nb",
        "workload.quarantine_limit='0.5'",
        NULL,
    };
    demo_expect_error(DEMO_BASE, OVERRIDES,
                      "--set cluster.nodes[0].gpus=eight: error: cluster.nodes[0].gpus: expected a "
                      "whole number from "
                      "1 to 16777216, got \"eight\"\n"
                      "--set cluster.nodes[0].gpus=eight\n"
                      "                            ^\n"
                      "--set name=a\\nb: error: a line break is not allowed here\n"
                      "--set name=a\n"
                      "            ^\n"
                      "--set workload.quarantine_limit='0.5': error: workload.quarantine_limit: "
                      "expected a number "
                      "from 0 to 1, got the text \"0.5\"; write it without quotes\n"
                      "--set workload.quarantine_limit='0.5'\n"
                      "                                ^");
}

static void a_wrong_path_is_reported_once(void)
{
    static const char *const FAR[] = {"workload.traces[3].file=x", NULL};
    static const char *const SCALAR[] = {"scheduler.policy=fifo", NULL};
    demo_expect_error(
        DEMO_BASE, FAR,
        "--set workload.traces[3].file=x: error: workload.traces: the list has 0 items; "
        "[0] adds one\n--set workload.traces[3].file=x\n                     ^");
    demo_expect_error(
        DEMO_BASE "scheduler: easy\n", SCALAR,
        "t.yaml:3:12: error: scheduler: expected a map, got \"easy\"\nscheduler: easy\n"
        "           ^\n"
        "--set scheduler.policy=fifo: error: scheduler: the scenario has no map here\n"
        "--set scheduler.policy=fifo\n               ^");
}

static void values_are_replaced_before_checking(void)
{
    static const char *const OVERRIDES[] = {
        "seed=9",
        "seed=10",
        "cluster.nodes[0].gpus=4",
        "scheduler={ policy: fifo }",
        "workload.warmup=2 h",
        "name=a=b",
        NULL,
    };
    demo_expect_text(
        "hindcast: 1\nseed: minus one\nname: x\ncluster: { nodes: [{ gpus: eight }] }\n", OVERRIDES,
        "hindcast: 1\nname: \"a=b\"\nseed: 10\ncluster:\n  nodes:\n    - count: 1\n"
        "      gpus: 4\nworkload:\n  warmup: 2h\n  quarantine_limit: 0.1\n"
        "  warm_start: false\nscheduler:\n  policy: fifo\n  placement: packed\n");
}

static void maps_and_items_on_the_way_are_made(void)
{
    static const char *const OVERRIDES[] = {
        "cluster.nodes[0].gpus=8",      "cluster.nodes[1].gpus=4",
        "cluster.nodes[1].count=2",     "workload.traces[0].file=x.csv",
        "workload.traces[0].days[0]=6", "workload.traces[1]={ file: y.csv, days: [1, 2] }",
        "workload.traces[1].days[1]=3", "notes.buffer=1GiB",
        "scheduler.interval=1min",      NULL,
    };
    demo_expect_text(
        "hindcast: 1\nworkload:\nscheduler:\n", OVERRIDES,
        "hindcast: 1\nname: unnamed\nseed: 1\ncluster:\n  nodes:\n    - count: 1\n"
        "      gpus: 8\n    - count: 2\n      gpus: 4\nworkload:\n  traces:\n"
        "    - file: x.csv\n      format: swf\n      load: 1\n      days:\n        - 6\n"
        "    - file: y.csv\n      format: swf\n      load: 1\n      days:\n        - 1\n"
        "        - 3\n  warmup: 0s\n  quarantine_limit: 0.1\n  warm_start: false\n"
        "scheduler:\n  policy: easy\n  placement: packed\n  interval: 1min\n"
        "notes:\n  buffer: 1GiB\n");
}

static void an_empty_value_empties_a_map(void)
{
    static const char *const OVERRIDES[] = {"scheduler=", NULL};
    demo_expect_text(DEMO_BASE "scheduler: { policy: fifo }\n", OVERRIDES,
                     DEMO_BASE_TEXT DEMO_WORKLOAD_TEXT DEMO_SCHEDULER_TEXT);
}

static void a_map_that_is_given_by_one_key_can_get_others(void)
{
    static const char *const OTHER[] = {"faults.quantiles=[0.5, 0.9]", NULL};
    static const char *const SAME[] = {"faults.kind=poisson", NULL};
    static const char *const WHOLE[] = {"faults=trace", NULL};
    demo_expect_text(
        DEMO_BASE "faults: trace\n", OTHER,
        DEMO_BASE_TEXT DEMO_WORKLOAD_TEXT DEMO_SCHEDULER_TEXT DEMO_FAULTS_TEXT("trace"));
    demo_expect_text(
        DEMO_BASE "faults: trace\n", SAME,
        DEMO_BASE_TEXT DEMO_WORKLOAD_TEXT DEMO_SCHEDULER_TEXT DEMO_FAULTS_TEXT("poisson"));
    demo_expect_text(
        DEMO_BASE "faults: { kind: poisson, repair: 1h }\n", WHOLE,
        DEMO_BASE_TEXT DEMO_WORKLOAD_TEXT DEMO_SCHEDULER_TEXT DEMO_FAULTS_TEXT("trace"));
}

static const hc_test_case CASES[] = {
    {"bad_paths_and_values_are_shown_with_a_caret", bad_paths_and_values_are_shown_with_a_caret},
    {"messages_about_overrides_are_complete", messages_about_overrides_are_complete},
    {"a_wrong_path_is_reported_once", a_wrong_path_is_reported_once},
    {"values_are_replaced_before_checking", values_are_replaced_before_checking},
    {"maps_and_items_on_the_way_are_made", maps_and_items_on_the_way_are_made},
    {"an_empty_value_empties_a_map", an_empty_value_empties_a_map},
    {"a_map_that_is_given_by_one_key_can_get_others",
     a_map_that_is_given_by_one_key_can_get_others},
};

HC_TEST_MAIN("override", CASES)
