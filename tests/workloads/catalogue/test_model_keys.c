#include "tests/sim/scenario_text.h"
#include "tests/testing.h"
#include "workloads/catalogue/model_keys.h"

#include <stdio.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static const hc_key KEYS[] = {HC_MODEL_KEYS("model", "What is trained")};
static const hc_key_table TABLE = {KEYS, COUNT_OF(KEYS)};

/* A scenario whose model is sound. */
static hc_scenario *read_sound(const char *text, hc_model_shape *out)
{
    hc_scenario *scenario = hc_test_scenario(text, &TABLE, 1);
    hc_error error = HC_ERROR_NONE;
    if (hc_model_read(hc_value_get(hc_scenario_root(scenario), "model"), out, &error) < 0) {
        (void)printf("\n%s\n", error.text);
        CU_FAIL_FATAL("the model was refused");
    }
    return scenario;
}

static double parameters(const hc_model_shape *shape)
{
    hc_model_parameters p = {.total = 0};
    hc_model_count_parameters(shape, &p);
    return p.total;
}

/* The same parameters and the same work, part by part. */
static void expect_same(const hc_model_shape *a, const hc_model_shape *b)
{
    hc_model_parameters p[2] = {{.total = 0}};
    hc_model_flops f[2] = {{.total = 0}};
    for (int i = 0; i < 2; i++) {
        const hc_model_shape *shape = i == 0 ? a : b;
        hc_model_count_parameters(shape, &p[i]);
        hc_model_count_flops(shape, shape->sequence, HC_ATTENTION_CAUSAL, &f[i]);
    }
    CU_ASSERT_EQUAL(p[0].embedding, p[1].embedding);
    CU_ASSERT_EQUAL(p[0].positions, p[1].positions);
    CU_ASSERT_EQUAL(p[0].head, p[1].head);
    CU_ASSERT_EQUAL(p[0].attention, p[1].attention);
    CU_ASSERT_EQUAL(p[0].dense_ffn, p[1].dense_ffn);
    CU_ASSERT_EQUAL(p[0].router, p[1].router);
    CU_ASSERT_EQUAL(p[0].expert, p[1].expert);
    CU_ASSERT_EQUAL(p[0].shared_experts, p[1].shared_experts);
    CU_ASSERT_EQUAL(p[0].final_norm, p[1].final_norm);
    CU_ASSERT_EQUAL(p[0].mtp, p[1].mtp);
    CU_ASSERT_EQUAL(p[0].total, p[1].total);
    CU_ASSERT_EQUAL(p[0].active, p[1].active);
    CU_ASSERT_EQUAL(f[0].attention_core, f[1].attention_core);
    CU_ASSERT_EQUAL(f[0].total, f[1].total);
    CU_ASSERT_EQUAL(a->kv_heads, b->kv_heads);
}

static void a_name_alone_is_a_public_model(void)
{
    static const char *const TEXTS[] = {"model: llama3-70b", "model: { name: Llama 3 70B }",
                                        "model: 'LLAMA3_70B'"};
    for (size_t i = 0; i < COUNT_OF(TEXTS); i++) {
        hc_model_shape shape = {.name = NULL};
        hc_scenario *scenario = read_sound(TEXTS[i], &shape);
        CU_ASSERT_STRING_EQUAL(shape.name, "llama3-70b");
        CU_ASSERT_PTR_NOT_NULL(shape.source);
        expect_same(&shape, hc_model_find("llama3-70b"));
        hc_scenario_destroy(scenario);
    }
}

/* Narayanan et al. 2021, table 1: 145.6 B with 80 layers; each layer has 12 h^2 + 13 h. */
static void keys_beside_a_name_change_the_public_model(void)
{
    hc_model_shape shape = {.name = NULL};
    hc_scenario *scenario = read_sound("model: { name: megatron-145.6b, layers: 8 }", &shape);
    double h = 12288;
    CU_ASSERT_EQUAL(shape.layers, 8);
    CU_ASSERT_STRING_EQUAL(shape.name, "megatron-145.6b");
    CU_ASSERT_PTR_NULL(shape.source);
    CU_ASSERT_EQUAL(parameters(hc_model_find("megatron-145.6b")) - parameters(&shape),
                    72 * (12 * h * h + 13 * h));
    hc_scenario_destroy(scenario);
}

/* Published weights of Llama 3 8B: 8,030,261,248; of Mixtral 8x7B: 46,702,792,704. */
static void a_whole_shape_needs_no_public_model(void)
{
    hc_model_shape shape = {.name = NULL};
    hc_scenario *scenario = read_sound("model:\n  layers: 32\n  hidden: 4096\n  heads: 32\n"
                                       "  kv_heads: 8\n  ffn: 14336\n  vocabulary: 128256\n"
                                       "  sequence: 8192\n",
                                       &shape);
    CU_ASSERT_EQUAL(parameters(&shape), 8030261248);
    CU_ASSERT_EQUAL(shape.head_size, 128);
    CU_ASSERT_STRING_EQUAL(shape.name, "model");
    hc_scenario_destroy(scenario);
    scenario = read_sound("model: { name: ours, layers: 32, hidden: 4096, heads: 32, kv_heads: 8,\n"
                          "  vocabulary: 32000, sequence: 4096,\n"
                          "  moe: { experts: 8, per_token: 2, ffn: 14336 } }",
                          &shape);
    CU_ASSERT_EQUAL(parameters(&shape), 46702792704);
    CU_ASSERT_STRING_EQUAL(shape.name, "ours");
    hc_scenario_destroy(scenario);
}

/* Every key once: the shapes of DeepSeek-V3 and of BLOOM. */
static void every_key_reaches_the_shape(void)
{
    hc_model_shape shape = {.name = NULL};
    const hc_model_shape *published = hc_model_find("deepseek-v3");
    hc_scenario *scenario = read_sound(
        "model:\n  name: deepseek-v3-by-hand\n  layers: 61\n  hidden: 7168\n  heads: 128\n"
        "  head_size: 128\n  ffn: 18432\n  gated: true\n  vocabulary: 129280\n  sequence: 4096\n"
        "  mla: { q_rank: 1536, kv_rank: 512, rope_head_size: 64, value_head_size: 128 }\n"
        "  moe: { experts: 256, per_token: 8, ffn: 2048, shared_ffn: 2048, dense_layers: 3 }\n"
        "  mtp_layers: 1\n",
        &shape);
    expect_same(&shape, published);
    hc_scenario_destroy(scenario);
    published = hc_model_find("bloom-176b");
    scenario =
        read_sound("model: { layers: 70, hidden: 14336, heads: 112, ffn: 57344, gated: false,\n"
                   "  vocabulary: 250880, sequence: 2048, tied: true, norm: layer,\n"
                   "  biases: true, positions: false }",
                   &shape);
    expect_same(&shape, published);
    hc_scenario_destroy(scenario);
}

static void a_changed_model_keeps_what_makes_its_kind(void)
{
    hc_model_shape shape = {.name = NULL};
    hc_scenario *scenario = read_sound("model: { name: llama2-7b, heads: 16 }", &shape);
    CU_ASSERT_EQUAL(shape.kv_heads, 16); /* multi-head stays multi-head */
    CU_ASSERT_EQUAL(shape.head_size, 128);
    hc_scenario_destroy(scenario);
    scenario = read_sound("model: { name: llama3-8b, heads: 16 }", &shape);
    CU_ASSERT_EQUAL(shape.kv_heads, 8);
    hc_scenario_destroy(scenario);
    scenario = read_sound(
        "model: { name: llama3-8b, moe: { experts: 8, per_token: 2, ffn: 14336 } }", &shape);
    CU_ASSERT_EQUAL(shape.ffn, 0);
    CU_ASSERT_EQUAL(hc_model_expert_layers(&shape), 32);
    hc_scenario_destroy(scenario);
}

static const struct {
    const char *text;
    const char *message;
} REFUSED[] = {
    {"model: llama3-80b",
     "s.yaml:1:8: error: model.name: unknown model \"llama3-80b\"; did you mean \"llama3-8b\"?\n"
     "model: llama3-80b\n"
     "       ^"},
    {"model: { name: wheelbarrow }",
     "s.yaml:1:16: error: model.name: unknown model \"wheelbarrow\"; give its shape beside it\n"
     "model: { name: wheelbarrow }\n"
     "               ^"},
    {"model: { layers: 2, hidden: 64, heads: 4, ffn: 256 }",
     "s.yaml:1:8: error: model: a model without the name of a public one needs vocabulary\n"
     "model: { layers: 2, hidden: 64, heads: 4, ffn: 256 }\n"
     "       ^\n"
     "s.yaml:1:8: error: model: a model without the name of a public one needs sequence\n"
     "model: { layers: 2, hidden: 64, heads: 4, ffn: 256 }\n"
     "       ^"},
    {"model: { name: llama3-70b, kv_heads: 5 }",
     "s.yaml:1:8: error: model: llama3-70b: heads 64 is no multiple of kv_heads 5: each key head "
     "serves as many query heads\n"
     "model: { name: llama3-70b, kv_heads: 5 }\n"
     "       ^"},
    {"model: { layers: 2, hidden: 65, heads: 4, ffn: 256, vocabulary: 100, sequence: 9 }",
     "s.yaml:1:8: error: model: needs head_size, as hidden 65 is no multiple of heads 4\n"
     "model: { layers: 2, hidden: 65, heads: 4, ffn: 256, vocabulary: 100, sequence: 9 }\n"
     "       ^"},
    {"model: { name: llama3-8b, moe: { experts: 8, ffn: 14336, dense_layers: 32 } }",
     "s.yaml:1:8: error: model: llama3-8b: moe.per_token: expected at least 1, got 0\n"
     "model: { name: llama3-8b, moe: { experts: 8, ffn: 14336, dense_layers: 32 } }\n"
     "       ^\n"
     "s.yaml:1:8: error: model: llama3-8b: moe.dense_layers: expected less than the 32 layers, got "
     "32\n"
     "model: { name: llama3-8b, moe: { experts: 8, ffn: 14336, dense_layers: 32 } }\n"
     "       ^"},
};

static void what_is_no_model_is_refused_with_its_place(void)
{
    for (size_t i = 0; i < COUNT_OF(REFUSED); i++) {
        hc_scenario *scenario = hc_test_scenario(REFUSED[i].text, &TABLE, 1);
        hc_model_shape shape = {.name = NULL};
        hc_error error = HC_ERROR_NONE;
        const hc_value *model = hc_value_get(hc_scenario_root(scenario), "model");
        CU_ASSERT_EQUAL(hc_model_read(model, &shape, &error), -1);
        hc_test_message(&error, REFUSED[i].message);
        hc_scenario_destroy(scenario);
    }
}

static void the_table_refuses_single_numbers_out_of_range(void)
{
    hc_test_scenario_refused(
        "model: { name: llama3-8b, layers: 0, hidden: -1, sequence: 1e6 }", &TABLE, 1,
        "s.yaml:1:35: error: model.layers: expected a whole number from 1 to 1000000, got 0\n"
        "model: { name: llama3-8b, layers: 0, hidden: -1, sequence: 1e6 }\n"
        "                                  ^\n"
        "s.yaml:1:46: error: model.hidden: expected a whole number from 1 to 16777216, got -1\n"
        "model: { name: llama3-8b, layers: 0, hidden: -1, sequence: 1e6 }\n"
        "                                             ^\n"
        "s.yaml:1:60: error: model.sequence: expected a whole number from 1 to 1073741824, got "
        "1e6; write 1000000\n"
        "model: { name: llama3-8b, layers: 0, hidden: -1, sequence: 1e6 }\n"
        "                                                           ^");
    hc_test_scenario_refused("model: [llama3-8b]", &TABLE, 1,
                             "s.yaml:1:8: error: model: expected a map or its name alone, got a "
                             "list\nmodel: [llama3-8b]\n       ^");
}

static const hc_test_case CASES[] = {
    {"a_name_alone_is_a_public_model", a_name_alone_is_a_public_model},
    {"keys_beside_a_name_change_the_public_model", keys_beside_a_name_change_the_public_model},
    {"a_whole_shape_needs_no_public_model", a_whole_shape_needs_no_public_model},
    {"every_key_reaches_the_shape", every_key_reaches_the_shape},
    {"a_changed_model_keeps_what_makes_its_kind", a_changed_model_keeps_what_makes_its_kind},
    {"what_is_no_model_is_refused_with_its_place", what_is_no_model_is_refused_with_its_place},
    {"the_table_refuses_single_numbers_out_of_range",
     the_table_refuses_single_numbers_out_of_range},
};

HC_TEST_MAIN("model_keys", CASES)
