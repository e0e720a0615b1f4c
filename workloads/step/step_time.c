#include "workloads/step/step_time.h"

#include "workloads/step/step_state.h"

/* Activations that go to the host and come back, as far as compute does not hide it: 34 bytes per token and width
 * (Korthikanti et al. 2022), each way. */
static void add_offloaded_activations(const hc_step_state *state, hc_step_time *out)
{
    const hc_step_setting *setting = state->setting;
    const hc_parallel_plan *plan = setting->plan;
    double layers = (double)setting->shape->layers / plan->pp;
    double kept = plan->recompute == HC_RECOMPUTE_FULL ? 2 : 34;
    double bytes = 2 * kept * state->layer.rank_tokens * setting->shape->hidden * layers;
    double seconds = bytes / setting->accelerator->host_bytes_per_second;
    out->parts[HC_STEP_OFFLOAD] +=
        state->micro_batches * hc_step_exposed(state->setting, seconds, state->stage_seconds);
}

/* A communication that was asked for once takes so many seconds over a step. */
static void repeat(hc_step_traffic *traffic, double seconds)
{
    double times = traffic->seconds > 0 ? seconds / traffic->seconds : 0;
    traffic->egress_bytes *= times;
    traffic->egress_dollars *= times;
    traffic->seconds = seconds;
}

/* Traffic that belongs to layers, all micro-batches of one rank. */
static void total_traffic(const hc_step_state *state, hc_step_time *out)
{
    const hc_parallel_plan *plan = state->setting->plan;
    hc_layer_counts counts = hc_step_count_layers(state->setting, 0, state->setting->shape->layers);
    double times = (double)state->micro_batches / plan->pp;
    double passes = plan->recompute == HC_RECOMPUTE_FULL ? 3 : 2;
    /* passes over layers: through frozen ones goes the forward pass alone */
    double plain =
        times * (passes * counts.of_kind[HC_LAYER_PLAIN] + counts.of_kind[HC_LAYER_FROZEN_PLAIN]);
    double mixed =
        times * (passes * counts.of_kind[HC_LAYER_EXPERT] + counts.of_kind[HC_LAYER_FROZEN_EXPERT]);
    double trained = times * (counts.of_kind[HC_LAYER_PLAIN] + counts.of_kind[HC_LAYER_EXPERT]);
    double frozen =
        times * (counts.of_kind[HC_LAYER_FROZEN_PLAIN] + counts.of_kind[HC_LAYER_FROZEN_EXPERT]);
    const hc_layer_traffic *one = &state->traffic;
    hc_step_traffic *traffic = out->traffic;
    repeat(&traffic[HC_COMM_TENSOR], plain * one->tensor_forward + mixed * one->mixed_forward);
    traffic[HC_COMM_TENSOR].bytes *= 2 * (plain + mixed);
    repeat(&traffic[HC_COMM_CONTEXT],
           (trained + frozen) * one->context_forward + trained * one->context_backward);
    traffic[HC_COMM_CONTEXT].bytes *= 3 * trained + frozen;
    repeat(&traffic[HC_COMM_EXPERT], 2 * mixed * one->dispatch);
    traffic[HC_COMM_EXPERT].bytes *= 2 * mixed;
    static const hc_step_part PARTS[] = {HC_STEP_TENSOR, HC_STEP_CONTEXT, HC_STEP_EXPERT};
    for (int comm = HC_COMM_TENSOR; comm <= HC_COMM_EXPERT; comm++) {
        double hidden = traffic[comm].seconds - out->parts[PARTS[comm]];
        traffic[comm].hidden_seconds = hidden > 0 ? hidden : 0;
    }
}

/* What is pruned of heads and widths asks for nothing; routers, logits and projections of blocks that predict further
 * tokens stay whole. */
static double forward_flops(const hc_step_setting *setting, const hc_model_shape *shape)
{
    hc_model_flops flops;
    hc_model_count_flops(shape, setting->plan->sequence, HC_ATTENTION_CAUSAL, &flops);
    double whole = flops.router + flops.mtp_projections + flops.head;
    return whole + (1 - setting->plan->pruned_share) * (flops.total - whole);
}

/* FLOPs that the model asks for: three forward passes, two of the matrices that LoRA leaves as they are; two of the three
 * are the backward pass, which goes through the last layers alone where only these are trained. */
static double model_flops(const hc_step_setting *setting, double tokens)
{
    const hc_parallel_plan *plan = setting->plan;
    double forward = forward_flops(setting, setting->shape);
    if (plan->tuning == HC_TUNE_LORA || plan->tuning == HC_TUNE_QLORA) {
        return tokens * 2 * forward;
    }
    if (plan->tuning == HC_TUNE_PARTIAL && plan->trained_layers < setting->shape->layers) {
        hc_model_shape trained = *setting->shape;
        uint32_t frozen = trained.layers - plan->trained_layers;
        trained.layers = plan->trained_layers;
        trained.dense_layers = trained.dense_layers > frozen ? trained.dense_layers - frozen : 0;
        return tokens * (forward + 2 * forward_flops(setting, &trained));
    }
    return tokens * 3 * forward;
}

static double peak_flops(const hc_step_setting *setting)
{
    hc_precision precision = setting->plan->precision;
    double sum = 0;
    for (uint32_t i = 0; i < setting->stage_kind_count; i++) {
        sum += setting->stage_kinds[i].stages *
               hc_layer_peak_flops(setting->stage_kinds[i].accelerator, precision);
    }
    return setting->stage_kind_count > 0 ? sum / setting->plan->pp
                                         : hc_layer_peak_flops(setting->accelerator, precision);
}

void hc_step_time_predict(const hc_step_setting *setting, hc_step_time *out)
{
    const hc_parallel_plan *plan = setting->plan;
    *out = (hc_step_time){0};
    hc_step_state state = {
        .setting = setting,
        .layer = hc_layer_setting_of(setting),
        .micro_batches = hc_parallel_plan_micro_batches(plan),
    };
    hc_step_traffic_of_layers(setting, &state.traffic, out->traffic);
    hc_step_measure_layers(&state);
    hc_step_add_pipeline(&state, out);
    hc_step_add_data(&state, out);
    if (plan->offloads_activations) {
        add_offloaded_activations(&state, out);
    }
    total_traffic(&state, out);
    out->parts[HC_STEP_OVERHEAD] += setting->efficiency->values[HC_EFF_STEP_SECONDS];
    for (int part = 0; part < HC_STEP_PART_COUNT; part++) {
        out->seconds += out->parts[part];
    }
    for (int comm = 0; comm < HC_STEP_COMM_COUNT; comm++) {
        out->egress_bytes += out->traffic[comm].egress_bytes;
        out->egress_dollars += out->traffic[comm].egress_dollars;
    }
    out->hardware_flops *= (double)plan->gpus;
    out->tokens = (double)plan->global_batch * plan->sequence;
    out->model_flops = model_flops(setting, out->tokens);
    out->peak_flops = peak_flops(setting);
}

static const char *const PART_NAMES[HC_STEP_PART_COUNT] = {
    [HC_STEP_GEMM] = "gemm",
    [HC_STEP_ATTENTION] = "attention",
    [HC_STEP_MEMORY_BOUND] = "memory_bound",
    [HC_STEP_RECOMPUTE] = "recompute",
    [HC_STEP_TENSOR] = "tensor_exposed",
    [HC_STEP_CONTEXT] = "context_exposed",
    [HC_STEP_EXPERT] = "expert_exposed",
    [HC_STEP_IMBALANCE] = "imbalance",
    [HC_STEP_PIPELINE] = "pipeline_exposed",
    [HC_STEP_BUBBLE] = "bubble",
    [HC_STEP_DATA] = "data_exposed",
    [HC_STEP_OPTIMIZER] = "optimizer",
    [HC_STEP_OFFLOAD] = "offload",
    [HC_STEP_OVERHEAD] = "overhead",
};

const char *hc_step_part_name(hc_step_part part)
{
    return PART_NAMES[part];
}
