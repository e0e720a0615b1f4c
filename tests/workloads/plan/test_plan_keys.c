#include "tests/sim/scenario_text.h"
#include "tests/testing.h"
#include "workloads/plan/plan_keys.h"

#include <stdio.h>
#include <string.h>

static const hc_key KEYS[] = {HC_PLAN_KEYS("plan", "How the model is split")};
static const hc_key_table TABLE = {KEYS, sizeof KEYS / sizeof KEYS[0]};

static const hc_model_shape SHAPE = {
    .layers = 32, .hidden = 4096, .heads = 32, .kv_heads = 8, .sequence = 2048};

static uint32_t layers[HC_PLAN_MAX_STAGES_LISTED];

static hc_parallel_plan read_sound(const char *text, hc_error *note)
{
    hc_scenario *scenario = hc_test_scenario(text, &TABLE, 1);
    hc_parallel_plan plan;
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL(hc_plan_read(&plan, hc_value_get(hc_scenario_root(scenario), "plan"), &SHAPE,
                                 layers, note, &error),
                    0);
    CU_ASSERT_STRING_EQUAL(error.text, "");
    hc_scenario_destroy(scenario);
    return plan;
}

static void every_number_arrives(void)
{
    hc_parallel_plan p = read_sound(
        "plan: { gpus: 480, tp: 2, pp: 4, dp: 5, cp: 12, ep: 6, micro_batch: 7, global_batch: 70,\n"
        "        sequence: 4096, interleave: 8, zero: 3, shard_group: 9, node_limit: 10,\n"
        "        tuning: { kind: partial, rank: 11, layers: 13 }, expert_imbalance: 1.5,\n"
        "        capacity_factor: 1.25, pruned: 25 % }\n",
        NULL);
    CU_ASSERT_EQUAL(p.gpus, 480);
    CU_ASSERT_EQUAL(p.tp, 2);
    CU_ASSERT_EQUAL(p.pp, 4);
    CU_ASSERT_EQUAL(p.dp, 5);
    CU_ASSERT_EQUAL(p.cp, 12);
    CU_ASSERT_EQUAL(p.ep, 6);
    CU_ASSERT_EQUAL(p.micro_batch, 7);
    CU_ASSERT_EQUAL(p.global_batch, 70);
    CU_ASSERT_EQUAL(p.sequence, 4096);
    CU_ASSERT_EQUAL(p.interleave, 8);
    CU_ASSERT_EQUAL(p.zero, 3);
    CU_ASSERT_EQUAL(p.shard_group, 9);
    CU_ASSERT_EQUAL(p.expert_node_limit, 10);
    CU_ASSERT_EQUAL(p.lora_rank, 11);
    CU_ASSERT_EQUAL(p.trained_layers, 13);
    CU_ASSERT_EQUAL(p.expert_imbalance, 1.5);
    CU_ASSERT_EQUAL(p.capacity_factor, 1.25);
    CU_ASSERT_EQUAL(p.pruned_share, 0.25);
}

static void every_choice_arrives(void)
{
    hc_parallel_plan p = read_sound(
        "plan: { schedule: zero_bubble, recompute: full, context: all_to_all, precision: mxfp8,\n"
        "        dispatch_precision: fp8, tuning: { kind: partial, layers: 2 }, gradients: bf16 "
        "}\n",
        NULL);
    CU_ASSERT_EQUAL(p.schedule, HC_PIPELINE_ZERO_BUBBLE);
    CU_ASSERT_EQUAL(p.recompute, HC_RECOMPUTE_FULL);
    CU_ASSERT_EQUAL(p.context, HC_CONTEXT_ALL_TO_ALL);
    CU_ASSERT_EQUAL(p.precision, HC_MXFP8);
    CU_ASSERT_EQUAL(p.dispatch_precision, HC_FP8);
    CU_ASSERT_EQUAL(p.tuning, HC_TUNE_PARTIAL);
    CU_ASSERT_FALSE(p.has_fp32_gradients);
}

static void every_claim_turns_its_default(void)
{
    hc_parallel_plan p = read_sound(
        "plan: { fused_attention: false, fused_loss: false, dropout: true, merge_dispatch: false,\n"
        "        offload: { optimizer: true, activations: true }, sparse_2to4: true,\n"
        "        overlap: { data: false, tensor: true, pipeline: true, expert: true },\n"
        "        tuning: { kind: lora, attention_only: true }, tp: 2, sequence_parallel: false }\n",
        NULL);
    CU_ASSERT_FALSE(p.has_fused_attention);
    CU_ASSERT_FALSE(p.has_fused_loss);
    CU_ASSERT(p.has_dropout);
    CU_ASSERT_FALSE(p.merges_dispatch);
    CU_ASSERT(p.offloads_optimizer);
    CU_ASSERT(p.offloads_activations);
    CU_ASSERT(p.is_sparse_2to4);
    CU_ASSERT_FALSE(p.overlaps_data);
    CU_ASSERT(p.overlaps_tensor);
    CU_ASSERT(p.overlaps_pipeline);
    CU_ASSERT(p.overlaps_expert);
    CU_ASSERT(p.lora_attention_only);
    CU_ASSERT_FALSE(p.sequence_parallel);
}

static void expect_default(const hc_parallel_plan *p)
{
    hc_parallel_plan expected = hc_parallel_plan_default();
    hc_parallel_plan_complete(&expected, &SHAPE, NULL);
    CU_ASSERT_EQUAL(p->gpus, expected.gpus);
    CU_ASSERT_EQUAL(p->dp, expected.dp);
    CU_ASSERT_EQUAL(p->global_batch, expected.global_batch);
    CU_ASSERT_EQUAL(p->sequence, expected.sequence);
    CU_ASSERT_EQUAL(p->precision, expected.precision);
    CU_ASSERT_EQUAL(p->has_fused_attention, expected.has_fused_attention);
    CU_ASSERT_EQUAL(p->has_fp32_gradients, expected.has_fp32_gradients);
    CU_ASSERT_EQUAL(p->overlaps_data, expected.overlaps_data);
    CU_ASSERT_EQUAL(p->expert_imbalance, 0);
    CU_ASSERT_PTR_NULL(p->stage_layers);
}

static void an_empty_plan_is_the_default_one_complete(void)
{
    hc_parallel_plan plan = read_sound("plan: {}\n", NULL);
    expect_default(&plan);
    CU_ASSERT_EQUAL(hc_plan_read(&plan, NULL, &SHAPE, layers, NULL, NULL), 0);
    expect_default(&plan);
}

static void a_kind_of_tuning_may_stand_alone(void)
{
    hc_error note = HC_ERROR_NONE;
    hc_parallel_plan p =
        read_sound("plan: { tuning: qlora, micro_batch: 1, global_batch: 1 }\n", &note);
    CU_ASSERT_EQUAL(p.tuning, HC_TUNE_QLORA);
    CU_ASSERT_EQUAL(p.lora_rank, 16);
    CU_ASSERT_STRING_EQUAL(note.text, "dp: 1, one replica\n"
                                      "gpus: 1, tp * cp * dp * pp\n"
                                      "sequence: 2048, what the model is usually trained with\n"
                                      "tuning.rank: 16, a usual rank of adapters");
}

static void sequence_parallelism_goes_with_tensor_parallelism(void)
{
    hc_error note = HC_ERROR_NONE;
    CU_ASSERT(read_sound("plan: { tp: 2 }\n", &note).sequence_parallel);
    CU_ASSERT_PTR_NOT_NULL(strstr(note.text, "sequence_parallel: true, with tp > 1"));
    CU_ASSERT_FALSE(read_sound("plan: { tp: 1 }\n", NULL).sequence_parallel);
    CU_ASSERT_FALSE(read_sound("plan: { tp: 2, sequence: 4095 }\n", NULL).sequence_parallel);
}

static void listed_layers_are_stages(void)
{
    hc_parallel_plan p = read_sound("plan: { stage_layers: [9, 8, 8, 7] }\n", NULL);
    CU_ASSERT_EQUAL(p.pp, 4);
    CU_ASSERT_EQUAL(p.gpus, 4);
    CU_ASSERT_PTR_EQUAL(p.stage_layers, layers);
    CU_ASSERT_EQUAL(hc_parallel_plan_stage_layers(&p, &SHAPE, 3), 7);
    CU_ASSERT_EQUAL(hc_parallel_plan_check(&p, &SHAPE, NULL), 0);
}

static void as_many_layers_as_stages_are_expected(void)
{
    hc_scenario *scenario =
        hc_test_scenario("plan: { pp: 3, stage_layers: [16, 16] }\n", &TABLE, 1);
    hc_parallel_plan plan;
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL(hc_plan_read(&plan, hc_value_get(hc_scenario_root(scenario), "plan"), &SHAPE,
                                 layers, NULL, &error),
                    -1);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "s.yaml:1:"));
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "expected pp = 3 numbers, found 2"));
    hc_scenario_destroy(scenario);
}

static int refusals(const char *text)
{
    hc_scenario *scenario = NULL;
    hc_error error = HC_ERROR_NONE;
    int status =
        hc_scenario_parse(&scenario, "s.yaml", text, strlen(text), &TABLE, 1, NULL, 0, &error);
    hc_scenario_destroy(scenario);
    return status == 0 ? 0 : (int)error.count;
}

static void what_is_no_count_is_refused(void)
{
    static const char *const TEXTS[] = {
        "plan: { tp: 0 }",          "plan: { tp: -8 }",
        "plan: { tp: 1e3 }",        "plan: { gpus: 99999999999999999999 }",
        "plan: { zero: 4 }",        "plan: { expert_imbalance: .nan }",
        "plan: { pruned: 1 }",      "plan: { stage_layers: [] }",
        "plan: { tuning: adapt }",  "plan: { tpp: 8 }",
        "plan: { recompute: all }", "plan: { stage_layers: [0] }",
    };
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++) {
        CU_ASSERT_EQUAL(refusals(TEXTS[i]), 1);
    }
}

static int choice_count(const char *choices)
{
    int count = 1;
    for (; *choices != '\0'; choices++) {
        count += *choices == '|';
    }
    return count;
}

static void choices_are_as_many_as_the_enums_have(void)
{
    CU_ASSERT_EQUAL(choice_count(HC_PIPELINE_NAMES), HC_PIPELINE_COUNT);
    CU_ASSERT_EQUAL(choice_count(HC_RECOMPUTE_NAMES), HC_RECOMPUTE_COUNT);
    CU_ASSERT_EQUAL(choice_count(HC_CONTEXT_NAMES), HC_CONTEXT_COUNT);
    CU_ASSERT_EQUAL(choice_count(HC_TUNING_NAMES), HC_TUNE_COUNT);
    CU_ASSERT_EQUAL(choice_count(HC_PRECISION_NAMES), HC_PRECISION_COUNT);
}

static const hc_test_case CASES[] = {
    {"every_number_arrives", every_number_arrives},
    {"every_choice_arrives", every_choice_arrives},
    {"every_claim_turns_its_default", every_claim_turns_its_default},
    {"an_empty_plan_is_the_default_one_complete", an_empty_plan_is_the_default_one_complete},
    {"a_kind_of_tuning_may_stand_alone", a_kind_of_tuning_may_stand_alone},
    {"sequence_parallelism_goes_with_tensor_parallelism",
     sequence_parallelism_goes_with_tensor_parallelism},
    {"listed_layers_are_stages", listed_layers_are_stages},
    {"as_many_layers_as_stages_are_expected", as_many_layers_as_stages_are_expected},
    {"what_is_no_count_is_refused", what_is_no_count_is_refused},
    {"choices_are_as_many_as_the_enums_have", choices_are_as_many_as_the_enums_have},
};

HC_TEST_MAIN("plan_keys", CASES)
