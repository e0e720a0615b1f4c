#ifndef HC_WORKLOADS_PLAN_PIPELINE_H
#define HC_WORKLOADS_PLAN_PIPELINE_H

#include "workloads/plan/parallel_plan.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** How long a pipeline takes for one step, in closed form. */

/** Equal stages that follow each other. Seconds of one micro-batch on one of them, over all its virtual stages. */
typedef struct hc_pipeline_stages {
    uint32_t count;
    double forward_seconds;
    double backward_seconds; /**< gradients of the inputs, with what is recomputed for them */
    double weight_seconds;   /**< gradients of the weights */
} hc_pipeline_stages;

/** A pipeline and its step. Plain; `runs` is borrowed. */
typedef struct hc_pipeline {
    hc_pipeline_schedule schedule;
    uint32_t interleave;    /**< virtual stages of each stage, > 1 with 1F1B only */
    uint32_t micro_batches; /**< > 0; a multiple of the stages when interleaved */
    const hc_pipeline_stages
        *runs;               /**< in the order of the stages; DualPipe: an even number of them */
    size_t run_count;        /**< > 0 */
    double transfer_seconds; /**< from a virtual stage to the next one, each way */
    bool
        waits_for_transfers; /**< the sender computes after its transfer only; else the receiver alone waits */
} hc_pipeline;

/** Seconds of a step; the first is the sum of the others. */
typedef struct hc_pipeline_time {
    double seconds;
    double busy_seconds;     /**< of the stage with most work */
    double transfer_seconds; /**< by which transfers lengthen the step */
    double bubble_seconds;   /**< what is left: that stage waits for micro-batches */
} hc_pipeline_time;

/** Predicts the time of one step.
 *  Exact for equal stages with 1F1B, GPipe, interleaved 1F1B and ZB-H1, and for DualPipe when forward and backward take
 *  the same time (else wrong by at most (stages / 2 - 1) of their difference). Unequal stages: GPipe is exact, 1F1B is
 *  a lower bound, mostly attained; the other schedules are upper bounds, but for DualPipe, which takes the mean stage
 *  for the bubble. Cost: O(runs), whatever the stages and micro-batches. */
void hc_pipeline_predict(const hc_pipeline *pipeline, hc_pipeline_time *out);

/** Micro-batches whose activations a stage keeps at most, in units of all of its layers: interleaved schedules keep
 *  parts. @param stage  from 0, < stages */
double hc_pipeline_in_flight(hc_pipeline_schedule schedule, uint32_t stages, uint32_t interleave,
                             uint32_t micro_batches, uint32_t stage);

#endif
