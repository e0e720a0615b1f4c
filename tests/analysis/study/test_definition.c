#include "analysis/study/definition.h"
#include "tests/testing.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int parse(hc_study_definition *out, const char *text, hc_error *error)
{
    return hc_study_definition_parse(out, "dir/s.yaml", text, strlen(text), error);
}

static void a_study_reads_as_it_is_written(void)
{
    hc_study_definition d;
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL_FATAL(
        parse(&d,
              "study: 1\nscenario: demo.yaml\nrepetitions: 20\nseeds: independent\n"
              "outputs: [wait_p95, utilization]\n"
              "variables:\n"
              "  - { name: policy, key: scheduler.policy, values: [fcfs, easy] }\n"
              "  - lockstep:\n"
              "      - { name: nodes, key: \"cluster.nodes[0].count\", values: [1, 2] }\n"
              "      - { name: gpus, key: \"cluster.nodes[0].gpus\", values: [8, 4] }\n"
              "stop: { output: utilization }\n",
              &error),
        0);
    CU_ASSERT_STRING_EQUAL(d.name, "s");
    CU_ASSERT_STRING_EQUAL(d.scenario_path, "dir/demo.yaml");
    CU_ASSERT_EQUAL(d.repetition_count, 20);
    CU_ASSERT_TRUE(d.has_independent_seeds);
    CU_ASSERT_EQUAL(d.variable_count, 3);
    CU_ASSERT_EQUAL(d.axis_count, 2);
    CU_ASSERT_EQUAL(d.axes[1].variable_count, 2);
    CU_ASSERT_STRING_EQUAL(d.variables[2].values[1].text, "4");
    CU_ASSERT_TRUE(d.stop.is_given);
    CU_ASSERT_EQUAL(d.stop.output, 1);
    CU_ASSERT_EQUAL(d.stop.at_least, 5);
    hc_study_definition_close(&d);
}

#define HEAD "study: 1\nscenario: x.yaml\n"
#define NODES "variables:\n  - { name: nodes, key: k, "

/* One mistake each, with the line and a word of its message. */
static void mistakes_are_told_with_their_place(void)
{
    static const struct {
        const char *text;
        const char *place;
        const char *message;
    } TABLE[] = {
        {"scenario: x.yaml\n", "s.yaml:1:1", "study"},
        {HEAD NODES "values: [1, 2, 1] }\n", "s.yaml:4:43", "given twice"},
        {HEAD NODES "from: 1 }\n", "s.yaml:4:5", "values, or from and to"},
        {HEAD NODES "from: 1, to: 2 }\n", "s.yaml:4:5", "step or count"},
        {HEAD NODES "from: 1, to: 2, step: 1, count: 2 }\n", "s.yaml:4:5", "one of the two"},
        {HEAD NODES "from: 2, to: 1, count: 2 }\n", "s.yaml:4:34", "less than"},
        {HEAD NODES "from: 1, to: 2, step: 0 }\n", "s.yaml:4:50", "step above 0"},
        {HEAD NODES "from: 1, to: 2, step: 1e-9 }\n", "s.yaml:4:50", "at most 100000"},
        {HEAD NODES "from: 0, to: 2, count: 3, scale: log }\n", "s.yaml:4:34", "above 0"},
        {HEAD NODES "from: 1, to: 2, step: 1, scale: log }\n", "s.yaml:4:50", "count, no step"},
        {HEAD NODES "from: 0.5, to: 2, count: 2, whole: true }\n", "s.yaml:4:34", "whole"},
        {HEAD NODES "values: [1], unit: h }\n", "s.yaml:4:47", "belongs to a range"},
        {HEAD "variables: [ { key: k, values: [1] } ]\n", "s.yaml:3:14", "a name and a key"},
        {HEAD "variables: [ { name: 1a, key: k, values: [1] } ]\n", "s.yaml:3:22", "letters"},
        {HEAD "variables: [ { name: wait_p95, key: k, values: [1] } ]\n", "s.yaml:3:14", "output"},
        {HEAD "variables: [ { name: a, key: seed, values: [1] } ]\n", "s.yaml:3:30", "seed"},
        {HEAD "variables:\n  - { name: a, key: k, values: [1] }\n"
              "  - { name: b, key: k, values: [1] }\n",
         "s.yaml:5:5", "a second variable for k"},
        {HEAD "variables:\n  - lockstep:\n    - { name: a, key: k, values: [1, 2] }\n"
              "    - { name: b, key: l, values: [1] }\n",
         "s.yaml:6:7", "has 1 values, and a"},
        {HEAD "variables:\n  - name: c\n    lockstep:\n    - { name: a, key: k, values: [1] }\n"
              "    - { name: b, key: l, values: [1] }\n",
         "s.yaml:4:11", "beside lockstep"},
        {HEAD "outputs: [wait_p96]\n", "s.yaml:3:11", "unknown output"},
        {HEAD "outputs: [wait_p95, wait_p95]\n", "s.yaml:3:21", "given twice"},
        {HEAD "repetitions: 9\nstop: { output: makespan }\n", "s.yaml:4:17", "one of `outputs`"},
        {HEAD "stop: { output: wait_p95 }\n", "s.yaml:3:7", "more than the study's 1"},
        {HEAD "constraint: nodes < 3\n", "s.yaml:3:13", "nodes"},
        {HEAD NODES "values: [easy] }\nconstraint: nodes < 3\n", "s.yaml:5:13", "no numbers"},
        {HEAD "sample: { method: sobol, points: 3 }\n", "s.yaml:3:9", "no variable"},
        {HEAD NODES "values: [2, 1] }\n"
                    "optimize: { variable: nodes, output: wait_p95, at_most: 1h }\n",
         "s.yaml:5:23", "rise"},
        {HEAD NODES "values: [1, 2] }\noptimize: { variable: nodes, output: wait_p95 }\n",
         "s.yaml:5:11", "at_most or at_least"},
        {HEAD NODES "values: [1, 2] }\n"
                    "optimize: { variable: node, output: wait_p95, at_most: 1 }\n",
         "s.yaml:5:23", "no variable"},
        {HEAD NODES "values: [1, 2] }\n"
                    "optimize: { method: successive_halving, output: wait_p95, at_most: 1 }\n",
         "s.yaml:5:68", "belongs to bisection"},
    };
    for (size_t i = 0; i < sizeof TABLE / sizeof TABLE[0]; i++) {
        hc_study_definition d;
        hc_error error = HC_ERROR_NONE;
        CU_ASSERT_EQUAL_FATAL(parse(&d, TABLE[i].text, &error), -1);
        CU_ASSERT_EQUAL(error.kind, HC_ERROR_USAGE);
        if (strstr(error.text, TABLE[i].place) == NULL ||
            strstr(error.text, TABLE[i].message) == NULL || error.count != 1) {
            printf("case %zu: expected %s ... %s, got %s\n", i, TABLE[i].place, TABLE[i].message,
                   error.text);
            CU_FAIL("another message");
        }
    }
}

static void all_mistakes_are_told_at_once(void)
{
    hc_study_definition d;
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL(parse(&d,
                          HEAD "outputs: [nothing]\nvariables:\n"
                               "  - { name: 1a, key: seed, values: [1, 1] }\n"
                               "  - { name: b, key: l, from: 3, to: 1, count: 3 }\n",
                          &error),
                    -1);
    CU_ASSERT_EQUAL(error.count, 5);
}

static void numbers_with_units_are_numbers_in_base_units(void)
{
    static const struct {
        const char *text;
        double number;
        const char *unit;
    } TABLE[] = {{"2.5", 2.5, ""}, {"2h", 7200, "s"}, {"1KiB", 1024, "B"}, {"-1e3", -1000, ""}};
    static const char *const NONE[] = {"easy", "", "inf", "1x"};
    const char *unit = NULL;
    for (size_t i = 0; i < sizeof TABLE / sizeof TABLE[0]; i++) {
        CU_ASSERT_EQUAL(hc_design_number_of(TABLE[i].text, &unit), TABLE[i].number);
        CU_ASSERT_STRING_EQUAL(unit, TABLE[i].unit);
    }
    for (size_t i = 0; i < sizeof NONE / sizeof NONE[0]; i++) {
        CU_ASSERT_TRUE(isnan(hc_design_number_of(NONE[i], &unit)));
        CU_ASSERT_PTR_NULL(unit);
    }
}

static const hc_test_case CASES[] = {
    {"a_study_reads_as_it_is_written", a_study_reads_as_it_is_written},
    {"mistakes_are_told_with_their_place", mistakes_are_told_with_their_place},
    {"all_mistakes_are_told_at_once", all_mistakes_are_told_at_once},
    {"numbers_with_units_are_numbers_in_base_units", numbers_with_units_are_numbers_in_base_units},
};

HC_TEST_MAIN("definition", CASES)
