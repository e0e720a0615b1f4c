#include "workloads/plan/training_memory.h"

#include "workloads/plan/layer_activations.h"
#include "workloads/plan/pipeline.h"
#include "workloads/plan/rank_parameters.h"

#include <assert.h>
#include <math.h>

enum { BREAK_LIMIT = 8 };

/* Bytes of NF4 with double quantisation: 4 bits, 8 bits per 64 values, 32 bits per 64 * 256 (Dettmers et al. 2023,
 * arXiv:2305.14314, section 3). */
static const double NF4_BYTES = (4 + 8.0 / 64 + 32.0 / (64 * 256)) / 8;

/* 2:4 in 16 bits: half of the values, 2 bits for the place of each (Mishra et al. 2021, arXiv:2104.08378). */
static const double SPARSE_SHARE = 0.5625;

/* Work spaces of matrix products: 32 MiB for PyTorch, 32 MiB for Transformer Engine. */
static const double WORKSPACE_BYTES = 64 * 1048576.0;

/* On its way between host and GPU while the optimizer lies on the host: two buffers of 64 MiB. */
static const double STAGING_BYTES = 128 * 1048576.0;

/* Allowances, not measurements: a driver's context with its kernels, a communicator with its channels, and the share of
 * what comes and goes in each step that a caching allocator cannot give to anybody else. */
static const double CONTEXT_BYTES = 700 * 1048576.0;
static const double COMMUNICATOR_BYTES = 150 * 1048576.0;
static const double FRAGMENTED_SHARE = 0.05;

/* What all stages have in common. */
typedef struct setting {
    const hc_model_shape *shape;
    const hc_parallel_plan *plan;
    hc_rank_parts parts;
    hc_layer_activations dense;
    hc_layer_activations sparse;
    double head_bytes;     /* of activations */
    double state_bytes;    /* of a hidden state */
    double value_bytes;    /* of one weight */
    double gradient_bytes; /* of one */
    double matrix_bytes;   /* of one weight of a matrix, with its copies */
    double shards;         /* ranks that share what ZeRO cuts; likewise of experts: */
    double expert_shards;
} setting;

/* What is alive in the memory of a GPU, beside the states. */
typedef struct working_set {
    double kept;
    double top; /* on top of what is kept, at the fullest moment */
    double handed_over;
    double dispatch;
} working_set;

static bool has_adapters(const hc_parallel_plan *plan)
{
    return plan->tuning == HC_TUNE_LORA || plan->tuning == HC_TUNE_QLORA;
}

/* Quantised weights lie in memory by rows and by columns beside the plain ones (Transformer Engine), sparse ones packed
 * for both directions; frozen ones are packed once and that is all. */
static double matrix_bytes_of(const hc_parallel_plan *plan, double value)
{
    double operand = fmin(value, hc_precision_bytes(plan->precision));
    if (plan->tuning == HC_TUNE_QLORA) {
        return NF4_BYTES;
    }
    if (plan->is_sparse_2to4) {
        return has_adapters(plan) ? SPARSE_SHARE * operand : value + 2 * SPARSE_SHARE * operand;
    }
    return operand < value ? value + 2 * operand : value;
}

/* Hybrid sharding repeats the shards in every group. */
static double shards_of(const hc_parallel_plan *plan)
{
    double replicas = plan->zero == 3 && plan->shard_group > 0 ? plan->shard_group : plan->dp;
    return replicas * plan->cp;
}

static setting make_setting(const hc_model_shape *shape, const hc_parallel_plan *plan)
{
    setting s = {.shape = shape, .plan = plan};
    hc_rank_parts_count(shape, plan, &s.parts);
    hc_layer_activations_count(shape, plan, false, &s.dense);
    if (shape->experts > 0) {
        hc_layer_activations_count(shape, plan, true, &s.sparse);
    }
    s.head_bytes = hc_head_activations(shape, plan);
    s.state_bytes = hc_state_bytes(shape, plan);
    s.value_bytes = hc_value_bytes_of(plan);
    s.gradient_bytes = plan->has_fp32_gradients ? 4 : s.value_bytes;
    s.matrix_bytes = matrix_bytes_of(plan, s.value_bytes);
    s.shards = shards_of(plan);
    s.expert_shards = fmin(s.shards, hc_parallel_plan_expert_replicas(plan));
    return s;
}

/* ZeRO, Rajbhandari et al. 2020 (arXiv:1910.02054): 1 cuts the optimizer's state, 2 the gradients, 3 the weights. */
static double cut(const setting *s, uint32_t zero, double plain, double experts)
{
    return s->plan->zero >= zero ? plain / s->shards + experts / s->expert_shards : plain + experts;
}

static void add_states(const setting *s, uint32_t stage, const hc_stage_layers *layers,
                       hc_training_memory *out)
{
    hc_rank_parameters all;
    hc_rank_parameters trained;
    double plain = 0;
    double experts = 0;
    hc_rank_parameters_of_stage(&s->parts, layers, s->plan, stage, &all);
    hc_rank_parameters_trained(&s->parts, layers, s->plan, stage, &trained);
    plain =
        s->matrix_bytes * all.linear + s->value_bytes * (all.tables + all.vectors + all.adapters);
    experts = s->matrix_bytes * all.experts + s->value_bytes * all.expert_adapters;
    out->weights += cut(s, 3, plain, experts);
    plain = trained.tables + trained.linear + trained.vectors + trained.adapters;
    experts = trained.experts + trained.expert_adapters;
    out->gradients += s->gradient_bytes * cut(s, 2, plain, experts);
    if (!s->plan->offloads_optimizer) {
        /* Adam: two moments, and master weights where the weights are smaller. */
        out->optimizer += (s->value_bytes < 4 ? 12 : 8) * cut(s, 1, plain, experts);
    }
}

/* Blocks of multi-token prediction are kept like layers of the last stage. */
static void add_prediction(const setting *s, hc_stage_layers *layers)
{
    if (s->parts.sparse.linear > 0) {
        layers->trained_sparse += s->shape->mtp_layers;
    } else {
        layers->trained_dense += s->shape->mtp_layers;
    }
}

/* On top of what is kept: logits and their gradients, or the gradients of a layer with what has to be computed again. */
static double top_of(const setting *s, const hc_stage_layers *layers, bool is_last)
{
    double top = is_last ? s->head_bytes : 0;
    if (layers->dense > 0) {
        top = fmax(top, s->dense.gradient + s->dense.exchange + s->dense.whole - s->dense.kept);
    }
    if (layers->sparse > 0) {
        top = fmax(top, s->sparse.gradient + s->sparse.exchange + s->sparse.whole - s->sparse.kept);
    }
    return top;
}

/* Gradients of matrices in the format of the weights, on their way to where they are summed up: one of each shape, of
 * the experts one, and that of the head. */
static double handed_over(const setting *s, const hc_stage_layers *layers, bool is_last)
{
    double count = is_last ? s->parts.end.tables : 0;
    if (has_adapters(s->plan)) {
        return 0;
    }
    if (layers->trained_dense > 0) {
        count += s->parts.dense.linear;
    }
    if (layers->trained_sparse > 0) {
        count += s->parts.sparse.linear + s->parts.expert -
                 (layers->trained_dense > 0 ? s->parts.attention : 0);
    }
    return count * s->value_bytes;
}

static void add_stage(const setting *s, uint32_t stage, double in_flight, hc_training_memory *out,
                      working_set *set)
{
    hc_stage_layers layers = hc_stage_layers_count(s->shape, s->plan, stage);
    bool is_last = stage == s->plan->pp - 1;
    add_states(s, stage, &layers, out);
    if (is_last) {
        add_prediction(s, &layers);
    }
    set->kept +=
        in_flight * (layers.trained_dense * s->dense.kept + layers.trained_sparse * s->sparse.kept);
    set->top = fmax(set->top, top_of(s, &layers, is_last));
    set->handed_over = fmax(set->handed_over, handed_over(s, &layers, is_last));
    set->dispatch = fmax(set->dispatch, layers.sparse > 0 ? s->sparse.dispatch : 0);
}

/* ZeRO 3 gathers the weights of the layer at work and of the next one, or a table; from ZeRO 2 on the gradients of a
 * layer are whole until they are summed up. */
static double gathered_of(const setting *s)
{
    const hc_rank_parameters *d = &s->parts.dense;
    const hc_rank_parameters *e = &s->parts.sparse;
    double layer = fmax(d->linear + d->vectors,
                        e->linear + e->vectors + (s->expert_shards > 1 ? e->experts : 0));
    double bytes = 0;
    if (s->shards <= 1) {
        return 0;
    }
    if (s->plan->zero == 3) {
        bytes += s->value_bytes * fmax(2 * layer, s->parts.start.tables);
    }
    if (s->plan->zero >= 2 && !has_adapters(s->plan)) {
        bytes += s->gradient_bytes * layer;
    }
    return bytes;
}

/* The sequence that sequence parallelism gathers and the gradient that it scatters, what the stage before sends, the
 * largest matrix that QLoRA unpacks. */
static double buffers_of(const setting *s, const working_set *set)
{
    const hc_parallel_plan *plan = s->plan;
    const hc_model_shape *shape = s->shape;
    double bytes = WORKSPACE_BYTES + set->handed_over + set->dispatch + gathered_of(s);
    bytes += plan->sequence_parallel ? 2 * plan->tp * s->state_bytes : 0;
    bytes += plan->pp > 1 ? s->state_bytes : 0;
    bytes += plan->offloads_optimizer ? STAGING_BYTES : 0;
    if (plan->tuning == HC_TUNE_QLORA) {
        double width = fmax((double)shape->ffn / plan->tp, shape->expert_ffn);
        bytes += s->value_bytes * shape->hidden * width;
    }
    return bytes;
}

static double context_of(const hc_parallel_plan *plan)
{
    uint32_t sizes[] = {plan->tp, plan->cp, plan->dp, plan->pp, plan->ep};
    double bytes = CONTEXT_BYTES;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        bytes += sizes[i] > 1 ? COMMUNICATOR_BYTES : 0;
    }
    return bytes;
}

/* With DualPipe a GPU has the stage of its mirror image as well. */
static working_set add_stages(const setting *s, uint32_t stage, hc_training_memory *out)
{
    const hc_parallel_plan *plan = s->plan;
    uint32_t batches = hc_parallel_plan_micro_batches(plan);
    working_set set = {0};
    if (plan->schedule == HC_PIPELINE_DUALPIPE && plan->pp > 1) {
        add_stage(s, stage, plan->pp - stage, out, &set);
        add_stage(s, plan->pp - 1 - stage, stage + 1.0, out, &set);
    } else {
        double in_flight =
            hc_pipeline_in_flight(plan->schedule, plan->pp, plan->interleave, batches, stage);
        add_stage(s, stage, in_flight, out, &set);
    }
    return set;
}

static void count_stage(const setting *s, uint32_t stage, hc_training_memory *out)
{
    working_set set;
    *out = (hc_training_memory){.stage = stage};
    set = add_stages(s, stage, out);
    if (s->plan->offloads_activations) {
        /* The layer at work and the next one are there. */
        set.kept = fmin(set.kept, 2 * fmax(s->dense.kept, s->sparse.kept));
    }
    out->activations = set.kept + set.top;
    out->buffers = buffers_of(s, &set);
    out->context = context_of(s->plan);
    out->fragmentation = FRAGMENTED_SHARE * (out->activations + out->buffers);
    out->total = out->weights + out->gradients + out->optimizer + out->activations + out->buffers +
                 out->context + out->fragmentation;
}

void hc_training_memory_of_stage(const hc_model_shape *shape, const hc_parallel_plan *plan,
                                 uint32_t stage, hc_training_memory *out)
{
    setting s = make_setting(shape, plan);
    assert(stage < plan->pp);
    count_stage(&s, stage, out);
}

/* The stage of a layer when layers are as even as can be. */
static uint32_t stage_of_layer(const setting *s, uint32_t layer)
{
    uint32_t few = s->shape->layers / s->plan->pp;
    uint32_t more = s->shape->layers % s->plan->pp;
    uint32_t in_long = more * (few + 1);
    return layer < in_long ? layer / (few + 1) : more + (layer - in_long) / few;
}

/* Stages at which something changes: between them an earlier one keeps no less than a later one. */
static size_t find_breaks(const setting *s, uint32_t *stages)
{
    size_t count = 0;
    stages[count++] = 1;
    stages[count++] = s->shape->layers % s->plan->pp;
    if (s->parts.sparse.linear > 0) {
        uint32_t stage = stage_of_layer(s, s->shape->dense_layers);
        stages[count++] = stage;
        stages[count++] = stage + 1;
    }
    if (s->plan->tuning == HC_TUNE_PARTIAL) {
        uint32_t stage = stage_of_layer(s, s->shape->layers - s->plan->trained_layers);
        stages[count++] = stage;
        stages[count++] = stage + 1;
    }
    stages[count++] = s->plan->pp - 1;
    return count;
}

/* @param stage  may lie beyond the pipeline: nothing is there then */
static void take_larger(const setting *s, uint32_t stage, hc_training_memory *out)
{
    hc_training_memory other;
    if (stage == 0 || stage >= s->plan->pp) {
        return;
    }
    count_stage(s, stage, &other);
    if (other.total > out->total) {
        *out = other;
    }
}

void hc_training_memory_need(const hc_model_shape *shape, const hc_parallel_plan *plan,
                             hc_training_memory *out)
{
    setting s = make_setting(shape, plan);
    uint32_t breaks[BREAK_LIMIT];
    size_t count = 0;
    count_stage(&s, 0, out);
    for (uint32_t stage = 1; plan->stage_layers != NULL && stage < plan->pp; stage++) {
        take_larger(&s, stage, out);
    }
    if (plan->stage_layers != NULL || plan->pp == 1) {
        return;
    }
    count = find_breaks(&s, breaks);
    for (size_t i = 0; i < count; i++) {
        take_larger(&s, breaks[i], out);
        if (plan->schedule == HC_PIPELINE_DUALPIPE) {
            /* Both ends of a run of stages, and those whose mirror image ends one. */
            take_larger(&s, breaks[i] - 1, out);
            take_larger(&s, plan->pp - breaks[i], out);
            take_larger(&s, plan->pp - 1 - breaks[i], out);
        }
    }
}

const char *hc_training_memory_largest(const hc_training_memory *memory)
{
    const struct {
        const char *name;
        double bytes;
    } categories[] = {
        {"weights", memory->weights},
        {"gradients", memory->gradients},
        {"optimizer", memory->optimizer},
        {"activations", memory->activations},
        {"buffers", memory->buffers},
        {"context", memory->context},
        {"fragmentation", memory->fragmentation},
    };
    size_t largest = 0;
    for (size_t i = 1; i < sizeof categories / sizeof categories[0]; i++) {
        largest = categories[i].bytes > categories[largest].bytes ? i : largest;
    }
    return categories[largest].name;
}
