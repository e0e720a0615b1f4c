#include "tests/sim/scenario/demo.h"

#include "tests/sim/scenario/demo_keys.h"
#include "tests/testing.h"

#include <stdio.h>
#include <string.h>

hc_scenario *demo_parse(const char *text, const char *const *overrides, hc_error *error)
{
    hc_scenario *scenario = NULL;
    size_t count = 0;
    while (overrides != NULL && overrides[count] != NULL) {
        count++;
    }
    *error = HC_ERROR_NONE;
    if (hc_scenario_parse(&scenario, "t.yaml", text, strlen(text), DEMO_TABLES, DEMO_TABLE_COUNT,
                          overrides, count, error) < 0) {
        return NULL;
    }
    return scenario;
}

/* Shows both sides: a difference of texts is hard to guess. */
static void expect_equal(const char *text, const char *actual, const char *expected)
{
    if (strcmp(actual, expected) != 0) {
        printf("\n--- scenario\n%s\n--- expected\n%s\n--- actual\n%s\n---\n", text, expected,
               actual);
        CU_FAIL("other text than expected");
    } else {
        CU_PASS("as expected");
    }
}

void demo_expect_error(const char *text, const char *const *overrides, const char *messages)
{
    hc_error error;
    hc_scenario *scenario = demo_parse(text, overrides, &error);
    expect_equal(text, error.text, messages);
    CU_ASSERT_PTR_NULL(scenario);
    CU_ASSERT_EQUAL(error.kind, HC_ERROR_USAGE);
    hc_scenario_destroy(scenario);
}

void demo_expect_text(const char *text, const char *const *overrides, const char *resolved)
{
    hc_error error;
    hc_scenario *scenario = demo_parse(text, overrides, &error);
    hc_scenario *again = NULL;
    if (scenario == NULL) {
        expect_equal(text, error.text, resolved);
        return;
    }
    expect_equal(text, hc_scenario_text(scenario), resolved);
    again = demo_parse(hc_scenario_text(scenario), NULL, &error);
    expect_equal(text, again == NULL ? error.text : hc_scenario_text(again), resolved);
    hc_scenario_destroy(again);
    hc_scenario_destroy(scenario);
}
