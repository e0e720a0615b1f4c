#include "workloads/plan/layer_activations.h"

#include "workloads/plan/training_memory.h"

#include <math.h>

/* Widths of one rank, and what a value of them takes. */
typedef struct layer {
    const hc_model_shape *shape;
    const hc_parallel_plan *plan;
    double tokens;      /* of the micro-batch on this rank of context parallelism */
    double shared;      /* of these, on this rank where sequence parallelism cuts */
    double value;       /* bytes */
    double operand;     /* bytes of an input of a matrix product */
    double heads;       /* of this rank; likewise: */
    double query;       /* width of queries and keys of all query heads */
    double key;         /* width of keys */
    double content;     /* width of values */
    double attended;    /* width of what attention gives */
    double rank_tokens; /* that go to experts from this rank */
} layer;

static bool is_wide(const hc_parallel_plan *plan)
{
    return plan->precision == HC_FP32 || plan->precision == HC_TF32;
}

double hc_value_bytes_of(const hc_parallel_plan *plan)
{
    return is_wide(plan) ? 4 : 2;
}

static layer layer_of(const hc_model_shape *s, const hc_parallel_plan *plan)
{
    double kept = 1 - plan->pruned_share;
    layer l = {.shape = s, .plan = plan, .value = hc_value_bytes_of(plan)};
    l.tokens = (double)plan->micro_batch * plan->sequence / plan->cp;
    l.shared = plan->sequence_parallel ? l.tokens / plan->tp : l.tokens;
    l.rank_tokens = l.tokens / plan->tp;
    l.operand = fmin(l.value, hc_precision_bytes(plan->precision));
    l.heads = kept * s->heads / plan->tp;
    if (s->kv_rank > 0) {
        l.query = l.heads * ((double)s->head_size + s->rope_head_size);
        l.key = l.query;
        l.content = l.heads * s->value_head_size;
        l.attended = l.content;
    } else {
        l.query = l.heads * s->head_size;
        l.key = kept * fmax((double)s->kv_heads / plan->tp, 1) * s->head_size;
        l.content = l.key;
        l.attended = l.query;
    }
    return l;
}

double hc_state_bytes(const hc_model_shape *shape, const hc_parallel_plan *plan)
{
    layer l = layer_of(shape, plan);
    return l.value * l.shared * shape->hidden;
}

/* Whether the inputs of the feed-forward matrices are kept: for gradients of weights or of adapters. */
static bool keeps_ffn_inputs(const hc_parallel_plan *plan)
{
    bool has_adapters = plan->tuning == HC_TUNE_LORA || plan->tuning == HC_TUNE_QLORA;
    return !has_adapters || !plan->lora_attention_only;
}

/* Korthikanti et al. 2022, section 4.1, for any widths: inputs of the norm and of the first product, queries, keys,
 * values, what comes out, the mask of dropout. With latent attention the compressed states and their norms as well. */
static double attention_bytes(const layer *l)
{
    double h = l->shape->hidden;
    double q_rank = l->shape->q_rank;
    double kv_rank = l->shape->kv_rank;
    double bytes = l->shared * h * (l->value + l->operand + (l->plan->has_dropout ? 1 : 0));
    bytes += l->shared * (q_rank + kv_rank) * (l->value + l->operand);
    bytes += l->shared * l->shape->rope_head_size * l->value;
    bytes += l->tokens * (l->query + l->key + l->content) * l->value;
    bytes += l->tokens * l->attended * l->operand;
    /* The core keeps its own result too when the next product reads it in another format, or from other ranks. */
    if (l->operand < l->value) {
        bytes += l->tokens * l->attended * l->value;
    }
    if (l->plan->cp > 1 && l->plan->context == HC_CONTEXT_ALL_TO_ALL) {
        bytes += l->tokens * l->attended * l->value;
    }
    return bytes;
}

/* What selective recomputation drops: scores, their mask and what it leaves of them (5 a s^2 b); with FlashAttention one
 * logarithm for each token and head. */
static double core_bytes(const layer *l)
{
    double scores = l->tokens * l->heads * l->plan->sequence;
    if (l->plan->has_fused_attention) {
        return 4 * l->tokens * l->heads;
    }
    return scores * (l->plan->has_dropout ? 2 * l->value + 1 : l->value);
}

/* What a feed-forward part of some width keeps for each token behind its input. */
static double width_bytes(const layer *l, double width)
{
    double before = (l->shape->is_gated ? 2 : 1) * l->value;
    return (1 - l->plan->pruned_share) * width *
           (before + (keeps_ffn_inputs(l->plan) ? l->operand : 0));
}

static double feed_forward_input_bytes(const layer *l)
{
    double h = l->shape->hidden;
    double input = keeps_ffn_inputs(l->plan) ? l->operand : 0;
    return l->shared * h * (l->value + input + (l->plan->has_dropout ? 1 : 0));
}

/* Tokens that the fullest rank of experts gets. It gets as many as it sends on average, however many ranks share them. */
static double routed_tokens(const layer *l)
{
    return l->rank_tokens * l->shape->experts_per_token *
           hc_parallel_plan_expert_imbalance(l->plan, l->shape);
}

/* Each routed token with its own input, logits and probabilities of the router in 4 bytes. */
static double expert_bytes(const layer *l)
{
    const hc_model_shape *s = l->shape;
    double routed = routed_tokens(l);
    double input = keeps_ffn_inputs(l->plan) ? l->operand : 0;
    return routed * (s->hidden * input + width_bytes(l, s->expert_ffn)) +
           l->tokens / l->plan->tp * width_bytes(l, s->shared_ffn) + 8 * l->shared * s->experts;
}

static double gradient_bytes(const layer *l, bool has_experts)
{
    const hc_model_shape *s = l->shape;
    return has_experts ? routed_tokens(l) * width_bytes(l, s->expert_ffn)
                       : l->tokens / l->plan->tp * width_bytes(l, s->ffn);
}

/* Keys and values on their way round the ring, or of all ranks, with their gradients. */
static double context_bytes(const layer *l)
{
    double pair = l->value * l->tokens * (l->key + l->content);
    if (l->plan->cp == 1 || l->plan->context == HC_CONTEXT_ALL_TO_ALL) {
        return 0;
    }
    return l->plan->context == HC_CONTEXT_RING ? 2 * pair : 2 * l->plan->cp * pair;
}

void hc_layer_activations_count(const hc_model_shape *shape, const hc_parallel_plan *plan,
                                bool has_experts, hc_layer_activations *out)
{
    layer l = layer_of(shape, plan);
    double core = core_bytes(&l);
    double rest = attention_bytes(&l) + feed_forward_input_bytes(&l);
    rest += has_experts ? expert_bytes(&l) : l.tokens / plan->tp * width_bytes(&l, shape->ffn);
    out->whole = rest + core;
    out->kept = plan->recompute == HC_RECOMPUTE_NONE ? rest + core : rest;
    if (plan->recompute == HC_RECOMPUTE_FULL) {
        out->kept = l.value * l.shared * shape->hidden;
    }
    out->gradient = gradient_bytes(&l, has_experts);
    out->exchange = context_bytes(&l);
    out->dispatch =
        has_experts && plan->ep > 1 ? 2 * l.value * routed_tokens(&l) * shape->hidden : 0;
}

double hc_training_memory_of_layer(const hc_model_shape *shape, const hc_parallel_plan *plan,
                                   bool has_experts)
{
    hc_layer_activations bytes;
    hc_layer_activations_count(shape, plan, has_experts, &bytes);
    return bytes.kept;
}

/* Logits stay in 16 bits, their gradients in their place; a loss that is not fused keeps them in 4 bytes as well. */
double hc_head_activations(const hc_model_shape *shape, const hc_parallel_plan *plan)
{
    layer l = layer_of(shape, plan);
    double logits = l.tokens * shape->vocabulary / plan->tp;
    double state = l.shared * shape->hidden;
    double once =
        state * (2 * l.value + l.operand) + logits * (l.value + (plan->has_fused_loss ? 0 : 4));
    return once * (1.0 + shape->mtp_layers);
}
