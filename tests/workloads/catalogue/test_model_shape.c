#include "tests/sim/golden_csv.h"
#include "tests/testing.h"
#include "workloads/catalogue/model_shape.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A row of the results of Megatron-LM's own formulas. */
typedef struct row {
    const hc_golden *table;
    size_t index;
} row;

static const char *text(row r, const char *column)
{
    return hc_golden_cell(r.table, r.index, hc_golden_column(r.table, column));
}

static uint32_t number(row r, const char *column)
{
    return (uint32_t)strtoul(text(r, column), NULL, 10);
}

static bool is_deepseek(row r)
{
    return strncmp(text(r, "case"), "DeepSeek", 8) == 0;
}

/* What the columns leave out: Qwen 3 has heads of 128, and embeddings are tied in the rows without gates. Megatron's formulas
 * know neither positions nor biases. */
static hc_model_shape shape_of(row r)
{
    bool is_gated = strcmp(text(r, "swiglu"), "True") == 0;
    hc_model_shape shape = {
        .name = text(r, "case"),
        .layers = number(r, "num_layers"),
        .hidden = number(r, "hidden_size"),
        .heads = number(r, "num_attention_heads"),
        .kv_heads = number(r, "num_query_groups"),
        .head_size = number(r, "hidden_size") / number(r, "num_attention_heads"),
        .ffn = number(r, "ffn_hidden_size"),
        .is_gated = is_gated,
        .vocabulary = number(r, "padded_vocab_size"),
        .sequence = number(r, "seq_length"),
        .is_tied = !is_gated,
        .has_layer_norm = !is_gated,
        .experts = number(r, "num_experts"),
        .mtp_layers = number(r, "mtp_num_layers"),
    };
    shape.kv_heads = shape.kv_heads == 0 ? shape.heads : shape.kv_heads;
    if (strncmp(shape.name, "Qwen3", 5) == 0) {
        shape.head_size = 128;
    }
    if (shape.experts > 0) {
        shape.ffn = 0;
        shape.experts_per_token = number(r, "moe_router_topk");
        shape.expert_ffn = number(r, "moe_ffn_hidden_size");
    }
    return is_deepseek(r) ? *hc_model_find("deepseek-v3") : shape;
}

static void expect(row r, const char *column, const char *ours)
{
    if (strcmp(ours, text(r, column)) != 0) {
        (void)printf("%s, %s: %s, Megatron-LM %s\n", text(r, "case"), column, ours,
                     text(r, column));
        CU_FAIL("a figure is not Megatron-LM's");
    }
}

/* To the last digit that is printed there; likewise: */
static void expect_billions(row r, const char *column, double count)
{
    char ours[64];
    (void)snprintf(ours, sizeof ours, "%.2f", count / 1e9);
    expect(r, column, ours);
}

static void expect_flops(row r, const char *column, double flops)
{
    char ours[64];
    (void)snprintf(ours, sizeof ours, "%.6e", flops);
    expect(r, column, ours);
}

/* Megatron-LM leaves the projection in front of a block of multi-token prediction out of the parameters, and counts the whole
 * block as active (DeepSeek-V3: 49.06 B, published 37 B). */
static void compare_parameters(row r, const hc_model_shape *shape)
{
    hc_model_parameters p = {.total = 0};
    double projection = shape->mtp_layers * 2.0 * shape->hidden * shape->hidden;
    hc_model_count_parameters(shape, &p);
    expect_billions(r, "total_params_B", p.total - projection);
    expect_billions(r, "active_params_B", p.active + p.mtp - projection);
}

/* Megatron-LM leaves routers out, and counts weights of norms beside multi-token prediction and latent attention as
 * multiplications. */
static void compare_flops(row r, const hc_model_shape *shape)
{
    hc_model_flops flops = {.total = 0};
    double norms = 2.0 * (shape->layers + shape->mtp_layers) * (shape->q_rank + shape->kv_rank) +
                   2.0 * shape->mtp_layers * 3 * shape->hidden;
    double per_token = 0;
    hc_model_count_flops(shape, shape->sequence, HC_ATTENTION_CAUSAL, &flops);
    per_token = 3 * (flops.total - flops.router + norms);
    expect_flops(r, "flops_per_token", per_token);
    expect_flops(r, "flops_per_iteration", per_token * shape->sequence * number(r, "global_batch"));
}

static void parameters_and_work_are_those_of_megatron(void)
{
    hc_golden table =
        hc_golden_read(hc_test_shared_file("golden/training/megatron_theoretical.csv"));
    for (size_t i = 0; i < table.row_count; i++) {
        row r = {&table, i};
        hc_model_shape shape = shape_of(r);
        compare_parameters(r, &shape);
        compare_flops(r, &shape);
    }
    CU_ASSERT_EQUAL(table.row_count, 22);
    hc_golden_free(&table);
}

/* Narayanan et al. 2021, eq. 2: P = 12 l h^2 (1 + 13 / (12 h) + (V + s) / (12 l h)), without the last norm. */
static void gpt_has_the_parameters_of_the_published_equation(void)
{
    static const char *const MODELS[] = {"megatron-1.7b", "megatron-39.1b", "megatron-1008b",
                                         "gpt3-175b"};
    for (size_t i = 0; i < sizeof MODELS / sizeof MODELS[0]; i++) {
        const hc_model_shape *s = hc_model_find(MODELS[i]);
        double l = s->layers;
        double h = s->hidden;
        double equation =
            12 * l * h * h *
            (1 + 13 / (12 * h) + ((double)s->vocabulary + s->sequence) / (12 * l * h));
        hc_model_parameters p = {.total = 0};
        hc_model_count_parameters(s, &p);
        CU_ASSERT_DOUBLE_EQUAL(p.total - p.final_norm, equation, 1e-12 * equation);
    }
}

/* The same paper, eq. 3 without recomputation: F = 72 B s l h^2 (1 + s / (6 h) + V / (12 l h)). */
static void gpt_does_the_work_of_the_published_equation(void)
{
    const hc_model_shape *s = hc_model_find("megatron-145.6b");
    double l = s->layers;
    double h = s->hidden;
    double equation = 72 * l * h * h * (1 + s->sequence / (6 * h) + s->vocabulary / (12 * l * h));
    hc_model_flops flops = {.total = 0};
    hc_model_count_flops(s, s->sequence, HC_ATTENTION_FULL, &flops);
    CU_ASSERT_DOUBLE_EQUAL(3 * flops.total, equation, 1e-12 * equation);
}

static void a_causal_core_is_half_of_the_full_one_and_grows_with_the_sequence(void)
{
    const hc_model_shape *s = hc_model_find("deepseek-v3");
    hc_model_flops full = {.total = 0};
    hc_model_flops causal = {.total = 0};
    hc_model_flops twice = {.total = 0};
    hc_model_count_flops(s, 4096, HC_ATTENTION_FULL, &full);
    hc_model_count_flops(s, 4096, HC_ATTENTION_CAUSAL, &causal);
    hc_model_count_flops(s, 8192, HC_ATTENTION_CAUSAL, &twice);
    CU_ASSERT_EQUAL(full.attention_core, 2 * causal.attention_core);
    CU_ASSERT_EQUAL(twice.attention_core, full.attention_core);
    CU_ASSERT_EQUAL(full.total - full.attention_core, causal.total - causal.attention_core);
}

/* Work is 2 FLOPs per weight that multiplies; what does not multiply are embedding, positions, norms, biases. */
static void projections_do_two_operations_per_active_weight(void)
{
    static const char *const MODELS[] = {"llama3-70b", "mixtral-8x7b", "palm-540b",
                                         "qwen2-57b-a14b", "nemotron4-15b"};
    for (size_t i = 0; i < sizeof MODELS / sizeof MODELS[0]; i++) {
        hc_model_shape s = *hc_model_find(MODELS[i]);
        hc_model_parameters p = {.total = 0};
        hc_model_flops flops = {.total = 0};
        double norms = 0;
        hc_model_count_parameters(&s, &p);
        hc_model_count_flops(&s, s.sequence, HC_ATTENTION_CAUSAL, &flops);
        norms = p.final_norm * (1 + 2.0 * s.layers);
        CU_ASSERT_DOUBLE_EQUAL(flops.total - flops.attention_core,
                               2 * (p.active - norms - (s.is_tied ? 0 : p.embedding)),
                               1e-12 * flops.total);
    }
}

static void the_first_layers_of_deepseek_have_no_experts(void)
{
    const hc_model_shape *s = hc_model_find("deepseek-v3");
    CU_ASSERT_FALSE(hc_model_has_experts(s, 0));
    CU_ASSERT_FALSE(hc_model_has_experts(s, 2));
    CU_ASSERT_TRUE(hc_model_has_experts(s, 3));
    CU_ASSERT_EQUAL(hc_model_expert_layers(s), 58);
    CU_ASSERT_EQUAL(hc_model_expert_layers(hc_model_find("llama3-8b")), 0);
    CU_ASSERT_FALSE(hc_model_has_experts(hc_model_find("llama3-8b"), 5));
}

static void expect_defects(hc_model_shape shape, size_t count, const char *part)
{
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL(hc_model_check(&shape, &error), -1);
    CU_ASSERT_EQUAL(error.count, count);
    CU_ASSERT_EQUAL(error.kind, HC_ERROR_USAGE);
    if (strstr(error.text, part) == NULL) {
        (void)printf("expected \"%s\" in: %s\n", part, error.text);
        CU_FAIL("a defect is not named");
    }
}

static void what_is_no_transformer_is_refused_with_every_reason(void)
{
    hc_model_shape nothing = {.name = "model"};
    hc_model_shape llama = *hc_model_find("llama3-8b");
    hc_model_shape mixtral = *hc_model_find("mixtral-8x7b");
    hc_model_shape deepseek = *hc_model_find("deepseek-v3");
    hc_model_shape shape = llama;
    expect_defects(nothing, 8, "model: layers: expected at least 1, got 0");
    shape.kv_heads = 5;
    expect_defects(shape, 1, "heads 32 is no multiple of kv_heads 5");
    shape = llama;
    shape.rope_head_size = 64;
    expect_defects(shape, 1, "mla.kv_rank");
    shape = llama;
    shape.shared_ffn = 64;
    expect_defects(shape, 1, "moe.experts: expected at least 1");
    shape = mixtral;
    shape.experts_per_token = 9;
    expect_defects(shape, 1, "moe.per_token: expected at most the 8 experts, got 9");
    shape = mixtral;
    shape.ffn = 14336;
    expect_defects(shape, 1, "all layers have experts");
    shape = deepseek;
    shape.dense_layers = 61;
    expect_defects(shape, 1, "moe.dense_layers: expected less than the 61 layers, got 61");
    shape = deepseek;
    shape.ffn = 0;
    shape.value_head_size = 0;
    expect_defects(shape, 2, "mla.value_head_size");
}

static void products_beyond_exact_counting_are_refused(void)
{
    hc_model_shape shape = *hc_model_find("llama3-8b");
    hc_model_shape wide = shape;
    shape.layers = UINT32_MAX;
    shape.hidden = UINT32_MAX;
    expect_defects(shape, 2, "expected at most 2^53 parameters");
    wide.sequence = UINT32_MAX;
    wide.heads = 1U << 20U;
    expect_defects(wide, 1, "operations of attention");
}

static const hc_test_case CASES[] = {
    {"parameters_and_work_are_those_of_megatron", parameters_and_work_are_those_of_megatron},
    {"gpt_has_the_parameters_of_the_published_equation",
     gpt_has_the_parameters_of_the_published_equation},
    {"gpt_does_the_work_of_the_published_equation", gpt_does_the_work_of_the_published_equation},
    {"a_causal_core_is_half_of_the_full_one_and_grows_with_the_sequence",
     a_causal_core_is_half_of_the_full_one_and_grows_with_the_sequence},
    {"projections_do_two_operations_per_active_weight",
     projections_do_two_operations_per_active_weight},
    {"the_first_layers_of_deepseek_have_no_experts", the_first_layers_of_deepseek_have_no_experts},
    {"what_is_no_transformer_is_refused_with_every_reason",
     what_is_no_transformer_is_refused_with_every_reason},
    {"products_beyond_exact_counting_are_refused", products_beyond_exact_counting_are_refused},
};

HC_TEST_MAIN("model_shape", CASES)
