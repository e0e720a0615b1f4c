#include "workloads/step/efficiency.h"

#include <string.h>

typedef struct {
    const char *name;
    double least;
    double greatest;
} parameter_row;

static const parameter_row PARAMETERS[HC_EFF_COUNT] = {
    [HC_EFF_GEMM] = {"gemm", 0.01, 1},
    [HC_EFF_GEMM_8BIT] = {"gemm_8bit", 0.01, 1},
    [HC_EFF_GEMM_4BIT] = {"gemm_4bit", 0.01, 1},
    [HC_EFF_GEMM_SECONDS] = {"gemm_seconds", 0, 1e-3},
    [HC_EFF_GROUPED] = {"grouped", 0.01, 2},
    [HC_EFF_ATTENTION] = {"attention", 0.01, 1},
    [HC_EFF_BATCHED] = {"batched", 0.01, 1},
    [HC_EFF_SCORE_PASSES] = {"score_passes", 0, 100},
    [HC_EFF_MEMORY] = {"memory", 0.01, 1},
    [HC_EFF_LOGIT_PASSES] = {"logit_passes", 0, 100},
    [HC_EFF_LAYER_SECONDS] = {"layer_seconds", 0, 1},
    [HC_EFF_EXPERT_SECONDS] = {"expert_seconds", 0, 1},
    [HC_EFF_STEP_SECONDS] = {"step_seconds", 0, 10},
    [HC_EFF_SEND_SHARE] = {"send_share", 0, 1},
    [HC_EFF_TENSOR_HIDDEN] = {"tensor_hidden", 0, 1},
    [HC_EFF_SLOWDOWN] = {"slowdown", 0, 1},
    [HC_EFF_DISPATCH] = {"dispatch", 0, 1000},
};

/* What was fitted on which rows, and the error on others: docs/models.md, which also says where the other values are
 * from. */
static const hc_efficiency PROFILES[] = {
    {.name = "a100-2026",
     .accelerator = "A100-SXM4-80GB",
     .basis = "gemm, score_passes, logit_passes, layer_seconds and step_seconds on 360 steps on "
              "one node and 36 on many (vTrain)",
     .values = {[HC_EFF_GEMM] = 0.723,
                [HC_EFF_GEMM_8BIT] = 0.723,
                [HC_EFF_GEMM_4BIT] = 0.723,
                [HC_EFF_GEMM_SECONDS] = 15e-6,
                [HC_EFF_GROUPED] = 0.4,
                [HC_EFF_ATTENTION] = 0.55,
                [HC_EFF_BATCHED] = 0.5,
                [HC_EFF_SCORE_PASSES] = 5.19,
                [HC_EFF_MEMORY] = 0.8,
                [HC_EFF_LOGIT_PASSES] = 19.2,
                [HC_EFF_LAYER_SECONDS] = 2.35e-3,
                [HC_EFF_EXPERT_SECONDS] = 8e-3,
                [HC_EFF_STEP_SECONDS] = 1.4e-3,
                [HC_EFF_SEND_SHARE] = 0.0854,
                [HC_EFF_TENSOR_HIDDEN] = 0.5,
                [HC_EFF_SLOWDOWN] = 0.1,
                [HC_EFF_DISPATCH] = 6}},
    {.name = "h100-2026",
     .accelerator = "H100-SXM5-80GB",
     .basis = "gemm and memory on layer products (Vidur); gemm_8bit, grouped and expert_seconds on "
              "3 steps of Megatron-Bridge 26.04",
     .values = {[HC_EFF_GEMM] = 0.742,
                [HC_EFF_GEMM_8BIT] = 0.557,
                [HC_EFF_GEMM_4BIT] = 0.557,
                [HC_EFF_GEMM_SECONDS] = 5e-6,
                [HC_EFF_GROUPED] = 0.5,
                [HC_EFF_ATTENTION] = 0.55,
                [HC_EFF_BATCHED] = 0.5,
                [HC_EFF_SCORE_PASSES] = 5.19,
                [HC_EFF_MEMORY] = 0.9,
                [HC_EFF_LOGIT_PASSES] = 6,
                [HC_EFF_LAYER_SECONDS] = 1e-3,
                [HC_EFF_EXPERT_SECONDS] = 7.28e-3,
                [HC_EFF_STEP_SECONDS] = 3e-3,
                [HC_EFF_SEND_SHARE] = 0.0854,
                [HC_EFF_TENSOR_HIDDEN] = 0.8,
                [HC_EFF_SLOWDOWN] = 0.1,
                [HC_EFF_DISPATCH] = 6}},
    {.name = "b200-2026",
     .accelerator = "B200-SXM-180GB",
     .basis = "gemm and layer_seconds on 4 steps of Llama 3 70B in bf16 on 8 B200 (SimuMax)",
     .values = {[HC_EFF_GEMM] = 0.406,
                [HC_EFF_GEMM_8BIT] = 0.484,
                [HC_EFF_GEMM_4BIT] = 0.363,
                [HC_EFF_GEMM_SECONDS] = 5e-6,
                [HC_EFF_GROUPED] = 0.614,
                [HC_EFF_ATTENTION] = 0.45,
                [HC_EFF_BATCHED] = 0.4,
                [HC_EFF_SCORE_PASSES] = 5.19,
                [HC_EFF_MEMORY] = 0.8,
                [HC_EFF_LOGIT_PASSES] = 6,
                [HC_EFF_LAYER_SECONDS] = 4.23e-3,
                [HC_EFF_EXPERT_SECONDS] = 6e-3,
                [HC_EFF_STEP_SECONDS] = 3e-3,
                [HC_EFF_SEND_SHARE] = 0.0854,
                [HC_EFF_TENSOR_HIDDEN] = 0.5,
                [HC_EFF_SLOWDOWN] = 0.1,
                [HC_EFF_DISPATCH] = 6}},
    {.name = "gb200-2026",
     .accelerator = "GB200-186GB",
     .basis = "gemm_8bit, gemm_4bit and grouped on 5 steps of Megatron-Bridge 26.04 and 26.06",
     .values = {[HC_EFF_GEMM] = 0.406,
                [HC_EFF_GEMM_8BIT] = 0.484,
                [HC_EFF_GEMM_4BIT] = 0.363,
                [HC_EFF_GEMM_SECONDS] = 5e-6,
                [HC_EFF_GROUPED] = 0.614,
                [HC_EFF_ATTENTION] = 0.45,
                [HC_EFF_BATCHED] = 0.4,
                [HC_EFF_SCORE_PASSES] = 5.19,
                [HC_EFF_MEMORY] = 0.8,
                [HC_EFF_LOGIT_PASSES] = 6,
                [HC_EFF_LAYER_SECONDS] = 1e-3,
                [HC_EFF_EXPERT_SECONDS] = 6e-3,
                [HC_EFF_STEP_SECONDS] = 3e-3,
                [HC_EFF_SEND_SHARE] = 0.0854,
                [HC_EFF_TENSOR_HIDDEN] = 0.8,
                [HC_EFF_SLOWDOWN] = 0.1,
                [HC_EFF_DISPATCH] = 6}},
};

const char *hc_efficiency_parameter_name(hc_efficiency_parameter parameter)
{
    return PARAMETERS[parameter].name;
}

void hc_efficiency_parameter_range(hc_efficiency_parameter parameter, double *least,
                                   double *greatest)
{
    *least = PARAMETERS[parameter].least;
    *greatest = PARAMETERS[parameter].greatest;
}

size_t hc_efficiency_count(void)
{
    return sizeof PROFILES / sizeof PROFILES[0];
}

const hc_efficiency *hc_efficiency_at(size_t index)
{
    return &PROFILES[index];
}

const hc_efficiency *hc_efficiency_find(const char *name)
{
    for (size_t i = 0; i < hc_efficiency_count(); i++) {
        if (strcmp(PROFILES[i].name, name) == 0) {
            return &PROFILES[i];
        }
    }
    return NULL;
}

/* Kinds with the same units, or of the same time and maker, share their efficiencies. */
static const struct {
    const char *prefix;
    const char *profile;
} LIKENESSES[] = {
    {"V100", "a100-2026"}, {"A100", "a100-2026"}, {"A10", "a100-2026"}, {"T4", "a100-2026"},
    {"GH", "h100-2026"},   {"GB", "gb200-2026"},  {"B", "b200-2026"},   {"MI2", "a100-2026"},
};

const hc_efficiency *hc_efficiency_for(const hc_accelerator *accelerator, bool *is_borrowed)
{
    const hc_efficiency *found = NULL;
    for (size_t i = 0; i < sizeof LIKENESSES / sizeof LIKENESSES[0]; i++) {
        size_t length = strlen(LIKENESSES[i].prefix);
        if (strncmp(accelerator->name, LIKENESSES[i].prefix, length) == 0) {
            found = hc_efficiency_find(LIKENESSES[i].profile);
            break;
        }
    }
    if (found == NULL) {
        found = hc_efficiency_find("h100-2026");
    }
    if (is_borrowed != NULL) {
        *is_borrowed = hc_accelerator_find(found->accelerator) != accelerator;
    }
    return found;
}
