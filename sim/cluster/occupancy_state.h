#ifndef HC_SIM_CLUSTER_OCCUPANCY_STATE_H
#define HC_SIM_CLUSTER_OCCUPANCY_STATE_H

/* The inside of an occupancy, for occupancy.c (what it is), allocation.c (how it changes), occupancy_service.c
 * (which nodes may be used) and occupancy_check.c (what must hold). Nobody else includes this. */

#include "sim/cluster/occupancy.h"
#include "sim/cluster/ordered_set.h"

/* A class with what the view does not let be changed. */
typedef struct hc_class_state {
    hc_class_view view;
    hc_fit_index *nodes;
    hc_fit_index *shared;
    uint32_t *node_of_item;
    uint32_t *free_gpus;  /* by item: wholly free */
    hc_host *free_host;   /* by item */
    uint16_t *free_milli; /* by GPU of the class; NULL when GPUs are not shared */
    bool *is_closed;      /* by item */
    bool has_cpu_limit;
    bool has_memory_limit;
} hc_class_state;

/* Where a node stands in its class. */
typedef struct hc_node_place {
    uint32_t class_index;
    uint32_t item;
} hc_node_place;

struct hc_occupancy {
    const hc_machine *machine;
    hc_partition_range range;
    uint32_t first_gpu; /* number in the machine of the partition's first GPU */
    hc_occupancy_options options;
    hc_class_state *classes;
    hc_node_place *places; /* by node of the partition */
    hc_ordered_set
        *free_devices; /* wholly free GPUs, counted inside the partition; NULL in a forecast */
    hc_slice *slices;
    uint32_t slice_capacity;
    uint32_t free_slice;
    uint64_t capacity_milli;
    uint64_t offline_milli;
    hc_plan plan;
};

/* Number in the partition of a node's first GPU. */
static inline uint32_t hc_occupancy_first_gpu(const hc_occupancy *o, uint32_t node)
{
    return hc_machine_node(o->machine, (hc_node_id){o->range.first_node + node})->first_gpu -
           o->first_gpu;
}

/* Takes the shared GPUs of a node out of their index, or puts them back. */
void hc_occupancy_hide_parts(hc_class_state *c, uint32_t item, bool is_hidden);

#endif
