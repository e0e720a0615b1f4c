#ifndef HC_SIM_INTERFACES_NETWORK_H
#define HC_SIM_INTERFACES_NETWORK_H

#include <stdint.h>

/** What a collective operation does. Bytes are those of the full buffer of one rank, as NCCL counts them: of an
 *  all-reduce what is reduced, of an all-gather what every rank has in the end, of a reduce-scatter and an all-to-all what
 *  every rank has at first, of a broadcast and a send what is sent. */
typedef enum hc_collective {
    HC_ALL_REDUCE = 0,
    HC_ALL_GATHER,
    HC_REDUCE_SCATTER,
    HC_ALL_TO_ALL,
    HC_BROADCAST,
    HC_SEND, /**< from one rank to another; all pairs of the group at once */
    HC_COLLECTIVE_COUNT,
} hc_collective;

/** How a collective is done. */
typedef enum hc_collective_algorithm {
    HC_ALGORITHM_NONE = 0, /**< one rank: nothing to do */
    HC_ALGORITHM_RING,     /**< one ring over all ranks */
    HC_ALGORITHM_TREE,     /**< double binary tree */
    HC_ALGORITHM_HIERARCHICAL, /**< inside the nodes, between them on as many rails as there are ranks, inside again */
    HC_ALGORITHM_DIRECT, /**< everybody to everybody, or one to one */
    HC_ALGORITHM_COUNT,
} hc_collective_algorithm;

/** Ranks that communicate, by how they lie. A group on fewer nodes than its size lies partly within nodes.
 *  Of groups that work at the same time and wait for each other, the worst one. */
typedef struct hc_comm_group {
    uint32_t ranks;          /**< >= 1 */
    uint32_t ranks_per_node; /**< the most on one node (one scale-up domain); 1 .. ranks */
    uint32_t nodes;          /**< nodes, racks and pods that it spans, >= 1 */
    uint32_t racks;
    uint32_t pods;
    uint32_t sites; /**< 0 and 1: one */
    /** Groups like this one that share the NICs of a node at the same time, >= 1. Their ranks on the node are at most
     *  sharers * ranks_per_node. */
    uint32_t sharers;
    uint32_t
        site_sharers; /**< groups like this one that cross between sites at the same time; 0 and 1: this one */
} hc_comm_group;

/** What a collective costs. */
typedef struct hc_comm_cost {
    double seconds;
    double
        egress_bytes; /**< that leave a site, of all ranks of the group together; 0 within one site */
    double egress_dollars;             /**< their price */
    hc_collective_algorithm algorithm; /**< within the sites */
} hc_comm_cost;

/** A network: how long communication takes on it. Read only once created; any number of threads may ask. */
typedef struct hc_network {
    void *self;

    /** Time of a collective of a group that begins together on a network without other traffic but that of `sharers`.
     *  The same question gets the same answer, bit by bit, whatever was asked before.
     *  @param bytes  >= 0, finite
     *  Cost: O(1), below a microsecond; allocates nothing. */
    hc_comm_cost (*cost)(const void *self, hc_collective kind, double bytes,
                         const hc_comm_group *group);

    void (*destroy)(void *self);
} hc_network;

#endif
