#include "workloads/plan/plan_rules.h"

#include <inttypes.h>

/* --- ZeRO --- */

static bool zero_is_known(const hc_parallel_plan *plan, const hc_model_shape *shape)
{
    (void)shape;
    return plan->zero <= 3;
}

static void explain_zero(const hc_parallel_plan *plan, const hc_model_shape *shape,
                         hc_plan_reason *out)
{
    (void)shape;
    hc_plan_reason_say(out, "expected 0 to 3, found %" PRIu32, plan->zero);
}

/* Shards of the weights; the ranks of context parallelism share them as those of data parallelism do. */
static bool shards_are_groups(const hc_parallel_plan *plan, const hc_model_shape *shape)
{
    (void)shape;
    return plan->shard_group == 0 ||
           (plan->zero == 3 && hc_plan_divides(plan->shard_group, plan->dp));
}

static void explain_shards(const hc_parallel_plan *plan, const hc_model_shape *shape,
                           hc_plan_reason *out)
{
    (void)shape;
    if (plan->zero != 3) {
        hc_plan_reason_say(out, "expected zero: 3 with it, found zero: %" PRIu32, plan->zero);
    } else {
        hc_plan_reason_say(out, "expected a divisor of dp = %" PRIu32 ", found %" PRIu32, plan->dp,
                           plan->shard_group);
    }
}

/* --- number formats --- */

static bool precision_multiplies(const hc_parallel_plan *plan, const hc_model_shape *shape)
{
    (void)shape;
    return plan->precision != HC_INT4;
}

static void explain_precision(const hc_parallel_plan *plan, const hc_model_shape *shape,
                              hc_plan_reason *out)
{
    (void)plan;
    (void)shape;
    hc_plan_reason_say(out, "expected a format that matrices are multiplied in, found int4, which "
                            "weights are kept in; tuning: qlora keeps frozen weights in 4 bits");
}

static bool sparsity_has_units(const hc_parallel_plan *plan, const hc_model_shape *shape)
{
    (void)shape;
    return !plan->is_sparse_2to4 || plan->precision != HC_FP32;
}

static void explain_sparsity(const hc_parallel_plan *plan, const hc_model_shape *shape,
                             hc_plan_reason *out)
{
    (void)plan;
    (void)shape;
    hc_plan_reason_say(out, "expected a precision that sparse units multiply, found fp32; "
                            "precision: tf32 would do");
}

static bool pruning_leaves_some(const hc_parallel_plan *plan, const hc_model_shape *shape)
{
    (void)shape;
    return plan->pruned_share >= 0 && plan->pruned_share < 1;
}

static void explain_pruning(const hc_parallel_plan *plan, const hc_model_shape *shape,
                            hc_plan_reason *out)
{
    (void)shape;
    hc_plan_reason_say(out, "expected a share from 0, below 1, found %g", plan->pruned_share);
}

/* --- tuning --- */

static bool has_adapters(const hc_parallel_plan *plan)
{
    return plan->tuning == HC_TUNE_LORA || plan->tuning == HC_TUNE_QLORA;
}

static bool adapters_have_a_rank(const hc_parallel_plan *plan, const hc_model_shape *shape)
{
    return has_adapters(plan) ? plan->lora_rank > 0 && plan->lora_rank <= shape->hidden
                              : plan->lora_rank == 0;
}

static void explain_adapters(const hc_parallel_plan *plan, const hc_model_shape *shape,
                             hc_plan_reason *out)
{
    if (has_adapters(plan)) {
        hc_plan_reason_say(out, "expected 1 to %" PRIu32 ", the hidden size, found %" PRIu32,
                           shape->hidden, plan->lora_rank);
    } else {
        hc_plan_reason_say(out, "expected lora or qlora with it, found rank %" PRIu32,
                           plan->lora_rank);
    }
}

static bool trained_layers_exist(const hc_parallel_plan *plan, const hc_model_shape *shape)
{
    return plan->tuning == HC_TUNE_PARTIAL
               ? plan->trained_layers > 0 && plan->trained_layers <= shape->layers
               : plan->trained_layers == 0;
}

static void explain_trained_layers(const hc_parallel_plan *plan, const hc_model_shape *shape,
                                   hc_plan_reason *out)
{
    if (plan->tuning == HC_TUNE_PARTIAL) {
        hc_plan_reason_say(out, "expected 1 to the %" PRIu32 " layers, found %" PRIu32,
                           shape->layers, plan->trained_layers);
    } else {
        hc_plan_reason_say(out, "expected partial tuning with it, found %" PRIu32,
                           plan->trained_layers);
    }
}

static const hc_plan_rule RULES[] = {
    {HC_PLAN_OTHER("zero"), zero_is_known, explain_zero},
    {HC_PLAN_COUNT(shard_group), shards_are_groups, explain_shards},
    {HC_PLAN_OTHER("precision"), precision_multiplies, explain_precision},
    {HC_PLAN_OTHER("sparse_2to4"), sparsity_has_units, explain_sparsity},
    {HC_PLAN_OTHER("pruned"), pruning_leaves_some, explain_pruning},
    {HC_PLAN_OTHER("tuning.rank"), adapters_have_a_rank, explain_adapters},
    {HC_PLAN_OTHER("tuning.layers"), trained_layers_exist, explain_trained_layers},
};

const hc_plan_rules hc_plan_rules_state = {RULES, sizeof RULES / sizeof RULES[0]};
