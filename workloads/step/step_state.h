#ifndef HC_WORKLOADS_STEP_STEP_STATE_H
#define HC_WORKLOADS_STEP_STEP_STATE_H

#include "workloads/step/layer_time.h"
#include "workloads/step/step_time.h"
#include "workloads/step/step_traffic.h"

#include <stdbool.h>
#include <stdint.h>

/** What stands behind a prediction (workloads/step/step_time.h): filled in from layers to stages to the step. */

/** Layers differ by whether they have experts and whether they are trained: those below the trained ones are not. */
enum {
    HC_LAYER_PLAIN = 0,
    HC_LAYER_EXPERT,
    HC_LAYER_FROZEN_PLAIN,
    HC_LAYER_FROZEN_EXPERT,
    HC_LAYER_KIND_COUNT
};

/** Seconds of a layer for one micro-batch, by where they go. */
typedef struct hc_layer_parts {
    double gemm;
    double attention;
    double memory;
    double recompute;
    double tensor;
    double context;
    double expert;
    double imbalance;
    double overhead;
    double sum;
    double weights; /**< of the sum: gradients of weights */
    double forward; /**< share of the sum that belongs to the forward pass */
    double flops;
} hc_layer_parts;

/** Layers of each kind. */
typedef struct hc_layer_counts {
    double of_kind[HC_LAYER_KIND_COUNT];
} hc_layer_counts;

/** What a kind of GPU makes of the model. */
typedef struct hc_kind_measure {
    hc_layer_parts parts[HC_LAYER_KIND_COUNT];
    double head_gemm; /**< of the logits and the loss, for one micro-batch, forward and backward */
    double head_memory;
    double head_flops;
} hc_kind_measure;

typedef struct hc_step_state {
    const hc_step_setting *setting;
    hc_layer_setting layer;
    hc_layer_traffic traffic;
    hc_kind_measure
        kinds[HC_STAGE_MAX_KINDS]; /**< of setting->stage_kinds; the first one without */
    uint32_t micro_batches;
    double stage_seconds; /**< of one micro-batch, mean of the stages */
    double forward_share; /**< of that */
} hc_step_state;

/** What is left of a communication that runs behind `cover` seconds of compute, and what it costs that compute. */
double hc_step_exposed(const hc_step_setting *setting, double seconds, double cover);

/** Measures a layer of each kind that the model has, and the head, on each kind of GPU (step_layers.c). */
void hc_step_measure_layers(hc_step_state *state);

/** Layers `first` .. `first + count - 1`, by kind, and with the last one the blocks of multi-token prediction. Those without experts are the first ones, and so are those that are
 *  not trained. */
hc_layer_counts hc_step_count_layers(const hc_step_setting *setting, uint32_t first,
                                     uint32_t count);

/** All micro-batches through all stages (step_pipeline.c). */
void hc_step_add_pipeline(hc_step_state *state, hc_step_time *out);

/** Gradients, weights and the optimizer, once the pipeline is known (step_data.c). */
void hc_step_add_data(const hc_step_state *state, hc_step_time *out);

#endif
