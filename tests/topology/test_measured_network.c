#include "tests/sim/golden_csv.h"
#include "tests/testing.h"
#include "tests/topology/residuals.h"
#include "tests/topology/vidur.h"
#include "topology/collectives.h"
#include "topology/hierarchy.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MIB 1048576.0
#define GIB 1073741824.0

static hc_network network_of(double scaleup, double nic)
{
    hc_network network = {0};
    hc_hierarchy_options options = hc_hierarchy_options_default(scaleup, nic, 8);
    CU_ASSERT_EQUAL_FATAL(hc_hierarchy_create(&network, &options, NULL), 0);
    return network;
}

static hc_comm_group whole_nodes(uint32_t nodes)
{
    return (hc_comm_group){8 * nodes, 8, nodes, 1, 1, 1, 1, 1};
}

/* S. Bekman, ml-engineering: 4 nodes of 8 B200, a NIC of 50 GB/s for each GPU. */
static void four_nodes_of_b200_take_22_milliseconds_for_4_gib(void)
{
    hc_network network = network_of(900e9, 50e9);
    hc_comm_group group = whole_nodes(4);
    hc_comm_cost cost = network.cost(network.self, HC_ALL_REDUCE, 4 * GIB, &group);
    CU_ASSERT_DOUBLE_EQUAL(cost.seconds, 22.05e-3, 0.05 * 22.05e-3);
    CU_ASSERT_EQUAL(cost.algorithm, HC_ALGORITHM_RING);
    cost = network.cost(network.self, HC_ALL_REDUCE, 16 * GIB, &group);
    CU_ASSERT_DOUBLE_EQUAL(hc_ring_volume(2, 32) * 16 * GIB / cost.seconds, 382e9, 0.05 * 382e9);
    cost = network.cost(network.self, HC_ALL_REDUCE, MIB, &group);
    CU_ASSERT_DOUBLE_EQUAL(hc_ring_volume(2, 32) * MIB / cost.seconds, 5.4e9, 0.25 * 5.4e9);
    network.destroy(network.self);
}

/* SimAI prints shares of a peak of NICs of 48.5 GB/s: of a ring on all eight, of an all-to-all on what leaves the node
 * (calbusbw.cc). */
static double simai_seconds(hc_collective kind, double share, double bytes, uint32_t nodes)
{
    double ranks = 8.0 * nodes;
    double peak = kind == HC_ALL_TO_ALL ? 48.5e9 * (ranks - 1) / ((nodes - 1) * 8) : 8 * 48.5e9;
    return (ranks - 1) / ranks * bytes / (share * peak);
}

/* Every other size of a table, from the second on. */
static hc_residual_summary simai(const char *file, hc_collective kind, double least_bytes,
                                 const char *name)
{
    hc_golden table = hc_golden_read(hc_test_shared_file(file));
    hc_network network = network_of(450e9, 50e9);
    hc_residuals residuals = {0};
    hc_residual_summary summary;
    for (size_t row = 1; row < table.row_count; row += 2) {
        double bytes = atof(hc_golden_cell(&table, row, 0));
        for (size_t column = 2; column <= 8 && bytes >= least_bytes; column++) {
            hc_comm_group group = whole_nodes(1U << (column - 1));
            double share = atof(hc_golden_cell(&table, row, column));
            if (share > 0) {
                hc_residuals_add(&residuals,
                                 network.cost(network.self, kind, bytes, &group).seconds,
                                 simai_seconds(kind, share, bytes, group.nodes));
            }
        }
    }
    summary = hc_residuals_print(&residuals, name);
    network.destroy(network.self);
    hc_golden_free(&table);
    return summary;
}

/* To the other half of the sizes it was fitted that 0.94 of a NIC can be had, and nothing else. */
static void rings_over_2_to_128_nodes_have_the_measured_shape(void)
{
    hc_residual_summary all = simai("data/training/simai_nic_ratio.csv", HC_ALL_GATHER, 0,
                                    "ring, 2..128 nodes, other half");
    hc_residual_summary large = simai("data/training/simai_nic_ratio.csv", HC_ALL_GATHER, 64 * MIB,
                                      "ring, 2..128 nodes, other half, from 64 MiB");
    CU_ASSERT_EQUAL(all.count, 7 * 5);
    CU_ASSERT(all.mean < 0.1 && all.median < 0.05 && all.max < 0.35);
    CU_ASSERT(large.mean < 0.1 && large.p90 < 0.25);
}

/* Two numbers were fitted to the other half of the sizes: the efficiency and the time of a message. */
static void all_to_alls_have_the_measured_shape(void)
{
    hc_residual_summary found = simai("data/training/simai_ata_ratio.csv", HC_ALL_TO_ALL, 0,
                                      "all-to-all, 2..16 nodes, other half");
    CU_ASSERT_EQUAL(found.count, 4 * 5);
    CU_ASSERT(found.mean < 0.1 && found.p90 < 0.25);
}

/* Two A100 nodes with four slow NICs. What one of them carries is taken from groups with one rank on each node. */
static hc_network two_a100_nodes(void)
{
    hc_vidur_point points[HC_VIDUR_POINTS];
    hc_vidur_group alone = {"a100_dgx", "all_reduce", 2, 1};
    size_t count = hc_vidur_medians(&alone, HC_VIDUR_ALL, 32 * MIB, points);
    hc_hierarchy_options options =
        hc_hierarchy_options_default(300e9, points[count / 2].bytes / points[count / 2].seconds, 8);
    hc_network network = {0};
    options.nic_bytes_per_second /= options.nic_efficiency;
    options.nics_per_node = 4;
    CU_ASSERT_EQUAL_FATAL(hc_hierarchy_create(&network, &options, NULL), 0);
    return network;
}

static hc_residual_summary over_two_nodes(uint32_t ranks_per_node, double least_bytes,
                                          const char *name)
{
    hc_vidur_point points[HC_VIDUR_POINTS];
    hc_vidur_group rows = {"a100_dgx", "all_reduce", 2 * ranks_per_node, ranks_per_node};
    hc_comm_group group = {2 * ranks_per_node, ranks_per_node, 2, 1, 1, 1, 1, 1};
    hc_network network = two_a100_nodes();
    hc_residuals residuals = {0};
    size_t count = hc_vidur_medians(&rows, HC_VIDUR_ALL, least_bytes, points);
    for (size_t i = 0; i < count; i++) {
        hc_residuals_add(&residuals,
                         network.cost(network.self, HC_ALL_REDUCE, points[i].bytes, &group).seconds,
                         points[i].seconds);
    }
    network.destroy(network.self);
    return hc_residuals_print(&residuals, name);
}

/* Two ranks on each node reach the bandwidth of one NIC there (283 of 284 rows from 30 MB up), four that of all four:
 * which NICs a group finds is not modelled. Between 1 and 16 MiB NCCL changes its protocol, slower than its best. */
static void two_nodes_share_four_nics(void)
{
    hc_residual_summary one = over_two_nodes(1, MIB, "two nodes, 1 rank on each, from 1 MiB");
    hc_residual_summary four = over_two_nodes(4, 8 * MIB, "two nodes, 4 ranks on each, from 8 MiB");
    hc_residual_summary eight = over_two_nodes(8, 64e6, "two nodes, 8 ranks on each, from 64 MB");
    (void)over_two_nodes(2, 8 * MIB, "two nodes, 2 ranks on each, from 8 MiB");
    (void)over_two_nodes(4, 0, "two nodes, 4 ranks on each, all sizes");
    (void)over_two_nodes(8, 0, "two nodes, 8 ranks on each, all sizes");
    CU_ASSERT(one.mean < 0.08 && one.max < 0.2);
    CU_ASSERT(four.mean < 0.15 && four.max < 0.25);
    CU_ASSERT(eight.max < 0.25);
}

static const hc_test_case CASES[] = {
    {"four_nodes_of_b200_take_22_milliseconds_for_4_gib",
     four_nodes_of_b200_take_22_milliseconds_for_4_gib},
    {"rings_over_2_to_128_nodes_have_the_measured_shape",
     rings_over_2_to_128_nodes_have_the_measured_shape},
    {"all_to_alls_have_the_measured_shape", all_to_alls_have_the_measured_shape},
    {"two_nodes_share_four_nics", two_nodes_share_four_nics},
};

int main(void)
{
    (void)hc_test_shared();
    return hc_test_main("measured_network", CASES, sizeof CASES / sizeof CASES[0]);
}
