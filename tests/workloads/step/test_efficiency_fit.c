/* Parameters that are known are found again. */

#include "sim/engine/random.h"
#include "tests/testing.h"
#include "workloads/step/efficiency_fit.h"

#include <stdio.h>

enum { STEPS = 60 };

static hc_comm_cost plain_cost(const void *self, hc_collective kind, double bytes,
                               const hc_comm_group *group)
{
    (void)self;
    (void)kind;
    return (hc_comm_cost){.seconds = bytes / 100e9 * group->nodes, .algorithm = HC_ALGORITHM_RING};
}

static const hc_network NETWORK = {.cost = plain_cost};

typedef struct {
    hc_model_shape shapes[STEPS];
    hc_parallel_plan plans[STEPS];
    hc_rank_layout layouts[STEPS];
    hc_measured_step steps[STEPS];
} measurements;

/* Steps of models of many sizes, as a known efficiency has them. */
static void measure(measurements *m, const hc_efficiency *truth)
{
    for (uint32_t i = 0; i < STEPS; i++) {
        m->shapes[i] = *hc_model_find(i % 2 == 0 ? "gpt3-1.3b" : "llama3-8b");
        m->shapes[i].layers = 4 + i % 7;
        m->shapes[i].hidden = 1024U << i % 4;
        m->shapes[i].heads = 16;
        m->shapes[i].kv_heads = 16;
        m->shapes[i].head_size = m->shapes[i].hidden / 16;
        m->plans[i] = hc_parallel_plan_default();
        m->plans[i].tp = 1U << i % 3;
        m->plans[i].micro_batch = 1U << i % 4;
        m->plans[i].has_fused_attention = i % 5 != 0;
        hc_parallel_plan_complete(&m->plans[i], &m->shapes[i], NULL);
        m->layouts[i] = (hc_rank_layout){.ranks = m->plans[i].gpus, .ranks_per_node = 8};
        m->steps[i] = (hc_measured_step){.setting = {.shape = &m->shapes[i],
                                                     .plan = &m->plans[i],
                                                     .accelerator = hc_accelerator_find("A100"),
                                                     .efficiency = truth,
                                                     .network = &NETWORK,
                                                     .layout = &m->layouts[i]}};
        hc_step_time time;
        hc_step_time_predict(&m->steps[i].setting, &time);
        m->steps[i].seconds = time.seconds;
    }
}

static const hc_efficiency_parameter FREE[] = {HC_EFF_GEMM, HC_EFF_MEMORY, HC_EFF_LAYER_SECONDS};

static void fit(hc_efficiency_fit *out, const measurements *m)
{
    hc_error error = HC_ERROR_NONE;
    int status = hc_efficiency_fit_steps(out, m->steps, STEPS, hc_efficiency_find("a100-2026"),
                                         FREE, 3, &error);
    if (status < 0) {
        printf("%s\n", error.text);
    }
    CU_ASSERT_EQUAL_FATAL(status, 0);
}

static hc_efficiency known(void)
{
    hc_efficiency truth = *hc_efficiency_find("a100-2026");
    truth.values[HC_EFF_GEMM] = 0.6;
    truth.values[HC_EFF_MEMORY] = 0.9;
    truth.values[HC_EFF_LAYER_SECONDS] = 4e-3;
    return truth;
}

static void known_parameters_are_found_again(void)
{
    static measurements m;
    hc_efficiency truth = known();
    hc_efficiency_fit found;
    measure(&m, &truth);
    fit(&found, &m);
    for (size_t i = 0; i < 3; i++) {
        CU_ASSERT_DOUBLE_EQUAL(found.efficiency.values[FREE[i]] / truth.values[FREE[i]], 1, 0.01);
    }
    CU_ASSERT_TRUE(found.errors.worst < 0.01);
    CU_ASSERT_EQUAL(found.efficiency.values[HC_EFF_ATTENTION], truth.values[HC_EFF_ATTENTION]);
}

/* Noise of 5 %: the intervals hold the truth, and are not wide for the size of the error. */
static void intervals_hold_the_truth(void)
{
    static measurements m;
    hc_efficiency truth = known();
    int held = 0;
    for (uint64_t seed = 0; seed < 40; seed++) {
        hc_random random = hc_random_stream(seed, 1, (hc_random_purpose)1);
        hc_efficiency_fit found;
        measure(&m, &truth);
        for (int i = 0; i < STEPS; i++) {
            m.steps[i].seconds *= 1 + 0.1 * (hc_random_uniform(&random) - 0.5);
        }
        fit(&found, &m);
        held += found.low[HC_EFF_GEMM] <= 0.6 && 0.6 <= found.high[HC_EFF_GEMM] ? 1 : 0;
        CU_ASSERT_TRUE(found.high[HC_EFF_GEMM] < 0.7);
    }
    /* 90 % of 40 are 36; 30 or fewer would happen once in 300 times */
    CU_ASSERT_TRUE(held > 30);
}

static void a_wild_row_does_not_pull_the_fit_away(void)
{
    static measurements m;
    hc_efficiency truth = known();
    hc_efficiency_fit found;
    measure(&m, &truth);
    m.steps[7].seconds *= 3;
    fit(&found, &m);
    CU_ASSERT_DOUBLE_EQUAL(found.efficiency.values[HC_EFF_GEMM], 0.6, 0.02);
    CU_ASSERT_DOUBLE_EQUAL(found.errors.worst, 2.0 / 3, 0.02);
}

static void too_few_rows_are_refused(void)
{
    static measurements m;
    hc_efficiency truth = known();
    hc_efficiency_fit found;
    hc_error error = HC_ERROR_NONE;
    measure(&m, &truth);
    CU_ASSERT_EQUAL(hc_efficiency_fit_steps(&found, m.steps, 3, &truth, FREE, 3, &error), -1);
}

static void summaries_are_those_of_the_values(void)
{
    double errors[] = {-0.4, 0.1, 0.2, -0.1, 0.3};
    hc_error_summary summary;
    hc_error_summary_of(errors, 5, &summary);
    CU_ASSERT_DOUBLE_EQUAL(summary.mean, 0.22, 1e-15);
    CU_ASSERT_DOUBLE_EQUAL(summary.bias, 0.02, 1e-15);
    CU_ASSERT_DOUBLE_EQUAL(summary.median, 0.2, 1e-15);
    CU_ASSERT_DOUBLE_EQUAL(summary.worst, 0.4, 1e-15);
}

static const hc_test_case CASES[] = {
    {"known_parameters_are_found_again", known_parameters_are_found_again},
    {"intervals_hold_the_truth", intervals_hold_the_truth},
    {"a_wild_row_does_not_pull_the_fit_away", a_wild_row_does_not_pull_the_fit_away},
    {"too_few_rows_are_refused", too_few_rows_are_refused},
    {"summaries_are_those_of_the_values", summaries_are_those_of_the_values},
};

HC_TEST_MAIN("efficiency_fit", CASES)
