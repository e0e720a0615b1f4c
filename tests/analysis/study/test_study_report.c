#include "analysis/study/study_report.h"

#include "tests/testing.h"
#include "tests/traces/study/made_study.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static hc_made_study made;
static hc_study_variable variables[HC_STUDY_VARIABLE_LIMIT];
static hc_study_output outputs[HC_STUDY_OUTPUT_LIMIT];

/* What a function writes, which the caller frees. */
static char *written(bool is_compare)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    hc_error error = HC_ERROR_NONE;
    hc_study_question question = hc_study_question_of(&made.content);
    hc_study_table table;
    hc_study_comparisons comparisons = {.table = NULL};
    CU_ASSERT_EQUAL_FATAL(hc_study_table_make(&table, &made.content, &question, &error), 0);
    if (is_compare) {
        json_t *json = NULL;
        CU_ASSERT_EQUAL_FATAL(hc_study_compare(&comparisons, &table, 0, &error), 0);
        CU_ASSERT_EQUAL(hc_study_compare_write(out, &comparisons, &error), 0);
        json = hc_study_compare_json(&comparisons);
        CU_ASSERT_PTR_NOT_NULL(json);
        json_decref(json);
    } else {
        json_t *json = hc_study_report_json(&table);
        CU_ASSERT_EQUAL(hc_study_report_write(out, &table, "s.h5", &error), 0);
        CU_ASSERT_PTR_NOT_NULL(json);
        json_decref(json);
    }
    (void)fclose(out);
    hc_study_comparisons_release(&comparisons);
    hc_study_table_release(&table);
    return text;
}

static size_t longest_line(const char *text)
{
    size_t longest = 0;
    size_t columns = 0;
    for (; *text != '\0'; text++) {
        columns = *text == '\n' ? 0 : columns + (((unsigned char)*text & 0xc0) == 0x80 ? 0 : 1);
        longest = columns > longest ? columns : longest;
    }
    return longest;
}

/* A study as the reader hands it out: no NULL anywhere. */
static void begin(void)
{
    hc_made_study_fill(&made, 0);
    for (size_t i = 0; i < made.content.output_count; i++) {
        outputs[i] = made.content.outputs[i];
        outputs[i].meaning = "";
    }
    made.content.outputs = outputs;
    for (size_t i = 0; i < made.content.variable_count; i++) {
        variables[i] = made.content.variables[i];
        variables[i].unit = "";
    }
    made.content.variables = variables;
    for (size_t i = 0; i < HC_MADE_RUNS; i++) {
        made.runs[i].error = made.runs[i].error == NULL ? "" : made.runs[i].error;
        for (size_t j = 0; made.runs[i].state != HC_STUDY_OK && j < HC_MADE_OUTPUTS; j++) {
            made.values[i * HC_MADE_OUTPUTS + j] = NAN;
        }
    }
}

static void seconds_become_hours_and_dollars_thousands(void)
{
    char *text = NULL;
    begin();
    text = written(false);
    CU_ASSERT(strstr(text, "9.00 [8.62, 9.38]") != NULL);
    CU_ASSERT(strstr(text, "h [90 %]") != NULL);
    CU_ASSERT(strstr(text, "k USD") != NULL);
    CU_ASSERT(strstr(text, "29 runs of 6 points, 4 to 5 repetitions, 1 failed") != NULL);
    free(text);
}

static void lines_end_at_100_columns_however_long_the_names(void)
{
    static char long_name[HC_STUDY_NAME_BYTES + 1];
    static char other_name[HC_STUDY_NAME_BYTES + 1];
    memset(long_name, 'n', HC_STUDY_NAME_BYTES);
    memset(other_name, 'o', HC_STUDY_NAME_BYTES);
    for (int is_compare = 0; is_compare < 2; is_compare++) {
        char *text = NULL;
        begin();
        variables[0].name = long_name;
        variables[1].name = other_name;
        outputs[0].name = other_name;
        outputs[1].name = long_name;
        text = written(is_compare == 1);
        CU_ASSERT(longest_line(text) <= 100);
        CU_ASSERT(strstr(text, "row 3:") != NULL);
        free(text);
    }
}

static void a_terminal_gets_no_commands(void)
{
    for (int is_compare = 0; is_compare < 2; is_compare++) {
        char *text = NULL;
        begin();
        variables[1].name = "pol\x1b[2Jicy";
        variables[1].unit = "\x1b";
        outputs[0].name = "wait\x9b\xff";
        outputs[0].unit = "\x1b[1m";
        made.points[1].text = "ea\nsy\x1b";
        made.points[3].text = "\xff\xfe";
        made.content.name = "\x1b]0;name\x07";
        made.content.finding = "\x1b[31m";
        made.runs[HC_MADE_RUNS - 2].error = "\x1b[2J";
        text = written(is_compare == 1);
        for (const char *at = text; *at != '\0'; at++) {
            CU_ASSERT(*at == '\n' || (unsigned char)*at >= 0x20);
        }
        free(text);
    }
}

#define TEN_WORDS "words words words words words words words words words words "
#define WORDS TEN_WORDS TEN_WORDS TEN_WORDS TEN_WORDS TEN_WORDS TEN_WORDS

/* A search of each combination has its line, and no end of it is lost. */
static void every_finding_is_told_to_its_end(void)
{
    static const char FINDING[] = WORDS WORDS "one\n" WORDS WORDS "two";
    char *text = NULL;
    begin();
    made.content.finding = FINDING;
    text = written(false);
    CU_ASSERT(strstr(text, "\nfound: word") != NULL);
    CU_ASSERT(strstr(text, " one\nfound: word") != NULL);
    CU_ASSERT(strstr(text, " two\n") != NULL);
    CU_ASSERT(longest_line(text) <= 100);
    free(text);
}

/* A policy that does not exist is told with those that do, behind which stands what was given. */
static void the_reason_of_a_failure_is_told_to_its_end(void)
{
    char *text = NULL;
    begin();
    made.runs[HC_MADE_RUNS - 2].error =
        "--set scheduler.policy=eazy: error: scheduler.policy: expected one of fcfs, first_fit, "
        "sjf, easy, easy_sjbf, got \"eazy\"; did you mean \"easy\"?\nfurther lines";
    text = written(false);
    CU_ASSERT(strstr(text, "\n    --set scheduler.policy=eazy: error:") != NULL);
    CU_ASSERT(strstr(text, "did you mean \"easy\"?\n") != NULL);
    CU_ASSERT(strstr(text, "further") == NULL);
    CU_ASSERT(longest_line(text) <= 100);
    free(text);
}

/* Whatever a file may hold finds its room. */
static void extreme_values_are_shown(void)
{
    static const double VALUES[] = {1e300, -1e300, 1e-300, INFINITY, -INFINITY, NAN, 0, 5e15};
    for (size_t i = 0; i < sizeof VALUES / sizeof VALUES[0]; i++) {
        for (int is_compare = 0; is_compare < 2; is_compare++) {
            char *text = NULL;
            begin();
            for (size_t j = 0; j < HC_MADE_VALUES; j += 2) {
                made.values[j] = VALUES[i];
            }
            made.points[0].number = VALUES[i == 5 ? 0 : i];
            text = written(is_compare == 1);
            CU_ASSERT(longest_line(text) <= 100);
            free(text);
        }
    }
}

/* A search leaves most points alone: they are counted, and nothing is compared with them. */
static void points_without_runs_are_counted(void)
{
    static const size_t POINT_2 = (size_t)2 * HC_MADE_REPETITIONS; /* its first run */
    char *text = NULL;
    begin();
    made.content.run_count = POINT_2 + HC_MADE_REPETITIONS;
    for (size_t i = POINT_2; i < made.content.run_count; i++) {
        made.runs[i].state = HC_STUDY_SKIPPED;
    }
    text = written(false);
    CU_ASSERT(strstr(text, "10 runs at 2 of 6 points, 5 repetitions\n") != NULL);
    CU_ASSERT(strstr(text, "4 rows without runs left out\n") != NULL);
    CU_ASSERT(strstr(text, "\n     36") == NULL);
    free(text);
    text = written(true);
    CU_ASSERT(strstr(text, "nodes 32, policy las against easy") != NULL);
    CU_ASSERT(strstr(text, "nodes 36") == NULL);
    free(text);
}

static void a_study_without_variables_has_one_row(void)
{
    char *text = NULL;
    begin();
    made.content.variable_count = 0;
    made.content.point_count = 1;
    made.content.run_count = HC_MADE_REPETITIONS;
    text = written(false);
    CU_ASSERT(strstr(text, "5 runs of 1 point, 5 repetitions\n") != NULL);
    CU_ASSERT(strstr(text, "Next:") == NULL);
    free(text);
    made.content.run_count = 0;
    text = written(false);
    CU_ASSERT(strstr(text, "0 runs at 0 of 1 point, 0 repetitions\n") != NULL);
    free(text);
}

static const hc_test_case CASES[] = {
    {"seconds_become_hours_and_dollars_thousands", seconds_become_hours_and_dollars_thousands},
    {"lines_end_at_100_columns_however_long_the_names",
     lines_end_at_100_columns_however_long_the_names},
    {"a_terminal_gets_no_commands", a_terminal_gets_no_commands},
    {"every_finding_is_told_to_its_end", every_finding_is_told_to_its_end},
    {"the_reason_of_a_failure_is_told_to_its_end", the_reason_of_a_failure_is_told_to_its_end},
    {"extreme_values_are_shown", extreme_values_are_shown},
    {"points_without_runs_are_counted", points_without_runs_are_counted},
    {"a_study_without_variables_has_one_row", a_study_without_variables_has_one_row},
};

HC_TEST_MAIN("study_report", CASES)
