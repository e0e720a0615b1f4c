#include "topology/hierarchy.h"

#include <math.h>
#include <stddef.h>

/* What is published of links without a measured curve, at 8 GPUs (S. Bekman, ml-engineering, network benchmarks):
 * B200 846 GB/s of 900 at 16 GiB and 36 at 1 MiB; MI300X 313 of 448, and 47.7 between two, a mesh. Others: what PCIe 4
 * and NVLink 3 reach of their data sheets. Steps: see below, PCIe 5.7 us. */
typedef struct link_facts {
    double least_link;
    double most_link;
    double efficiency;
    double latency_seconds;
    bool is_mesh;
} link_facts;

static const link_facts FACTS[] = {
    {0, 64e9, 0.76, 5.7e-6, false}, /* PCIe */
    {447e9, 448.5e9, 0.72, 3.4e-6, true},
    {899e9, 901e9, 0.94, 3.4e-6, false},
};

static const link_facts OTHERS = {0, INFINITY, 0.78, 3.4e-6, false};

static const link_facts *facts_of(double scaleup_bytes_per_second)
{
    for (size_t i = 0; i < sizeof FACTS / sizeof FACTS[0]; i++) {
        if (scaleup_bytes_per_second >= FACTS[i].least_link &&
            scaleup_bytes_per_second <= FACTS[i].most_link) {
            return &FACTS[i];
        }
    }
    return &OTHERS;
}

/* Steps, launch and tree: NCCL's own model of itself (NVIDIA/nccl, src/graph/tuning.cc: ring, simple protocol, NVLink 3.4
 * us, network 9.6 us, base 8.4 us; trees reach 0.9 of a ring's bandwidth; the "plateau effect of ring" is 1.9).
 * NICs and all-to-all: fitted to half of SimAI's tables; tests/topology/test_measured_network.c has the other. */
hc_hierarchy_options hc_hierarchy_options_default(double scaleup_bytes_per_second,
                                                  double nic_bytes_per_second,
                                                  uint32_t gpus_per_node)
{
    const link_facts *facts = facts_of(scaleup_bytes_per_second);
    return (hc_hierarchy_options){
        .gpus_per_node = gpus_per_node,
        .scaleup_bytes_per_second = scaleup_bytes_per_second,
        .scaleup_efficiency = facts->efficiency,
        .scaleup_latency_seconds = facts->latency_seconds,
        .scaleup_is_mesh = facts->is_mesh,
        .curve = hc_measured_curve(scaleup_bytes_per_second),
        .nics_per_node = gpus_per_node,
        .nic_bytes_per_second = nic_bytes_per_second,
        .nic_efficiency = 0.94,
        .node_latency_seconds = 9.6e-6,
        .rack_latency_seconds = 10.6e-6,
        .pod_latency_seconds = 15e-6,
        .rack_oversubscription = 1,
        .pod_oversubscription = 1,
        .launch_seconds = 8.4e-6,
        .all_reduce_step_factor = 1.9,
        .message_seconds = 2e-6,
        .all_to_all_efficiency = 0.92,
        .tree_efficiency = 0.9,
        .wan_bytes_per_second = 12.5e9,
        .wan_latency_seconds = 30e-3,
    };
}
