#ifndef HC_WORKLOADS_PLAN_PLAN_KEYS_H
#define HC_WORKLOADS_PLAN_PLAN_KEYS_H

#include "sim/error.h"
#include "sim/scenario/scenario.h"
#include "sim/scenario/schema.h"
#include "workloads/plan/parallel_plan.h"

#include <stdint.h>

/** What a file says of a plan, wherever it has one:
 *
 *      plan: { gpus: 1024, tp: 8, pp: 8, global_batch: 1536, interleave: 2, recompute: selective, zero: 1 }
 *      plan: { gpus: 64, pp: 8, schedule: dualpipe, ep: 8, precision: fp8, overlap: { expert: true } }
 *      plan: { gpus: 8, tuning: { kind: lora, rank: 16 }, offload: { optimizer: true } } */

/** The rows of a plan at a path: HC_PLAN_KEYS("estimate.plan", "How the model is split over the GPUs"). */
#define HC_PLAN_KEYS(at, meaning)                                                                  \
    {.path = at, .type = HC_KEY_MAP, .help = meaning},                                             \
        HC_PLAN_COUNT_(at ".gpus", "GPUs", "All GPUs, tp * cp * dp * pp unless given"),            \
        HC_PLAN_COUNT_(at ".tp", "GPUs", "Tensor parallelism, 1 unless given"),                    \
        HC_PLAN_COUNT_(at ".pp", "stages", "Stages of the pipeline, 1 unless given"),              \
        HC_PLAN_COUNT_(at ".dp", "replicas",                                                       \
                       "Data parallelism, what is left of gpus unless given"),                     \
        HC_PLAN_COUNT_(at ".cp", "GPUs", "Context parallelism, 1 unless given"),                   \
        HC_PLAN_COUNT_(                                                                            \
            at ".ep", "GPUs",                                                                      \
            "Ranks that share the experts of a layer, out of tp * cp * dp, 1 unless given"),       \
        HC_PLAN_COUNT_(at ".micro_batch", "sequences",                                             \
                       "Sequences of one replica at a time, 1 unless given"),                      \
        HC_PLAN_COUNT_(at ".global_batch", "sequences",                                            \
                       "Sequences of a step, as few as the schedule takes unless given"),          \
        HC_PLAN_COUNT_(at ".sequence", "tokens",                                                   \
                       "Length of a sequence, the model's usual one unless given"),                \
        HC_PLAN_COUNT_(at ".interleave", "stages", "Virtual stages of each GPU, 1 unless given"),  \
        HC_PLAN_CHOICE_(at ".schedule", HC_PIPELINE_NAMES,                                         \
                        "Order of the pipeline's work, 1f1b unless given"),                        \
        {.path = at ".stage_layers",                                                               \
         .type = HC_KEY_LIST,                                                                      \
         .minimum = 1,                                                                             \
         .maximum = HC_PLAN_MAX_STAGES_LISTED,                                                     \
         .help = "Layers of each stage, as even as can be unless given"},                          \
        HC_PLAN_COUNT_(at ".stage_layers[]", "layers", "Layers of a stage"),                       \
        HC_PLAN_FLAG_(                                                                             \
            at ".sequence_parallel",                                                               \
            "Norms and residuals are cut as well, true unless given where tp > 1 divides "         \
            "the tokens"),                                                                         \
        HC_PLAN_CHOICE_(at ".recompute", HC_RECOMPUTE_NAMES,                                       \
                        "What the backward computes again, none unless given"),                    \
        HC_PLAN_FLAG_(at ".fused_attention",                                                       \
                      "FlashAttention: scores are not kept, true unless given"),                   \
        HC_PLAN_FLAG_(at ".fused_loss", "Logits are kept once, in 2 bytes, true unless given"),    \
        HC_PLAN_FLAG_(at ".dropout", "Masks of dropout are kept, false unless given"),             \
        HC_PLAN_CHOICE_(at ".context", HC_CONTEXT_NAMES,                                           \
                        "How keys and values reach the ranks of cp, ring unless given"),           \
        {.path = at ".zero",                                                                       \
         .type = HC_KEY_INTEGER,                                                                   \
         .maximum = 3,                                                                             \
         .help =                                                                                   \
             "ZeRO: 1 cuts the optimizer's state, 2 gradients, 3 weights (FSDP), 0 unless given"}, \
        HC_PLAN_COUNT_(                                                                            \
            at ".shard_group", "GPUs",                                                             \
            "Ranks that share a shard with zero 3 (hybrid sharding), all of dp unless given"),     \
        HC_PLAN_CHOICE_(at ".gradients", "fp32|bf16",                                              \
                        "What gradients are kept and summed up in, fp32 unless given"),            \
        {.path = at ".offload",                                                                    \
         .type = HC_KEY_MAP,                                                                       \
         .help = "What lies in the memory of the host; nothing unless given"},                     \
        HC_PLAN_FLAG_(at ".offload.optimizer", "The optimizer's state, false unless given"),       \
        HC_PLAN_FLAG_(at ".offload.activations",                                                   \
                      "Activations until their backward, false unless given"),                     \
        {.path = at ".overlap",                                                                    \
         .type = HC_KEY_MAP,                                                                       \
         .help = "Which traffic is hidden behind computation"},                                    \
        HC_PLAN_FLAG_(at ".overlap.data", "Gradients and weights of replicas, true unless given"), \
        HC_PLAN_FLAG_(at ".overlap.tensor", "That of tp, false unless given"),                     \
        HC_PLAN_FLAG_(at ".overlap.pipeline", "That between stages, false unless given"),          \
        HC_PLAN_FLAG_(at ".overlap.expert", "Tokens to and from experts, false unless given"),     \
        HC_PLAN_CHOICE_(at ".precision", HC_PRECISION_NAMES,                                       \
                        "What matrices are multiplied in, bf16 unless given"),                     \
        HC_PLAN_CHOICE_(at ".dispatch_precision", HC_PRECISION_NAMES,                              \
                        "What is sent to experts, bf16 unless given"),                             \
        {.path = at ".expert_imbalance",                                                           \
         .type = HC_KEY_REAL,                                                                      \
         .minimum = 1,                                                                             \
         .maximum = 1e6,                                                                           \
         .help = "Tokens of the fullest rank / mean, that of random routing unless given"},        \
        {.path = at ".capacity_factor",                                                            \
         .type = HC_KEY_REAL,                                                                      \
         .minimum = 0.01,                                                                          \
         .maximum = 1e6,                                                                           \
         .help = "Tokens beyond it x mean are dropped; none are unless given"},                    \
        HC_PLAN_FLAG_(at ".merge_dispatch",                                                        \
                      "A token's copies to one node travel there once, true unless given"),        \
        HC_PLAN_COUNT_(at ".node_limit", "nodes",                                                  \
                       "Nodes that the experts of a token may lie on, any unless given"),          \
        {.path = at ".tuning",                                                                     \
         .type = HC_KEY_MAP,                                                                       \
         .shorthand = "kind",                                                                      \
         .help = "What is trained; every weight unless given"},                                    \
        HC_PLAN_CHOICE_(at ".tuning.kind", HC_TUNING_NAMES, "Kind of tuning, full unless given"),  \
        HC_PLAN_COUNT_(at ".tuning.rank", NULL,                                                    \
                       "Rank of the adapters of lora and qlora, 16 unless given"),                 \
        HC_PLAN_FLAG_(at ".tuning.attention_only",                                                 \
                      "Adapters at the matrices of attention alone, false unless given"),          \
        HC_PLAN_COUNT_(at ".tuning.layers", "layers", "Last layers that partial tuning trains"),   \
        HC_PLAN_FLAG_(at ".sparse_2to4",                                                           \
                      "2:4 sparse matrices, multiplied by sparse units, false unless given"),      \
    {                                                                                              \
        .path = at ".pruned", .type = HC_KEY_REAL, .maximum = 0.99,                                \
        .help = "Share of heads and feed-forward width that is pruned, 0 unless given"             \
    }

/* Parts of the rows. */
#define HC_PLAN_COUNT_(path_, unit_, help_)                                                        \
    {                                                                                              \
        .path = path_, .type = HC_KEY_INTEGER, .unit = unit_, .minimum = 1, .maximum = 1073741824, \
        .help = help_                                                                              \
    }
#define HC_PLAN_FLAG_(path_, help_)                          \
    {                                                        \
        .path = path_, .type = HC_KEY_BOOLEAN, .help = help_ \
    }
#define HC_PLAN_CHOICE_(path_, choices_, help_)                                  \
    {                                                                            \
        .path = path_, .type = HC_KEY_CHOICE, .choices = choices_, .help = help_ \
    }

/** Reads a plan from a map with the rows above and completes it. Whether it is possible is another question
 *  (hc_parallel_plan_check).
 *  @param plan          NULL: every default
 *  @param stage_layers  [out] room for layers of stages; `out` borrows it where the file has a list
 *  @param note          told what was filled in, as by hc_parallel_plan_complete(); may be NULL
 *  @return 0, or -1 with every defect in `error`. */
int hc_plan_read(hc_parallel_plan *out, const hc_value *plan, const hc_model_shape *shape,
                 uint32_t stage_layers[HC_PLAN_MAX_STAGES_LISTED], hc_error *note, hc_error *error);

#endif
