#ifndef HC_SIM_POLICIES_CANDIDATE_H
#define HC_SIM_POLICIES_CANDIDATE_H

#include "sim/interfaces/placement.h"

/** What the placement rules have in common: single nodes and parts of a GPU. */

/** A node that could serve a request alone. */
typedef struct hc_candidate {
    bool is_found;
    uint32_t class_index;
    hc_fit fit;    /**< node, or shared GPU */
    uint32_t node; /**< in the partition */
} hc_candidate;

/** A way to choose inside one class. */
typedef hc_fit (*hc_class_search)(const hc_fit_index *index, uint64_t level, hc_host need);

/** Whether `a` is to be preferred to `b`, both found. */
typedef bool (*hc_candidate_order)(const hc_candidate *a, const hc_candidate *b);

/** The best node, over the classes that the request accepts, with at least `level` whole GPUs free and room for
 *  the whole of the request's CPU and memory. */
hc_candidate hc_best_node(const hc_occupancy *occupancy, const hc_request *request, uint64_t level,
                          hc_class_search search, hc_candidate_order is_better);

/** The best partly used GPU with room for the request. */
hc_candidate hc_best_shared_gpu(const hc_occupancy *occupancy, const hc_request *request,
                                hc_class_search search, hc_candidate_order is_better);

/** Plans a gang inside one class, into a plan that is empty. @return whether it fits */
typedef bool (*hc_class_gang)(const hc_class_view *view, uint32_t class_index,
                              const hc_request *request, hc_plan *plan);

/** Plans a gang in the first class that the request accepts and that it fits in. */
bool hc_plan_in_one_class(const hc_occupancy *occupancy, const hc_request *request,
                          hc_class_gang plan_in_class, hc_plan *plan);

bool hc_request_is_shared(const hc_request *request);

/** Adds a candidate node, or a shared GPU, to the plan. */
void hc_plan_add_node(hc_plan *plan, const hc_candidate *node, const hc_request *request);
void hc_plan_add_shared_gpu(hc_plan *plan, const hc_occupancy *occupancy, const hc_candidate *gpu);

/** Thousandths of the emptiest shared GPU of a class, 0 when none is shared: what fits when no GPU is free. */
uint64_t hc_class_largest_part(const hc_class_view *view);

/** Orders of candidates: fewest or most free, ties to the lowest node. */
bool hc_is_fuller(const hc_candidate *a, const hc_candidate *b);
bool hc_is_emptier(const hc_candidate *a, const hc_candidate *b);
bool hc_is_lower(const hc_candidate *a, const hc_candidate *b);

/** Searches in one class: least level, highest level, lowest item. */
hc_fit hc_search_fullest(const hc_fit_index *index, uint64_t level, hc_host need);
hc_fit hc_search_emptiest(const hc_fit_index *index, uint64_t level, hc_host need);
hc_fit hc_search_lowest(const hc_fit_index *index, uint64_t level, hc_host need);

#endif
