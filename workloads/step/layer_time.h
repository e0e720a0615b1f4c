#ifndef HC_WORKLOADS_STEP_LAYER_TIME_H
#define HC_WORKLOADS_STEP_LAYER_TIME_H

#include "workloads/step/step_time.h"

#include <stdbool.h>

/** Time of one pass over one layer of one micro-batch on one GPU, without communication. Seconds and FLOPs. */
typedef struct hc_pass_time {
    double gemm;
    double attention;
    double memory;      /**< streaming kernels: norms, residuals, activations, casts, dispatch */
    double expert_gemm; /**< share of `gemm` that grows with the load of the fullest rank */
    double gemm_flops;
    double attention_flops;
} hc_pass_time;

typedef struct hc_layer_time {
    hc_pass_time forward;
    hc_pass_time backward;
} hc_layer_time;

/** Figures of a setting that every layer needs. */
typedef struct hc_layer_setting {
    const hc_step_setting *step;
    double tokens; /**< of a micro-batch on one rank */
    double
        rank_tokens; /**< those of `tokens` whose norms it computes: fewer with sequence parallelism */
    double linear_flops_per_second; /**< of large products of linear layers */
    double half_flops_per_second;   /**< of those that stay in 16 bits */
    double bytes_per_second;        /**< of streaming kernels */
    double linear_bytes;            /**< of a value as linear layers multiply it */
    double kept;                    /**< share of heads and widths that pruning leaves */
} hc_layer_setting;

/** Dense peak of what a format is multiplied in, FLOP/s: 16 bits where the units do not offer it. */
double hc_layer_peak_flops(const hc_accelerator *accelerator, hc_precision precision);

hc_layer_setting hc_layer_setting_of(const hc_step_setting *step);

/** Seconds in which an M x K matrix is multiplied with a K x N one.
 *  @param rate   FLOP/s of large products
 *  @param bytes  of a value of the matrices that are read; the product has 2 */
double hc_layer_product_seconds(const hc_layer_setting *setting, double rate, double bytes,
                                double m, double n, double k);

/** One layer, whole: with experts or a plain feed-forward part. */
hc_layer_time hc_layer_time_of(const hc_layer_setting *setting, bool has_experts);

/** Logits and loss on the last stage, forward and backward.  @param memory  [out] seconds of streaming kernels
 *  @param flops  [out] executed  @return seconds of products. */
double hc_head_time(const hc_layer_setting *setting, double *memory, double *flops);

#endif
