#include "tests/sim/scenario_text.h"
#include "tests/testing.h"
#include "workloads/synthetic/presets.h"
#include "workloads/synthetic/synthetic_keys.h"

#include <stdio.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static const hc_key WORKLOAD[] = {{.path = "workload", .type = HC_KEY_MAP, .help = "Jobs"}};

static const hc_key_table *tables(void)
{
    static hc_key_table joined[2];
    joined[0] = (hc_key_table){WORKLOAD, 1};
    joined[1] = hc_synthetic_keys;
    return joined;
}

static const hc_training_desk NO_TRAINING = {0};

enum { TABLE_COUNT = 2, CAPACITY = 1000 };

static int read(const hc_scenario *scenario, hc_synthetic_options *out, hc_error *error)
{
    return hc_synthetic_options_read(out,
                                     hc_value_get(hc_scenario_root(scenario), "workload.synthetic"),
                                     7, CAPACITY, &NO_TRAINING, error);
}

/* A synthetic workload in one line of YAML. */
static hc_scenario *parse(const char *synthetic)
{
    char text[2048];
    (void)snprintf(text, sizeof text, "workload: { synthetic: %s }", synthetic);
    return hc_test_scenario(text, tables(), TABLE_COUNT);
}

static hc_scenario *read_sound(const char *synthetic, hc_synthetic_options *out)
{
    hc_scenario *scenario = parse(synthetic);
    hc_error error = HC_ERROR_NONE;
    if (read(scenario, out, &error) < 0) {
        printf("\n%s\n", error.text);
        CU_FAIL_FATAL("the workload was refused");
    }
    return scenario;
}

static void release(hc_synthetic_options *options, hc_scenario *scenario)
{
    hc_synthetic_options_release(options);
    hc_scenario_destroy(scenario);
}

#define CLASS "share: 1, gpus: 1, run_time: { kind: constant, value: 1h }"

static const struct {
    const char *text;
    const char *messages;
} REFUSED_BY_TABLE[] = {
    {"workload: { synthetic: { preset: phily, jobs: 0, duration: 30 } }",
     "s.yaml:1:34: error: workload.synthetic.preset: expected one of philly, helios, "
     "acme-seren, acme-kalos, pai, demo, got \"phily\"; did you mean \"philly\"?\n"
     "workload: { synthetic: { preset: phily, jobs: 0, duration: 30 } }\n"
     "                                 ^\n"
     "s.yaml:1:47: error: workload.synthetic.jobs: expected a whole number from 1 to "
     "4294967294, got 0\n"
     "workload: { synthetic: { preset: phily, jobs: 0, duration: 30 } }\n"
     "                                              ^\n"
     "s.yaml:1:60: error: workload.synthetic.duration: 30 has no unit; write 30min or 30h\n"
     "workload: { synthetic: { preset: phily, jobs: 0, duration: 30 } }\n"
     "                                                           ^"},
    {"workload: { synthetic: { jobs: 4294967295, load: 5000, max_gpus: 0 } }",
     "s.yaml:1:32: error: workload.synthetic.jobs: expected a whole number from 1 to "
     "4294967294, got 4294967295\n"
     "workload: { synthetic: { jobs: 4294967295, load: 5000, max_gpus: 0 } }\n"
     "                               ^\n"
     "s.yaml:1:50: error: workload.synthetic.load: expected a number from 0 to 1000, got 5000\n"
     "workload: { synthetic: { jobs: 4294967295, load: 5000, max_gpus: 0 } }\n"
     "                                                 ^\n"
     "s.yaml:1:66: error: workload.synthetic.max_gpus: expected a whole number from 1 to "
     "268435456, got 0\n"
     "workload: { synthetic: { jobs: 4294967295, load: 5000, max_gpus: 0 } }\n"
     "                                                                 ^"},
    {"workload: { synthetic: { arrivals: { process: burst, hours: [1, 2] } } }",
     "s.yaml:1:47: error: workload.synthetic.arrivals.process: expected one of poisson, "
     "deterministic, periodic, bursty, got \"burst\"; did you mean \"bursty\"?\n"
     "workload: { synthetic: { arrivals: { process: burst, hours: [1, 2] } } }\n"
     "                                              ^\n"
     "s.yaml:1:61: error: workload.synthetic.arrivals.hours: expected a list of 24 items, got "
     "2\n"
     "workload: { synthetic: { arrivals: { process: burst, hours: [1, 2] } } }\n"
     "                                                            ^"},
    {"workload: { synthetic: { classes: [{ run_time: { kind: normal } }] } }",
     "s.yaml:1:36: error: workload.synthetic.classes[0].share: required, but missing; expected "
     "a number from 0 to 1000000000000\n"
     "workload: { synthetic: { classes: [{ run_time: { kind: normal } }] } }\n"
     "                                   ^\n"
     "s.yaml:1:56: error: workload.synthetic.classes[0].run_time.kind: expected one of "
     "constant, uniform, exponential, lognormal, weibull, pareto, gamma, quantiles, got "
     "\"normal\"\n"
     "workload: { synthetic: { classes: [{ run_time: { kind: normal } }] } }\n"
     "                                                       ^"},
    {"workload: { synthetic: { users: 1000001, classes: [] } }",
     "s.yaml:1:33: error: workload.synthetic.users: expected a whole number from 0 to 1000000, "
     "got 1000001\n"
     "workload: { synthetic: { users: 1000001, classes: [] } }\n"
     "                                ^\n"
     "s.yaml:1:51: error: workload.synthetic.classes: expected a list of at least 1 item, got "
     "0\n"
     "workload: { synthetic: { users: 1000001, classes: [] } }\n"
     "                                                  ^"},
};

static void what_the_tables_refuse_is_named_to_the_letter(void)
{
    for (size_t i = 0; i < COUNT_OF(REFUSED_BY_TABLE); i++) {
        hc_test_scenario_refused(REFUSED_BY_TABLE[i].text, tables(), TABLE_COUNT,
                                 REFUSED_BY_TABLE[i].messages);
    }
}

static const struct {
    const char *synthetic;
    const char *messages;
} REFUSED_BY_READER[] = {
    {"{ jobs: 10 }", "s.yaml:1:24: error: workload.synthetic: expected a preset or classes\n"
                     "workload: { synthetic: { jobs: 10 } }\n"
                     "                       ^"},
    {"{ jobs: 10, load: 1, mean_gap: 1s, classes: [{ " CLASS " }] }",
     "s.yaml:1:55: error: workload.synthetic.mean_gap: excludes load\n"
     "workload: { synthetic: { jobs: 10, load: 1, mean_gap: 1s, classes: [{ share: 1, gpus: 1, "
     "run_time...\n"
     "                                                      ^"},
    {"{ preset: philly }", "s.yaml:1:24: error: workload.synthetic: give jobs, duration or both\n"
                           "workload: { synthetic: { preset: philly } }\n"
                           "                       ^"},
    {"{ load: 0.5, classes: [{ " CLASS " }] }",
     "s.yaml:1:24: error: workload.synthetic: give jobs, duration or both\n"
     "workload: { synthetic: { load: 0.5, classes: [{ share: 1, gpus: 1, run_time: { kind: "
     "constant, va...\n"
     "                       ^"},
    {"{ jobs: 1, load: 1, arrivals: { hours: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, "
     "1, 1, 1, 1, 1, 1, 1, 1], burst_mean: 1h }, classes: [{ " CLASS " }] }",
     "s.yaml:1:63: error: workload.synthetic.arrivals.hours: belongs to process: periodic or "
     "bursty\n"
     "...oad: { synthetic: { jobs: 1, load: 1, arrivals: { hours: [1, 1, 1, 1, 1, 1, 1, 1, 1, "
     "1, 1, 1, ...\n"
     "                                                            ^\n"
     "s.yaml:1:149: error: workload.synthetic.arrivals.burst_mean: belongs to process: bursty\n"
     "..., 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], burst_mean: 1h }, classes: [{ share: 1, "
     "gpus: 1, ...\n"
     "                                                            ^"},
    {"{ jobs: 1, load: 1, classes: [{ share: 1, run_time: { kind: lognormal, median: 1h } }, "
     "{ share: 1, gpus: 2, gpu_counts: [{ gpus: 1, weight: 1 }], gpu_fraction: 0.0015, "
     "run_time: { kind: constant, value: 1h } }] }",
     "s.yaml:1:54: error: workload.synthetic.classes[0]: expected gpus or gpu_counts\n"
     "workload: { synthetic: { jobs: 1, load: 1, classes: [{ share: 1, run_time: { kind: "
     "lognormal, med...\n"
     "                                                     ^\n"
     "s.yaml:1:76: error: workload.synthetic.classes[0].run_time: lognormal needs median and "
     "sigma, or mean and cv\n"
     "...tic: { jobs: 1, load: 1, classes: [{ share: 1, run_time: { kind: lognormal, median: "
     "1h } }, { ...\n"
     "                                                            ^\n"
     "s.yaml:1:111: error: workload.synthetic.classes[1]: expected gpus or gpu_counts\n"
     "...{ share: 1, run_time: { kind: lognormal, median: 1h } }, { share: 1, gpus: 2, "
     "gpu_counts: [{ g...\n"
     "                                                            ^\n"
     "s.yaml:1:184: error: workload.synthetic.classes[1].gpu_fraction: expected whole "
     "thousandths, found 0.0015\n"
     "...: 2, gpu_counts: [{ gpus: 1, weight: 1 }], gpu_fraction: 0.0015, run_time: { kind: "
     "constant, v...\n"
     "                                                            ^"},
    {"{ jobs: 1, load: 1, classes: [{ " CLASS ", gpu_fraction: 0.5, outcomes: { failed: 60 %, "
     "cancelled: 50 % } }] }",
     "s.yaml:1:54: error: workload.synthetic.classes[0]: outcomes: failed and cancelled: "
     "expected shares that sum to at most 1, found 0.6 and 0.5\n"
     "workload: { synthetic: { jobs: 1, load: 1, classes: [{ share: 1, gpus: 1, run_time: { "
     "kind: const...\n"
     "                                                     ^"},
    {"{ jobs: 1, load: 1, classes: [{ " CLASS ", estimate: { exact: true, round_up_to: [1h] } "
     "}, { share: 1, gpus: 1, run_time: { kind: constant, value: 1h, interpolation: log } }] }",
     "s.yaml:1:126: error: workload.synthetic.classes[0].estimate: expected exact: true, or a "
     "factor, round_up_to or both\n"
     "...s: 1, run_time: { kind: constant, value: 1h }, estimate: { exact: true, round_up_to: "
     "[1h] } },...\n"
     "                                                            ^\n"
     "s.yaml:1:239: error: workload.synthetic.classes[1].run_time.interpolation: belongs to "
     "quantiles\n"
     "...[1h] } }, { share: 1, gpus: 1, run_time: { kind: constant, value: 1h, interpolation: "
     "log } }] } }\n"
     "                                                                                        "
     "^"},
};

static void what_only_the_reader_can_see_is_named_too(void)
{
    for (size_t i = 0; i < COUNT_OF(REFUSED_BY_READER); i++) {
        hc_scenario *scenario = parse(REFUSED_BY_READER[i].synthetic);
        hc_synthetic_options options;
        hc_error error = HC_ERROR_NONE;
        CU_ASSERT_EQUAL(read(scenario, &options, &error), -1);
        CU_ASSERT_EQUAL(error.kind, HC_ERROR_USAGE);
        hc_test_message(&error, REFUSED_BY_READER[i].messages);
        hc_scenario_destroy(scenario);
    }
}

static void a_preset_fills_in_what_is_not_said(void)
{
    hc_synthetic_options options;
    hc_scenario *scenario = read_sound("{ preset: philly, jobs: 500, load: 80 % }", &options);
    CU_ASSERT_EQUAL(options.seed, 7);
    CU_ASSERT_EQUAL(options.capacity_gpus, CAPACITY);
    CU_ASSERT_EQUAL(options.job_count, 500);
    CU_ASSERT(options.load == 0.8);
    CU_ASSERT(options.mean_gap_seconds == 0); /* the load replaces the preset's */
    CU_ASSERT_PTR_EQUAL(options.classes, hc_preset_philly.classes);
    CU_ASSERT_EQUAL(options.class_count, hc_preset_philly.class_count);
    CU_ASSERT_EQUAL(options.arrivals.process, hc_preset_philly.arrivals.process);
    release(&options, scenario);
    scenario = read_sound("{ preset: philly, jobs: 500 }", &options);
    CU_ASSERT(options.load == 0);
    CU_ASSERT(options.mean_gap_seconds == hc_preset_philly.mean_gap_seconds);
    release(&options, scenario);
}

static void every_preset_is_found_by_its_name(void)
{
    for (size_t i = 0; i < HC_PRESET_COUNT; i++) {
        char text[64];
        hc_synthetic_options options;
        hc_scenario *scenario = NULL;
        (void)snprintf(text, sizeof text, "{ preset: %s, jobs: 1, load: 1 }",
                       hc_preset_at(i)->name);
        scenario = read_sound(text, &options);
        CU_ASSERT_PTR_EQUAL(options.classes, hc_preset_at(i)->options->classes);
        release(&options, scenario);
    }
}

/* An estimate given for all replaces that of a preset's classes, which are left as they are. */
static void an_estimate_for_all_goes_into_every_class(void)
{
    hc_synthetic_options options;
    hc_scenario *scenario = read_sound(
        "{ preset: demo, jobs: 1, load: 1, estimate: { round_up_to: [1h, 12h] } }", &options);
    CU_ASSERT(options.classes != hc_preset_demo.classes);
    CU_ASSERT_EQUAL_FATAL(options.class_count, hc_preset_demo.class_count);
    for (size_t i = 0; i < options.class_count; i++) {
        const hc_estimate_model *estimate = &options.classes[i].estimate;
        CU_ASSERT(estimate->is_requested);
        CU_ASSERT(estimate->factor.value == 1);
        CU_ASSERT_EQUAL_FATAL(estimate->limit_count, 2);
        CU_ASSERT_EQUAL(estimate->limits[1], 12 * HC_HOUR);
        CU_ASSERT(options.classes[i].share == hc_preset_demo.classes[i].share);
    }
    release(&options, scenario);
}

static void classes_are_read_as_written(void)
{
    hc_synthetic_options options;
    hc_scenario *scenario = read_sound(
        "{ duration: 30d, load: 0.85, max_gpus: 64, users: 10, groups: 2, user_exponent: 0.5, "
        "classes: [{ name: notebooks, share: 80 %, gpus: 1, gpu_fraction: 0.5, priority: -7, "
        "run_time: { kind: "
        "lognormal, median: 10min, sigma: 2, cap: 7d }, outcomes: { failed: 20 %, failed_factor: "
        "0.3 } }, { share: 20 %, gpu_counts: [{ gpus: 8, weight: 3 }, { gpus: 64, weight: 1 }], "
        "run_time: { kind: quantiles, interpolation: linear, quantiles: [{ p: 0, value: 1min }, "
        "{ p: 50 %, value: 2h }, { p: 1, value: 3d }] }, estimate: { factor: { kind: uniform, "
        "minimum: 1, maximum: 4 } } }] }",
        &options);
    const hc_job_class_options *c = options.classes;
    CU_ASSERT_EQUAL(options.duration, 30 * HC_DAY);
    CU_ASSERT_EQUAL(options.max_gpus, 64);
    CU_ASSERT_EQUAL(options.user_count, 10);
    CU_ASSERT_EQUAL(options.group_count, 2);
    CU_ASSERT(options.user_exponent == 0.5);
    CU_ASSERT_EQUAL_FATAL(options.class_count, 2);
    CU_ASSERT_STRING_EQUAL(c[0].name, "notebooks");
    CU_ASSERT_EQUAL(c[0].gpu_milli, 500);
    CU_ASSERT_EQUAL(c[0].priority, -7);
    CU_ASSERT_EQUAL(c[1].priority, 0);
    CU_ASSERT_EQUAL(c[0].run_time.kind, HC_DISTRIBUTION_LOGNORMAL);
    CU_ASSERT(c[0].run_time.median == 600 && c[0].run_time.cap == 604800);
    CU_ASSERT(c[0].outcomes.shares.failed == 0.2 && c[0].outcomes.failed_factor == 0.3);
    CU_ASSERT(!c[0].estimate.is_requested);
    CU_ASSERT_PTR_NULL(c[1].name);
    CU_ASSERT_EQUAL_FATAL(c[1].size_count, 2);
    CU_ASSERT_EQUAL(c[1].sizes[1].gpu_count, 64);
    CU_ASSERT_EQUAL_FATAL(c[1].run_time.quantile_count, 3);
    CU_ASSERT(c[1].run_time.is_linear);
    CU_ASSERT(c[1].run_time.quantiles[1].probability == 0.5);
    CU_ASSERT(c[1].run_time.quantiles[1].value == 7200);
    CU_ASSERT(c[1].estimate.factor.maximum == 4);
    release(&options, scenario);
}

static void arrivals_are_read_as_written(void)
{
    hc_synthetic_options options;
    hc_scenario *scenario = read_sound(
        "{ jobs: 1, mean_gap: 90s, classes: [{ " CLASS " }], arrivals: { process: bursty, "
        "weekdays: [5, 5, 5, 5, 5, 2, 1], burst_ratio: 8, burst_mean: 10min, calm_mean: 2h } }",
        &options);
    CU_ASSERT(options.mean_gap_seconds == 90);
    CU_ASSERT_EQUAL(options.arrivals.process, HC_ARRIVALS_BURSTY);
    CU_ASSERT(options.arrivals.weekday_weights[6] == 1);
    CU_ASSERT(options.arrivals.hour_weights[0] == 0);
    CU_ASSERT(options.arrivals.burst_ratio == 8);
    CU_ASSERT_EQUAL(options.arrivals.burst_mean, 10 * HC_MINUTE);
    CU_ASSERT_EQUAL(options.arrivals.calm_mean, 2 * HC_HOUR);
    release(&options, scenario);
}

static const hc_test_case CASES[] = {
    {"what_the_tables_refuse_is_named_to_the_letter",
     what_the_tables_refuse_is_named_to_the_letter},
    {"what_only_the_reader_can_see_is_named_too", what_only_the_reader_can_see_is_named_too},
    {"a_preset_fills_in_what_is_not_said", a_preset_fills_in_what_is_not_said},
    {"every_preset_is_found_by_its_name", every_preset_is_found_by_its_name},
    {"an_estimate_for_all_goes_into_every_class", an_estimate_for_all_goes_into_every_class},
    {"classes_are_read_as_written", classes_are_read_as_written},
    {"arrivals_are_read_as_written", arrivals_are_read_as_written},
};

HC_TEST_MAIN("synthetic_read", CASES)
