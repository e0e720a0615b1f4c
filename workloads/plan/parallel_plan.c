#include "workloads/plan/parallel_plan.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>

enum { USUAL_LORA_RANK = 16 };

hc_parallel_plan hc_parallel_plan_default(void)
{
    return (hc_parallel_plan){
        .tp = 1,
        .pp = 1,
        .cp = 1,
        .ep = 1,
        .interleave = 1,
        .schedule = HC_PIPELINE_1F1B,
        .recompute = HC_RECOMPUTE_NONE,
        .has_fused_attention = true,
        .has_fused_loss = true,
        .context = HC_CONTEXT_RING,
        .has_fp32_gradients = true,
        .overlaps_data = true,
        .precision = HC_BF16,
        .dispatch_precision = HC_BF16,
        .merges_dispatch = true,
        .tuning = HC_TUNE_FULL,
    };
}

/* Products of counts that were not checked yet stay at the greatest number instead of wrapping. */
static uint64_t times(uint64_t a, uint64_t b)
{
    uint64_t product = 0;
    return __builtin_mul_overflow(a, b, &product) ? UINT64_MAX : product;
}

static uint32_t narrowed(uint64_t value)
{
    return value < UINT32_MAX ? (uint32_t)value : UINT32_MAX;
}

static void tell(hc_error *note, const char *name, uint64_t value, const char *reason)
{
    (void)hc_error_set(note, HC_ERROR_OK, "%s: %" PRIu64 ", %s", name, value, reason);
}

static void complete_ranks(hc_parallel_plan *plan, hc_error *note)
{
    uint64_t model = times(times(plan->tp, plan->cp), plan->pp);
    if (plan->dp == 0) {
        plan->dp = plan->gpus > model ? (uint32_t)(plan->gpus / model) : 1;
        tell(note, "dp", plan->dp, plan->gpus == 0 ? "one replica" : "gpus / (tp * cp * pp)");
    }
    if (plan->gpus == 0) {
        plan->gpus = narrowed(times(model, plan->dp));
        tell(note, "gpus", plan->gpus, "tp * cp * dp * pp");
    }
}

static void complete_ones(hc_parallel_plan *plan, hc_error *note)
{
    const struct {
        uint32_t *count;
        const char *name;
    } counts[] = {
        {&plan->tp, "tp"},
        {&plan->pp, "pp"},
        {&plan->cp, "cp"},
        {&plan->ep, "ep"},
        {&plan->interleave, "interleave"},
    };
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        if (*counts[i].count == 0) {
            *counts[i].count = 1;
            tell(note, counts[i].name, 1, "nothing is split this way");
        }
    }
}

/* What the schedule asks for at least. */
static uint64_t fewest_micro_batches(const hc_parallel_plan *plan)
{
    if (plan->schedule == HC_PIPELINE_DUALPIPE) {
        return 2 * (uint64_t)plan->pp;
    }
    return plan->interleave > 1 ? plan->pp : 1;
}

static void complete_batches(hc_parallel_plan *plan, hc_error *note)
{
    if (plan->micro_batch == 0) {
        plan->micro_batch = 1;
        tell(note, "micro_batch", 1, "one sequence at a time");
    }
    if (plan->global_batch == 0) {
        uint64_t fewest = fewest_micro_batches(plan);
        plan->global_batch = narrowed(times(times(plan->dp, plan->micro_batch), fewest));
        tell(note, "global_batch", plan->global_batch,
             fewest == 1 ? "dp * micro_batch"
                         : "dp * micro_batch * the fewest micro-batches of the schedule");
    }
}

void hc_parallel_plan_complete(hc_parallel_plan *plan, const hc_model_shape *shape, hc_error *note)
{
    bool is_lora = plan->tuning == HC_TUNE_LORA || plan->tuning == HC_TUNE_QLORA;
    complete_ones(plan, note);
    complete_ranks(plan, note);
    if (plan->sequence == 0) {
        plan->sequence = shape->sequence;
        tell(note, "sequence", plan->sequence, "what the model is usually trained with");
    }
    complete_batches(plan, note);
    if (is_lora && plan->lora_rank == 0) {
        plan->lora_rank = USUAL_LORA_RANK;
        tell(note, "tuning.rank", plan->lora_rank, "a usual rank of adapters");
    }
}

uint32_t hc_parallel_plan_micro_batches(const hc_parallel_plan *plan)
{
    return (uint32_t)(plan->global_batch / ((uint64_t)plan->dp * plan->micro_batch));
}

uint32_t hc_parallel_plan_stage_layers(const hc_parallel_plan *plan, const hc_model_shape *shape,
                                       uint32_t stage)
{
    assert(stage < plan->pp);
    if (plan->stage_layers != NULL) {
        return plan->stage_layers[stage];
    }
    return shape->layers / plan->pp + (stage < shape->layers % plan->pp ? 1 : 0);
}

uint32_t hc_parallel_plan_expert_replicas(const hc_parallel_plan *plan)
{
    return (uint32_t)((uint64_t)plan->tp * plan->cp * plan->dp / plan->ep);
}

/* Balls in bins: of e ranks with mu tokens each on average, the fullest has mu (1 + sqrt(2 ln e / mu)), Raab and Steger
 * 1998 for many tokens. Real routers are worse. */
double hc_parallel_plan_expert_imbalance(const hc_parallel_plan *plan, const hc_model_shape *shape)
{
    double imbalance = plan->expert_imbalance;
    if (plan->ep == 1 || shape->experts == 0) {
        return 1;
    }
    if (imbalance == 0) {
        double tokens = (double)plan->micro_batch * plan->sequence / plan->cp / plan->tp;
        imbalance = 1 + sqrt(2 * log(plan->ep) / (tokens * shape->experts_per_token));
    }
    if (plan->capacity_factor > 0) {
        imbalance = fmin(imbalance, plan->capacity_factor);
    }
    return imbalance;
}
