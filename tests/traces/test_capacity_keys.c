#include "sim/cluster/machine_keys.h"
#include "tests/sim/scenario_text.h"
#include "tests/testing.h"
#include "tests/traces/temporary_file.h"
#include "traces/capacity_keys.h"

#include <stdio.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define NODES "cluster: { nodes: [{ count: 4, gpus: 8 }], "
#define TWO                                                                                      \
    "cluster: { nodes: [{ count: 4, gpus: 8, partition: a }, { count: 2, gpus: 4, partition: b " \
    "}], "
#define APRIL (INT64_C(1585699200) * HC_SECOND) /* 2020-04-01 */

static const hc_capacity_clock UNKNOWN = {HC_CLOCK_UNKNOWN_ZERO, 0};
static const hc_capacity_clock CIVIL = {HC_CLOCK_CIVIL, 0};
static const hc_capacity_clock UNIX = {HC_CLOCK_UNIX_ZERO, 1585699200};

/* Reads a scenario whose keys are known. @return as hc_capacity_read */
static int read(const char *text, const hc_capacity_clock *clock, hc_capacity *out, hc_error *error)
{
    hc_key_table tables[2];
    hc_scenario *scenario = NULL;
    hc_machine *machine = hc_machine_create();
    const hc_value *cluster = NULL;
    int status = 0;
    tables[0] = hc_machine_keys;
    tables[1] = hc_capacity_keys;
    scenario = hc_test_scenario(text, tables, 2);
    cluster = hc_value_get(hc_scenario_root(scenario), "cluster");
    CU_ASSERT_EQUAL_FATAL(hc_machine_read(machine, cluster, error), 0);
    CU_ASSERT_EQUAL_FATAL(hc_machine_freeze(machine, error), 0);
    status =
        hc_capacity_read(out, scenario, hc_value_get(cluster, "capacity"), machine, clock, error);
    hc_machine_destroy(machine);
    hc_scenario_destroy(scenario);
    return status;
}

static void what_cannot_be_is_refused(void)
{
    static const struct {
        const char *text;
        const hc_capacity_clock *clock;
        const char *message;
    } CASES[] = {
        {NODES "capacity: {} }", &CIVIL, "cluster.capacity: give steps or file, one of the two"},
        {NODES "capacity: { steps: [{ at: 1d, gpus: 8 }], file: f } }", &UNKNOWN,
         "cluster.capacity: give steps or file"},
        {TWO "capacity: { steps: [{ at: 1d, gpus: 8 }] } }", &UNKNOWN,
         "the cluster has several partitions"},
        {TWO "capacity: { steps: [{ at: 1d, gpus: 8 }], partition: c } }", &UNKNOWN,
         "cluster.capacity.partition: no nodes are in a partition of that name"},
        {NODES "capacity: { steps: [{ at: 2020-04-01, gpus: 8 }] } }", &UNKNOWN,
         "cluster.capacity.steps[0].at: a date, but nothing says when time 0"},
        {NODES "capacity: { steps: [{ at: 1d, gpus: 8 }] } }", &CIVIL,
         "cluster.capacity.steps[0].at: a duration, but the jobs' log has dates"},
        {NODES "capacity: { steps: [{ at: 1d, gpus: 8 }, { at: 2d, gpus: 12 }] } }", &UNKNOWN,
         "cluster.capacity.steps[1].gpus: expected 8 or 16 (GPUs of the first 1 or 2 nodes), got "
         "12"},
        {NODES "capacity: { steps: [{ at: 1d, gpus: 8 }, { at: 1d, gpus: 16 }] } }", &UNKNOWN,
         "cluster.capacity.steps[1].gpus: expected an instant later"},
        {NODES "capacity: { steps: [{ at: 1d, gpus: 8 }], column: total } }", &UNKNOWN,
         "cluster.capacity.column: only a file has columns"},
        {NODES "capacity: { file: f } }", &UNKNOWN,
         "cluster.capacity.file: it has dates, but nothing says"},
        {NODES "capacity: { file: absent, zero: 14d } }", &UNKNOWN,
         "cluster.capacity.zero: expected a date"},
        {NODES "capacity: { file: absent, zero: 2020-03-18 } }", &CIVIL,
         "cluster.capacity.zero: the jobs' log says itself"},
        {NODES "capacity: { file: absent } }", &CIVIL, "absent"},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        hc_error error = HC_ERROR_NONE;
        hc_capacity capacity;
        CU_ASSERT_EQUAL(read(CASES[i].text, CASES[i].clock, &capacity, &error), -1);
        if (strstr(error.text, CASES[i].message) == NULL) {
            printf("\n%s\n", error.text);
            CU_FAIL("another message");
        }
        hc_capacity_free(&capacity);
    }
}

/* None of its keys has a default, or every scenario would have a calendar. */
static void a_cluster_without_capacity_has_none(void)
{
    hc_key_table tables[2];
    hc_scenario *scenario = NULL;
    tables[0] = hc_machine_keys;
    tables[1] = hc_capacity_keys;
    scenario = hc_test_scenario("cluster: { nodes: [{ count: 4, gpus: 8 }] }", tables, 2);
    CU_ASSERT_PTR_NULL(hc_value_get(hc_scenario_root(scenario), "cluster.capacity"));
    hc_scenario_destroy(scenario);
}

static void check_first(const char *text, const hc_capacity_clock *clock, hc_time at,
                        uint32_t node_count)
{
    hc_error error = HC_ERROR_NONE;
    hc_capacity capacity;
    CU_ASSERT_EQUAL_FATAL(read(text, clock, &capacity, &error), 0);
    CU_ASSERT_EQUAL_FATAL(capacity.calendar.count, 1);
    CU_ASSERT_EQUAL(capacity.calendar.steps[0].at, at);
    CU_ASSERT_EQUAL(capacity.calendar.steps[0].node_count, node_count);
    hc_capacity_free(&capacity);
}

static void instants_count_from_the_zero_of_the_jobs(void)
{
    check_first(NODES "capacity: { steps: [{ at: 1d, gpus: 8 }] } }", &UNKNOWN, HC_DAY, 1);
    check_first(NODES "capacity: { steps: [{ at: 1d, gpus: 0 }] } }", &UNIX, HC_DAY, 0);
    check_first(NODES "capacity: { steps: [{ at: 2020-04-03, gpus: 8 }] } }", &UNIX, 2 * HC_DAY, 1);
    check_first(NODES "capacity: { steps: [{ at: 2020-04-01, gpus: 16 }] } }", &CIVIL, APRIL, 2);
    check_first(NODES "capacity: { zero: 2020-03-31 12:00:00, steps: [{ at: 2020-04-01, gpus: 16 "
                      "}] } }",
                &UNKNOWN, 12 * HC_HOUR, 2);
    check_first(TWO "capacity: { partition: b, steps: [{ at: 1d, gpus: 4 }] } }", &UNKNOWN, HC_DAY,
                1);
}

static void a_file_is_named_with_its_sum(void)
{
    char text[512];
    hc_error error = HC_ERROR_NONE;
    hc_capacity capacity;
    (void)snprintf(text, sizeof text,
                   NODES "capacity: { file: \"%s\", column: n, zero: 2020-03-31 } }",
                   hc_test_text_file("day,n\n2020-04-01,24\n"));
    CU_ASSERT_EQUAL_FATAL(read(text, &UNKNOWN, &capacity, &error), 0);
    CU_ASSERT_EQUAL_FATAL(capacity.calendar.count, 1);
    CU_ASSERT_EQUAL(capacity.calendar.steps[0].at, HC_DAY);
    CU_ASSERT_EQUAL(capacity.calendar.steps[0].node_count, 3);
    CU_ASSERT_EQUAL(strlen(capacity.sha256), 64);
    hc_capacity_free(&capacity);
}

static const hc_test_case CASES[] = {
    {"what_cannot_be_is_refused", what_cannot_be_is_refused},
    {"a_cluster_without_capacity_has_none", a_cluster_without_capacity_has_none},
    {"instants_count_from_the_zero_of_the_jobs", instants_count_from_the_zero_of_the_jobs},
    {"a_file_is_named_with_its_sum", a_file_is_named_with_its_sum},
};

HC_TEST_MAIN("capacity_keys", CASES)
