#include "sim/cluster/machine.h"
#include "tests/testing.h"

#include <stdio.h>

static hc_machine *build(const hc_node_group *groups, size_t count)
{
    hc_error error = HC_ERROR_NONE;
    hc_machine *machine = hc_machine_create();
    for (size_t i = 0; i < count; i++) {
        CU_ASSERT_EQUAL_FATAL(hc_machine_add(machine, &groups[i], &error), 0);
    }
    CU_ASSERT_EQUAL_FATAL(hc_machine_freeze(machine, &error), 0);
    return machine;
}

static void nodes_of_a_partition_are_consecutive(void)
{
    static const hc_node_group GROUPS[] = {
        {.count = 3,
         .gpu_count = 8,
         .kind = "A100",
         .partition = "train",
         .per_rack = 2,
         .cpu_milli = HC_UNLIMITED,
         .memory_bytes = HC_UNLIMITED,
         .name = "a"},
        {.count = 2,
         .gpu_count = 4,
         .kind = "T4",
         .partition = "serve",
         .cpu_milli = HC_UNLIMITED,
         .memory_bytes = HC_UNLIMITED},
        {.count = 1,
         .gpu_count = 8,
         .kind = "A100",
         .partition = "train",
         .cpu_milli = HC_UNLIMITED,
         .memory_bytes = HC_UNLIMITED,
         .name = "big"},
    };
    hc_machine *machine = build(GROUPS, 3);
    const hc_partition_range *train = hc_machine_partition(machine, (hc_partition_id){0});
    char name[32];
    CU_ASSERT_EQUAL(hc_machine_node_count(machine), 6);
    CU_ASSERT_EQUAL(hc_machine_gpu_count(machine), 40);
    CU_ASSERT_EQUAL(train->first_node, 0);
    CU_ASSERT_EQUAL(train->node_count, 4);
    CU_ASSERT_EQUAL(train->gpu_count, 32);
    CU_ASSERT_EQUAL(train->class_count, 1);
    CU_ASSERT_EQUAL(hc_machine_class(machine, train->first_class)->node_count, 4);
    CU_ASSERT_EQUAL(hc_machine_rack_count(machine), 4);
    CU_ASSERT_EQUAL(hc_machine_node(machine, (hc_node_id){2})->rack, 1);
    CU_ASSERT_EQUAL(hc_machine_node(machine, (hc_node_id){3})->rack, 2);
    CU_ASSERT_EQUAL(hc_machine_node(machine, (hc_node_id){4})->first_gpu, 32);
    hc_machine_node_name(machine, (hc_node_id){1}, name, sizeof name);
    CU_ASSERT_STRING_EQUAL(name, "a1");
    hc_machine_node_name(machine, (hc_node_id){3}, name, sizeof name);
    CU_ASSERT_STRING_EQUAL(name, "big");
    CU_ASSERT_EQUAL(hc_machine_find_partition(machine, "serve").index, 1);
    CU_ASSERT_EQUAL(hc_machine_find_partition(machine, "none").index, UINT16_MAX);
    hc_machine_destroy(machine);
}

/* Groups of a site that name no pods share one; others have pods of their own, the last one with what is left. */
static void racks_lie_in_pods(void)
{
    static const hc_node_group GROUPS[] = {
        {.count = 1, .gpu_count = 8, .site = "north"},
        {.count = 6, .gpu_count = 8, .per_rack = 2, .racks_per_pod = 2, .site = "north"},
        {.count = 1, .gpu_count = 8, .site = "south"},
        {.count = 2, .gpu_count = 8, .per_rack = 1, .racks_per_pod = 1, .site = "south"},
        {.count = 2, .gpu_count = 8, .site = "north"},
    };
    static const uint32_t PODS[] = {0, 2, 2, 2, 2, 3, 3, 1, 4, 5, 0, 0};
    hc_machine *machine = build(GROUPS, 5);
    for (uint32_t i = 0; i < sizeof PODS / sizeof PODS[0]; i++) {
        CU_ASSERT_EQUAL(hc_machine_node(machine, (hc_node_id){i})->pod, PODS[i]);
    }
    CU_ASSERT_EQUAL(hc_machine_pod_count(machine), 6);
    hc_machine_destroy(machine);
}

static void groups_that_do_not_say_it_have_the_pods_of_the_machine(void)
{
    static const hc_node_group TWO = {.count = 4, .gpu_count = 8, .per_rack = 1};
    static const uint32_t PODS[] = {1, 1, 1, 2, 3, 3, 3, 4};
    hc_machine *machine = hc_machine_create();
    hc_machine_set_racks_per_pod(machine, 3);
    CU_ASSERT_EQUAL_FATAL(hc_machine_add(machine, &TWO, NULL), 0);
    CU_ASSERT_EQUAL_FATAL(hc_machine_add(machine, &TWO, NULL), 0);
    CU_ASSERT_EQUAL_FATAL(hc_machine_freeze(machine, NULL), 0);
    for (uint32_t i = 0; i < sizeof PODS / sizeof PODS[0]; i++) {
        CU_ASSERT_EQUAL(hc_machine_node(machine, (hc_node_id){i})->pod, PODS[i]);
    }
    hc_machine_destroy(machine);
}

static void kinds_are_named_in_sets(void)
{
    static const hc_node_group GROUPS[] = {
        {.count = 1, .gpu_count = 1, .kind = "V100M16"},
        {.count = 1, .gpu_count = 1, .kind = "V100M32"},
        {.count = 1, .gpu_count = 0},
    };
    hc_machine *machine = build(GROUPS, 3);
    CU_ASSERT_EQUAL(hc_machine_kinds(machine, ""), UINT64_MAX);
    CU_ASSERT_EQUAL(hc_machine_kinds(machine, "V100M32"), 2);
    CU_ASSERT_EQUAL(hc_machine_kinds(machine, "V100M16|V100M32"), 3);
    CU_ASSERT_EQUAL(hc_machine_kinds(machine, "V100M16|H100"), 1);
    CU_ASSERT_EQUAL(hc_machine_kinds(machine, "H100"), 0);
    CU_ASSERT_EQUAL(hc_machine_kind_count(machine), 2);
    hc_machine_destroy(machine);
}

static void check_name(const hc_machine *machine, uint32_t node, const char *expected)
{
    char name[32];
    hc_machine_node_name(machine, (hc_node_id){node}, name, sizeof name);
    CU_ASSERT_STRING_EQUAL(name, expected);
}

/* Who names no groups, or two alike, still tells their nodes apart. */
static void groups_of_one_name_count_on(void)
{
    static const hc_node_group GROUPS[] = {
        {.count = 2, .gpu_count = 8, .name = "n"},
        {.count = 1, .gpu_count = 4, .name = "login"},
        {.count = 1, .gpu_count = 4, .name = "n", .partition = "other"},
        {.count = 3, .gpu_count = 2, .name = "n"},
    };
    static const hc_node_group SINGLES[] = {
        {.count = 1, .gpu_count = 8, .name = "n"},
        {.count = 1, .gpu_count = 4, .name = "n"},
    };
    static const char *const NAMES[] = {"n0", "n1", "login", "n3", "n4", "n5", "n2"};
    hc_machine *machine = build(GROUPS, 4);
    for (uint32_t i = 0; i < 7; i++) {
        check_name(machine, i, NAMES[i]);
    }
    hc_machine_destroy(machine);
    machine = build(SINGLES, 2);
    check_name(machine, 0, "n0");
    check_name(machine, 1, "n1");
    hc_machine_destroy(machine);
}

/* A group that is refused adds no node. */
static void at_most_63_kinds_are_told_apart(void)
{
    hc_error error = HC_ERROR_NONE;
    hc_machine *machine = hc_machine_create();
    char kind[16];
    for (int i = 0; i < HC_MACHINE_MAX_KINDS + 2; i++) {
        hc_node_group group = {.count = 1, .gpu_count = 1, .kind = kind};
        (void)snprintf(kind, sizeof kind, "K%d", i);
        CU_ASSERT_EQUAL(hc_machine_add(machine, &group, &error), i < HC_MACHINE_MAX_KINDS ? 0 : -1);
    }
    CU_ASSERT_STRING_EQUAL(error.text, "cluster: more than 63 kinds of GPU\n"
                                       "cluster: more than 63 kinds of GPU");
    CU_ASSERT_EQUAL(hc_machine_freeze(machine, &error), 0);
    CU_ASSERT_EQUAL(hc_machine_node_count(machine), HC_MACHINE_MAX_KINDS);
    check_name(machine, 62, "n62");
    hc_machine_destroy(machine);
}

static void too_large_a_machine_is_refused(void)
{
    hc_error error = HC_ERROR_NONE;
    hc_machine *machine = hc_machine_create();
    CU_ASSERT_EQUAL(
        hc_machine_add(machine, &(hc_node_group){.count = 1, .gpu_count = 1 + (UINT64_C(1) << 28)},
                       &error),
        -1);
    CU_ASSERT_EQUAL(
        hc_machine_add(machine, &(hc_node_group){.count = UINT64_MAX, .gpu_count = 1}, &error), -1);
    CU_ASSERT_EQUAL(
        hc_machine_add(machine, &(hc_node_group){.count = 16384, .gpu_count = UINT64_MAX}, &error),
        -1);
    CU_ASSERT_EQUAL(hc_machine_freeze(machine, &error), -1);
    CU_ASSERT_EQUAL(error.count, 4);
    hc_machine_destroy(machine);
}

static const hc_test_case CASES[] = {
    {"nodes_of_a_partition_are_consecutive", nodes_of_a_partition_are_consecutive},
    {"racks_lie_in_pods", racks_lie_in_pods},
    {"groups_that_do_not_say_it_have_the_pods_of_the_machine",
     groups_that_do_not_say_it_have_the_pods_of_the_machine},
    {"kinds_are_named_in_sets", kinds_are_named_in_sets},
    {"groups_of_one_name_count_on", groups_of_one_name_count_on},
    {"at_most_63_kinds_are_told_apart", at_most_63_kinds_are_told_apart},
    {"too_large_a_machine_is_refused", too_large_a_machine_is_refused},
};

HC_TEST_MAIN("machine", CASES)
