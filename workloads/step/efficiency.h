#ifndef HC_WORKLOADS_STEP_EFFICIENCY_H
#define HC_WORKLOADS_STEP_EFFICIENCY_H

#include "workloads/catalogue/accelerators.h"

#include <stdbool.h>
#include <stddef.h>

/** The free parameters of the step model: what no data sheet says. Few, and the same for every model, plan and cluster
 *  size. What each does: docs/models.md. */
typedef enum hc_efficiency_parameter {
    HC_EFF_GEMM = 0,     /**< share of the dense peak that large matrix products reach in 16 bits */
    HC_EFF_GEMM_8BIT,    /**< likewise in 8 bits */
    HC_EFF_GEMM_4BIT,    /**< likewise in 4 bits */
    HC_EFF_GEMM_SECONDS, /**< seconds that each product takes beyond that */
    HC_EFF_GROUPED,      /**< rate of products by experts / rate of plain ones of the same size */
    HC_EFF_ATTENTION,    /**< share of the 16-bit peak that a fused attention core reaches */
    HC_EFF_BATCHED,      /**< likewise of the products of an unfused one */
    HC_EFF_SCORE_PASSES, /**< times that an unfused core reads or writes its scores, forward */
    HC_EFF_MEMORY,       /**< share of the memory bandwidth that streaming kernels reach */
    HC_EFF_LOGIT_PASSES, /**< times that the loss reads or writes the logits in fp32, forward and backward */
    HC_EFF_LAYER_SECONDS, /**< least time of the host for a layer of a micro-batch, forward and backward */
    HC_EFF_EXPERT_SECONDS, /**< likewise of a layer with experts */
    HC_EFF_STEP_SECONDS,   /**< seconds of each step outside of all micro-batches */
    HC_EFF_SEND_SHARE,     /**< share of the time of sends between stages that nothing hides */
    HC_EFF_TENSOR_HIDDEN, /**< share of tensor-parallel traffic that is hidden where the plan overlaps it */
    HC_EFF_SLOWDOWN, /**< share of a hidden communication's time by which it slows the compute above it */
    HC_EFF_DISPATCH, /**< reads and writes of a token's copies on their way to experts and back, each way */
    HC_EFF_COUNT,
} hc_efficiency_parameter;

/** A calibration: values of the free parameters, and what they were fitted on. Plain; texts are borrowed. */
typedef struct hc_efficiency {
    const char *name;        /**< "a100-2026" */
    const char *accelerator; /**< kind that it was fitted on */
    const char *basis; /**< one line: what was fitted on which rows, and the error on others */
    double values[HC_EFF_COUNT];
} hc_efficiency;

/** "gemm", "gemm_8bit", ...: names of the parameters in files and tables. Borrowed for ever. */
const char *hc_efficiency_parameter_name(hc_efficiency_parameter parameter);

/** Least and greatest value that means anything. */
void hc_efficiency_parameter_range(hc_efficiency_parameter parameter, double *least,
                                   double *greatest);

/** Shipped profiles. Borrowed for ever. */
size_t hc_efficiency_count(void);
const hc_efficiency *hc_efficiency_at(size_t index);

/** @return NULL when no profile has that name. */
const hc_efficiency *hc_efficiency_find(const char *name);

/** The profile for a kind of accelerator: the one fitted on it, else the one of the kind most like it.
 *  @param is_borrowed  [out] whether it was fitted on another kind; NULL: of no interest */
const hc_efficiency *hc_efficiency_for(const hc_accelerator *accelerator, bool *is_borrowed);

#endif
