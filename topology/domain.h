#ifndef HC_TOPOLOGY_DOMAIN_H
#define HC_TOPOLOGY_DOMAIN_H

#include "sim/interfaces/network.h"
#include "topology/collectives.h"
#include "topology/hierarchy.h"

/** A scale-up domain: the GPUs of a node and the links between them. A plain value. */
typedef struct hc_domain {
    hc_link link; /**< of one GPU, when all communicate */
    double launch_seconds;
    double send_seconds;
    double send_bytes_per_second;
    double tree_efficiency;
    uint32_t gpu_count;
    bool is_mesh;
    bool has_curve;
    hc_curve_lines lines;
} hc_domain;

void hc_domain_prepare(const hc_hierarchy_options *options, hc_domain *out);

/** Bandwidth that a ring of these ranks has for messages of any size. */
double hc_domain_bytes_per_second(const hc_domain *domain, uint32_t ranks);

/** Cost of a collective of ranks that all lie in the domain. */
hc_comm_cost hc_domain_cost(const hc_domain *domain, hc_collective kind, double bytes,
                            uint32_t ranks);

/** A tree passes the buffer from rank to rank in pieces of 256 KiB, at 12 GB/s: the time of one. */
double hc_tree_piece_seconds(double bytes);

#endif
