#include "tests/testing.h"
#include "workloads/synthetic/job_class.h"

#include <math.h>
#include <stdlib.h>

enum { COUNT = 200000 };

static hc_job_class *create(const hc_job_class_options *options, uint32_t max_gpus)
{
    hc_error error = HC_ERROR_NONE;
    hc_job_class *job_class = NULL;
    CU_ASSERT_EQUAL(hc_job_class_check(options, "", &error), 0);
    CU_ASSERT_STRING_EQUAL(error.text, "");
    job_class = hc_job_class_create(options, max_gpus);
    CU_ASSERT_PTR_NOT_NULL_FATAL(job_class);
    return job_class;
}

static hc_job_spec draw(const hc_job_class *job_class, uint64_t index)
{
    hc_random size = hc_random_stream(1, index, HC_RANDOM_SIZE);
    hc_job_spec spec = {0};
    hc_job_class_draw(job_class, 1, index, &size, &spec);
    return spec;
}

static const hc_gpu_weight SIZES[] = {{1, 60}, {4, 0}, {8, 30}, {64, 10}};

/* Binomial shares, five standard errors. */
static void sizes_come_by_their_weights(void)
{
    static const hc_job_class_options OPTIONS = {
        .share = 1,
        HC_SIZE_TABLE(SIZES),
        .run_time = {.kind = HC_DISTRIBUTION_CONSTANT, .value = 60}};
    hc_job_class *job_class = create(&OPTIONS, 0);
    double counts[65] = {0};
    for (uint64_t i = 0; i < COUNT; i++) {
        hc_job_spec spec = draw(job_class, i);
        CU_ASSERT_FATAL(spec.request.gpu_count <= 64);
        CU_ASSERT_EQUAL(spec.request.gpu_milli, 1000);
        counts[spec.request.gpu_count]++;
    }
    CU_ASSERT_DOUBLE_EQUAL(counts[1] / COUNT, 0.6, 5 * sqrt(0.24 / COUNT));
    CU_ASSERT_DOUBLE_EQUAL(counts[8] / COUNT, 0.3, 5 * sqrt(0.21 / COUNT));
    CU_ASSERT_DOUBLE_EQUAL(counts[64] / COUNT, 0.1, 5 * sqrt(0.09 / COUNT));
    CU_ASSERT_EQUAL(counts[4], 0);
    CU_ASSERT_DOUBLE_EQUAL(hc_job_class_mean_gpu_seconds(job_class), 60 * 9.4, 1e-9);
    hc_job_class_destroy(job_class);
}

static void larger_jobs_ask_for_the_most_there_is(void)
{
    static const hc_job_class_options OPTIONS = {
        .share = 1,
        HC_SIZE_TABLE(SIZES),
        .run_time = {.kind = HC_DISTRIBUTION_CONSTANT, .value = 60}};
    hc_job_class *whole = create(&OPTIONS, 0);
    hc_job_class *cut = create(&OPTIONS, 16);
    for (uint64_t i = 0; i < 1000; i++) {
        uint32_t gpu_count = draw(whole, i).request.gpu_count;
        CU_ASSERT_EQUAL(draw(cut, i).request.gpu_count, gpu_count > 16 ? 16 : gpu_count);
    }
    CU_ASSERT_DOUBLE_EQUAL(hc_job_class_mean_gpu_seconds(cut), 60 * (0.6 + 2.4 + 1.6), 1e-9);
    hc_job_class_destroy(whole);
    hc_job_class_destroy(cut);
}

static void a_part_of_a_gpu_is_asked_for_in_thousandths(void)
{
    static const hc_job_class_options OPTIONS = {
        .share = 1,
        .gpu_count = 1,
        .gpu_milli = 470,
        .run_time = {.kind = HC_DISTRIBUTION_CONSTANT, .value = 100}};
    hc_job_class *job_class = create(&OPTIONS, 0);
    CU_ASSERT_EQUAL(draw(job_class, 3).request.gpu_milli, 470);
    CU_ASSERT_DOUBLE_EQUAL(hc_job_class_mean_gpu_seconds(job_class), 47, 1e-9);
    hc_job_class_destroy(job_class);
}

/* Failed jobs run for half, cancelled ones for twice the drawn time; constant, so that it shows. */
static void outcomes_have_their_shares_and_factors(void)
{
    static const hc_job_class_options OPTIONS = {
        .share = 1,
        .gpu_count = 2,
        .run_time = {.kind = HC_DISTRIBUTION_CONSTANT, .value = 100},
        .outcomes = {.shares = {.failed = 0.3, .cancelled = 0.1},
                     .failed_factor = 0.5,
                     .cancelled_factor = 2}};
    hc_job_class *job_class = create(&OPTIONS, 0);
    double counts[HC_OUTCOME_COUNT] = {0};
    for (uint64_t i = 0; i < COUNT; i++) {
        hc_job_spec spec = draw(job_class, i);
        counts[spec.outcome]++;
        CU_ASSERT_EQUAL(spec.run_time, spec.outcome == HC_OUTCOME_FAILED      ? 50 * HC_SECOND
                                       : spec.outcome == HC_OUTCOME_CANCELLED ? 200 * HC_SECOND
                                                                              : 100 * HC_SECOND);
    }
    CU_ASSERT_DOUBLE_EQUAL(counts[HC_OUTCOME_FAILED] / COUNT, 0.3, 5 * sqrt(0.21 / COUNT));
    CU_ASSERT_DOUBLE_EQUAL(counts[HC_OUTCOME_CANCELLED] / COUNT, 0.1, 5 * sqrt(0.09 / COUNT));
    CU_ASSERT_EQUAL(counts[HC_OUTCOME_FAILED] + counts[HC_OUTCOME_CANCELLED] +
                        counts[HC_OUTCOME_COMPLETED],
                    COUNT);
    CU_ASSERT_DOUBLE_EQUAL(hc_job_class_mean_gpu_seconds(job_class), 2 * (60 + 15 + 20), 1e-9);
    hc_job_class_destroy(job_class);
}

static void long_jobs_have_shares_of_their_own(void)
{
    static const hc_job_class_options OPTIONS = {
        .share = 1,
        .gpu_count = 1,
        .run_time = {.kind = HC_DISTRIBUTION_UNIFORM, .minimum = 1800, .maximum = 5400},
        .outcomes = HC_OUTCOMES_BY_RUN_TIME(1, 0, HC_HOUR, 0, 1)};
    hc_job_class *job_class = create(&OPTIONS, 0);
    for (uint64_t i = 0; i < 1000; i++) {
        hc_job_spec spec = draw(job_class, i);
        CU_ASSERT_EQUAL(spec.outcome,
                        spec.run_time < HC_HOUR ? HC_OUTCOME_FAILED : HC_OUTCOME_CANCELLED);
    }
    hc_job_class_destroy(job_class);
}

static void without_an_estimate_the_run_time_is_known(void)
{
    static const hc_job_class_options OPTIONS = {
        .share = 1, .gpu_count = 1, .run_time = {.kind = HC_DISTRIBUTION_EXPONENTIAL, .mean = 100}};
    hc_job_class *job_class = create(&OPTIONS, 0);
    for (uint64_t i = 0; i < 1000; i++) {
        hc_job_spec spec = draw(job_class, i);
        CU_ASSERT_EQUAL(spec.time_limit, spec.run_time);
        CU_ASSERT_FALSE(spec.is_limit_requested);
        CU_ASSERT_EQUAL(spec.run_time % HC_MICROSECOND, 0);
    }
    hc_job_class_destroy(job_class);
}

static const hc_time LIMITS[] = {10 * HC_MINUTE, HC_HOUR, 12 * HC_HOUR};

static void requests_are_rounded_up_to_usual_limits(void)
{
    static const struct {
        double run_seconds;
        double factor;
        hc_time limit;
    } REQUESTS[] = {
        {1, 1, 10 * HC_MINUTE},     {600, 1, 10 * HC_MINUTE},
        {600.5, 1, HC_HOUR},        {600, 1.5, HC_HOUR},
        {600, 0.1, 10 * HC_MINUTE}, {3600, 3, 12 * HC_HOUR},
        {43200, 1, 12 * HC_HOUR},   {43201, 1, 24 * HC_HOUR},
        {43200, 2, 24 * HC_HOUR},   {86400 * 365.0, 1, 365 * HC_DAY},
    };
    for (size_t i = 0; i < sizeof REQUESTS / sizeof REQUESTS[0]; i++) {
        hc_job_class_options options = {
            .share = 1,
            .gpu_count = 1,
            .run_time = {.kind = HC_DISTRIBUTION_CONSTANT, .value = REQUESTS[i].run_seconds},
            .estimate = {.is_requested = true,
                         .factor = {.kind = HC_DISTRIBUTION_CONSTANT, .value = REQUESTS[i].factor},
                         .limits = LIMITS,
                         .limit_count = 3}};
        hc_job_class *job_class = create(&options, 0);
        hc_job_spec spec = draw(job_class, 0);
        CU_ASSERT_EQUAL(spec.time_limit, REQUESTS[i].limit);
        CU_ASSERT_TRUE(spec.is_limit_requested);
        hc_job_class_destroy(job_class);
    }
}

/* Median factor 2, no rounding: the ratio's median is 2, and no limit lies below the run time. */
static void a_limit_is_a_factor_above_the_run_time(void)
{
    static const hc_job_class_options OPTIONS = {
        .share = 1,
        .gpu_count = 1,
        .run_time = {.kind = HC_DISTRIBUTION_LOGNORMAL, .median = 600, .sigma = 2},
        .estimate = {.is_requested = true,
                     .factor = {.kind = HC_DISTRIBUTION_LOGNORMAL, .median = 2, .sigma = 1}}};
    hc_job_class *job_class = create(&OPTIONS, 0);
    double above = 0;
    for (uint64_t i = 0; i < COUNT; i++) {
        hc_job_spec spec = draw(job_class, i);
        CU_ASSERT_FATAL(spec.time_limit >= spec.run_time);
        above += (double)spec.time_limit > 2.0 * (double)spec.run_time;
    }
    CU_ASSERT_DOUBLE_EQUAL(above / COUNT, 0.5, 5 * sqrt(0.25 / COUNT));
    hc_job_class_destroy(job_class);
}

#define ONE_HOUR                                        \
    {                                                   \
        .kind = HC_DISTRIBUTION_CONSTANT, .value = 3600 \
    }

static const hc_gpu_weight NO_WEIGHT[] = {{1, 0}};
static const hc_gpu_weight NO_GPU[] = {{0, 1}};
static const hc_gpu_weight NEGATIVE[] = {{1, -1}};
static const hc_time FALLING[] = {HC_HOUR, HC_MINUTE};

static const struct {
    hc_job_class_options options;
    const char *message;
} DEFECTS[] = {
    {{.share = -1, .gpu_count = 1, .run_time = ONE_HOUR},
     "c.share: expected a number not below 0, found -1"},
    {{.gpu_count = 0, .run_time = ONE_HOUR}, "c.gpus: expected 1 to 268435456, found 0"},
    {{HC_SIZE_TABLE(NO_WEIGHT), .run_time = ONE_HOUR}, "c.gpu_counts: all weights are 0"},
    {{HC_SIZE_TABLE(NO_GPU), .run_time = ONE_HOUR},
     "c.gpu_counts[0].gpus: expected 1 to 268435456, found 0"},
    {{HC_SIZE_TABLE(NEGATIVE), .run_time = ONE_HOUR},
     "c.gpu_counts[0].weight: expected a number not below 0, found -1"},
    {{.gpu_count = 2, .gpu_milli = 500, .run_time = ONE_HOUR},
     "c.gpu_fraction: expected at most 1, and 1 for more than one GPU"},
    {{.gpu_count = 1, .run_time = {.kind = HC_DISTRIBUTION_EXPONENTIAL}},
     "c.run_time: exponential needs mean"},
    {{.gpu_count = 1, .run_time = {.kind = HC_DISTRIBUTION_PARETO, .minimum = 1e6, .alpha = 1.1}},
     "c.run_time: more than one value in 10^9 exceeds 36 years; give a cap"},
    {{.gpu_count = 1, .run_time = ONE_HOUR, .estimate = {.is_requested = true}},
     "c.estimate.factor: constant needs value"},
    {{.gpu_count = 1,
      .run_time = ONE_HOUR,
      .estimate = {.is_requested = true,
                   .factor = {.kind = HC_DISTRIBUTION_CONSTANT, .value = 1},
                   .limits = FALLING,
                   .limit_count = 2}},
     "c.estimate.round_up_to[1]: expected rising durations"},
    {{.gpu_count = 1, .run_time = ONE_HOUR, .outcomes = {.shares = {0.7, 0.4}}},
     "c.outcomes: failed and cancelled: expected shares that sum to at most 1, found 0.7 and 0.4"},
    {{.gpu_count = 1, .run_time = ONE_HOUR, .outcomes = {.shares = {NAN, 0}}},
     "c.outcomes: failed and cancelled: expected shares that sum to at most 1, found nan and 0"},
    {{.gpu_count = 1, .run_time = ONE_HOUR, .outcomes = {.failed_factor = -2}},
     "c.outcomes: expected factors above 0, found -2 and 0"},
    {{.gpu_count = 1, .run_time = ONE_HOUR, .outcomes = {.failed_factor = 2, .long_from = HC_HOUR}},
     "c.outcomes: factors and shares of long jobs exclude each other"},
    {{.gpu_count = 1,
      .run_time = ONE_HOUR,
      .outcomes = {.long_from = HC_HOUR, .long_shares = {1, 1}}},
     "c.outcomes.long: failed and cancelled: expected shares that sum to at most 1, found 1 and 1"},
};

static void bad_classes_are_refused_with_the_reason(void)
{
    for (size_t i = 0; i < sizeof DEFECTS / sizeof DEFECTS[0]; i++) {
        hc_error error = HC_ERROR_NONE;
        CU_ASSERT_EQUAL(hc_job_class_check(&DEFECTS[i].options, "c.", &error), -1);
        CU_ASSERT_STRING_EQUAL(error.text, DEFECTS[i].message);
    }
}

static const hc_test_case CASES[] = {
    {"bad_classes_are_refused_with_the_reason", bad_classes_are_refused_with_the_reason},
    {"sizes_come_by_their_weights", sizes_come_by_their_weights},
    {"larger_jobs_ask_for_the_most_there_is", larger_jobs_ask_for_the_most_there_is},
    {"a_part_of_a_gpu_is_asked_for_in_thousandths", a_part_of_a_gpu_is_asked_for_in_thousandths},
    {"outcomes_have_their_shares_and_factors", outcomes_have_their_shares_and_factors},
    {"long_jobs_have_shares_of_their_own", long_jobs_have_shares_of_their_own},
    {"without_an_estimate_the_run_time_is_known", without_an_estimate_the_run_time_is_known},
    {"requests_are_rounded_up_to_usual_limits", requests_are_rounded_up_to_usual_limits},
    {"a_limit_is_a_factor_above_the_run_time", a_limit_is_a_factor_above_the_run_time},
};

HC_TEST_MAIN("job_class", CASES)
