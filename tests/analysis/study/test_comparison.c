#include "analysis/study/comparison.h"

#include "tests/testing.h"
#include "tests/traces/study/made_study.h"

#include <math.h>
#include <stdlib.h>

static hc_made_study made;
static hc_study_table table;
static hc_study_comparisons comparisons;

static void begin(size_t first, size_t second)
{
    hc_error error = HC_ERROR_NONE;
    hc_study_question question;
    hc_made_study_fill(&made, 0);
    for (size_t i = 0; i < HC_MADE_VALUES; i++) {
        made.values[i] = made.runs[i / HC_MADE_OUTPUTS].state == HC_STUDY_OK ? made.values[i] : NAN;
    }
    question = hc_study_question_of(&made.content);
    question.by_count = second < 2 ? 2 : 1;
    question.by[0] = first;
    question.by[1] = second;
    CU_ASSERT_EQUAL_FATAL(hc_study_table_make(&table, &made.content, &question, &error), 0);
}

static void end(void)
{
    hc_study_comparisons_release(&comparisons);
    hc_study_table_release(&table);
}

static void compare(uint32_t baseline)
{
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL_FATAL(hc_study_compare(&comparisons, &table, baseline, &error), 0);
}

enum { NODES, POLICY, NONE };

/* -600, -630, -570, -610, -590: mean -600, deviation sqrt(500); t(0.95, 4) = 2.132. Unpaired, the seeds' 1,800 s
 * hide it. */
static void pairs_show_what_the_seeds_hide(void)
{
    double half = 2.132 * sqrt(500.0 / 5);
    begin(NODES, POLICY);
    compare(0);
    CU_ASSERT_EQUAL_FATAL(comparisons.count, 3);
    for (size_t i = 0; i < 2; i++) {
        const hc_study_comparison *c = &comparisons.items[i];
        const hc_study_difference *d = &c->differences[0];
        const hc_interval *las = hc_study_table_interval(&table, c->group, 0);
        const hc_interval *easy = hc_study_table_interval(&table, c->baseline, 0);
        CU_ASSERT_EQUAL(c->pair_count, 5);
        CU_ASSERT_EQUAL(c->setting_count, 1);
        CU_ASSERT(c->shares_seeds);
        CU_ASSERT_DOUBLE_EQUAL(d->interval.mean, -600, 1e-9);
        CU_ASSERT_DOUBLE_EQUAL(d->interval.half_width, half, 0.01);
        CU_ASSERT(d->is_distinguishable);
        CU_ASSERT(las->mean + las->half_width > easy->mean - easy->half_width);
        CU_ASSERT(!c->differences[1].is_distinguishable); /* the same utilization */
        CU_ASSERT_EQUAL(c->differences[1].interval.mean, 0);
    }
    CU_ASSERT_EQUAL(comparisons.items[0].differences[0].baseline_mean, 32400);
    CU_ASSERT_EQUAL(comparisons.items[1].differences[0].baseline_mean, 10800);
    end();
}

/* The last point has three good repetitions: the other side is looked at in those alone. */
static void what_failed_on_one_side_is_left_out_on_both(void)
{
    begin(NODES, POLICY);
    compare(0);
    CU_ASSERT_EQUAL(comparisons.items[2].pair_count, 3);
    CU_ASSERT_DOUBLE_EQUAL(comparisons.items[2].differences[0].interval.mean, -600, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(comparisons.items[2].differences[0].baseline_mean, 5400, 1e-9);
    end();
}

/* By policy alone a repetition's value is the mean of the three sizes: of the repetitions that all sizes have. */
static void other_variables_are_settings_to_be_paired(void)
{
    begin(POLICY, NONE);
    compare(0);
    CU_ASSERT_EQUAL(table.groups.count, 2);
    CU_ASSERT_EQUAL(hc_study_table_interval(&table, 0, 0)->count, 5);
    CU_ASSERT_DOUBLE_EQUAL(hc_study_table_interval(&table, 0, 0)->mean, 16200, 1e-9);
    CU_ASSERT_EQUAL(hc_study_table_interval(&table, 1, 0)->count, 3);
    CU_ASSERT_EQUAL_FATAL(comparisons.count, 1);
    CU_ASSERT_EQUAL(comparisons.items[0].setting_count, 3);
    CU_ASSERT_EQUAL(comparisons.items[0].pair_count, 3);
    CU_ASSERT_DOUBLE_EQUAL(comparisons.items[0].differences[0].interval.mean, -600, 1e-9);
    end();
}

static void any_value_can_be_the_baseline(void)
{
    hc_error error = HC_ERROR_NONE;
    uint32_t level = 99;
    begin(NODES, NONE);
    CU_ASSERT_EQUAL(hc_study_find_level(&table, "36.0", &level, &error), 0);
    CU_ASSERT_EQUAL(level, 1);
    compare(level);
    CU_ASSERT_EQUAL(comparisons.count, 2);
    CU_ASSERT_EQUAL(comparisons.items[0].differences[2].interval.mean, 5750 * -4);
    CU_ASSERT_EQUAL(comparisons.items[0].differences[2].interval.half_width, 0);
    CU_ASSERT(comparisons.items[0].differences[2].is_distinguishable);
    CU_ASSERT_EQUAL(hc_study_find_level(&table, "36x", &level, &error), -1);
    CU_ASSERT_STRING_EQUAL(error.text, "--baseline: nodes is never \"36x\"; it is 32, 36, 40");
    CU_ASSERT_EQUAL(error.kind, HC_ERROR_USAGE);
    end();
    begin(NODES, POLICY);
    error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL(hc_study_find_level(&table, "las", &level, &error), 0);
    CU_ASSERT_EQUAL(level, 1);
    CU_ASSERT_EQUAL(hc_study_find_level(&table, "fcfs", &level, &error), -1);
    CU_ASSERT_STRING_EQUAL(error.text, "--baseline: policy is never \"fcfs\"; it is easy, las");
    end();
}

static void seeds_that_differ_are_told(void)
{
    hc_error error = HC_ERROR_NONE;
    hc_study_question question;
    hc_made_study_fill(&made, 0);
    made.runs[7].seed++;
    question = hc_study_question_of(&made.content);
    CU_ASSERT_EQUAL(hc_study_table_make(&table, &made.content, &question, &error), 0);
    compare(0);
    CU_ASSERT(!comparisons.items[0].shares_seeds);
    CU_ASSERT(comparisons.items[1].shares_seeds);
    end();
}

/* Of points that each have their own value of everything none can be paired. */
static void points_without_a_common_setting_are_not_compared(void)
{
    hc_error error = HC_ERROR_NONE;
    hc_study_question question;
    hc_made_study_fill(&made, 0);
    for (size_t i = 0; i < HC_MADE_POINTS; i++) {
        made.points[2 * i].number = (double)i;
    }
    question = hc_study_question_of(&made.content);
    question.by_count = 1;
    question.by[0] = POLICY;
    CU_ASSERT_EQUAL(hc_study_table_make(&table, &made.content, &question, &error), 0);
    compare(0);
    CU_ASSERT_EQUAL(comparisons.items[0].setting_count, 0);
    CU_ASSERT_EQUAL(comparisons.items[0].pair_count, 0);
    CU_ASSERT(isnan(comparisons.items[0].differences[0].interval.mean));
    CU_ASSERT(!comparisons.items[0].differences[0].is_distinguishable);
    end();
}

static void groups_follow_numbers_and_first_occurrence(void)
{
    static const size_t BY[] = {POLICY, NODES};
    hc_error error = HC_ERROR_NONE;
    hc_study_groups groups;
    hc_made_study_fill(&made, 0);
    made.points[0].number = 100;
    made.points[1].text = "z";
    CU_ASSERT_EQUAL(hc_study_groups_make(&groups, &made.content, BY, 2, &error), 0);
    CU_ASSERT_EQUAL_FATAL(groups.count, 6);
    CU_ASSERT_EQUAL(groups.items[0].points[0], 0); /* z came first */
    CU_ASSERT_EQUAL(groups.items[1].points[0], 1); /* then las, by nodes */
    CU_ASSERT_EQUAL(groups.items[2].points[0], 3);
    CU_ASSERT_EQUAL(groups.items[3].points[0], 5);
    CU_ASSERT_EQUAL(groups.items[4].points[0], 2); /* then easy */
    CU_ASSERT_EQUAL(groups.items[5].points[0], 4);
    CU_ASSERT_EQUAL(hc_study_group_value(&groups, 0, NODES)->number, 100);
    hc_study_groups_release(&groups);
    CU_ASSERT_EQUAL(hc_study_groups_make(&groups, &made.content, BY, 0, &error), 0);
    CU_ASSERT_EQUAL(groups.count, 1);
    CU_ASSERT_EQUAL(groups.items[0].point_count, HC_MADE_POINTS);
    hc_study_groups_release(&groups);
}

/* What the file's own table says is what the report says, in whatever order the runs stand. */
static void the_summary_is_the_table_by_all_variables(void)
{
    static const size_t SHIFTS[] = {0, 7, 29};
    for (size_t s = 0; s < sizeof SHIFTS / sizeof SHIFTS[0]; s++) {
        hc_error error = HC_ERROR_NONE;
        hc_study_summary_row *rows = NULL;
        begin(NODES, POLICY);
        hc_made_study_fill(&made, SHIFTS[s]);
        CU_ASSERT_EQUAL_FATAL(hc_study_summary_make(&rows, &made.content, 0.9, &error), 0);
        for (size_t i = 0; i < HC_MADE_CELLS; i++) {
            const hc_interval *interval =
                hc_study_table_interval(&table, i / HC_MADE_OUTPUTS, i % HC_MADE_OUTPUTS);
            CU_ASSERT_EQUAL(rows[i].point, i / HC_MADE_OUTPUTS);
            CU_ASSERT_EQUAL(rows[i].output, i % HC_MADE_OUTPUTS);
            CU_ASSERT_EQUAL(rows[i].count, interval->count);
            CU_ASSERT_DOUBLE_EQUAL(rows[i].mean, interval->mean, 1e-9);
            CU_ASSERT_DOUBLE_EQUAL(rows[i].half_width, interval->half_width, 1e-9);
            CU_ASSERT_EQUAL(rows[i].is_pareto, table.marks[rows[i].point]);
        }
        free(rows);
        end();
    }
}

static const hc_test_case CASES[] = {
    {"pairs_show_what_the_seeds_hide", pairs_show_what_the_seeds_hide},
    {"what_failed_on_one_side_is_left_out_on_both", what_failed_on_one_side_is_left_out_on_both},
    {"other_variables_are_settings_to_be_paired", other_variables_are_settings_to_be_paired},
    {"any_value_can_be_the_baseline", any_value_can_be_the_baseline},
    {"seeds_that_differ_are_told", seeds_that_differ_are_told},
    {"points_without_a_common_setting_are_not_compared",
     points_without_a_common_setting_are_not_compared},
    {"groups_follow_numbers_and_first_occurrence", groups_follow_numbers_and_first_occurrence},
    {"the_summary_is_the_table_by_all_variables", the_summary_is_the_table_by_all_variables},
};

HC_TEST_MAIN("comparison", CASES)
