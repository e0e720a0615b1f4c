#include "analysis/study/expression.h"
#include "tests/testing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const NAMES[] = {"nodes", "load"};

static void formulas_have_the_value_that_c_gives_them(void)
{
    static const struct {
        const char *text;
        double value;
    } TABLE[] = {
        {"nodes * load <= 64", 1},          {"nodes * load < 64", 0},
        {"nodes == 32 && load > 1", 1},     {"nodes != 32 || load < 1", 0},
        {"(nodes > 40 ? 1 : load) ", 2},    {"2 ^ 3 ^ 2 - 512", 0},
        {"min(nodes, load, 7) + 0.5", 2.5}, {"sqrt(load * 2)", 2},
    };
    static const double VALUES[] = {32, 2};
    for (size_t i = 0; i < sizeof TABLE / sizeof TABLE[0]; i++) {
        hc_expression *expression = NULL;
        hc_error error = HC_ERROR_NONE;
        double result = -1;
        CU_ASSERT_EQUAL_FATAL(hc_expression_create(&expression, TABLE[i].text, NAMES, 2, &error),
                              0);
        CU_ASSERT_EQUAL(hc_expression_evaluate(expression, VALUES, &result, &error), 0);
        CU_ASSERT_EQUAL(result, TABLE[i].value);
        hc_expression_destroy(expression);
    }
}

static void what_is_no_formula_is_refused_with_a_reason(void)
{
    static const struct {
        const char *text;
        const char *message;
    } TABLE[] = {
        {"nodes <", "Unexpected end"}, {"", "empty"},        {"(nodes", "parenthesis"},
        {"gpus + 1", "gpus"},          {"nodes = 32", "=="}, {"nodes, load", "one expression"},
        {"\"nodes\"", "Strings"},
    };
    char longest[HC_EXPRESSION_MAX_LENGTH + 2];
    hc_expression *expression = NULL;
    hc_error error = HC_ERROR_NONE;
    for (size_t i = 0; i < sizeof TABLE / sizeof TABLE[0]; i++) {
        error = HC_ERROR_NONE;
        CU_ASSERT_EQUAL(hc_expression_create(&expression, TABLE[i].text, NAMES, 2, &error), -1);
        CU_ASSERT_EQUAL(error.kind, HC_ERROR_USAGE);
        CU_ASSERT_PTR_NOT_NULL(strstr(error.text, TABLE[i].message));
    }
    memset(longest, '1', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    CU_ASSERT_EQUAL(hc_expression_create(&expression, longest, NAMES, 2, &error), -1);
}

static void what_has_no_value_is_an_error(void)
{
    static const double VALUES[] = {0, 0};
    hc_expression *expression = NULL;
    hc_error error = HC_ERROR_NONE;
    double result = 0;
    CU_ASSERT_EQUAL_FATAL(hc_expression_create(&expression, "nodes / load", NAMES, 2, &error), 0);
    CU_ASSERT_EQUAL(hc_expression_evaluate(expression, VALUES, &result, &error), -1);
    hc_expression_destroy(expression);
}

static void an_assignment_in_a_branch_not_taken_before_is_found(void)
{
    static const double VALUES[] = {50, 1};
    hc_expression *expression = NULL;
    hc_error error = HC_ERROR_NONE;
    double result = 0;
    CU_ASSERT_EQUAL_FATAL(
        hc_expression_create(&expression, "nodes > 40 ? (load = 2) : 1", NAMES, 2, &error), 0);
    CU_ASSERT_EQUAL(hc_expression_evaluate(expression, VALUES, &result, &error), -1);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "=="));
    hc_expression_destroy(expression);
}

static void names_that_are_used_are_known(void)
{
    hc_expression *expression = NULL;
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL_FATAL(hc_expression_create(&expression, "load < 2", NAMES, 2, &error), 0);
    CU_ASSERT_FALSE(hc_expression_uses(expression, 0));
    CU_ASSERT_TRUE(hc_expression_uses(expression, 1));
    hc_expression_destroy(expression);
}

static const hc_test_case CASES[] = {
    {"formulas_have_the_value_that_c_gives_them", formulas_have_the_value_that_c_gives_them},
    {"what_is_no_formula_is_refused_with_a_reason", what_is_no_formula_is_refused_with_a_reason},
    {"what_has_no_value_is_an_error", what_has_no_value_is_an_error},
    {"an_assignment_in_a_branch_not_taken_before_is_found",
     an_assignment_in_a_branch_not_taken_before_is_found},
    {"names_that_are_used_are_known", names_that_are_used_are_known},
};

HC_TEST_MAIN("expression", CASES)
