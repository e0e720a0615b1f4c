#include "sim/cluster/calendar.h"
#include "tests/testing.h"

#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Partition a: a node without GPUs, two of 8 V100, one without, one of 4 T4. Partition b: 2 T4. */
static hc_machine *make_machine(void)
{
    static const hc_node_group GROUPS[] = {
        {.count = 1, .gpu_count = 0, .cpu_milli = 1000, .partition = "a"},
        {.count = 2, .gpu_count = 8, .kind = "V100", .partition = "a"},
        {.count = 1, .gpu_count = 0, .cpu_milli = 1000, .partition = "a"},
        {.count = 1, .gpu_count = 4, .kind = "T4", .partition = "a"},
        {.count = 1, .gpu_count = 2, .kind = "T4", .partition = "b"},
    };
    hc_machine *machine = hc_machine_create();
    for (size_t i = 0; i < COUNT_OF(GROUPS); i++) {
        CU_ASSERT_EQUAL_FATAL(hc_machine_add(machine, &GROUPS[i], NULL), 0);
    }
    CU_ASSERT_EQUAL_FATAL(hc_machine_freeze(machine, NULL), 0);
    return machine;
}

static void what_is_no_step_is_refused_with_what_was_expected(void)
{
    static const struct {
        hc_time at;
        uint64_t gpu_count;
        const char *complaint;
    } CASES[] = {
        {5, 21, "expected at most the 20 GPUs of the partition's nodes, got 21"},
        {5, 9, "expected 8 or 16 (GPUs of the first 2 or 3 nodes), got 9"},
        {5, 19, "expected 16 or 20 (GPUs of the first 4 or 5 nodes), got 19"},
        {4, 16, "expected an instant later than that of the step before"},
        {HC_TIME_LIMIT + 1, 16, "expected an instant within 146 years of time 0"},
        {-HC_TIME_LIMIT - 1, 16, "expected an instant within 146 years of time 0"},
    };
    hc_machine *machine = make_machine();
    hc_calendar calendar = hc_calendar_empty((hc_partition_id){0});
    char complaint[HC_CALENDAR_TEXT_SIZE] = "";
    CU_ASSERT_EQUAL(hc_calendar_add(&calendar, machine, 4, 8, complaint), 0);
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        CU_ASSERT_EQUAL(
            hc_calendar_add(&calendar, machine, CASES[i].at, CASES[i].gpu_count, complaint), -1);
        CU_ASSERT_STRING_EQUAL(complaint, CASES[i].complaint);
    }
    CU_ASSERT_EQUAL(calendar.count, 1);
    hc_calendar_free(&calendar);
    hc_machine_destroy(machine);
}

/* Nodes without GPUs go with the node before them. A step that changes nothing makes none, but time goes on. */
static void steps_are_numbers_of_first_nodes(void)
{
    static const uint64_t GPUS[] = {20, 0, 0, 8, 16, 20};
    hc_machine *machine = make_machine();
    hc_calendar calendar = hc_calendar_empty((hc_partition_id){0});
    char complaint[HC_CALENDAR_TEXT_SIZE];
    for (size_t i = 0; i < COUNT_OF(GPUS); i++) {
        CU_ASSERT_EQUAL(hc_calendar_add(&calendar, machine, 10 * (hc_time)i, GPUS[i], complaint),
                        0);
    }
    CU_ASSERT_EQUAL_FATAL(calendar.count, 4);
    CU_ASSERT_EQUAL(calendar.steps[0].at, 10);
    CU_ASSERT_EQUAL(calendar.steps[0].node_count, 1);
    CU_ASSERT_EQUAL(calendar.steps[1].at, 30);
    CU_ASSERT_EQUAL(calendar.steps[1].node_count, 2);
    CU_ASSERT_EQUAL(calendar.steps[2].node_count, 4);
    CU_ASSERT_EQUAL(calendar.steps[3].node_count, 5);
    hc_calendar_free(&calendar);
    CU_ASSERT_EQUAL(calendar.count, 0);
    hc_machine_destroy(machine);
}

/* 22 GPUs on both partitions up to 10; then 10, from 30 on 22 again. */
static void capacity_is_summed_over_time_and_by_kind(void)
{
    hc_machine *machine = make_machine();
    hc_calendar calendar = hc_calendar_empty((hc_partition_id){0});
    char complaint[HC_CALENDAR_TEXT_SIZE];
    uint64_t all[3];
    uint64_t t4[3];
    CU_ASSERT_EQUAL(hc_calendar_add(&calendar, machine, 10, 8, complaint), 0);
    CU_ASSERT_EQUAL(hc_calendar_add(&calendar, machine, 30, 20, complaint), 0);
    hc_calendar_gpu_counts(&calendar, machine, UINT64_MAX, all);
    hc_calendar_gpu_counts(&calendar, machine, hc_machine_kinds(machine, "T4"), t4);
    CU_ASSERT(all[0] == 22 && all[1] == 10 && all[2] == 22);
    CU_ASSERT(t4[0] == 6 && t4[1] == 2 && t4[2] == 6);
    CU_ASSERT(hc_calendar_integral(&calendar, all, 0, 100) == 10 * 22 + 20 * 10 + 70 * 22);
    CU_ASSERT(hc_calendar_integral(&calendar, all, 15, 20) == 5 * 10);
    CU_ASSERT(hc_calendar_integral(&calendar, all, 40, 50) == 10 * 22);
    CU_ASSERT(hc_calendar_integral(&calendar, all, 0, 5) == 5 * 22);
    CU_ASSERT(hc_calendar_integral(&calendar, t4, 20, 40) == 10 * 2 + 10 * 6);
    CU_ASSERT(hc_calendar_integral(&calendar, all, 50, 50) == 0);
    hc_calendar_free(&calendar);
    hc_machine_destroy(machine);
}

static const hc_test_case CASES[] = {
    {"what_is_no_step_is_refused_with_what_was_expected",
     what_is_no_step_is_refused_with_what_was_expected},
    {"steps_are_numbers_of_first_nodes", steps_are_numbers_of_first_nodes},
    {"capacity_is_summed_over_time_and_by_kind", capacity_is_summed_over_time_and_by_kind},
};

HC_TEST_MAIN("calendar", CASES)
