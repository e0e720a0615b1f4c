/* Random scenarios under every policy and placement, compared job by job and node by node with a scheduler that
 * is slow and obvious. Usage: test_sim_reference [SCENARIOS [FIRST]] */

#include "sim/policies/registry.h"
#include "tests/sim/reference.h"
#include "tests/sim/reference_plan.h"
#include "tests/sim/reference_scenario.h"
#include "tests/sim/reference_steps.h"
#include "tests/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const POLICIES[] = {"fcfs", "first_fit", "sjf", "easy", "easy_sjbf"};
static const char *const PLACEMENTS[] = {"packed", "spread", "first"};

static bool is_same(const hc_replay_job *a, const hc_replay_job *b)
{
    if (a->state != b->state) {
        return false;
    }
    return a->state == HC_JOB_REJECTED ||
           (a->start == b->start && a->end == b->end && hc_ref_same_nodes(a->nodes, b->nodes));
}

static void print_difference(const hc_replay *replay, const hc_replay *expected, uint64_t number)
{
    for (size_t i = 0; i < replay->job_count; i++) {
        const hc_replay_job *a = &replay->jobs[i];
        const hc_replay_job *b = &expected->jobs[i];
        if (!is_same(a, b)) {
            printf("\n    scenario %llu, %s, %s: job %zu: state %d start %lld on %s, expected "
                   "state %d start %lld on %s\n",
                   (unsigned long long)number, replay->policy, replay->placement, i, (int)a->state,
                   (long long)a->start / HC_SECOND, a->nodes, (int)b->state,
                   (long long)b->start / HC_SECOND, b->nodes);
            return;
        }
    }
}

/* What the scheduler is told, where that is what was asked for. */
static void tell_requests(const hc_replay *replay, hc_replay_job *jobs)
{
    for (size_t i = 0; replay->estimates.source == HC_ESTIMATE_REQUESTED && i < replay->job_count;
         i++) {
        jobs[i].spec.time_limit = jobs[i].spec.requested_time;
    }
}

/* Whether the policy makes plans beyond the first reservation. */
static bool is_planned(const hc_replay *replay)
{
    const hc_policy_options *o = replay->policy_options;
    return o != NULL && (o->backfill == HC_BACKFILL_CONSERVATIVE ||
                         o->backfill == HC_BACKFILL_CONSERVATIVE_COMPRESS ||
                         (o->backfill == HC_BACKFILL_EASY && o->reservation_count > 1));
}

static void compare_schedules(hc_replay *replay, uint64_t number)
{
    static hc_replay_job expected_jobs[HC_REF_MAX_JOBS];
    hc_replay expected = *replay;
    memcpy(expected_jobs, replay->jobs, replay->job_count * sizeof expected_jobs[0]);
    expected.jobs = expected_jobs;
    tell_requests(replay, expected_jobs);
    if (is_planned(replay)) {
        hc_reference_plan_run(&expected, replay->policy_options);
    } else {
        hc_reference_run(&expected);
    }
    hc_replay_run(replay);
    for (size_t i = 0; i < replay->job_count; i++) {
        if (!is_same(&replay->jobs[i], &expected_jobs[i])) {
            print_difference(replay, &expected, number);
            CU_FAIL_FATAL("the schedules differ");
        }
    }
}

/* Requests that many jobs outrun, from a stream of their own: the rest of a scenario does not depend on them. */
static void draw_requests(uint64_t number, const hc_ref_traits *t, hc_replay *replay)
{
    hc_random random = hc_random_stream(20260707, number, HC_RANDOM_BENCH);
    hc_time grid = t->is_coarse ? 60 : 1;
    for (size_t i = 0; i < replay->job_count; i++) {
        hc_job_spec *spec = &replay->jobs[i].spec;
        spec->is_limit_requested = true;
        spec->requested_time = (hc_time)hc_random_below(&random, 1200) / grid * grid * HC_SECOND;
    }
    replay->estimates.source = number % 3 == 0 ? HC_ESTIMATE_REQUESTED : HC_ESTIMATE_RAISED;
}

static uint64_t scenario_count = 60;
static uint64_t first_scenario;

static void check_scenario(uint64_t number)
{
    static hc_replay_job jobs[HC_REF_MAX_JOBS];
    hc_random random = hc_random_stream(20260101, number, HC_RANDOM_BENCH);
    hc_ref_traits t = hc_ref_draw_traits(&random);
    hc_node_group groups[HC_REF_MAX_GROUPS];
    hc_calendar calendar;
    hc_replay replay = {
        .groups = groups,
        .group_count = hc_ref_draw_groups(&random, &t, groups),
        .begin = HC_TIME_MISSING,
        .checks_every_event = number % 4 == 0,
        .jobs = jobs,
        .job_count = 20 + hc_random_below(&random, HC_REF_MAX_JOBS - 20),
    };
    memset(jobs, 0, sizeof jobs);
    hc_ref_draw_jobs(&random, &t, &replay);
    draw_requests(number, &t, &replay);
    calendar = hc_ref_draw_steps(&random, t.is_coarse ? 60 : 1, &replay);
    replay.calendar = hc_ref_flip(&random) ? &calendar : NULL;
    for (size_t p = 0; p < sizeof POLICIES / sizeof POLICIES[0]; p++) {
        for (size_t q = 0; q < sizeof PLACEMENTS / sizeof PLACEMENTS[0]; q++) {
            replay.policy = POLICIES[p];
            replay.placement = PLACEMENTS[q];
            compare_schedules(&replay, number);
        }
    }
    hc_calendar_free(&calendar);
}

static void random_scenarios_match_the_reference_scheduler(void)
{
    for (uint64_t number = first_scenario; number < first_scenario + scenario_count; number++) {
        check_scenario(number);
    }
}

/* Conservative backfilling or EASY with several reservations, some with a depth, the queue in any order. */
static hc_policy_options draw_plan(hc_random *random)
{
    hc_policy_options o = {
        .order = (hc_queue_order)hc_random_below(random, HC_QUEUE_ORDER_COUNT),
        .backfill = HC_BACKFILL_EASY + (hc_backfill)hc_random_below(random, 3),
        .reservation_count = 1,
        .depth = HC_DEPTH_UNLIMITED,
    };
    o.tail = o.order;
    if (o.backfill == HC_BACKFILL_EASY) {
        o.tail = (hc_queue_order)hc_random_below(random, HC_QUEUE_ORDER_COUNT);
        o.reservation_count = (uint32_t)(2 + hc_random_below(random, 3));
    }
    if (o.backfill != HC_BACKFILL_CONSERVATIVE_COMPRESS && hc_ref_flip(random)) {
        o.depth = (uint32_t)(1 + hc_random_below(random, 10));
    }
    return o;
}

/* EASY as it is named, but with a depth. */
static hc_policy_options draw_depth(hc_random *random, const char **name)
{
    hc_policy_options o;
    *name = hc_ref_flip(random) ? "easy" : "easy_sjbf";
    o = hc_policy_find(*name)->options;
    o.depth = (uint32_t)(1 + hc_random_below(random, 10));
    return o;
}

static void check_plans(uint64_t number)
{
    static hc_replay_job jobs[HC_REF_MAX_JOBS];
    hc_random random = hc_random_stream(20260303, number, HC_RANDOM_BENCH);
    hc_ref_traits t = hc_ref_draw_traits(&random);
    hc_node_group groups[HC_REF_MAX_GROUPS];
    hc_policy_options plan = draw_plan(&random);
    bool has_overruns = hc_ref_flip(&random);
    hc_policy_options with_depth;
    hc_calendar calendar;
    hc_replay replay = {
        .groups = groups,
        .policy = "conservative",
        .policy_options = &plan,
        .placement = PLACEMENTS[hc_random_below(&random, 3)],
        .begin = HC_TIME_MISSING,
        .checks_every_event = number % 4 == 0,
        .jobs = jobs,
        .job_count = 20 + hc_random_below(&random, HC_REF_MAX_JOBS - 20),
    };
    t.has_shared = false;
    if (hc_ref_flip(&random)) {
        t = (hc_ref_traits){.has_one_node = true,
                            .is_coarse = t.is_coarse}; /* only numbers count */
    }
    replay.group_count = hc_ref_draw_groups(&random, &t, groups);
    memset(jobs, 0, sizeof jobs);
    hc_ref_draw_jobs(&random, &t, &replay);
    for (size_t i = 0; i < replay.job_count; i++) {
        jobs[i].spec.priority = (int32_t)hc_random_below(&random, 5);
        if (has_overruns && hc_random_below(&random, 4) == 0) {
            jobs[i].spec.time_limit =
                jobs[i].spec.run_time / (hc_time)(1 + hc_random_below(&random, 4));
        }
    }
    calendar = hc_ref_draw_steps(&random, t.is_coarse ? 60 : 1, &replay);
    replay.calendar = hc_ref_flip(&random) ? &calendar : NULL;
    compare_schedules(&replay, number);
    with_depth = draw_depth(&random, &replay.policy);
    replay.policy_options = &with_depth;
    compare_schedules(&replay, number);
    hc_calendar_free(&calendar);
}

static void random_plans_match_the_reference_scheduler(void)
{
    for (uint64_t number = first_scenario; number < first_scenario + scenario_count; number++) {
        check_plans(number);
    }
}

static const hc_test_case CASES[] = {
    {"random_plans_match_the_reference_scheduler", random_plans_match_the_reference_scheduler},
    {"random_scenarios_match_the_reference_scheduler",
     random_scenarios_match_the_reference_scheduler},
};

int main(int argc, char **argv)
{
    scenario_count = argc > 1 ? strtoull(argv[1], NULL, 10) : scenario_count;
    first_scenario = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;
    return hc_test_main("reference", CASES, sizeof CASES / sizeof CASES[0]);
}
