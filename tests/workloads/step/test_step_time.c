/* Step times against what can be worked out by hand: parts, FLOPs, traffic, and what must not matter. */

#include "tests/testing.h"
#include "workloads/step/step_time.h"

#include <math.h>
#include <string.h>

/* A network that tells how it was asked: seconds are bytes at 1 GB/s, once per node that a group spans. */
static hc_comm_cost plain_cost(const void *self, hc_collective kind, double bytes,
                               const hc_comm_group *group)
{
    (void)self;
    (void)kind;
    bool crosses = group->sites > 1;
    return (hc_comm_cost){.seconds = bytes / 1e9 * group->nodes,
                          .egress_bytes = crosses ? bytes : 0,
                          .egress_dollars = crosses ? bytes / 1e6 : 0,
                          .algorithm = HC_ALGORITHM_RING};
}

static const hc_network PLAIN_NETWORK = {.cost = plain_cost};

/* Efficiencies of which nothing but the named ones takes time. */
static hc_efficiency ideal(void)
{
    hc_efficiency efficiency = {.name = "ideal"};
    efficiency.values[HC_EFF_GEMM] = 1;
    efficiency.values[HC_EFF_GEMM_8BIT] = 1;
    efficiency.values[HC_EFF_GEMM_4BIT] = 1;
    efficiency.values[HC_EFF_GROUPED] = 1;
    efficiency.values[HC_EFF_ATTENTION] = 1;
    efficiency.values[HC_EFF_BATCHED] = 1;
    efficiency.values[HC_EFF_MEMORY] = 1;
    return efficiency;
}

/* Memory so fast that only FLOPs count: 1 TFLOP/s. */
static hc_accelerator plain_accelerator(void)
{
    hc_accelerator accelerator = {
        .name = "plain", .memory_bytes = 1e15, .memory_bytes_per_second = 1e30, .gpus_per_node = 8};
    accelerator.flops[HC_FP32] = 1e12;
    accelerator.flops[HC_BF16] = 1e12;
    accelerator.host_bytes_per_second = 1e9;
    return accelerator;
}

static hc_model_shape plain_model(void)
{
    return (hc_model_shape){.name = "plain",
                            .layers = 8,
                            .hidden = 64,
                            .heads = 4,
                            .kv_heads = 4,
                            .head_size = 16,
                            .ffn = 256,
                            .vocabulary = 1000,
                            .sequence = 128,
                            .is_tied = true};
}

static hc_step_time predict(const hc_model_shape *shape, const hc_parallel_plan *given,
                            uint32_t gpus_per_node)
{
    hc_efficiency efficiency = ideal();
    hc_accelerator accelerator = plain_accelerator();
    hc_parallel_plan plan = *given;
    hc_parallel_plan_complete(&plan, shape, NULL);
    CU_ASSERT_TRUE_FATAL(hc_parallel_plan_is_possible(&plan, shape));
    hc_rank_layout layout = {.ranks = plan.gpus, .ranks_per_node = gpus_per_node};
    hc_step_setting setting = {.shape = shape,
                               .plan = &plan,
                               .accelerator = &accelerator,
                               .efficiency = &efficiency,
                               .network = &PLAIN_NETWORK,
                               .layout = &layout};
    hc_step_time time;
    hc_step_time_predict(&setting, &time);
    double sum = 0;
    for (int part = 0; part < HC_STEP_PART_COUNT; part++) {
        CU_ASSERT_TRUE(time.parts[part] >= 0);
        sum += time.parts[part];
    }
    CU_ASSERT_DOUBLE_EQUAL(sum, time.seconds, 1e-12 * sum);
    return time;
}

/* Products of 8 layers: (4 h^2 + 2 h f) weights; logits h V; each 6 FLOPs per token, at 1 TFLOP/s. */
static void products_take_their_flops(void)
{
    hc_model_shape shape = plain_model();
    hc_parallel_plan plan = hc_parallel_plan_default();
    plan.global_batch = 1;
    hc_step_time time = predict(&shape, &plan, 8);
    double weights = 8 * (4 * 64.0 * 64 + 2 * 64.0 * 256) + 64.0 * 1000;
    CU_ASSERT_DOUBLE_EQUAL(time.parts[HC_STEP_GEMM], 6 * weights * 128 / 1e12, 1e-12);
    /* causal core, forward 2 s^2 h a layer, backward 2.5 times that */
    CU_ASSERT_DOUBLE_EQUAL(time.parts[HC_STEP_ATTENTION], 3.5 * 8 * 2 * 128.0 * 128 * 64 / 1e12,
                           1e-12);
    CU_ASSERT_DOUBLE_EQUAL(time.tokens, 128, 0);
}

static void recomputation_repeats_the_forward_pass_of_the_layers(void)
{
    hc_model_shape shape = plain_model();
    hc_parallel_plan plan = hc_parallel_plan_default();
    hc_step_time none = predict(&shape, &plan, 8);
    plan.recompute = HC_RECOMPUTE_FULL;
    hc_step_time full = predict(&shape, &plan, 8);
    double forward =
        (2 * 8 * (4 * 64.0 * 64 + 2 * 64.0 * 256) * 128 + 8 * 2 * 128.0 * 128 * 64) / 1e12;
    CU_ASSERT_DOUBLE_EQUAL(full.parts[HC_STEP_RECOMPUTE], forward, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(full.hardware_flops - none.hardware_flops, forward * 1e12, 1);
    CU_ASSERT_EQUAL(full.model_flops, none.model_flops);
    plan.recompute = HC_RECOMPUTE_SELECTIVE;
    hc_step_time selective = predict(&shape, &plan, 8);
    CU_ASSERT_DOUBLE_EQUAL(selective.parts[HC_STEP_RECOMPUTE], 8 * 2 * 128.0 * 128 * 64 / 1e12,
                           1e-12);
}

/* Four all-reduces of b s h a layer and micro-batch, at 1 GB/s: 128 x 64 x 2 bytes. */
static void tensor_parallel_ranks_exchange_four_times_a_layer(void)
{
    hc_model_shape shape = plain_model();
    hc_parallel_plan plan = hc_parallel_plan_default();
    plan.tp = 4;
    plan.global_batch = 3;
    hc_step_time time = predict(&shape, &plan, 8);
    CU_ASSERT_DOUBLE_EQUAL(time.parts[HC_STEP_TENSOR], 3 * 8 * 4 * 128 * 64 * 2 / 1e9, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(time.traffic[HC_COMM_TENSOR].bytes, 3 * 8 * 4 * 128 * 64 * 2, 1e-6);
    CU_ASSERT_EQUAL(time.traffic[HC_COMM_TENSOR].group.nodes, 1);
    plan.recompute = HC_RECOMPUTE_FULL;
    time = predict(&shape, &plan, 8);
    CU_ASSERT_DOUBLE_EQUAL(time.parts[HC_STEP_TENSOR], 3 * 8 * 6 * 128 * 64 * 2 / 1e9, 1e-12);
}

/* The same plan on nodes of 2 GPUs: its groups of 4 span two nodes, which the plain network charges twice. */
static void a_torn_placement_costs_what_the_network_says(void)
{
    hc_model_shape shape = plain_model();
    hc_parallel_plan plan = hc_parallel_plan_default();
    plan.tp = 4;
    hc_step_time packed = predict(&shape, &plan, 4);
    hc_step_time torn = predict(&shape, &plan, 2);
    CU_ASSERT_DOUBLE_EQUAL(torn.parts[HC_STEP_TENSOR], 2 * packed.parts[HC_STEP_TENSOR], 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(torn.seconds - packed.seconds, packed.parts[HC_STEP_TENSOR], 1e-12);
}

/* Gradients of 4 bytes, not overlapped: of the layers, the final norm left out, and the embedding. */
static void replicas_exchange_their_gradients_once(void)
{
    hc_model_shape shape = plain_model();
    hc_parallel_plan plan = hc_parallel_plan_default();
    plan.dp = 2;
    plan.overlaps_data = false;
    hc_model_parameters counts;
    hc_model_count_parameters(&shape, &counts);
    double parameters = 8 * (counts.attention + counts.dense_ffn) + counts.embedding;
    hc_step_time one = predict(&shape, &plan, 8);
    CU_ASSERT_DOUBLE_EQUAL(one.parts[HC_STEP_DATA], 4 * parameters / 1e9, 1e-12);
    plan.micro_batch = 1;
    plan.global_batch = 16;
    hc_step_time eight = predict(&shape, &plan, 8);
    CU_ASSERT_DOUBLE_EQUAL(eight.parts[HC_STEP_DATA], one.parts[HC_STEP_DATA], 1e-15);
}

/* 8 layers on 4 stages, the head on the last: m stages of the last one, and the others once. */
static void pipelines_wait_for_the_last_stage(void)
{
    hc_model_shape shape = plain_model();
    hc_parallel_plan plan = hc_parallel_plan_default();
    hc_step_time alone = predict(&shape, &plan, 8);
    double head = 6 * 64.0 * 1000 * 128 / 1e12;
    double layers = alone.seconds - head;
    plan.pp = 4;
    plan.global_batch = 10;
    hc_step_time time = predict(&shape, &plan, 8);
    double last = layers / 4 + head;
    CU_ASSERT_DOUBLE_EQUAL(time.seconds, 10 * last + 3 * layers / 4, 1e-12);
}

/* Ten micro-batches through four stages of two layers: each rank meets 20 layers, not 10 / 4 x 8 cut to whole ones. */
static void traffic_is_that_of_every_micro_batch(void)
{
    hc_model_shape shape = plain_model();
    hc_parallel_plan plan = hc_parallel_plan_default();
    plan.tp = 2;
    plan.pp = 4;
    plan.global_batch = 10;
    hc_step_time time = predict(&shape, &plan, 8);
    CU_ASSERT_DOUBLE_EQUAL(time.traffic[HC_COMM_TENSOR].bytes, 20 * 4 * 128 * 64 * 2, 1e-6);
    CU_ASSERT_DOUBLE_EQUAL(time.traffic[HC_COMM_TENSOR].seconds, time.parts[HC_STEP_TENSOR], 1e-12);
}

/* Two replicas of two tensor-parallel ranks, each replica at a site of its own: what leaves is the gradients of both
 * groups, once a step; with zero 3 weights leave twice and gradients once in each micro-batch. */
static void what_leaves_a_site_is_counted(void)
{
    hc_model_shape shape = plain_model();
    hc_parallel_plan plan = hc_parallel_plan_default();
    hc_model_parameters counts;
    hc_model_count_parameters(&shape, &counts);
    double parameters = (8 * (counts.attention + counts.dense_ffn) + counts.embedding) / 2;
    hc_efficiency efficiency = ideal();
    hc_accelerator accelerator = plain_accelerator();
    hc_rank_layout layout = {.ranks = 4,
                             .ranks_per_node = 2,
                             .nodes_per_rack = 1,
                             .racks_per_pod = 1,
                             .pods_per_site = 1};
    hc_step_setting setting = {.shape = &shape,
                               .plan = &plan,
                               .accelerator = &accelerator,
                               .efficiency = &efficiency,
                               .network = &PLAIN_NETWORK,
                               .layout = &layout};
    hc_step_time time;
    plan.tp = 2;
    plan.dp = 2;
    plan.global_batch = 8;
    hc_parallel_plan_complete(&plan, &shape, NULL);
    hc_step_time_predict(&setting, &time);
    CU_ASSERT_DOUBLE_EQUAL(time.egress_bytes, 2 * 4 * parameters, 1e-6 * parameters);
    CU_ASSERT_DOUBLE_EQUAL(time.egress_dollars, time.egress_bytes / 1e6, 1e-9);
    plan.zero = 3;
    hc_step_time_predict(&setting, &time);
    CU_ASSERT_DOUBLE_EQUAL(time.egress_bytes, 4 * 2 * (2 * 2 + 4) * parameters, 1e-6 * parameters);
    layout.pods_per_site = 2;
    hc_step_time_predict(&setting, &time);
    CU_ASSERT_EQUAL(time.egress_bytes, 0);
}

/* Two stages of four layers, the second on GPUs twice as fast: the first one sets the pace. Five layers on the fast stage
 * and three on the slow one do better. */
static void the_slowest_stage_sets_the_pace_and_uneven_layers_help(void)
{
    hc_model_shape shape = plain_model();
    hc_parallel_plan plan = hc_parallel_plan_default();
    hc_step_time alone = predict(&shape, &plan, 8);
    double head = 6 * 64.0 * 1000 * 128 / 1e12;
    double layer = (alone.seconds - head) / 8;
    hc_efficiency efficiency = ideal();
    hc_accelerator slow = plain_accelerator();
    hc_accelerator fast = plain_accelerator();
    fast.flops[HC_BF16] = 2e12;
    hc_stage_kind kinds[] = {{&slow, &efficiency, 1}, {&fast, &efficiency, 1}};
    hc_rank_layout layout = {.ranks = 2, .ranks_per_node = 2};
    hc_step_setting setting = {.shape = &shape,
                               .plan = &plan,
                               .accelerator = &slow,
                               .efficiency = &efficiency,
                               .network = &PLAIN_NETWORK,
                               .layout = &layout,
                               .stage_kinds = kinds,
                               .stage_kind_count = 2};
    hc_step_time time;
    plan.pp = 2;
    plan.global_batch = 10;
    hc_parallel_plan_complete(&plan, &shape, NULL);
    hc_step_time_predict(&setting, &time);
    /* the first stage works all the time, but for what it waits for the first gradients after two forward passes */
    double forward = 4 * (2 * 49152.0 * 128 + 2 * 128.0 * 128 * 64) / 1e12;
    CU_ASSERT_DOUBLE_EQUAL(time.seconds, 10 * 4 * layer + (4 * layer / 2 + head / 2 - forward),
                           1e-12);
    CU_ASSERT_EQUAL(time.peak_flops, 1.5e12);
    uint32_t uneven[] = {3, 5};
    plan.stage_layers = uneven;
    hc_step_time_predict(&setting, &time);
    CU_ASSERT_DOUBLE_EQUAL(time.seconds,
                           10 * fmax(3 * layer, 5 * layer / 2 + head / 2) +
                               fmin(3 * layer, 5 * layer / 2 + head / 2),
                           1e-12);
    kinds[1].accelerator = &slow;
    plan.stage_layers = NULL;
    hc_step_time_predict(&setting, &time);
    hc_step_time same = predict(&shape, &plan, 2);
    CU_ASSERT_EQUAL(time.seconds, same.seconds);
}

/* A block of multi-token prediction is a layer more, and predicts once more. */
static void blocks_that_predict_further_tokens_are_layers(void)
{
    hc_model_shape shape = plain_model();
    hc_parallel_plan plan = hc_parallel_plan_default();
    hc_step_time without = predict(&shape, &plan, 8);
    shape.mtp_layers = 2;
    hc_step_time with = predict(&shape, &plan, 8);
    double layers = 6 * 2 * (4 * 64.0 * 64 + 2 * 64.0 * 256) * 128 / 1e12;
    double logits = 6 * 2 * 64.0 * 1000 * 128 / 1e12;
    CU_ASSERT_DOUBLE_EQUAL(with.parts[HC_STEP_GEMM] - without.parts[HC_STEP_GEMM], layers + logits,
                           1e-12);
}

static void models_of_every_kind_and_plan_have_a_time(void)
{
    hc_efficiency efficiency = *hc_efficiency_at(0);
    for (size_t i = 0; i < hc_model_count(); i++) {
        const hc_model_shape *shape = hc_model_at(i);
        hc_parallel_plan plan = hc_parallel_plan_default();
        plan.ep = shape->experts > 0 ? 2 : 1;
        plan.dp = 2;
        hc_parallel_plan_complete(&plan, shape, NULL);
        hc_rank_layout layout = {.ranks = plan.gpus, .ranks_per_node = 2};
        hc_step_setting setting = {.shape = shape,
                                   .plan = &plan,
                                   .accelerator = hc_accelerator_at(0),
                                   .efficiency = &efficiency,
                                   .network = &PLAIN_NETWORK,
                                   .layout = &layout};
        hc_step_time time;
        hc_step_time_predict(&setting, &time);
        CU_ASSERT_TRUE(isfinite(time.seconds) && time.seconds > 0);
        /* nobody does better than the peak */
        CU_ASSERT_TRUE(time.model_flops / time.seconds / plan.gpus < time.peak_flops);
    }
}

static void adapters_spare_the_gradients_of_frozen_weights(void)
{
    hc_model_shape shape = plain_model();
    hc_parallel_plan plan = hc_parallel_plan_default();
    hc_step_time full = predict(&shape, &plan, 8);
    plan.tuning = HC_TUNE_LORA;
    plan.lora_rank = 1;
    hc_step_time lora = predict(&shape, &plan, 8);
    CU_ASSERT_DOUBLE_EQUAL(lora.model_flops, full.model_flops * 2 / 3, 1e-6 * full.model_flops);
    CU_ASSERT_TRUE(lora.parts[HC_STEP_GEMM] > full.parts[HC_STEP_GEMM] * 2 / 3);
    CU_ASSERT_TRUE(lora.parts[HC_STEP_GEMM] < full.parts[HC_STEP_GEMM] * 0.75);
    plan = hc_parallel_plan_default();
    plan.tuning = HC_TUNE_PARTIAL;
    plan.trained_layers = 2;
    hc_step_time partial = predict(&shape, &plan, 8);
    CU_ASSERT_TRUE(partial.seconds < lora.seconds);
}

/* Weights of a layer: 4 h^2 + 2 h f; causal core s h of width, twice for scores and values; logits h V. */
static void layers_that_are_not_trained_ask_for_a_forward_pass_alone(void)
{
    hc_model_shape shape = plain_model();
    hc_parallel_plan plan = hc_parallel_plan_default();
    double layer = 2 * (4 * 64.0 * 64 + 2 * 64.0 * 256) + 2 * 128.0 * 64;
    double head = 2 * 64.0 * 1000;
    plan.tuning = HC_TUNE_PARTIAL;
    plan.trained_layers = 2;
    hc_step_time partial = predict(&shape, &plan, 8);
    CU_ASSERT_DOUBLE_EQUAL(partial.model_flops, 128 * ((8 + 2 * 2) * layer + 3 * head), 1);
    /* attention kernels alone compute more than the model asks for: 3.5 passes in place of 3 */
    CU_ASSERT_DOUBLE_EQUAL(partial.hardware_flops - partial.model_flops,
                           128 * 2 * 0.5 * 2 * 128.0 * 64, 1);
    plan.trained_layers = 8;
    CU_ASSERT_DOUBLE_EQUAL(predict(&shape, &plan, 8).model_flops, 128 * 3 * (8 * layer + head), 1);
}

static void what_is_pruned_is_not_asked_for(void)
{
    hc_model_shape shape = plain_model();
    hc_parallel_plan plan = hc_parallel_plan_default();
    plan.pruned_share = 0.5;
    hc_step_time pruned = predict(&shape, &plan, 8);
    double layer = 2 * (4 * 64.0 * 64 + 2 * 64.0 * 256) + 2 * 128.0 * 64;
    CU_ASSERT_DOUBLE_EQUAL(pruned.model_flops, 128 * 3 * (8 * layer / 2 + 2 * 64.0 * 1000), 1);
    CU_ASSERT_TRUE(pruned.model_flops <= pruned.hardware_flops);
}

static const hc_test_case CASES[] = {
    {"products_take_their_flops", products_take_their_flops},
    {"recomputation_repeats_the_forward_pass_of_the_layers",
     recomputation_repeats_the_forward_pass_of_the_layers},
    {"tensor_parallel_ranks_exchange_four_times_a_layer",
     tensor_parallel_ranks_exchange_four_times_a_layer},
    {"a_torn_placement_costs_what_the_network_says", a_torn_placement_costs_what_the_network_says},
    {"replicas_exchange_their_gradients_once", replicas_exchange_their_gradients_once},
    {"pipelines_wait_for_the_last_stage", pipelines_wait_for_the_last_stage},
    {"traffic_is_that_of_every_micro_batch", traffic_is_that_of_every_micro_batch},
    {"what_leaves_a_site_is_counted", what_leaves_a_site_is_counted},
    {"the_slowest_stage_sets_the_pace_and_uneven_layers_help",
     the_slowest_stage_sets_the_pace_and_uneven_layers_help},
    {"blocks_that_predict_further_tokens_are_layers",
     blocks_that_predict_further_tokens_are_layers},
    {"models_of_every_kind_and_plan_have_a_time", models_of_every_kind_and_plan_have_a_time},
    {"adapters_spare_the_gradients_of_frozen_weights",
     adapters_spare_the_gradients_of_frozen_weights},
    {"layers_that_are_not_trained_ask_for_a_forward_pass_alone",
     layers_that_are_not_trained_ask_for_a_forward_pass_alone},
    {"what_is_pruned_is_not_asked_for", what_is_pruned_is_not_asked_for},
};

HC_TEST_MAIN("step_time", CASES)
