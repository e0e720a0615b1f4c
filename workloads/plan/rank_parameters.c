#include "workloads/plan/rank_parameters.h"

#include <math.h>

/* Widths of one rank after tensor parallelism and pruning. */
typedef struct widths {
    double hidden;
    double kept; /* share of heads and widths that pruning leaves */
    double tp;
    double rank; /* of LoRA, 0 without */
    double rank_ffn;
} widths;

static widths widths_of(const hc_model_shape *shape, const hc_parallel_plan *plan)
{
    return (widths){
        .hidden = shape->hidden,
        .kept = 1 - plan->pruned_share,
        .tp = plan->tp,
        .rank = plan->lora_rank,
        .rank_ffn = plan->lora_attention_only ? 0 : plan->lora_rank,
    };
}

/* Layers without experts, which come first. */
static uint32_t layers_before_experts(const hc_model_shape *shape)
{
    return shape->experts > 0 && shape->dense_layers < shape->layers ? shape->dense_layers
                                                                     : shape->layers;
}

static double norm_of(const hc_model_shape *shape)
{
    return (shape->has_layer_norm ? 2.0 : 1.0) * shape->hidden;
}

/* Adapters of a matrix: r (in + out), Hu et al. 2021 (arXiv:2106.09685). */
static double adapter(double rank, double in, double out)
{
    return rank * (in + out);
}

static void add_heads(const hc_model_shape *s, const widths *w, hc_rank_parameters *out)
{
    double q = w->kept * s->heads * s->head_size / w->tp;
    double kv = w->kept * fmax(s->kv_heads / w->tp, 1) * s->head_size;
    out->linear += 2 * w->hidden * (q + kv);
    out->vectors += s->has_biases ? q + 2 * kv + w->hidden : 0;
    out->adapters += 2 * adapter(w->rank, w->hidden, q) + 2 * adapter(w->rank, w->hidden, kv);
}

/* DeepSeek-V2 (arXiv:2405.04434, section 2.1). */
static void add_latent_heads(const hc_model_shape *s, const widths *w, hc_rank_parameters *out)
{
    double heads = w->kept * s->heads / w->tp;
    double query = heads * ((double)s->head_size + s->rope_head_size);
    double key_value = heads * ((double)s->head_size + s->value_head_size);
    double value = heads * s->value_head_size;
    double from = s->q_rank > 0 ? s->q_rank : w->hidden;
    double down = (double)s->kv_rank + s->rope_head_size;
    out->linear +=
        from * query + w->hidden * (s->q_rank + down) + s->kv_rank * key_value + value * w->hidden;
    out->vectors += (double)s->q_rank + s->kv_rank;
    out->adapters += adapter(w->rank, from, query) + adapter(w->rank, w->hidden, down) +
                     adapter(w->rank, s->kv_rank, key_value) + adapter(w->rank, value, w->hidden);
    out->adapters += s->q_rank > 0 ? adapter(w->rank, w->hidden, s->q_rank) : 0;
}

static double matrices_of(const hc_model_shape *s)
{
    return s->is_gated ? 3 : 2;
}

static void add_feed_forward(const hc_model_shape *s, const widths *w, double width,
                             hc_rank_parameters *out)
{
    double f = w->kept * width / w->tp;
    double m = matrices_of(s);
    out->linear += m * w->hidden * f;
    out->vectors += s->has_biases && width > 0 ? (m - 1) * f + w->hidden : 0;
    out->adapters += f > 0 ? m * adapter(w->rank_ffn, w->hidden, f) : 0;
}

static void add_experts(const hc_model_shape *s, const hc_parallel_plan *plan, const widths *w,
                        hc_rank_parameters *out)
{
    double count = (double)s->experts / plan->ep;
    double f = w->kept * s->expert_ffn;
    double m = matrices_of(s);
    add_feed_forward(s, w, s->shared_ffn, out);
    out->linear += w->hidden * s->experts;
    out->vectors += s->has_biases ? s->experts : 0;
    out->experts += count * (m * w->hidden * f + (s->has_biases ? (m - 1) * f + w->hidden : 0));
    out->expert_adapters += count * m * adapter(w->rank_ffn, w->hidden, f);
}

static void add_attention(const hc_model_shape *shape, const widths *w, hc_rank_parameters *out)
{
    if (shape->kv_rank > 0) {
        add_latent_heads(shape, w, out);
    } else {
        add_heads(shape, w, out);
    }
}

static void count_layer(const hc_model_shape *shape, const hc_parallel_plan *plan, bool has_experts,
                        hc_rank_parameters *out)
{
    widths w = widths_of(shape, plan);
    *out = (hc_rank_parameters){.vectors = 2 * norm_of(shape)};
    add_attention(shape, &w, out);
    if (has_experts) {
        add_experts(shape, plan, &w, out);
    } else {
        add_feed_forward(shape, &w, shape->ffn, out);
    }
}

static void add(hc_rank_parameters *out, const hc_rank_parameters *layer, double count)
{
    out->tables += count * layer->tables;
    out->linear += count * layer->linear;
    out->vectors += count * layer->vectors;
    out->experts += count * layer->experts;
    out->adapters += count * layer->adapters;
    out->expert_adapters += count * layer->expert_adapters;
}

/* Blocks of multi-token prediction: a layer like the last one, a projection of two states to one, three norms
 * (DeepSeek-V3, arXiv:2412.19437, section 2.2). */
static void add_prediction(const hc_model_shape *s, const hc_parallel_plan *plan,
                           const hc_rank_parameters *last, hc_rank_parameters *out)
{
    hc_rank_parameters block = *last;
    block.linear += 2.0 * s->hidden * s->hidden / plan->tp;
    block.vectors += 3 * norm_of(s);
    add(out, &block, s->mtp_layers);
}

void hc_rank_parts_count(const hc_model_shape *shape, const hc_parallel_plan *plan,
                         hc_rank_parts *out)
{
    bool has_sparse = layers_before_experts(shape) < shape->layers;
    double table = (double)shape->hidden * shape->vocabulary / plan->tp;
    widths w = widths_of(shape, plan);
    hc_rank_parameters attention = {0};
    *out = (hc_rank_parts){.start = {.tables = table}, .end = {.vectors = norm_of(shape)}};
    count_layer(shape, plan, false, &out->dense);
    add_attention(shape, &w, &attention);
    out->attention = attention.linear;
    if (has_sparse) {
        out->expert = matrices_of(shape) * shape->hidden * w.kept * shape->expert_ffn;
        count_layer(shape, plan, true, &out->sparse);
    }
    out->start.tables += shape->has_positions ? (double)shape->hidden * shape->sequence : 0;
    out->end.tables = shape->is_tied && plan->pp == 1 ? 0 : table;
    add_prediction(shape, plan, has_sparse ? &out->sparse : &out->dense, &out->end);
}

static uint32_t first_layer(const hc_model_shape *shape, const hc_parallel_plan *plan,
                            uint32_t stage)
{
    uint32_t more = shape->layers % plan->pp;
    uint32_t first = 0;
    if (plan->stage_layers == NULL) {
        return stage * (shape->layers / plan->pp) + (stage < more ? stage : more);
    }
    for (uint32_t i = 0; i < stage; i++) {
        first += plan->stage_layers[i];
    }
    return first;
}

/* Of the layers first .. end-1, those before a limit. */
static uint32_t count_before(uint32_t first, uint32_t end, uint32_t limit)
{
    if (limit <= first) {
        return 0;
    }
    return (limit < end ? limit : end) - first;
}

hc_stage_layers hc_stage_layers_count(const hc_model_shape *shape, const hc_parallel_plan *plan,
                                      uint32_t stage)
{
    uint32_t first = first_layer(shape, plan, stage);
    uint32_t end = first + hc_parallel_plan_stage_layers(plan, shape, stage);
    uint32_t dense_end = layers_before_experts(shape);
    uint32_t frozen_end =
        plan->tuning == HC_TUNE_PARTIAL ? shape->layers - plan->trained_layers : 0;
    uint32_t start = first + count_before(first, end, frozen_end);
    hc_stage_layers layers = {.dense = count_before(first, end, dense_end)};
    layers.sparse = end - first - layers.dense;
    layers.trained_dense = count_before(start, end, dense_end);
    layers.trained_sparse = end - start - layers.trained_dense;
    return layers;
}

void hc_rank_parameters_of_stage(const hc_rank_parts *parts, const hc_stage_layers *layers,
                                 const hc_parallel_plan *plan, uint32_t stage,
                                 hc_rank_parameters *out)
{
    *out = (hc_rank_parameters){0};
    add(out, &parts->dense, layers->dense);
    add(out, &parts->sparse, layers->sparse);
    add(out, &parts->start, stage == 0 ? 1 : 0);
    add(out, &parts->end, stage == plan->pp - 1 ? 1 : 0);
}

void hc_rank_parameters_trained(const hc_rank_parts *parts, const hc_stage_layers *layers,
                                const hc_parallel_plan *plan, uint32_t stage,
                                hc_rank_parameters *out)
{
    if (plan->tuning == HC_TUNE_PARTIAL) {
        *out = (hc_rank_parameters){0};
        add(out, &parts->dense, layers->trained_dense);
        add(out, &parts->sparse, layers->trained_sparse);
        add(out, &parts->end, stage == plan->pp - 1 ? 1 : 0);
        /* A tied head on the only stage is the embedding. */
        out->tables += stage == plan->pp - 1 && parts->end.tables == 0 ? parts->start.tables : 0;
        return;
    }
    hc_rank_parameters_of_stage(parts, layers, plan, stage, out);
    if (plan->tuning != HC_TUNE_FULL) {
        *out = (hc_rank_parameters){.adapters = out->adapters,
                                    .expert_adapters = out->expert_adapters};
    }
}
