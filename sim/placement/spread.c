#include "sim/placement/placements.h"

#include "sim/cluster/ordered_set.h"
#include "sim/placement/candidate.h"

/* Worst fit: the node with the most free GPUs first; a gang that is larger than what any node has free takes
 * all that is free on one node after the other, from the emptiest down. */

/* Parts of a GPU: a free GPU of the emptiest node, else the emptiest shared GPU that has room. */
static bool plan_shared(const hc_occupancy *occupancy, const hc_request *request, hc_plan *plan)
{
    hc_candidate found = hc_best_node(occupancy, request, 1, hc_search_emptiest, hc_is_emptier);
    if (found.is_found) {
        hc_plan_add_node(plan, &found, request);
        return true;
    }
    found = hc_best_shared_gpu(occupancy, request, hc_search_emptiest, hc_is_emptier);
    if (found.is_found) {
        hc_plan_add_shared_gpu(plan, occupancy, &found);
    }
    return found.is_found;
}

/* Adds nodes of one level in the order of their ids. @return GPUs still wanted. */
static uint64_t plan_level(const hc_class_view *view, uint32_t class_index,
                           const hc_request *request, uint64_t level, uint64_t wanted,
                           hc_plan *plan)
{
    hc_host need = hc_request_share(request, 1);
    hc_fit found = hc_fit_index_next(view->nodes, level, 0, need);
    while (wanted > 0 && found.item != HC_SET_NONE && found.level == level) {
        uint64_t limit = level < wanted ? level : wanted;
        uint32_t usable = hc_class_usable(view, found.item, request, limit);
        hc_plan_add(plan, class_index, found.item, usable, HC_NO_INDEX);
        wanted -= usable;
        found = hc_fit_index_next(view->nodes, level, found.item + 1, need);
    }
    return wanted;
}

static bool plan_in_class(const hc_class_view *view, uint32_t class_index,
                          const hc_request *request, hc_plan *plan)
{
    uint64_t wanted = request->gpu_count;
    uint64_t level = hc_fit_index_level_below(view->nodes, (uint64_t)view->gpu_count + 1);
    if (view->free_gpu_count < wanted) {
        return false;
    }
    while (wanted > 0 && level != HC_SET_NONE && level > 0) {
        wanted = plan_level(view, class_index, request, level, wanted, plan);
        level = hc_fit_index_level_below(view->nodes, level);
    }
    return wanted == 0;
}

static bool plan_spread(const hc_occupancy *occupancy, const hc_request *request, hc_plan *plan)
{
    hc_candidate node;
    if (hc_request_is_shared(request)) {
        return plan_shared(occupancy, request, plan);
    }
    node = hc_best_node(occupancy, request, request->gpu_count, hc_search_emptiest, hc_is_emptier);
    if (node.is_found) {
        hc_plan_add_node(plan, &node, request);
        return true;
    }
    return !request->is_single_node &&
           hc_plan_in_one_class(occupancy, request, plan_in_class, plan);
}

/* Gangs may use every free GPU of a class. */
static uint64_t largest_anywhere(const hc_occupancy *occupancy)
{
    uint64_t largest = 0;
    for (uint32_t i = 0; i < hc_occupancy_class_count(occupancy); i++) {
        const hc_class_view *view = hc_occupancy_class(occupancy, i);
        uint64_t in_class = view->free_gpu_count > 0 ? (uint64_t)view->free_gpu_count * HC_WHOLE_GPU
                                                     : hc_class_largest_part(view);
        largest = in_class > largest ? in_class : largest;
    }
    return largest;
}

const hc_placement hc_placement_spread = {
    .name = "spread",
    .help = "worst fit: the nodes with the most free GPUs first",
    .plan = plan_spread,
    .largest_milli = largest_anywhere,
};
