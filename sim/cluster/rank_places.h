#ifndef HC_SIM_CLUSTER_RANK_PLACES_H
#define HC_SIM_CLUSTER_RANK_PLACES_H

#include "sim/cluster/machine.h"
#include "sim/cluster/occupancy.h"
#include "sim/cluster/rank_layout.h"

/** The ranks of a job on the GPUs that it got, for one job after the other: room that grows.
 *  One rank for each GPU. Ranks fill nodes one after the other, nodes fill racks, pods and sites, as a launcher that knows
 *  the network would have it. Of a rack's nodes those that give most GPUs come first; racks whose nodes all give many come
 *  before those with a rest, likewise pods and sites; then more GPUs before fewer, then lower numbers. So ranks that talk
 *  most do not straddle nodes where it can be helped. Racks of one kind of GPU come before those of the next. */
typedef struct hc_rank_places {
    hc_rank_layout layout; /**< arrays, never regular */
    uint32_t *kind_of;     /**< kind of the GPU of each rank */
    struct hc_rank_node *nodes;
    uint32_t *places; /* room of all arrays of ranks */
    size_t rank_capacity;
    size_t node_capacity;
} hc_rank_places;

/** Finds the ranks of an allocation of whole GPUs, at least one. What was found before is gone.
 *  @param first_node  the partition's first node
 *  @return 0, or -1 when memory is short.  Cost: O(GPUs + nodes log nodes). */
int hc_rank_places_find(hc_rank_places *out, const hc_machine *machine, uint32_t first_node,
                        const hc_occupancy *occupancy, const hc_allocation *allocation);

void hc_rank_places_close(hc_rank_places *places);

#endif
