#ifndef HC_WORKLOADS_CATALOGUE_MODEL_KEYS_H
#define HC_WORKLOADS_CATALOGUE_MODEL_KEYS_H

#include "sim/error.h"
#include "sim/scenario/scenario.h"
#include "sim/scenario/schema.h"
#include "workloads/catalogue/model_shape.h"

/** What a file says of a model, wherever it has one:
 *
 *      model: llama3-70b                         # a public model
 *      model: { name: llama3-70b, layers: 12 }   # one that is changed
 *      model: { layers: 32, hidden: 4096, heads: 32, kv_heads: 8, ffn: 14336, vocabulary: 128256, sequence: 8192 }
 *
 *  The vocabulary is the one of the run: Megatron-LM pads it to a multiple of 128 x tp. Of a public model it is the
 *  published one unless it is given. */

/** The rows of a model at a path: HC_MODEL_KEYS("estimate.model", "The model that is trained"). */
#define HC_MODEL_KEYS(at, meaning)                                                                 \
    {.path = at, .type = HC_KEY_MAP, .shorthand = "name", .help = meaning},                        \
        {.path = at ".name",                                                                       \
         .type = HC_KEY_TEXT,                                                                      \
         .help =                                                                                   \
             "A public model, of which other keys change parts; or any name of a whole shape"},    \
        HC_MODEL_COUNT_(at ".layers", "layers", 1, 1e6, "Layers"),                                 \
        HC_MODEL_COUNT_(at ".hidden", NULL, 1, HC_MODEL_WIDTH_LIMIT_,                              \
                        "Width of the hidden state"),                                              \
        HC_MODEL_COUNT_(at ".heads", "heads", 1, HC_MODEL_WIDTH_LIMIT_, "Query heads"),            \
        HC_MODEL_COUNT_(at ".kv_heads", "heads", 1, HC_MODEL_WIDTH_LIMIT_,                         \
                        "Heads of keys and values, as many as query heads unless given"),          \
        HC_MODEL_COUNT_(at ".head_size", NULL, 1, HC_MODEL_WIDTH_LIMIT_,                           \
                        "Width of a head of queries and keys, hidden / heads unless given"),       \
        HC_MODEL_COUNT_(at ".ffn", NULL, 1, HC_MODEL_WIDTH_LIMIT_,                                 \
                        "Width of the feed-forward part of layers without experts"),               \
        {.path = at ".gated",                                                                      \
         .type = HC_KEY_BOOLEAN,                                                                   \
         .help = "Whether the feed-forward part has a gate (SwiGLU: three matrices), true unless " \
                 "given"},                                                                         \
        HC_MODEL_COUNT_(at ".vocabulary", "tokens", 1, HC_MODEL_LENGTH_LIMIT_,                     \
                        "Vocabulary as padded for the run"),                                       \
        HC_MODEL_COUNT_(at ".sequence", "tokens", 1, HC_MODEL_LENGTH_LIMIT_,                       \
                        "Length of the sequences it is usually trained with"),                     \
        {.path = at ".tied",                                                                       \
         .type = HC_KEY_BOOLEAN,                                                                   \
         .help = "Whether the head has the weights of the embedding, false unless given"},         \
        {.path = at ".positions",                                                                  \
         .type = HC_KEY_BOOLEAN,                                                                   \
         .help = "Whether positions are learned (sequence x hidden), false unless given"},         \
        {.path = at ".norm",                                                                       \
         .type = HC_KEY_CHOICE,                                                                    \
         .choices = "layer|rms",                                                                   \
         .help = "LayerNorm or RMSNorm, rms unless given"},                                        \
        {.path = at ".biases",                                                                     \
         .type = HC_KEY_BOOLEAN,                                                                   \
         .help = "Whether linear layers have biases, false unless given"},                         \
        {.path = at ".mla",                                                                        \
         .type = HC_KEY_MAP,                                                                       \
         .help = "Multi-head latent attention (DeepSeek-V2); none unless given"},                  \
        HC_MODEL_COUNT_(at ".mla.q_rank", NULL, 0, HC_MODEL_WIDTH_LIMIT_,                          \
                        "Rank of compressed queries, 0: they are not compressed"),                 \
        HC_MODEL_COUNT_(at ".mla.kv_rank", NULL, 1, HC_MODEL_WIDTH_LIMIT_,                         \
                        "Rank of compressed keys and values"),                                     \
        HC_MODEL_COUNT_(at ".mla.rope_head_size", NULL, 1, HC_MODEL_WIDTH_LIMIT_,                  \
                        "Rotary part of a head of queries and keys, beside head_size"),            \
        HC_MODEL_COUNT_(at ".mla.value_head_size", NULL, 1, HC_MODEL_WIDTH_LIMIT_,                 \
                        "Width of a head of values"),                                              \
        {.path = at ".moe", .type = HC_KEY_MAP, .help = "Mixture of experts; none unless given"},  \
        HC_MODEL_COUNT_(at ".moe.experts", "experts", 1, HC_MODEL_WIDTH_LIMIT_,                    \
                        "Routed experts of a layer"),                                              \
        HC_MODEL_COUNT_(at ".moe.per_token", "experts", 1, HC_MODEL_WIDTH_LIMIT_,                  \
                        "Routed experts that a token meets"),                                      \
        HC_MODEL_COUNT_(at ".moe.ffn", NULL, 1, HC_MODEL_WIDTH_LIMIT_,                             \
                        "Width of a routed expert"),                                               \
        HC_MODEL_COUNT_(at ".moe.shared_ffn", NULL, 0, HC_MODEL_WIDTH_LIMIT_,                      \
                        "Width of all shared experts together, 0 unless given"),                   \
        HC_MODEL_COUNT_(at ".moe.dense_layers", "layers", 0, 1e6,                                  \
                        "First layers that have no experts, 0 unless given"),                      \
        HC_MODEL_COUNT_(at ".mtp_layers", "blocks", 0, 1024,                                       \
                        "Blocks of multi-token prediction, 0 unless given")

/* Parts of the rows: bounds that keep one number sane; hc_model_check() looks at their products. */
#define HC_MODEL_WIDTH_LIMIT_ 16777216.0
#define HC_MODEL_LENGTH_LIMIT_ 1073741824.0
#define HC_MODEL_COUNT_(path_, unit_, minimum_, maximum_, help_)                   \
    {                                                                              \
        .path = path_, .type = HC_KEY_INTEGER, .unit = unit_, .minimum = minimum_, \
        .maximum = maximum_, .help = help_                                         \
    }

/** Reads a shape from a map with the rows above. A public model that is changed has no `source` any more.
 *  @param model  not NULL
 *  @param out    [out] borrows the scenario's texts; checked
 *  @return 0, or -1 with every defect in `error`, unknown names with a "did you mean". */
int hc_model_read(const hc_value *model, hc_model_shape *out, hc_error *error);

#endif
