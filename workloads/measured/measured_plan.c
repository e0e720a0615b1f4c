#include "workloads/measured/measured_cells.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Plans of rows, and what is taken for what they leave unsaid. docs/estimate.md lists the defaults. */

enum { LORA_RANK = 16, PADDING = 128, BATCH_TOKENS = 4194304 };

static int read_sizes(hc_measured_row *row, const char *const *cells, hc_error *error)
{
    hc_parallel_plan *plan = &row->plan;
    const struct {
        hc_measured_column column;
        uint32_t *out;
    } SIZES[] = {
        {HC_MEASURED_GPUS, &plan->gpus},
        {HC_MEASURED_TP, &plan->tp},
        {HC_MEASURED_PP, &plan->pp},
        {HC_MEASURED_CP, &plan->cp},
        {HC_MEASURED_EP, &plan->ep},
        {HC_MEASURED_MICRO_BATCH, &plan->micro_batch},
        {HC_MEASURED_GLOBAL_BATCH, &plan->global_batch},
    };
    int status = 0;
    plan->gpus = plan->dp = plan->global_batch = 0;
    plan->micro_batch = 0;
    for (size_t i = 0; i < sizeof SIZES / sizeof SIZES[0]; i++) {
        status = hc_cell_count(cells[SIZES[i].column], SIZES[i].column, SIZES[i].out, error) < 0
                     ? -1
                     : status;
    }
    return status;
}

/* "64", "FSDP=64", "FSDP=0", "ZeRO-1". */
static int read_data_parallelism(hc_measured_row *row, const char *const *cells, hc_error *error)
{
    const char *cell = cells[HC_MEASURED_DP];
    hc_parallel_plan *plan = &row->plan;
    if (strncasecmp(cell, "FSDP=", 5) == 0) {
        uint32_t shards = 0;
        if (cell[5] != '0' && hc_cell_count(cell + 5, HC_MEASURED_DP, &shards, error) < 0) {
            return -1;
        }
        plan->zero = shards > 0 ? 3 : plan->zero;
        plan->shard_group = shards;
        return 0;
    }
    if (strncasecmp(cell, "ZeRO-", 5) == 0) {
        if (cell[5] < '1' || cell[5] > '3') {
            return hc_error_set(error, HC_ERROR_TRACE,
                                "dp: expected ZeRO-1 to ZeRO-3, found \"%.40s\"", cell);
        }
        plan->zero = (uint32_t)(cell[5] - '0');
        return 0;
    }
    return hc_cell_count(cell, HC_MEASURED_DP, &plan->dp, error);
}

/* What the engines of the time did unless told otherwise. */
static void set_habits(hc_measured_row *row, const char *const *cells)
{
    hc_parallel_plan *plan = &row->plan;
    bool is_early = hc_measured_is_early(cells);
    plan->has_fused_attention = !is_early;
    plan->has_fp32_gradients = !is_early;
    plan->has_fused_loss = !is_early;
    plan->has_dropout = is_early;
    plan->overlaps_data = !is_early;
    plan->zero = is_early ? 0 : 1;
    hc_measured_row_remark(row, "%s",
                           is_early
                               ? "of 2022 or before: attention not fused, plain data parallelism "
                                 "after the backward pass, fp16 gradients, dropout"
                               : "attention fused, distributed optimizer, gradients overlapped");
}

static void read_sharding(hc_measured_row *row, const char *const *cells)
{
    hc_parallel_plan *plan = &row->plan;
    bool is_sharded = hc_cell_has(cells[HC_MEASURED_MODEL], "ZeRO-3") ||
                      hc_cell_has(cells[HC_MEASURED_NOTE], "ZeRO-3") ||
                      hc_cell_has(cells[HC_MEASURED_SOURCE], "FSDP");
    if (is_sharded) {
        plan->zero = 3;
        plan->overlaps_data = true;
        hc_measured_row_remark(row, "parameters sharded over all data-parallel ranks");
    }
}

static void read_recomputation(hc_measured_row *row, const char *cell)
{
    hc_parallel_plan *plan = &row->plan;
    plan->recompute = hc_cell_has(cell, "full")        ? HC_RECOMPUTE_FULL
                      : hc_cell_has(cell, "selective") ? HC_RECOMPUTE_SELECTIVE
                                                       : HC_RECOMPUTE_NONE;
    if (hc_cell_is_silent(cell)) {
        hc_measured_row_remark(row, "no recomputation");
    } else if (plan->recompute == HC_RECOMPUTE_NONE && strcasecmp(cell, "none") != 0) {
        plan->recompute = HC_RECOMPUTE_SELECTIVE;
        hc_measured_row_remark(row, "recomputation \"%.40s\" taken for selective", cell);
    }
}

/* Sequence parallelism came with selective recomputation; layers of experts need it beside tensor parallelism. */
static void set_sequence_parallelism(hc_measured_row *row, const char *cell)
{
    hc_parallel_plan *plan = &row->plan;
    bool is_denied = hc_cell_has(cell, "no SP");
    bool is_stated = hc_cell_has(cell, "SP") || hc_cell_has(cell, "sequence parallel");
    plan->sequence_parallel =
        plan->tp > 1 && !is_denied &&
        (is_stated || plan->recompute != HC_RECOMPUTE_FULL || row->shape.experts > 0);
    if (plan->tp > 1 && !is_stated) {
        hc_measured_row_remark(row, "%s sequence parallelism",
                               plan->sequence_parallel ? "with" : "without");
    }
}

static uint32_t smallest_divisor(uint32_t number)
{
    for (uint32_t d = 2; d <= number / d; d++) {
        if (number % d == 0) {
            return d;
        }
    }
    return number;
}

static int read_interleaving(hc_measured_row *row, const char *cell, hc_error *error)
{
    hc_parallel_plan *plan = &row->plan;
    bool is_unknown = hc_cell_has(cell, "interleaved");
    if (!is_unknown) {
        return hc_cell_count(cell, HC_MEASURED_INTERLEAVE, &plan->interleave, error);
    }
    if (plan->pp > 1 && row->shape.layers % plan->pp == 0 && row->shape.layers > plan->pp) {
        plan->interleave = smallest_divisor(row->shape.layers / plan->pp);
        hc_measured_row_remark(row, "interleave %u", plan->interleave);
    }
    return 0;
}

static void read_precision(hc_measured_row *row, const char *const *cells)
{
    const char *cell = cells[HC_MEASURED_PRECISION];
    bool is_nemo = hc_cell_has(cells[HC_MEASURED_SOURCE], "NeMo Container");
    char word[24];
    (void)snprintf(word, sizeof word, "%.*s", (int)strcspn(cell, " ("), cell);
    row->plan.precision = hc_precision_find(word);
    if (row->plan.precision == HC_PRECISION_COUNT) {
        row->plan.precision = is_nemo ? HC_FP8 : HC_BF16;
        hc_measured_row_remark(row, "%s", hc_precision_name(row->plan.precision));
    }
}

/* NeMo's recipes of dense models cut tensor-parallel traffic into pieces and hide it behind the GEMMs. */
static void set_tensor_overlap(hc_measured_row *row, const char *source)
{
    if (hc_cell_has(source, "NeMo Container") && row->plan.tp > 1 && row->shape.experts == 0) {
        row->plan.overlaps_tensor = true;
        hc_measured_row_remark(row, "tensor-parallel traffic overlapped");
    }
}

static void read_tuning(hc_measured_row *row, const char *const *cells)
{
    hc_parallel_plan *plan = &row->plan;
    if (hc_cell_has(cells[HC_MEASURED_SOURCE], "LoRA") ||
        hc_cell_has(cells[HC_MEASURED_MODEL], "LoRA")) {
        plan->tuning = HC_TUNE_LORA;
        plan->lora_rank = LORA_RANK;
        hc_measured_row_remark(row, "LoRA of rank %d", LORA_RANK);
    }
}

static void read_experts(hc_measured_row *row, const char *const *cells)
{
    hc_parallel_plan *plan = &row->plan;
    if (row->shape.experts == 0) {
        return;
    }
    if (hc_cell_has(cells[HC_MEASURED_NOTE], "balance forced")) {
        plan->expert_imbalance = 1;
    } else {
        hc_measured_row_remark(row, "experts loaded as by random routing");
    }
    if (hc_cell_has(cells[HC_MEASURED_NOTE], "DualPipe")) {
        plan->schedule = HC_PIPELINE_DUALPIPE;
        plan->overlaps_expert = true;
        plan->expert_node_limit = 4;
    }
}

static bool is_vocabulary_divided(const hc_measured_row *row)
{
    return row->plan.tp == 0 || row->shape.vocabulary % row->plan.tp == 0;
}

/* Engines pad the vocabulary so that it can be cut. */
static void pad_vocabulary(hc_measured_row *row)
{
    uint64_t unit = (uint64_t)PADDING * row->plan.tp;
    uint64_t padded = (row->shape.vocabulary + unit - 1) / unit * unit;
    if (!is_vocabulary_divided(row) && padded <= UINT32_MAX) {
        row->shape.vocabulary = (uint32_t)padded;
        hc_measured_row_remark(row, "vocabulary padded to %u", row->shape.vocabulary);
    }
}

/* So many tokens that any split has enough to do. */
static int set_usual_batch(hc_measured_row *row, hc_error *error)
{
    hc_parallel_plan *plan = &row->plan;
    uint64_t sequences = BATCH_TOKENS / plan->sequence + 1;
    uint64_t batch = (sequences + plan->gpus - 1) / plan->gpus * plan->gpus;
    if (batch > INT32_MAX) {
        return hc_error_set(error, HC_ERROR_TRACE, "global_batch: not stated");
    }
    plan->global_batch = (uint32_t)batch;
    hc_measured_row_remark(row, "global batch %u (4 M tokens, a sequence for each GPU)",
                           plan->global_batch);
    return 0;
}

/* A batch is stated whole, or as micro-batches of a replica. Without either: enough of them to fill the pipeline. */
static int set_batch(hc_measured_row *row, const char *cell, hc_error *error)
{
    hc_parallel_plan *plan = &row->plan;
    uint64_t replicas = (uint64_t)plan->tp * plan->pp * plan->cp;
    uint32_t micro_batches = 0;
    uint64_t batch = 0;
    if (plan->global_batch > 0) {
        return 0;
    }
    if (row->is_plan_open) {
        return set_usual_batch(row, error);
    }
    if (hc_cell_count(cell, HC_MEASURED_MICRO_BATCHES, &micro_batches, error) < 0) {
        return -1;
    }
    replicas = plan->dp > 0 ? plan->dp : plan->gpus / replicas;
    batch = replicas * plan->micro_batch *
            (micro_batches > 0 ? micro_batches
             : plan->pp > 1    ? 8 * (uint64_t)plan->pp
                               : 4);
    if (batch == 0 || replicas > UINT32_MAX || batch > INT32_MAX) {
        return hc_error_set(error, HC_ERROR_TRACE, "%s: not stated",
                            replicas == 0 && plan->gpus == 0 ? "gpus" : "global_batch");
    }
    plan->global_batch = (uint32_t)batch;
    if (micro_batches == 0) {
        hc_measured_row_remark(row, "global batch %u", plan->global_batch);
    }
    return 0;
}

typedef struct repair {
    void (*apply)(hc_parallel_plan *plan);
    const char *remark;
} repair;

static void drop_interleaving(hc_parallel_plan *plan)
{
    plan->interleave = 1;
}

static void drop_sequence_parallelism(hc_parallel_plan *plan)
{
    plan->sequence_parallel = false;
}

/* Up to whole micro-batches, of which interleaved pipelines take as many as stages. */
static void round_batch(hc_parallel_plan *plan)
{
    uint64_t unit =
        (uint64_t)plan->dp * plan->micro_batch * (plan->interleave > 1 ? (uint64_t)plan->pp : 1);
    uint64_t batch = unit == 0 ? 0 : (plan->global_batch + unit - 1) / unit * unit;
    if (batch > 0 && batch <= INT32_MAX) {
        plan->global_batch = (uint32_t)batch;
    }
}

/* Reports contradict themselves in small things; each of these is tried alone, and said. */
static void mend(hc_measured_row *row)
{
    static const repair REPAIRS[] = {
        {drop_sequence_parallelism, "without sequence parallelism after all: tp does not cut it"},
        {drop_interleaving, "not interleaved: the virtual stages do not suit the plan"},
        {round_batch, "global batch rounded up to whole micro-batches"},
    };
    for (size_t i = 0; i < sizeof REPAIRS / sizeof REPAIRS[0]; i++) {
        hc_parallel_plan other = row->plan;
        if (hc_parallel_plan_is_possible(&row->plan, &row->shape)) {
            return;
        }
        REPAIRS[i].apply(&other);
        if (hc_parallel_plan_is_possible(&other, &row->shape)) {
            row->plan = other;
            hc_measured_row_remark(row, "%s", REPAIRS[i].remark);
        }
    }
}

static int check(hc_measured_row *row, hc_error *error)
{
    hc_parallel_plan_complete(&row->plan, &row->shape, NULL);
    mend(row);
    return hc_parallel_plan_check(&row->plan, &row->shape, error);
}

/* Whether the row says how the model was split. */
static int note_split(hc_measured_row *row, const char *const *cells, hc_error *error)
{
    bool is_silent = hc_cell_is_silent(cells[HC_MEASURED_TP]) &&
                     hc_cell_is_silent(cells[HC_MEASURED_PP]) &&
                     hc_cell_is_silent(cells[HC_MEASURED_DP]);
    row->is_plan_open = is_silent && row->plan.gpus != 1;
    return row->is_plan_open && row->plan.gpus == 0
               ? hc_error_set(error, HC_ERROR_TRACE, "gpus, tp, pp and dp are not stated: no plan")
               : 0;
}

int hc_measured_read_plan(hc_measured_row *row, const char *const *cells, hc_error *error)
{
    hc_parallel_plan *plan = &row->plan;
    *plan = hc_parallel_plan_default();
    if (read_sizes(row, cells, error) < 0) {
        return -1;
    }
    set_habits(row, cells);
    read_sharding(row, cells);
    if (read_data_parallelism(row, cells, error) < 0 || note_split(row, cells, error) < 0) {
        return -1;
    }
    row->is_micro_batch_open = plan->micro_batch == 0;
    plan->micro_batch = plan->micro_batch == 0 ? 1 : plan->micro_batch;
    plan->sequence = row->shape.sequence;
    read_recomputation(row, cells[HC_MEASURED_RECOMPUTE]);
    set_sequence_parallelism(row, cells[HC_MEASURED_RECOMPUTE]);
    read_precision(row, cells);
    set_tensor_overlap(row, cells[HC_MEASURED_SOURCE]);
    read_tuning(row, cells);
    read_experts(row, cells);
    if (read_interleaving(row, cells[HC_MEASURED_INTERLEAVE], error) < 0 ||
        set_batch(row, cells[HC_MEASURED_MICRO_BATCHES], error) < 0) {
        return -1;
    }
    pad_vocabulary(row);
    return check(row, error);
}
