#include "workloads/catalogue/model_shape.h"

/* A matrix of so many weights multiplies one token. */
static double product(double weights)
{
    return 2 * weights;
}

/* Megatron-LM, num_floating_point_operations(): a third of 6 (h (q + 2 kv) + q h) per layer and token. */
static double projections(const hc_model_shape *s)
{
    double h = s->hidden;
    double n = s->heads;
    double query_key = (double)s->head_size + s->rope_head_size;
    if (s->kv_rank == 0) {
        return product(2 * h * s->head_size * (n + s->kv_heads));
    }
    return product((s->q_rank > 0 ? s->q_rank * (h + n * query_key) : h * n * query_key) +
                   s->kv_rank * (h + n * ((double)s->head_size + s->value_head_size)) +
                   h * s->rope_head_size + n * s->value_head_size * h);
}

/* Scores and their product with the values: 2 x 2 s q with heads of one size. */
static double core(const hc_model_shape *s, uint32_t sequence, hc_attention_count count)
{
    double query_key = (double)s->head_size + s->rope_head_size;
    double value = s->kv_rank > 0 ? s->value_head_size : s->head_size;
    double square = product((double)sequence * s->heads * (query_key + value));
    return count == HC_ATTENTION_CAUSAL ? square / 2 : square;
}

static double feed_forward(const hc_model_shape *s, double width)
{
    return product((s->is_gated ? 3.0 : 2.0) * s->hidden * width);
}

/* Blocks of multi-token prediction are layers like the last one, with a projection from 2 h to h before them, and logits
 * behind them. */
void hc_model_count_flops(const hc_model_shape *shape, uint32_t sequence, hc_attention_count count,
                          hc_model_flops *out)
{
    double h = shape->hidden;
    double mtp = shape->mtp_layers;
    bool is_sparse = hc_model_has_experts(shape, shape->layers - 1);
    double sparse = hc_model_expert_layers(shape) + (is_sparse ? mtp : 0);
    double layers = shape->layers + mtp;
    *out = (hc_model_flops){
        .attention_projections = layers * projections(shape),
        .attention_core = layers * core(shape, sequence, count),
        .dense_ffn = (layers - sparse) * feed_forward(shape, shape->ffn),
        .router = sparse * product(h * shape->experts),
        .experts = sparse * shape->experts_per_token * feed_forward(shape, shape->expert_ffn),
        .shared_experts = sparse * feed_forward(shape, shape->shared_ffn),
        .mtp_projections = mtp * product(2 * h * h),
        .head = (1 + mtp) * product(h * shape->vocabulary),
    };
    out->total = out->attention_projections + out->attention_core + out->dense_ffn + out->router +
                 out->experts + out->shared_experts + out->mtp_projections + out->head;
}
