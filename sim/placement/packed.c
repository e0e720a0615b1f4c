#include "sim/placement/placements.h"

#include "sim/cluster/ordered_set.h"
#include "sim/placement/candidate.h"

/* Consolidated best fit, as the Helios simulator's `consolidate` (Hu et al., SC'21) defines it: a job that fits
 * on a node goes to the node with the fewest free GPUs that still fits; a larger one takes as many wholly free
 * nodes as it fills, in the order of their ids, and puts the rest on one more node by the same rule. A job
 * never spreads over partly used nodes: if that is the only way, it does not fit. */

/* Parts of a GPU: the fullest shared GPU that has room, else a free GPU of the fullest node. */
static bool plan_shared(const hc_occupancy *occupancy, const hc_request *request, hc_plan *plan)
{
    hc_candidate found = hc_best_shared_gpu(occupancy, request, hc_search_fullest, hc_is_fuller);
    if (found.is_found) {
        hc_plan_add_shared_gpu(plan, occupancy, &found);
        return true;
    }
    found = hc_best_node(occupancy, request, 1, hc_search_fullest, hc_is_fuller);
    if (found.is_found) {
        hc_plan_add_node(plan, &found, request);
    }
    return found.is_found;
}

/* `count` wholly free nodes in the order of their ids. */
static bool plan_whole_nodes(const hc_class_view *view, uint32_t class_index,
                             const hc_request *request, uint32_t count, hc_plan *plan)
{
    hc_host need = hc_request_share(request, view->gpu_count);
    uint64_t item = 0;
    if (view->whole_node_count < count) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        hc_fit found = hc_fit_index_next(view->nodes, view->gpu_count, item, need);
        if (found.item == HC_SET_NONE) {
            return false;
        }
        hc_plan_add(plan, class_index, found.item, view->gpu_count, HC_NO_INDEX);
        item = found.item + 1;
    }
    return true;
}

/* The rest of a gang on one more node: best fit among the nodes that the plan does not hold. Those it holds
 * are wholly free and stand in ascending order. */
static bool plan_rest(const hc_class_view *view, uint32_t class_index, const hc_request *request,
                      uint32_t rest, hc_plan *plan)
{
    hc_host need = hc_request_share(request, rest);
    hc_fit found = hc_fit_index_next(view->nodes, rest, 0, need);
    uint32_t held = 0;
    while (found.item != HC_SET_NONE && found.level == view->gpu_count) {
        while (held < plan->count && plan->parts[held].item < found.item) {
            held++;
        }
        if (held == plan->count || plan->parts[held].item != found.item) {
            break;
        }
        found = hc_fit_index_next(view->nodes, view->gpu_count, found.item + 1, need);
    }
    if (found.item == HC_SET_NONE) {
        return false;
    }
    hc_plan_add(plan, class_index, found.item, rest, HC_NO_INDEX);
    return true;
}

static bool plan_gang(const hc_occupancy *occupancy, const hc_request *request, hc_plan *plan)
{
    for (uint32_t i = 0; i < hc_occupancy_class_count(occupancy); i++) {
        const hc_class_view *view = hc_occupancy_class(occupancy, i);
        uint32_t rest = 0;
        if (view->gpu_count == 0 || view->gpu_count >= request->gpu_count ||
            !hc_class_is_allowed(view, request)) {
            continue;
        }
        plan->count = 0;
        rest = request->gpu_count % view->gpu_count;
        if (plan_whole_nodes(view, i, request, request->gpu_count / view->gpu_count, plan) &&
            (rest == 0 || plan_rest(view, i, request, rest, plan))) {
            return true;
        }
    }
    return false;
}

static bool plan_packed(const hc_occupancy *occupancy, const hc_request *request, hc_plan *plan)
{
    hc_candidate node;
    if (hc_request_is_shared(request)) {
        return plan_shared(occupancy, request, plan);
    }
    node = hc_best_node(occupancy, request, request->gpu_count, hc_search_fullest, hc_is_fuller);
    if (node.is_found) {
        hc_plan_add_node(plan, &node, request);
        return true;
    }
    return !request->is_single_node && plan_gang(occupancy, request, plan);
}

/* Whole nodes and the largest rest beside them. */
static uint64_t largest_in_class(const hc_class_view *view)
{
    uint64_t below = hc_fit_index_level_below(view->nodes, view->gpu_count);
    uint64_t rest = view->gpu_count == 0 || below == HC_SET_NONE ? 0 : below;
    uint64_t gpus = (uint64_t)view->whole_node_count * view->gpu_count + rest;
    return gpus > 0 ? gpus * HC_WHOLE_GPU : hc_class_largest_part(view);
}

static uint64_t largest_packed(const hc_occupancy *occupancy)
{
    uint64_t largest = 0;
    for (uint32_t i = 0; i < hc_occupancy_class_count(occupancy); i++) {
        uint64_t in_class = largest_in_class(hc_occupancy_class(occupancy, i));
        largest = in_class > largest ? in_class : largest;
    }
    return largest;
}

/* All but the rest, on the nodes where the rest is largest. Who fits on a part of a node needs none. */
static uint32_t least_idle_packed(const hc_occupancy *occupancy, uint32_t gpu_count)
{
    uint32_t least = gpu_count;
    for (uint32_t i = 0; i < hc_occupancy_class_count(occupancy); i++) {
        uint32_t on_node = hc_occupancy_class(occupancy, i)->gpu_count;
        uint32_t idle = on_node == 0 ? gpu_count : gpu_count - gpu_count % on_node;
        least = idle < least ? idle : least;
    }
    return least;
}

const hc_placement hc_placement_packed = {
    .name = "packed",
    .help = "best fit; gangs larger than a node take whole nodes and one rest",
    .plan = plan_packed,
    .largest_milli = largest_packed,
    .least_idle = least_idle_packed,
};
