#ifndef HC_WORKLOADS_STEP_STEP_TRAFFIC_H
#define HC_WORKLOADS_STEP_STEP_TRAFFIC_H

#include "workloads/step/step_time.h"

/** What the ranks of one pipeline stage send each other. Seconds, on a network without other jobs. */
typedef struct hc_layer_traffic {
    double
        tensor_forward; /**< of a layer with a plain feed-forward part, per micro-batch; likewise: */
    double tensor_backward;
    double mixed_forward; /**< the same of a layer with experts */
    double mixed_backward;
    double context_forward;
    double context_backward;
    double dispatch; /**< of a layer with experts: tokens to the experts or back, each way */
    double send;     /**< from a stage to the next one, per micro-batch and direction */
} hc_layer_traffic;

/** Fills in the times above, and of `traffic` the groups, algorithms, seconds, bytes and egress of one such communication:
 *  one exchange of a layer, one way to the experts and back, one send. */
void hc_step_traffic_of_layers(const hc_step_setting *setting, hc_layer_traffic *layers,
                               hc_step_traffic *traffic);

/** Parameters of a stage on one rank, by who else holds them. */
typedef struct hc_stage_parameters {
    double plain;   /**< on all data- and context-parallel ranks */
    double experts; /**< on the ranks that hold the same experts */
} hc_stage_parameters;

/** Gradients to all replicas, and weights back where they are cut up: of a step, or of a micro-batch with zero 3.
 *  @param gather   [out] seconds of gathering weights; twice per micro-batch with zero 3
 *  @param traffic  gets group, algorithm, seconds, bytes and egress, both gatherings counted
 *  @return seconds of reducing gradients. */
double hc_step_traffic_of_data(const hc_step_setting *setting, const hc_stage_parameters *stage,
                               double *gather, hc_step_traffic *traffic);

#endif
