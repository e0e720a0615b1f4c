#ifndef HC_WORKLOADS_SEARCH_PLAN_WALK_H
#define HC_WORKLOADS_SEARCH_PLAN_WALK_H

#include "workloads/catalogue/model_shape.h"
#include "workloads/plan/parallel_plan.h"

#include <stdbool.h>
#include <stdint.h>

/** All ways to split a model over a number of GPUs, one after the other, in an order that depends on nothing else.
 *
 *  Walked through: tp up to a node, pp, cp (powers of two, at least 1,024 tokens each), dp as what is left, ep, micro-batch
 *  (powers of two), virtual stages, schedules, ZeRO stages, recomputation; sequence parallelism goes with tp > 1. What the
 *  base says beside them (precision, tuning, overlap, batch, sequence) stays. */
typedef struct hc_plan_walk {
    const hc_model_shape *shape;
    hc_parallel_plan base; /**< with global_batch and sequence */
    uint32_t gpus;
    uint32_t tp_limit; /**< GPUs that tensor parallelism may span */
    uint32_t
        share_index; /**< of the splits into tp, pp and cp, those with this number modulo ... are walked */
    uint32_t share_count; /**< ... this: shares of different ranks make up the whole; >= 1 */
} hc_plan_walk;

/** What keeps a split from being possible. */
typedef enum hc_plan_obstacle {
    HC_OBSTACLE_TP = 0, /**< heads, widths or tokens are not cut */
    HC_OBSTACLE_PP,     /**< stages without layers */
    HC_OBSTACLE_CP,
    HC_OBSTACLE_EP,
    HC_OBSTACLE_BATCH, /**< not whole micro-batches for each replica, or too few for the schedule */
    HC_OBSTACLE_INTERLEAVE,
    HC_OBSTACLE_OTHER,
    HC_OBSTACLE_WEIGHTS, /**< does not fit, and these take most; likewise: */
    HC_OBSTACLE_GRADIENTS,
    HC_OBSTACLE_OPTIMIZER,
    HC_OBSTACLE_ACTIVATIONS,
    HC_OBSTACLE_BUFFERS,
    HC_OBSTACLE_LIMIT, /**< beyond the budget, the deadline or the carbon limit */
    HC_OBSTACLE_COUNT,
} hc_plan_obstacle;

/** "activations do not fit". Borrowed for ever. */
const char *hc_plan_obstacle_name(hc_plan_obstacle obstacle);

/** How many plans were looked at, and what became of them. */
typedef struct hc_plan_counts {
    uint64_t tried; /**< = possible + those with an obstacle before the memory */
    uint64_t possible;
    uint64_t fitting;
    uint64_t obstacles[HC_OBSTACLE_COUNT];
} hc_plan_counts;

/** What is called with each possible plan, which lives during the call. */
typedef void (*hc_plan_visit)(void *self, const hc_parallel_plan *plan);

/** Walks. Allocates nothing. @param counts  [in, out] tried, possible and the obstacles before the memory are added */
void hc_plan_walk_all(const hc_plan_walk *walk, hc_plan_counts *counts, hc_plan_visit visit,
                      void *self);

#endif
