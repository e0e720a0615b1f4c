#include "sim/engine/digest.h"
#include "tests/testing.h"
#include "workloads/synthetic/presets.h"
#include "workloads/synthetic/synthetic.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const hc_gpu_weight SIZES[] = {{1, 6}, {8, 3}, {16, 1}};

static const hc_job_class_options CLASSES[] = {
    {.name = "notebooks",
     .share = 0.75,
     .gpu_count = 1,
     .gpu_milli = 500,
     .run_time = {.kind = HC_DISTRIBUTION_EXPONENTIAL, .mean = 1800},
     .outcomes = {.shares = {.failed = 0.2}, .failed_factor = 0.1}},
    {.name = "training",
     .share = 0.25,
     HC_SIZE_TABLE(SIZES),
     .run_time = {.kind = HC_DISTRIBUTION_LOGNORMAL, .mean = 7200, .cv = 1.5, .cap = 86400},
     .estimate = {.is_requested = true,
                  .factor = {.kind = HC_DISTRIBUTION_UNIFORM, .minimum = 1, .maximum = 5}}},
};

static hc_synthetic_options two_classes(void)
{
    return (hc_synthetic_options){.seed = 7,
                                  .job_count = 10000,
                                  .mean_gap_seconds = 60,
                                  .class_count = 2,
                                  .classes = CLASSES};
}

static hc_job_source create(const hc_synthetic_options *options)
{
    hc_error error = HC_ERROR_NONE;
    hc_job_source source;
    CU_ASSERT_EQUAL_FATAL(hc_synthetic_create(&source, options, &error), 0);
    return source;
}

static bool next(hc_job_source *source, hc_job_spec *spec)
{
    hc_error error = HC_ERROR_NONE;
    int status = source->next(source->self, spec, &error);
    CU_ASSERT_FATAL(status >= 0);
    return status == 1;
}

static void add_to_digest(hc_digest *digest, const hc_job_spec *spec)
{
    uint64_t words[] = {(uint64_t)spec->submit,
                        (uint64_t)spec->run_time,
                        (uint64_t)spec->time_limit,
                        spec->request.gpu_count,
                        spec->request.gpu_milli,
                        (uint64_t)spec->outcome,
                        spec->user,
                        spec->group};
    hc_digest_add(digest, words, sizeof words / sizeof words[0]);
}

static hc_digest digest_of(const hc_synthetic_options *options, uint64_t count)
{
    hc_job_source source = create(options);
    hc_digest digest = {0};
    hc_job_spec spec;
    for (uint64_t i = 0; i < count && next(&source, &spec); i++) {
        add_to_digest(&digest, &spec);
    }
    source.destroy(source.self);
    return digest;
}

static void the_same_options_give_the_same_jobs(void)
{
    hc_synthetic_options options = *hc_preset_find("demo")->options;
    hc_digest first = digest_of(&options, 10000);
    CU_ASSERT_EQUAL(digest_of(&options, 10000).value, first.value);
    options.seed++;
    CU_ASSERT_NOT_EQUAL(digest_of(&options, 10000).value, first.value);
}

/* One number for gcc and clang, at any optimisation, with and without fused multiply-add. */
static void the_jobs_do_not_depend_on_the_machine(void)
{
    char text[HC_DIGEST_TEXT_SIZE];
    hc_digest_format(digest_of(hc_preset_find("demo")->options, 100000), text);
    CU_ASSERT_STRING_EQUAL(text, "91ad9f6b3af53bcd");
}

static void jobs_come_in_order_and_in_full(void)
{
    hc_synthetic_options options = two_classes();
    hc_job_source source = create(&options);
    hc_job_spec spec;
    hc_time before = 0;
    uint64_t count = 0;
    for (; next(&source, &spec); count++) {
        CU_ASSERT_FATAL(spec.submit >= before);
        CU_ASSERT(count > 0 || spec.submit == 0);
        CU_ASSERT_PTR_NULL(spec.name);
        CU_ASSERT_EQUAL(spec.recorded_start, HC_TIME_MISSING);
        CU_ASSERT_EQUAL(spec.recorded_end, HC_TIME_MISSING);
        CU_ASSERT_EQUAL(spec.request.kinds, UINT64_MAX);
        CU_ASSERT_EQUAL(spec.partition.index, 0);
        CU_ASSERT_EQUAL(spec.user, HC_NO_INDEX);
        CU_ASSERT(spec.time_limit >= spec.run_time && spec.run_time >= 0);
        before = spec.submit;
    }
    CU_ASSERT_EQUAL(count, options.job_count);
    CU_ASSERT_FALSE(next(&source, &spec));
    CU_ASSERT_EQUAL(source.facts(source.self).last_submit, 600000 * HC_SECOND);
    CU_ASSERT_TRUE(source.facts(source.self).has_shared_gpus);
    CU_ASSERT_FALSE(source.facts(source.self).has_host_needs);
    source.destroy(source.self);
}

static void a_workload_ends_at_its_duration(void)
{
    hc_synthetic_options options = two_classes();
    hc_job_source source;
    hc_job_spec spec;
    int count = 0;
    options.duration = 2 * HC_DAY;
    source = create(&options);
    for (; next(&source, &spec); count++) {
        CU_ASSERT(spec.submit < 2 * HC_DAY);
    }
    CU_ASSERT_FALSE(next(&source, &spec));
    CU_ASSERT_DOUBLE_EQUAL(count, 2880, 5 * sqrt(2880));
    source.destroy(source.self);
}

static void without_a_rate_the_jobs_are_fitted_into_the_duration(void)
{
    hc_synthetic_options options = two_classes();
    hc_synthetic_facts facts;
    hc_error error = HC_ERROR_NONE;
    hc_job_source source;
    hc_job_spec spec;
    uint64_t count = 0;
    options.mean_gap_seconds = 0;
    options.duration = HC_DAY;
    CU_ASSERT_EQUAL(hc_synthetic_check(&options, &facts, &error), 0);
    CU_ASSERT_TRUE(facts.is_fitted);
    CU_ASSERT_DOUBLE_EQUAL(facts.mean_gap_seconds, 8.64, 1e-12);
    source = create(&options);
    for (; next(&source, &spec); count++) {
        CU_ASSERT(spec.submit < HC_DAY);
    }
    CU_ASSERT_EQUAL(count, 10000);
    source.destroy(source.self);
}

/* By hand: 3/4 x 1/2 GPU x 1800 s x (0.8 + 0.02), and 1/4 x (0.6 + 2.4 + 1.6) GPUs x the capped mean. */
static void the_mean_work_is_that_of_the_classes(void)
{
    hc_synthetic_options options = two_classes();
    hc_synthetic_facts facts;
    hc_error error = HC_ERROR_NONE;
    hc_distribution training = CLASSES[1].run_time;
    hc_distribution_freeze(&training);
    options.capacity_gpus = 100;
    CU_ASSERT_EQUAL(hc_synthetic_check(&options, &facts, &error), 0);
    CU_ASSERT_DOUBLE_EQUAL(facts.mean_gpu_seconds,
                           0.375 * 1800 * 0.82 + 0.25 * 4.6 * hc_distribution_mean(&training),
                           1e-6);
    CU_ASSERT_DOUBLE_EQUAL(facts.load, facts.mean_gpu_seconds / 6000, 1e-12);
}

/* Offered work / (capacity x time), five standard errors of the sample's own spread. */
static void the_load_is_what_was_asked_for(void)
{
    static const hc_arrival_process PROCESSES[] = {HC_ARRIVALS_POISSON, HC_ARRIVALS_DETERMINISTIC};
    for (size_t i = 0; i < sizeof PROCESSES / sizeof PROCESSES[0]; i++) {
        hc_synthetic_options options = two_classes();
        hc_job_source source;
        hc_job_spec spec;
        double work = 0;
        double squares = 0;
        double n = 200000;
        options.job_count = (uint64_t)n;
        options.mean_gap_seconds = 0;
        options.load = 0.7;
        options.capacity_gpus = 64;
        options.arrivals.process = PROCESSES[i];
        source = create(&options);
        while (next(&source, &spec)) {
            double w = (double)hc_request_milli(&spec.request) / 1e3 * (double)spec.run_time / 1e9;
            work += w;
            squares += w * w;
        }
        CU_ASSERT_DOUBLE_EQUAL(work / 64 / ((double)spec.submit / 1e9), 0.7,
                               0.7 * 5 * sqrt((squares * n / (work * work) - 1 + 1) / n));
        source.destroy(source.self);
    }
}

static bool is_same_work(const hc_job_spec *a, const hc_job_spec *b)
{
    return a->run_time == b->run_time && a->time_limit == b->time_limit &&
           a->outcome == b->outcome && a->request.gpu_count == b->request.gpu_count &&
           a->request.gpu_milli == b->request.gpu_milli && a->user == b->user &&
           a->group == b->group;
}

/* Common random numbers: other arrivals, another load, other users leave what job n does untouched. */
static void arrivals_do_not_touch_what_jobs_do(void)
{
    hc_synthetic_options poisson = two_classes();
    hc_synthetic_options bursty = two_classes();
    hc_job_source sources[2];
    hc_job_spec specs[2];
    poisson.user_count = 50;
    bursty.user_count = 50;
    bursty.mean_gap_seconds = 0;
    bursty.load = 0.9;
    bursty.capacity_gpus = 512;
    bursty.arrivals = hc_preset_find("helios")->options->arrivals;
    sources[0] = create(&poisson);
    sources[1] = create(&bursty);
    for (int i = 0; i < 10000; i++) {
        CU_ASSERT(next(&sources[0], &specs[0]) && next(&sources[1], &specs[1]));
        CU_ASSERT(is_same_work(&specs[0], &specs[1]));
        CU_ASSERT(i == 0 || specs[0].submit != specs[1].submit);
    }
    sources[0].destroy(sources[0].self);
    sources[1].destroy(sources[1].self);
}

static void a_longer_run_time_leaves_all_else(void)
{
    hc_job_class_options slower[2] = {CLASSES[0], CLASSES[1]};
    hc_synthetic_options base = two_classes();
    hc_synthetic_options changed = two_classes();
    hc_job_source sources[2];
    hc_job_spec specs[2];
    slower[0].run_time.mean *= 2;
    slower[1].run_time.mean *= 2;
    slower[1].run_time.cap *= 2;
    changed.classes = slower;
    sources[0] = create(&base);
    sources[1] = create(&changed);
    for (int i = 0; i < 10000; i++) {
        CU_ASSERT(next(&sources[0], &specs[0]) && next(&sources[1], &specs[1]));
        CU_ASSERT_EQUAL(specs[0].submit, specs[1].submit);
        CU_ASSERT_EQUAL(specs[0].request.gpu_count, specs[1].request.gpu_count);
        CU_ASSERT_EQUAL(specs[0].outcome, specs[1].outcome);
        CU_ASSERT_DOUBLE_EQUAL((double)specs[1].run_time, 2.0 * (double)specs[0].run_time,
                               2.0 * HC_MICROSECOND);
    }
    sources[0].destroy(sources[0].self);
    sources[1].destroy(sources[1].self);
}

/* Zipf's law with exponent 1 over 20 users: the k-th has a share 1 / (k H(20)). */
static void users_follow_zipf(void)
{
    enum { USERS = 20, GROUPS = 3, COUNT = 100000 };
    hc_synthetic_options options = two_classes();
    hc_job_source source;
    hc_job_spec spec;
    double counts[USERS] = {0};
    double harmonic = 0;
    options.job_count = COUNT;
    options.user_count = USERS;
    options.group_count = GROUPS;
    options.user_exponent = 1;
    source = create(&options);
    while (next(&source, &spec)) {
        CU_ASSERT_FATAL(spec.user < USERS);
        CU_ASSERT_EQUAL(spec.group, spec.user % GROUPS);
        counts[spec.user]++;
    }
    for (int k = 1; k <= USERS; k++) {
        harmonic += 1.0 / k;
    }
    for (int k = 1; k <= USERS; k++) {
        double share = 1 / (k * harmonic);
        CU_ASSERT_DOUBLE_EQUAL(counts[k - 1] / COUNT, share, 5 * sqrt(share / COUNT));
    }
    CU_ASSERT_EQUAL(source.user_count(source.self), USERS);
    CU_ASSERT_EQUAL(source.group_count(source.self), GROUPS);
    CU_ASSERT_STRING_EQUAL(source.user_name(source.self, 0), "u_1");
    CU_ASSERT_STRING_EQUAL(source.user_name(source.self, 19), "u_20");
    CU_ASSERT_STRING_EQUAL(source.group_name(source.self, 2), "g_3");
    source.destroy(source.self);
}

static void a_process_that_leaves_time_is_an_error(void)
{
    hc_synthetic_options options = two_classes();
    hc_error error = HC_ERROR_NONE;
    hc_job_source source;
    hc_job_spec spec;
    int status = 1;
    options.job_count = 4;
    options.mean_gap_seconds = 5e8;
    for (options.seed = 0; status >= 0 && options.seed < 1000; options.seed++) {
        source = create(&options);
        do {
            status = source.next(source.self, &spec, &error);
        } while (status == 1);
        source.destroy(source.self);
    }
    CU_ASSERT_EQUAL(status, -1);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "lies beyond 2^32 jobs or 146 years"));
}

static const hc_job_class_options NO_SHARE = {
    .gpu_count = 1, .run_time = {.kind = HC_DISTRIBUTION_CONSTANT, .value = 1}};
static const hc_job_class_options BROKEN = {
    .name = "broken", .share = 1, .run_time = {.kind = HC_DISTRIBUTION_CONSTANT}};

static const struct {
    hc_synthetic_options options;
    const char *message;
} DEFECTS[] = {
    {{.job_count = 1, .mean_gap_seconds = 1}, "classes: expected one with a share above 0"},
    {{.job_count = 1, .mean_gap_seconds = 1, .class_count = 1, .classes = &NO_SHARE},
     "classes: expected one with a share above 0"},
    {{.job_count = 1, .mean_gap_seconds = 1, .class_count = 1, .classes = &BROKEN},
     "classes[0] (broken).gpus: expected 1 to 268435456, found 0\n"
     "classes[0] (broken).run_time: constant needs value"},
    {{.mean_gap_seconds = 1, .class_count = 2, .classes = CLASSES}, "give jobs, duration or both"},
    {{.job_count = 1, .class_count = 2, .classes = CLASSES},
     "give load or mean_gap, or both jobs and duration"},
    {{.job_count = 1, .load = 1, .mean_gap_seconds = 1, .class_count = 2, .classes = CLASSES},
     "load and mean_gap exclude each other"},
    {{.job_count = 1, .load = 1, .class_count = 2, .classes = CLASSES},
     "load: the cluster has no GPU"},
    {{.job_count = 1, .load = NAN, .class_count = 2, .classes = CLASSES},
     "load, mean_gap: expected numbers above 0, found nan and 0"},
    {{.job_count = UINT32_MAX, .mean_gap_seconds = 1, .class_count = 2, .classes = CLASSES},
     "jobs: expected at most 4294967294"},
    {{.duration = -1, .mean_gap_seconds = 1, .class_count = 2, .classes = CLASSES},
     "duration: expected at most 146 years"},
    {{.job_count = 1, .mean_gap_seconds = 1e-9, .class_count = 2, .classes = CLASSES},
     "the mean gap between jobs: expected 1e-06 s to 1e+09 s, found 1e-09 s"},
    {{.job_count = 1000000, .mean_gap_seconds = 1e6, .class_count = 2, .classes = CLASSES},
     "jobs: the last ones would come after 73 years"},
    {{.duration = 365 * HC_DAY, .mean_gap_seconds = 1e-3, .class_count = 2, .classes = CLASSES},
     "duration: more than 2147483647 jobs fit in"},
    {{.job_count = 1,
      .mean_gap_seconds = 1,
      .class_count = 2,
      .classes = CLASSES,
      .user_count = 2,
      .group_count = 3},
     "users, groups: expected at most 1000000 users and no more groups than users, found 2 and 3"},
    {{.job_count = 1,
      .mean_gap_seconds = 1,
      .class_count = 2,
      .classes = CLASSES,
      .user_count = 2,
      .user_exponent = -1},
     "user_exponent: expected 0 to 10, found -1"},
    {{.job_count = 1,
      .mean_gap_seconds = 1,
      .class_count = 2,
      .classes = CLASSES,
      .arrivals = {.process = HC_ARRIVALS_PERIODIC}},
     "hours, weekdays: periodic arrivals need weights that differ"},
};

static void bad_options_are_refused_with_the_reason(void)
{
    for (size_t i = 0; i < sizeof DEFECTS / sizeof DEFECTS[0]; i++) {
        hc_error error = HC_ERROR_NONE;
        hc_job_source source;
        CU_ASSERT_EQUAL(hc_synthetic_create(&source, &DEFECTS[i].options, &error), -1);
        CU_ASSERT_STRING_EQUAL(error.text, DEFECTS[i].message);
    }
}

static const hc_test_case CASES[] = {
    {"bad_options_are_refused_with_the_reason", bad_options_are_refused_with_the_reason},
    {"the_same_options_give_the_same_jobs", the_same_options_give_the_same_jobs},
    {"the_jobs_do_not_depend_on_the_machine", the_jobs_do_not_depend_on_the_machine},
    {"jobs_come_in_order_and_in_full", jobs_come_in_order_and_in_full},
    {"a_workload_ends_at_its_duration", a_workload_ends_at_its_duration},
    {"without_a_rate_the_jobs_are_fitted_into_the_duration",
     without_a_rate_the_jobs_are_fitted_into_the_duration},
    {"the_mean_work_is_that_of_the_classes", the_mean_work_is_that_of_the_classes},
    {"the_load_is_what_was_asked_for", the_load_is_what_was_asked_for},
    {"arrivals_do_not_touch_what_jobs_do", arrivals_do_not_touch_what_jobs_do},
    {"a_longer_run_time_leaves_all_else", a_longer_run_time_leaves_all_else},
    {"users_follow_zipf", users_follow_zipf},
    {"a_process_that_leaves_time_is_an_error", a_process_that_leaves_time_is_an_error},
};

HC_TEST_MAIN("synthetic", CASES)
