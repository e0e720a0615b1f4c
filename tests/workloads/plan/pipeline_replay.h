#ifndef HC_TESTS_WORKLOADS_PLAN_PIPELINE_REPLAY_H
#define HC_TESTS_WORKLOADS_PLAN_PIPELINE_REPLAY_H

#include "workloads/plan/pipeline.h"

/** Plays a step of a pipeline operation by operation, each GPU in the order that its schedule prescribes, as soon as
 *  what it needs has arrived. Slow, and shares nothing with the closed forms. */
typedef struct replayed {
    double seconds;
    double in_flight
        [64]; /**< per GPU, most micro-batches kept at a time, in units of all its layers */
} pipeline_replay;

/** @param pipeline  at most 64 stages, stages * interleave * micro_batches below 4096 */
pipeline_replay replay_pipeline(const hc_pipeline *pipeline);

#endif
