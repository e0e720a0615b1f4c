#include "tests/sim/scenario_text.h"

#include "tests/testing.h"

#include <stdio.h>
#include <string.h>

hc_scenario *hc_test_scenario(const char *text, const hc_key_table *tables, size_t table_count)
{
    hc_error error = HC_ERROR_NONE;
    hc_scenario *scenario = NULL;
    if (hc_scenario_parse(&scenario, "s.yaml", text, strlen(text), tables, table_count, NULL, 0,
                          &error) < 0) {
        printf("\n%s\n", error.text);
        CU_FAIL_FATAL("the scenario was refused");
    }
    return scenario;
}

void hc_test_message(const hc_error *error, const char *expected)
{
    if (strcmp(error->text, expected) != 0) {
        printf("\n--- expected\n%s\n--- got\n%s\n---\n", expected, error->text);
        CU_FAIL("another message");
    } else {
        CU_PASS("the message");
    }
}

void hc_test_scenario_refused(const char *text, const hc_key_table *tables, size_t table_count,
                              const char *messages)
{
    hc_error error = HC_ERROR_NONE;
    hc_scenario *scenario = NULL;
    CU_ASSERT_EQUAL_FATAL(hc_scenario_parse(&scenario, "s.yaml", text, strlen(text), tables,
                                            table_count, NULL, 0, &error),
                          -1);
    CU_ASSERT_EQUAL(error.kind, HC_ERROR_USAGE);
    hc_test_message(&error, messages);
}
