#include "sim/placement/placements.h"

#include "sim/cluster/ordered_set.h"
#include "sim/placement/candidate.h"

/* First fit by node id: the lowest nodes with free GPUs, each giving all that it has free. */

/* Parts of a GPU: the lowest node that has room, on a GPU that is already shared if there is one. */
static bool plan_shared(const hc_occupancy *occupancy, const hc_request *request, hc_plan *plan)
{
    hc_candidate gpu = hc_best_shared_gpu(occupancy, request, hc_search_lowest, hc_is_lower);
    hc_candidate node = hc_best_node(occupancy, request, 1, hc_search_lowest, hc_is_lower);
    if (gpu.is_found && (!node.is_found || gpu.node <= node.node)) {
        hc_plan_add_shared_gpu(plan, occupancy, &gpu);
        return true;
    }
    if (node.is_found) {
        hc_plan_add_node(plan, &node, request);
    }
    return node.is_found;
}

static bool plan_in_class(const hc_class_view *view, uint32_t class_index,
                          const hc_request *request, hc_plan *plan)
{
    hc_host need = hc_request_share(request, 1);
    uint64_t wanted = request->gpu_count;
    uint64_t item = 0;
    if (view->free_gpu_count < wanted) {
        return false;
    }
    while (wanted > 0) {
        hc_fit found = hc_fit_index_lowest(view->nodes, 1, item, need);
        uint64_t limit = found.level < wanted ? found.level : wanted;
        uint32_t usable = 0;
        if (found.item == HC_SET_NONE) {
            return false;
        }
        usable = hc_class_usable(view, found.item, request, limit);
        hc_plan_add(plan, class_index, found.item, usable, HC_NO_INDEX);
        wanted -= usable;
        item = found.item + 1;
    }
    return true;
}

static bool plan_first(const hc_occupancy *occupancy, const hc_request *request, hc_plan *plan)
{
    if (hc_request_is_shared(request)) {
        return plan_shared(occupancy, request, plan);
    }
    if (request->is_single_node || request->gpu_count <= 1) {
        hc_candidate node =
            hc_best_node(occupancy, request, request->gpu_count, hc_search_lowest, hc_is_lower);
        if (node.is_found) {
            hc_plan_add_node(plan, &node, request);
        }
        return node.is_found;
    }
    return hc_plan_in_one_class(occupancy, request, plan_in_class, plan);
}

/* Gangs may use every free GPU of a class. */
static uint64_t largest_anywhere(const hc_occupancy *occupancy)
{
    return hc_placement_spread.largest_milli(occupancy);
}

const hc_placement hc_placement_first = {
    .name = "first",
    .help = "first fit: the nodes with the lowest numbers first",
    .plan = plan_first,
    .largest_milli = largest_anywhere,
};
