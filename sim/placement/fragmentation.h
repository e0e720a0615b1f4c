#ifndef HC_SIM_PLACEMENT_FRAGMENTATION_H
#define HC_SIM_PLACEMENT_FRAGMENTATION_H

#include "sim/cluster/request.h"

#include <stddef.h>
#include <stdint.h>

/** How much of what is free on a node is of no use to the tasks that usually come: fragmentation in the sense of
 *  Weng et al. (Beware of Fragmentation: Scheduling GPU-Sharing Workloads with Fragmentation Gradient Descent,
 *  USENIX ATC 2023). Host memory is no part of it. */

/** Tasks that ask for the same. */
typedef struct hc_task_class {
    uint64_t kinds;     /**< as in hc_request */
    uint64_t cpu_milli; /**< thousandths of a core */
    uint32_t gpu_count; /**< 0: a CPU task */
    uint32_t gpu_milli; /**< of each GPU */
    double share;       /**< of the tasks; all classes of a mix add up to 1 */
} hc_task_class;

/** The classes that make most tasks. */
typedef struct hc_task_mix {
    hc_task_class *classes; /**< the commonest first */
    size_t count;
} hc_task_mix;

/** The commonest classes of a workload that together make at least `coverage` of it, their shares made to add up
 *  to 1. Equally common ones: fewer CPUs first, then less of a GPU, fewer GPUs, kinds.
 *  @param coverage  0 .. 1; the source takes 0.95
 *  @return 0, or -1 when memory is short; to be freed by hc_task_mix_free in both cases. O(n log n). */
int hc_task_mix_make(hc_task_mix *out, const hc_request *requests, size_t count, double coverage);
void hc_task_mix_free(hc_task_mix *mix);

/** What is free on a node. */
typedef struct hc_node_rest {
    const uint16_t *free_milli; /**< of each GPU, 0 .. 1000; borrowed */
    uint32_t gpu_count;
    uint32_t kind; /**< as in hc_request.kinds; HC_NO_INDEX without GPUs */
    uint64_t free_cpu_milli;
} hc_node_rest;

/** Thousandths of GPUs that are fragments, the mean over the mix: for a task that the node cannot take, and for one
 *  without GPUs, all that is free; for others the GPUs with less free than it asks of one. O(classes x GPUs). */
double hc_fragmentation(const hc_task_mix *mix, const hc_node_rest *node);

/** The source's score of a placement that changes a node's fragmentation so: 0 .. 100, higher is better. Ties are
 *  common, because it is a whole number. */
int hc_fragmentation_score(double before, double after);

#endif
