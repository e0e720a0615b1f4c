#include "workloads/measured/measured_row.h"

/* Reports count FLOPs in different ways; predicted rates are put into the same words before they are compared. */

const char *hc_flop_convention_name(hc_flop_convention convention)
{
    static const char *const NAMES[] = {
        [HC_FLOPS_MODEL] = "model FLOPs, causal attention halved",
        [HC_FLOPS_MODEL_UNCUT] = "model FLOPs, attention uncut",
        [HC_FLOPS_HARDWARE] = "with full recomputation, attention uncut (96 B s L h^2 ...)",
        [HC_FLOPS_FROZEN] = "frozen weights without their gradients, no attention core",
    };
    return NAMES[convention];
}

/* FLOPs of a token from those of its forward pass: the backward pass takes twice as many, the layers are computed once
 * more with full recomputation, the head is not (Narayanan et al. 2021, appendix: 96 B s L h^2 (1 + s/6h + V/16Lh)). */
static double per_token(hc_flop_convention convention, const hc_model_flops *forward)
{
    switch (convention) {
    case HC_FLOPS_HARDWARE:
        return 4 * (forward->total - forward->head) + 3 * forward->head;
    case HC_FLOPS_FROZEN:
        return 2 * (forward->total - forward->attention_core);
    case HC_FLOPS_MODEL:
    case HC_FLOPS_MODEL_UNCUT:
    default:
        return 3 * forward->total;
    }
}

double hc_flop_convention_count(hc_flop_convention convention, const hc_model_shape *shape,
                                const hc_parallel_plan *plan)
{
    bool is_uncut = convention == HC_FLOPS_HARDWARE || convention == HC_FLOPS_MODEL_UNCUT;
    hc_model_flops forward;
    hc_model_count_flops(shape, plan->sequence, is_uncut ? HC_ATTENTION_FULL : HC_ATTENTION_CAUSAL,
                         &forward);
    return per_token(convention, &forward) * plan->global_batch * plan->sequence;
}
