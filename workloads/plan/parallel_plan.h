#ifndef HC_WORKLOADS_PLAN_PARALLEL_PLAN_H
#define HC_WORKLOADS_PLAN_PARALLEL_PLAN_H

#include "sim/error.h"
#include "workloads/catalogue/model_shape.h"
#include "workloads/catalogue/precision.h"

#include <stdbool.h>
#include <stdint.h>

typedef enum hc_pipeline_schedule {
    HC_PIPELINE_1F1B = 0, /**< interleaved when interleave > 1 */
    HC_PIPELINE_GPIPE,
    HC_PIPELINE_ZERO_BUBBLE, /**< ZB-H1 */
    HC_PIPELINE_DUALPIPE,
    HC_PIPELINE_COUNT,
} hc_pipeline_schedule;
#define HC_PIPELINE_NAMES "1f1b|gpipe|zero_bubble|dualpipe"

typedef enum hc_recomputation {
    HC_RECOMPUTE_NONE = 0,
    HC_RECOMPUTE_SELECTIVE, /**< the attention core */
    HC_RECOMPUTE_FULL,      /**< whole layers */
    HC_RECOMPUTE_COUNT,
} hc_recomputation;
#define HC_RECOMPUTE_NAMES "none|selective|full"

typedef enum hc_context_kind {
    HC_CONTEXT_RING = 0,
    HC_CONTEXT_ALL_GATHER,
    HC_CONTEXT_ALL_TO_ALL, /**< Ulysses */
    HC_CONTEXT_COUNT,
} hc_context_kind;
#define HC_CONTEXT_NAMES "ring|all_gather|all_to_all"

typedef enum hc_tuning {
    HC_TUNE_FULL = 0, /**< every weight is trained */
    HC_TUNE_LORA,
    HC_TUNE_QLORA,
    HC_TUNE_PARTIAL, /**< the last layers only */
    HC_TUNE_COUNT,
} hc_tuning;
#define HC_TUNING_NAMES "full|lora|qlora|partial"

/** Longest list of layers by stage. */
enum { HC_PLAN_MAX_STAGES_LISTED = 256 };

/** How a model is trained on a number of GPUs. A plain value.
 *  Ranks are numbered tensor first, then context, then data, then pipeline; expert groups are carved out of tensor x
 *  context x data. gpus = tp * cp * dp * pp. A sequence has `sequence` tokens. */
typedef struct hc_parallel_plan {
    uint32_t gpus;
    uint32_t tp;
    uint32_t pp;
    uint32_t dp;
    uint32_t cp;
    uint32_t ep; /**< ranks that share the experts of a layer; each expert lies on one rank */
    uint32_t micro_batch;  /**< sequences of one data-parallel replica at a time */
    uint32_t global_batch; /**< sequences of one step */
    uint32_t sequence;     /**< tokens */
    uint32_t interleave;   /**< virtual stages of each GPU */
    hc_pipeline_schedule schedule;
    const uint32_t *
        stage_layers; /**< layers of each of pp stages; NULL: as even as can be, the first ones get more */
    bool sequence_parallel;

    hc_recomputation recompute;
    bool has_fused_attention; /**< FlashAttention: scores are not kept */
    bool has_fused_loss;      /**< logits are kept once, in 2 bytes; else in 4 bytes as well */
    bool has_dropout;         /**< its masks are kept */
    hc_context_kind context;

    uint32_t zero; /**< 0 .. 3 */
    uint32_t
        shard_group; /**< ranks that share a shard with zero 3 (hybrid sharding); 0: all dp ranks */
    bool has_fp32_gradients; /**< reduced and kept in 4 bytes, else in 2 */
    bool offloads_optimizer;
    bool offloads_activations;

    bool overlaps_data; /**< gradients and weights travel while the backward and forward run */
    bool
        overlaps_tensor; /**< tensor-parallel traffic is cut into pieces and hidden behind the GEMMs */
    bool overlaps_pipeline;
    bool overlaps_expert; /**< dispatch and combine behind another micro-batch (DualPipe) */

    hc_precision precision;          /**< of the GEMMs */
    hc_precision dispatch_precision; /**< of what is sent to experts */
    double expert_imbalance; /**< tokens of the fullest rank / mean, >= 1; 0: of random routing */
    double capacity_factor;  /**< tokens beyond it are dropped; 0: none are */
    bool merges_dispatch;    /**< a token's copies to experts on one node travel there once */
    uint32_t expert_node_limit; /**< nodes that the experts of a token may lie on; 0: any */

    hc_tuning tuning;
    uint32_t lora_rank;
    bool lora_attention_only; /**< adapters at the attention matrices, else at all linear ones */
    uint32_t trained_layers;  /**< of partial tuning */
    bool is_sparse_2to4;      /**< weights of linear layers, multiplied by sparse units */
    double pruned_share;      /**< of the feed-forward width and heads, structured, 0 <= x < 1 */
} hc_parallel_plan;

/** A plan with every default: bf16, 1F1B, fused attention and loss, fp32 gradients, overlapped gradients. gpus, dp, micro_batch,
 *  global_batch and sequence are 0: they follow from what is set (one GPU when nothing is). */
hc_parallel_plan hc_parallel_plan_default(void);

/** Fills in what is 0 and follows from the rest: dp from gpus or gpus from the product, one sequence per micro-batch,
 *  the shape's sequence, a global batch of as few micro-batches per replica as the schedule takes, adapters of rank 16.
 *  @param note  gets one message for each thing filled in ("dp: 8, gpus / (tp * cp * pp)"), of kind HC_ERROR_OK;
 *               NULL: nobody wants to know */
void hc_parallel_plan_complete(hc_parallel_plan *plan, const hc_model_shape *shape, hc_error *note);

/** Refuses a plan that no engine could run, with every reason: products, divisors, schedules, groups.
 *  Each says which product fails and which value near it would do ("tp: expected a divisor of the 64 attention heads,
 *  found 6; 4 would do"), that value being one to which no other rule about the same key objects.
 *  Where engines differ: ZeRO 2 and 3 go with pipelines (TorchTitan; DeepSpeed refuses them), heads of keys and values
 *  are copied when there are fewer than tp (Megatron-LM), layers need not be as many on all stages, a vocabulary need not
 *  be a multiple of tp (it is padded), experts are not cut by tp.
 *  @param plan  complete  @param shape  sound (hc_model_check)
 *  @return 0, or -1 with `error` set (HC_ERROR_USAGE). */
int hc_parallel_plan_check(const hc_parallel_plan *plan, const hc_model_shape *shape,
                           hc_error *error);

/** Whether it could be run; the same rules without texts, for searches. O(1) without stage_layers. */
bool hc_parallel_plan_is_possible(const hc_parallel_plan *plan, const hc_model_shape *shape);

/** Micro-batches of a step on one replica: global_batch / (dp * micro_batch). */
uint32_t hc_parallel_plan_micro_batches(const hc_parallel_plan *plan);

/** Layers of a stage (from 0). */
uint32_t hc_parallel_plan_stage_layers(const hc_parallel_plan *plan, const hc_model_shape *shape,
                                       uint32_t stage);

/** Ranks that hold the same expert: tp * cp * dp / ep (experts are not cut by tensor parallelism). */
uint32_t hc_parallel_plan_expert_replicas(const hc_parallel_plan *plan);

/** Tokens of the fullest rank of experts / mean: what the plan says, or what random routing gives; capped by the
 *  capacity factor; 1 when no rank can have more than another. */
double hc_parallel_plan_expert_imbalance(const hc_parallel_plan *plan, const hc_model_shape *shape);

#endif
