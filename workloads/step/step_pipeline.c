#include "workloads/plan/pipeline.h"
#include "workloads/step/step_state.h"

#include <assert.h>

/* A run of equal stages: what each of them is made of. */
typedef struct {
    hc_layer_counts counts;
    const hc_kind_measure *on;
    bool is_last;
    uint32_t stages;
} stage_run;

/* Seconds of a stage for one micro-batch, as the pipeline takes them: forward, gradients of inputs with what is
 * recomputed, gradients of weights. */
static hc_pipeline_stages stages_of(const stage_run *run)
{
    hc_pipeline_stages stage = {.count = run->stages};
    double seconds = 0;
    for (int kind = 0; kind < HC_LAYER_KIND_COUNT; kind++) {
        const hc_layer_parts *parts = &run->on->parts[kind];
        double n = run->counts.of_kind[kind];
        seconds += n * parts->sum;
        stage.forward_seconds += n * parts->sum * parts->forward;
        stage.weight_seconds += n * parts->weights;
    }
    if (run->is_last) {
        double head = run->on->head_gemm + run->on->head_memory;
        seconds += head;
        stage.forward_seconds += head / 3;
        stage.weight_seconds += run->on->head_gemm / 3;
    }
    stage.backward_seconds = seconds - stage.forward_seconds - stage.weight_seconds;
    return stage;
}

static double seconds_of(const hc_pipeline_stages *stage)
{
    return stage->forward_seconds + stage->backward_seconds + stage->weight_seconds;
}

/* Even stages: the first `more` have a layer more than `base`. */
typedef struct {
    uint32_t base;
    uint32_t more;
} even_stages;

static uint32_t first_layer(const even_stages *even, uint32_t stage)
{
    return stage * even->base + (stage < even->more ? stage : even->more);
}

static uint32_t stage_with_layer(const even_stages *even, uint32_t layer)
{
    uint32_t in_longer = even->more * (even->base + 1);
    return layer < in_longer ? layer / (even->base + 1)
                             : even->more + (layer - in_longer) / even->base;
}

enum { MAX_BOUNDS = 8 + HC_STAGE_MAX_KINDS };

/* Where even stages may begin to differ: in rising order, from 0 to pp. @return how many. */
static uint32_t stage_bounds(const hc_step_setting *setting, const even_stages *even,
                             uint32_t *bounds)
{
    const hc_model_shape *shape = setting->shape;
    uint32_t pp = setting->plan->pp;
    uint32_t changes[2] = {shape->layers - hc_model_expert_layers(shape), 0};
    if (setting->plan->tuning == HC_TUNE_PARTIAL && setting->plan->trained_layers < shape->layers) {
        changes[1] = shape->layers - setting->plan->trained_layers;
    }
    uint32_t candidates[MAX_BOUNDS] = {0, even->more, pp - 1, pp};
    uint32_t count = 4;
    uint32_t border = 0;
    for (uint32_t i = 0; i < setting->stage_kind_count; i++) {
        border += setting->stage_kinds[i].stages;
        candidates[count++] = border;
    }
    for (int i = 0; i < 2; i++) {
        if (changes[i] > 0 && changes[i] < shape->layers) {
            candidates[count++] = stage_with_layer(even, changes[i]);
            candidates[count] = candidates[count - 1] + 1;
            count++;
        }
    }
    uint32_t kept = 0;
    for (uint32_t next = 0; next <= pp;) { /* the least candidate from `next` on */
        uint32_t least = UINT32_MAX;
        for (uint32_t i = 0; i < count; i++) {
            least = candidates[i] >= next && candidates[i] < least ? candidates[i] : least;
        }
        bounds[kept++] = least;
        next = least + 1;
    }
    return kept;
}

/* What the kind of a stage makes of the model. */
static const hc_kind_measure *kind_of_stage(const hc_step_state *state, uint32_t stage)
{
    const hc_step_setting *setting = state->setting;
    uint32_t border = 0;
    for (uint32_t i = 0; i + 1 < setting->stage_kind_count; i++) {
        border += setting->stage_kinds[i].stages;
        if (stage < border) {
            return &state->kinds[i];
        }
    }
    return &state->kinds[setting->stage_kind_count > 0 ? setting->stage_kind_count - 1 : 0];
}

static stage_run run_from(const hc_step_state *state, uint32_t stage, uint32_t stages,
                          uint32_t first_layer_of_it, uint32_t layers)
{
    return (stage_run){
        .counts = hc_step_count_layers(state->setting, first_layer_of_it, layers),
        .on = kind_of_stage(state, stage),
        .is_last = stage + stages == state->setting->plan->pp,
        .stages = stages,
    };
}

/* Runs of equal stages. @return how many: at most HC_PLAN_MAX_STAGES_LISTED. */
static size_t runs_of_stages(const hc_step_state *state, stage_run *runs)
{
    const hc_parallel_plan *plan = state->setting->plan;
    if (plan->stage_layers != NULL) {
        uint32_t first = 0;
        for (uint32_t i = 0; i < plan->pp; i++) {
            runs[i] = run_from(state, i, 1, first, plan->stage_layers[i]);
            first += plan->stage_layers[i];
        }
        return plan->pp;
    }
    uint32_t layers = state->setting->shape->layers;
    even_stages even = {layers / plan->pp, layers % plan->pp};
    uint32_t bounds[MAX_BOUNDS];
    uint32_t count = stage_bounds(state->setting, &even, bounds);
    assert(count >= 2 && count <= MAX_BOUNDS); /* 0 and pp at least */
    for (uint32_t i = 0; i + 1 < count; i++) {
        uint32_t first = first_layer(&even, bounds[i]);
        runs[i] = run_from(state, bounds[i], bounds[i + 1] - bounds[i], first,
                           first_layer(&even, bounds[i] + 1) - first);
    }
    return count - 1;
}

/* What the stages of a run take, each for `times` micro-batches. */
static void add_run_parts(const stage_run *run, double times, hc_step_time *out)
{
    for (int kind = 0; kind < HC_LAYER_KIND_COUNT; kind++) {
        const hc_layer_parts *parts = &run->on->parts[kind];
        double n = times * run->stages * run->counts.of_kind[kind];
        out->parts[HC_STEP_GEMM] += n * parts->gemm;
        out->parts[HC_STEP_ATTENTION] += n * parts->attention;
        out->parts[HC_STEP_MEMORY_BOUND] += n * parts->memory;
        out->parts[HC_STEP_RECOMPUTE] += n * parts->recompute;
        out->parts[HC_STEP_TENSOR] += n * parts->tensor;
        out->parts[HC_STEP_CONTEXT] += n * parts->context;
        out->parts[HC_STEP_EXPERT] += n * parts->expert;
        out->parts[HC_STEP_IMBALANCE] += n * parts->imbalance;
        out->parts[HC_STEP_OVERHEAD] += n * parts->overhead;
        out->hardware_flops += n * parts->flops;
    }
    if (run->is_last) {
        out->parts[HC_STEP_GEMM] += times * run->on->head_gemm;
        out->parts[HC_STEP_MEMORY_BOUND] += times * run->on->head_memory;
        out->hardware_flops += times * run->on->head_flops;
    }
}

/* m micro-batches through pp stages. What a GPU does not do while others work is the bubble, of the mean GPU. */
void hc_step_add_pipeline(hc_step_state *state, hc_step_time *out)
{
    const hc_parallel_plan *plan = state->setting->plan;
    stage_run runs[HC_PLAN_MAX_STAGES_LISTED];
    hc_pipeline_stages stages[HC_PLAN_MAX_STAGES_LISTED];
    size_t count = runs_of_stages(state, runs);
    double m = state->micro_batches;
    double all = 0;
    double forward = 0;
    for (size_t i = 0; i < count; i++) { /* parts: of the mean GPU */
        stages[i] = stages_of(&runs[i]);
        all += seconds_of(&stages[i]) * runs[i].stages;
        forward += stages[i].forward_seconds * runs[i].stages;
        add_run_parts(&runs[i], m / plan->pp, out);
    }
    state->stage_seconds = all / plan->pp;
    state->forward_share = forward / all;
    const double *values = state->setting->efficiency->values;
    double share =
        values[HC_EFF_SEND_SHARE] * (plan->overlaps_pipeline ? values[HC_EFF_SLOWDOWN] : 1);
    hc_pipeline pipeline = {
        .schedule = plan->schedule,
        .interleave = plan->interleave,
        .micro_batches = state->micro_batches,
        .runs = stages,
        .run_count = count,
        .transfer_seconds = state->traffic.send * share,
    };
    hc_pipeline_time time;
    hc_pipeline_predict(&pipeline, &time);
    double idle = time.busy_seconds + time.bubble_seconds - m * state->stage_seconds;
    out->parts[HC_STEP_BUBBLE] = idle > 0 ? idle : 0; /* rounding of even stages */
    out->parts[HC_STEP_PIPELINE] = time.transfer_seconds;
    hc_step_traffic *traffic = &out->traffic[HC_COMM_PIPELINE];
    double sends = 2 * m * plan->interleave;
    traffic->bytes *= sends;
    traffic->egress_bytes *= sends;
    traffic->egress_dollars *= sends;
    traffic->seconds = share > 0 ? time.transfer_seconds / share : 0;
    traffic->hidden_seconds = traffic->seconds - time.transfer_seconds;
}
