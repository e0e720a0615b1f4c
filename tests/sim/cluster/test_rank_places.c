#include "sim/cluster/rank_places.h"
#include "sim/engine/random.h"
#include "sim/policies/registry.h"
#include "tests/testing.h"

typedef struct bench {
    hc_machine *machine;
    hc_occupancy *occupancy;
    hc_rank_places places;
    hc_allocation allocation;
} bench;

/* Two racks of two nodes of 4 GPUs, each rack a pod, and two nodes of another kind. */
static void open_bench(bench *b, hc_partition_id partition)
{
    static const hc_occupancy_options NOTHING = {0};
    static const hc_node_group GROUPS[] = {
        {.count = 1, .gpu_count = 1, .kind = "A100", .partition = "other"},
        {.count = 4, .gpu_count = 4, .kind = "H100", .per_rack = 2, .racks_per_pod = 1},
        {.count = 2, .gpu_count = 8, .kind = "A100"},
    };
    *b = (bench){.machine = hc_machine_create()};
    for (size_t i = 0; i < 3; i++) {
        CU_ASSERT_EQUAL_FATAL(hc_machine_add(b->machine, &GROUPS[i], NULL), 0);
    }
    CU_ASSERT_EQUAL_FATAL(hc_machine_freeze(b->machine, NULL), 0);
    CU_ASSERT_EQUAL_FATAL(hc_occupancy_create(&b->occupancy, b->machine, partition, &NOTHING, NULL),
                          0);
}

static void close_bench(bench *b)
{
    hc_rank_places_close(&b->places);
    hc_occupancy_destroy(b->occupancy);
    hc_machine_destroy(b->machine);
}

/* Takes GPUs of nodes, in this order, and finds their ranks. */
static void take_from(bench *b, uint32_t parts[][2], size_t count, uint32_t first_node)
{
    hc_plan *plan = hc_occupancy_plan(b->occupancy);
    hc_request request = {.kinds = UINT64_MAX, .gpu_milli = HC_WHOLE_GPU};
    for (size_t i = 0; i < count; i++) {
        hc_part at = hc_occupancy_place_of(b->occupancy, parts[i][0]);
        hc_plan_add(plan, at.class_index, at.item, parts[i][1], HC_NO_INDEX);
        request.gpu_count += parts[i][1];
    }
    CU_ASSERT_EQUAL_FATAL(hc_occupancy_take(b->occupancy, &request, plan, &b->allocation), 0);
    CU_ASSERT_EQUAL_FATAL(
        hc_rank_places_find(&b->places, b->machine, first_node, b->occupancy, &b->allocation), 0);
    CU_ASSERT_EQUAL(b->places.layout.ranks, request.gpu_count);
}

static void take(bench *b, uint32_t parts[][2], size_t count)
{
    take_from(b, parts, count, 1);
}

static void check(const bench *b, const uint32_t *values, const uint32_t *expected, size_t count)
{
    CU_ASSERT_EQUAL_FATAL(b->places.layout.ranks, count);
    for (size_t i = 0; i < count; i++) {
        CU_ASSERT_EQUAL(values[i], expected[i]);
    }
}

/* Nodes are numbered over the machine: the partition's first is 1. Nodes 1 and 2 are one rack and pod, 3 and 4 another; 5 and 6,
 * of kind 0, stand in the pod of the site. */
static void places_with_whole_nodes_come_first(void)
{
    uint32_t parts[][2] = {{3, 2}, {4, 3}, {2, 4}, {1, 4}, {0, 4}};
    static const uint32_t NODES[] = {1, 1, 1, 1, 2, 2, 2, 2, 5, 5, 5, 3, 3, 3, 3, 4, 4};
    static const uint32_t KINDS[] = {1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1};
    bench b;
    open_bench(&b, (hc_partition_id){1});
    take(&b, parts, 5);
    check(&b, b.places.layout.node_of, NODES, 17);
    check(&b, b.places.kind_of, KINDS, 17);
    for (size_t i = 0; i < 17; i++) {
        const hc_node *node = hc_machine_node(b.machine, (hc_node_id){NODES[i]});
        CU_ASSERT_EQUAL(b.places.layout.rack_of[i], node->rack);
        CU_ASSERT_EQUAL(b.places.layout.pod_of[i], node->pod);
        CU_ASSERT_EQUAL(b.places.layout.site_of[i], node->site);
    }
    close_bench(&b);
}

/* Whatever a job gets, the ranks of a node, a rack, a pod and a site follow each other. */
static void follow(const uint32_t *values, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        for (uint32_t before = 0; values[i] != values[i - 1] && before < i; before++) {
            CU_ASSERT_NOT_EQUAL_FATAL(values[before], values[i]);
        }
    }
}

static hc_machine *random_machine(hc_random *random)
{
    static const char *const SITES[] = {"a", "b"};
    static const char *const KINDS[] = {"x", "y", "z"};
    hc_machine *machine = hc_machine_create();
    for (uint64_t groups = 1 + hc_random_below(random, 5); groups > 0; groups--) {
        hc_node_group group = {.count = 1 + hc_random_below(random, 9),
                               .gpu_count = 1 + hc_random_below(random, 8),
                               .kind = KINDS[hc_random_below(random, 3)],
                               .site = SITES[hc_random_below(random, 2)],
                               .per_rack = hc_random_below(random, 4),
                               .racks_per_pod = hc_random_below(random, 3)};
        CU_ASSERT_EQUAL_FATAL(hc_machine_add(machine, &group, NULL), 0);
    }
    CU_ASSERT_EQUAL_FATAL(hc_machine_freeze(machine, NULL), 0);
    return machine;
}

static void take_at_random(bench *b, hc_random *random)
{
    uint32_t parts[64][2];
    size_t count = 0;
    for (uint32_t node = 0; node < hc_machine_node_count(b->machine); node++) {
        hc_part at = hc_occupancy_place_of(b->occupancy, node);
        uint32_t gpus = hc_occupancy_class(b->occupancy, at.class_index)->gpu_count;
        if (node == 0 || hc_random_below(random, 2) == 0) {
            parts[count][0] = node;
            parts[count++][1] = 1 + (uint32_t)hc_random_below(random, gpus);
        }
    }
    take_from(b, parts, count, 0);
}

static void ranks_of_one_place_follow_each_other(void)
{
    static const hc_occupancy_options NOTHING = {0};
    hc_random random = hc_random_stream(1, 2, HC_RANDOM_BENCH);
    for (int i = 0; i < 2000; i++) {
        bench b = {.machine = random_machine(&random)};
        CU_ASSERT_EQUAL_FATAL(
            hc_occupancy_create(&b.occupancy, b.machine, (hc_partition_id){0}, &NOTHING, NULL), 0);
        take_at_random(&b, &random);
        follow(b.places.layout.node_of, b.places.layout.ranks);
        follow(b.places.layout.rack_of, b.places.layout.ranks);
        follow(b.places.layout.pod_of, b.places.layout.ranks);
        follow(b.places.layout.site_of, b.places.layout.ranks);
        close_bench(&b);
    }
}

static void gpus_of_a_node_that_do_not_adjoin_are_one_node(void)
{
    uint32_t first[][2] = {{4, 2}};
    uint32_t second[][2] = {{4, 2}};
    uint32_t third[][2] = {{4, 4}};
    static const uint32_t NODES[] = {5, 5, 5, 5};
    hc_allocation middle;
    hc_request two = {.kinds = UINT64_MAX, .gpu_milli = HC_WHOLE_GPU, .gpu_count = 2};
    bench b;
    open_bench(&b, (hc_partition_id){1});
    take(&b, first, 1);
    middle = b.allocation;
    take(&b, second, 1);
    hc_occupancy_release(b.occupancy, &two, &middle);
    take(&b, third, 1); /* GPUs 0, 1, 4 and 5 */
    check(&b, b.places.layout.node_of, NODES, 4);
    CU_ASSERT_EQUAL(b.places.layout.ranks_per_node, 4);
    close_bench(&b);
}

static const hc_test_case CASES[] = {
    {"places_with_whole_nodes_come_first", places_with_whole_nodes_come_first},
    {"ranks_of_one_place_follow_each_other", ranks_of_one_place_follow_each_other},
    {"gpus_of_a_node_that_do_not_adjoin_are_one_node",
     gpus_of_a_node_that_do_not_adjoin_are_one_node},
};

HC_TEST_MAIN("sim/cluster/rank_places", CASES)
