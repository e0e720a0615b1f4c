#ifndef HC_SIM_INTERFACES_PLACEMENT_H
#define HC_SIM_INTERFACES_PLACEMENT_H

#include "sim/cluster/occupancy.h"
#include "sim/cluster/request.h"

#include <stdbool.h>
#include <stdint.h>

/** A placement rule: which GPUs a job gets. Stateless: the plan depends on the occupancy and the request alone.
 *  What every rule keeps: a gang lies on nodes of one class; ties go to the lowest node, then to the lowest
 *  GPU. */
typedef struct hc_placement {
    const char *name;
    const char *help; /**< one line */

    /** Plans a request. @param plan  empty at the call
     *  @return whether it fits now; the plan means nothing otherwise. */
    bool (*plan)(const hc_occupancy *occupancy, const hc_request *request, hc_plan *plan);

    /** No request for more thousandths than this fits now; most requests up to it do. For whole GPUs without
     *  CPU, memory, kind and node conditions, exactly those up to it do. */
    uint64_t (*largest_milli)(const hc_occupancy *occupancy);

    /** However the jobs lie, a request for so many whole GPUs takes this many at least on nodes of which no GPU is held
     *  before; NULL: a rule that needs no such nodes. */
    uint32_t (*least_idle)(const hc_occupancy *occupancy, uint32_t gpu_count);
} hc_placement;

#endif
