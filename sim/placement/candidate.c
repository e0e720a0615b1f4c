#include "sim/placement/candidate.h"

#include "sim/cluster/ordered_set.h"

bool hc_request_is_shared(const hc_request *request)
{
    return request->gpu_count == 1 && request->gpu_milli < HC_WHOLE_GPU;
}

hc_fit hc_search_fullest(const hc_fit_index *index, uint64_t level, hc_host need)
{
    return hc_fit_index_next(index, level, 0, need);
}

hc_fit hc_search_emptiest(const hc_fit_index *index, uint64_t level, hc_host need)
{
    return hc_fit_index_highest(index, level, need);
}

hc_fit hc_search_lowest(const hc_fit_index *index, uint64_t level, hc_host need)
{
    return hc_fit_index_lowest(index, level, 0, need);
}

bool hc_is_fuller(const hc_candidate *a, const hc_candidate *b)
{
    return a->fit.level != b->fit.level ? a->fit.level < b->fit.level : a->node < b->node;
}

bool hc_is_emptier(const hc_candidate *a, const hc_candidate *b)
{
    return a->fit.level != b->fit.level ? a->fit.level > b->fit.level : a->node < b->node;
}

bool hc_is_lower(const hc_candidate *a, const hc_candidate *b)
{
    return a->node < b->node;
}

/* What a search in one class has found, if that is better. @param per_node  items of a node */
static void consider(hc_candidate *best, const hc_class_view *view, uint32_t class_index,
                     hc_fit fit, uint32_t per_node, hc_candidate_order is_better)
{
    hc_candidate found = {.is_found = true, .class_index = class_index, .fit = fit};
    if (fit.item == HC_SET_NONE) {
        return;
    }
    found.node = view->node_of_item[fit.item / per_node];
    if (!best->is_found || is_better(&found, best)) {
        *best = found;
    }
}

hc_candidate hc_best_node(const hc_occupancy *occupancy, const hc_request *request, uint64_t level,
                          hc_class_search search, hc_candidate_order is_better)
{
    hc_candidate best = {0};
    hc_host need = {request->cpu_milli, request->memory_bytes};
    for (uint32_t i = 0; i < hc_occupancy_class_count(occupancy); i++) {
        const hc_class_view *view = hc_occupancy_class(occupancy, i);
        if (view->gpu_count >= level && hc_class_is_allowed(view, request)) {
            consider(&best, view, i, search(view->nodes, level, need), 1, is_better);
        }
    }
    return best;
}

hc_candidate hc_best_shared_gpu(const hc_occupancy *occupancy, const hc_request *request,
                                hc_class_search search, hc_candidate_order is_better)
{
    hc_candidate best = {0};
    hc_host need = {request->cpu_milli, request->memory_bytes};
    for (uint32_t i = 0; i < hc_occupancy_class_count(occupancy); i++) {
        const hc_class_view *view = hc_occupancy_class(occupancy, i);
        if (view->shared != NULL && hc_class_is_allowed(view, request)) {
            consider(&best, view, i, search(view->shared, request->gpu_milli, need),
                     view->gpu_count, is_better);
        }
    }
    return best;
}

bool hc_plan_in_one_class(const hc_occupancy *occupancy, const hc_request *request,
                          hc_class_gang plan_in_class, hc_plan *plan)
{
    for (uint32_t i = 0; i < hc_occupancy_class_count(occupancy); i++) {
        const hc_class_view *view = hc_occupancy_class(occupancy, i);
        plan->count = 0;
        if (hc_class_is_allowed(view, request) && plan_in_class(view, i, request, plan)) {
            return true;
        }
    }
    return false;
}

void hc_plan_add_node(hc_plan *plan, const hc_candidate *node, const hc_request *request)
{
    hc_plan_add(plan, node->class_index, node->fit.item, request->gpu_count, HC_NO_INDEX);
}

void hc_plan_add_shared_gpu(hc_plan *plan, const hc_occupancy *occupancy, const hc_candidate *gpu)
{
    uint32_t per_node = hc_occupancy_class(occupancy, gpu->class_index)->gpu_count;
    hc_plan_add(plan, gpu->class_index, gpu->fit.item / per_node, 0,
                (uint32_t)(gpu->fit.item % per_node));
}

uint64_t hc_class_largest_part(const hc_class_view *view)
{
    uint64_t level = HC_SET_NONE;
    if (view->shared != NULL) {
        level = hc_fit_index_level_below(view->shared, HC_WHOLE_GPU);
    }
    return level == HC_SET_NONE ? 0 : level;
}
