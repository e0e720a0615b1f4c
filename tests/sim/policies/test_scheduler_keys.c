#include "sim/jobs/estimate_keys.h"
#include "sim/policies/rank/rank_keys.h"
#include "sim/policies/registry.h"
#include "sim/policies/scheduler_keys.h"
#include "tests/sim/scenario_text.h"
#include "tests/testing.h"

#include <stdio.h>
#include <string.h>

static const hc_key_table *tables(void)
{
    static hc_key_table all[4];
    all[0] = hc_scheduler_keys;
    all[1] = hc_rank_keys;
    all[2] = hc_estimate_keys;
    all[3] = hc_guest_keys;
    return all;
}

static hc_scheduler_choice read(const char *text)
{
    hc_scenario *scenario = hc_test_scenario(text, tables(), 4);
    hc_scheduler_choice choice;
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL_FATAL(
        hc_scheduler_read(&choice, hc_value_get(hc_scenario_root(scenario), "scheduler"), &error),
        0);
    hc_scheduler_release(&choice); /* the sample; its count stays */
    hc_scenario_destroy(scenario);
    return choice;
}

static void unknown_policies_placements_and_passes_are_refused(void)
{
    hc_test_scenario_refused(
        "scheduler: { policy: esay, placement: best, pass: never }", tables(), 4,
        "s.yaml:1:22: error: scheduler.policy: expected one of fcfs, first_fit, sjf, easy, "
        "easy_sjbf, conservative, conservative_compress, priority, smallest_first, srtf, srsf, "
        "las, las_2d, gittins, recorded, external, plugin, got \"esay\"; did "
        "you mean \"easy\"?\n"
        "scheduler: { policy: esay, placement: best, pass: never }\n"
        "                     ^\n"
        "s.yaml:1:39: error: scheduler.placement: expected one of packed, spread, first, got "
        "\"best\"\n"
        "scheduler: { policy: esay, placement: best, pass: never }\n"
        "                                      ^\n"
        "s.yaml:1:51: error: scheduler.pass: expected one of instant, event, got \"never\"\n"
        "scheduler: { policy: esay, placement: best, pass: never }\n"
        "                                                  ^");
    hc_test_scenario_refused("scheduler: { polcy: easy }", tables(), 4,
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
        CU_ASSERT_STRING_EQUAL(choice.policy_name, "easy");
        CU_ASSERT_STRING_EQUAL(choice.placement->name, "packed");
        CU_ASSERT(!choice.is_pass_per_event);
    }
}

static void every_name_finds_what_it_names(void)
{
    static const char *const POLICIES[] = {
        "fcfs", "first_fit", "sjf", "easy", "easy_sjbf", "conservative", "conservative_compress"};
    static const char *const PLACEMENTS[] = {"packed", "spread", "first"};
    static const char *const PASSES[] = {"instant", "event"};
    for (size_t i = 0; i < 42; i++) { /* 7 x 3 x 2 */
        char text[128];
        hc_scheduler_choice choice;
        (void)snprintf(text, sizeof text, "scheduler: { policy: %s, placement: %s, pass: %s }",
                       POLICIES[i % 7], PLACEMENTS[i / 7 % 3], PASSES[i / 21]);
        choice = read(text);
        CU_ASSERT_PTR_NOT_NULL_FATAL(choice.policy);
        CU_ASSERT_PTR_NOT_NULL_FATAL(choice.placement);
        CU_ASSERT_STRING_EQUAL(choice.policy_name, POLICIES[i % 7]);
        CU_ASSERT_STRING_EQUAL(choice.placement->name, PLACEMENTS[i / 7 % 3]);
        CU_ASSERT_EQUAL(choice.is_pass_per_event, i / 21 == 1);
    }
}

/* A name stands for settings; each of them can be given instead. */
static void an_order_or_a_backfill_replaces_the_policys_own(void)
{
    hc_policy_options sjbf = hc_policy_find("easy_sjbf")->options;
    hc_policy_options o = read("scheduler: { policy: fcfs, backfill: easy, tail: limit }").options;
    CU_ASSERT_EQUAL(o.order, sjbf.order);
    CU_ASSERT_EQUAL(o.tail, sjbf.tail);
    CU_ASSERT_EQUAL(o.backfill, sjbf.backfill);
    o = read("scheduler: { policy: easy, order: priority }").options;
    CU_ASSERT_EQUAL(o.order, HC_QUEUE_BY_PRIORITY);
    CU_ASSERT_EQUAL(o.tail, HC_QUEUE_BY_PRIORITY);
    CU_ASSERT_EQUAL(read("scheduler: { policy: easy_sjbf, order: size }").options.tail,
                    HC_QUEUE_BY_LIMIT);
    o = read("scheduler: { policy: sjf, backfill: conservative, depth: 100 }").options;
    CU_ASSERT_EQUAL(o.order, HC_QUEUE_BY_LIMIT);
    CU_ASSERT_EQUAL(o.backfill, HC_BACKFILL_CONSERVATIVE);
    CU_ASSERT_EQUAL(o.depth, 100);
    CU_ASSERT_EQUAL(read("scheduler: { policy: conservative }").options.depth, HC_DEPTH_UNLIMITED);
    o = read("scheduler: { reservations: 5, depth: 50 }").options;
    CU_ASSERT_EQUAL(o.backfill, HC_BACKFILL_EASY);
    CU_ASSERT_EQUAL(o.reservation_count, 5);
    CU_ASSERT_EQUAL(o.depth, 50);
}

static void refuse(const char *text, const char *expected)
{
    hc_scenario *scenario = hc_test_scenario(text, tables(), 4);
    hc_scheduler_choice choice;
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL(
        hc_scheduler_read(&choice, hc_value_get(hc_scenario_root(scenario), "scheduler"), &error),
        -1);
    if (strstr(error.text, expected) == NULL) {
        printf("\n    %s\n", error.text);
        CU_FAIL("another error");
    }
    hc_scheduler_release(&choice);
    hc_scenario_destroy(scenario);
}

static void settings_that_do_not_go_together_are_refused(void)
{
    refuse("scheduler: { classes: [ { priority: 3 } ] }",
           "scheduler.classes[0]: give group or user, one of the two");
    refuse("scheduler: { policy: recorded, backfill: easy }",
           "scheduler.backfill: policy recorded starts jobs as they were recorded");
    refuse("scheduler: { policy: srtf, order: size }",
           "scheduler.order: policy srtf ranks running");
    refuse("scheduler: { policy: srtf, preempt: none }", "scheduler.preempt: policy srtf preempts");
    refuse("scheduler: { policy: fcfs, preempt: requeue }",
           "scheduler.preempt: nobody gives way in a queue without priorities");
    refuse("scheduler: { policy: priority, preempt: suspend, backfill: easy }",
           "scheduler.preempt: reservations count on running jobs to stay");
    refuse("scheduler: { policy: las, las_2d: { demotion: exact } }",
           "scheduler.las_2d: are settings of policy las_2d, and the policy is las");
    refuse("scheduler: { policy: las, las: { thresholds: [2h, 1h] } }",
           "scheduler.las.thresholds[1]: must not be less than the one before");
    refuse("scheduler: { policy: las, preempt: requeue, las: { promotion: 2 } }",
           "scheduler.las.promotion: jobs that go back");
    refuse("scheduler: { policy: las, restart: [ { time: 1h } ], las: { promotion: 2 } }",
           "scheduler.las.promotion: jobs that come up again for longer");
    refuse("scheduler: { policy: gittins }", "scheduler.policy: gittins needs a sample");
    refuse("scheduler: { restart: [ { time: 7s } ] }", "scheduler.restart: nobody is preempted");
    refuse("scheduler: { policy: srtf, restart: [ { gpus: 8, time: 7s }, { gpus: 8, time: 9s } ] }",
           "scheduler.restart[1]: must be for more GPUs than the one before");
    refuse("scheduler: { policy: fcfs, tail: limit }",
           "scheduler.tail: a tail has an order of its own");
    refuse("scheduler: { policy: conservative, tail: limit }",
           "scheduler.tail: a tail has an order of its own");
    refuse("scheduler: { policy: fcfs, depth: 10 }",
           "scheduler.depth: only backfill easy and backfill conservative have a depth");
    refuse("scheduler: { policy: conservative_compress, depth: 10 }",
           "scheduler.depth: only backfill easy and backfill conservative have a depth");
    refuse("scheduler: { policy: conservative, reservations: 2 }",
           "scheduler.reservations: reservations are counted with backfill easy only");
}

static void all_that_does_not_go_together_is_told_at_once(void)
{
    static const char *const QUEUE =
        "scheduler: { policy: fcfs, tail: limit, reservations: 2, depth: 9 }";
    static const char *const RANK = "scheduler: { policy: srtf, order: size, depth: 9 }";
    static const char *const MAPS =
        "scheduler: { policy: fcfs, las: { promotion: 2 }, restart: [ { time: 7s } ] }";
    refuse(QUEUE, "scheduler.tail: ");
    refuse(QUEUE, "scheduler.reservations: ");
    refuse(QUEUE, "scheduler.depth: ");
    refuse(RANK, "scheduler.order: ");
    refuse(RANK, "scheduler.depth: ");
    refuse(MAPS, "scheduler.las: ");
    refuse(MAPS, "scheduler.restart: ");
    refuse("scheduler: { policy: fcfs, tail: limit, restart: [ { time: 7s } ] }",
           "scheduler.tail: ");
    refuse("scheduler: { policy: fcfs, tail: limit, restart: [ { time: 7s } ] }",
           "scheduler.restart: ");
}

static void settings_of_ranks_and_estimates_are_read(void)
{
    hc_scheduler_choice c =
        read("scheduler: { policy: las, las: { thresholds: [1h], promotion: 3 }, "
             "restart: [ { gpus: 1, time: 7s }, { time: 60s } ], "
             "estimates: user_mean, estimate_factor: 2, at_limit: kill }");
    CU_ASSERT_EQUAL(c.options.rank, HC_RANK_ATTAINED);
    CU_ASSERT_EQUAL(c.options.las.threshold_count, 1);
    CU_ASSERT_EQUAL(c.options.las.thresholds[0], HC_HOUR);
    CU_ASSERT_EQUAL(c.options.las.promotion, 3);
    CU_ASSERT_EQUAL(c.restart.count, 2);
    CU_ASSERT_EQUAL(c.restart.steps[1].time, 60 * HC_SECOND);
    CU_ASSERT_EQUAL(c.restart.steps[1].gpus_max, UINT32_MAX);
    CU_ASSERT_EQUAL(c.estimates.source, HC_ESTIMATE_USER_MEAN);
    CU_ASSERT_EQUAL(c.estimates.factor, 2);
    CU_ASSERT(c.estimates.is_limit_enforced);
    c = read("scheduler: { policy: las_2d, las_2d: { demotion: tiresias } }");
    CU_ASSERT(c.options.las.is_demotion_late);
    CU_ASSERT_EQUAL(c.options.las.threshold_count, 2);
    c = read("scheduler: { policy: gittins, gittins: { sample: [60s, 1h], quantum: 30s } }");
    CU_ASSERT_EQUAL(c.options.gittins.sample_count, 2);
    CU_ASSERT_EQUAL(c.options.gittins.quantum, 30 * HC_SECOND);
    CU_ASSERT_EQUAL(read("scheduler: { policy: priority }").options.rank, HC_RANK_NONE);
    c = read("scheduler: { policy: priority, preempt: requeue }");
    CU_ASSERT_EQUAL(c.options.rank, HC_RANK_PRIORITY);
    CU_ASSERT_EQUAL(c.options.preemption, HC_PREEMPTION_REQUEUE);
}

static void other_names_find_nothing(void)
{
    CU_ASSERT_PTR_NULL(hc_policy_find("EASY"));
    CU_ASSERT_PTR_NULL(hc_policy_find(""));
    CU_ASSERT_PTR_NULL(hc_placement_find("pack"));
}

static void settings_of_policies_from_outside_are_theirs_alone(void)
{
    static const struct {
        const char *text;
        const char *message;
    } CASES_OF[] = {
        {"scheduler: { policy: external }",
         "scheduler.policy: needs to know where the scheduler listens (scheduler.endpoint)"},
        {"scheduler: { policy: plugin }",
         "scheduler.policy: needs a shared object (scheduler.file)"},
        {"scheduler: { policy: easy, endpoint: 'ipc:///x' }",
         "scheduler.endpoint: is a setting of policy external, and the policy is easy"},
        {"scheduler: { policy: plugin, file: a.so, timeout: 1s }",
         "scheduler.timeout: is a setting of policy external, and the policy is plugin"},
        {"scheduler: { policy: fcfs, options: a }",
         "scheduler.options: is a setting of policy plugin"},
        {"scheduler: { policy: plugin, file: '-' }",
         "scheduler.file: expected a shared object, not standard input"},
        {"scheduler: { policy: plugin, file: a.so, backfill: easy }",
         "scheduler.backfill: policy plugin has a queue of its own, outside the simulator"},
    };
    for (size_t i = 0; i < sizeof CASES_OF / sizeof CASES_OF[0]; i++) {
        refuse(CASES_OF[i].text, CASES_OF[i].message);
    }
}

static void policies_from_outside_read_what_is_theirs(void)
{
    hc_scheduler_choice choice =
        read("scheduler: { policy: external, endpoint: 'ipc:///x', preempt: "
             "requeue, restart: [{ time: 5s }] }");
    CU_ASSERT_EQUAL(choice.options.guest, HC_GUEST_EXTERNAL);
    CU_ASSERT_EQUAL(choice.options.preemption, HC_PREEMPTION_REQUEUE);
    CU_ASSERT_EQUAL(choice.options.rank, HC_RANK_NONE);
    CU_ASSERT_EQUAL(choice.guest.timeout, 10 * HC_SECOND);
    CU_ASSERT_EQUAL(choice.restart.count, 1);
    CU_ASSERT_PTR_NULL(choice.policy->exchange);
    choice = read("scheduler: { policy: plugin, file: a.so }");
    CU_ASSERT_EQUAL(choice.options.guest, HC_GUEST_PLUGIN);
    CU_ASSERT_EQUAL(choice.options.preemption, HC_PREEMPTION_SUSPEND);
}

static const hc_test_case CASES[] = {
    {"an_order_or_a_backfill_replaces_the_policys_own",
     an_order_or_a_backfill_replaces_the_policys_own},
    {"all_that_does_not_go_together_is_told_at_once",
     all_that_does_not_go_together_is_told_at_once},
    {"settings_of_ranks_and_estimates_are_read", settings_of_ranks_and_estimates_are_read},
    {"settings_that_do_not_go_together_are_refused", settings_that_do_not_go_together_are_refused},
    {"unknown_policies_placements_and_passes_are_refused",
     unknown_policies_placements_and_passes_are_refused},
    {"what_is_not_said_is_easy_packed_instant", what_is_not_said_is_easy_packed_instant},
    {"every_name_finds_what_it_names", every_name_finds_what_it_names},
    {"other_names_find_nothing", other_names_find_nothing},
    {"settings_of_policies_from_outside_are_theirs_alone",
     settings_of_policies_from_outside_are_theirs_alone},
    {"policies_from_outside_read_what_is_theirs", policies_from_outside_read_what_is_theirs},
};

HC_TEST_MAIN("scheduler_keys", CASES)
