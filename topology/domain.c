#include "topology/domain.h"

#include <math.h>

void hc_domain_prepare(const hc_hierarchy_options *options, hc_domain *out)
{
    double bytes_per_second = options->scaleup_bytes_per_second * options->scaleup_efficiency;
    *out = (hc_domain){
        .link = {options->scaleup_latency_seconds, bytes_per_second},
        .launch_seconds = options->launch_seconds,
        .send_seconds = options->launch_seconds + options->scaleup_latency_seconds,
        .send_bytes_per_second = bytes_per_second,
        .tree_efficiency = options->tree_efficiency,
        .gpu_count = options->gpus_per_node,
        .is_mesh = options->scaleup_is_mesh && options->gpus_per_node > 2,
        .has_curve = options->curve != NULL,
    };
    if (options->curve != NULL) {
        hc_curve_lines_prepare(options->curve, &out->lines);
        out->send_seconds = options->curve->send_seconds;
        out->send_bytes_per_second = options->curve->send_bytes_per_second;
    }
}

/* In a mesh, two ranks have one link between them; all have all. */
static double mesh_share(const hc_domain *domain, uint32_t ranks)
{
    return !domain->is_mesh || ranks >= domain->gpu_count
               ? 1
               : ((double)ranks - 1) / ((double)domain->gpu_count - 1);
}

double hc_domain_bytes_per_second(const hc_domain *domain, uint32_t ranks)
{
    return domain->has_curve ? hc_curve_limit(&domain->lines, ranks)
                             : domain->link.bytes_per_second * mesh_share(domain, ranks);
}

/* What each rank sends, over what it sends in an all-reduce. */
static double share_of_all_reduce(hc_collective kind, uint32_t ranks)
{
    switch (kind) {
    case HC_ALL_GATHER:
    case HC_REDUCE_SCATTER:
    case HC_ALL_TO_ALL:
        return 0.5;
    case HC_BROADCAST:
        return 1 / hc_ring_volume(2, ranks);
    case HC_ALL_REDUCE:
    case HC_SEND:
    case HC_COLLECTIVE_COUNT:
        break;
    }
    return 1;
}

/* All have the bus bandwidth that was measured with all-reduces of the same buffer. */
static double measured_seconds(const hc_domain *domain, hc_collective kind, double bytes,
                               uint32_t ranks)
{
    double all_reduce = hc_curve_all_reduce_seconds(&domain->lines, bytes, ranks);
    double launch = fmin(domain->launch_seconds, all_reduce);
    return launch + (all_reduce - launch) * share_of_all_reduce(kind, ranks);
}

static double ring_seconds(hc_collective kind, double bytes, uint32_t ranks, hc_link link)
{
    switch (kind) {
    case HC_ALL_REDUCE:
        return hc_ring_all_reduce_seconds(bytes, ranks, link);
    case HC_ALL_GATHER:
    case HC_REDUCE_SCATTER:
        return hc_ring_all_gather_seconds(bytes, ranks, link);
    case HC_ALL_TO_ALL:
        return hc_all_to_all_seconds(bytes, ranks, link);
    case HC_BROADCAST:
        return hc_ring_broadcast_seconds(bytes, ranks, link);
    case HC_SEND:
    case HC_COLLECTIVE_COUNT:
        break;
    }
    return hc_send_seconds(bytes, link);
}

/* NCCL, src/graph/tuning.cc. */
double hc_tree_piece_seconds(double bytes)
{
    return fmin(bytes, 262144) / 12e9;
}

static double tree_seconds(const hc_domain *domain, double bytes, uint32_t ranks, hc_link link)
{
    link.latency_seconds += hc_tree_piece_seconds(bytes);
    link.bytes_per_second *= domain->tree_efficiency;
    return hc_tree_all_reduce_seconds(bytes, ranks, link);
}

static hc_comm_cost modelled_cost(const hc_domain *domain, hc_collective kind, double bytes,
                                  uint32_t ranks)
{
    hc_link link = {domain->link.latency_seconds, hc_domain_bytes_per_second(domain, ranks)};
    double ring = ring_seconds(kind, bytes, ranks, link);
    double tree = tree_seconds(domain, bytes, ranks, link);
    if (kind == HC_ALL_REDUCE && tree < ring) {
        return (hc_comm_cost){.seconds = domain->launch_seconds + tree,
                              .algorithm = HC_ALGORITHM_TREE};
    }
    return (hc_comm_cost){.seconds = domain->launch_seconds + ring,
                          .algorithm =
                              kind == HC_ALL_TO_ALL ? HC_ALGORITHM_DIRECT : HC_ALGORITHM_RING};
}

hc_comm_cost hc_domain_cost(const hc_domain *domain, hc_collective kind, double bytes,
                            uint32_t ranks)
{
    if (kind == HC_SEND) {
        double share = mesh_share(domain, 2);
        return (hc_comm_cost){.seconds = domain->send_seconds +
                                         bytes / (domain->send_bytes_per_second * share),
                              .algorithm = HC_ALGORITHM_DIRECT};
    }
    if (!domain->has_curve) {
        return modelled_cost(domain, kind, bytes, ranks);
    }
    return (hc_comm_cost){.seconds = measured_seconds(domain, kind, bytes, ranks),
                          .algorithm =
                              kind == HC_ALL_TO_ALL ? HC_ALGORITHM_DIRECT : HC_ALGORITHM_RING};
}
