/* Jobs made by hand. */

#include "analysis/survey.h"
#include "sim/placement/placements.h"
#include "tests/testing.h"

#include <math.h>
#include <stdio.h>

#define MONDAY (INT64_C(1506902400) * HC_SECOND) /* 2017-10-02 */
#define WEEK (7 * HC_DAY)
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Jobs out of an array. */
typedef struct list {
    const hc_job_spec *specs;
    size_t count;
    size_t next;
} list;

static int next(void *self, hc_job_spec *out, hc_error *error)
{
    list *l = self;
    (void)error;
    if (l->next == l->count) {
        return 0;
    }
    *out = l->specs[l->next++];
    return 1;
}

static hc_job_source_facts facts(void *self)
{
    (void)self;
    return (hc_job_source_facts){.last_submit = HC_TIME_MISSING};
}

/* Two nodes with eight V100 each, one with four T4. */
static hc_machine *make_machine(void)
{
    static const hc_node_group GROUPS[] = {
        {.count = 2,
         .gpu_count = 8,
         .kind = "V100",
         .cpu_milli = HC_UNLIMITED,
         .memory_bytes = HC_UNLIMITED},
        {.count = 1,
         .gpu_count = 4,
         .kind = "T4",
         .cpu_milli = HC_UNLIMITED,
         .memory_bytes = HC_UNLIMITED},
    };
    hc_error error = HC_ERROR_NONE;
    hc_machine *machine = hc_machine_create();
    CU_ASSERT_PTR_NOT_NULL_FATAL(machine);
    for (size_t i = 0; i < COUNT_OF(GROUPS); i++) {
        CU_ASSERT_EQUAL_FATAL(hc_machine_add(machine, &GROUPS[i], &error), 0);
    }
    CU_ASSERT_EQUAL_FATAL(hc_machine_freeze(machine, &error), 0);
    return machine;
}

/* @param calendar  NULL: none */
static hc_survey survey_over(const hc_job_spec *specs, size_t count, bool is_dated,
                             const hc_calendar *calendar)
{
    hc_error error = HC_ERROR_NONE;
    list jobs = {.specs = specs, .count = count};
    const hc_job_source source = {.self = &jobs, .next = next, .facts = facts};
    hc_machine *machine = make_machine();
    hc_survey made;
    CU_ASSERT_EQUAL_FATAL(hc_survey_make(&made, &source, machine, calendar, &hc_placement_packed,
                                         (hc_run_clock){.is_dated = is_dated}, &error),
                          0);
    hc_machine_destroy(machine);
    return made;
}

static hc_survey survey(const hc_job_spec *specs, size_t count, bool is_dated)
{
    return survey_over(specs, count, is_dated, NULL);
}

enum { V100 = 1, T4 = 2 };

static hc_job_spec job(hc_time submit, uint32_t gpus, hc_time run_time, uint64_t kinds)
{
    return (hc_job_spec){.submit = submit,
                         .run_time = run_time,
                         .request = {.kinds = kinds, .gpu_count = gpus, .gpu_milli = HC_WHOLE_GPU}};
}

/* From Wednesday to the Wednesday two weeks later: 14 days on 20 GPUs. The demand is 8 GPUs x 70 h, 4 x 35 h and
 * 2 x 14 d, that is 700 GPU-hours in the first week and 672 in the last; the weeks seen are 5 and 2 days long. */
static void load_is_demand_by_capacity(void)
{
    const hc_job_spec jobs[] = {
        job(MONDAY + 2 * HC_DAY, 8, 70 * HC_HOUR, V100),
        job(MONDAY + 3 * HC_DAY, 4, 35 * HC_HOUR, T4),
        job(MONDAY + 16 * HC_DAY, 2, 14 * HC_DAY, UINT64_MAX),
    };
    hc_survey s = survey(jobs, COUNT_OF(jobs), true);
    size_t week = 9;
    CU_ASSERT_EQUAL(s.gpu_count, 20);
    CU_ASSERT_EQUAL_FATAL(s.week_count, 3);
    CU_ASSERT_EQUAL(s.weeks[0].begin, MONDAY);
    CU_ASSERT_EQUAL(s.weeks[0].job_count, 2);
    CU_ASSERT_DOUBLE_EQUAL(hc_survey_load(&s), 1372.0 / (20 * 336), 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(hc_survey_week_load(&s, 0), 700.0 / (20 * 120), 1e-12);
    CU_ASSERT_EQUAL(hc_survey_week_load(&s, 1), 0);
    CU_ASSERT_DOUBLE_EQUAL(hc_survey_week_load(&s, 2), 672.0 / (20 * 48), 1e-12);
    CU_ASSERT_EQUAL_FATAL(s.demand_count, 3);
    CU_ASSERT_EQUAL(s.demands[0].gpu_count, 16);
    CU_ASSERT_EQUAL(s.demands[1].gpu_count, 4);
    CU_ASSERT_EQUAL(s.demands[2].gpu_count, 20);
    CU_ASSERT_DOUBLE_EQUAL(hc_survey_demand_load(&s, &s.demands[0]), 560.0 / (16 * 336), 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(hc_survey_demand_peak(&s, &s.demands[2], &week), 0.7, 1e-12);
    CU_ASSERT_EQUAL(week, 2);
    hc_survey_free(&s);
}

/* The same jobs; 20 GPUs for 7 days, then 16 V100 for 4 days, then 8 for 3: 228 GPU-days. */
static void load_is_demand_by_capacity_in_service(void)
{
    const hc_job_spec jobs[] = {
        job(MONDAY + 2 * HC_DAY, 8, 70 * HC_HOUR, V100),
        job(MONDAY + 3 * HC_DAY, 4, 35 * HC_HOUR, T4),
        job(MONDAY + 16 * HC_DAY, 2, 14 * HC_DAY, UINT64_MAX),
    };
    hc_calendar_step steps[] = {
        {.at = MONDAY + 9 * HC_DAY, .gpu_count = 16, .node_count = 2},
        {.at = MONDAY + 13 * HC_DAY, .gpu_count = 8, .node_count = 1},
    };
    const hc_calendar calendar = {.steps = steps, .count = COUNT_OF(steps)};
    hc_survey s = survey_over(jobs, COUNT_OF(jobs), true, &calendar);
    CU_ASSERT_EQUAL(s.gpu_count, 20);
    CU_ASSERT_DOUBLE_EQUAL(hc_survey_load(&s), 1372.0 / (228 * 24), 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(hc_survey_week_load(&s, 0), 700.0 / (20 * 120), 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(hc_survey_week_load(&s, 2), 672.0 / (8 * 48), 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(hc_survey_demand_load(&s, &s.demands[0]), 560.0 / (200 * 24), 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(hc_survey_demand_load(&s, &s.demands[1]), 140.0 / (28 * 24), 1e-12);
    hc_survey_free(&s);
}

static void without_dates_weeks_begin_with_the_first_job(void)
{
    const hc_job_spec jobs[] = {job(12345, 1, HC_HOUR, UINT64_MAX),
                                job(12345 + WEEK, 1, HC_HOUR, UINT64_MAX)};
    hc_survey s = survey(jobs, COUNT_OF(jobs), false);
    CU_ASSERT_EQUAL_FATAL(s.week_count, 2);
    CU_ASSERT_EQUAL(s.weeks[0].begin, 12345);
    CU_ASSERT_EQUAL(s.weeks[1].begin, 12345 + WEEK);
    hc_survey_free(&s);
}

static void jobs_that_can_never_fit_are_counted_by_reason(void)
{
    hc_job_spec jobs[] = {
        job(0, 17, HC_HOUR, V100), job(0, 16, HC_HOUR, V100), job(0, 9, HC_HOUR, V100),
        job(0, 1, HC_HOUR, 0),     job(0, 1, HC_HOUR, T4),
    };
    hc_survey s;
    jobs[2].request.is_single_node = true;
    jobs[4].partition.index = 7;
    s = survey(jobs, COUNT_OF(jobs), false);
    CU_ASSERT_EQUAL(s.rejection_counts[HC_REJECTION_NONE], 1);
    CU_ASSERT_EQUAL(s.rejection_counts[HC_REJECTION_SIZE], 1);
    CU_ASSERT_EQUAL(s.rejection_counts[HC_REJECTION_NODE], 1);
    CU_ASSERT_EQUAL(s.rejection_counts[HC_REJECTION_KIND], 1);
    CU_ASSERT_EQUAL(s.rejection_counts[HC_REJECTION_PARTITION], 1);
    hc_survey_free(&s);
}

static void no_jobs_are_no_load(void)
{
    hc_survey s = survey(NULL, 0, true);
    CU_ASSERT_EQUAL(s.job_count, 0);
    CU_ASSERT_EQUAL(s.week_count, 0);
    CU_ASSERT(isnan(hc_survey_load(&s)));
    CU_ASSERT_EQUAL(s.first_submit, HC_TIME_MISSING);
    hc_survey_free(&s);
}

/* More sets of kinds than are kept apart: the last place takes the rest. */
static void too_many_sets_of_kinds_share_one_place(void)
{
    hc_job_spec jobs[100];
    hc_survey s;
    for (size_t i = 0; i < COUNT_OF(jobs); i++) {
        jobs[i] = job(0, 1, HC_HOUR, i + 1);
    }
    s = survey(jobs, COUNT_OF(jobs), false);
    CU_ASSERT_EQUAL_FATAL(s.demand_count, HC_SURVEY_MAX_DEMANDS);
    CU_ASSERT_EQUAL(s.demands[0].job_count, 1);
    CU_ASSERT_EQUAL(s.demands[HC_SURVEY_MAX_DEMANDS - 1].kinds, UINT64_MAX);
    CU_ASSERT_EQUAL(s.demands[HC_SURVEY_MAX_DEMANDS - 1].job_count,
                    COUNT_OF(jobs) - (HC_SURVEY_MAX_DEMANDS - 1));
    hc_survey_free(&s);
}

/* Jobs by week; the first week may begin late in the week. */
typedef struct weeks {
    size_t counts[8];
    hc_time first_day;
    size_t censored;
} weeks;

static const weeks WEEKS[] = {
    {{2, 3, 100, 110, 90, 100, 120, 100}, 0, 2},
    {{2, 3, 40, 100, 110, 90, 100, 120}, 0, 3},     /* the third fills up */
    {{40, 100, 110, 90, 100, 120, 100, 100}, 0, 0}, /* a slow week is no survivor */
    {{100, 110, 90, 100, 120, 100, 100, 3}, 0, 0},  /* nor is the end of the log */
    {{15, 100, 110, 90, 100, 120, 100, 100}, 6, 0}, /* a Sunday alone, as busy as other days */
    {{1, 100, 110, 90, 100, 120, 100, 100}, 6, 1},
    {{2, 3, 3, 3, 3, 100, 110, 90}, 0, 0}, /* what is usual is few */
    {{1, 2, 4, 8, 16, 32, 64, 128}, 0, 4}, /* growth ends at the middle at the latest */
};

static void leading_weeks_of_survivors_are_named(void)
{
    for (size_t i = 0; i < COUNT_OF(WEEKS); i++) {
        hc_job_spec jobs[1000];
        size_t count = 0;
        hc_survey s;
        for (hc_time week = 0; week < 8; week++) {
            for (size_t j = 0; j < WEEKS[i].counts[week]; j++) {
                hc_time day = week == 0 ? WEEKS[i].first_day : 3;
                jobs[count++] = job(MONDAY + week * WEEK + day * HC_DAY, 1, HC_HOUR, UINT64_MAX);
            }
        }
        s = survey(jobs, count, true);
        CU_ASSERT_EQUAL(s.censored_week_count, WEEKS[i].censored);
        if (s.censored_week_count != WEEKS[i].censored) {
            printf("\ncase %zu: found %zu\n", i, s.censored_week_count);
        }
        hc_survey_free(&s);
    }
}

static const hc_test_case CASES[] = {
    {"load_is_demand_by_capacity", load_is_demand_by_capacity},
    {"load_is_demand_by_capacity_in_service", load_is_demand_by_capacity_in_service},
    {"without_dates_weeks_begin_with_the_first_job", without_dates_weeks_begin_with_the_first_job},
    {"jobs_that_can_never_fit_are_counted_by_reason",
     jobs_that_can_never_fit_are_counted_by_reason},
    {"no_jobs_are_no_load", no_jobs_are_no_load},
    {"too_many_sets_of_kinds_share_one_place", too_many_sets_of_kinds_share_one_place},
    {"leading_weeks_of_survivors_are_named", leading_weeks_of_survivors_are_named},
};

HC_TEST_MAIN("survey", CASES)
