#include "workloads/plan/plan_rules.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

/* --- ranks --- */

static uint64_t ranks_of(const hc_parallel_plan *plan)
{
    return hc_plan_product((uint64_t)plan->tp * plan->cp, (uint64_t)plan->dp * plan->pp);
}

static bool gpus_are_the_product(const hc_parallel_plan *plan, const hc_model_shape *shape)
{
    (void)shape;
    return plan->gpus == ranks_of(plan);
}

static void explain_gpus(const hc_parallel_plan *plan, const hc_model_shape *shape,
                         hc_plan_reason *out)
{
    uint64_t model = hc_plan_product(hc_plan_product(plan->tp, plan->cp), plan->pp);
    char other[64] = "";
    (void)shape;
    if (hc_plan_divides(model, plan->gpus)) {
        (void)snprintf(other, sizeof other, "; dp: %" PRIu64 " would do", plan->gpus / model);
    }
    hc_plan_reason_say(out,
                       "expected tp * cp * dp * pp = %" PRIu32 " * %" PRIu32 " * %" PRIu32
                       " * %" PRIu32 " = %" PRIu64 ", found %" PRIu32 "%s",
                       plan->tp, plan->cp, plan->dp, plan->pp, ranks_of(plan), plan->gpus, other);
}

/* --- tensor parallelism --- */

static bool heads_are_cut(const hc_parallel_plan *plan, const hc_model_shape *shape)
{
    return hc_plan_divides(plan->tp, shape->heads);
}

static void explain_heads(const hc_parallel_plan *plan, const hc_model_shape *shape,
                          hc_plan_reason *out)
{
    hc_plan_reason_say(out, "expected a divisor of the %" PRIu32 " attention heads, found %" PRIu32,
                       shape->heads, plan->tp);
}

/* Heads of keys and values are cut, or copied to as many ranks each. */
static bool kv_heads_are_cut(const hc_parallel_plan *plan, const hc_model_shape *shape)
{
    return shape->kv_heads == 0 || hc_plan_divides(plan->tp, shape->kv_heads) ||
           hc_plan_divides(shape->kv_heads, plan->tp);
}

static void explain_kv_heads(const hc_parallel_plan *plan, const hc_model_shape *shape,
                             hc_plan_reason *out)
{
    hc_plan_reason_say(out,
                       "expected a divisor or a multiple of the %" PRIu32
                       " heads of keys and values, found %" PRIu32,
                       shape->kv_heads, plan->tp);
}

static bool ffn_is_cut(const hc_parallel_plan *plan, const hc_model_shape *shape)
{
    return hc_plan_divides(plan->tp, shape->ffn);
}

static void explain_ffn(const hc_parallel_plan *plan, const hc_model_shape *shape,
                        hc_plan_reason *out)
{
    hc_plan_reason_say(out,
                       "expected a divisor of the feed-forward width %" PRIu32 ", found %" PRIu32,
                       shape->ffn, plan->tp);
}

static bool shared_ffn_is_cut(const hc_parallel_plan *plan, const hc_model_shape *shape)
{
    return hc_plan_divides(plan->tp, shape->shared_ffn);
}

static void explain_shared_ffn(const hc_parallel_plan *plan, const hc_model_shape *shape,
                               hc_plan_reason *out)
{
    hc_plan_reason_say(
        out, "expected a divisor of the width of the shared experts %" PRIu32 ", found %" PRIu32,
        shape->shared_ffn, plan->tp);
}

static bool sequence_parallel_has_ranks(const hc_parallel_plan *plan, const hc_model_shape *shape)
{
    (void)shape;
    return !plan->sequence_parallel || plan->tp > 1;
}

static void explain_sequence_parallel(const hc_parallel_plan *plan, const hc_model_shape *shape,
                                      hc_plan_reason *out)
{
    (void)shape;
    hc_plan_reason_say(
        out, "expected tp > 1, found tp: %" PRIu32 "; sequence_parallel: false would do", plan->tp);
}

static bool tokens_are_cut(const hc_parallel_plan *plan, const hc_model_shape *shape)
{
    (void)shape;
    return !plan->sequence_parallel || hc_plan_divides(plan->tp, plan->sequence / plan->cp);
}

static void explain_tokens_cut(const hc_parallel_plan *plan, const hc_model_shape *shape,
                               hc_plan_reason *out)
{
    (void)shape;
    hc_plan_reason_say(out,
                       "expected a divisor of sequence / cp = %" PRIu32
                       " tokens (sequence_parallel), found %" PRIu32,
                       plan->sequence / plan->cp, plan->tp);
}

/* --- context parallelism --- */

/* Two pieces for each rank: an early and a late one, so that causal attention is the same work for all. */
static uint64_t pieces_of(const hc_parallel_plan *plan)
{
    bool is_whole = plan->cp == 1 || plan->context == HC_CONTEXT_ALL_TO_ALL;
    return is_whole ? plan->cp : 2 * (uint64_t)plan->cp;
}

static bool sequence_is_cut(const hc_parallel_plan *plan, const hc_model_shape *shape)
{
    (void)shape;
    return hc_plan_divides(pieces_of(plan), plan->sequence);
}

static void explain_sequence(const hc_parallel_plan *plan, const hc_model_shape *shape,
                             hc_plan_reason *out)
{
    (void)shape;
    hc_plan_reason_say(out,
                       "expected %s to divide the %" PRIu32 " tokens of a sequence, found %" PRIu32,
                       pieces_of(plan) > plan->cp ? "2 * cp" : "cp", plan->sequence, plan->cp);
}

static bool heads_are_dealt_out(const hc_parallel_plan *plan, const hc_model_shape *shape)
{
    return plan->cp == 1 || plan->context != HC_CONTEXT_ALL_TO_ALL ||
           hc_plan_divides((uint64_t)plan->cp * plan->tp, shape->heads);
}

static void explain_heads_dealt_out(const hc_parallel_plan *plan, const hc_model_shape *shape,
                                    hc_plan_reason *out)
{
    hc_plan_reason_say(out,
                       "expected cp * tp = %" PRIu32 " * %" PRIu32 " = %" PRIu64
                       " to divide the %" PRIu32 " attention heads (all_to_all), found %" PRIu32,
                       plan->cp, plan->tp, (uint64_t)plan->cp * plan->tp, shape->heads, plan->cp);
}

/* --- experts --- */

static bool has_experts_for_ranks(const hc_parallel_plan *plan, const hc_model_shape *shape)
{
    return plan->ep == 1 || shape->experts > 0;
}

static void explain_no_experts(const hc_parallel_plan *plan, const hc_model_shape *shape,
                               hc_plan_reason *out)
{
    (void)shape;
    hc_plan_reason_say(out, "expected 1, the model has no experts, found %" PRIu32, plan->ep);
}

static bool experts_are_dealt_out(const hc_parallel_plan *plan, const hc_model_shape *shape)
{
    return shape->experts == 0 || hc_plan_divides(plan->ep, shape->experts);
}

static void explain_experts(const hc_parallel_plan *plan, const hc_model_shape *shape,
                            hc_plan_reason *out)
{
    hc_plan_reason_say(out, "expected a divisor of the %" PRIu32 " experts, found %" PRIu32,
                       shape->experts, plan->ep);
}

static bool expert_ranks_are_dealt_out(const hc_parallel_plan *plan, const hc_model_shape *shape)
{
    (void)shape;
    return hc_plan_divides(plan->ep, hc_plan_product((uint64_t)plan->tp * plan->cp, plan->dp));
}

static void explain_expert_ranks(const hc_parallel_plan *plan, const hc_model_shape *shape,
                                 hc_plan_reason *out)
{
    (void)shape;
    hc_plan_reason_say(out,
                       "expected a divisor of tp * cp * dp = %" PRIu32 " * %" PRIu32 " * %" PRIu32
                       " = %" PRIu64 ", found %" PRIu32,
                       plan->tp, plan->cp, plan->dp,
                       hc_plan_product((uint64_t)plan->tp * plan->cp, plan->dp), plan->ep);
}

static bool routing_has_experts(const hc_parallel_plan *plan, const hc_model_shape *shape)
{
    return shape->experts > 0 || (plan->expert_imbalance == 0 && plan->capacity_factor == 0 &&
                                  plan->expert_node_limit == 0 && !plan->overlaps_expert);
}

static void explain_routing(const hc_parallel_plan *plan, const hc_model_shape *shape,
                            hc_plan_reason *out)
{
    (void)plan;
    (void)shape;
    hc_plan_reason_say(
        out, "expected none of expert_imbalance, capacity_factor, node_limit and overlap.expert, "
             "the model has no experts");
}

static bool imbalance_is_a_factor(const hc_parallel_plan *plan, const hc_model_shape *shape)
{
    (void)shape;
    return plan->expert_imbalance == 0 ||
           (plan->expert_imbalance >= 1 && isfinite(plan->expert_imbalance));
}

static void explain_imbalance(const hc_parallel_plan *plan, const hc_model_shape *shape,
                              hc_plan_reason *out)
{
    (void)shape;
    hc_plan_reason_say(out,
                       "expected fullest / mean, at least 1, or 0 for random routing, found %g",
                       plan->expert_imbalance);
}

static bool capacity_is_a_factor(const hc_parallel_plan *plan, const hc_model_shape *shape)
{
    (void)shape;
    return plan->capacity_factor >= 0 && isfinite(plan->capacity_factor);
}

static void explain_capacity(const hc_parallel_plan *plan, const hc_model_shape *shape,
                             hc_plan_reason *out)
{
    (void)shape;
    hc_plan_reason_say(out, "expected a number from 0, which drops nothing, found %g",
                       plan->capacity_factor);
}

static const hc_plan_rule RULES[] = {
    {HC_PLAN_COUNT(tp), heads_are_cut, explain_heads},
    {HC_PLAN_COUNT(tp), kv_heads_are_cut, explain_kv_heads},
    {HC_PLAN_COUNT(tp), ffn_is_cut, explain_ffn},
    {HC_PLAN_COUNT(tp), shared_ffn_is_cut, explain_shared_ffn},
    {HC_PLAN_COUNT(tp), tokens_are_cut, explain_tokens_cut},
    {HC_PLAN_COUNT(cp), sequence_is_cut, explain_sequence},
    {HC_PLAN_COUNT(cp), heads_are_dealt_out, explain_heads_dealt_out},
    {HC_PLAN_COUNT(ep), has_experts_for_ranks, explain_no_experts},
    {HC_PLAN_COUNT(ep), experts_are_dealt_out, explain_experts},
    {HC_PLAN_COUNT(ep), expert_ranks_are_dealt_out, explain_expert_ranks},
    {HC_PLAN_OTHER("gpus"), gpus_are_the_product, explain_gpus},
    {HC_PLAN_OTHER("sequence_parallel"), sequence_parallel_has_ranks, explain_sequence_parallel},
    {HC_PLAN_OTHER("experts"), routing_has_experts, explain_routing},
    {HC_PLAN_OTHER("expert_imbalance"), imbalance_is_a_factor, explain_imbalance},
    {HC_PLAN_OTHER("capacity_factor"), capacity_is_a_factor, explain_capacity},
};

const hc_plan_rules hc_plan_rules_ranks = {RULES, sizeof RULES / sizeof RULES[0]};
