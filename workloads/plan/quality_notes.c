#include "workloads/plan/quality_notes.h"

static const char *note_of_precision(hc_precision precision)
{
    switch (precision) {
    case HC_FP8:
        return "fp8: DeepSeek-V3 reports a loss within 0.25 % of bf16's (arXiv:2412.19437); watch "
               "yours";
    case HC_MXFP8:
        return "mxfp8: scales per 32 values follow bf16 more closely than one per tensor (Rouhani "
               "et al., arXiv:2310.10537)";
    case HC_FP4:
        return "fp4: young; a 12B model on 10 T tokens came close to its fp8 twin (NVIDIA, "
               "arXiv:2509.25149)";
    case HC_INT8:
        return "int8: for inference 1 to 3 % are lost (Kurtic et al., arXiv:2411.02355); training "
               "in "
               "it is not usual";
    case HC_INT4:
        return "int4: weights only, for inference or under adapters; what is lost depends on model "
               "and method (Kurtic et al., arXiv:2411.02355)";
    case HC_FP32:
    case HC_TF32:
    case HC_FP16:
    case HC_BF16:
    case HC_PRECISION_COUNT:
        break;
    }
    return NULL;
}

static const char *note_of_tuning(hc_tuning tuning)
{
    switch (tuning) {
    case HC_TUNE_LORA:
        return "lora: on par with full fine-tuning on many tasks (Hu et al., arXiv:2106.09685), "
               "behind it where much is new (Biderman et al., arXiv:2405.09673)";
    case HC_TUNE_QLORA:
        return "qlora: matched 16-bit fine-tuning on its authors' benchmarks (Dettmers et al., "
               "arXiv:2305.14314); see lora";
    case HC_TUNE_PARTIAL:
        return "partial: layers that are not trained do not learn; how many are enough depends on "
               "the "
               "task (Howard and Ruder, arXiv:1801.06146)";
    case HC_TUNE_FULL:
    case HC_TUNE_COUNT:
        break;
    }
    return NULL;
}

size_t hc_plan_quality_notes(const hc_parallel_plan *plan, const char *notes[HC_MAX_QUALITY_NOTES])
{
    const char *found[] = {
        note_of_precision(plan->precision),
        note_of_tuning(plan->tuning),
        plan->is_sparse_2to4 ? "2:4 sparsity: accuracy comes back with more training (Mishra et "
                               "al., arXiv:2104.08378); "
                               "ViT-L gained 6 % end to end (PyTorch 2024)"
                             : NULL,
        plan->pruned_share > 0
            ? "pruned: has to be trained again, and loses more the more is taken "
              "away (Muralidharan et al., arXiv:2407.14679)"
            : NULL,
        plan->capacity_factor > 0
            ? "capacity_factor: tokens beyond it pass their experts by (Fedus et "
              "al., arXiv:2101.03961)"
            : NULL,
    };
    size_t count = 0;
    for (size_t i = 0; i < sizeof found / sizeof found[0]; i++) {
        if (found[i] != NULL) {
            notes[count++] = found[i];
        }
    }
    return count;
}
