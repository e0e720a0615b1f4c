#include "sim/engine/random.h"
#include "tests/testing.h"
#include "workloads/plan/parallel_plan.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const hc_model_shape DENSE = {.layers = 80,
                                     .hidden = 8192,
                                     .heads = 64,
                                     .kv_heads = 8,
                                     .head_size = 128,
                                     .ffn = 28672,
                                     .vocabulary = 128256,
                                     .sequence = 8192};

static const hc_model_shape EXPERTS = {.layers = 60,
                                       .hidden = 5120,
                                       .heads = 128,
                                       .kv_heads = 128,
                                       .head_size = 128,
                                       .ffn = 12288,
                                       .vocabulary = 102400,
                                       .sequence = 4096,
                                       .experts = 160,
                                       .experts_per_token = 6,
                                       .expert_ffn = 1536,
                                       .shared_ffn = 3072};

/* 64 GPUs: tp 8, pp 4, dp 2, sound on the dense shape. */
static hc_parallel_plan sound_plan(void)
{
    hc_parallel_plan plan = hc_parallel_plan_default();
    plan.gpus = 64;
    plan.tp = 8;
    plan.pp = 4;
    plan.dp = 2;
    plan.micro_batch = 1;
    plan.global_batch = 64;
    plan.sequence = 8192;
    return plan;
}

static void expect_refusal(const hc_parallel_plan *plan, const hc_model_shape *shape,
                           const char *text)
{
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL(hc_parallel_plan_check(plan, shape, &error), -1);
    CU_ASSERT_EQUAL(error.kind, HC_ERROR_USAGE);
    if (strcmp(error.text, text) != 0) {
        printf("\n    expected: %s\n    found:    %s\n", text, error.text);
        CU_FAIL("another text");
    }
    CU_ASSERT_FALSE(hc_parallel_plan_is_possible(plan, shape));
}

static void expect_sound(const hc_parallel_plan *plan, const hc_model_shape *shape)
{
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL(hc_parallel_plan_check(plan, shape, &error), 0);
    CU_ASSERT_STRING_EQUAL(error.text, "");
    CU_ASSERT(hc_parallel_plan_is_possible(plan, shape));
}

static void ranks_must_be_the_product(void)
{
    hc_parallel_plan plan = sound_plan();
    expect_sound(&plan, &DENSE);
    plan.gpus = 96;
    expect_refusal(
        &plan, &DENSE,
        "gpus: expected tp * cp * dp * pp = 8 * 1 * 2 * 4 = 64, found 96; dp: 3 would do");
    plan.gpus = 65;
    expect_refusal(&plan, &DENSE,
                   "gpus: expected tp * cp * dp * pp = 8 * 1 * 2 * 4 = 64, found 65");
}

static void products_beyond_64_bits_are_refused(void)
{
    hc_parallel_plan plan = sound_plan();
    plan.dp = plan.cp = plan.pp = plan.tp = UINT32_MAX;
    plan.ep = UINT32_MAX;
    plan.micro_batch = UINT32_MAX;
    plan.interleave = UINT32_MAX;
    plan.global_batch = UINT32_MAX;
    plan.sequence = UINT32_MAX;
    CU_ASSERT_FALSE(hc_parallel_plan_is_possible(&plan, &DENSE));
    CU_ASSERT_EQUAL(hc_parallel_plan_check(&plan, &DENSE, NULL), -1);
}

static void batches_must_be_whole(void)
{
    hc_parallel_plan plan = sound_plan();
    plan.micro_batch = 3;
    expect_refusal(
        &plan, &DENSE,
        "global_batch: expected a multiple of dp * micro_batch = 2 * 3 = 6, found 64; 66 "
        "would do");
    plan.global_batch = 1;
    expect_refusal(&plan, &DENSE,
                   "global_batch: expected a multiple of dp * micro_batch = 2 * 3 = 6, found 1; 6 "
                   "would do");
}

static void tensor_ranks_divide_heads_and_widths(void)
{
    hc_parallel_plan plan = sound_plan();
    plan.tp = 6;
    plan.gpus = 48;
    expect_refusal(
        &plan, &DENSE,
        "tp: expected a divisor of the 64 attention heads, found 6; 4 would do\n"
        "tp: expected a divisor or a multiple of the 8 heads of keys and values, found 6; "
        "4 would do\n"
        "tp: expected a divisor of the feed-forward width 28672, found 6; 4 would do");
    plan.tp = 16;
    plan.gpus = 128;
    expect_sound(&plan, &DENSE);
}

static void sequence_parallelism_needs_tensor_ranks(void)
{
    hc_parallel_plan plan = sound_plan();
    plan.sequence_parallel = true;
    expect_sound(&plan, &DENSE);
    plan.tp = 1;
    plan.gpus = 8;
    expect_refusal(
        &plan, &DENSE,
        "sequence_parallel: expected tp > 1, found tp: 1; sequence_parallel: false would do");
}

static void context_ranks_cut_the_sequence_in_two_pieces_each(void)
{
    hc_parallel_plan plan = sound_plan();
    plan.cp = 3;
    plan.gpus = 192;
    expect_refusal(
        &plan, &DENSE,
        "cp: expected 2 * cp to divide the 8192 tokens of a sequence, found 3; 2 would do");
    plan.context = HC_CONTEXT_ALL_TO_ALL;
    plan.cp = 16;
    plan.gpus = 1024;
    expect_refusal(&plan, &DENSE,
                   "cp: expected cp * tp = 16 * 8 = 128 to divide the 64 attention heads "
                   "(all_to_all), found 16; 8 would do");
}

static void experts_are_dealt_out_to_ranks(void)
{
    hc_parallel_plan plan = sound_plan();
    plan.ep = 4;
    expect_refusal(&plan, &DENSE, "ep: expected 1, the model has no experts, found 4; 1 would do");
    expect_sound(&plan, &EXPERTS);
    plan.ep = 32;
    expect_refusal(
        &plan, &EXPERTS,
        "ep: expected a divisor of tp * cp * dp = 8 * 1 * 2 = 16, found 32; 16 would do");
    plan.ep = 6;
    expect_refusal(&plan, &EXPERTS,
                   "ep: expected a divisor of the 160 experts, found 6; 4 would do\n"
                   "ep: expected a divisor of tp * cp * dp = 8 * 1 * 2 = 16, found 6; 4 would do");
    plan.ep = 1;
    plan.expert_imbalance = 1.5;
    expect_sound(&plan, &EXPERTS);
    expect_refusal(&plan, &DENSE,
                   "experts: expected none of expert_imbalance, capacity_factor, node_limit and "
                   "overlap.expert, the model has no experts");
    plan.expert_imbalance = 0.5;
    expect_refusal(
        &plan, &EXPERTS,
        "expert_imbalance: expected fullest / mean, at least 1, or 0 for random routing, "
        "found 0.5");
}

static void schedules_have_conditions(void)
{
    hc_parallel_plan plan = sound_plan();
    plan.interleave = 3;
    expect_refusal(
        &plan, &DENSE,
        "interleave: expected pp * interleave = 4 * 3 = 12 to divide the 80 layers, found "
        "3; 2 would do");
    plan.interleave = 5;
    plan.global_batch = 60;
    expect_refusal(&plan, &DENSE,
                   "global_batch: expected micro-batches to be a multiple of pp = 4 (interleaved), "
                   "found 30; 56 would do");
    plan.schedule = HC_PIPELINE_GPIPE;
    plan.global_batch = 64;
    expect_refusal(&plan, &DENSE,
                   "interleave: expected 1 without pp > 1 and schedule: 1f1b, found 5; 1 would do");
    plan.interleave = 1;
    plan.schedule = HC_PIPELINE_DUALPIPE;
    plan.global_batch = 14;
    expect_refusal(&plan, &DENSE,
                   "global_batch: expected an even number of micro-batches, at least 2 * pp = 8 "
                   "(dualpipe), found 7; 16 would do");
    plan.pp = 5;
    plan.gpus = 80;
    plan.global_batch = 64;
    expect_refusal(&plan, &DENSE, "pp: expected an even number (dualpipe), found 5; 4 would do");
    plan = sound_plan();
    plan.pp = 81;
    plan.gpus = 81 * 16;
    expect_refusal(&plan, &DENSE, "pp: expected at most the 80 layers, found 81; 80 would do");
}

static void layers_of_stages_add_up(void)
{
    static const uint32_t RIGHT[] = {19, 21, 21, 19};
    static const uint32_t FEW[] = {19, 20, 20, 19};
    static const uint32_t EMPTY[] = {0, 40, 20, 20};
    static const uint32_t GREAT[] = {UINT32_MAX, UINT32_MAX, 81, 1};
    hc_parallel_plan plan = sound_plan();
    plan.stage_layers = RIGHT;
    expect_sound(&plan, &DENSE);
    CU_ASSERT_EQUAL(hc_parallel_plan_stage_layers(&plan, &DENSE, 3), 19);
    plan.stage_layers = FEW;
    expect_refusal(&plan, &DENSE,
                   "stage_layers: expected 4 numbers from 1 with the sum 80, found the sum 78");
    plan.stage_layers = EMPTY;
    expect_refusal(&plan, &DENSE,
                   "stage_layers: expected 4 numbers from 1 with the sum 80, found the sum 80 and "
                   "an empty stage");
    plan.stage_layers = GREAT;
    expect_refusal(
        &plan, &DENSE,
        "stage_layers: expected 4 numbers from 1 with the sum 80, found the sum 8589934672");
}

static void state_has_conditions(void)
{
    hc_parallel_plan plan = sound_plan();
    plan.zero = 3;
    expect_sound(&plan, &DENSE);
    plan.shard_group = 3;
    expect_refusal(&plan, &DENSE, "shard_group: expected a divisor of dp = 2, found 3; 2 would do");
    plan.zero = 4;
    plan.shard_group = 0;
    expect_refusal(&plan, &DENSE, "zero: expected 0 to 3, found 4");
    plan.zero = 0;
    plan.pruned_share = NAN;
    expect_refusal(&plan, &DENSE, "pruned: expected a share from 0, below 1, found nan");
    plan.pruned_share = 0;
    plan.tuning = HC_TUNE_LORA;
    expect_refusal(&plan, &DENSE, "tuning.rank: expected 1 to 8192, the hidden size, found 0");
    plan.tuning = HC_TUNE_PARTIAL;
    plan.trained_layers = 81;
    expect_refusal(&plan, &DENSE, "tuning.layers: expected 1 to the 80 layers, found 81");
    plan.trained_layers = 2;
    plan.precision = HC_INT4;
    CU_ASSERT_FALSE(hc_parallel_plan_is_possible(&plan, &DENSE));
    plan.precision = HC_FP32;
    plan.is_sparse_2to4 = true;
    expect_refusal(&plan, &DENSE,
                   "sparse_2to4: expected a precision that sparse units multiply, found fp32; "
                   "precision: tf32 would do");
}

static void counts_of_zero_are_named(void)
{
    hc_parallel_plan plan = sound_plan();
    plan.tp = 0;
    plan.sequence = 0;
    expect_refusal(&plan, &DENSE,
                   "tp: expected at least 1, found 0\nsequence: expected at least 1, found 0");
}

static void completion_says_what_it_fills_in(void)
{
    hc_error note = HC_ERROR_NONE;
    hc_parallel_plan plan = hc_parallel_plan_default();
    plan.gpus = 64;
    plan.tp = 8;
    hc_parallel_plan_complete(&plan, &DENSE, &note);
    CU_ASSERT_STRING_EQUAL(note.text, "dp: 8, gpus / (tp * cp * pp)\n"
                                      "sequence: 8192, what the model is usually trained with\n"
                                      "micro_batch: 1, one sequence at a time\n"
                                      "global_batch: 8, dp * micro_batch");
    expect_sound(&plan, &DENSE);
}

static void a_complete_default_is_one_gpu(void)
{
    hc_parallel_plan plan = hc_parallel_plan_default();
    hc_parallel_plan_complete(&plan, &EXPERTS, NULL);
    CU_ASSERT_EQUAL(plan.gpus, 1);
    CU_ASSERT_EQUAL(hc_parallel_plan_micro_batches(&plan), 1);
    expect_sound(&plan, &EXPERTS);
}

static void completion_obeys_the_schedule(void)
{
    hc_parallel_plan plan = hc_parallel_plan_default();
    plan.pp = 4;
    plan.dp = 3;
    plan.schedule = HC_PIPELINE_DUALPIPE;
    hc_parallel_plan_complete(&plan, &DENSE, NULL);
    CU_ASSERT_EQUAL(hc_parallel_plan_micro_batches(&plan), 8);
    expect_sound(&plan, &DENSE);
}

static void completion_of_a_whole_plan_is_silent(void)
{
    hc_error note = HC_ERROR_NONE;
    hc_parallel_plan plan = sound_plan();
    hc_parallel_plan_complete(&plan, &DENSE, &note);
    CU_ASSERT_EQUAL(note.count, 0);
}

static void first_stages_get_more_layers(void)
{
    hc_parallel_plan plan = sound_plan();
    uint32_t sum = 0;
    plan.pp = 7;
    for (uint32_t stage = 0; stage < 7; stage++) {
        uint32_t layers = hc_parallel_plan_stage_layers(&plan, &DENSE, stage);
        CU_ASSERT_EQUAL(layers, stage < 3 ? 12 : 11);
        sum += layers;
    }
    CU_ASSERT_EQUAL(sum, 80);
}

static void experts_have_their_own_replicas(void)
{
    hc_parallel_plan plan = sound_plan();
    plan.ep = 4;
    CU_ASSERT_EQUAL(hc_parallel_plan_expert_replicas(&plan), 4);
}

/* --- random plans --- */

static uint32_t draw_count(hc_random *random)
{
    static const uint32_t COUNTS[] = {1, 1, 2, 2, 3, 4, 5, 8, 8, 16, 0, UINT32_MAX};
    return COUNTS[hc_random_below(random, sizeof COUNTS / sizeof COUNTS[0])];
}

static hc_parallel_plan draw_plan(hc_random *random)
{
    hc_parallel_plan plan = hc_parallel_plan_default();
    uint32_t *counts[] = {&plan.tp, &plan.pp, &plan.dp, &plan.cp, &plan.ep, &plan.interleave};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        if (hc_random_below(random, 2) == 0) {
            *counts[i] = draw_count(random);
        }
    }
    plan.micro_batch = 1 + (uint32_t)hc_random_below(random, 3);
    plan.dp = plan.dp == 0 ? 1 : plan.dp;
    plan.global_batch = plan.dp * plan.micro_batch * (uint32_t)hc_random_below(random, 40);
    plan.global_batch += hc_random_below(random, 10) == 0 ? 1 : 0;
    plan.sequence = 4096;
    plan.gpus = plan.tp * plan.pp * plan.dp * plan.cp;
    plan.schedule = (hc_pipeline_schedule)hc_random_below(random, HC_PIPELINE_COUNT);
    plan.context = (hc_context_kind)hc_random_below(random, HC_CONTEXT_COUNT);
    plan.sequence_parallel = hc_random_below(random, 3) == 0;
    plan.zero = (uint32_t)hc_random_below(random, 5);
    plan.shard_group = hc_random_below(random, 5) == 0 ? draw_count(random) : 0;
    return plan;
}

/* The rules once more, written down apart from the tables, for the keys that are drawn. */
static bool is_sound(const hc_parallel_plan *p, const hc_model_shape *s)
{
    bool is_ulysses = p->context == HC_CONTEXT_ALL_TO_ALL;
    uint64_t m = 0;
    if (p->tp * p->pp * p->dp * p->cp * p->ep * p->interleave * p->global_batch == 0 ||
        p->tp > 4096 || p->pp > s->layers || p->dp > 4096 || p->cp > 4096 || p->ep > 4096 ||
        p->interleave > s->layers || p->gpus != p->tp * p->pp * p->dp * p->cp) {
        return false;
    }
    m = p->global_batch / (p->dp * p->micro_batch);
    return p->global_batch == m * p->dp * p->micro_batch && s->heads % p->tp == 0 &&
           (s->kv_heads % p->tp == 0 || p->tp % s->kv_heads == 0) && s->ffn % p->tp == 0 &&
           s->shared_ffn % p->tp == 0 && (!p->sequence_parallel || p->tp > 1) &&
           (!p->sequence_parallel || p->sequence / p->cp % p->tp == 0) &&
           p->sequence % (p->cp == 1 || is_ulysses ? p->cp : 2 * p->cp) == 0 &&
           (p->cp == 1 || !is_ulysses || s->heads % (p->cp * p->tp) == 0) &&
           (p->ep == 1 || (s->experts > 0 && s->experts % p->ep == 0)) &&
           p->tp * p->cp * p->dp % p->ep == 0 &&
           (p->interleave == 1 || (p->pp > 1 && p->schedule == HC_PIPELINE_1F1B &&
                                   s->layers % (p->pp * p->interleave) == 0 && m % p->pp == 0)) &&
           (p->schedule != HC_PIPELINE_DUALPIPE ||
            (p->pp % 2 == 0 && m % 2 == 0 && m >= 2 * (uint64_t)p->pp)) &&
           p->zero <= 3 && (p->shard_group == 0 || (p->zero == 3 && p->dp % p->shard_group == 0));
}

static void random_plans_are_judged_alike_with_and_without_texts(void)
{
    hc_random random = hc_random_stream(21, 0, HC_RANDOM_BENCH);
    uint64_t sound = 0;
    for (int i = 0; i < 20000; i++) {
        const hc_model_shape *shape = i % 2 == 0 ? &DENSE : &EXPERTS;
        hc_parallel_plan plan = draw_plan(&random);
        bool is_possible = hc_parallel_plan_is_possible(&plan, shape);
        CU_ASSERT_EQUAL(is_possible, is_sound(&plan, shape));
        sound += is_possible;
        if (i < 2000) {
            hc_error error = HC_ERROR_NONE;
            int status = hc_parallel_plan_check(&plan, shape, &error);
            CU_ASSERT_EQUAL(status == 0, is_possible);
            CU_ASSERT_EQUAL(error.count == 0, is_possible);
        }
    }
    CU_ASSERT(sound > 500);
}

static uint32_t *count_named(hc_parallel_plan *plan, const char *line)
{
    const struct {
        const char *name;
        uint32_t *count;
    } counts[] = {
        {"tp:", &plan->tp},
        {"pp:", &plan->pp},
        {"cp:", &plan->cp},
        {"ep:", &plan->ep},
        {"interleave:", &plan->interleave},
        {"global_batch:", &plan->global_batch},
        {"shard_group:", &plan->shard_group},
    };
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        if (strncmp(line, counts[i].name, strlen(counts[i].name)) == 0) {
            return counts[i].count;
        }
    }
    return NULL;
}

/* Takes what the first message proposes. @return whether it proposes something */
static bool mend(hc_parallel_plan *plan, const char *text)
{
    char line[512];
    uint32_t *count = NULL;
    char *end = NULL;
    (void)snprintf(line, sizeof line, "%.*s", (int)strcspn(text, "\n"), text);
    end = strstr(line, " would do");
    count = count_named(plan, line);
    if (end == NULL || count == NULL) {
        return false;
    }
    *end = '\0';
    *count = (uint32_t)strtoul(strrchr(line, ' '), NULL, 10);
    return true;
}

static void what_would_do_does(void)
{
    hc_random random = hc_random_stream(22, 0, HC_RANDOM_BENCH);
    int mended = 0;
    for (int i = 0; i < 2000; i++) {
        const hc_model_shape *shape = i % 2 == 0 ? &DENSE : &EXPERTS;
        hc_parallel_plan plan = draw_plan(&random);
        hc_error error = HC_ERROR_NONE;
        hc_error after = HC_ERROR_NONE;
        if (hc_parallel_plan_check(&plan, shape, &error) == 0 || !mend(&plan, error.text)) {
            continue;
        }
        (void)hc_parallel_plan_check(&plan, shape, &after);
        error.text[strcspn(error.text, "\n")] = '\0';
        error.text[strcspn(error.text, ":") + 1] = '\0';
        CU_ASSERT(strncmp(after.text, error.text, strlen(error.text)) != 0);
        mended++;
    }
    CU_ASSERT(mended > 500);
}

static const hc_test_case CASES[] = {
    {"ranks_must_be_the_product", ranks_must_be_the_product},
    {"products_beyond_64_bits_are_refused", products_beyond_64_bits_are_refused},
    {"batches_must_be_whole", batches_must_be_whole},
    {"tensor_ranks_divide_heads_and_widths", tensor_ranks_divide_heads_and_widths},
    {"sequence_parallelism_needs_tensor_ranks", sequence_parallelism_needs_tensor_ranks},
    {"context_ranks_cut_the_sequence_in_two_pieces_each",
     context_ranks_cut_the_sequence_in_two_pieces_each},
    {"experts_are_dealt_out_to_ranks", experts_are_dealt_out_to_ranks},
    {"schedules_have_conditions", schedules_have_conditions},
    {"layers_of_stages_add_up", layers_of_stages_add_up},
    {"state_has_conditions", state_has_conditions},
    {"counts_of_zero_are_named", counts_of_zero_are_named},
    {"completion_says_what_it_fills_in", completion_says_what_it_fills_in},
    {"a_complete_default_is_one_gpu", a_complete_default_is_one_gpu},
    {"completion_obeys_the_schedule", completion_obeys_the_schedule},
    {"completion_of_a_whole_plan_is_silent", completion_of_a_whole_plan_is_silent},
    {"first_stages_get_more_layers", first_stages_get_more_layers},
    {"experts_have_their_own_replicas", experts_have_their_own_replicas},
    {"random_plans_are_judged_alike_with_and_without_texts",
     random_plans_are_judged_alike_with_and_without_texts},
    {"what_would_do_does", what_would_do_does},
};

HC_TEST_MAIN("parallel_plan", CASES)
