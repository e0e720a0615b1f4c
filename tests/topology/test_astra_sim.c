#include "tests/sim/golden_csv.h"
#include "tests/testing.h"
#include "tests/topology/residuals.h"
#include "topology/collectives.h"
#include "topology/hierarchy.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ASTRA-sim's analytical backend on the same collectives, with its assumptions: what it calls GB is GiB, a buffer goes in
 * four chunks that each pay a link's latency in every step, and a reduction reads two buffers and writes one at 1,600
 * GB/s. */

#define MIB 1048576.0
#define GIB 1073741824.0
enum { CHUNKS = 4 };

typedef struct astra_case {
    char operation[8]; /* "ar", "ag", "a2a" */
    char network[24];  /* "Ring", "FullyConnected", "Switch", "net2" */
    uint32_t ranks;
    double mebibytes;
    bool is_congestion_aware;
    double seconds;
} astra_case;

static bool read_case(const hc_golden *table, size_t row, astra_case *out)
{
    const char *network = hc_golden_cell(table, row, 3);
    uint32_t ranks = 0;
    if (sscanf(hc_golden_cell(table, row, 1), "wl/%7[a-z2]%u_%lf/w", out->operation, &out->ranks,
               &out->mebibytes) != 3) {
        return false;
    }
    if (strncmp(out->operation, "a2a", 3) == 0) {
        /* the digits of "a2a" and those of the ranks behind it */
        (void)sscanf(hc_golden_cell(table, row, 1), "wl/a2a%u_%lf/w", &out->ranks, &out->mebibytes);
        out->operation[3] = '\0';
    }
    if (sscanf(network, "net_%23[A-Za-z]_%u.yml", out->network, &ranks) != 2 &&
        sscanf(network, "%4[net12]_%u.yml", out->network, &ranks) != 2) {
        return false;
    }
    out->is_congestion_aware = strstr(hc_golden_cell(table, row, 0), "Congestion_Aware") != NULL;
    out->seconds = atof(hc_golden_cell(table, row, 5)) / 1e9;
    return ranks == out->ranks;
}

static hc_network astra_network(const astra_case *of)
{
    bool is_switch = strcmp(of->network, "Switch") == 0;
    hc_hierarchy_options options = hc_hierarchy_options_default(50 * GIB, 50 * GIB, of->ranks);
    hc_network network = {0};
    options.curve = NULL;
    options.scaleup_efficiency = 1;
    options.scaleup_latency_seconds = CHUNKS * 500e-9 * (is_switch ? 2 : 1);
    options.launch_seconds = 0;
    options.tree_efficiency = 1e-3; /* it has none */
    CU_ASSERT_EQUAL_FATAL(hc_hierarchy_create(&network, &options, NULL), 0);
    return network;
}

static double in_one_dimension(const astra_case *of)
{
    hc_comm_group group = {of->ranks, of->ranks, 1, 1, 1, 1, 1, 1};
    hc_network network = astra_network(of);
    double bytes = of->mebibytes * MIB;
    double seconds = 0;
    if (strcmp(of->operation, "ar") == 0) {
        seconds = network.cost(network.self, HC_ALL_REDUCE, bytes, &group).seconds +
                  3 * hc_ring_volume(1, of->ranks) * bytes / 1600e9;
    } else if (strcmp(of->operation, "ag") == 0) { /* its size is the share of a rank */
        seconds = network.cost(network.self, HC_ALL_GATHER, bytes * of->ranks, &group).seconds;
    } else { /* around the ring: every share passes half of the ranks on the way */
        seconds = network.cost(network.self, HC_ALL_TO_ALL, bytes, &group).seconds * of->ranks / 2;
    }
    network.destroy(network.self);
    return seconds;
}

typedef void visit(const astra_case *of, double ours, hc_residuals *residuals);

static void for_each_large_case(visit *each, hc_residuals *residuals)
{
    hc_golden table =
        hc_golden_read(hc_test_shared_file("golden/training/astra_sim_collectives.csv"));
    for (size_t row = 0; row < table.row_count; row++) {
        astra_case of = {.ranks = 0};
        if (read_case(&table, row, &of) && of.mebibytes >= 64 &&
            strncmp(of.network, "net", 3) != 0) {
            each(&of, in_one_dimension(&of), residuals);
        }
    }
    hc_golden_free(&table);
}

static bool is_counted_twice(const astra_case *of)
{
    return of->is_congestion_aware && strcmp(of->network, "Switch") == 0;
}

static void compare(const astra_case *of, double ours, hc_residuals *residuals)
{
    if (!is_counted_twice(of)) {
        hc_residuals_add(residuals, ours, of->seconds);
    }
}

static void collectives_in_one_dimension_agree(void)
{
    hc_residuals residuals = {0};
    hc_residual_summary found;
    for_each_large_case(compare, &residuals);
    found = hc_residuals_print(&residuals, "ASTRA-sim, one dimension, from 64 MiB");
    CU_ASSERT_EQUAL(found.count, 2 * 2 * 3 * 5); /* ranks, sizes, operations, networks but one */
    CU_ASSERT(found.max < 0.05);
}

/* Its congestion-aware switch serialises each chunk twice (astra-sim issue 296). */
static void compare_twice(const astra_case *of, double ours, hc_residuals *residuals)
{
    if (is_counted_twice(of)) {
        hc_residuals_add(residuals, 2 * ours, of->seconds);
    }
}

static void its_switch_with_congestion_takes_twice_as_long(void)
{
    hc_residuals residuals = {0};
    hc_residual_summary found;
    for_each_large_case(compare_twice, &residuals);
    found = hc_residuals_print(&residuals, "ASTRA-sim, switch with congestion, halved");
    CU_ASSERT_EQUAL(found.count, 2 * 2 * 3);
    CU_ASSERT(found.max < 0.15);
}

static const hc_test_case CASES[] = {
    {"collectives_in_one_dimension_agree", collectives_in_one_dimension_agree},
    {"its_switch_with_congestion_takes_twice_as_long",
     its_switch_with_congestion_takes_twice_as_long},
};

int main(void)
{
    (void)hc_test_shared();
    return hc_test_main("astra_sim", CASES, sizeof CASES / sizeof CASES[0]);
}
