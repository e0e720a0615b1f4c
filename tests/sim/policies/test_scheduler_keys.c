#include "sim/policies/registry.h"
#include "sim/policies/scheduler_keys.h"
#include "tests/sim/scenario_text.h"
#include "tests/testing.h"

#include <stdio.h>
#include <string.h>

static hc_scheduler_choice read(const char *text)
{
    hc_scenario *scenario = hc_test_scenario(text, &hc_scheduler_keys, 1);
    hc_scheduler_choice choice =
        hc_scheduler_read(hc_value_get(hc_scenario_root(scenario), "scheduler"));
    hc_scenario_destroy(scenario);
    return choice;
}

static void unknown_policies_placements_and_passes_are_refused(void)
{
    hc_test_scenario_refused(
        "scheduler: { policy: esay, placement: best, pass: never }", &hc_scheduler_keys, 1,
        "s.yaml:1:22: error: scheduler.policy: expected one of fcfs, first_fit, sjf, easy, "
        "easy_sjbf, got \"esay\"; did you mean \"easy\"?\n"
        "scheduler: { policy: esay, placement: best, pass: never }\n"
        "                     ^\n"
        "s.yaml:1:39: error: scheduler.placement: expected one of packed, spread, first, got "
        "\"best\"\n"
        "scheduler: { policy: esay, placement: best, pass: never }\n"
        "                                      ^\n"
        "s.yaml:1:51: error: scheduler.pass: expected one of instant, event, got \"never\"\n"
        "scheduler: { policy: esay, placement: best, pass: never }\n"
        "                                                  ^");
    hc_test_scenario_refused("scheduler: { polcy: easy }", &hc_scheduler_keys, 1,
                             "s.yaml:1:14: error: scheduler.polcy: unknown key; did you mean "
                             "\"policy\"?\n"
                             "scheduler: { polcy: easy }\n"
                             "             ^");
}

/* A scenario says nothing: EASY backfilling, packed, one pass per instant. */
static void what_is_not_said_is_easy_packed_instant(void)
{
    static const char *const TEXTS[] = {"{}", "scheduler:\n", "scheduler: {}\n"};
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++) {
        hc_scheduler_choice choice = read(TEXTS[i]);
        CU_ASSERT_STRING_EQUAL(choice.policy->name, "easy");
        CU_ASSERT_STRING_EQUAL(choice.placement->name, "packed");
        CU_ASSERT(!choice.is_pass_per_event);
    }
}

static void every_name_finds_what_it_names(void)
{
    static const char *const POLICIES[] = {"fcfs", "first_fit", "sjf", "easy", "easy_sjbf"};
    static const char *const PLACEMENTS[] = {"packed", "spread", "first"};
    static const char *const PASSES[] = {"instant", "event"};
    for (size_t i = 0; i < 30; i++) { /* 5 x 3 x 2 */
        char text[128];
        hc_scheduler_choice choice;
        (void)snprintf(text, sizeof text, "scheduler: { policy: %s, placement: %s, pass: %s }",
                       POLICIES[i % 5], PLACEMENTS[i / 5 % 3], PASSES[i / 15]);
        choice = read(text);
        CU_ASSERT_PTR_NOT_NULL_FATAL(choice.policy);
        CU_ASSERT_PTR_NOT_NULL_FATAL(choice.placement);
        CU_ASSERT_STRING_EQUAL(choice.policy->name, POLICIES[i % 5]);
        CU_ASSERT_STRING_EQUAL(choice.placement->name, PLACEMENTS[i / 5 % 3]);
        CU_ASSERT_EQUAL(choice.is_pass_per_event, i / 15 == 1);
    }
}

static void other_names_find_nothing(void)
{
    CU_ASSERT_PTR_NULL(hc_policy_find("EASY"));
    CU_ASSERT_PTR_NULL(hc_policy_find(""));
    CU_ASSERT_PTR_NULL(hc_placement_find("pack"));
}

static const hc_test_case CASES[] = {
    {"unknown_policies_placements_and_passes_are_refused",
     unknown_policies_placements_and_passes_are_refused},
    {"what_is_not_said_is_easy_packed_instant", what_is_not_said_is_easy_packed_instant},
    {"every_name_finds_what_it_names", every_name_finds_what_it_names},
    {"other_names_find_nothing", other_names_find_nothing},
};

HC_TEST_MAIN("scheduler_keys", CASES)
