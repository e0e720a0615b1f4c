#include "tests/sim/golden_csv.h"
#include "tests/testing.h"
#include "tests/topology/residuals.h"
#include "tests/topology/vidur.h"
#include "topology/bandwidth_curve.h"
#include "topology/collectives.h"
#include "topology/hierarchy.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define MIB 1048576.0
#define GIB 1073741824.0

static hc_network node_of(double link_bytes_per_second)
{
    hc_network network = {0};
    hc_hierarchy_options options = hc_hierarchy_options_default(link_bytes_per_second, 25e9, 8);
    CU_ASSERT_EQUAL_FATAL(hc_hierarchy_create(&network, &options, NULL), 0);
    return network;
}

static double in_node(const hc_network *network, hc_collective kind, double bytes, uint32_t ranks)
{
    hc_comm_group group = {ranks, ranks, 1, 1, 1, 1, 1, 1};
    return network->cost(network->self, kind, bytes, &group).seconds;
}

static double bus_bandwidth(const hc_network *network, double bytes, uint32_t ranks)
{
    return hc_ring_volume(2, ranks) * bytes / in_node(network, HC_ALL_REDUCE, bytes, ranks) / 1e9;
}

static bool is_power_of_four_mib(double bytes)
{
    double mib = bytes / MIB;
    return fmod(log2(mib) / 2, 1) == 0;
}

/* Rows of the table of NCCL inside nodes that the curves do not hold. */
static hc_residual_summary vtrain(const char *gpu, double link_bytes_per_second,
                                  bool are_ranks_held, const char *name)
{
    hc_golden table =
        hc_golden_read(hc_test_shared_file("data/training/vtrain_nccl_allreduce_lut.csv"));
    hc_network network = node_of(link_bytes_per_second);
    hc_residuals residuals = {0};
    hc_residual_summary summary;
    for (size_t row = 0; row < table.row_count; row++) {
        uint32_t ranks = (uint32_t)atoi(hc_golden_cell(&table, row, 2));
        double bytes = atof(hc_golden_cell(&table, row, 3));
        bool is_held = strcmp(gpu, "V100") == 0 || ranks == 2 || ranks == 4 || ranks == 8;
        if (strcmp(hc_golden_cell(&table, row, 1), gpu) == 0 && is_held == are_ranks_held &&
            !(is_held && is_power_of_four_mib(bytes))) {
            hc_residuals_add(&residuals, in_node(&network, HC_ALL_REDUCE, bytes, ranks),
                             atof(hc_golden_cell(&table, row, 4)) / 1e6);
        }
    }
    summary = hc_residuals_print(&residuals, name);
    network.destroy(network.self);
    hc_golden_free(&table);
    return summary;
}

static void sizes_between_those_of_a_curve_are_near_it(void)
{
    hc_residual_summary a100 = vtrain("A100", 300e9, true, "A100, other sizes");
    hc_residual_summary v100 = vtrain("V100", 150e9, true, "V100, other sizes");
    CU_ASSERT_EQUAL(a100.count, 3 * 26);
    CU_ASSERT(a100.mean < 0.025 && a100.p90 < 0.05 && a100.max < 0.15);
    CU_ASSERT_EQUAL(v100.count, 7 * 26);
    CU_ASSERT(v100.mean < 0.015 && v100.p90 < 0.05 && v100.max < 0.25);
}

static void ranks_between_those_of_a_curve_are_near_it(void)
{
    hc_residual_summary found = vtrain("A100", 300e9, false, "A100, 3, 5, 6, 7 ranks");
    CU_ASSERT_EQUAL(found.count, 4 * 32);
    CU_ASSERT(found.mean < 0.04 && found.p90 < 0.08 && found.max < 0.3);
}

static hc_residual_summary vidur(double link_bytes_per_second, hc_collective kind,
                                 hc_vidur_group group, hc_vidur_half half, double least_bytes,
                                 const char *name)
{
    hc_vidur_point points[HC_VIDUR_POINTS];
    hc_network network = node_of(link_bytes_per_second);
    hc_residuals residuals = {0};
    size_t count = hc_vidur_medians(&group, half, least_bytes, points);
    for (size_t i = 0; i < count; i++) {
        hc_residuals_add(&residuals, in_node(&network, kind, points[i].bytes, group.workers),
                         points[i].seconds);
    }
    network.destroy(network.self);
    return hc_residuals_print(&residuals, name);
}

/* The curve of H100 is of every other row. */
static void the_other_half_of_h100_is_near_its_curve(void)
{
    hc_residual_summary two =
        vidur(450e9, HC_ALL_REDUCE, (hc_vidur_group){"h100_dgx", "all_reduce", 2, 2}, HC_VIDUR_ODD,
              MIB, "H100 x2, other half, from 1 MiB");
    hc_residual_summary four =
        vidur(450e9, HC_ALL_REDUCE, (hc_vidur_group){"h100_dgx", "all_reduce", 4, 4}, HC_VIDUR_ODD,
              MIB, "H100 x4, other half, from 1 MiB");
    hc_residual_summary eight =
        vidur(450e9, HC_ALL_REDUCE, (hc_vidur_group){"h100_dgx", "all_reduce", 8, 8}, HC_VIDUR_ODD,
              MIB, "H100 x8, other half, from 1 MiB");
    hc_residual_summary small =
        vidur(450e9, HC_ALL_REDUCE, (hc_vidur_group){"h100_dgx", "all_reduce", 8, 8}, HC_VIDUR_ODD,
              0, "H100 x8, other half, from 2 KiB");
    CU_ASSERT(two.mean < 0.12 && two.median < 0.1);
    CU_ASSERT(four.mean < 0.12 && four.median < 0.1);
    CU_ASSERT(eight.mean < 0.05 && eight.max < 0.15);
    CU_ASSERT(small.mean < 0.15);
}

/* The curve of A100 is of another machine, from 1 MiB up. */
static void another_machine_with_a100_is_near_the_curve(void)
{
    static const uint32_t RANKS[] = {2, 4, 8};
    static const char *const NAMES[] = {"A100 x2, another machine, from 4 MiB",
                                        "A100 x4, another machine, from 4 MiB",
                                        "A100 x8, another machine, from 4 MiB"};
    for (int i = 0; i < 3; i++) {
        hc_residual_summary found = vidur(
            300e9, HC_ALL_REDUCE, (hc_vidur_group){"a100_dgx", "all_reduce", RANKS[i], RANKS[i]},
            HC_VIDUR_ALL, 4 * MIB, NAMES[i]);
        CU_ASSERT(found.mean < 0.1 && found.max < 0.2);
    }
}

static void pcie_carries_four_gpus(void)
{
    hc_residual_summary found =
        vidur(31e9, HC_ALL_REDUCE, (hc_vidur_group){"a100_pairwise_nvlink", "all_reduce", 4, 4},
              HC_VIDUR_ODD, MIB / 4, "PCIe x4, other half, from 256 KiB");
    CU_ASSERT(found.mean < 0.05 && found.max < 0.2);
}

static void messages_between_two_gpus_are_near_their_line(void)
{
    hc_residual_summary a100 =
        vidur(300e9, HC_SEND, (hc_vidur_group){"a100_dgx", "send_recv", 2, 2}, HC_VIDUR_ODD, MIB,
              "A100 send, other half, from 1 MiB");
    hc_residual_summary h100 =
        vidur(450e9, HC_SEND, (hc_vidur_group){"h100_dgx", "send_recv", 2, 2}, HC_VIDUR_ODD, MIB,
              "H100 send, other half, from 1 MiB");
    CU_ASSERT(a100.mean < 0.15);
    CU_ASSERT(h100.mean < 0.1);
}

/* Tables of S. Bekman, ml-engineering: none of them was fitted. */
static void published_figures_beyond_the_tables_are_met(void)
{
    hc_network a100 = node_of(300e9);
    hc_network b200 = node_of(900e9);
    hc_network mi300x = node_of(448e9);
    CU_ASSERT_DOUBLE_EQUAL(bus_bandwidth(&a100, 16 * GIB, 8), 235, 0.05 * 235);
    CU_ASSERT_DOUBLE_EQUAL(bus_bandwidth(&b200, 16 * GIB, 8), 846, 0.05 * 846);
    CU_ASSERT_DOUBLE_EQUAL(bus_bandwidth(&b200, MIB, 8), 36, 0.25 * 36);
    CU_ASSERT_DOUBLE_EQUAL(bus_bandwidth(&mi300x, 16 * GIB, 8), 313, 0.05 * 313);
    CU_ASSERT_DOUBLE_EQUAL(bus_bandwidth(&mi300x, 16 * GIB, 2), 47.7, 0.05 * 47.7);
    a100.destroy(a100.self);
    b200.destroy(b200.self);
    mi300x.destroy(mi300x.self);
}

static void a_curve_goes_through_what_it_holds(void)
{
    for (uint32_t i = 0; hc_measured_curve_at(i) != NULL; i++) {
        const hc_bandwidth_curve *curve = hc_measured_curve_at(i);
        hc_curve_lines lines;
        hc_curve_lines_prepare(curve, &lines);
        for (uint32_t row = 0; row < lines.count; row++) {
            uint32_t ranks = curve->rows[row].ranks;
            for (int k = 0; k < HC_CURVE_SIZES; k++) {
                double held = curve->rows[row].gigabytes_per_second[k] * 1e9;
                double bytes = 4096 * pow(4, k);
                if (held > 0) {
                    double seconds = hc_curve_all_reduce_seconds(&lines, bytes, ranks);
                    CU_ASSERT_DOUBLE_EQUAL(hc_ring_volume(2, ranks) * bytes / seconds, held,
                                           1e-9 * held);
                }
            }
        }
    }
}

static void a_curve_is_that_of_the_generation_of_links(void)
{
    CU_ASSERT_STRING_EQUAL(hc_measured_curve(31e9)->name, "PCIe4");
    CU_ASSERT_STRING_EQUAL(hc_measured_curve(150e9)->name, "NVLink2");
    CU_ASSERT_STRING_EQUAL(hc_measured_curve(300e9)->name, "NVLink3");
    CU_ASSERT_STRING_EQUAL(hc_measured_curve(450e9)->name, "NVLink4");
    CU_ASSERT_PTR_NULL(hc_measured_curve(448e9)); /* MI300X: a mesh */
    CU_ASSERT_PTR_NULL(hc_measured_curve(200e9));
}

/* Twice the ranks, pieces of the same size: twice the steps of the largest row. */
static void beyond_the_last_row_a_ring_has_more_steps(void)
{
    hc_curve_lines lines;
    hc_curve_lines_prepare(hc_measured_curve(450e9), &lines);
    CU_ASSERT_DOUBLE_EQUAL(hc_curve_all_reduce_seconds(&lines, 128 * MIB, 16),
                           15.0 / 7 * hc_curve_all_reduce_seconds(&lines, 64 * MIB, 8), 1e-12);
}

static const hc_test_case CASES[] = {
    {"a_curve_goes_through_what_it_holds", a_curve_goes_through_what_it_holds},
    {"a_curve_is_that_of_the_generation_of_links", a_curve_is_that_of_the_generation_of_links},
    {"beyond_the_last_row_a_ring_has_more_steps", beyond_the_last_row_a_ring_has_more_steps},
    {"sizes_between_those_of_a_curve_are_near_it", sizes_between_those_of_a_curve_are_near_it},
    {"ranks_between_those_of_a_curve_are_near_it", ranks_between_those_of_a_curve_are_near_it},
    {"the_other_half_of_h100_is_near_its_curve", the_other_half_of_h100_is_near_its_curve},
    {"another_machine_with_a100_is_near_the_curve", another_machine_with_a100_is_near_the_curve},
    {"pcie_carries_four_gpus", pcie_carries_four_gpus},
    {"messages_between_two_gpus_are_near_their_line",
     messages_between_two_gpus_are_near_their_line},
    {"published_figures_beyond_the_tables_are_met", published_figures_beyond_the_tables_are_met},
};

int main(void)
{
    (void)hc_test_shared();
    return hc_test_main("bandwidth_curve", CASES, sizeof CASES / sizeof CASES[0]);
}
