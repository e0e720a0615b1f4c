#ifndef HC_TOPOLOGY_HIERARCHY_H
#define HC_TOPOLOGY_HIERARCHY_H

#include "sim/error.h"
#include "sim/interfaces/network.h"
#include "topology/bandwidth_curve.h"

#include <stdbool.h>
#include <stdint.h>

/** A network of levels: GPUs of a node (one scale-up domain), nodes of a rack, racks of a pod, pods of a site, sites.
 *  Closed forms on the placement that a group has, without interference but for the groups that share its NICs.
 *
 *  Within a node: the measured curve, or latency and bandwidth. Between nodes the fastest of
 *  - a ring over all ranks, on as many NICs of a node as the group has ranks there;
 *  - two trees over nodes, chains inside them (all-reduce);
 *  - where that is allowed, a reduce-scatter inside nodes, an all-reduce between them of each share on a NIC of its own, an
 *    all-gather inside, one after the other (all-reduce). NCCL alone does not, and no table shows it.
 *  An all-to-all sends to all at once: the narrowest of the levels it crosses sets the pace.
 *
 *  A ring or a tree crosses the border of a rack once per NIC of a node, so `oversubscription` binds only a group that has
 *  fewer nodes in a rack than that; of an all-to-all it divides all that leaves the rack. Other groups of the same job are
 *  thought to do likewise on the other nodes. Pods alike.
 *
 *  Between sites: inside a site first. An all-reduce is reduced inside each site, then around the sites, each of which
 *  sends the reduced buffer in shares, then gathered inside; all-gather and reduce-scatter are its halves. A ring over
 *  sites: latency for each step, and bytes over the bandwidth of a site's WAN, divided by `site_sharers`. */

/** Bandwidths in bytes per second and direction. */
typedef struct hc_hierarchy_options {
    uint32_t gpus_per_node;          /**< >= 1 */
    double scaleup_bytes_per_second; /**< of one GPU, by the data sheet */
    double scaleup_efficiency;       /**< of what a collective reaches at most; above 0, <= 1 */
    double scaleup_latency_seconds;  /**< of one step between two GPUs, >= 0 */
    bool
        scaleup_is_mesh; /**< a link to each other GPU in place of a switch: fewer ranks have less bandwidth */
    const hc_bandwidth_curve
        *curve; /**< in place of these three where it was measured; borrowed; NULL: none */
    uint32_t
        nics_per_node; /**< >= 1; a rank uses one; if there are fewer than GPUs, ranks share them */
    double nic_bytes_per_second; /**< of one NIC */
    double nic_efficiency;       /**< above 0, <= 1 */
    double node_latency_seconds; /**< of one step between two nodes of a rack, >= 0 */
    double rack_latency_seconds; /**< between two racks of a pod */
    double pod_latency_seconds;  /**< between two pods */
    double
        rack_oversubscription; /**< what the NICs of a rack send over what its uplinks carry, >= 1 */
    double pod_oversubscription;
    double launch_seconds; /**< of each operation, >= 0 */
    double
        all_reduce_step_factor; /**< steps of a ring's all-reduce between nodes over those of its halves, >= 1 */
    double message_seconds; /**< of each message of an all-to-all between nodes, >= 0 */
    double
        all_to_all_efficiency; /**< of an all-to-all's bandwidth between nodes over a ring's; above 0, <= 1 */
    double tree_efficiency;      /**< of a tree's; above 0, <= 1 */
    bool cuts_by_node;           /**< all-reduces may be hierarchical */
    double wan_bytes_per_second; /**< of a site, all its jobs together */
    double wan_latency_seconds;  /**< from site to site, >= 0 */
    double wan_dollars_per_byte; /**< of what leaves a site, >= 0 */
} hc_hierarchy_options;

/** Options of a usual cluster: a NIC for each GPU, no oversubscription, a WAN of 100 Gb/s and 30 ms that costs nothing,
 *  and the measured curve of the generation of links; where there is none, what is published of it or of others.
 *  @param scaleup_bytes_per_second  of one GPU and direction, by the data sheet
 *  @param nic_bytes_per_second      of one GPU's NIC and direction */
hc_hierarchy_options hc_hierarchy_options_default(double scaleup_bytes_per_second,
                                                  double nic_bytes_per_second,
                                                  uint32_t gpus_per_node);

/** Copies the options. The caller ends it with out->destroy(out->self).
 *  @return 0, or -1 with `error` set: a value out of its range, each of them named; no memory. `out` is unchanged then. */
int hc_hierarchy_create(hc_network *out, const hc_hierarchy_options *options, hc_error *error);

#endif
