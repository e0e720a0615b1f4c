#ifndef HC_WORKLOADS_STEP_STEP_TIME_H
#define HC_WORKLOADS_STEP_STEP_TIME_H

#include "sim/cluster/rank_layout.h"
#include "sim/interfaces/network.h"
#include "workloads/catalogue/accelerators.h"
#include "workloads/step/efficiency.h"
#include "workloads/catalogue/model_shape.h"
#include "workloads/plan/parallel_plan.h"

#include <stdint.h>

/** Pipeline stages on GPUs of one kind. All borrowed. */
typedef struct hc_stage_kind {
    const hc_accelerator *accelerator;
    const hc_efficiency *efficiency;
    uint32_t stages; /**< >= 1 */
} hc_stage_kind;

enum { HC_STAGE_MAX_KINDS = 8 };

/** Everything that decides how long a training step takes. All borrowed. The plan is possible on the shape
 *  (hc_parallel_plan_is_possible), the layout has its ranks. */
typedef struct hc_step_setting {
    const hc_model_shape *shape;
    const hc_parallel_plan *plan;
    const hc_accelerator
        *accelerator; /**< where kinds are mixed: that on which memory and host are slowest */
    const hc_efficiency *efficiency;
    const hc_network *network;
    const hc_rank_layout *layout;
    /** Kinds of the stages, the first stages first; their stages add up to the plan's pp. NULL: all are `accelerator`. */
    const hc_stage_kind *stage_kinds;
    uint32_t stage_kind_count; /**< up to HC_STAGE_MAX_KINDS */
} hc_step_setting;

/** Where the seconds of a step go, on the critical path. */
typedef enum hc_step_part {
    HC_STEP_GEMM = 0,
    HC_STEP_ATTENTION,
    HC_STEP_MEMORY_BOUND, /**< norms, activations, residuals, casts */
    HC_STEP_RECOMPUTE,
    HC_STEP_TENSOR, /**< exposed communication of tensor and sequence parallelism; likewise: */
    HC_STEP_CONTEXT,
    HC_STEP_EXPERT,
    HC_STEP_IMBALANCE, /**< the fullest rank of experts, beyond the mean */
    HC_STEP_PIPELINE,
    HC_STEP_BUBBLE,
    HC_STEP_DATA,
    HC_STEP_OPTIMIZER,
    HC_STEP_OFFLOAD,
    HC_STEP_OVERHEAD, /**< launches and the host */
    HC_STEP_PART_COUNT,
} hc_step_part;

/** "gemm", "tensor exposed", ... Borrowed for ever. */
const char *hc_step_part_name(hc_step_part part);

/** Communications of a step. */
typedef enum hc_step_comm {
    HC_COMM_TENSOR = 0,
    HC_COMM_CONTEXT,
    HC_COMM_EXPERT,
    HC_COMM_PIPELINE,
    HC_COMM_DATA,
    HC_STEP_COMM_COUNT,
} hc_step_comm;

/** One kind of communication of one rank in one step. */
typedef struct hc_step_traffic {
    double seconds; /**< hidden or not */
    double hidden_seconds;
    double bytes;        /**< given to the network, of one rank */
    double egress_bytes; /**< that leave a site, of all ranks; likewise: */
    double egress_dollars;
    hc_comm_group group;
    hc_collective_algorithm algorithm;
} hc_step_traffic;

typedef struct hc_step_time {
    double seconds;                   /**< sum of parts */
    double parts[HC_STEP_PART_COUNT]; /**< seconds, each >= 0 */
    hc_step_traffic traffic[HC_STEP_COMM_COUNT];
    double
        model_flops; /**< of the whole step, all GPUs; no recomputation, causal attention halved */
    double hardware_flops; /**< everything that is executed */
    double egress_bytes;   /**< that leave a site in a step, of all ranks; 0 at one site */
    double egress_dollars; /**< their price */
    double tokens;         /**< of the step */
    double
        peak_flops; /**< of one GPU, in the plan's precision, dense; of several kinds the mean over the stages */
} hc_step_time;

/** Predicts the time of one step. Never fails; the answer depends on the setting alone.
 *  Cost: O(1), a few microseconds, whatever the micro-batches, layers and GPUs; O(pp) with stage_layers. */
void hc_step_time_predict(const hc_step_setting *setting, hc_step_time *out);

#endif
