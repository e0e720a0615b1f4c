#include "tests/testing.h"
#include "workloads/catalogue/model_shape.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Parameters as their makers publish them, in billions; totals with nine digits are those of the published weights.
 * The tolerance is half a unit of the last digit, or what the shape leaves out (norms of queries and keys, biases of
 * some layers). */
static const struct {
    const char *model;
    double billions;
    double tolerance;
} PUBLISHED[] = {
    /* Brown et al. 2020, table 2.1; 350M is the name of a model of 356 M */
    {"gpt3-125m", 0.125, 0.0005},
    {"gpt3-350m", 0.356, 0.0005},
    {"gpt3-760m", 0.760, 0.0005},
    {"gpt3-1.3b", 1.3, 0.05},
    {"gpt3-2.7b", 2.7, 0.05},
    {"gpt3-6.7b", 6.7, 0.05},
    {"gpt3-13b", 13, 0.5},
    {"gpt3-175b", 175, 0.5},
    {"opt-1.3b", 1.3, 0.05},
    {"opt-2.7b", 2.7, 0.05},
    {"opt-6.7b", 6.7, 0.05},
    {"opt-13b", 13, 0.5},
    {"opt-30b", 30, 0.5},
    {"opt-66b", 66, 0.5},
    {"opt-175b", 175, 0.5},
    /* Narayanan et al. 2021, tables 1 and 2; Korthikanti et al. 2022, table 3 */
    {"megatron-1.7b", 1.7, 0.05},
    {"megatron-3.6b", 3.6, 0.05},
    {"megatron-7.5b", 7.5, 0.05},
    {"megatron-18.4b", 18.4, 0.05},
    {"megatron-22b", 22, 0.5},
    {"megatron-39.1b", 39.1, 0.05},
    {"megatron-76.1b", 76.1, 0.05},
    {"megatron-145.6b", 145.6, 0.05},
    {"megatron-175b", 174.6, 0.05},
    {"megatron-310.1b", 310.1, 0.05},
    {"megatron-530b", 529.6, 0.05},
    {"megatron-1008b", 1008.0, 0.06},
    {"bloom-176b", 176.247271424, 3e-5}, /* a norm of the embedding */
    {"palm-8b", 8.63, 0.005},
    {"palm-62b", 62.50, 0.005},
    {"palm-540b", 540.35, 0.01}, /* one norm in a layer */
    {"llama-7b", 6.738415616, 1e-9},
    {"llama-13b", 13.015864320, 1e-9},
    {"llama-33b", 32.528943616, 1e-9},
    {"llama-65b", 65.285660672, 1e-9},
    {"llama2-7b", 6.738415616, 1e-9},
    {"llama2-13b", 13.015864320, 1e-9},
    {"llama2-70b", 68.976648192, 1e-9},
    {"llama3-8b", 8.030261248, 1e-9},
    {"llama3-70b", 70.553706496, 1e-9},
    {"llama3.1-405b", 405.853388800, 1e-9},
    {"llama3.2-1b", 1.235814400, 1e-9},
    {"llama3.2-3b", 3.212749824, 1e-9},
    {"mistral-7b", 7.241732096, 1e-9},
    {"mixtral-8x7b", 46.702792704, 1e-9},
    {"mixtral-8x22b", 140.630071296, 1e-9},
    {"qwen2-0.5b", 0.494032768, 3e-5}, /* biases of q, k, v */
    {"qwen2-1.5b", 1.543714304, 6e-5},
    {"qwen2.5-3b", 3.085938688, 1e-4},
    {"qwen2-7b", 7.615616512, 2e-4},
    {"qwen2.5-14b", 14.770033664, 4e-4},
    {"qwen2.5-32b", 32.763876352, 5e-4},
    {"qwen2-72b", 72.706203648, 1e-3},
    {"qwen2-57b-a14b", 57.4, 0.05},
    {"qwen3-0.6b", 0.596049920, 1e-5}, /* norms of queries and keys */
    {"qwen3-1.7b", 1.720574976, 1e-5},
    {"qwen3-4b", 4.022468096, 1e-5},
    {"qwen3-8b", 8.190735360, 1e-5},
    {"qwen3-14b", 14.768307200, 2e-5},
    {"qwen3-32b", 32.762123264, 2e-5},
    {"qwen3-30b-a3b", 30.532122624, 2e-5},
    {"qwen3-235b-a22b", 235.093634560, 3e-5},
    {"deepseek-v2-lite", 15.706484224, 1e-9},
    {"deepseek-v2", 235.741434880, 1e-9},
    {"gpt-oss-20b", 20.91, 0.005},
    {"gpt-oss-120b", 116.83, 0.005},
    {"gemma2-2b", 2.614341888, 2e-4}, /* four norms in a layer */
    {"gemma2-9b", 9.241705984, 4e-4},
    {"gemma2-27b", 27.227128320, 5e-4},
    {"phi3-mini", 3.821079552, 1e-9},
    {"phi3-medium", 13.960238080, 1e-9},
    {"phi4", 14.659507200, 1e-9},
    {"nemotron4-15b", 15.6, 0.05},
    {"nemotron4-340b", 341.0, 0.05}, /* 9.4 of embeddings, 331.6 of the rest */
    {"olmo2-7b", 7.298617344, 5e-4}, /* norms of queries and keys */
    {"olmo2-13b", 13.716198400, 5e-4},
    {"olmo2-32b", 32.234279936, 5e-4},
    {"olmo3-32b", 32.2, 0.05},
    {"dbrx", 131.596523520, 1e-9},
    /* 671 B of the model and a block of multi-token prediction of 11.6 B */
    {"deepseek-v3", 671.026404352 + 11.610, 0.001},
};

static const hc_model_shape *known(const char *name)
{
    const hc_model_shape *shape = hc_model_find(name);
    if (shape == NULL) {
        (void)fprintf(stderr, "%s: not in the catalogue\n", name);
        exit(EXIT_FAILURE);
    }
    return shape;
}

static void totals_are_those_that_makers_publish(void)
{
    for (size_t i = 0; i < sizeof PUBLISHED / sizeof PUBLISHED[0]; i++) {
        const hc_model_shape *shape = known(PUBLISHED[i].model);
        hc_model_parameters p = {.total = 0};
        hc_model_count_parameters(shape, &p);
        if (!(fabs(p.total / 1e9 - PUBLISHED[i].billions) <= PUBLISHED[i].tolerance)) {
            (void)printf("%s: %.9f B, published %.9f B\n", shape->name, p.total / 1e9,
                         PUBLISHED[i].billions);
            CU_FAIL("a total is not the published one");
        }
    }
    CU_ASSERT_EQUAL(hc_model_count(), sizeof PUBLISHED / sizeof PUBLISHED[0]);
}

/* OpenAI counts the head, but not the embedding. */
static void active_parameters_are_those_that_makers_publish(void)
{
    static const struct {
        const char *model;
        double billions;
        double tolerance;
        bool has_embedding;
    } CASES[] = {
        {"mixtral-8x7b", 12.9, 0.05, true},
        {"mixtral-8x22b", 39, 0.5, true},
        {"qwen3-30b-a3b", 3.3, 0.06, true},
        {"qwen3-235b-a22b", 22, 0.5, true},
        {"qwen2-57b-a14b", 14, 0.5, true},
        {"deepseek-v2", 21, 0.5, true},
        {"deepseek-v2-lite", 2.4, 0.3, true},
        {"deepseek-v3", 37.55, 0.05, true},
        {"gpt-oss-20b", 3.61, 0.005, false},
        {"gpt-oss-120b", 5.13, 0.005, false},
        {"dbrx", 36, 0.5, true},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        hc_model_parameters p = {.total = 0};
        double active = 0;
        hc_model_count_parameters(known(CASES[i].model), &p);
        active = p.active - (CASES[i].has_embedding ? 0 : p.embedding);
        if (!(fabs(active / 1e9 - CASES[i].billions) <= CASES[i].tolerance)) {
            (void)printf("%s: %.9f B active, published %.9f B\n", CASES[i].model, active / 1e9,
                         CASES[i].billions);
            CU_FAIL("active parameters are not the published ones");
        }
    }
}

static void every_shape_is_sound_and_found_by_its_name(void)
{
    for (size_t i = 0; i < hc_model_count(); i++) {
        const hc_model_shape *shape = hc_model_at(i);
        hc_error error = HC_ERROR_NONE;
        CU_ASSERT_PTR_EQUAL(hc_model_find(shape->name), shape);
        CU_ASSERT_PTR_NOT_NULL(shape->source);
        CU_ASSERT_EQUAL(hc_model_check(shape, &error), 0);
    }
}

static void names_are_found_as_people_write_them(void)
{
    static const struct {
        const char *wanted;
        const char *name;
    } CASES[] = {
        {"Llama 3 70B", "llama3-70b"},
        {"LLAMA3_70B", "llama3-70b"},
        {"Llama-3.1-70B", "llama3-70b"},
        {"Llama 3.1 405B", "llama3.1-405b"},
        {"Qwen3_30B_a3B", "qwen3-30b-a3b"},
        {"Qwen2 57B-A14B", "qwen2-57b-a14b"},
        {"GPT OSS 120B", "gpt-oss-120b"},
        {"Mixtral 8x22B", "mixtral-8x22b"},
        {"GPT 1.7B", "megatron-1.7b"},
        {"GPT 1008.0B", "megatron-1008b"},
        {"MT-NLG 530B", "megatron-530b"},
        {"GPT-3 175B", "gpt3-175b"},
        {"Phi-4 14B", "phi4"},
        {"DBRX 132B", "dbrx"},
        {"DeepSeek V3", "deepseek-v3"},
        {"DeepSeek-V3 671B (37B active)", "deepseek-v3"},
        {"DeepSeek-R1", "deepseek-v3"},
        {"Nemotron-4 340B", "nemotron4-340b"},
        {"OLMo 2 32B", "olmo2-32b"},
        {"OLMo 3 32B", "olmo3-32b"},
        {"BLOOM 176B", "bloom-176b"},
        {"PaLM 540B", "palm-540b"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        const hc_model_shape *shape = known(CASES[i].wanted);
        CU_ASSERT_STRING_EQUAL(shape->name, CASES[i].name);
    }
    CU_ASSERT_PTR_NULL(hc_model_find(""));
    CU_ASSERT_PTR_NULL(hc_model_find("llama3"));
}

static void an_unknown_name_is_compared_with_all_known_ones(void)
{
    CU_ASSERT_STRING_EQUAL(hc_model_suggest("llama3-8x"), "llama3-8b");
    CU_ASSERT_STRING_EQUAL(hc_model_suggest("lama2-70b"), "llama2-70b");
    CU_ASSERT_STRING_EQUAL(hc_model_suggest("depseek-r1"), "deepseek-v3");
    CU_ASSERT_PTR_NULL(hc_model_suggest("wheelbarrow"));
}

static const hc_test_case CASES[] = {
    {"totals_are_those_that_makers_publish", totals_are_those_that_makers_publish},
    {"active_parameters_are_those_that_makers_publish",
     active_parameters_are_those_that_makers_publish},
    {"every_shape_is_sound_and_found_by_its_name", every_shape_is_sound_and_found_by_its_name},
    {"names_are_found_as_people_write_them", names_are_found_as_people_write_them},
    {"an_unknown_name_is_compared_with_all_known_ones",
     an_unknown_name_is_compared_with_all_known_ones},
};

HC_TEST_MAIN("model_catalogue", CASES)
