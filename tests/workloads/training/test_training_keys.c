#include "tests/sim/scenario_text.h"
#include "tests/testing.h"
#include "workloads/synthetic/synthetic_keys.h"
#include "workloads/training/training_jobs.h"

#include <stdio.h>
#include <string.h>

static const hc_key WORKLOAD[] = {{.path = "workload", .type = HC_KEY_MAP, .help = "Jobs"}};

enum { TABLE_COUNT = 3 };

static const hc_key_table *tables(void)
{
    static hc_key_table joined[TABLE_COUNT];
    joined[0] = (hc_key_table){WORKLOAD, 1};
    joined[1] = hc_synthetic_keys;
    joined[2] = hc_training_list_keys;
    return joined;
}

static hc_comm_cost cost(const void *self, hc_collective kind, double bytes,
                         const hc_comm_group *group)
{
    (void)self;
    (void)kind;
    return (hc_comm_cost){.seconds = group->ranks == 1 ? 0 : bytes * 1e-11};
}

/* A scenario and a cluster of 64 GPUs in two partitions. */
typedef struct bench {
    hc_scenario *scenario;
    hc_machine *machine;
    hc_training *training;
    hc_training_desk desk;
} bench;

static void open_bench(bench *b, const char *workload)
{
    static const hc_network NETWORK = {.cost = cost};
    static const hc_node_group GROUPS[] = {
        {.count = 4, .gpu_count = 8, .kind = "A100", .partition = "old"},
        {.count = 4, .gpu_count = 8, .kind = "H100", .partition = "new"}};
    hc_training_kind kinds[2];
    char text[2048];
    (void)snprintf(text, sizeof text, "workload: { %s }", workload);
    b->scenario = hc_test_scenario(text, tables(), TABLE_COUNT);
    b->machine = hc_machine_create();
    for (int i = 0; i < 2; i++) {
        CU_ASSERT_EQUAL_FATAL(hc_machine_add(b->machine, &GROUPS[i], NULL), 0);
        kinds[i] = (hc_training_kind){hc_accelerator_find(GROUPS[i].kind), &NETWORK};
    }
    CU_ASSERT_EQUAL_FATAL(hc_machine_freeze(b->machine, NULL), 0);
    CU_ASSERT_EQUAL_FATAL(hc_training_create(&b->training, b->machine, kinds, NULL), 0);
    b->desk = (hc_training_desk){.training = b->training, .machine = b->machine};
}

static void close_bench(bench *b)
{
    hc_training_destroy(b->training);
    hc_machine_destroy(b->machine);
    hc_scenario_destroy(b->scenario);
}

static const hc_value *at(const bench *b, const char *key)
{
    return hc_value_get(hc_scenario_root(b->scenario), key);
}

static void jobs_come_in_the_order_of_their_submissions(void)
{
    static const struct {
        const char *name;
        hc_time minutes;
        uint32_t work;
        uint32_t user;
    } JOBS[] = {{"b-1", 0, 2, 0},
                {"b-2", 30, 2, 0},
                {"a", 60, 1, HC_NO_INDEX},
                {"b-3", 60, 2, 0},
                {"c", 60, 3, 0}};
    bench b;
    hc_job_source source;
    hc_job_spec spec;
    hc_error error = HC_ERROR_NONE;
    open_bench(&b,
               "training: [{ name: a, submit: 1h, model: llama3-8b, plan: { gpus: 8, tp: 8 }, "
               "steps: 3, limit: 5d }, "
               "{ name: b, count: 3, every: 30min, user: ann, model: llama3-8b, plan: { recompute: "
               "full, tuning: lora }, steps: 3 }, "
               "{ name: c, submit: 1h, user: ann, partition: new, model: llama3-8b, plan: { gpus: "
               "16, tp: 4 }, tokens: 1e6, priority: 4 }]");
    CU_ASSERT_EQUAL_FATAL(
        hc_training_jobs_create(&source, &b.desk, at(&b, "workload.training"), &error), 0);
    CU_ASSERT_EQUAL(source.user_count(source.self), 1);
    CU_ASSERT_STRING_EQUAL(source.user_name(source.self, 0), "ann");
    CU_ASSERT_EQUAL(source.facts(source.self).job_count, 5);
    for (size_t i = 0; i < 5; i++) {
        CU_ASSERT_EQUAL_FATAL(source.next(source.self, &spec, &error), 1);
        CU_ASSERT_STRING_EQUAL(spec.name, JOBS[i].name);
        CU_ASSERT_EQUAL(spec.submit, JOBS[i].minutes * HC_MINUTE);
        CU_ASSERT_EQUAL(spec.workload, JOBS[i].work);
        CU_ASSERT_EQUAL(spec.user, JOBS[i].user);
        CU_ASSERT_EQUAL(spec.run_time, hc_training_facts_of(b.training, JOBS[i].work)->run_time);
        CU_ASSERT_EQUAL(spec.is_limit_requested, i == 2);
        CU_ASSERT_EQUAL(spec.time_limit, i == 2 ? 5 * HC_DAY : spec.run_time);
        CU_ASSERT_EQUAL(spec.partition.index, i == 4 ? 1 : 0);
    }
    CU_ASSERT_EQUAL(spec.priority, 4);
    CU_ASSERT_EQUAL(spec.request.gpu_count, 16);
    CU_ASSERT_EQUAL(spec.request.kinds, 3);
    CU_ASSERT_EQUAL(source.next(source.self, &spec, &error), 0);
    source.destroy(source.self);
    close_bench(&b);
}

/* Half of the jobs do the work, whose time is known to the nanosecond; the others run for as long as is drawn. */
static void classes_may_train(void)
{
    bench b;
    hc_synthetic_options options;
    hc_job_source source;
    hc_job_spec spec;
    hc_error error = HC_ERROR_NONE;
    open_bench(&b,
               "synthetic: { jobs: 200, mean_gap: 1min, classes: ["
               "{ name: x, share: 1, estimate: { factor: { kind: constant, value: 2 } }, training: "
               "{ model: llama3-8b, plan: { gpus: 16, tp: 4 }, steps: 77 } }, "
               "{ share: 1, run_time: { kind: constant, value: 3h }, training: { model: "
               "llama3-8b, plan: { tuning: lora } } }] }");
    CU_ASSERT_EQUAL_FATAL(
        hc_synthetic_options_read(&options, at(&b, "workload.synthetic"), 1, 64, &b.desk, &error),
        0);
    CU_ASSERT_EQUAL_FATAL(hc_synthetic_create(&source, &options, &error), 0);
    for (int i = 0; i < 200; i++) {
        const hc_training_facts *facts = NULL;
        CU_ASSERT_EQUAL_FATAL(source.next(source.self, &spec, &error), 1);
        CU_ASSERT_FATAL(spec.workload == 1 || spec.workload == 2);
        facts = hc_training_facts_of(b.training, spec.workload);
        CU_ASSERT_EQUAL(spec.request.kinds, 3);
        CU_ASSERT_EQUAL(spec.request.gpu_count, spec.workload == 1 ? 16 : 1);
        CU_ASSERT_EQUAL(spec.run_time, spec.workload == 1 ? facts->step * 77 : 3 * HC_HOUR);
        CU_ASSERT_EQUAL(spec.requested_time, spec.workload == 1 ? spec.time_limit : 0);
    }
    source.destroy(source.self);
    hc_synthetic_options_release(&options);
    close_bench(&b);
}

static void what_contradicts_itself_is_refused(void)
{
    static const struct {
        const char *workload;
        const char *message;
    } CASES_OF[] = {
        {"training: [{ name: a, model: llama3-8b }]", "give tokens or steps, one of the two"},
        {"training: [{ name: a, steps: 5 }]", "a model is missing"},
        {"training: [{ name: a, model: llama3-8, steps: 5 }]", "did you mean"},
        {"training: [{ name: a, model: llama3-8b, steps: 5, gpu: V100 }]",
         "the cluster has no GPU"},
        {"training: [{ name: a, model: llama3-8b, plan: { gpus: 12, tp: 8 }, steps: 5 }]",
         "workload.training[0].plan: "},
        {"training: [{ name: a, model: llama3-8b, steps: 5, partition: x }]",
         "there is no partition \"x\""},
        {"training: [{ name: a, model: llama3-8b, plan: { recompute: full, tuning: lora }, steps: "
         "5, count: 1000000, every: 100d }]",
         "after 36 years"},
    };
    for (size_t i = 0; i < sizeof CASES_OF / sizeof CASES_OF[0]; i++) {
        bench b;
        hc_job_source source;
        hc_error error = HC_ERROR_NONE;
        open_bench(&b, CASES_OF[i].workload);
        CU_ASSERT_EQUAL(
            hc_training_jobs_create(&source, &b.desk, at(&b, "workload.training"), &error), -1);
        CU_ASSERT_PTR_NOT_NULL(strstr(error.text, CASES_OF[i].message));
        close_bench(&b);
    }
}

static void classes_that_contradict_themselves_are_refused(void)
{
    static const struct {
        const char *class_text;
        const char *message;
    } CASES_OF[] = {
        {"gpus: 4, training: { model: llama3-8b, steps: 4 }", "gpus: the plan says it"},
        {"run_time: { kind: constant, value: 1h }, training: { model: llama3-8b, steps: 4 }",
         "steps: run_time says how long the jobs take"},
        {"gpus: 4", "expected run_time or training"},
        {"training: { model: llama3-8b, plan: { gpus: 16, tp: 8 }, steps: 4 }",
         "its plan has more than max_gpus, 8 GPUs"},
    };
    for (size_t i = 0; i < sizeof CASES_OF / sizeof CASES_OF[0]; i++) {
        char text[512];
        bench b;
        hc_synthetic_options options;
        hc_error error = HC_ERROR_NONE;
        (void)snprintf(text, sizeof text,
                       "synthetic: { jobs: 1, load: 1, max_gpus: 8, classes: [{ share: 1, %s }] }",
                       CASES_OF[i].class_text);
        open_bench(&b, text);
        CU_ASSERT_EQUAL(hc_synthetic_options_read(&options, at(&b, "workload.synthetic"), 1, 64,
                                                  &b.desk, &error),
                        -1);
        CU_ASSERT_PTR_NOT_NULL(strstr(error.text, CASES_OF[i].message));
        close_bench(&b);
    }
}

static const hc_test_case CASES[] = {
    {"jobs_come_in_the_order_of_their_submissions", jobs_come_in_the_order_of_their_submissions},
    {"classes_may_train", classes_may_train},
    {"what_contradicts_itself_is_refused", what_contradicts_itself_is_refused},
    {"classes_that_contradict_themselves_are_refused",
     classes_that_contradict_themselves_are_refused},
};

HC_TEST_MAIN("workloads/training/training_keys", CASES)
