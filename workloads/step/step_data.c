#include "workloads/step/step_state.h"

/* Bytes that an Adam step reads and writes for each parameter of its share: gradient, master weight and two moments are
 * read, master weight, moments and the 16-bit weight are written. */
static const double OPTIMIZER_BYTES = 4 + 12 + 12 + 2;

/* Bucket in which gradients are reduced while the backward pass runs: the last one hides behind nothing. */
static const double BUCKET_BYTES = 40e6;

/* Trained parameters of a layer on one rank. */
static hc_stage_parameters layer_parameters(const hc_step_setting *setting,
                                            const hc_model_parameters *counts, bool has_experts)
{
    const hc_parallel_plan *plan = setting->plan;
    const hc_model_shape *shape = setting->shape;
    if (plan->tuning == HC_TUNE_LORA || plan->tuning == HC_TUNE_QLORA) {
        double query = (double)shape->heads * shape->head_size;
        double width = plan->lora_attention_only ? 0 : shape->ffn;
        double ends = plan->lora_attention_only ? 2 : 4;
        return (hc_stage_parameters){
            .plain = plan->lora_rank * (ends * shape->hidden + 2 * (query + width)) / plan->tp};
    }
    double kept = 1 - plan->pruned_share;
    hc_stage_parameters out = {.plain = kept * counts->attention / plan->tp};
    if (has_experts) {
        out.plain += counts->router + kept * counts->shared_experts / plan->tp;
        out.experts = kept * counts->expert * shape->experts / plan->ep;
    } else {
        out.plain += kept * counts->dense_ffn / plan->tp;
    }
    return out;
}

/* Trained parameters of the stage that has most of them: the mean of the layers, and the embedding. */
static hc_stage_parameters stage_parameters(const hc_step_state *state)
{
    const hc_step_setting *setting = state->setting;
    const hc_parallel_plan *plan = setting->plan;
    hc_model_parameters counts;
    hc_model_count_parameters(setting->shape, &counts);
    hc_layer_counts layers = hc_step_count_layers(setting, 0, setting->shape->layers);
    hc_stage_parameters stage = {0};
    for (int kind = HC_LAYER_PLAIN; kind <= HC_LAYER_EXPERT; kind++) {
        hc_stage_parameters layer = layer_parameters(setting, &counts, kind == HC_LAYER_EXPERT);
        stage.plain += layers.of_kind[kind] / plan->pp * layer.plain;
        stage.experts += layers.of_kind[kind] / plan->pp * layer.experts;
    }
    if (plan->tuning == HC_TUNE_FULL) {
        stage.plain += (counts.embedding + (plan->pp == 1 ? counts.head : 0)) / plan->tp;
    }
    return stage;
}

/* zero 3: weights are gathered for each pass, gradients reduced in each micro-batch, behind the compute. */
static void add_sharded_data(const hc_step_state *state, double reduce, double gather,
                             hc_step_time *out)
{
    double forward = state->forward_share;
    double all = 2 * gather + reduce;
    double exposed = all;
    if (state->setting->plan->overlaps_data) {
        double layers = state->setting->shape->layers;
        exposed =
            hc_step_exposed(state->setting, gather, forward * state->stage_seconds) +
            hc_step_exposed(state->setting, gather + reduce, (1 - forward) * state->stage_seconds) +
            gather / layers;
    }
    out->parts[HC_STEP_DATA] = exposed * state->micro_batches;
    hc_step_traffic *traffic = &out->traffic[HC_COMM_DATA];
    traffic->seconds = all * state->micro_batches;
    traffic->bytes *= state->micro_batches;
    traffic->egress_bytes *= state->micro_batches;
    traffic->egress_dollars *= state->micro_batches;
}

/* Once per step: gradients behind the backward pass of the last micro-batch, weights behind the forward pass of the
 * first one. */
static void add_plain_data(const hc_step_state *state, double reduce, double gather,
                           hc_step_time *out)
{
    hc_step_traffic *traffic = &out->traffic[HC_COMM_DATA];
    double exposed = reduce + gather;
    if (state->setting->plan->overlaps_data) {
        double forward = state->forward_share;
        double last = traffic->bytes > BUCKET_BYTES ? BUCKET_BYTES / traffic->bytes : 1;
        exposed =
            hc_step_exposed(state->setting, reduce * (1 - last),
                            (1 - forward) * state->stage_seconds) +
            reduce * last +
            hc_step_exposed(state->setting, gather * (1 - last), forward * state->stage_seconds) +
            gather * last;
    }
    out->parts[HC_STEP_DATA] = exposed;
    traffic->seconds = reduce + gather;
}

void hc_step_add_data(const hc_step_state *state, hc_step_time *out)
{
    const hc_step_setting *setting = state->setting;
    const hc_parallel_plan *plan = setting->plan;
    hc_stage_parameters stage = stage_parameters(state);
    double gather;
    double reduce = hc_step_traffic_of_data(setting, &stage, &gather, &out->traffic[HC_COMM_DATA]);
    if (plan->zero == 3) {
        add_sharded_data(state, reduce, gather, out);
    } else {
        add_plain_data(state, reduce, gather, out);
    }
    double exposed = out->parts[HC_STEP_DATA];
    double seconds = out->traffic[HC_COMM_DATA].seconds;
    out->traffic[HC_COMM_DATA].hidden_seconds = seconds > exposed ? seconds - exposed : 0;

    double owners = plan->zero > 0 ? (double)plan->cp * plan->dp : 1;
    double expert_owners = plan->zero > 0 ? hc_parallel_plan_expert_replicas(plan) : 1;
    double owned = stage.plain / owners + stage.experts / expert_owners;
    out->parts[HC_STEP_OPTIMIZER] = owned * OPTIMIZER_BYTES / state->layer.bytes_per_second;
    if (plan->offloads_optimizer) {
        out->parts[HC_STEP_OFFLOAD] +=
            owned * (4 + 2) / setting->accelerator->host_bytes_per_second;
    }
}
