#include "tests/testing.h"
#include "workloads/synthetic/presets.h"
#include "workloads/synthetic/synthetic.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The presets against what was published of the real clusters. Tolerances say how well a workload of a few
 * tables can be expected to meet a log, and leave room for the noise of a sample with heavy tails. */

enum { JOB_COUNT = 1000000 };

typedef struct sample {
    double *run_seconds; /* sorted */
    double count;
    double run_mean;
    double gpu_mean;
    double gpu_max;
    double one_share;      /* of jobs on one GPU */
    double one_work_share; /* of their GPU time */
    double eight_work_share;
    double work_mean;  /* GPU seconds */
    double asked_mean; /* the same with parts of a GPU */
    double gap_mean;
    double gap_cv;
    double outcome_share[HC_OUTCOME_COUNT];
    double outcome_work[HC_OUTCOME_COUNT]; /* shares of GPU time */
    hc_time last_submit;
} sample;

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static void add(sample *s, const hc_job_spec *spec, double *gap_squares)
{
    double run = (double)spec->run_time / 1e9;
    double work = run * spec->request.gpu_count;
    double gap = (double)(spec->submit - s->last_submit) / 1e9;
    s->run_seconds[(size_t)s->count] = run;
    s->count++;
    s->run_mean += run;
    s->gpu_mean += spec->request.gpu_count;
    s->gpu_max = fmax(s->gpu_max, spec->request.gpu_count);
    s->one_share += spec->request.gpu_count == 1;
    s->one_work_share += spec->request.gpu_count == 1 ? work : 0;
    s->eight_work_share += spec->request.gpu_count == 8 ? work : 0;
    s->work_mean += work;
    s->asked_mean += run * (double)hc_request_milli(&spec->request) / HC_WHOLE_GPU;
    s->gap_mean += gap;
    *gap_squares += gap * gap;
    s->outcome_share[spec->outcome]++;
    s->outcome_work[spec->outcome] += work;
    s->last_submit = spec->submit;
}

static void finish(sample *s, double gap_squares)
{
    double gaps = s->count - 1;
    for (int i = 0; i < HC_OUTCOME_COUNT; i++) {
        s->outcome_share[i] /= s->count;
        s->outcome_work[i] /= s->work_mean;
    }
    s->one_work_share /= s->work_mean;
    s->eight_work_share /= s->work_mean;
    s->one_share /= s->count;
    s->run_mean /= s->count;
    s->gpu_mean /= s->count;
    s->work_mean /= s->count;
    s->asked_mean /= s->count;
    s->gap_mean /= gaps;
    s->gap_cv = sqrt(gap_squares / gaps / (s->gap_mean * s->gap_mean) - 1);
    qsort(s->run_seconds, (size_t)s->count, sizeof *s->run_seconds, compare);
}

static sample draw(const char *name, uint64_t seed)
{
    hc_synthetic_options options = *hc_preset_find(name)->options;
    hc_error error = HC_ERROR_NONE;
    hc_job_source source;
    hc_job_spec spec;
    double gap_squares = 0;
    sample s = {.run_seconds = malloc(JOB_COUNT * sizeof(double))};
    CU_ASSERT_PTR_NOT_NULL_FATAL(s.run_seconds);
    options.seed = seed;
    options.job_count = options.job_count == 0 ? JOB_COUNT : options.job_count;
    CU_ASSERT_EQUAL_FATAL(hc_synthetic_create(&source, &options, &error), 0);
    while (source.next(source.self, &spec, &error) == 1) {
        add(&s, &spec, &gap_squares);
    }
    source.destroy(source.self);
    finish(&s, gap_squares);
    return s;
}

static double quantile(const sample *s, double p)
{
    return s->run_seconds[(size_t)(p * (s->count - 1))];
}

/* Within a relative tolerance; the message of a failure shows the published value. */
#define NEAR(found, published, tolerance) \
    CU_ASSERT_DOUBLE_EQUAL(found, published, (tolerance) * (published))

/* Statistics of the list philly_sia_without_2vcs; outcomes and their GPU time: acme_cluster_summary. */
static void philly_is_as_published(void)
{
    sample s = draw("philly", 1);
    NEAR(s.run_mean, 13076.7, 0.03);
    NEAR(quantile(&s, 0.10), 58, 0.10);
    NEAR(quantile(&s, 0.25), 76, 0.05);
    NEAR(quantile(&s, 0.50), 896, 0.05);
    NEAR(quantile(&s, 0.75), 3378, 0.05);
    NEAR(quantile(&s, 0.90), 11087, 0.10);
    NEAR(quantile(&s, 0.95), 39825.5, 0.10);
    NEAR(quantile(&s, 0.99), 253379.2, 0.10);
    NEAR(s.gpu_mean, 1.292, 0.01);
    NEAR(s.one_share, 0.93009, 0.002);
    NEAR(s.one_work_share, 0.17149, 0.06);
    NEAR(s.eight_work_share, 0.52275, 0.04);
    NEAR(s.work_mean, 770135.7 * 3600 / 64871, 0.03);
    CU_ASSERT_EQUAL(s.gpu_max, 128);
    NEAR(s.gap_mean, 105.515, 0.02);
    NEAR(s.gap_cv, 1.996, 0.05);
    NEAR(s.outcome_share[HC_OUTCOME_COMPLETED], 0.604, 0.02);
    NEAR(s.outcome_share[HC_OUTCOME_CANCELLED], 0.090, 0.02);
    NEAR(s.outcome_share[HC_OUTCOME_FAILED], 0.305, 0.02);
    NEAR(s.outcome_work[HC_OUTCOME_COMPLETED], 0.321, 0.04);
    NEAR(s.outcome_work[HC_OUTCOME_CANCELLED], 0.294, 0.04);
    NEAR(s.outcome_work[HC_OUTCOME_FAILED], 0.386, 0.04);
    free(s.run_seconds);
}

/* Statistics of the list helios_venus_gpu_jobs_to_2020-08-31; means before its cut at 172,800 s and outcomes:
 * helios_cluster_summary, Venus. */
static void helios_is_as_published(void)
{
    sample s = draw("helios", 1);
    NEAR(s.run_mean, 13040.6, 0.04);
    NEAR(quantile(&s, 0.10), 16, 0.10);
    NEAR(quantile(&s, 0.25), 70, 0.10);
    NEAR(quantile(&s, 0.50), 205, 0.05);
    NEAR(quantile(&s, 0.75), 1584.5, 0.12);
    NEAR(quantile(&s, 0.90), 20675.6, 0.05);
    NEAR(quantile(&s, 0.95), 58784.4, 0.08);
    NEAR(s.gpu_mean, 6.489, 0.01);
    NEAR(s.one_share, 0.50426, 0.005);
    NEAR(s.one_work_share, 0.0467, 0.10);
    NEAR(s.eight_work_share, 0.26832, 0.10);
    NEAR(s.work_mean, (6373315670.0 + 4920266598.0 + 1052030340.0) / 125303, 0.06);
    CU_ASSERT_EQUAL(s.gpu_max, 200);
    NEAR(s.gap_mean, 132.698, 0.02);
    NEAR(s.gap_cv, 4.313, 0.05);
    NEAR(s.outcome_share[HC_OUTCOME_COMPLETED], 0.526, 0.02);
    NEAR(s.outcome_share[HC_OUTCOME_CANCELLED], 0.272, 0.02);
    NEAR(s.outcome_share[HC_OUTCOME_FAILED], 0.202, 0.03);
    NEAR(s.outcome_work[HC_OUTCOME_COMPLETED], 0.5162, 0.03);
    NEAR(s.outcome_work[HC_OUTCOME_CANCELLED], 0.3985, 0.03);
    NEAR(s.outcome_work[HC_OUTCOME_FAILED], 0.0852, 0.06);
    free(s.run_seconds);
}

/* Those of 99,707 jobs that were cut off at 172,800 s: 1,907. */
static void the_tail_of_helios_begins_where_the_list_ends(void)
{
    sample s = draw("helios", 2);
    double above = 0;
    for (size_t i = (size_t)s.count; i > 0 && s.run_seconds[i - 1] >= 172800; i--) {
        above++;
    }
    NEAR(above / s.count, 1907.0 / 99707, 0.03);
    CU_ASSERT(s.run_seconds[(size_t)s.count - 1] <= 4320009);
    free(s.run_seconds);
}

/* Exact means of the model, free of noise. */
static hc_synthetic_facts facts_of(const char *name)
{
    hc_synthetic_options options = *hc_preset_find(name)->options;
    hc_synthetic_facts facts;
    hc_error error = HC_ERROR_NONE;
    options.job_count = 1;
    CU_ASSERT_EQUAL_FATAL(hc_synthetic_check(&options, &facts, &error), 0);
    return facts;
}

/* acme_cluster_summary, GPU jobs. A few large jobs hold most of the GPU time, so the shares of it are
 * noisy in a million jobs. */
static void acme_seren_is_as_published(void)
{
    sample s = draw("acme-seren", 3);
    NEAR(s.run_mean, 1414.335, 0.03);
    NEAR(quantile(&s, 0.5), 122, 0.02);
    CU_ASSERT(quantile(&s, 1) <= 1209604);
    NEAR(s.gpu_mean, 5.68, 0.02);
    CU_ASSERT(s.one_share > 0.5); /* median 1 */
    CU_ASSERT_EQUAL(s.gpu_max, 1024);
    NEAR(facts_of("acme-seren").mean_gpu_seconds,
         (4560592618.0 + 14274584510.0 + 2675447459.0) / 663813, 0.005);
    NEAR(s.outcome_share[HC_OUTCOME_COMPLETED], 0.497, 0.01);
    NEAR(s.outcome_share[HC_OUTCOME_CANCELLED], 0.075, 0.02);
    NEAR(s.outcome_share[HC_OUTCOME_FAILED], 0.429, 0.01);
    NEAR(s.outcome_work[HC_OUTCOME_COMPLETED], 0.212, 0.15);
    NEAR(s.outcome_work[HC_OUTCOME_CANCELLED], 0.664, 0.08);
    NEAR(s.outcome_work[HC_OUTCOME_FAILED], 0.124, 0.20);
    NEAR(s.gap_mean, 184 * 86400.0 / 663813, 0.05);
    CU_ASSERT(s.gap_cv > 2 && s.gap_cv < 4.3);
    free(s.run_seconds);
}

static void acme_kalos_is_as_published(void)
{
    sample s = draw("acme-kalos", 2);
    NEAR(s.run_mean, 1259.689, 0.05);
    NEAR(quantile(&s, 0.5), 124, 0.02);
    CU_ASSERT(quantile(&s, 1) <= 625740);
    NEAR(s.gpu_mean, 26.77, 0.02);
    CU_ASSERT(s.one_share > 0.5); /* median 1 */
    CU_ASSERT_EQUAL(s.gpu_max, 1024);
    NEAR(facts_of("acme-kalos").mean_gpu_seconds,
         (1667685146.0 + 3239202064.0 + 426292851.0) / 19907, 0.005);
    NEAR(s.outcome_share[HC_OUTCOME_COMPLETED], 0.541, 0.01);
    NEAR(s.outcome_share[HC_OUTCOME_CANCELLED], 0.062, 0.02);
    NEAR(s.outcome_share[HC_OUTCOME_FAILED], 0.397, 0.01);
    NEAR(s.outcome_work[HC_OUTCOME_COMPLETED], 0.313, 0.15);
    NEAR(s.outcome_work[HC_OUTCOME_CANCELLED], 0.607, 0.08);
    NEAR(s.outcome_work[HC_OUTCOME_FAILED], 0.080, 0.20);
    NEAR(s.gap_mean, 184 * 86400.0 / 19907, 0.02);
    CU_ASSERT(s.gap_cv > 2 && s.gap_cv < 4.3);
    free(s.run_seconds);
}

/* Statistics of the list pai_v2020_sub, where parts of a GPU count as one; their mean: acme_cluster_summary. */
static void pai_is_as_published(void)
{
    sample s = draw("pai", 1);
    NEAR(s.run_mean, 5028.6, 0.04);
    NEAR(quantile(&s, 0.10), 41, 0.10);
    NEAR(quantile(&s, 0.25), 131, 0.10);
    NEAR(quantile(&s, 0.50), 618, 0.05);
    NEAR(quantile(&s, 0.75), 3699, 0.05);
    NEAR(quantile(&s, 0.90), 12201, 0.05);
    NEAR(quantile(&s, 0.95), 22751, 0.08);
    NEAR(quantile(&s, 0.99), 66191.52, 0.08);
    CU_ASSERT_EQUAL(quantile(&s, 1), 172800);
    NEAR(s.gpu_mean, 4.969, 0.02);
    NEAR(s.one_share, 0.77014, 0.005);
    NEAR(s.one_work_share, 0.08249, 0.05);
    NEAR(s.work_mean, 687854.2 * 3600 / 60105, 0.04);
    CU_ASSERT_EQUAL(s.gpu_max, 400);
    /* halves and wholes: 0.683 of a GPU on average */
    NEAR((s.asked_mean - s.work_mean * (1 - s.one_work_share)) / (s.work_mean * s.one_work_share),
         0.683, 0.02);
    NEAR(s.gap_mean, 91.539, 0.02);
    NEAR(s.gap_cv, 2.438, 0.05);
    CU_ASSERT_EQUAL(s.outcome_share[HC_OUTCOME_COMPLETED], 1);
    free(s.run_seconds);
}

/* 100,000 jobs in a month on 2,048 GPUs, load between 0.85 and 0.9; in single months a few gangs move it. */
static void demo_fills_a_month(void)
{
    double capacity_seconds = 2048 * 30 * 86400.0;
    NEAR(facts_of("demo").mean_gpu_seconds * 100000 / capacity_seconds, 0.875, 0.025);
    for (uint64_t seed = 0; seed < 20; seed++) {
        sample s = draw("demo", seed);
        CU_ASSERT_EQUAL(s.count, 100000);
        CU_ASSERT(s.last_submit < 30 * HC_DAY && s.last_submit > 29 * HC_DAY);
        NEAR(s.work_mean * s.count / capacity_seconds, 0.875, 0.18);
        CU_ASSERT_EQUAL(s.gpu_max, 1024);
        CU_ASSERT(s.one_share > 0.7 && s.one_share < 0.8);
        CU_ASSERT(quantile(&s, 0.5) > 150 &&
                  quantile(&s, 0.5) < 250); /* Venus 205 s, Helios 206 s */
        CU_ASSERT(quantile(&s, 1) <= 7 * 86400);
        CU_ASSERT(s.gap_cv > 2 && s.gap_cv < 4.3);
        free(s.run_seconds);
    }
}

/* The median of requested / run time was 2.1 (HPC2N), 2.5 (KTH-SP2) and 7.4 (SDSC-BLUE). */
static void demo_asks_for_usual_limits(void)
{
    hc_synthetic_options options = *hc_preset_find("demo")->options;
    hc_error error = HC_ERROR_NONE;
    hc_job_source source;
    hc_job_spec spec;
    double ratios[7] = {0}; /* below 2^(i + 1), summed up */
    CU_ASSERT_EQUAL_FATAL(hc_synthetic_create(&source, &options, &error), 0);
    while (source.next(source.self, &spec, &error) == 1) {
        CU_ASSERT(spec.time_limit >= 15 * HC_MINUTE && spec.time_limit % (15 * HC_MINUTE) == 0);
        for (int i = 0; i < 7; i++) {
            ratios[i] += spec.time_limit < spec.run_time << (i + 1);
        }
    }
    source.destroy(source.self);
    CU_ASSERT(ratios[0] < 50000); /* less than half below 2 */
    CU_ASSERT(ratios[2] > 50000); /* more than half below 8 */
}

/* Submissions by hour: a day cycle of 10 to 1, weekends at 0.7 of a weekday (Venus). */
static void demo_has_days_and_weekends(void)
{
    hc_synthetic_options options = *hc_preset_find("demo")->options;
    hc_error error = HC_ERROR_NONE;
    hc_job_source source;
    hc_job_spec spec;
    double hours[24] = {0};
    double weekend = 0;
    double weekdays = 0;
    CU_ASSERT_EQUAL_FATAL(hc_synthetic_create(&source, &options, &error), 0);
    while (source.next(source.self, &spec, &error) == 1 && spec.submit < 28 * HC_DAY) {
        hours[spec.submit / HC_HOUR % 24]++;
        weekend += spec.submit / HC_DAY % 7 >= 5;
        weekdays += spec.submit / HC_DAY % 7 < 5;
    }
    source.destroy(source.self);
    CU_ASSERT(hours[17] > 6 * hours[6] && hours[17] < 16 * hours[6]);
    CU_ASSERT_DOUBLE_EQUAL(weekend / 2 / (weekdays / 5), 0.7, 0.1);
}

static void presets_are_found_by_name(void)
{
    char names[200] = "";
    size_t length = 0;
    for (size_t i = 0; i < HC_PRESET_COUNT; i++) {
        const hc_preset *preset = hc_preset_at(i);
        CU_ASSERT_PTR_EQUAL(hc_preset_find(preset->name), preset);
        length += (size_t)snprintf(names + length, sizeof names - length, "%s%s", i == 0 ? "" : "|",
                                   preset->name);
    }
    CU_ASSERT_STRING_EQUAL(names, HC_PRESET_NAMES);
    CU_ASSERT_PTR_NULL(hc_preset_find("Philly"));
}

static const hc_test_case CASES[] = {
    {"presets_are_found_by_name", presets_are_found_by_name},
    {"philly_is_as_published", philly_is_as_published},
    {"helios_is_as_published", helios_is_as_published},
    {"the_tail_of_helios_begins_where_the_list_ends",
     the_tail_of_helios_begins_where_the_list_ends},
    {"acme_seren_is_as_published", acme_seren_is_as_published},
    {"acme_kalos_is_as_published", acme_kalos_is_as_published},
    {"pai_is_as_published", pai_is_as_published},
    {"demo_fills_a_month", demo_fills_a_month},
    {"demo_asks_for_usual_limits", demo_asks_for_usual_limits},
    {"demo_has_days_and_weekends", demo_has_days_and_weekends},
};

HC_TEST_MAIN("presets", CASES)
