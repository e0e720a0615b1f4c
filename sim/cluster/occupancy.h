#ifndef HC_SIM_CLUSTER_OCCUPANCY_H
#define HC_SIM_CLUSTER_OCCUPANCY_H

#include "sim/cluster/fit_index.h"
#include "sim/cluster/machine.h"
#include "sim/cluster/request.h"
#include "sim/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Who holds what on the nodes of one partition, indexed so that no placement looks at all nodes.
 *
 *  Nodes that are alike form a class; inside it they are kept in the order of (free GPUs, node), GPUs that
 *  are partly used in the order of (free thousandths, GPU). A placement rule reads these orders and makes a
 *  plan; taking the plan gives an allocation; releasing it brings back exactly the state before.
 *  Nodes are counted inside the partition, from 0. Cost: O(log nodes) per node touched. */
typedef struct hc_occupancy hc_occupancy;

/** What a placement rule sees of a class. Item = place of the node in its class, in the order of node ids;
 *  level = GPUs wholly free. Of `shared`: item = GPU (node's item x gpu_count + number on the node), level =
 *  free thousandths, 1 .. 999. Read only. */
typedef struct hc_class_view {
    uint32_t kind; /**< HC_NO_INDEX without GPUs */
    uint32_t gpu_count;
    uint32_t node_count;
    uint32_t whole_node_count; /**< nodes with every GPU free */
    uint32_t free_gpu_count;   /**< GPUs wholly free on all its nodes */
    uint64_t free_milli;       /**< thousandths of GPUs free on all its nodes, parts included */
    const hc_fit_index *nodes;
    const hc_fit_index *shared;   /**< NULL when GPUs are not shared */
    const uint32_t *node_of_item; /**< node in the partition */
    const hc_host *free_host;     /**< by item; NULL when host resources are not modelled */
} hc_class_view;

/** GPUs of one node in a plan. */
typedef struct hc_part {
    uint32_t class_index; /**< in the partition */
    uint32_t item;
    uint32_t gpu_count; /**< whole GPUs; 0 for a job without GPUs and for a shared GPU */
    uint32_t device;    /**< for a shared GPU its number on the node, else HC_NO_INDEX */
} hc_part;

/** Where a request would go: one part per node. */
typedef struct hc_plan {
    hc_part *parts;
    uint32_t count;
} hc_plan;

/** What a job holds. A plain value; the slices lie in the occupancy. */
typedef struct hc_allocation {
    uint32_t first_slice; /**< HC_NO_INDEX: nothing */
    uint32_t node_count;
} hc_allocation;

/** A run of GPUs of one node in an allocation. A job without GPUs has one slice of count 0. */
typedef struct hc_slice {
    uint32_t node;   /**< in the partition */
    uint32_t device; /**< number of the first GPU on the node */
    uint32_t count;
    uint32_t
        next; /**< following slice, HC_NO_INDEX at the end; slices of a node follow each other */
    uint16_t milli;
} hc_slice;

typedef struct hc_occupancy_options {
    bool is_shared;      /**< some job asks for a part of a GPU */
    bool has_host_needs; /**< some job asks for CPU or memory */
    bool is_forecast;    /**< counts what is held, but not which GPUs: see hc_occupancy_hold */
    bool may_close;      /**< nodes may go out of service: see hc_occupancy_close */
} hc_occupancy_options;

/** Most GPUs that a partition with shared GPUs may have: the order of shared GPUs needs 125 bytes each. */
#define HC_OCCUPANCY_MAX_SHARED_GPUS (UINT64_C(1) << 24)

/** An empty partition.
 *  @param machine  borrowed, frozen, must outlive the occupancy
 *  @return 0 and an occupancy that the caller owns, or -1 with `error` set. */
int hc_occupancy_create(hc_occupancy **out, const hc_machine *machine, hc_partition_id partition,
                        const hc_occupancy_options *options, hc_error *error);
void hc_occupancy_destroy(hc_occupancy *occupancy);

uint32_t hc_occupancy_class_count(const hc_occupancy *occupancy);
const hc_class_view *hc_occupancy_class(const hc_occupancy *occupancy, uint32_t class_index);

/** Whether nodes of the class are of a kind that the request accepts. */
bool hc_class_is_allowed(const hc_class_view *view, const hc_request *request);

/** CPU and memory that `gpu_count` of the request's GPUs bring along: a proportional share, rounded up. All of
 *  it for a request without GPUs. */
hc_host hc_request_share(const hc_request *request, uint32_t gpu_count);

/** The most GPUs of a request, at most `limit`, that a node can serve with its CPU and memory; `item` must be
 *  able to serve one. O(log limit). */
uint32_t hc_class_usable(const hc_class_view *view, uint64_t item, const hc_request *request,
                         uint64_t limit);

/** Thousandths of GPUs free on the partition; on classes that the request accepts; capacity. O(classes). */
uint64_t hc_occupancy_free_milli(const hc_occupancy *occupancy);
uint64_t hc_occupancy_free_milli_for(const hc_occupancy *occupancy, const hc_request *request);
uint64_t hc_occupancy_capacity_milli(const hc_occupancy *occupancy);

/** Thousandths free on nodes that are partly in use. O(classes). */
uint64_t hc_occupancy_fragmented_milli(const hc_occupancy *occupancy);

/** Whether a request fits exactly when its GPUs are free, whatever the placement: one node that is always in
 *  service, no CPU or memory, no shared GPUs. */
bool hc_occupancy_is_countable(const hc_occupancy *occupancy);

/** An empty plan with room for every node, borrowed from the occupancy and reused by the next call. */
hc_plan *hc_occupancy_plan(hc_occupancy *occupancy);
void hc_plan_add(hc_plan *plan, uint32_t class_index, uint64_t item, uint64_t gpu_count,
                 uint32_t device);

/** Takes what the plan says; of each node the whole GPUs with the lowest numbers. The plan must fit (asserted).
 *  @return 0, or -1 when memory is short; the occupancy can only be destroyed then. */
int hc_occupancy_take(hc_occupancy *occupancy, const hc_request *request, const hc_plan *plan,
                      hc_allocation *out);

/** Gives back everything that an allocation of this request holds. */
void hc_occupancy_release(hc_occupancy *occupancy, const hc_request *request,
                          hc_allocation *allocation);

struct hc_archive;

/** Saves what a job holds, or loads it: takes just these GPUs from an occupancy whose nodes are all in service. */
void hc_occupancy_exchange(hc_occupancy *occupancy, struct hc_archive *archive,
                           const hc_request *request, hc_allocation *allocation);

/** In a forecast, holds what an allocation of another occupancy of the same partition holds, or lets it go. Plans
 *  can be made on a forecast; nothing can be taken from it. */
void hc_occupancy_hold(hc_occupancy *forecast, const hc_occupancy *owner, const hc_request *request,
                       const hc_allocation *allocation);
void hc_occupancy_let_go(hc_occupancy *forecast, const hc_occupancy *owner,
                         const hc_request *request, const hc_allocation *allocation);

/** GPUs, CPU and memory of one node that a forecast keeps from plans; parts of GPUs on that node as well. */
typedef struct hc_block {
    uint32_t class_index;
    uint32_t item;
    uint32_t gpu_count;
    hc_host host;
} hc_block;

/** Blocks, or unblocks what was blocked. While a node is blocked, allocations on it may be held and let go unless
 *  the partition shares GPUs. */
void hc_occupancy_block(hc_occupancy *forecast, const hc_block *block);
void hc_occupancy_unblock(hc_occupancy *forecast, const hc_block *block);

/** Whether so much is free on a node in service. */
bool hc_occupancy_can_block(const hc_occupancy *forecast, const hc_block *block);

/** What is free on one node: GPUs wholly free; CPU and memory, HC_UNLIMITED where they are not modelled. */
uint32_t hc_occupancy_free_gpus(const hc_occupancy *occupancy, uint32_t class_index, uint32_t item);
hc_host hc_occupancy_free_host(const hc_occupancy *occupancy, uint32_t class_index, uint32_t item);

/** Where a node of the partition stands in its class: class_index and item of the part. */
hc_part hc_occupancy_place_of(const hc_occupancy *occupancy, uint32_t node);

uint32_t hc_occupancy_node_count(const hc_occupancy *occupancy);

/** Takes a node out of service, or brings it back: of a closed node no plan takes anything and no sum above counts
 *  anything; what is held on it stays held, and is given back as on any other. Nothing may be blocked on the node.
 *  Only with the option may_close. O(log nodes + GPUs of the node). */
void hc_occupancy_close(hc_occupancy *occupancy, uint32_t node);
void hc_occupancy_open(hc_occupancy *occupancy, uint32_t node);

/** Whether a node is in service; nodes are when the occupancy is created. */
bool hc_occupancy_is_open(const hc_occupancy *occupancy, uint32_t class_index, uint32_t item);

/** Thousandths of GPUs free on closed nodes: capacity = held + free + offline. */
uint64_t hc_occupancy_offline_milli(const hc_occupancy *occupancy);

const hc_slice *hc_occupancy_slice(const hc_occupancy *occupancy, uint32_t slice);

/** Verifies every invariant of the state and its indexes, O(GPUs). For tests. */
bool hc_occupancy_check(const hc_occupancy *occupancy);

#endif
