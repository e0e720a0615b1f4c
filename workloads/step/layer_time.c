#include "workloads/step/layer_time.h"

#include <math.h>

/* Bytes of a value outside of the linear layers: activations and gradients of activations. */
static const double HALF = 2;

/* Speed-up of a product whose weights are 2:4 sparse, as measured for linear layers of ViT-L (PyTorch, "Accelerating
 * neural network training with semi-structured sparsity", 2024); the units' paper figure is 2. */
static const double SPARSE_SPEEDUP = 1.3;

static double value_of(const hc_layer_setting *setting, hc_efficiency_parameter parameter)
{
    return setting->step->efficiency->values[parameter];
}

static double larger(double a, double b)
{
    return a > b ? a : b;
}

double hc_layer_peak_flops(const hc_accelerator *accelerator, hc_precision precision)
{
    const double *peak = accelerator->flops;
    bool is_16_bit = precision == HC_FP16 || precision == HC_BF16 || precision == HC_INT4;
    if (!is_16_bit && peak[precision] > 0) {
        return peak[precision];
    }
    double half = larger(peak[HC_BF16], peak[HC_FP16]);
    bool is_32_bit = precision == HC_FP32 || precision == HC_TF32;
    return half > 0 && !is_32_bit ? half : peak[HC_FP32];
}

/* What large products reach. A format that the units do not offer is multiplied in the next wider one. */
static double product_rate(const hc_step_setting *step, hc_precision precision)
{
    const double *share = step->efficiency->values;
    double rate = hc_layer_peak_flops(step->accelerator, precision);
    bool is_offered = step->accelerator->flops[precision] > 0;
    if (is_offered && (precision == HC_FP8 || precision == HC_MXFP8 || precision == HC_INT8)) {
        return rate * share[HC_EFF_GEMM_8BIT];
    }
    return rate * share[is_offered && precision == HC_FP4 ? HC_EFF_GEMM_4BIT : HC_EFF_GEMM];
}

hc_layer_setting hc_layer_setting_of(const hc_step_setting *step)
{
    const hc_parallel_plan *plan = step->plan;
    double tokens = (double)plan->micro_batch * plan->sequence / plan->cp;
    hc_precision half =
        plan->precision == HC_FP32 || plan->precision == HC_TF32 ? plan->precision : HC_BF16;
    bool is_kept_only = plan->precision == HC_INT4;
    return (hc_layer_setting){
        .step = step,
        .tokens = tokens,
        .rank_tokens = plan->sequence_parallel ? tokens / plan->tp : tokens,
        .linear_flops_per_second = product_rate(step, plan->precision),
        .half_flops_per_second = product_rate(step, half),
        .bytes_per_second =
            step->accelerator->memory_bytes_per_second * step->efficiency->values[HC_EFF_MEMORY],
        .linear_bytes = is_kept_only ? HALF : hc_precision_bytes(plan->precision),
        .kept = 1 - plan->pruned_share,
    };
}

/* What multiplies an M x K with a K x N matrix. Time of the units and time of memory add like the sides of a right
 * angle: neither hides the other entirely where both count (fitted on layer products of A100 and H100, docs/models.md). */
double hc_layer_product_seconds(const hc_layer_setting *setting, double rate, double bytes,
                                double m, double n, double k)
{
    double compute = 2 * m * n * k / rate;
    double memory = (bytes * (m * k + k * n) + HALF * m * n) / setting->bytes_per_second;
    return sqrt(compute * compute + memory * memory) + value_of(setting, HC_EFF_GEMM_SECONDS);
}

/* A linear layer joins a pass: its product, the casts of what goes in, and the traffic of weights that are kept in fewer
 * bits than they are multiplied in. */
static void add_linear(const hc_layer_setting *setting, hc_pass_time *pass, double n, double k)
{
    const hc_parallel_plan *plan = setting->step->plan;
    double m = setting->tokens;
    double rate = setting->linear_flops_per_second;
    pass->gemm +=
        hc_layer_product_seconds(setting, plan->is_sparse_2to4 ? rate * SPARSE_SPEEDUP : rate,
                                 setting->linear_bytes, m, n, k);
    pass->gemm_flops += 2 * m * n * k;
    if (setting->linear_bytes < HALF) { /* read, write it as it is and transposed */
        pass->memory += m * k * (HALF + 2 * setting->linear_bytes) / setting->bytes_per_second;
    }
    if (plan->tuning == HC_TUNE_QLORA) {
        pass->memory += n * k * (hc_precision_bytes(HC_INT4) + HALF) / setting->bytes_per_second;
    }
}

/* Projections around multi-head latent attention: those into the latent space are on every tensor-parallel rank. */
static void add_latent_projections(const hc_layer_setting *setting, hc_pass_time *pass)
{
    const hc_model_shape *shape = setting->step->shape;
    double h = shape->hidden;
    double heads = setting->kept * shape->heads / setting->step->plan->tp;
    double query = (double)shape->head_size + shape->rope_head_size;
    if (shape->q_rank > 0) {
        add_linear(setting, pass, shape->q_rank, h);
        add_linear(setting, pass, heads * query, shape->q_rank);
    } else {
        add_linear(setting, pass, heads * query, h);
    }
    add_linear(setting, pass, (double)shape->kv_rank + shape->rope_head_size, h);
    add_linear(setting, pass, heads * ((double)shape->head_size + shape->value_head_size),
               shape->kv_rank);
    add_linear(setting, pass, h, heads * shape->value_head_size);
}

/* Key and value heads are repeated where there are fewer than ranks. */
static double kv_heads_of_rank(const hc_layer_setting *setting)
{
    return larger(1, setting->kept * setting->step->shape->kv_heads / setting->step->plan->tp);
}

static void add_projections(const hc_layer_setting *setting, hc_pass_time *pass)
{
    const hc_model_shape *shape = setting->step->shape;
    if (shape->kv_rank > 0) {
        add_latent_projections(setting, pass);
        return;
    }
    double query = setting->kept * shape->heads / setting->step->plan->tp * shape->head_size;
    double keys = kv_heads_of_rank(setting) * shape->head_size;
    add_linear(setting, pass, query + 2 * keys, shape->hidden);
    add_linear(setting, pass, shape->hidden, query);
    pass->memory += setting->tokens * HALF * 2 * (query + 2 * keys) /
                    setting->bytes_per_second; /* biases, rotary embedding */
}

/* Scores are never written: half of the square, and the queries, keys, values and outputs once (FlashAttention). */
static void add_fused_core(const hc_layer_setting *setting, hc_layer_time *layer)
{
    const hc_model_shape *shape = setting->step->shape;
    const hc_parallel_plan *plan = setting->step->plan;
    double heads = setting->kept * shape->heads / plan->tp;
    double query = (double)shape->head_size + shape->rope_head_size;
    double value = shape->kv_rank > 0 ? shape->value_head_size : shape->head_size;
    double flops = setting->tokens * plan->sequence * heads * (query + value);
    double rate = setting->half_flops_per_second / value_of(setting, HC_EFF_GEMM) *
                  value_of(setting, HC_EFF_ATTENTION);
    double bytes = setting->tokens * HALF * 2 * heads * (query + value);
    double compute = flops / rate;
    double memory = bytes / setting->bytes_per_second;
    layer->forward.attention += sqrt(compute * compute + memory * memory);
    layer->forward.attention_flops += flops;
    /* five products instead of two: scores are computed again */
    layer->backward.attention += 2.5 * sqrt(compute * compute + memory * memory);
    layer->backward.attention_flops += 2.5 * flops;
}

/* Scores are written, scaled, masked, normalised, dropped and read: the whole square, in 16 bits. */
static void add_unfused_core(const hc_layer_setting *setting, hc_layer_time *layer)
{
    const hc_model_shape *shape = setting->step->shape;
    const hc_parallel_plan *plan = setting->step->plan;
    double heads = setting->kept * shape->heads / plan->tp;
    double query = (double)shape->head_size + shape->rope_head_size;
    double value = shape->kv_rank > 0 ? shape->value_head_size : shape->head_size;
    double squares = setting->tokens * plan->sequence * heads;
    double flops = 2 * squares * (query + value);
    double rate = setting->half_flops_per_second / value_of(setting, HC_EFF_GEMM) *
                  value_of(setting, HC_EFF_BATCHED);
    double seconds = flops / rate + HALF * squares * value_of(setting, HC_EFF_SCORE_PASSES) /
                                        setting->bytes_per_second;
    layer->forward.attention += seconds;
    layer->forward.attention_flops += flops;
    layer->backward.attention += 2 * seconds;
    layer->backward.attention_flops += 2 * flops;
}

/* A plain feed-forward part of that width: up (and gate), activation, down. */
static void add_feed_forward(const hc_layer_setting *setting, hc_pass_time *pass, double width)
{
    double of_rank = setting->kept * width / setting->step->plan->tp;
    double h = setting->step->shape->hidden;
    double parts = setting->step->shape->is_gated ? 2 : 1;
    add_linear(setting, pass, parts * of_rank, h);
    add_linear(setting, pass, h, of_rank);
    pass->memory += setting->tokens * HALF * (parts + 1) * of_rank / setting->bytes_per_second;
}

/* Routed experts of a rank: one grouped product for each matrix; every local expert's weights are read. Tokens come from
 * all ranks of the group and are as many as this rank sends. */
static void add_experts(const hc_layer_setting *setting, hc_pass_time *pass)
{
    const hc_model_shape *shape = setting->step->shape;
    const hc_parallel_plan *plan = setting->step->plan;
    double local = (double)shape->experts / plan->ep;
    double copies = setting->tokens / plan->tp * shape->experts_per_token;
    if (plan->capacity_factor > 0 && plan->capacity_factor < 1) {
        copies *= plan->capacity_factor;
    }
    double h = shape->hidden;
    double width = setting->kept * shape->expert_ffn;
    double matrices = shape->is_gated ? 3 : 2;
    double rate = setting->linear_flops_per_second * value_of(setting, HC_EFF_GROUPED);
    double flops = 2 * copies * matrices * h * width;
    double compute = flops / rate;
    double traffic = setting->linear_bytes * local * matrices * h * width +
                     copies * HALF * (2 * h + matrices * width);
    double memory = traffic / setting->bytes_per_second;
    double seconds =
        sqrt(compute * compute + memory * memory) + 2 * value_of(setting, HC_EFF_GEMM_SECONDS);
    pass->gemm += seconds;
    pass->expert_gemm += compute;
    pass->gemm_flops += flops;
    pass->memory += copies * HALF * (value_of(setting, HC_EFF_DISPATCH) * h + matrices * width) /
                    setting->bytes_per_second;
    if (setting->linear_bytes < HALF) {
        pass->memory +=
            copies * (h + width) * (HALF + 2 * setting->linear_bytes) / setting->bytes_per_second;
    }
}

static void add_mixture(const hc_layer_setting *setting, hc_pass_time *pass)
{
    const hc_model_shape *shape = setting->step->shape;
    double router = setting->rank_tokens * shape->experts;
    pass->gemm += 2 * router * shape->hidden / setting->half_flops_per_second +
                  value_of(setting, HC_EFF_GEMM_SECONDS);
    pass->gemm_flops += 2 * router * shape->hidden;
    pass->memory += router * 4 * 6 / setting->bytes_per_second; /* scores, top-k, in fp32 */
    add_experts(setting, pass);
    if (shape->shared_ffn > 0) {
        add_feed_forward(setting, pass, shape->shared_ffn);
    }
}

/* Two norms (read, write) and two residuals with dropout (read two, write one). */
static double norm_seconds(const hc_layer_setting *setting)
{
    return setting->rank_tokens * HALF * 10 * setting->step->shape->hidden /
           setting->bytes_per_second;
}

/* Gradients: of what went in, and of the weights where they are trained. */
static void add_backward(const hc_layer_setting *setting, hc_layer_time *layer)
{
    hc_tuning tuning = setting->step->plan->tuning;
    double products = tuning == HC_TUNE_LORA || tuning == HC_TUNE_QLORA ? 1 : 2;
    const hc_pass_time *forward = &layer->forward;
    layer->backward.gemm += products * forward->gemm;
    layer->backward.expert_gemm += products * forward->expert_gemm;
    layer->backward.gemm_flops += products * forward->gemm_flops;
    layer->backward.memory += 2 * forward->memory;
}

/* Adapters: two thin products beside each adapted matrix, trained. */
static void add_adapters(const hc_layer_setting *setting, hc_layer_time *layer)
{
    const hc_model_shape *shape = setting->step->shape;
    const hc_parallel_plan *plan = setting->step->plan;
    double tp = plan->tp;
    double r = plan->lora_rank;
    double query = (double)shape->heads * shape->head_size / tp;
    hc_pass_time thin = {0};
    add_linear(setting, &thin, r, shape->hidden);
    add_linear(setting, &thin, query, r);
    add_linear(setting, &thin, r, query);
    add_linear(setting, &thin, shape->hidden, r);
    if (!plan->lora_attention_only && shape->ffn > 0) {
        double width = shape->ffn / tp;
        add_linear(setting, &thin, r, shape->hidden);
        add_linear(setting, &thin, width, r);
        add_linear(setting, &thin, r, width);
        add_linear(setting, &thin, shape->hidden, r);
    }
    layer->forward.gemm += thin.gemm;
    layer->forward.gemm_flops += thin.gemm_flops;
    layer->backward.gemm += 2 * thin.gemm;
    layer->backward.gemm_flops += 2 * thin.gemm_flops;
}

hc_layer_time hc_layer_time_of(const hc_layer_setting *setting, bool has_experts)
{
    const hc_parallel_plan *plan = setting->step->plan;
    hc_layer_time layer = {0};
    add_projections(setting, &layer.forward);
    if (has_experts) {
        add_mixture(setting, &layer.forward);
    } else {
        add_feed_forward(setting, &layer.forward, setting->step->shape->ffn);
    }
    layer.forward.memory += norm_seconds(setting);
    add_backward(setting, &layer);
    if (plan->has_fused_attention) {
        add_fused_core(setting, &layer);
    } else {
        add_unfused_core(setting, &layer);
    }
    if (plan->tuning == HC_TUNE_LORA || plan->tuning == HC_TUNE_QLORA) {
        add_adapters(setting, &layer);
    }
    return layer;
}

double hc_head_time(const hc_layer_setting *setting, double *memory, double *flops)
{
    const hc_model_shape *shape = setting->step->shape;
    double m = setting->tokens;
    double n = (double)shape->vocabulary / setting->step->plan->tp;
    hc_tuning tuning = setting->step->plan->tuning;
    double products = tuning == HC_TUNE_LORA || tuning == HC_TUNE_QLORA ? 2 : 3;
    double heads = 1 + (double)shape->mtp_layers;
    *flops = heads * products * 2 * m * n * shape->hidden;
    *memory =
        heads * m * n * 4 * value_of(setting, HC_EFF_LOGIT_PASSES) / setting->bytes_per_second;
    return heads * products *
           hc_layer_product_seconds(setting, setting->half_flops_per_second, HALF, m, n,
                                    shape->hidden);
}
