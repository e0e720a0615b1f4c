#include "tests/testing.h"
#include "workloads/catalogue/carbon.h"
#include "workloads/training/training_run.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_near(double found, double expected)
{
    return fabs(found - expected) <= 1e-9 * fabs(expected);
}

/* DeepSeek-V3 (arXiv:2412.19437): 2,788,000 H800-hours at 2 USD; BLOOM (arXiv:2211.02001): 433,196 kWh in 1,082,990
 * hours of 400 W without PUE, 57 g/kWh give 24.69 t. */
static void published_runs_cost_what_they_say(void)
{
    hc_step_time step = {.seconds = 1, .tokens = 1, .model_flops = 1, .peak_flops = 4};
    hc_training_terms terms = {.steps = 2788000.0 * 3600 / 2048,
                               .dollars_per_gpu_hour = 2,
                               .watts = 400,
                               .watts_share = 1,
                               .pue = 1,
                               .grams_per_kwh = 57};
    hc_training_run run;
    hc_training_run_make(&run, &step, 2048, &terms);
    CU_ASSERT(is_near(run.gpu_hours, 2788000));
    CU_ASSERT(is_near(run.dollars, 5576000));
    CU_ASSERT(is_near(run.mfu, 1.0 / (2048.0 * 4)));
    terms.steps = 1082990.0 * 3600 / 384;
    hc_training_run_make(&run, &step, 384, &terms);
    CU_ASSERT(is_near(run.kwh, 433196));
    CU_ASSERT(is_near(run.kg_co2, 24692.172));
}

static void tokens_are_passed_over_in_whole_steps(void)
{
    hc_parallel_plan plan = {.global_batch = 10, .sequence = 100};
    CU_ASSERT_EQUAL(hc_training_steps_of_tokens(10000, &plan), 10);
    CU_ASSERT_EQUAL(hc_training_steps_of_tokens(10001, &plan), 11);
}

static double number_behind(const char **text, const char *name)
{
    char *end = NULL;
    const char *at = strstr(*text, name);
    double value = at == NULL ? NAN : strtod(at + strlen(name), &end);
    *text = at == NULL ? *text : end;
    return value;
}

/* Failures of a node in a day: of Meta's clusters RSC-1 and RSC-2, else of Llama 3's. */
static double rate_of(const char *line)
{
    return strncmp(line, "RSC-1", 5) == 0   ? 0.0065
           : strncmp(line, "RSC-2", 5) == 0 ? 0.00234
                                            : 0.00378870081;
}

/* Rows of golden/closed_forms/ettr.csv of the exact renewal form. */
static void effective_share_equals_the_renewal_form(void)
{
    char line[512];
    size_t count = 0;
    FILE *file = fopen(hc_test_shared_file("golden/closed_forms/ettr.csv"), "r");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    while (fgets(line, sizeof line, file) != NULL) {
        const char *at = strstr(line, ",gpus=");
        double gpus = 0;
        double minutes[3];
        double expected = 0;
        hc_training_failures f = {.failures_per_node_day = rate_of(line)};
        if (strstr(line, "renewal") == NULL || at == NULL) {
            continue;
        }
        gpus = number_behind(&at, "gpus=");
        minutes[0] = number_behind(&at, "dt_min=");
        minutes[1] = number_behind(&at, "u0_min=");
        minutes[2] = number_behind(&at, "w_min=");
        expected = number_behind(&at, "ettr,");
        f.nodes = gpus / 8;
        f.interval_seconds = minutes[0] * 60;
        f.restart_seconds = minutes[1] * 60;
        f.checkpoint_seconds = minutes[2] * 60;
        CU_ASSERT_DOUBLE_EQUAL(hc_training_effective_share(&f, NULL), expected, 1e-8);
        count++;
    }
    (void)fclose(file);
    CU_ASSERT(count > 100);
}

static void no_interval_loses_less_than_the_one_chosen(void)
{
    hc_training_failures f = {.failures_per_node_day = 0.0065,
                              .nodes = 256,
                              .checkpoint_seconds = 60,
                              .restart_seconds = 300};
    double interval = 0;
    double best = hc_training_effective_share(&f, &interval);
    for (int tenths = 5; tenths < 20; tenths++) {
        f.interval_seconds = interval * tenths / 10;
        CU_ASSERT(hc_training_effective_share(&f, NULL) <= best + 1e-5);
    }
    f.interval_seconds = 0;
    f.checkpoint_seconds = 0; /* only restarts are lost */
    CU_ASSERT(is_near(hc_training_effective_share(&f, &interval),
                      86400 / (0.0065 * 256) / (86400 / (0.0065 * 256) + 300)));
    f.nodes = 0;
    CU_ASSERT_EQUAL(hc_training_effective_share(&f, NULL), 1);
}

static void regions_are_found_and_suggested(void)
{
    CU_ASSERT_EQUAL(hc_carbon_default()->grams_per_kwh, 430);
    CU_ASSERT_EQUAL(hc_carbon_find("Europe-West9")->grams_per_kwh, 34);
    CU_ASSERT_PTR_NULL(hc_carbon_find("mars-north1"));
    CU_ASSERT_STRING_EQUAL(hc_carbon_suggest("europe-wset9"), "europe-west9");
    for (size_t i = 1; i < hc_carbon_count(); i++) {
        CU_ASSERT(strcmp(hc_carbon_at(i - 1)->name, hc_carbon_at(i)->name) < 0);
    }
}

static const hc_test_case CASES[] = {
    {"published_runs_cost_what_they_say", published_runs_cost_what_they_say},
    {"tokens_are_passed_over_in_whole_steps", tokens_are_passed_over_in_whole_steps},
    {"effective_share_equals_the_renewal_form", effective_share_equals_the_renewal_form},
    {"no_interval_loses_less_than_the_one_chosen", no_interval_loses_less_than_the_one_chosen},
    {"regions_are_found_and_suggested", regions_are_found_and_suggested},
};

HC_TEST_MAIN("training_run", CASES)
