#ifndef HC_CLI_PREDICTION_H
#define HC_CLI_PREDICTION_H

#include "sim/cluster/rank_layout.h"
#include "sim/error.h"
#include "sim/scenario/scenario.h"
#include "workloads/step/efficiency.h"
#include "workloads/step/step_time.h"
#include "workloads/plan/training_memory.h"

#include <stdbool.h>
#include <stdint.h>

/** Where the ranks of a job lie and what connects them. Base units; what is 0 is as the kind is usually sold. */
typedef struct hc_training_place {
    uint32_t gpus_per_node;
    double nic_bytes_per_second; /**< per GPU and direction */
    const hc_value *network; /**< what a file says of it (topology/network_keys.h); NULL: nothing */
    uint32_t nodes_per_rack; /**< 0: one rack holds all; likewise: */
    uint32_t racks_per_pod;
    /** Kinds of GPU of the pipeline stages, as hc_step_setting has them; borrowed; 0 of them: one kind. */
    const hc_stage_kind *stage_kinds;
    uint32_t stage_kind_count;
    uint32_t
        sites; /**< that the nodes are spread over as evenly as whole racks and pods allow; 0: one */
} hc_training_place;

/** Makes the network of a cluster of one kind.
 *  @return 0 and a network to be destroyed by its own function, or -1 with `error` set. */
int hc_training_network(hc_network *out, const hc_accelerator *accelerator,
                        const hc_training_place *place, hc_error *error);

/** The layout of so many ranks. */
hc_rank_layout hc_training_layout(const hc_accelerator *accelerator, const hc_training_place *place,
                                  uint32_t ranks);

/** What one step of a plan takes. */
typedef struct hc_prediction {
    hc_step_time step;
    hc_training_memory memory; /**< of the stage that fills most of its GPUs */
    double gpu_memory_bytes;   /**< that each of these has */
    bool fits;
    const hc_efficiency *efficiency;
    bool is_borrowed; /**< the efficiency was fitted on another kind */
} hc_prediction;

/** Refuses a plan in a precision that the kind does not multiply in, whose rate would be unknown.
 *  @return 0, or -1 with `error` set (HC_ERROR_USAGE) and the precisions that it has. */
int hc_prediction_check_precision(const hc_accelerator *accelerator, hc_precision precision,
                                  hc_error *error);

/** Predicts time and memory of a plan that is possible on the shape.
 *  @param efficiency  NULL: the one for the kind
 *  @return 0, or -1 with `error` set. */
int hc_predict(hc_prediction *out, const hc_model_shape *shape, const hc_parallel_plan *plan,
               const hc_accelerator *accelerator, const hc_training_place *place,
               const hc_efficiency *efficiency, hc_error *error);

#endif
