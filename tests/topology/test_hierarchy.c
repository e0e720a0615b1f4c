#include "tests/testing.h"
#include "topology/collectives.h"
#include "topology/hierarchy.h"

#include <math.h>
#include <string.h>

#define GIB 1073741824.0

/* 8 GPUs with 400 GB/s inside, a NIC of 50 GB/s for each; latencies that are told apart; nothing is lost. */
static const hc_hierarchy_options PLAIN = {
    .gpus_per_node = 8,
    .scaleup_bytes_per_second = 400e9,
    .scaleup_efficiency = 1,
    .scaleup_latency_seconds = 1e-6,
    .nics_per_node = 8,
    .nic_bytes_per_second = 50e9,
    .nic_efficiency = 1,
    .node_latency_seconds = 10e-6,
    .rack_latency_seconds = 100e-6,
    .pod_latency_seconds = 1000e-6,
    .rack_oversubscription = 1,
    .pod_oversubscription = 1,
    .all_reduce_step_factor = 1.9,
    .all_to_all_efficiency = 1,
    .tree_efficiency = 1,
    .wan_bytes_per_second = 1e9,
    .wan_latency_seconds = 0.05,
    .wan_dollars_per_byte = 1e-11,
};

static hc_comm_cost cost_of(const hc_hierarchy_options *options, hc_collective kind, double bytes,
                            hc_comm_group group)
{
    hc_network network = {0};
    hc_error error = HC_ERROR_NONE;
    hc_comm_cost cost;
    CU_ASSERT_EQUAL_FATAL(hc_hierarchy_create(&network, options, &error), 0);
    cost = network.cost(network.self, kind, bytes, &group);
    network.destroy(network.self);
    return cost;
}

static void check_cost(hc_comm_cost found, double seconds, hc_collective_algorithm algorithm)
{
    CU_ASSERT_DOUBLE_EQUAL(found.seconds, seconds, 1e-9 * seconds);
    CU_ASSERT_EQUAL(found.algorithm, algorithm);
}

static const hc_comm_group ONE_NODE = {8, 8, 1, 1, 1, 1, 1, 1};
static const hc_comm_group FOUR_NODES = {32, 8, 4, 1, 1, 1, 1, 1};

static void one_rank_costs_nothing(void)
{
    hc_comm_group alone = {1, 1, 1, 1, 1, 1, 1, 1};
    for (int kind = 0; kind < HC_COLLECTIVE_COUNT; kind++) {
        check_cost(cost_of(&PLAIN, (hc_collective)kind, GIB, alone), 0, HC_ALGORITHM_NONE);
    }
}

static void inside_a_node_the_closed_forms_hold(void)
{
    hc_link link = {1e-6, 400e9};
    check_cost(cost_of(&PLAIN, HC_ALL_REDUCE, GIB, ONE_NODE),
               hc_ring_all_reduce_seconds(GIB, 8, link), HC_ALGORITHM_RING);
    check_cost(cost_of(&PLAIN, HC_ALL_REDUCE, 1000, ONE_NODE),
               hc_tree_all_reduce_seconds(1000, 8, link) + 2 * 3 * 1000 / 12e9, HC_ALGORITHM_TREE);
    check_cost(cost_of(&PLAIN, HC_ALL_GATHER, GIB, ONE_NODE),
               hc_ring_all_gather_seconds(GIB, 8, link), HC_ALGORITHM_RING);
    check_cost(cost_of(&PLAIN, HC_REDUCE_SCATTER, GIB, ONE_NODE),
               hc_ring_reduce_scatter_seconds(GIB, 8, link), HC_ALGORITHM_RING);
    check_cost(cost_of(&PLAIN, HC_ALL_TO_ALL, GIB, ONE_NODE), hc_all_to_all_seconds(GIB, 8, link),
               HC_ALGORITHM_DIRECT);
    check_cost(cost_of(&PLAIN, HC_BROADCAST, GIB, ONE_NODE),
               hc_ring_broadcast_seconds(GIB, 8, link), HC_ALGORITHM_RING);
    check_cost(cost_of(&PLAIN, HC_SEND, GIB, ONE_NODE), hc_send_seconds(GIB, link),
               HC_ALGORITHM_DIRECT);
}

static void in_a_mesh_two_ranks_have_one_of_the_links(void)
{
    hc_hierarchy_options mesh = PLAIN;
    hc_comm_group pair = {2, 2, 1, 1, 1, 1, 1, 1};
    mesh.scaleup_is_mesh = true;
    CU_ASSERT_DOUBLE_EQUAL(cost_of(&mesh, HC_ALL_GATHER, 400e9, pair).seconds, 3.5, 1e-5);
    CU_ASSERT_DOUBLE_EQUAL(cost_of(&mesh, HC_SEND, 400e9, pair).seconds, 7, 1e-5);
    CU_ASSERT_DOUBLE_EQUAL(cost_of(&mesh, HC_ALL_GATHER, 400e9, ONE_NODE).seconds, 0.875, 1e-5);
}

/* The ring: 28 steps inside nodes and 3 between them, 8 NICs of 50 GB/s; steps of an all-reduce are 1.9 times as long. */
static void a_large_buffer_goes_around_all_nodes_on_all_their_nics(void)
{
    double latency = 28 * 1e-6 + 3 * 10e-6;
    double transfer = 31.0 / 32 * 4 * GIB / 400e9;
    check_cost(cost_of(&PLAIN, HC_ALL_REDUCE, 4 * GIB, FOUR_NODES), 2 * (1.9 * latency + transfer),
               HC_ALGORITHM_RING);
    check_cost(cost_of(&PLAIN, HC_ALL_GATHER, 4 * GIB, FOUR_NODES), latency + transfer,
               HC_ALGORITHM_RING);
}

/* Chains of 7 steps, then the height of a tree with 4 leaves, both twice; each step takes the time of a piece, between
 * nodes of two. */
static void a_small_buffer_goes_up_and_down_a_tree(void)
{
    check_cost(cost_of(&PLAIN, HC_ALL_REDUCE, 1000, FOUR_NODES),
               2 * (7 * 1e-6 + 2 * 10e-6) + 2 * (7 + 2 * 2) * 1000 / 12e9 + 2 * 1000 / 400e9,
               HC_ALGORITHM_TREE);
}

/* When links inside are wide, shares are reduced between nodes: 3/4 of a share twice, on 50 GB/s. */
static void wide_links_inside_are_used_first_where_that_is_allowed(void)
{
    hc_hierarchy_options wide = PLAIN;
    double expected = 0;
    wide.scaleup_bytes_per_second = 40e12;
    CU_ASSERT_EQUAL(cost_of(&wide, HC_ALL_REDUCE, GIB, FOUR_NODES).algorithm, HC_ALGORITHM_RING);
    wide.cuts_by_node = true;
    expected =
        2 * (7 * 1e-6 + 7.0 / 8 * GIB / 40e12) + 2 * 1.9 * 3 * 10e-6 + 2 * 3.0 / 4 * GIB / 8 / 50e9;
    check_cost(cost_of(&wide, HC_ALL_REDUCE, GIB, FOUR_NODES), expected, HC_ALGORITHM_HIERARCHICAL);
}

/* Eight groups with one rank on each node: with 2 NICs, each rank has a quarter of one. */
static void nics_are_shared_by_those_who_use_them(void)
{
    hc_hierarchy_options few = PLAIN;
    hc_comm_group rail = {4, 1, 4, 1, 1, 1, 8, 1};
    double seconds = 3 * 10e-6 + 3.0 / 4 * GIB / 50e9;
    check_cost(cost_of(&few, HC_ALL_GATHER, GIB, rail), seconds, HC_ALGORITHM_RING);
    few.nics_per_node = 2;
    seconds = 3 * 10e-6 + 3.0 / 4 * GIB / 12.5e9;
    check_cost(cost_of(&few, HC_ALL_GATHER, GIB, rail), seconds, HC_ALGORITHM_RING);
    rail.sharers = 2;
    seconds = 3 * 10e-6 + 3.0 / 4 * GIB / 50e9;
    check_cost(cost_of(&few, HC_ALL_GATHER, GIB, rail), seconds, HC_ALGORITHM_RING);
}

/* 16 nodes in 8 racks and 2 pods: 8 steps inside racks, 6 between racks, 1 between pods. */
static void steps_are_as_long_as_the_levels_they_cross(void)
{
    hc_comm_group far = {16, 1, 16, 8, 2, 1, 1, 1};
    check_cost(cost_of(&PLAIN, HC_ALL_GATHER, 0, far), 8 * 10e-6 + 6 * 100e-6 + 1000e-6,
               HC_ALGORITHM_RING);
    check_cost(cost_of(&PLAIN, HC_ALL_REDUCE, 0, far), 2 * (1 * 10e-6 + 2 * 100e-6 + 1000e-6),
               HC_ALGORITHM_TREE);
    check_cost(cost_of(&PLAIN, HC_SEND, 0, far), 1000e-6, HC_ALGORITHM_DIRECT);
}

/* Uplinks that carry a fourth: a ring with two nodes in each rack has half of its bandwidth there, with four all of it;
 * of an all-to-all everything that leaves a rack has a fourth. */
static void narrow_uplinks_bind_who_has_few_nodes_in_a_rack(void)
{
    hc_hierarchy_options narrow = PLAIN;
    hc_comm_group two_each = {8, 1, 8, 4, 1, 1, 1, 1};
    hc_comm_group four_each = {8, 1, 8, 2, 1, 1, 1, 1};
    narrow.rack_oversubscription = 4;
    CU_ASSERT_DOUBLE_EQUAL(cost_of(&narrow, HC_ALL_GATHER, 50e9, two_each).seconds, 1.75, 1e-3);
    CU_ASSERT_DOUBLE_EQUAL(cost_of(&narrow, HC_ALL_GATHER, 50e9, four_each).seconds, 0.875, 1e-3);
    CU_ASSERT_DOUBLE_EQUAL(cost_of(&narrow, HC_ALL_TO_ALL, 50e9, two_each).seconds, 3, 1e-3);
    CU_ASSERT_DOUBLE_EQUAL(cost_of(&narrow, HC_ALL_TO_ALL, 50e9, four_each).seconds, 2, 1e-3);
}

/* 24 of 32 shares leave the node, on one NIC for each rank. */
static void an_all_to_all_waits_for_the_nics(void)
{
    hc_hierarchy_options options = PLAIN;
    options.message_seconds = 1e-6;
    check_cost(cost_of(&options, HC_ALL_TO_ALL, GIB, FOUR_NODES),
               10e-6 + 24 * 1e-6 + 24.0 / 32 * GIB / 50e9, HC_ALGORITHM_DIRECT);
}

/* Two sites of two nodes: reduced and gathered inside, 1 GB each way on 1 GB/s, 10 $ for 1e12 bytes. */
static void sites_reduce_inside_first(void)
{
    hc_comm_group wide = {32, 8, 4, 2, 2, 2, 1, 1};
    hc_comm_group half = {16, 8, 2, 1, 1, 1, 1, 1};
    hc_comm_cost inside = cost_of(&PLAIN, HC_ALL_REDUCE, 1e9, half);
    hc_comm_cost cost = cost_of(&PLAIN, HC_ALL_REDUCE, 1e9, wide);
    check_cost(cost, inside.seconds + 2 * 0.05 + 1, inside.algorithm);
    CU_ASSERT_DOUBLE_EQUAL(cost.egress_bytes, 2e9, 1);
    CU_ASSERT_DOUBLE_EQUAL(cost.egress_dollars, 0.02, 1e-12);
    wide.site_sharers = 8;
    cost = cost_of(&PLAIN, HC_ALL_REDUCE, 1e9, wide);
    CU_ASSERT_DOUBLE_EQUAL(cost.seconds, inside.seconds + 2 * 0.05 + 8, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(cost.egress_bytes, 2e9, 1);
    CU_ASSERT_EQUAL(inside.egress_bytes, 0);
}

/* Of 16 shares at each of 32 ranks, half lie in the other site. */
static void an_all_to_all_crosses_sites_with_all_its_ranks(void)
{
    hc_comm_group wide = {32, 8, 4, 2, 2, 2, 1, 1};
    CU_ASSERT_DOUBLE_EQUAL(cost_of(&PLAIN, HC_ALL_TO_ALL, 1e9, wide).egress_bytes, 16e9, 1);
    CU_ASSERT_DOUBLE_EQUAL(cost_of(&PLAIN, HC_ALL_GATHER, 1e9, wide).egress_bytes, 1e9, 1);
    CU_ASSERT_DOUBLE_EQUAL(cost_of(&PLAIN, HC_SEND, 1e9, wide).egress_bytes, 1e9, 1);
}

static void more_bytes_never_take_less_time(void)
{
    static const double LINKS[] = {31e9, 150e9, 300e9, 448e9, 450e9, 900e9};
    static const hc_comm_group GROUPS[] = {
        {2, 2, 1, 1, 1, 1, 1, 1},  {5, 5, 1, 1, 1, 1, 1, 1},     {8, 8, 1, 1, 1, 1, 1, 1},
        {16, 8, 2, 1, 1, 1, 1, 1}, {512, 4, 128, 8, 2, 1, 2, 1}, {64, 8, 8, 2, 2, 2, 1, 1},
    };
    for (size_t link = 0; link < sizeof LINKS / sizeof LINKS[0]; link++) {
        hc_hierarchy_options options = hc_hierarchy_options_default(LINKS[link], 25e9, 8);
        for (size_t i = 0; i < sizeof GROUPS / sizeof GROUPS[0]; i++) {
            for (int kind = 0; kind < HC_COLLECTIVE_COUNT; kind++) {
                double before = 0;
                for (double bytes = 1; bytes < 1e13; bytes *= 1.7) {
                    double seconds =
                        cost_of(&options, (hc_collective)kind, bytes, GROUPS[i]).seconds;
                    CU_ASSERT(isfinite(seconds) && seconds >= before);
                    before = seconds;
                }
            }
        }
    }
}

static void options_out_of_range_are_refused_each_by_name(void)
{
    hc_hierarchy_options wrong = PLAIN;
    hc_network network = {0};
    hc_error error = HC_ERROR_NONE;
    wrong.nics_per_node = 0;
    wrong.nic_efficiency = 1.5;
    wrong.pod_latency_seconds = NAN;
    wrong.rack_oversubscription = 0.5;
    CU_ASSERT_EQUAL(hc_hierarchy_create(&network, &wrong, &error), -1);
    CU_ASSERT_EQUAL(error.count, 4);
    CU_ASSERT_EQUAL(error.kind, HC_ERROR_USAGE);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(error.text, "nic_efficiency: expected a share above 0, at most 1, found 1.5"));
    CU_ASSERT_PTR_NULL(network.self);
}

static const hc_test_case CASES[] = {
    {"options_out_of_range_are_refused_each_by_name",
     options_out_of_range_are_refused_each_by_name},
    {"one_rank_costs_nothing", one_rank_costs_nothing},
    {"inside_a_node_the_closed_forms_hold", inside_a_node_the_closed_forms_hold},
    {"in_a_mesh_two_ranks_have_one_of_the_links", in_a_mesh_two_ranks_have_one_of_the_links},
    {"a_large_buffer_goes_around_all_nodes_on_all_their_nics",
     a_large_buffer_goes_around_all_nodes_on_all_their_nics},
    {"a_small_buffer_goes_up_and_down_a_tree", a_small_buffer_goes_up_and_down_a_tree},
    {"wide_links_inside_are_used_first_where_that_is_allowed",
     wide_links_inside_are_used_first_where_that_is_allowed},
    {"nics_are_shared_by_those_who_use_them", nics_are_shared_by_those_who_use_them},
    {"steps_are_as_long_as_the_levels_they_cross", steps_are_as_long_as_the_levels_they_cross},
    {"narrow_uplinks_bind_who_has_few_nodes_in_a_rack",
     narrow_uplinks_bind_who_has_few_nodes_in_a_rack},
    {"an_all_to_all_waits_for_the_nics", an_all_to_all_waits_for_the_nics},
    {"sites_reduce_inside_first", sites_reduce_inside_first},
    {"an_all_to_all_crosses_sites_with_all_its_ranks",
     an_all_to_all_crosses_sites_with_all_its_ranks},
    {"more_bytes_never_take_less_time", more_bytes_never_take_less_time},
};

HC_TEST_MAIN("hierarchy", CASES)
