#ifndef HC_WORKLOADS_PLAN_RANK_PARAMETERS_H
#define HC_WORKLOADS_PLAN_RANK_PARAMETERS_H

#include "workloads/catalogue/model_shape.h"
#include "workloads/plan/parallel_plan.h"

#include <stdint.h>

/** Parameters that one GPU holds, after tensor, expert and pipeline parallelism and pruning, before ZeRO.
 *  Tensor parallelism cuts heads, widths and vocabulary. Norms, routers and the matrices that lead down to the ranks of
 *  latent attention are on all tensor ranks; heads of keys and values are copied when there are fewer than tp.
 *  Experts are whole. */
typedef struct hc_rank_parameters {
    double tables; /**< embedding, learned positions, head */
    double
        linear; /**< matrices of attention, plain and shared feed-forward parts, routers, multi-token prediction */
    double vectors;         /**< norms, biases */
    double experts;         /**< matrices of this rank's routed experts */
    double adapters;        /**< of LoRA, beside experts */
    double expert_adapters; /**< of LoRA, at this rank's experts */
} hc_rank_parameters;

/** What the stages of a plan are made of. */
typedef struct hc_rank_parts {
    hc_rank_parameters dense;  /**< a layer with a plain feed-forward part */
    hc_rank_parameters sparse; /**< a layer with experts */
    double attention;          /**< matrices of attention, of those of a layer */
    double expert;             /**< matrices of one expert */
    hc_rank_parameters start;  /**< embedding and positions */
    hc_rank_parameters
        end; /**< final norm, multi-token prediction, head; a tied one has a copy of its own behind several stages */
} hc_rank_parts;

void hc_rank_parts_count(const hc_model_shape *shape, const hc_parallel_plan *plan,
                         hc_rank_parts *out);

/** Layers of a stage, by kind. */
typedef struct hc_stage_layers {
    uint32_t dense;
    uint32_t sparse;        /**< with experts */
    uint32_t trained_dense; /**< with partial tuning fewer than all */
    uint32_t trained_sparse;
} hc_stage_layers;

/** @param stage  from 0.  Cost: O(1), O(pp) with stage_layers. */
hc_stage_layers hc_stage_layers_count(const hc_model_shape *shape, const hc_parallel_plan *plan,
                                      uint32_t stage);

/** Parameters of a pipeline stage. With DualPipe a GPU holds this stage and its mirror image: not counted here. */
void hc_rank_parameters_of_stage(const hc_rank_parts *parts, const hc_stage_layers *layers,
                                 const hc_parallel_plan *plan, uint32_t stage,
                                 hc_rank_parameters *out);

/** Those of them that are trained: all; adapters; with partial tuning the last layers and what is behind them. */
void hc_rank_parameters_trained(const hc_rank_parts *parts, const hc_stage_layers *layers,
                                const hc_parallel_plan *plan, uint32_t stage,
                                hc_rank_parameters *out);

#endif
