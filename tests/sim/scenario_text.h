#ifndef HC_TESTS_SIM_SCENARIO_TEXT_H
#define HC_TESTS_SIM_SCENARIO_TEXT_H

#include "sim/scenario/scenario.h"

/** Scenarios as a user writes them, named "s.yaml", read by the real parser with the tables under test. */

/** Reads a text that must be sound; a failure ends the test. The caller owns the scenario. */
hc_scenario *hc_test_scenario(const char *text, const hc_key_table *tables, size_t table_count);

/** Checks that a text is refused with these messages, to the letter. */
void hc_test_scenario_refused(const char *text, const hc_key_table *tables, size_t table_count,
                              const char *messages);

/** Checks that a message is this one, to the letter. */
void hc_test_message(const hc_error *error, const char *expected);

#endif
