#include "sim/cluster/occupancy.h"
#include "sim/policies/registry.h"
#include "tests/testing.h"

/* A partition and the rule that plans on it. */
typedef struct bench {
    hc_machine *machine;
    hc_occupancy *occupancy;
    const hc_placement *rule;
} bench;

static bench open_bench(const hc_node_group *groups, size_t count, const char *rule)
{
    static const hc_occupancy_options EVERYTHING = {.is_shared = true, .has_host_needs = true};
    bench b = {.machine = hc_machine_create(), .rule = hc_placement_find(rule)};
    for (size_t i = 0; i < count; i++) {
        CU_ASSERT_EQUAL_FATAL(hc_machine_add(b.machine, &groups[i], NULL), 0);
    }
    CU_ASSERT_EQUAL_FATAL(hc_machine_freeze(b.machine, NULL), 0);
    CU_ASSERT_EQUAL_FATAL(
        hc_occupancy_create(&b.occupancy, b.machine, (hc_partition_id){0}, &EVERYTHING, NULL), 0);
    return b;
}

static void close_bench(bench *b)
{
    CU_ASSERT(hc_occupancy_check(b->occupancy));
    hc_occupancy_destroy(b->occupancy);
    hc_machine_destroy(b->machine);
}

static hc_request whole(uint32_t gpu_count)
{
    return (hc_request){.kinds = UINT64_MAX, .gpu_count = gpu_count, .gpu_milli = HC_WHOLE_GPU};
}

static hc_request part(uint16_t milli)
{
    return (hc_request){.kinds = UINT64_MAX, .gpu_count = 1, .gpu_milli = milli};
}

static bool place(bench *b, const hc_request *request, hc_allocation *out)
{
    hc_plan *plan = hc_occupancy_plan(b->occupancy);
    if (!b->rule->plan(b->occupancy, request, plan)) {
        return false;
    }
    CU_ASSERT_EQUAL_FATAL(hc_occupancy_take(b->occupancy, request, plan, out), 0);
    CU_ASSERT_FATAL(hc_occupancy_check(b->occupancy));
    return true;
}

static void check_slice(const bench *b, uint32_t slice, uint32_t node, uint32_t device,
                        uint32_t count)
{
    const hc_slice *s = hc_occupancy_slice(b->occupancy, slice);
    CU_ASSERT_EQUAL(s->node, node);
    CU_ASSERT_EQUAL(s->device, device);
    CU_ASSERT_EQUAL(s->count, count);
}

static const hc_node_group FOUR_NODES = {
    .count = 4, .gpu_count = 8, .cpu_milli = 64000, .memory_bytes = 1000};

static void packed_prefers_the_fullest_node_and_whole_nodes_for_gangs(void)
{
    bench b = open_bench(&FOUR_NODES, 1, "packed");
    hc_allocation a[6];
    hc_request two = whole(2);
    hc_request seven = whole(7);
    hc_request gang = whole(19);
    CU_ASSERT(place(&b, &seven, &a[0]));
    check_slice(&b, a[0].first_slice, 0, 0, 7);
    CU_ASSERT(place(&b, &two, &a[1])); /* one is free on node 0: too little */
    check_slice(&b, a[1].first_slice, 1, 0, 2);
    CU_ASSERT(place(&b, &gang, &a[2])); /* nodes 2 and 3, and three of node 1 */
    CU_ASSERT_EQUAL(a[2].node_count, 3);
    check_slice(&b, a[2].first_slice, 2, 0, 8);
    CU_ASSERT_EQUAL(b.rule->largest_milli(b.occupancy), 3000);
    CU_ASSERT_EQUAL(hc_occupancy_free_milli(b.occupancy), 4000);
    CU_ASSERT_EQUAL(hc_occupancy_fragmented_milli(b.occupancy), 4000);
    CU_ASSERT_FALSE(place(
        &b, &(hc_request){.kinds = UINT64_MAX, .gpu_count = 4, .gpu_milli = HC_WHOLE_GPU}, &a[3]));
    hc_occupancy_release(b.occupancy, &seven, &a[0]);
    hc_occupancy_release(b.occupancy, &gang, &a[2]);
    hc_occupancy_release(b.occupancy, &two, &a[1]);
    CU_ASSERT_EQUAL(b.rule->largest_milli(b.occupancy), 32000);
    close_bench(&b);
}

static void parts_share_a_gpu_until_it_is_full(void)
{
    bench b = open_bench(&FOUR_NODES, 1, "packed");
    hc_allocation a[4];
    hc_request most = part(600);
    hc_request less = part(400);
    CU_ASSERT(place(&b, &most, &a[0]));
    CU_ASSERT(place(&b, &most, &a[1]));
    CU_ASSERT(place(&b, &less, &a[2]));
    check_slice(&b, a[0].first_slice, 0, 0, 1);
    check_slice(&b, a[1].first_slice, 0, 1, 1);
    check_slice(&b, a[2].first_slice, 0, 0, 1); /* 400 are left there */
    CU_ASSERT_EQUAL(hc_occupancy_free_milli(b.occupancy), 30400);
    hc_occupancy_release(b.occupancy, &most, &a[0]);
    CU_ASSERT(place(&b, &most, &a[0]));
    check_slice(&b, a[0].first_slice, 0, 0, 1);
    hc_occupancy_release(b.occupancy, &most, &a[0]);
    hc_occupancy_release(b.occupancy, &most, &a[1]);
    hc_occupancy_release(b.occupancy, &less, &a[2]);
    CU_ASSERT_EQUAL(hc_occupancy_fragmented_milli(b.occupancy), 0);
    close_bench(&b);
}

static void cpu_and_memory_limit_a_node_like_gpus(void)
{
    bench b = open_bench(&FOUR_NODES, 1, "packed");
    hc_request greedy = whole(1);
    hc_request gang = whole(16);
    hc_allocation a[5];
    greedy.cpu_milli = 60000;
    for (uint32_t i = 0; i < 4; i++) {
        CU_ASSERT(place(&b, &greedy, &a[i]));
        check_slice(&b, a[i].first_slice, i, 0, 1);
    }
    CU_ASSERT_FALSE(place(&b, &greedy, &a[4]));
    hc_occupancy_release(b.occupancy, &greedy, &a[1]);
    hc_occupancy_release(b.occupancy, &greedy, &a[3]);
    gang.memory_bytes = 2001; /* shares of 1001 on nodes of 1000 */
    CU_ASSERT_FALSE(place(&b, &gang, &a[4]));
    gang.memory_bytes = 2000;
    CU_ASSERT(place(&b, &gang, &a[4]));
    check_slice(&b, a[4].first_slice, 1, 0, 8);
    close_bench(&b);
}

static void spread_takes_the_emptiest_node(void)
{
    bench b = open_bench(&FOUR_NODES, 1, "spread");
    hc_request three = whole(3);
    hc_request twelve = whole(12);
    hc_allocation a[5];
    for (uint32_t i = 0; i < 4; i++) {
        CU_ASSERT(place(&b, &three, &a[i]));
        check_slice(&b, a[i].first_slice, i, 0, 3);
    }
    CU_ASSERT(place(&b, &twelve, &a[4])); /* five on each of three nodes, two of the last */
    CU_ASSERT_EQUAL(a[4].node_count, 3);
    CU_ASSERT_EQUAL(hc_occupancy_free_milli(b.occupancy), 8000);
    close_bench(&b);
}

static void first_takes_the_lowest_node(void)
{
    bench b = open_bench(&FOUR_NODES, 1, "first");
    hc_request five = whole(5);
    hc_allocation a[3];
    CU_ASSERT(place(&b, &five, &a[0]));
    CU_ASSERT(place(&b, &five, &a[1]));
    CU_ASSERT_EQUAL(a[1].node_count, 2); /* three on node 0, two on node 1 */
    check_slice(&b, a[1].first_slice, 0, 5, 3);
    check_slice(&b, hc_occupancy_slice(b.occupancy, a[1].first_slice)->next, 1, 0, 2);
    close_bench(&b);
}

static void a_forecast_holds_what_another_occupancy_holds(void)
{
    static const hc_occupancy_options FORECAST = {
        .is_shared = true, .has_host_needs = true, .is_forecast = true};
    bench b = open_bench(&FOUR_NODES, 1, "packed");
    hc_request all = whole(32);
    hc_request half = part(500);
    hc_allocation a;
    hc_occupancy *forecast = NULL;
    CU_ASSERT_EQUAL_FATAL(
        hc_occupancy_create(&forecast, b.machine, (hc_partition_id){0}, &FORECAST, NULL), 0);
    CU_ASSERT(place(&b, &half, &a));
    CU_ASSERT(b.rule->plan(forecast, &all, hc_occupancy_plan(forecast)));
    hc_occupancy_hold(forecast, b.occupancy, &half, &a);
    CU_ASSERT(hc_occupancy_check(forecast));
    CU_ASSERT_FALSE(b.rule->plan(forecast, &all, hc_occupancy_plan(forecast)));
    CU_ASSERT_EQUAL(hc_occupancy_free_milli(forecast), 31500);
    hc_occupancy_let_go(forecast, b.occupancy, &half, &a);
    CU_ASSERT(hc_occupancy_check(forecast));
    CU_ASSERT(b.rule->plan(forecast, &all, hc_occupancy_plan(forecast)));
    hc_occupancy_destroy(forecast);
    close_bench(&b);
}

static void kinds_and_nodes_without_gpus_are_told_apart(void)
{
    static const hc_node_group GROUPS[] = {
        {.count = 1, .gpu_count = 2, .kind = "T4", .cpu_milli = 8000, .memory_bytes = 10},
        {.count = 1, .gpu_count = 2, .kind = "A100", .cpu_milli = 8000, .memory_bytes = 10},
        {.count = 1, .gpu_count = 0, .cpu_milli = 8000, .memory_bytes = 10},
    };
    bench b = open_bench(GROUPS, 3, "packed");
    hc_request a100 = whole(2);
    hc_request cpu_only = {
        .kinds = UINT64_MAX, .gpu_milli = HC_WHOLE_GPU, .cpu_milli = 8000, .is_single_node = true};
    hc_allocation a[4];
    a100.kinds = hc_machine_kinds(b.machine, "A100");
    CU_ASSERT(place(&b, &a100, &a[0]));
    check_slice(&b, a[0].first_slice, 1, 0, 2);
    CU_ASSERT_FALSE(place(&b, &a100, &a[1]));
    CU_ASSERT_EQUAL(hc_occupancy_free_milli_for(b.occupancy, &a100), 0);
    CU_ASSERT(place(&b, &cpu_only, &a[1])); /* least free GPUs: the full A100 node, lowest number */
    check_slice(&b, a[1].first_slice, 1, 0, 0);
    CU_ASSERT(place(&b, &cpu_only, &a[2]));
    check_slice(&b, a[2].first_slice, 2, 0, 0);
    CU_ASSERT(place(&b, &cpu_only, &a[3]));
    check_slice(&b, a[3].first_slice, 0, 0, 0);
    close_bench(&b);
}

static const hc_test_case CASES[] = {
    {"packed_prefers_the_fullest_node_and_whole_nodes_for_gangs",
     packed_prefers_the_fullest_node_and_whole_nodes_for_gangs},
    {"parts_share_a_gpu_until_it_is_full", parts_share_a_gpu_until_it_is_full},
    {"cpu_and_memory_limit_a_node_like_gpus", cpu_and_memory_limit_a_node_like_gpus},
    {"spread_takes_the_emptiest_node", spread_takes_the_emptiest_node},
    {"first_takes_the_lowest_node", first_takes_the_lowest_node},
    {"a_forecast_holds_what_another_occupancy_holds",
     a_forecast_holds_what_another_occupancy_holds},
    {"kinds_and_nodes_without_gpus_are_told_apart", kinds_and_nodes_without_gpus_are_told_apart},
};

HC_TEST_MAIN("occupancy", CASES)
