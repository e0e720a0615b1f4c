#ifndef HC_WORKLOADS_PLAN_TRAINING_MEMORY_H
#define HC_WORKLOADS_PLAN_TRAINING_MEMORY_H

#include "workloads/catalogue/accelerators.h"
#include "workloads/catalogue/model_shape.h"
#include "workloads/plan/parallel_plan.h"

#include <stdbool.h>
#include <stdint.h>

/** What lies in the memory of one GPU while a model is trained. Bytes.
 *  Megatron-LM's conventions: Adam with 4-byte moments and master weights (8 + 4 bytes of each parameter), gradients of 4
 *  bytes or as the plan says, activations in 16 bits (4 bytes with fp32 and tf32). `context` and `fragmentation` are
 *  allowances, the others follow from shape and plan: their sum is what an allocator has given away at the fullest
 *  moment, when the backward of the last micro-batches begins. */
typedef struct hc_training_memory {
    double weights;
    double gradients;
    double optimizer;   /**< master weights and moments */
    double activations; /**< of all micro-batches in flight, with the logits */
    double buffers;     /**< gathered layers, communication buffers, work space */
    double context;     /**< driver, kernels and communicators, before the first tensor */
    double fragmentation;
    double total;
    uint32_t stage; /**< the pipeline stage that needs most; the others are those of this one */
} hc_training_memory;

/** Memory of the stage that needs most of it.
 *  Cost: O(1) whatever the layers and stages (those where something changes are compared), about 0.3 us; O(pp) with
 *  stage_layers.
 *  @param plan  possible on the shape (hc_parallel_plan_is_possible) */
void hc_training_memory_need(const hc_model_shape *shape, const hc_parallel_plan *plan,
                             hc_training_memory *out);

/** Memory of one stage (from 0); with DualPipe of the GPU that holds it and its mirror image. */
void hc_training_memory_of_stage(const hc_model_shape *shape, const hc_parallel_plan *plan,
                                 uint32_t stage, hc_training_memory *out);

/** Bytes of activations that one layer keeps of one micro-batch (Korthikanti et al. 2022, table 2, and its extension
 *  to other shapes).  @param has_experts  the layer has experts */
double hc_training_memory_of_layer(const hc_model_shape *shape, const hc_parallel_plan *plan,
                                   bool has_experts);

/** The category that takes most, by name ("activations"): what breaks a plan that does not fit. */
const char *hc_training_memory_largest(const hc_training_memory *memory);

#endif
