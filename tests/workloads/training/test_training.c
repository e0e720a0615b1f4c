#include "sim/int128.h"
#include "tests/sim/policies/guest/scripted_port.h"
#include "tests/sim/replay.h"
#include "tests/testing.h"
#include "workloads/step/step_time.h"
#include "workloads/training/training.h"

#include <math.h>
#include <string.h>

/* Two layers with attention 4 x 1024^2, a gated feed-forward part 3 x 1024 x 4096 and two norms, embedding and head of 32,000 x 1024:
 * 2 x (4,194,304 + 12,582,912 + 2,048) + 2 x 32,768,000 parameters that are reduced. */
static const hc_model_shape SMALL = {.name = "small",
                                     .layers = 2,
                                     .hidden = 1024,
                                     .heads = 16,
                                     .kv_heads = 16,
                                     .head_size = 64,
                                     .ffn = 4096,
                                     .is_gated = true,
                                     .vocabulary = 32000,
                                     .sequence = 1024};
static const double GRADIENT_BYTES = 4.0 * 99094528;

/* 10 GB/s inside a rack, a third of it between racks; nothing for one rank, nor for anything but gradients. */
static hc_comm_cost cost(const void *self, hc_collective kind, double bytes,
                         const hc_comm_group *group)
{
    bool is_free = kind != HC_ALL_REDUCE || group->ranks == 1;
    (void)self;
    return (hc_comm_cost){.seconds = is_free ? 0 : bytes * (group->racks == 1 ? 1e-10 : 3e-10)};
}

static const hc_network NETWORK = {.cost = cost};

/* Racks of four nodes of four GPUs. */
static const hc_node_group RACKS = {
    .count = 8, .gpu_count = 4, .kind = "H100-SXM5-80GB", .per_rack = 4};

typedef struct bench {
    hc_machine *machine;
    hc_training *training;
    hc_workload workload;
} bench;

static void open_bench(bench *b, const hc_node_group *groups, size_t count)
{
    hc_training_kind kinds[8] = {{NULL, NULL}};
    b->machine = hc_machine_create();
    for (size_t i = 0; i < count; i++) {
        CU_ASSERT_EQUAL_FATAL(hc_machine_add(b->machine, &groups[i], NULL), 0);
    }
    CU_ASSERT_EQUAL_FATAL(hc_machine_freeze(b->machine, NULL), 0);
    for (uint32_t i = 0; i < hc_machine_kind_count(b->machine); i++) {
        kinds[i] =
            (hc_training_kind){hc_accelerator_find(hc_machine_kind_name(b->machine, i)), &NETWORK};
    }
    CU_ASSERT_EQUAL_FATAL(hc_training_create(&b->training, b->machine, kinds, NULL), 0);
    b->workload = hc_training_workload(b->training);
}

static void close_bench(bench *b)
{
    hc_training_destroy(b->training);
    hc_machine_destroy(b->machine);
}

/* Data-parallel training that hides nothing. */
static hc_training_work plain_work(uint32_t gpus)
{
    hc_training_work work = {.name = "work", .shape = SMALL, .steps = 1000, .kinds = UINT64_MAX};
    work.plan = hc_parallel_plan_default();
    work.plan.gpus = gpus;
    work.plan.overlaps_data = false;
    hc_parallel_plan_complete(&work.plan, &work.shape, NULL);
    return work;
}

static uint32_t add(bench *b, const hc_training_work *work)
{
    hc_error error = HC_ERROR_NONE;
    uint32_t number = 0;
    if (hc_training_add(b->training, work, &number, &error) < 0) {
        CU_FAIL_FATAL("the work was refused");
    }
    return number;
}

static hc_job_spec job_of(const bench *b, uint32_t work, int64_t submit)
{
    const hc_training_facts *facts = hc_training_facts_of(b->training, work);
    hc_job_spec spec = hc_replay_spec(submit, facts->gpu_count, 0, 0);
    spec.run_time = facts->run_time;
    spec.time_limit = facts->run_time;
    spec.workload = work;
    return spec;
}

/* 16 GPUs lie in the first rack at first, then, beside a job on its first two nodes, in both. Each step takes longer by the bytes of its
 * gradients over the bandwidths: 396,378,112 x (3e-10 - 1e-10) s = 79,275,622.4 ns, steps being whole nanoseconds. */
static void torn_placements_cost_the_time_of_their_gradients(void)
{
    hc_replay_job jobs[3] = {0};
    hc_training_work work = plain_work(16);
    hc_time packed = 0;
    hc_time torn = 0;
    bench b;
    open_bench(&b, &RACKS, 1);
    hc_replay replay = {.groups = &RACKS,
                        .group_count = 1,
                        .policy = "fcfs",
                        .workload = &b.workload,
                        .begin = 0,
                        .checks_every_event = true,
                        .jobs = jobs,
                        .job_count = 3};
    uint32_t number = add(&b, &work);
    jobs[0].spec = job_of(&b, number, 0);
    jobs[1].spec = hc_replay_spec(100000, 8, 100000, 100000);
    jobs[2].spec = job_of(&b, number, 100001);
    hc_replay_run(&replay);
    packed = jobs[0].end - jobs[0].start;
    torn = jobs[2].end - jobs[2].start;
    CU_ASSERT_STRING_EQUAL(jobs[0].nodes, "0:4+1:4+2:4+3:4");
    CU_ASSERT_STRING_EQUAL(jobs[2].nodes, "2:4+3:4+4:4+5:4");
    CU_ASSERT_EQUAL(packed, hc_training_facts_of(b.training, number)->run_time);
    CU_ASSERT_EQUAL(packed % 1000, 0);
    CU_ASSERT_EQUAL(torn % 1000, 0);
    CU_ASSERT((torn - packed) / 1000 == 79275622 || (torn - packed) / 1000 == 79275623);
    CU_ASSERT_DOUBLE_EQUAL(GRADIENT_BYTES * 2e-10, (double)(torn - packed) / 1000e9, 1.1e-9);
    close_bench(&b);
}

/* 1,024 tokens in each of 4 sequences: 4.1e9 tokens take 1,000,977 steps (1,000,976.56). */
static void tokens_take_as_many_steps_as_it_needs(void)
{
    hc_training_work work = plain_work(4);
    bench b;
    open_bench(&b, &RACKS, 1);
    work.steps = 0;
    work.tokens = 4.1e9;
    uint32_t number = add(&b, &work);
    const hc_training_facts *facts = hc_training_facts_of(b.training, number);
    CU_ASSERT_EQUAL(facts->steps, 1000977);
    CU_ASSERT_EQUAL(facts->run_time, facts->step * 1000977);
    close_bench(&b);
}

static void elastic_works_get_replicas_and_keep_their_batch_where_they_can(void)
{
    static const struct {
        uint32_t gpus;
        uint32_t dp;
        uint32_t batch;
    } CASES_OF[] = {
        {8, 2, 24}, {4, 1, 24}, {16, 4, 24}, {24, 6, 24}, {20, 5, 25}, {28, 7, 21}, {128, 32, 32},
    };
    hc_training_work work = plain_work(8);
    work.plan = hc_parallel_plan_default();
    work.plan.tp = 4;
    work.plan.gpus = 8;
    work.plan.global_batch = 24;
    hc_parallel_plan_complete(&work.plan, &work.shape, NULL);
    work.is_elastic = true;
    for (size_t i = 0; i < sizeof CASES_OF / sizeof CASES_OF[0]; i++) {
        hc_error why = HC_ERROR_NONE;
        hc_parallel_plan plan;
        CU_ASSERT_EQUAL(hc_training_plan_on(&work, CASES_OF[i].gpus, &plan, &why), 0);
        CU_ASSERT_EQUAL(plan.gpus, CASES_OF[i].gpus);
        CU_ASSERT_EQUAL(plan.dp, CASES_OF[i].dp);
        CU_ASSERT_EQUAL(plan.global_batch, CASES_OF[i].batch);
    }
}

static void sizes_that_no_plan_has_are_refused_with_a_reason(void)
{
    hc_training_work work = plain_work(8);
    hc_error why = HC_ERROR_NONE;
    hc_parallel_plan plan;
    work.plan = hc_parallel_plan_default();
    work.plan.tp = 4;
    work.plan.gpus = 8;
    hc_parallel_plan_complete(&work.plan, &work.shape, NULL);
    CU_ASSERT_EQUAL(hc_training_plan_on(&work, 16, &plan, &why), -1);
    CU_ASSERT_STRING_EQUAL(why.text, "it is not elastic: its plan is for 8 GPUs, not for 16");
    why = HC_ERROR_NONE;
    work.is_elastic = true;
    CU_ASSERT_EQUAL(hc_training_plan_on(&work, 10, &plan, &why), -1);
    CU_ASSERT_STRING_EQUAL(why.text,
                           "its plan cuts the model over tp 4 x cp 1 x pp 1 = 4 GPUs, and 10 are "
                           "no multiple of it: 8 would be, or the next one above");
}

/* 6.8e9 parameters, cut over all replicas: on one GPU they are more than 80 GB. */
static void fewer_replicas_must_have_room_for_what_they_share(void)
{
    hc_training_work work = plain_work(16);
    hc_error why = HC_ERROR_NONE;
    hc_pace pace;
    bench b;
    open_bench(&b, &RACKS, 1);
    work.shape.layers = 400;
    work.plan.zero = 3;
    work.plan.recompute = HC_RECOMPUTE_FULL;
    work.is_elastic = true;
    uint32_t number = add(&b, &work);
    CU_ASSERT_EQUAL(b.workload.packed(b.workload.self, number, 8, &pace, &why), 0);
    CU_ASSERT_EQUAL(b.workload.packed(b.workload.self, number, 1, &pace, &why), -1);
    CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "cannot be trained on 1 H100-SXM5-80GB: stage 0"));
    close_bench(&b);
}

/* As many tokens in steps of 25 sequences as before in steps of 24. */
static void another_batch_does_the_same_tokens(void)
{
    hc_training_work work = plain_work(8);
    hc_error why = HC_ERROR_NONE;
    hc_pace home;
    hc_pace pace;
    bench b;
    open_bench(&b, &RACKS, 1);
    work.plan.tp = 1;
    work.plan.global_batch = 24;
    work.is_elastic = true;
    uint32_t number = add(&b, &work);
    CU_ASSERT_EQUAL(b.workload.packed(b.workload.self, number, 8, &home, &why), 0);
    CU_ASSERT_EQUAL(home.here, home.reference);
    CU_ASSERT_EQUAL(home.step, hc_training_facts_of(b.training, number)->step);
    CU_ASSERT_EQUAL(b.workload.packed(b.workload.self, number, 5, &pace, &why), 0);
    CU_ASSERT_EQUAL(pace.here, 24 * pace.step);
    CU_ASSERT_EQUAL(pace.reference, 25 * home.step);
    CU_ASSERT_EQUAL(b.workload.packed(b.workload.self, number, 12, &pace, &why), 0);
    CU_ASSERT_EQUAL(pace.here, pace.step);
    CU_ASSERT_EQUAL(pace.reference, home.step);
    CU_ASSERT(pace.step < home.step);
    close_bench(&b);
}

/* From 8 GPUs to 16 after 1,000 s: what each does of a batch is halved, its gradients and its optimizer stay. */
static int double_it(void *self, const hc_guest_pass *pass, const hc_guest_host *host)
{
    uint32_t *asked = self;
    switch ((*asked)++) {
    case 0:
        return host->start(host->self, 0) < 0 ? -1 : host->wake(host->self, 1000 * HC_SECOND);
    case 1:
        CU_ASSERT_EQUAL(pass->time_ns, 1000 * HC_SECOND);
        return host->resize(host->self, 0, 16);
    default:
        return 0;
    }
}

static void a_resized_job_does_the_rest_of_its_tokens_with_its_new_plan(void)
{
    hc_replay_job jobs[1] = {0};
    uint32_t asked = 0;
    hc_training_work work = plain_work(8);
    hc_scripted_port port = {.answer = double_it, .self = &asked};
    hc_error why = HC_ERROR_NONE;
    hc_pace pace;
    bench b;
    open_bench(&b, &RACKS, 1);
    work.plan.global_batch = 64;
    work.is_elastic = true;
    work.steps = 50000;
    uint32_t number = add(&b, &work);
    hc_replay replay = {
        .jobs = jobs, .job_count = 1, .workload = &b.workload, .checks_every_event = true};
    jobs[0].spec = job_of(&b, number, 0);
    hc_scripted_port_ask(&port, &replay, &RACKS);
    hc_replay_run(&replay);
    CU_ASSERT_EQUAL(b.workload.packed(b.workload.self, number, 16, &pace, &why), 0);
    hc_int128 left = jobs[0].spec.run_time - 1000 * HC_SECOND;
    hc_int128 rest = (left * pace.here + pace.reference - 1) / pace.reference;
    CU_ASSERT_EQUAL(jobs[0].attempt, 2);
    CU_ASSERT_STRING_EQUAL(jobs[0].nodes, "0:4+1:4+2:4+3:4");
    CU_ASSERT_EQUAL(jobs[0].end, 1000 * HC_SECOND + (hc_time)rest);
    CU_ASSERT(pace.here < pace.reference && 2 * pace.here > pace.reference);
    close_bench(&b);
}

/* Four nodes of two GPUs, in one rack, of the kinds given. */
static hc_pace ask(bench *b, uint32_t work, const uint32_t kinds[4])
{
    static const uint32_t NODES[] = {3, 3, 4, 4, 6, 6, 9, 9};
    static const uint32_t ZEROS[8] = {0};
    uint32_t kind_of[8];
    hc_rank_layout layout = {.ranks = 8,
                             .ranks_per_node = 2,
                             .node_of = NODES,
                             .rack_of = ZEROS,
                             .pod_of = ZEROS,
                             .site_of = ZEROS};
    hc_work_place place = {&layout, kind_of};
    hc_error error = HC_ERROR_NONE;
    hc_pace pace = {0};
    for (int i = 0; i < 8; i++) {
        kind_of[i] = kinds[i / 2];
    }
    CU_ASSERT_EQUAL_FATAL(b->workload.placed(b->workload.self, work, &place, &pace, &error), 0);
    return pace;
}

static const hc_node_group TWO_KINDS[] = {
    {.count = 8, .gpu_count = 2, .kind = "A100-SXM4-80GB"},
    {.count = 8, .gpu_count = 2, .kind = "H100-SXM5-80GB"},
    {.count = 1, .gpu_count = 2, .kind = "unheard of"},
};

static void the_slowest_kind_sets_the_pace(void)
{
    static const uint32_t OLD[] = {0, 0, 0, 0};
    static const uint32_t NEW[] = {1, 1, 1, 1};
    static const uint32_t MIXED[] = {1, 1, 0, 1};
    hc_training_work work = plain_work(8);
    bench b;
    open_bench(&b, TWO_KINDS, 3);
    uint32_t number = add(&b, &work);
    CU_ASSERT_EQUAL(hc_training_facts_of(b.training, number)->kinds, 3);
    CU_ASSERT_EQUAL(ask(&b, number, NEW).here, ask(&b, number, NEW).reference);
    CU_ASSERT(ask(&b, number, OLD).here > ask(&b, number, OLD).reference);
    CU_ASSERT_EQUAL(ask(&b, number, MIXED).here, ask(&b, number, OLD).here);
    close_bench(&b);
}

/* Two stages of four ranks: with one on each kind the step lies between those of the kinds; with both kinds in each stage
 * both are slow. */
static void stages_on_several_kinds_are_as_fast_as_each_of_them(void)
{
    static const uint32_t OLD[] = {0, 0, 0, 0};
    static const uint32_t BY_STAGE[] = {0, 0, 1, 1};
    static const uint32_t WITHIN[] = {0, 1, 0, 1};
    hc_training_work work = plain_work(8);
    bench b;
    open_bench(&b, TWO_KINDS, 3);
    work.plan.pp = 2;
    work.plan.dp = 4;
    uint32_t number = add(&b, &work);
    hc_time old = ask(&b, number, OLD).here;
    hc_time by_stage = ask(&b, number, BY_STAGE).here;
    CU_ASSERT(by_stage < old && by_stage > ask(&b, number, BY_STAGE).reference);
    CU_ASSERT_EQUAL(ask(&b, number, WITHIN).here, old);
    close_bench(&b);
}

static void gpus_that_will_not_do_are_refused(void)
{
    hc_training_work work = plain_work(8);
    hc_error error = HC_ERROR_NONE;
    uint32_t number = 0;
    bench b;
    open_bench(&b, TWO_KINDS, 3);
    work.kinds = 4;
    CU_ASSERT_EQUAL(hc_training_add(b.training, &work, &number, &error), -1);
    CU_ASSERT_PTR_NOT_NULL(strstr(
        error.text, "cannot be trained on unheard of: no accelerator of that name is known"));
    error = HC_ERROR_NONE;
    work.kinds = 1;
    work.plan.precision = HC_FP8; /* an A100 does not multiply in it */
    CU_ASSERT_EQUAL(hc_training_add(b.training, &work, &number, &error), -1);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(error.text, "cannot be trained on A100-SXM4-80GB: it does not multiply in fp8"));
    error = HC_ERROR_NONE;
    work = plain_work(8);
    work.shape.layers = 400; /* 6.8e9 parameters of 16 bytes, and more */
    CU_ASSERT_EQUAL(hc_training_add(b.training, &work, &number, &error), -1);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(error.text, "cannot be trained on A100-SXM4-80GB: stage 0 of the plan needs"));
    CU_ASSERT_PTR_NOT_NULL(
        strstr(error.text, "cannot be trained on H100-SXM5-80GB: stage 0 of the plan needs"));
    error = HC_ERROR_NONE;
    work = plain_work(8);
    work.steps = UINT64_C(1) << 60;
    CU_ASSERT_EQUAL(hc_training_add(b.training, &work, &number, &error), -1);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "take more than 36 years"));
    close_bench(&b);
}

static const hc_test_case CASES[] = {
    {"torn_placements_cost_the_time_of_their_gradients",
     torn_placements_cost_the_time_of_their_gradients},
    {"tokens_take_as_many_steps_as_it_needs", tokens_take_as_many_steps_as_it_needs},
    {"elastic_works_get_replicas_and_keep_their_batch_where_they_can",
     elastic_works_get_replicas_and_keep_their_batch_where_they_can},
    {"sizes_that_no_plan_has_are_refused_with_a_reason",
     sizes_that_no_plan_has_are_refused_with_a_reason},
    {"fewer_replicas_must_have_room_for_what_they_share",
     fewer_replicas_must_have_room_for_what_they_share},
    {"another_batch_does_the_same_tokens", another_batch_does_the_same_tokens},
    {"a_resized_job_does_the_rest_of_its_tokens_with_its_new_plan",
     a_resized_job_does_the_rest_of_its_tokens_with_its_new_plan},
    {"the_slowest_kind_sets_the_pace", the_slowest_kind_sets_the_pace},
    {"stages_on_several_kinds_are_as_fast_as_each_of_them",
     stages_on_several_kinds_are_as_fast_as_each_of_them},
    {"gpus_that_will_not_do_are_refused", gpus_that_will_not_do_are_refused},
};

HC_TEST_MAIN("workloads/training/training", CASES)
