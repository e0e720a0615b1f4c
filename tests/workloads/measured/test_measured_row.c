#include "tests/testing.h"
#include "workloads/measured/measured_row.h"

#include <stdio.h>
#include <string.h>

/* Cells of a row, by column; what is not named is empty. */
typedef struct cells {
    const char *of[HC_MEASURED_COLUMN_COUNT];
} cells;

static cells none(void)
{
    cells c;
    for (int i = 0; i < HC_MEASURED_COLUMN_COUNT; i++) {
        c.of[i] = "";
    }
    return c;
}

/* Narayanan et al. 2021, table 1: models, GPUs and rates of rows; the implied step times are those of eq. 3. */
static cells narayanan(const char *layers, const char *hidden, const char *heads, const char *gpus,
                       const char *tp, const char *pp, const char *batch, const char *rate)
{
    cells c = none();
    c.of[HC_MEASURED_SOURCE] = "Narayanan et al. 2021 (arXiv:2104.04473) Table 1";
    c.of[HC_MEASURED_LAYERS] = layers;
    c.of[HC_MEASURED_HIDDEN] = hidden;
    c.of[HC_MEASURED_HEADS] = heads;
    c.of[HC_MEASURED_VOCABULARY] = "51200";
    c.of[HC_MEASURED_SEQUENCE] = "2048";
    c.of[HC_MEASURED_GPU] = "A100-80G SXM (Selene)";
    c.of[HC_MEASURED_GPUS] = gpus;
    c.of[HC_MEASURED_TP] = tp;
    c.of[HC_MEASURED_PP] = pp;
    c.of[HC_MEASURED_MICRO_BATCH] = "(not in table)";
    c.of[HC_MEASURED_GLOBAL_BATCH] = batch;
    c.of[HC_MEASURED_INTERLEAVE] = "interleaved where pp>1 (v not in table)";
    c.of[HC_MEASURED_RECOMPUTE] = "full";
    c.of[HC_MEASURED_PRECISION] = "fp16 mixed";
    c.of[HC_MEASURED_METRIC] = "hardware TFLOP/s per GPU (counts recompute, 96Bslh^2)";
    c.of[HC_MEASURED_VALUE] = rate;
    return c;
}

static hc_measured_row read(const cells *c, hc_measured_form form)
{
    hc_measured_row row;
    hc_error error = HC_ERROR_NONE;
    int status = hc_measured_row_read(&row, form, c->of, &error);
    CU_ASSERT_EQUAL(status, 0);
    if (status < 0) {
        (void)fprintf(stderr, "%s\n", error.text);
        row = (hc_measured_row){.note = ""};
    }
    return row;
}

static void rates_of_narayanan_imply_his_step_times(void)
{
    cells small = narayanan("24", "2304", "24", "32", "1", "1", "512", "137");
    cells large = narayanan("128", "25600", "160", "3072", "8", "64", "3072", "163");
    CU_ASSERT_DOUBLE_EQUAL(read(&small, HC_MEASURED_PUBLISHED).measured_seconds, 3.528, 0.0005);
    CU_ASSERT_DOUBLE_EQUAL(read(&large, HC_MEASURED_PUBLISHED).measured_seconds, 102.630, 0.0005);
}

static void what_is_not_stated_is_named(void)
{
    cells c = narayanan("48", "8192", "64", "512", "8", "2", "1536", "138");
    hc_measured_row row = read(&c, HC_MEASURED_PUBLISHED);
    CU_ASSERT(row.is_micro_batch_open);
    CU_ASSERT_EQUAL(row.plan.dp, 32);
    CU_ASSERT_EQUAL(row.plan.interleave, 2);
    CU_ASSERT_EQUAL(row.plan.recompute, HC_RECOMPUTE_FULL);
    CU_ASSERT_EQUAL(row.plan.precision, HC_FP16);
    CU_ASSERT_FALSE(row.plan.has_fused_attention);
    CU_ASSERT_FALSE(row.plan.sequence_parallel);
    CU_ASSERT_EQUAL(row.shape.ffn, 4 * 8192);
    CU_ASSERT_PTR_NOT_NULL(strstr(row.note, "interleave 2"));
    CU_ASSERT_PTR_NOT_NULL(strstr(row.note, "ffn 4 x hidden"));
    CU_ASSERT(hc_measured_row_try_micro_batch(&row, 4));
    CU_ASSERT_FALSE(hc_measured_row_try_micro_batch(&row, 5));
    CU_ASSERT_EQUAL(row.plan.micro_batch, 4);
}

/* 1,664 tokens/s and 747 TFLOP/s: 4.49e11 FLOPs a token, which are those of Megatron-LM. */
static void tokens_and_flops_of_nemo_agree(void)
{
    cells c = none();
    hc_measured_row by_tokens;
    hc_measured_row by_flops;
    c.of[HC_MEASURED_SOURCE] = "Megatron-Bridge [26.06 NeMo Container / Pre-Training Performance]";
    c.of[HC_MEASURED_MODEL] = "LLAMA3_70B";
    c.of[HC_MEASURED_GPU] = "DGX-H100";
    c.of[HC_MEASURED_GPUS] = "64";
    c.of[HC_MEASURED_TP] = "4";
    c.of[HC_MEASURED_PP] = "8";
    c.of[HC_MEASURED_DP] = "FSDP=0";
    c.of[HC_MEASURED_EP] = "n/a";
    c.of[HC_MEASURED_MICRO_BATCH] = "1";
    c.of[HC_MEASURED_GLOBAL_BATCH] = "256";
    c.of[HC_MEASURED_INTERLEAVE] = "5";
    c.of[HC_MEASURED_PRECISION] = "FP8-CS (FP8-MX)";
    c.of[HC_MEASURED_METRIC] = "Tokens / sec / GPU";
    c.of[HC_MEASURED_VALUE] = "1664 (1600)";
    by_tokens = read(&c, HC_MEASURED_PUBLISHED);
    c.of[HC_MEASURED_METRIC] = "Model TFLOP / sec / GPU";
    c.of[HC_MEASURED_VALUE] = "747";
    by_flops = read(&c, HC_MEASURED_PUBLISHED);
    CU_ASSERT_DOUBLE_EQUAL(by_flops.measured_seconds / by_tokens.measured_seconds, 1, 0.002);
    CU_ASSERT_EQUAL(by_tokens.plan.precision, HC_FP8);
    CU_ASSERT_EQUAL(by_tokens.plan.dp, 2);
    CU_ASSERT_EQUAL(by_tokens.plan.zero, 1);
    CU_ASSERT_EQUAL(by_tokens.shape.kv_heads, 8);
    c.of[HC_MEASURED_PP] = "1";
    c.of[HC_MEASURED_TP] = "1";
    c.of[HC_MEASURED_INTERLEAVE] = "n/a";
    c.of[HC_MEASURED_DP] = "FSDP=64";
    by_flops = read(&c, HC_MEASURED_PUBLISHED);
    CU_ASSERT_EQUAL(by_flops.plan.zero, 3);
    CU_ASSERT_EQUAL(by_flops.plan.dp, 64);
}

/* 2,643 tokens/s and 735 TFLOP/s on 8 H100: 2.78e11 = 4 x 69.5e9 FLOPs a token. */
static void adapters_leave_out_gradients_of_frozen_weights(void)
{
    cells c = none();
    hc_measured_row row;
    c.of[HC_MEASURED_SOURCE] = "Megatron-Bridge [26.06 NeMo Container / LoRA Performance]";
    c.of[HC_MEASURED_MODEL] = "LLAMA3_70B";
    c.of[HC_MEASURED_SEQUENCE] = "4096";
    c.of[HC_MEASURED_GPU] = "H100";
    c.of[HC_MEASURED_GPUS] = "8";
    c.of[HC_MEASURED_TP] = "2";
    c.of[HC_MEASURED_PP] = "4";
    c.of[HC_MEASURED_MICRO_BATCH] = "1";
    c.of[HC_MEASURED_GLOBAL_BATCH] = "32";
    c.of[HC_MEASURED_PRECISION] = "FP8";
    row = read(&c, HC_MEASURED_PUBLISHED);
    CU_ASSERT_EQUAL(row.plan.tuning, HC_TUNE_LORA);
    CU_ASSERT_DOUBLE_EQUAL(hc_flop_convention_count(row.convention, &row.shape, &row.plan) /
                               (32 * 4096.0 * 735e12 / 2643),
                           1, 0.005);
}

static void a_row_of_vtrain_stands_for_its_cluster(void)
{
    cells c = none();
    hc_measured_row row;
    c.of[HC_MEASURED_GPUS] = "64";
    c.of[HC_MEASURED_GLOBAL_BATCH] = "512";
    c.of[HC_MEASURED_MICRO_BATCH] = "4";
    c.of[HC_MEASURED_HIDDEN] = "3072";
    c.of[HC_MEASURED_HEADS] = "32";
    c.of[HC_MEASURED_LAYERS] = "30";
    c.of[HC_MEASURED_SEQUENCE] = "2048";
    c.of[HC_MEASURED_TP] = "2";
    c.of[HC_MEASURED_DP] = "32";
    c.of[HC_MEASURED_PP] = "1";
    c.of[HC_MEASURED_MILLISECONDS] = "3638.3";
    row = read(&c, HC_MEASURED_VTRAIN);
    CU_ASSERT_EQUAL(row.shape.vocabulary, 51200);
    CU_ASSERT_EQUAL(row.plan.zero, 0);
    CU_ASSERT_EQUAL(row.plan.recompute, HC_RECOMPUTE_FULL);
    CU_ASSERT_FALSE(row.plan.sequence_parallel);
    CU_ASSERT_FALSE(row.plan.overlaps_data);
    CU_ASSERT_EQUAL(row.gpus_per_node, 8);
    CU_ASSERT_EQUAL(row.nic_bytes_per_second, 12.5e9);
    CU_ASSERT_DOUBLE_EQUAL(row.measured_seconds, 3.6383, 1e-12);
    CU_ASSERT_PTR_EQUAL(row.accelerator, hc_accelerator_find("A100-SXM-80"));
}

static void reports_that_contradict_themselves_are_mended_aloud(void)
{
    cells c = narayanan("48", "6144", "64", "1280", "1", "1", "2048", "100");
    hc_measured_row row = read(&c, HC_MEASURED_PUBLISHED);
    CU_ASSERT_EQUAL(row.plan.global_batch, 2560);
    CU_ASSERT_PTR_NOT_NULL(strstr(row.note, "global batch rounded up"));
}

static void a_row_that_says_too_little_is_refused_with_a_reason(void)
{
    static const struct {
        hc_measured_column column;
        const char *cell;
        const char *message;
    } CASES[] = {
        {HC_MEASURED_GPU, "", "gpu: not stated"},
        {HC_MEASURED_GPU, "A100-80GX", "gpu: the catalogue has no \"A100-80GX\"; did you mean"},
        {HC_MEASURED_LAYERS, "", "layers, hidden and heads are not stated"},
        {HC_MEASURED_LAYERS, "0", "layers: expected a whole number from 1"},
        {HC_MEASURED_LAYERS, "-4", "layers: expected a whole number from 1"},
        {HC_MEASURED_LAYERS, "nope", "layers: expected a whole number from 1"},
        {HC_MEASURED_LAYERS, "1e99", "layers: expected a whole number from 1"},
        {HC_MEASURED_HIDDEN, "inf", "hidden: expected a whole number from 1"},
        {HC_MEASURED_TP, "3.5", "tp: expected a whole number from 1"},
        {HC_MEASURED_TP, "5", "tp: "},
        {HC_MEASURED_DP, "ZeRO-7", "dp: expected ZeRO-1 to ZeRO-3"},
        {HC_MEASURED_KV_HEADS, "MLA", "kv_heads: the ranks of MLA"},
        {HC_MEASURED_EXPERTS, "8", "topk: needed with experts"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        cells c = narayanan("48", "8192", "64", "512", "8", "2", "1536", "138");
        hc_measured_row row;
        hc_error error = HC_ERROR_NONE;
        c.of[CASES[i].column] = CASES[i].cell;
        CU_ASSERT_EQUAL(hc_measured_row_read(&row, HC_MEASURED_PUBLISHED, c.of, &error), -1);
        CU_ASSERT_PTR_NOT_NULL(strstr(error.text, CASES[i].message));
        if (strstr(error.text, CASES[i].message) == NULL) {
            (void)fprintf(stderr, "%s: %s\n", CASES[i].message, error.text);
        }
    }
}

static void parameters_tell_a_gated_model_from_a_plain_one(void)
{
    cells c = narayanan("32", "4096", "32", "64", "1", "1", "512", "100");
    c.of[HC_MEASURED_FFN] = "16384";
    c.of[HC_MEASURED_PARAMETERS] = "6.65"; /* two matrices, tied */
    CU_ASSERT_FALSE(read(&c, HC_MEASURED_PUBLISHED).shape.is_gated);
    c.of[HC_MEASURED_PARAMETERS] = "8.8"; /* three */
    CU_ASSERT_TRUE(read(&c, HC_MEASURED_PUBLISHED).shape.is_gated);
}

static void a_model_cut_for_a_test_keeps_a_dense_layer(void)
{
    cells c = none();
    hc_measured_row row;
    c.of[HC_MEASURED_MODEL] = "deepseekv3";
    c.of[HC_MEASURED_LAYERS] = "4";
    c.of[HC_MEASURED_GPU] = "B200 SXM x8";
    c.of[HC_MEASURED_GPUS] = "8";
    c.of[HC_MEASURED_TP] = "1";
    c.of[HC_MEASURED_EP] = "8";
    c.of[HC_MEASURED_MICRO_BATCHES] = "8";
    c.of[HC_MEASURED_MICRO_BATCH] = "1";
    c.of[HC_MEASURED_SEQUENCE] = "4096";
    c.of[HC_MEASURED_PRECISION] = "bf16";
    c.of[HC_MEASURED_ALLOCATED_GIB] = "104.30";
    row = read(&c, HC_MEASURED_PUBLISHED);
    CU_ASSERT_EQUAL(row.shape.layers, 4);
    CU_ASSERT_EQUAL(row.shape.dense_layers, 1);
    CU_ASSERT_EQUAL(row.shape.mtp_layers, 0);
    CU_ASSERT_EQUAL(row.plan.global_batch, 64);
    CU_ASSERT_DOUBLE_EQUAL(row.measured_allocated_bytes, 104.3 * 1073741824, 1);
}

static const hc_test_case CASES[] = {
    {"a_model_cut_for_a_test_keeps_a_dense_layer", a_model_cut_for_a_test_keeps_a_dense_layer},
    {"rates_of_narayanan_imply_his_step_times", rates_of_narayanan_imply_his_step_times},
    {"what_is_not_stated_is_named", what_is_not_stated_is_named},
    {"tokens_and_flops_of_nemo_agree", tokens_and_flops_of_nemo_agree},
    {"adapters_leave_out_gradients_of_frozen_weights",
     adapters_leave_out_gradients_of_frozen_weights},
    {"a_row_of_vtrain_stands_for_its_cluster", a_row_of_vtrain_stands_for_its_cluster},
    {"reports_that_contradict_themselves_are_mended_aloud",
     reports_that_contradict_themselves_are_mended_aloud},
    {"a_row_that_says_too_little_is_refused_with_a_reason",
     a_row_that_says_too_little_is_refused_with_a_reason},
    {"parameters_tell_a_gated_model_from_a_plain_one",
     parameters_tell_a_gated_model_from_a_plain_one},
};

HC_TEST_MAIN("measured_row", CASES)
