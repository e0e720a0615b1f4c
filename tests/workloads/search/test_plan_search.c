#include "tests/testing.h"
#include "topology/hierarchy.h"
#include "workloads/search/plan_search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { GPUS = 32, TOP = 40 };

static hc_parallel_plan base_plan(void)
{
    hc_parallel_plan plan = hc_parallel_plan_default();
    plan.global_batch = 96;
    plan.sequence = 4096;
    return plan;
}

static hc_plan_walk walk_of(const char *model, uint32_t share, uint32_t shares)
{
    return (hc_plan_walk){.shape = hc_model_find(model),
                          .base = base_plan(),
                          .gpus = GPUS,
                          .tp_limit = 8,
                          .share_index = share,
                          .share_count = shares};
}

/* Splits that were seen: one mark for each of tp, pp, cp, dp, ep, micro-batch, virtual stages, schedule, ZeRO and
 * recomputation, in the order of a walk. */
typedef struct seen {
    const hc_model_shape *shape;
    uint64_t hash; /* sum over plans, so that shares add up */
    uint64_t count;
    hc_parallel_plan last;
    bool is_ordered_twice;
} seen;

static uint64_t hash_plan(const hc_parallel_plan *p)
{
    const uint32_t FIELDS[] = {p->tp,         p->pp,
                               p->cp,         p->dp,
                               p->ep,         p->micro_batch,
                               p->interleave, (uint32_t)p->schedule,
                               p->zero,       (uint32_t)p->recompute};
    uint64_t hash = 1469598103934665603U;
    for (size_t i = 0; i < sizeof FIELDS / sizeof FIELDS[0]; i++) {
        hash = (hash ^ FIELDS[i]) * 1099511628211U;
    }
    return hash ^ (hash >> 29);
}

static void see(void *self, const hc_parallel_plan *plan)
{
    seen *s = self;
    CU_ASSERT_TRUE(hc_parallel_plan_is_possible(plan, s->shape));
    s->is_ordered_twice =
        s->is_ordered_twice || (s->count > 0 && hc_plan_compare(plan, &s->last) == 0);
    s->last = *plan;
    s->hash += hash_plan(plan);
    s->count++;
}

static uint32_t take_digit(uint64_t *number, uint32_t radix)
{
    uint32_t digit = (uint32_t)(*number % radix);
    *number /= radix;
    return digit;
}

enum { COMBINATIONS = 4 * 6 * 3 * 6 * 7 * 16 * HC_PIPELINE_COUNT * 4 * HC_RECOMPUTE_COUNT };

/* The plan with a number, out of powers of two in every place. */
static hc_parallel_plan plan_at(uint64_t number)
{
    hc_parallel_plan p = base_plan();
    p.gpus = GPUS;
    p.tp = 1U << take_digit(&number, 4);
    p.pp = 1U << take_digit(&number, 6);
    p.cp = 1U << take_digit(&number, 3);
    p.ep = 1U << take_digit(&number, 6);
    p.micro_batch = 1U << take_digit(&number, 7);
    p.interleave = 1 + take_digit(&number, 16);
    p.schedule = (hc_pipeline_schedule)take_digit(&number, HC_PIPELINE_COUNT);
    p.zero = take_digit(&number, 4);
    p.recompute = (hc_recomputation)take_digit(&number, HC_RECOMPUTE_COUNT);
    p.dp = GPUS / (p.tp * p.pp * p.cp);
    p.sequence_parallel = p.tp > 1;
    return p;
}

/* Whether a walk should meet it: it is possible, and no other plan is the same with less. */
static bool is_expected(const hc_parallel_plan *p, const hc_model_shape *shape)
{
    return p->dp > 0 && p->schedule != HC_PIPELINE_GPIPE &&
           (p->schedule == HC_PIPELINE_1F1B || p->pp > 1) && (p->zero == 0 || p->dp * p->cp > 1) &&
           hc_parallel_plan_is_possible(p, shape);
}

static uint64_t brute_force(const hc_model_shape *shape, uint64_t *count)
{
    uint64_t hash = 0;
    *count = 0;
    for (uint64_t i = 0; i < COMBINATIONS; i++) {
        hc_parallel_plan p = plan_at(i);
        if (is_expected(&p, shape)) {
            hash += hash_plan(&p);
            (*count)++;
        }
    }
    return hash;
}

static void a_walk_meets_every_possible_plan_once(void)
{
    static const char *const MODELS[] = {"llama3-8b", "mixtral-8x7b"};
    for (size_t i = 0; i < 2; i++) {
        hc_plan_walk walk = walk_of(MODELS[i], 0, 1);
        hc_plan_counts counts = {0};
        seen s = {.shape = walk.shape};
        uint64_t expected = 0;
        uint64_t hash = brute_force(walk.shape, &expected);
        hc_plan_walk_all(&walk, &counts, see, &s);
        CU_ASSERT_EQUAL(s.count, expected);
        CU_ASSERT_EQUAL(s.hash, hash);
        CU_ASSERT_EQUAL(counts.possible, expected);
        CU_ASSERT_FALSE(s.is_ordered_twice);
    }
}

static void shares_make_up_the_whole(void)
{
    hc_plan_walk walk = walk_of("mixtral-8x7b", 0, 1);
    hc_plan_counts whole = {0};
    hc_plan_counts parts = {0};
    seen all = {.shape = walk.shape};
    seen some = {.shape = walk.shape};
    hc_plan_walk_all(&walk, &whole, see, &all);
    for (uint32_t share = 0; share < 3; share++) {
        walk = walk_of("mixtral-8x7b", share, 3);
        hc_plan_walk_all(&walk, &parts, see, &some);
    }
    CU_ASSERT_EQUAL(some.hash, all.hash);
    CU_ASSERT_EQUAL(memcmp(&whole, &parts, sizeof whole), 0);
}

typedef struct setting {
    hc_network network;
    hc_rank_layout layout;
    hc_step_setting step;
} setting;

static void open_setting(setting *s, const hc_model_shape *shape)
{
    hc_error error = HC_ERROR_NONE;
    const hc_accelerator *accelerator = hc_accelerator_find("H100-SXM");
    hc_hierarchy_options options = hc_hierarchy_options_default(
        accelerator->scaleup_bytes_per_second, accelerator->nic_bytes_per_second, 8);
    CU_ASSERT_EQUAL_FATAL(hc_hierarchy_create(&s->network, &options, &error), 0);
    s->layout = (hc_rank_layout){.ranks = GPUS, .ranks_per_node = 8};
    s->step = (hc_step_setting){.shape = shape,
                                .accelerator = accelerator,
                                .efficiency = hc_efficiency_for(accelerator, NULL),
                                .network = &s->network,
                                .layout = &s->layout};
}

static void close_setting(setting *s)
{
    s->network.destroy(s->network.self);
}

/* What a walk gives, predicted and kept whole. */
typedef struct list {
    const setting *setting;
    hc_plan_choice best;
    uint64_t fitting;
} list;

static void keep_best(void *self, const hc_parallel_plan *plan)
{
    list *l = self;
    hc_step_setting step = l->setting->step;
    hc_training_memory memory;
    hc_step_time time;
    step.plan = plan;
    hc_training_memory_need(step.shape, plan, &memory);
    hc_step_time_predict(&step, &time);
    if (memory.total <= step.accelerator->memory_bytes) {
        if (l->fitting == 0 || time.seconds < l->best.step_seconds) {
            l->best = (hc_plan_choice){.plan = *plan, .step_seconds = time.seconds};
        }
        l->fitting++;
    }
}

static void the_best_of_a_search_is_the_best_of_all(void)
{
    hc_plan_walk walk = walk_of("llama3-8b", 0, 1);
    hc_plan_choice choices[TOP];
    hc_plan_ranking ranking = {.choices = choices, .limit = TOP};
    hc_plan_counts counts = {0};
    hc_plan_counts ignored = {0};
    setting s;
    list all = {.setting = &s};
    open_setting(&s, walk.shape);
    hc_plan_search(&walk, &s.step, INFINITY, &counts, &ranking);
    hc_plan_walk_all(&walk, &ignored, keep_best, &all);
    CU_ASSERT(all.fitting > TOP);
    CU_ASSERT_EQUAL(counts.fitting, all.fitting);
    CU_ASSERT_EQUAL(ranking.count, TOP);
    CU_ASSERT_EQUAL(choices[0].step_seconds, all.best.step_seconds);
    for (size_t i = 1; i < TOP; i++) {
        CU_ASSERT(choices[i - 1].step_seconds <= choices[i].step_seconds);
    }
    close_setting(&s);
}

static void rankings_of_shares_are_the_ranking_of_the_whole(void)
{
    hc_plan_walk walk = walk_of("llama3-8b", 0, 1);
    hc_plan_choice of_whole[TOP];
    hc_plan_choice of_parts[TOP];
    hc_plan_ranking whole = {.choices = of_whole, .limit = TOP};
    hc_plan_ranking parts = {.choices = of_parts, .limit = TOP};
    hc_plan_counts counts = {0};
    setting s;
    open_setting(&s, walk.shape);
    hc_plan_search(&walk, &s.step, INFINITY, &counts, &whole);
    for (uint32_t share = 5; share-- > 0;) {
        walk = walk_of("llama3-8b", share, 5);
        hc_plan_search(&walk, &s.step, INFINITY, &counts, &parts);
    }
    for (size_t i = 0; i < TOP; i++) {
        CU_ASSERT_EQUAL(hc_plan_compare(&of_whole[i].plan, &of_parts[i].plan), 0);
    }
    close_setting(&s);
}

static void what_is_too_slow_is_beyond_the_limits(void)
{
    hc_plan_walk walk = walk_of("llama3-8b", 0, 1);
    hc_plan_choice choice;
    hc_plan_ranking ranking = {.choices = &choice, .limit = 1};
    hc_plan_counts counts = {0};
    setting s;
    open_setting(&s, walk.shape);
    hc_plan_search(&walk, &s.step, 1e-9, &counts, &ranking);
    CU_ASSERT_EQUAL(counts.fitting, 0);
    CU_ASSERT_EQUAL(ranking.count, 0);
    CU_ASSERT(counts.obstacles[HC_OBSTACLE_LIMIT] > 0);
    close_setting(&s);
}

static void the_nearest_plan_to_one_that_fits_is_itself(void)
{
    const hc_model_shape *shape = hc_model_find("llama3-8b");
    const hc_accelerator *accelerator = hc_accelerator_find("H100-SXM");
    hc_parallel_plan wanted = base_plan();
    hc_parallel_plan nearest;
    wanted.gpus = GPUS;
    wanted.tp = 4;
    wanted.dp = 8;
    wanted.micro_batch = 1;
    wanted.zero = 1;
    wanted.sequence_parallel = true;
    CU_ASSERT_TRUE(hc_plan_nearest(&nearest, shape, &wanted, accelerator));
    CU_ASSERT_EQUAL(hc_plan_compare(&nearest, &wanted), 0);
    wanted.tp = 3; /* no divisor of the heads */
    CU_ASSERT_TRUE(hc_plan_nearest(&nearest, shape, &wanted, accelerator));
    CU_ASSERT_EQUAL(nearest.tp, 4);
    shape = hc_model_find("llama3.1-405b");
    wanted.gpus = 1;
    CU_ASSERT_FALSE(hc_plan_nearest(&nearest, shape, &wanted, accelerator));
}

static void a_plan_is_written_in_short(void)
{
    hc_parallel_plan plan = base_plan();
    char text[HC_PLAN_TEXT_SIZE];
    plan.tp = 8;
    plan.pp = 4;
    plan.dp = 2;
    plan.micro_batch = 1;
    plan.zero = 1;
    plan.interleave = 2;
    hc_plan_write(&plan, text);
    CU_ASSERT_STRING_EQUAL(text, "tp 8 x pp 4 x dp 2, interleave 2, ZeRO-1, micro-batch 1 of 96, "
                                 "bf16, no recomputation");
    memset(&plan, 0xff, sizeof plan); /* the longest that can be */
    plan.schedule = HC_PIPELINE_ZERO_BUBBLE;
    plan.precision = HC_MXFP8;
    plan.recompute = HC_RECOMPUTE_SELECTIVE;
    hc_plan_write(&plan, text);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "selective recomputation"));
}

static const hc_test_case CASES[] = {
    {"a_walk_meets_every_possible_plan_once", a_walk_meets_every_possible_plan_once},
    {"shares_make_up_the_whole", shares_make_up_the_whole},
    {"the_best_of_a_search_is_the_best_of_all", the_best_of_a_search_is_the_best_of_all},
    {"rankings_of_shares_are_the_ranking_of_the_whole",
     rankings_of_shares_are_the_ranking_of_the_whole},
    {"what_is_too_slow_is_beyond_the_limits", what_is_too_slow_is_beyond_the_limits},
    {"the_nearest_plan_to_one_that_fits_is_itself", the_nearest_plan_to_one_that_fits_is_itself},
    {"a_plan_is_written_in_short", a_plan_is_written_in_short},
};

HC_TEST_MAIN("plan_search", CASES)
