#include "workloads/measured/measured_row.h"

#include "workloads/measured/measured_cells.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const PUBLISHED_NAMES[HC_MEASURED_COLUMN_COUNT] = {
    "source",      "model",
    "layers",      "hidden",
    "heads",       "kv_heads",
    "ffn",         "vocab",
    "seq",         "params_B",
    "experts",     "topk",
    "gpu",         "gpus",
    "nodes",       "tp",
    "pp",          "dp",
    "cp",          "ep",
    "micro_batch", "global_batch",
    "interleave",  "recompute",
    "precision",   "metric",
    "value",       "unit",
    "note",        "micro_batches",
    "measured_ms", "measured_alloc_GiB",
};

static const char *const VTRAIN_NAMES[HC_MEASURED_COLUMN_COUNT] = {
    [HC_MEASURED_PARAMETERS] = "Parameters (billion)",
    [HC_MEASURED_GPUS] = "# GPUs",
    [HC_MEASURED_GLOBAL_BATCH] = "global batch",
    [HC_MEASURED_MICRO_BATCH] = "micro batch",
    [HC_MEASURED_HIDDEN] = "hidden size",
    [HC_MEASURED_HEADS] = "attention heads",
    [HC_MEASURED_LAYERS] = "# layers",
    [HC_MEASURED_SEQUENCE] = "sequence length",
    [HC_MEASURED_TP] = "tensor parallelism",
    [HC_MEASURED_DP] = "data parallelism",
    [HC_MEASURED_PP] = "pipeline parallelism",
    [HC_MEASURED_MILLISECONDS] = "iteration time (ms)",
};

const char *hc_measured_column_name(hc_measured_form form, hc_measured_column column)
{
    return form == HC_MEASURED_VTRAIN ? VTRAIN_NAMES[column] : PUBLISHED_NAMES[column];
}

void hc_measured_row_remark(hc_measured_row *row, const char *format, ...)
{
    size_t length = strlen(row->note);
    va_list arguments;
    if (length > 0 && length + 2 < sizeof row->note) {
        length += (size_t)snprintf(row->note + length, sizeof row->note - length, "; ");
    }
    va_start(arguments, format);
    (void)vsnprintf(row->note + length, sizeof row->note - length, format, arguments);
    va_end(arguments);
}

/* "DGX-H100", "A100-80G SXM (Selene)", "B200 SXM x8": without the names of systems, brackets and counts. */
static const hc_accelerator *find_accelerator(const char *cell)
{
    static const char *const SYSTEMS[] = {"DGX-", "HGX-", "DGX ", "HGX "};
    char text[64];
    char *end = NULL;
    for (size_t i = 0; i < sizeof SYSTEMS / sizeof SYSTEMS[0]; i++) {
        cell += strncmp(cell, SYSTEMS[i], 4) == 0 ? 4 : 0;
    }
    (void)snprintf(text, sizeof text, "%.*s", (int)strcspn(cell, "("), cell);
    end = strstr(text, " x");
    if (end != NULL && isdigit((unsigned char)end[2])) {
        *end = '\0';
    }
    for (end = text + strlen(text); end > text && end[-1] == ' '; end--) {
        end[-1] = '\0';
    }
    return hc_accelerator_find(text);
}

static int read_accelerator(hc_measured_row *row, const char *const *cells, hc_error *error)
{
    const char *cell = cells[HC_MEASURED_GPU];
    const char *suggested = NULL;
    if (hc_cell_is_silent(cell)) {
        return hc_error_set(error, HC_ERROR_TRACE, "gpu: not stated");
    }
    row->accelerator = find_accelerator(cell);
    if (row->accelerator == NULL) {
        suggested = hc_accelerator_suggest(cell);
        return hc_error_set(error, HC_ERROR_TRACE, "gpu: the catalogue has no \"%.40s\"%s%s%s",
                            cell, suggested == NULL ? "" : "; did you mean ",
                            suggested == NULL ? "" : suggested, suggested == NULL ? "" : "?");
    }
    return 0;
}

/* GPUs of a node: as the row tells it, else as the kind is usually sold. */
static int read_nodes(hc_measured_row *row, const char *const *cells, hc_error *error)
{
    uint32_t nodes = 0;
    row->gpus_per_node = row->accelerator->gpus_per_node;
    row->nic_bytes_per_second = row->accelerator->nic_bytes_per_second;
    if (hc_cell_count(cells[HC_MEASURED_NODES], HC_MEASURED_NODES, &nodes, error) < 0) {
        return -1;
    }
    if (nodes > 0 && row->plan.gpus % nodes == 0 && nodes < row->plan.gpus) {
        row->gpus_per_node = row->plan.gpus / nodes;
    }
    row->gpus_per_node = row->gpus_per_node == 0 ? 8 : row->gpus_per_node;
    return 0;
}

/* Whether the row counts what is recomputed: it says so in one of several ways. */
static bool is_hardware(const char *const *cells)
{
    return hc_cell_has(cells[HC_MEASURED_METRIC], "hardware") ||
           strcmp(cells[HC_MEASURED_METRIC], "TFLOP/s per GPU") == 0 ||
           hc_cell_has(cells[HC_MEASURED_VALUE], "8PD") ||
           hc_cell_has(cells[HC_MEASURED_SOURCE], "(HFU)");
}

static void read_convention(hc_measured_row *row, const char *const *cells)
{
    bool is_early_mfu = hc_cell_has(cells[HC_MEASURED_METRIC], "MFU");
    row->convention = is_hardware(cells)                 ? HC_FLOPS_HARDWARE
                      : is_early_mfu                     ? HC_FLOPS_MODEL_UNCUT
                      : row->plan.tuning == HC_TUNE_LORA ? HC_FLOPS_FROZEN
                                                         : HC_FLOPS_MODEL;
    hc_measured_row_remark(row, "TFLOP/s: %s", hc_flop_convention_name(row->convention));
}

static double flops_of(const hc_measured_row *row)
{
    return hc_flop_convention_count(row->convention, &row->shape, &row->plan);
}

/* Seconds of a step from what was measured, whatever that was. */
static double seconds_from_value(const hc_measured_row *row, const char *const *cells)
{
    const char *metric = cells[HC_MEASURED_METRIC];
    double gpus = row->plan.gpus;
    double value = 0;
    if (!hc_cell_number(cells[HC_MEASURED_VALUE], &value) || value <= 0) {
        return 0;
    }
    if (hc_cell_has(metric, "iteration time")) {
        return value;
    }
    if (hc_cell_has(metric, "Tokens / sec")) {
        return (double)row->plan.global_batch * row->plan.sequence / (value * gpus);
    }
    if (hc_cell_has(metric, "TFLOP")) {
        return flops_of(row) / (value * 1e12 * gpus);
    }
    if (hc_cell_has(metric, "MFU")) {
        double peak = row->accelerator->flops[row->plan.precision];
        return peak > 0 ? flops_of(row) / (value / 100 * peak * gpus) : 0;
    }
    return 0;
}

static void read_measured(hc_measured_row *row, const char *const *cells)
{
    double value = 0;
    row->measured_seconds = seconds_from_value(row, cells);
    if (hc_cell_number(cells[HC_MEASURED_MILLISECONDS], &value) && value > 0) {
        row->measured_seconds = value / 1e3;
    }
    if (hc_cell_number(cells[HC_MEASURED_ALLOCATED_GIB], &value) && value > 0) {
        row->measured_allocated_bytes = value * 1073741824;
    }
}

/* What vTrain's tables leave unsaid, as its README and the configurations of its repository state it. */
static void stand_for_vtrain(const char **cells)
{
    cells[HC_MEASURED_SOURCE] = "Megatron-DeepSpeed of 2022";
    cells[HC_MEASURED_MODEL] = "GPT";
    cells[HC_MEASURED_GPU] = "A100-SXM-80";
    cells[HC_MEASURED_VOCABULARY] = "51200";
    cells[HC_MEASURED_RECOMPUTE] = "full, no SP";
    cells[HC_MEASURED_PRECISION] = "fp16";
}

static void say_vtrain(hc_measured_row *row)
{
    row->gpus_per_node = 8;
    row->nic_bytes_per_second = 12.5e9;
    row->note[0] = '\0';
    hc_measured_row_remark(row,
                           "A100-80GB, 8 GPUs and 800 Gb/s a node, full recomputation, plain "
                           "data parallelism, vocabulary 50,257 padded to 51,200; TFLOP/s: %s",
                           hc_flop_convention_name(row->convention));
}

int hc_measured_row_read(hc_measured_row *out, hc_measured_form form,
                         const char *const cells[HC_MEASURED_COLUMN_COUNT], hc_error *error)
{
    const char *own[HC_MEASURED_COLUMN_COUNT];
    memcpy(own, cells, sizeof own);
    if (form == HC_MEASURED_VTRAIN) {
        stand_for_vtrain(own);
    }
    *out = (hc_measured_row){.note = ""};
    if (read_accelerator(out, own, error) < 0 || hc_measured_read_shape(out, own, error) < 0 ||
        hc_measured_read_plan(out, own, error) < 0 || read_nodes(out, own, error) < 0) {
        return -1;
    }
    read_convention(out, own);
    read_measured(out, own);
    if (form == HC_MEASURED_VTRAIN) {
        say_vtrain(out);
    }
    return 0;
}

bool hc_measured_row_try_micro_batch(hc_measured_row *row, uint32_t micro_batch)
{
    hc_parallel_plan tried = row->plan;
    tried.micro_batch = micro_batch;
    if (!hc_parallel_plan_is_possible(&tried, &row->shape)) {
        return false;
    }
    row->plan = tried;
    return true;
}
