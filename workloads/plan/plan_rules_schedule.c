#include "workloads/plan/plan_rules.h"

#include <inttypes.h>
#include <stdio.h>

/* --- batches --- */

static uint64_t sequences_of_a_round(const hc_parallel_plan *plan)
{
    return (uint64_t)plan->dp * plan->micro_batch;
}

static bool batch_is_whole(const hc_parallel_plan *plan, const hc_model_shape *shape)
{
    (void)shape;
    return hc_plan_divides(sequences_of_a_round(plan), plan->global_batch);
}

/* Micro-batches that the schedule takes: a multiple of `unit`, at least `least`. */
static void batches_of_schedule(const hc_parallel_plan *plan, uint64_t *unit, uint64_t *least)
{
    *unit = plan->interleave > 1 ? plan->pp : 1;
    *least = 1;
    if (plan->schedule == HC_PIPELINE_DUALPIPE) {
        *unit = 2;
        *least = 2 * (uint64_t)plan->pp;
    }
}

/* "; 96 would do", or nothing when no batch that a plan can name would. */
static void propose_batch(const hc_parallel_plan *plan, char *text, size_t size)
{
    uint64_t unit = 0;
    uint64_t least = 0;
    uint64_t count = 0;
    uint64_t nearest = 0;
    batches_of_schedule(plan, &unit, &least);
    unit = hc_plan_product(unit, sequences_of_a_round(plan));
    least = hc_plan_product(least, sequences_of_a_round(plan));
    count = plan->global_batch / unit + (plan->global_batch % unit > unit / 2 ? 1 : 0);
    nearest = hc_plan_product(count == 0 ? 1 : count, unit);
    nearest = nearest > least ? nearest : least;
    text[0] = '\0';
    if (nearest <= UINT32_MAX) {
        (void)snprintf(text, size, "; %" PRIu64 " would do", nearest);
    }
}

static void explain_batch(const hc_parallel_plan *plan, const hc_model_shape *shape,
                          hc_plan_reason *out)
{
    char proposal[64];
    (void)shape;
    propose_batch(plan, proposal, sizeof proposal);
    hc_plan_reason_say(out,
                       "expected a multiple of dp * micro_batch = %" PRIu32 " * %" PRIu32
                       " = %" PRIu64 ", found %" PRIu32 "%s",
                       plan->dp, plan->micro_batch, sequences_of_a_round(plan), plan->global_batch,
                       proposal);
}

/* A batch that is not whole breaks another rule. */
static bool batches_suit_the_schedule(const hc_parallel_plan *plan, const hc_model_shape *shape)
{
    uint64_t unit = 0;
    uint64_t least = 0;
    uint64_t count = plan->global_batch / sequences_of_a_round(plan);
    batches_of_schedule(plan, &unit, &least);
    return !batch_is_whole(plan, shape) || (hc_plan_divides(unit, count) && count >= least);
}

static void explain_schedule(const hc_parallel_plan *plan, const hc_model_shape *shape,
                             hc_plan_reason *out)
{
    uint64_t count = plan->global_batch / sequences_of_a_round(plan);
    char proposal[64];
    (void)shape;
    propose_batch(plan, proposal, sizeof proposal);
    if (plan->schedule == HC_PIPELINE_DUALPIPE) {
        hc_plan_reason_say(out,
                           "expected an even number of micro-batches, at least 2 * pp = %" PRIu64
                           " (dualpipe), found %" PRIu64 "%s",
                           2 * (uint64_t)plan->pp, count, proposal);
    } else {
        hc_plan_reason_say(out,
                           "expected micro-batches to be a multiple of pp = %" PRIu32
                           " (interleaved), found %" PRIu64 "%s",
                           plan->pp, count, proposal);
    }
}

/* What is counted in tokens stays exact in a double. */
static bool tokens_are_countable(const hc_parallel_plan *plan, const hc_model_shape *shape)
{
    (void)shape;
    return (uint64_t)plan->global_batch * plan->sequence <= (uint64_t)1 << 53;
}

static void explain_tokens(const hc_parallel_plan *plan, const hc_model_shape *shape,
                           hc_plan_reason *out)
{
    (void)shape;
    hc_plan_reason_say(out, "expected at most 2^53 tokens in a step, found %" PRIu32 " * %" PRIu32,
                       plan->global_batch, plan->sequence);
}

/* --- pipeline --- */

static bool stages_have_layers(const hc_parallel_plan *plan, const hc_model_shape *shape)
{
    return plan->pp <= shape->layers;
}

static void explain_stages(const hc_parallel_plan *plan, const hc_model_shape *shape,
                           hc_plan_reason *out)
{
    hc_plan_reason_say(out, "expected at most the %" PRIu32 " layers, found %" PRIu32,
                       shape->layers, plan->pp);
}

static bool interleaving_has_stages(const hc_parallel_plan *plan, const hc_model_shape *shape)
{
    (void)shape;
    return plan->interleave == 1 || (plan->pp > 1 && plan->schedule == HC_PIPELINE_1F1B);
}

static void explain_interleaving(const hc_parallel_plan *plan, const hc_model_shape *shape,
                                 hc_plan_reason *out)
{
    (void)shape;
    hc_plan_reason_say(out, "expected 1 without pp > 1 and schedule: 1f1b, found %" PRIu32,
                       plan->interleave);
}

static bool virtual_stages_are_equal(const hc_parallel_plan *plan, const hc_model_shape *shape)
{
    return plan->interleave == 1 ||
           (plan->stage_layers == NULL &&
            hc_plan_divides((uint64_t)plan->pp * plan->interleave, shape->layers));
}

static void explain_virtual_stages(const hc_parallel_plan *plan, const hc_model_shape *shape,
                                   hc_plan_reason *out)
{
    hc_plan_reason_say(out,
                       "expected pp * interleave = %" PRIu32 " * %" PRIu32 " = %" PRIu64
                       " to divide the %" PRIu32 " layers%s, found %" PRIu32,
                       plan->pp, plan->interleave, (uint64_t)plan->pp * plan->interleave,
                       shape->layers, plan->stage_layers == NULL ? "" : ", without stage_layers",
                       plan->interleave);
}

static bool dualpipe_is_even(const hc_parallel_plan *plan, const hc_model_shape *shape)
{
    (void)shape;
    return plan->schedule != HC_PIPELINE_DUALPIPE || hc_plan_divides(2, plan->pp);
}

static void explain_dualpipe(const hc_parallel_plan *plan, const hc_model_shape *shape,
                             hc_plan_reason *out)
{
    (void)shape;
    hc_plan_reason_say(out, "expected an even number (dualpipe), found %" PRIu32, plan->pp);
}

static uint64_t sum_of_stages(const hc_parallel_plan *plan, bool *has_empty)
{
    uint64_t sum = 0;
    *has_empty = false;
    for (uint32_t i = 0; i < plan->pp; i++) {
        sum += plan->stage_layers[i];
        *has_empty = *has_empty || plan->stage_layers[i] == 0;
    }
    return sum;
}

static bool stage_layers_add_up(const hc_parallel_plan *plan, const hc_model_shape *shape)
{
    bool has_empty = false;
    return plan->stage_layers == NULL ||
           (sum_of_stages(plan, &has_empty) == shape->layers && !has_empty);
}

static void explain_stage_layers(const hc_parallel_plan *plan, const hc_model_shape *shape,
                                 hc_plan_reason *out)
{
    bool has_empty = false;
    uint64_t sum = sum_of_stages(plan, &has_empty);
    hc_plan_reason_say(out,
                       "expected %" PRIu32 " numbers from 1 with the sum %" PRIu32
                       ", found the sum %" PRIu64 "%s",
                       plan->pp, shape->layers, sum, has_empty ? " and an empty stage" : "");
}

static const hc_plan_rule RULES[] = {
    {HC_PLAN_COUNT(pp), stages_have_layers, explain_stages},
    {HC_PLAN_COUNT(pp), dualpipe_is_even, explain_dualpipe},
    {HC_PLAN_COUNT(interleave), interleaving_has_stages, explain_interleaving},
    {HC_PLAN_COUNT(interleave), virtual_stages_are_equal, explain_virtual_stages},
    {HC_PLAN_OTHER("stage_layers"), stage_layers_add_up, explain_stage_layers},
    {HC_PLAN_OTHER("global_batch"), batch_is_whole, explain_batch},
    {HC_PLAN_OTHER("global_batch"), batches_suit_the_schedule, explain_schedule},
    {HC_PLAN_OTHER("global_batch"), tokens_are_countable, explain_tokens},
};

const hc_plan_rules hc_plan_rules_schedule = {RULES, sizeof RULES / sizeof RULES[0]};
