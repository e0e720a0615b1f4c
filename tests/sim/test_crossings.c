/* Everything at once: random machines and jobs with warm starts, calendars of capacity, a closed loop, estimates and
 * limits that kill, under every policy. Each of these has tests of its own that say what it does; here they meet.
 * Usage: test_sim_crossings [SCENARIOS [FIRST]] */

#include "tests/sim/crossing.h"
#include "tests/testing.h"

#include <stdlib.h>
#include <string.h>

static uint64_t scenario_count = 1000;
static uint64_t first_scenario;

static void check_fates(const hc_random_scenario *s, bool is_loop)
{
    for (size_t i = 0; i < s->job_count; i++) {
        const hc_replay_job *job = &s->jobs[i];
        bool has_run = job->state == HC_JOB_COMPLETED || job->state == HC_JOB_TIMEOUT;
        CU_ASSERT_FATAL(has_run || job->state == HC_JOB_REJECTED);
        CU_ASSERT_FATAL(!has_run || job->end >= job->start);
        CU_ASSERT_FATAL(!has_run || is_loop || job->start >= job->spec.submit);
    }
}

/* The buckets sum to what the machine has, over one and the same span. */
static void check_ledger(const hc_random_scenario *s, const hc_replay *replay)
{
    hc_int128 capacity = (hc_int128)hc_machine_gpu_count(s->machine) * HC_WHOLE_GPU;
    hc_int128 sum = 0;
    for (int bucket = 0; bucket < HC_BUCKET_COUNT; bucket++) {
        CU_ASSERT_FATAL(replay->ledger[bucket] >= 0);
        sum += replay->ledger[bucket];
    }
    CU_ASSERT_FATAL(capacity == 0 ? sum == 0 : sum % capacity == 0);
}

static void check_one(uint64_t number)
{
    static hc_crossing c;
    hc_digest digest;
    hc_crossing_draw(&c, number);
    c.replay.checks_every_event = true;
    hc_replay_run(&c.replay);
    check_fates(&c.scenario, c.replay.follows_dependencies);
    check_ledger(&c.scenario, &c.replay);
    digest = c.replay.digest;
    c.replay.checks_every_event = false;
    hc_replay_run(&c.replay);
    CU_ASSERT_EQUAL_FATAL(memcmp(&digest, &c.replay.digest, sizeof digest), 0);
    hc_crossing_release(&c);
}

static void all_that_a_scenario_can_say_goes_together(void)
{
    for (uint64_t number = first_scenario; number < first_scenario + scenario_count; number++) {
        check_one(number);
    }
}

static const hc_test_case CASES[] = {
    {"all_that_a_scenario_can_say_goes_together", all_that_a_scenario_can_say_goes_together},
};

int main(int argc, char **argv)
{
    scenario_count = argc > 1 ? strtoull(argv[1], NULL, 10) : scenario_count;
    first_scenario = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;
    return hc_test_main("crossings", CASES, sizeof CASES / sizeof CASES[0]);
}
