#include "workloads/catalogue/model_shape.h"

/* Largest number up to which a double counts every parameter. */
#define COUNT_LIMIT 9007199254740992.0

bool hc_model_has_experts(const hc_model_shape *shape, uint32_t layer)
{
    return shape->experts > 0 && layer >= shape->dense_layers;
}

uint32_t hc_model_expert_layers(const hc_model_shape *shape)
{
    return shape->experts > 0 ? shape->layers - shape->dense_layers : 0;
}

/* LayerNorm has a weight and a bias of each channel, RMSNorm a weight. */
static double norm(const hc_model_shape *s)
{
    return (s->has_layer_norm ? 2.0 : 1.0) * s->hidden;
}

/* Megatron-LM, theoretical_memory_usage.py: 2 h (q + kv), with q = heads x head size, kv likewise. */
static double multi_head_attention(const hc_model_shape *s)
{
    double q = (double)s->heads * s->head_size;
    double kv = (double)s->kv_heads * s->head_size;
    double biases = s->has_biases ? q + 2 * kv + s->hidden : 0;
    return 2.0 * s->hidden * (q + kv) + biases;
}

/* The same file and DeepSeek-V2 (arXiv:2405.04434, section 2.1): down to the ranks, a norm there, up again. */
static double latent_attention(const hc_model_shape *s)
{
    double h = s->hidden;
    double n = s->heads;
    double query_key = (double)s->head_size + s->rope_head_size;
    double queries = s->q_rank > 0 ? s->q_rank * (h + n * query_key + 1) : h * n * query_key;
    double keys_values = s->kv_rank * (h + n * ((double)s->head_size + s->value_head_size) + 1);
    return queries + keys_values + h * s->rope_head_size + n * s->value_head_size * h;
}

static double attention(const hc_model_shape *s)
{
    return (s->kv_rank > 0 ? latent_attention(s) : multi_head_attention(s)) + 2 * norm(s);
}

static double feed_forward(const hc_model_shape *s, double width)
{
    double matrices = s->is_gated ? 3 : 2;
    double biases = s->has_biases && width > 0 ? (matrices - 1) * width + s->hidden : 0;
    return matrices * s->hidden * width + biases;
}

/* A block of multi-token prediction: norms of the state and of the next token's embedding, a projection of both to one
 * state, a layer like the last one, a final norm (DeepSeek-V3, arXiv:2412.19437, section 2.2). It shares embedding and
 * head with the model. */
static double prediction_block(const hc_model_shape *s, const hc_model_parameters *p,
                               bool is_active)
{
    double h = s->hidden;
    double routed = is_active ? s->experts_per_token : s->experts;
    double ffn = hc_model_has_experts(s, s->layers - 1)
                     ? p->router + p->shared_experts + routed * p->expert
                     : p->dense_ffn;
    return p->attention + ffn + 2 * h * h + 3 * norm(s);
}

void hc_model_count_parameters(const hc_model_shape *shape, hc_model_parameters *out)
{
    double h = shape->hidden;
    double sparse = hc_model_expert_layers(shape);
    double dense = shape->layers - sparse;
    double common = 0;
    *out = (hc_model_parameters){
        .embedding = h * shape->vocabulary,
        .positions = shape->has_positions ? h * shape->sequence : 0,
        .head = shape->is_tied ? 0 : h * shape->vocabulary,
        .attention = attention(shape),
        .dense_ffn = feed_forward(shape, shape->ffn),
        .router = (h + (shape->has_biases ? 1 : 0)) * shape->experts,
        .expert = feed_forward(shape, shape->expert_ffn),
        .shared_experts = feed_forward(shape, shape->shared_ffn),
        .final_norm = norm(shape),
    };
    out->mtp = shape->mtp_layers * prediction_block(shape, out, false);
    common = out->embedding + out->positions + out->head + out->final_norm +
             shape->layers * out->attention + dense * out->dense_ffn +
             sparse * (out->router + out->shared_experts);
    out->total = common + sparse * shape->experts * out->expert + out->mtp;
    out->active = common + sparse * shape->experts_per_token * out->expert;
}

/* What a shape says wrong, one message each. */
typedef struct complaints {
    const hc_model_shape *shape;
    hc_error *error;
    int status;
} complaints;

static void complain(complaints *c, const char *what)
{
    c->status = hc_error_set(c->error, HC_ERROR_USAGE, "%s: %s", c->shape->name, what);
}

static void require(complaints *c, const char *key, uint32_t value)
{
    if (value == 0) {
        c->status = hc_error_set(c->error, HC_ERROR_USAGE, "%s: %s: expected at least 1, got 0",
                                 c->shape->name, key);
    }
}

static void check_sizes(complaints *c)
{
    const hc_model_shape *s = c->shape;
    require(c, "layers", s->layers);
    require(c, "hidden", s->hidden);
    require(c, "heads", s->heads);
    require(c, "kv_heads", s->kv_heads);
    require(c, "head_size", s->head_size);
    require(c, "vocabulary", s->vocabulary);
    require(c, "sequence", s->sequence);
    if (s->kv_heads > 0 && s->heads % s->kv_heads != 0) {
        c->status = hc_error_set(
            c->error, HC_ERROR_USAGE,
            "%s: heads %u is no multiple of kv_heads %u: each key head serves as many query heads",
            s->name, s->heads, s->kv_heads);
    }
}

static void check_latent(complaints *c)
{
    const hc_model_shape *s = c->shape;
    if (s->kv_rank > 0) {
        require(c, "mla.rope_head_size", s->rope_head_size);
        require(c, "mla.value_head_size", s->value_head_size);
    } else if (s->q_rank > 0 || s->rope_head_size > 0 || s->value_head_size > 0) {
        complain(c, "mla.kv_rank: expected at least 1 with other keys of mla, got 0");
    }
}

static void check_experts(complaints *c)
{
    const hc_model_shape *s = c->shape;
    require(c, "moe.per_token", s->experts_per_token);
    require(c, "moe.ffn", s->expert_ffn);
    if (s->experts_per_token > s->experts) {
        c->status = hc_error_set(c->error, HC_ERROR_USAGE,
                                 "%s: moe.per_token: expected at most the %u experts, got %u",
                                 s->name, s->experts, s->experts_per_token);
    }
    if (s->layers > 0 && s->dense_layers >= s->layers) {
        c->status = hc_error_set(c->error, HC_ERROR_USAGE,
                                 "%s: moe.dense_layers: expected less than the %u layers, got %u",
                                 s->name, s->layers, s->dense_layers);
    }
    if (s->dense_layers > 0 && s->ffn == 0) {
        complain(c, "ffn: expected at least 1 with moe.dense_layers, got 0");
    }
    if (s->dense_layers == 0 && s->ffn > 0) {
        c->status =
            hc_error_set(c->error, HC_ERROR_USAGE,
                         "%s: ffn: %u, but all layers have experts: their width is moe.ffn, "
                         "or moe.dense_layers must say which ones have none",
                         s->name, s->ffn);
    }
}

static void check_dense(complaints *c)
{
    const hc_model_shape *s = c->shape;
    require(c, "ffn", s->ffn);
    if (s->experts_per_token > 0 || s->expert_ffn > 0 || s->shared_ffn > 0 || s->dense_layers > 0) {
        complain(c, "moe.experts: expected at least 1 with other keys of moe, got 0");
    }
}

/* Sums are exact below the limit; the square of a long sequence must stay there as well. */
static void check_products(complaints *c)
{
    const hc_model_shape *s = c->shape;
    hc_model_parameters parameters = {.total = 0};
    hc_model_flops flops = {.total = 0};
    hc_model_count_parameters(s, &parameters);
    hc_model_count_flops(s, s->sequence, HC_ATTENTION_FULL, &flops);
    if (parameters.total > COUNT_LIMIT) {
        c->status =
            hc_error_set(c->error, HC_ERROR_USAGE, "%s: expected at most 2^53 parameters, got %.3g",
                         s->name, parameters.total);
    }
    if (flops.attention_core > COUNT_LIMIT) {
        c->status = hc_error_set(
            c->error, HC_ERROR_USAGE,
            "%s: sequence: expected at most 2^53 operations of attention per token, got %.3g",
            s->name, flops.attention_core);
    }
}

int hc_model_check(const hc_model_shape *shape, hc_error *error)
{
    complaints c = {.shape = shape, .error = error};
    check_sizes(&c);
    check_latent(&c);
    if (shape->experts > 0) {
        check_experts(&c);
    } else {
        check_dense(&c);
    }
    if (c.status == 0) {
        check_products(&c);
    }
    return c.status;
}
