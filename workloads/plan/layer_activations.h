#ifndef HC_WORKLOADS_PLAN_LAYER_ACTIVATIONS_H
#define HC_WORKLOADS_PLAN_LAYER_ACTIVATIONS_H

#include "workloads/catalogue/model_shape.h"
#include "workloads/plan/parallel_plan.h"

/** Activations of one micro-batch on one GPU. Bytes. */
typedef struct hc_layer_activations {
    double kept;     /**< of one layer until its backward, as the plan recomputes */
    double whole;    /**< of one layer when nothing is recomputed */
    double gradient; /**< of the widest part of one layer, while its backward runs */
    double
        exchange; /**< buffers of what the layer sends: gathered sequence, keys and values of other ranks */
    double dispatch; /**< buffers of tokens sent to experts and back */
} hc_layer_activations;

/** @param has_experts  the layer has experts */
void hc_layer_activations_count(const hc_model_shape *shape, const hc_parallel_plan *plan,
                                bool has_experts, hc_layer_activations *out);

/** Final norm, input of the head, logits and their gradients. Bytes. */
double hc_head_activations(const hc_model_shape *shape, const hc_parallel_plan *plan);

/** Bytes of a hidden state of one micro-batch, as it goes from stage to stage. */
double hc_state_bytes(const hc_model_shape *shape, const hc_parallel_plan *plan);

/** Bytes of a value outside of matrix products: 4 with fp32 and tf32, else 2. */
double hc_value_bytes_of(const hc_parallel_plan *plan);

#endif
