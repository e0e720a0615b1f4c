/* Memory of training: Korthikanti's table, bytes per parameter, and what must hold for all plans. */

#include "sim/engine/random.h"
#include "tests/testing.h"
#include "workloads/catalogue/model_shape.h"
#include "workloads/plan/training_memory.h"

#include <math.h>

/* GPT-3 as Korthikanti et al. train it: dropout, no fused attention, one pipeline stage. */
static const hc_model_shape GPT = {.name = "gpt",
                                   .layers = 96,
                                   .hidden = 12288,
                                   .heads = 96,
                                   .kv_heads = 96,
                                   .head_size = 128,
                                   .ffn = 49152,
                                   .vocabulary = 51200,
                                   .sequence = 2048,
                                   .is_tied = true,
                                   .has_layer_norm = true};

static hc_parallel_plan korthikanti(uint32_t tp, bool sequence_parallel, hc_recomputation recompute)
{
    hc_parallel_plan plan = hc_parallel_plan_default();
    plan.tp = tp;
    plan.sequence_parallel = sequence_parallel;
    plan.recompute = recompute;
    plan.has_dropout = true;
    plan.has_fused_attention = false;
    plan.micro_batch = 3;
    hc_parallel_plan_complete(&plan, &GPT, NULL);
    return plan;
}

static void expect_table_2(uint32_t tp, bool sequence_parallel, hc_recomputation recompute,
                           double per_sbh)
{
    hc_parallel_plan plan = korthikanti(tp, sequence_parallel, recompute);
    double sbh = 2048.0 * 3 * 12288;
    double bytes = hc_training_memory_of_layer(&GPT, &plan, false);
    CU_ASSERT_DOUBLE_EQUAL(bytes, sbh * per_sbh, 1e-9 * bytes);
}

static void activations_of_a_layer_are_those_of_korthikanti_table_2(void)
{
    double scores = 5.0 * 96 * 2048 / 12288;
    expect_table_2(1, false, HC_RECOMPUTE_NONE, 34 + scores);
    expect_table_2(8, false, HC_RECOMPUTE_NONE, 10 + (24 + scores) / 8);
    expect_table_2(8, true, HC_RECOMPUTE_NONE, (34 + scores) / 8);
    expect_table_2(8, false, HC_RECOMPUTE_SELECTIVE, 10 + 24.0 / 8);
    expect_table_2(8, true, HC_RECOMPUTE_SELECTIVE, 34.0 / 8);
    expect_table_2(8, false, HC_RECOMPUTE_FULL, 2);
    expect_table_2(8, true, HC_RECOMPUTE_FULL, 2.0 / 8);
}

/* --- bytes of parameters --- */

static hc_training_memory memory_of(const hc_model_shape *shape, const hc_parallel_plan *plan)
{
    hc_training_memory memory;
    CU_ASSERT(hc_parallel_plan_is_possible(plan, shape));
    hc_training_memory_need(shape, plan, &memory);
    return memory;
}

static double parameters_of(const hc_model_shape *shape)
{
    hc_model_parameters parameters;
    hc_model_count_parameters(shape, &parameters);
    return parameters.total;
}

static hc_parallel_plan replicas(uint32_t dp, uint32_t zero)
{
    hc_parallel_plan plan = hc_parallel_plan_default();
    plan.dp = dp;
    plan.zero = zero;
    hc_parallel_plan_complete(&plan, &GPT, NULL);
    return plan;
}

static void expect_states(uint32_t zero, double weights, double gradients, double optimizer)
{
    hc_parallel_plan plan = replicas(16, zero);
    hc_training_memory memory = memory_of(&GPT, &plan);
    double p = parameters_of(&GPT);
    CU_ASSERT_DOUBLE_EQUAL(memory.weights / p, weights, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(memory.gradients / p, gradients, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(memory.optimizer / p, optimizer, 1e-12);
}

/* 18, 6 + 12/D, 2 + 16/D, 18/D bytes per parameter. */
static void zero_shards_optimizer_then_gradients_then_weights(void)
{
    expect_states(0, 2, 4, 12);
    expect_states(1, 2, 4, 12.0 / 16);
    expect_states(2, 2, 4.0 / 16, 12.0 / 16);
    expect_states(3, 2.0 / 16, 4.0 / 16, 12.0 / 16);
}

static void groups_of_hybrid_sharding_hold_everything_once(void)
{
    hc_parallel_plan plan = replicas(16, 3);
    plan.shard_group = 4;
    CU_ASSERT_DOUBLE_EQUAL(memory_of(&GPT, &plan).optimizer, parameters_of(&GPT) * 12 / 4, 1);
}

static void gradients_of_two_bytes_take_half(void)
{
    hc_parallel_plan plan = replicas(1, 0);
    hc_training_memory memory;
    plan.has_fp32_gradients = false;
    memory = memory_of(&GPT, &plan);
    CU_ASSERT_DOUBLE_EQUAL(memory.weights + memory.gradients + memory.optimizer,
                           16 * parameters_of(&GPT), 1e3);
}

static void fp32_needs_no_master_weights(void)
{
    hc_parallel_plan plan = replicas(1, 0);
    hc_training_memory memory;
    plan.precision = HC_FP32;
    memory = memory_of(&GPT, &plan);
    CU_ASSERT_DOUBLE_EQUAL(memory.weights + memory.gradients + memory.optimizer,
                           16 * parameters_of(&GPT), 1e3);
}

static double sum_over_ranks(const hc_model_shape *shape, const hc_parallel_plan *plan)
{
    double weights = 0;
    for (uint32_t stage = 0; stage < plan->pp; stage++) {
        hc_training_memory memory;
        hc_training_memory_of_stage(shape, plan, stage, &memory);
        weights += memory.weights;
    }
    return weights / 2;
}

static void stages_hold_the_model_once(void)
{
    for (size_t i = 0; i < hc_model_count(); i++) {
        const hc_model_shape *shape = hc_model_at(i);
        for (uint32_t pp = 1; pp <= 5; pp++) {
            hc_parallel_plan plan = hc_parallel_plan_default();
            double copy = shape->is_tied && pp > 1 ? (double)shape->hidden * shape->vocabulary : 0;
            plan.pp = pp;
            hc_parallel_plan_complete(&plan, shape, NULL);
            CU_ASSERT_DOUBLE_EQUAL(sum_over_ranks(shape, &plan), parameters_of(shape) + copy,
                                   1e-12 * parameters_of(shape));
        }
    }
}

/* --- what follows from the parts --- */

/* An arithmetic model of 65 billion parameters, as LLaMA. */
static const hc_model_shape LLAMA_65B = {.name = "llama-65b",
                                         .layers = 80,
                                         .hidden = 8192,
                                         .heads = 64,
                                         .kv_heads = 64,
                                         .head_size = 128,
                                         .ffn = 22016,
                                         .is_gated = true,
                                         .vocabulary = 32000,
                                         .sequence = 2048};

static hc_parallel_plan tuned(const hc_model_shape *shape, hc_tuning tuning)
{
    hc_parallel_plan plan = hc_parallel_plan_default();
    plan.tuning = tuning;
    plan.recompute = HC_RECOMPUTE_FULL;
    plan.trained_layers = tuning == HC_TUNE_PARTIAL ? 4 : 0;
    hc_parallel_plan_complete(&plan, shape, NULL);
    return plan;
}

/* r (in + out) for each of seven matrices. */
static double adapters_of(const hc_model_shape *s, double r)
{
    return s->layers * r * (4.0 * (s->hidden + s->hidden) + 3.0 * (s->hidden + s->ffn));
}

static void lora_trains_its_adapters_alone(void)
{
    hc_parallel_plan plan = tuned(&LLAMA_65B, HC_TUNE_LORA);
    hc_training_memory memory = memory_of(&LLAMA_65B, &plan);
    double adapters = adapters_of(&LLAMA_65B, 16);
    CU_ASSERT_DOUBLE_EQUAL(memory.weights, 2 * (parameters_of(&LLAMA_65B) + adapters), 1);
    CU_ASSERT_DOUBLE_EQUAL(memory.gradients, 4 * adapters, 1);
    CU_ASSERT_DOUBLE_EQUAL(memory.optimizer, 12 * adapters, 1);
}

/* Dettmers et al. 2023: from more than 780 GB to less than 48 GB. */
static void qlora_brings_65_billion_parameters_below_48_gigabytes(void)
{
    hc_parallel_plan full = tuned(&LLAMA_65B, HC_TUNE_FULL);
    hc_parallel_plan plan = tuned(&LLAMA_65B, HC_TUNE_QLORA);
    hc_training_memory memory = memory_of(&LLAMA_65B, &plan);
    CU_ASSERT(memory_of(&LLAMA_65B, &full).total > 780e9);
    CU_ASSERT(memory.total < 48e9 && memory.total > 35e9);
    CU_ASSERT_DOUBLE_EQUAL(memory.weights / parameters_of(&LLAMA_65B), 0.53, 0.02);
}

static void partial_tuning_trains_the_last_layers_and_the_head(void)
{
    hc_parallel_plan plan = tuned(&LLAMA_65B, HC_TUNE_PARTIAL);
    hc_model_parameters p;
    double trained = 0;
    hc_model_count_parameters(&LLAMA_65B, &p);
    trained = 4 * (p.attention + p.dense_ffn) + p.head + p.final_norm;
    CU_ASSERT_DOUBLE_EQUAL(memory_of(&LLAMA_65B, &plan).gradients, 4 * trained, 1);
    plan.pp = 4;
    plan.gpus = 4;
    for (uint32_t stage = 0; stage < 4; stage++) {
        hc_training_memory memory;
        hc_training_memory_of_stage(&LLAMA_65B, &plan, stage, &memory);
        CU_ASSERT_DOUBLE_EQUAL(memory.gradients, stage < 3 ? 0 : 4 * trained, 1);
    }
}

static void fp8_keeps_two_more_copies_of_matrices(void)
{
    hc_parallel_plan plan = replicas(1, 0);
    double before = memory_of(&GPT, &plan).weights;
    double matrices = 12.0 * GPT.hidden * GPT.hidden * GPT.layers;
    plan.precision = HC_FP8;
    CU_ASSERT_DOUBLE_EQUAL(memory_of(&GPT, &plan).weights - before, 2 * matrices, 1);
}

static void sparse_training_keeps_packed_weights_for_both_directions(void)
{
    hc_parallel_plan plan = replicas(1, 0);
    double before = memory_of(&GPT, &plan).weights;
    double matrices = 12.0 * GPT.hidden * GPT.hidden * GPT.layers;
    plan.is_sparse_2to4 = true;
    CU_ASSERT_DOUBLE_EQUAL(memory_of(&GPT, &plan).weights - before, 2 * 0.5625 * 2 * matrices, 1);
}

static void pruning_takes_its_share_of_every_layer(void)
{
    hc_parallel_plan plan = replicas(1, 0);
    double matrices = 12.0 * GPT.hidden * GPT.hidden * GPT.layers;
    double before = memory_of(&GPT, &plan).weights;
    plan.pruned_share = 0.25;
    CU_ASSERT_DOUBLE_EQUAL(before - memory_of(&GPT, &plan).weights, 0.25 * 2 * matrices, 1);
}

static void an_offloaded_optimizer_is_elsewhere(void)
{
    hc_parallel_plan plan = replicas(1, 0);
    plan.offloads_optimizer = true;
    CU_ASSERT_EQUAL(memory_of(&GPT, &plan).optimizer, 0);
}

/* A rank gets as many tokens as it sends: more ranks of experts save parameters, not activations. */
static void expert_ranks_share_parameters_but_no_tokens(void)
{
    hc_model_shape shape = *hc_model_find("deepseek-v3");
    hc_parallel_plan plan = hc_parallel_plan_default();
    double one = 0;
    shape.layers = 4;
    shape.sequence = 4096;
    plan.dp = 8;
    plan.expert_imbalance = 1;
    hc_parallel_plan_complete(&plan, &shape, NULL);
    one = hc_training_memory_of_layer(&shape, &plan, true);
    plan.ep = 8;
    CU_ASSERT_DOUBLE_EQUAL(hc_training_memory_of_layer(&shape, &plan, true), one, 1e-9 * one);
    plan.expert_imbalance = 1.5;
    CU_ASSERT(hc_training_memory_of_layer(&shape, &plan, true) > 1.1 * one);
}

/* --- random plans --- */

static uint32_t pick(hc_random *random, uint32_t most)
{
    return 1U << hc_random_below(random, most + 1);
}

static hc_parallel_plan draw_plan(hc_random *random, const hc_model_shape *shape)
{
    hc_parallel_plan plan = hc_parallel_plan_default();
    plan.tp = pick(random, 3);
    plan.pp = 1 + (uint32_t)hc_random_below(random, 16);
    plan.dp = pick(random, 4);
    plan.cp = pick(random, 1);
    plan.ep = shape->experts > 0 ? pick(random, 4) : 1;
    plan.schedule = (hc_pipeline_schedule)hc_random_below(random, HC_PIPELINE_COUNT);
    plan.recompute = (hc_recomputation)hc_random_below(random, HC_RECOMPUTE_COUNT);
    plan.context = (hc_context_kind)hc_random_below(random, HC_CONTEXT_COUNT);
    plan.tuning = (hc_tuning)hc_random_below(random, HC_TUNE_COUNT);
    plan.trained_layers =
        plan.tuning == HC_TUNE_PARTIAL ? 1 + (uint32_t)hc_random_below(random, shape->layers) : 0;
    plan.zero = (uint32_t)hc_random_below(random, 4);
    plan.sequence_parallel = plan.tp > 1 && hc_random_below(random, 2) == 0;
    plan.offloads_activations = hc_random_below(random, 4) == 0;
    plan.precision = hc_random_below(random, 2) == 0 ? HC_BF16 : HC_FP8;
    hc_parallel_plan_complete(&plan, shape, NULL);
    plan.global_batch *= 1 + (uint32_t)hc_random_below(random, 40);
    return plan;
}

static double most_of_all_stages(const hc_model_shape *shape, const hc_parallel_plan *plan)
{
    double most = 0;
    for (uint32_t stage = 0; stage < plan->pp; stage++) {
        hc_training_memory memory;
        hc_training_memory_of_stage(shape, plan, stage, &memory);
        CU_ASSERT(memory.weights > 0 && memory.gradients >= 0 && memory.optimizer >= 0 &&
                  memory.activations >= 0 && memory.buffers >= 0 && memory.context > 0 &&
                  memory.fragmentation >= 0);
        most = fmax(most, memory.total);
    }
    return most;
}

static void the_stage_found_is_the_fullest_of_all(void)
{
    hc_random random = hc_random_stream(31, 0, HC_RANDOM_BENCH);
    int checked = 0;
    while (checked < 5000) {
        const hc_model_shape *shape = hc_model_at(hc_random_below(&random, hc_model_count()));
        hc_parallel_plan plan = draw_plan(&random, shape);
        hc_training_memory memory;
        if (!hc_parallel_plan_is_possible(&plan, shape)) {
            continue;
        }
        hc_training_memory_need(shape, &plan, &memory);
        CU_ASSERT_DOUBLE_EQUAL(memory.total, most_of_all_stages(shape, &plan),
                               1e-12 * memory.total);
        checked++;
    }
}

static void listed_layers_give_the_same_as_even_ones(void)
{
    static const uint32_t LAYERS[] = {14, 14, 13, 13, 13, 13};
    hc_parallel_plan plan = tuned(&LLAMA_65B, HC_TUNE_FULL);
    double total = 0;
    plan.pp = 6;
    plan.gpus = 6;
    plan.global_batch = 24;
    total = memory_of(&LLAMA_65B, &plan).total;
    plan.stage_layers = LAYERS;
    CU_ASSERT_DOUBLE_EQUAL(memory_of(&LLAMA_65B, &plan).total, total, 1);
}

static void the_largest_category_is_named(void)
{
    hc_training_memory memory = {.weights = 1, .activations = 3, .context = 2};
    CU_ASSERT_STRING_EQUAL(hc_training_memory_largest(&memory), "activations");
    memory.fragmentation = 4;
    CU_ASSERT_STRING_EQUAL(hc_training_memory_largest(&memory), "fragmentation");
}

static const hc_test_case CASES[] = {
    {"activations_of_a_layer_are_those_of_korthikanti_table_2",
     activations_of_a_layer_are_those_of_korthikanti_table_2},
    {"zero_shards_optimizer_then_gradients_then_weights",
     zero_shards_optimizer_then_gradients_then_weights},
    {"groups_of_hybrid_sharding_hold_everything_once",
     groups_of_hybrid_sharding_hold_everything_once},
    {"gradients_of_two_bytes_take_half", gradients_of_two_bytes_take_half},
    {"fp32_needs_no_master_weights", fp32_needs_no_master_weights},
    {"stages_hold_the_model_once", stages_hold_the_model_once},
    {"lora_trains_its_adapters_alone", lora_trains_its_adapters_alone},
    {"qlora_brings_65_billion_parameters_below_48_gigabytes",
     qlora_brings_65_billion_parameters_below_48_gigabytes},
    {"partial_tuning_trains_the_last_layers_and_the_head",
     partial_tuning_trains_the_last_layers_and_the_head},
    {"fp8_keeps_two_more_copies_of_matrices", fp8_keeps_two_more_copies_of_matrices},
    {"sparse_training_keeps_packed_weights_for_both_directions",
     sparse_training_keeps_packed_weights_for_both_directions},
    {"pruning_takes_its_share_of_every_layer", pruning_takes_its_share_of_every_layer},
    {"an_offloaded_optimizer_is_elsewhere", an_offloaded_optimizer_is_elsewhere},
    {"expert_ranks_share_parameters_but_no_tokens", expert_ranks_share_parameters_but_no_tokens},
    {"the_stage_found_is_the_fullest_of_all", the_stage_found_is_the_fullest_of_all},
    {"listed_layers_give_the_same_as_even_ones", listed_layers_give_the_same_as_even_ones},
    {"the_largest_category_is_named", the_largest_category_is_named},
};

HC_TEST_MAIN("training_memory", CASES)
