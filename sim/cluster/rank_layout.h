#ifndef HC_SIM_CLUSTER_RANK_LAYOUT_H
#define HC_SIM_CLUSTER_RANK_LAYOUT_H

#include "sim/interfaces/network.h"

#include <stdint.h>

/** Where the ranks of a job lie. Ranks fill nodes one after the other, and nodes fill racks, pods and sites. A plain value.
 *  Regular: whole nodes of whole racks of whole pods of whole sites, but for the last ones. Else the arrays say it, one
 *  entry for each rank, in any numbering; those of a node (rack, pod, site) follow each other. They are borrowed. */
typedef struct hc_rank_layout {
    uint32_t ranks;
    uint32_t ranks_per_node; /**< >= 1; of a regular layout, likewise: */
    uint32_t nodes_per_rack; /**< 0: one rack holds all */
    uint32_t racks_per_pod;  /**< 0: one pod holds all */
    uint32_t pods_per_site;  /**< 0: one site holds all */
    const uint32_t *node_of; /**< NULL: regular */
    const uint32_t *rack_of; /**< of a layout that is not regular, likewise: NULL: one holds all */
    const uint32_t *pod_of;
    const uint32_t *site_of;
} hc_rank_layout;

/** The worst of the groups of `count` ranks that are `stride` apart: ranks are cut into blocks of count * stride, and each
 *  block holds `stride` groups. Worst: spans most sites, then pods, then racks, then nodes, then has fewest ranks on its
 *  fullest node. All these groups communicate at once: `sharers` are the most of them that leave a node and meet there,
 *  `site_sharers` those that cross between sites.
 *  @param count   >= 1; count * stride divides the layout's ranks
 *  Cost: O(1) for a regular layout whose blocks and nodes, racks, pods divide each other; else O(blocks or borders until
 *  they meet in the same phase again), between sites O(all of them); O(ranks) for others. Allocates nothing. */
hc_comm_group hc_rank_layout_group(const hc_rank_layout *layout, uint32_t count, uint32_t stride);

#endif
