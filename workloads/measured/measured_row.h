#ifndef HC_WORKLOADS_MEASURED_MEASURED_ROW_H
#define HC_WORKLOADS_MEASURED_MEASURED_ROW_H

#include "sim/error.h"
#include "workloads/catalogue/accelerators.h"
#include "workloads/catalogue/model_shape.h"
#include "workloads/plan/parallel_plan.h"

#include <stdbool.h>
#include <stdint.h>

/** One row of a table of measured training runs: what ran, and how fast it was. Tables of papers leave much unsaid and write
 *  numbers as text ("FSDP=64", "31508 (29789)", "interleaved where pp>1"); this says what is taken for it. */

/** What a row may tell. Names of columns: hc_measured_column_name(). */
typedef enum hc_measured_column {
    HC_MEASURED_SOURCE = 0,
    HC_MEASURED_MODEL,
    HC_MEASURED_LAYERS,
    HC_MEASURED_HIDDEN,
    HC_MEASURED_HEADS,
    HC_MEASURED_KV_HEADS, /**< or "MLA" */
    HC_MEASURED_FFN,
    HC_MEASURED_VOCABULARY,
    HC_MEASURED_SEQUENCE,
    HC_MEASURED_PARAMETERS, /**< 1e9 */
    HC_MEASURED_EXPERTS,
    HC_MEASURED_TOPK,
    HC_MEASURED_GPU,
    HC_MEASURED_GPUS,
    HC_MEASURED_NODES,
    HC_MEASURED_TP,
    HC_MEASURED_PP,
    HC_MEASURED_DP,
    HC_MEASURED_CP,
    HC_MEASURED_EP,
    HC_MEASURED_MICRO_BATCH,
    HC_MEASURED_GLOBAL_BATCH,
    HC_MEASURED_INTERLEAVE,
    HC_MEASURED_RECOMPUTE,
    HC_MEASURED_PRECISION,
    HC_MEASURED_METRIC,
    HC_MEASURED_VALUE,
    HC_MEASURED_UNIT,
    HC_MEASURED_NOTE,
    HC_MEASURED_MICRO_BATCHES, /**< of a replica and step, instead of the global batch */
    HC_MEASURED_MILLISECONDS,  /**< of a step */
    HC_MEASURED_ALLOCATED_GIB, /**< of memory */
    HC_MEASURED_COLUMN_COUNT,
} hc_measured_column;

/** Tables that name their columns in one way and share what they leave unsaid. */
typedef enum hc_measured_form {
    HC_MEASURED_PUBLISHED = 0, /**< one run a row, each of its own paper */
    HC_MEASURED_VTRAIN, /**< GPT models on A100-80GB, 8 GPUs and 800 Gb/s a node; full recomputation */
    HC_MEASURED_FORM_COUNT,
} hc_measured_form;
#define HC_MEASURED_FORM_NAMES "published|vtrain"

/** Name of a column, as the form has it; NULL when it has none. Borrowed for ever. */
const char *hc_measured_column_name(hc_measured_form form, hc_measured_column column);

/** What is counted when a row says FLOP/s. */
typedef enum hc_flop_convention {
    HC_FLOPS_MODEL = 0, /**< no recomputation, causal attention halved: Megatron, NeMo */
    HC_FLOPS_MODEL_UNCUT, /**< no recomputation, the whole square of attention: PaLM's MFU, Korthikanti et al. 2022 */
    HC_FLOPS_HARDWARE, /**< with full recomputation, the whole square: Narayanan et al. 2021, eq. 3 */
    HC_FLOPS_FROZEN,   /**< weights without their gradients, attention left out: NeMo's LoRA */
} hc_flop_convention;

/** "model FLOPs, attention halved", ... Borrowed for ever. */
const char *hc_flop_convention_name(hc_flop_convention convention);

/** FLOPs of a whole step on all GPUs, as the convention counts them. */
double hc_flop_convention_count(hc_flop_convention convention, const hc_model_shape *shape,
                                const hc_parallel_plan *plan);

enum { HC_MEASURED_NOTE_SIZE = 1024 };

/** A row that can be predicted. Plain; texts in it are borrowed from the cells or live for ever. */
typedef struct hc_measured_row {
    hc_model_shape shape;
    hc_parallel_plan plan; /**< possible on the shape */
    const hc_accelerator *accelerator;
    uint32_t gpus_per_node;
    double nic_bytes_per_second; /**< per GPU and direction */
    bool is_plan_open; /**< the row states no split: one replica for each GPU stands in the plan */
    bool is_micro_batch_open; /**< the row does not state it: 1 stands in the plan */
    hc_flop_convention convention;
    double measured_seconds;         /**< of a step; 0: not told */
    double measured_allocated_bytes; /**< per GPU; 0: not told */
    char note
        [HC_MEASURED_NOTE_SIZE]; /**< what was taken for what the row does not say; "" : nothing */
} hc_measured_row;

/** Reads a row.
 *  @param cells  one text for each hc_measured_column, never NULL; "" and words like "n/a": not stated. Borrowed
 *  @return 0, or -1 with `error` set: why the row cannot be predicted ("tp: expected a whole number ..., found \"x\"").
 *          Cells are bytes of any kind; messages repeat at most 40 of them. */
int hc_measured_row_read(hc_measured_row *out, hc_measured_form form,
                         const char *const cells[HC_MEASURED_COLUMN_COUNT], hc_error *error);

/** Puts another micro-batch in; it divides the global batch of a replica or the plan is not possible. */
bool hc_measured_row_try_micro_batch(hc_measured_row *row, uint32_t micro_batch);

/** Adds a remark to the note, behind "; ". What finds no room is left out. */
void hc_measured_row_remark(hc_measured_row *row, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
