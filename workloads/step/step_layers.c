#include "workloads/step/step_state.h"

#include <math.h>

/* What is left of a communication that runs behind `cover` seconds of compute, and what it costs that compute. */
double hc_step_exposed(const hc_step_setting *setting, double seconds, double cover)
{
    double hidden = seconds < cover ? seconds : cover;
    return seconds - hidden + hidden * setting->efficiency->values[HC_EFF_SLOWDOWN];
}

static double exposed_tensor(const hc_step_state *state, double seconds)
{
    if (!state->setting->plan->overlaps_tensor) {
        return seconds;
    }
    return seconds * (1 - state->setting->efficiency->values[HC_EFF_TENSOR_HIDDEN]);
}

/* The host issues kernels one after the other: the compute of a layer takes at least its time, and communication waits
 * for it in any case. Close to each other the two add up partly (fourth powers, fitted on small layers, docs/models.md). */
static double host_overhead(const hc_step_state *state, double seconds, double passes,
                            bool has_experts)
{
    const double *values = state->setting->efficiency->values;
    double host = values[has_experts ? HC_EFF_EXPERT_SECONDS : HC_EFF_LAYER_SECONDS] * passes / 3;
    double ratio = host / seconds;
    if (ratio < 0.2) {
        return 0;
    }
    double square = ratio * ratio;
    return seconds * (sqrt(sqrt(1 + square * square)) - 1);
}

static double context_exposed(const hc_step_state *state, const hc_layer_time *time)
{
    const hc_layer_traffic *traffic = &state->traffic;
    if (state->setting->plan->context != HC_CONTEXT_RING) {
        return traffic->context_forward + traffic->context_backward;
    }
    return hc_step_exposed(state->setting, traffic->context_forward, time->forward.attention) +
           hc_step_exposed(state->setting, traffic->context_backward, time->backward.attention);
}

static void add_experts(const hc_step_state *state, const hc_layer_time *time,
                        hc_layer_parts *parts)
{
    double excess =
        hc_parallel_plan_expert_imbalance(state->setting->plan, state->setting->shape) - 1;
    double products = time->forward.expert_gemm + time->backward.expert_gemm;
    double traffic = 4 * state->traffic.dispatch;
    double cover = state->setting->plan->overlaps_expert ? parts->gemm + parts->attention : 0;
    parts->expert = cover > 0 ? hc_step_exposed(state->setting, traffic, cover) : traffic;
    parts->imbalance = excess * (products + parts->expert);
}

static double recompute_seconds(const hc_step_state *state, const hc_layer_time *time,
                                bool has_experts, hc_layer_parts *parts)
{
    const hc_pass_time *forward = &time->forward;
    switch (state->setting->plan->recompute) {
    case HC_RECOMPUTE_SELECTIVE:
        parts->flops += forward->attention_flops;
        return forward->attention;
    case HC_RECOMPUTE_FULL:
        parts->flops += forward->gemm_flops + forward->attention_flops;
        parts->tensor += exposed_tensor(state, has_experts ? state->traffic.mixed_forward
                                                           : state->traffic.tensor_forward);
        return forward->gemm + forward->attention + forward->memory +
               (has_experts ? 2 * state->traffic.dispatch : 0);
    case HC_RECOMPUTE_NONE:
    case HC_RECOMPUTE_COUNT:
        break;
    }
    return 0;
}

static hc_layer_parts parts_of_layer(const hc_step_state *state, bool has_experts)
{
    const hc_layer_traffic *traffic = &state->traffic;
    hc_layer_time time = hc_layer_time_of(&state->layer, has_experts);
    hc_layer_parts parts = {
        .gemm = time.forward.gemm + time.backward.gemm,
        .attention = time.forward.attention + time.backward.attention,
        .memory = time.forward.memory + time.backward.memory,
        .flops = time.forward.gemm_flops + time.backward.gemm_flops + time.forward.attention_flops +
                 time.backward.attention_flops,
    };
    parts.tensor =
        exposed_tensor(state, has_experts ? traffic->mixed_forward + traffic->mixed_backward
                                          : traffic->tensor_forward + traffic->tensor_backward);
    if (state->setting->plan->cp > 1) {
        parts.context = context_exposed(state, &time);
    }
    if (has_experts) {
        add_experts(state, &time, &parts);
    }
    double before = parts.tensor;
    parts.recompute = recompute_seconds(state, &time, has_experts, &parts);
    double passes = state->setting->plan->recompute == HC_RECOMPUTE_FULL ? 4 : 3;
    double compute = parts.gemm + parts.attention + parts.memory + parts.recompute;
    double busy = compute + parts.tensor + parts.context + parts.expert + parts.imbalance;
    parts.overhead = host_overhead(state, compute, passes, has_experts);
    parts.sum = busy + parts.overhead;
    parts.weights = time.backward.gemm > time.forward.gemm ? time.forward.gemm : 0;
    parts.forward = (time.forward.gemm + time.forward.attention + time.forward.memory + before / 2 +
                     parts.context / 3 + parts.expert / 2) /
                    busy;
    return parts;
}

/* Layers below the trained ones: no gradient passes through them. */
static hc_layer_parts frozen_layer(const hc_step_state *state, bool has_experts)
{
    const hc_layer_traffic *traffic = &state->traffic;
    hc_layer_time time = hc_layer_time_of(&state->layer, has_experts);
    hc_layer_parts parts = {
        .gemm = time.forward.gemm,
        .attention = time.forward.attention,
        .memory = time.forward.memory,
        .tensor =
            exposed_tensor(state, has_experts ? traffic->mixed_forward : traffic->tensor_forward),
        .context = traffic->context_forward,
        .expert = has_experts ? 2 * traffic->dispatch : 0,
        .flops = time.forward.gemm_flops + time.forward.attention_flops,
        .forward = 1,
    };
    double compute = parts.gemm + parts.attention + parts.memory;
    double busy = compute + parts.tensor + parts.context + parts.expert;
    parts.overhead = host_overhead(state, compute, 1, has_experts);
    parts.sum = busy + parts.overhead;
    return parts;
}

static void measure_kind(const hc_step_state *state, hc_kind_measure *measure)
{
    const hc_model_shape *shape = state->setting->shape;
    bool is_partial = state->setting->plan->tuning == HC_TUNE_PARTIAL;
    uint32_t with_experts = hc_model_expert_layers(shape);
    bool has_kind[] = {
        [HC_LAYER_PLAIN] = with_experts < shape->layers, [HC_LAYER_EXPERT] = with_experts != 0};
    for (int kind = HC_LAYER_PLAIN; kind <= HC_LAYER_EXPERT; kind++) {
        if (has_kind[kind]) {
            measure->parts[kind] = parts_of_layer(state, kind == HC_LAYER_EXPERT);
        }
        if (has_kind[kind] && is_partial) {
            measure->parts[HC_LAYER_FROZEN_PLAIN + kind] =
                frozen_layer(state, kind == HC_LAYER_EXPERT);
        }
    }
    measure->head_gemm = hc_head_time(&state->layer, &measure->head_memory, &measure->head_flops);
}

void hc_step_measure_layers(hc_step_state *state)
{
    const hc_step_setting *setting = state->setting;
    if (setting->stage_kinds == NULL) {
        measure_kind(state, &state->kinds[0]);
        return;
    }
    for (uint32_t i = 0; i < setting->stage_kind_count; i++) {
        hc_step_setting of_kind = *setting;
        hc_step_state on_kind = {.setting = &of_kind, .traffic = state->traffic};
        of_kind.accelerator = setting->stage_kinds[i].accelerator;
        of_kind.efficiency = setting->stage_kinds[i].efficiency;
        on_kind.layer = hc_layer_setting_of(&of_kind);
        measure_kind(&on_kind, &state->kinds[i]);
    }
}

/* How many of the layers from `first` to before `end` lie before `bound`. */
static uint32_t layers_before(uint32_t first, uint32_t end, uint32_t bound)
{
    uint32_t last = bound < end ? bound : end;
    return last > first ? last - first : 0;
}

/* Layers without experts are the first ones, and so are those that are not trained. */
hc_layer_counts hc_step_count_layers(const hc_step_setting *setting, uint32_t first, uint32_t count)
{
    const hc_model_shape *shape = setting->shape;
    const hc_parallel_plan *plan = setting->plan;
    uint32_t end = first + count;
    uint32_t plain_bound = shape->layers - hc_model_expert_layers(shape);
    uint32_t frozen_bound = plan->tuning == HC_TUNE_PARTIAL && plan->trained_layers < shape->layers
                                ? shape->layers - plan->trained_layers
                                : 0;
    uint32_t both_bound = plain_bound < frozen_bound ? plain_bound : frozen_bound;
    uint32_t plain = layers_before(first, end, plain_bound);
    uint32_t frozen = layers_before(first, end, frozen_bound);
    uint32_t frozen_plain = layers_before(first, end, both_bound);
    hc_layer_counts counts = {{
        [HC_LAYER_PLAIN] = plain - frozen_plain,
        [HC_LAYER_EXPERT] = (count - plain) - (frozen - frozen_plain),
        [HC_LAYER_FROZEN_PLAIN] = frozen_plain,
        [HC_LAYER_FROZEN_EXPERT] = frozen - frozen_plain,
    }};
    if (end ==
        shape
            ->layers) { /* blocks of multi-token prediction follow the last layer, and are like it */
        bool has_experts = hc_model_has_experts(shape, shape->layers - 1);
        counts.of_kind[has_experts ? HC_LAYER_EXPERT : HC_LAYER_PLAIN] += shape->mtp_layers;
    }
    return counts;
}
