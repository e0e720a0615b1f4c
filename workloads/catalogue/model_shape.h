#ifndef HC_WORKLOADS_CATALOGUE_MODEL_SHAPE_H
#define HC_WORKLOADS_CATALOGUE_MODEL_SHAPE_H

#include "sim/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The shape of a transformer: what decides its parameters, its work and its memory. A plain value.
 *  Every layer has attention and a feed-forward part; with experts, the first `dense_layers` layers have a plain one.
 *  Left out, being less than 1e-4 of the parameters: norms of queries and keys (Qwen 3), biases of some linear layers only
 *  (Qwen 2), more than two norms in a layer (Gemma 2). Attention in a window counts as full attention. */
typedef struct hc_model_shape {
    const char *name; /**< borrowed; "model" when the user gave none */
    uint32_t layers;
    uint32_t hidden;
    uint32_t heads;
    uint32_t kv_heads;  /**< = heads: multi-head; 1: multi-query; between: grouped-query */
    uint32_t head_size; /**< of queries and keys, without the rotary part of MLA */
    uint32_t ffn;       /**< width of the plain feed-forward part; 0 when all layers have experts */
    bool is_gated;      /**< SwiGLU: three matrices; else two */
    uint32_t vocabulary; /**< as padded for the run; of the catalogue as published */
    uint32_t sequence;   /**< tokens it is usually trained with */
    bool is_tied;        /**< the head multiplies with the embedding's weights */
    bool has_positions;  /**< learned ones, sequence x hidden */
    bool has_layer_norm; /**< LayerNorm: weight and bias; else RMSNorm */
    bool has_biases;     /**< of the linear layers */

    /** Multi-head latent attention; all 0 without. */
    uint32_t q_rank;         /**< 0: queries are not compressed */
    uint32_t kv_rank;        /**< > 0: this is MLA */
    uint32_t rope_head_size; /**< of keys and queries, beside head_size */
    uint32_t value_head_size;

    /** Mixture of experts; experts 0: none. */
    uint32_t experts;
    uint32_t experts_per_token;
    uint32_t expert_ffn;
    uint32_t shared_ffn; /**< width of all shared experts together */
    uint32_t dense_layers;

    uint32_t mtp_layers; /**< blocks of multi-token prediction */
    const char *source;  /**< of a catalogued shape; NULL for a user's */
} hc_model_shape;

/** Parameters, by what they belong to. Counts are exact below 2^53. */
typedef struct hc_model_parameters {
    double embedding;
    double positions;
    double head;      /**< 0 when tied */
    double attention; /**< of one layer, with its norms; likewise: */
    double dense_ffn; /**< plain feed-forward part */
    double router;
    double expert; /**< one routed expert */
    double shared_experts;
    double final_norm;
    double mtp; /**< all blocks of multi-token prediction */
    double total;
    double
        active; /**< what one token meets; blocks of multi-token prediction left out, as makers count */
} hc_model_parameters;

void hc_model_count_parameters(const hc_model_shape *shape, hc_model_parameters *out);

/** How the attention core is counted. */
typedef enum hc_attention_count {
    HC_ATTENTION_CAUSAL = 0, /**< half of the square: what a causal kernel executes */
    HC_ATTENTION_FULL,       /**< the whole square: papers before 2023 */
} hc_attention_count;

/** Model FLOPs of one token, forward; training takes three times as many. No recomputation. */
typedef struct hc_model_flops {
    double attention_projections; /**< over all layers; likewise: */
    double attention_core;
    double dense_ffn;
    double router;
    double experts; /**< routed, those that a token meets */
    double shared_experts;
    double
        mtp_projections; /**< in front of the blocks of multi-token prediction, whose layers count above */
    double head;         /**< logits, those of multi-token prediction included */
    double total;
} hc_model_flops;

/** @param sequence  tokens that see each other */
void hc_model_count_flops(const hc_model_shape *shape, uint32_t sequence, hc_attention_count count,
                          hc_model_flops *out);

/** Whether a layer (from 0) has experts. */
bool hc_model_has_experts(const hc_model_shape *shape, uint32_t layer);

/** Layers with experts. */
uint32_t hc_model_expert_layers(const hc_model_shape *shape);

/** Refuses what is no transformer: zeros, heads that are no multiple of kv_heads, more experts per token than experts,
 *  products beyond 2^53.
 *  @return 0, or -1 with every defect in `error`. */
int hc_model_check(const hc_model_shape *shape, hc_error *error);

/** Public models, each with its source. Borrowed for ever; hc_model_check() accepts all of them. */
size_t hc_model_count(void);
const hc_model_shape *hc_model_at(size_t index);

/** Other names of it, joined by '|'; NULL: none. Borrowed for ever. */
const char *hc_model_aliases(size_t index);

/** Looks a name or an alias up, without regard to case, '-', '_' and ' ' ("Llama 3 70B" finds "llama3-70b").
 *  @return NULL when there is none. */
const hc_model_shape *hc_model_find(const char *name);

/** The name most like `name`, for "did you mean"; NULL when none is. */
const char *hc_model_suggest(const char *name);

#endif
