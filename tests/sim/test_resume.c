/* Runs that are cut at random events, saved, destroyed and taken up again by new objects: they end as if nothing had
 * happened, whatever the scenario (crossing.h), down to the last record.
 * Usage: test_sim_resume [SCENARIOS [FIRST]] */

#include "sim/engine/random.h"
#include "sim/policies/registry.h"
#include "tests/sim/crossing.h"
#include "tests/sim/record_log.h"
#include "tests/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t scenario_count = 200;
static uint64_t first_scenario;

enum { MAX_CUTS = 9 };

/* Jobs have names, and some a place where they ran. */
static void name_jobs(hc_crossing *c)
{
    static char names[HC_RANDOM_JOBS][32];
    for (size_t i = 0; i < c->scenario.job_count; i++) {
        hc_job_spec *spec = &c->scenario.jobs[i].spec;
        (void)snprintf(names[i], sizeof names[i], "job-%zu", i);
        spec->name = names[i];
        spec->line = i + 2;
        spec->trace = (uint16_t)(i % 3);
        spec->outcome = (hc_outcome)(i % HC_OUTCOME_COUNT);
        spec->recorded_nodes = i % 3 == 0 ? "n1:1" : NULL;
        spec->recorded_start = i % 2 == 0 ? spec->submit + 30 * HC_SECOND : HC_TIME_MISSING;
    }
}

/* Half of them under a policy with a name, every policy as often as another. */
static void draw_named_policy(hc_crossing *c, hc_random *random)
{
    size_t count = 0;
    while (hc_policy_at(count) != NULL && hc_policy_at(count)->options.guest == HC_GUEST_NOBODY) {
        count++;
    }
    if (hc_random_below(random, 2) == 0) {
        hc_crossing_set_policy(c, &hc_policy_at(hc_random_below(random, count))->options);
    }
}

static void run_with(hc_crossing *c, hc_record_log *log, const uint64_t *cuts, size_t cut_count)
{
    hc_record_log_begin(log);
    c->replay.observer = &log->sink;
    c->replay.cuts = cuts;
    c->replay.cut_count = cut_count;
    hc_replay_run(&c->replay);
}

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* The first two cuts may be one: what was just resumed is saved at once. */
static size_t draw_cuts(hc_random *random, uint64_t event_count, uint64_t *cuts)
{
    size_t count = 1 + hc_random_below(random, MAX_CUTS - 1);
    for (size_t i = 0; i < count; i++) {
        cuts[i] = 1 + hc_random_below(random, event_count);
    }
    if (hc_random_below(random, 4) == 0) {
        cuts[count++] = cuts[0];
    }
    qsort(cuts, count, sizeof *cuts, compare);
    return count;
}

static uint64_t count_events(hc_crossing *c)
{
    c->replay.observer = NULL;
    c->replay.cut_count = 0;
    c->replay.stop_after = 0;
    hc_replay_run(&c->replay);
    return c->replay.event_count;
}

/* Some runs are stopped early, and some of these just where they were cut. */
static uint64_t draw_stop(hc_random *random, uint64_t event_count, const uint64_t *cuts,
                          size_t cut_count)
{
    switch (hc_random_below(random, 4)) {
    case 0:
        return cuts[cut_count - 1];
    case 1:
        return 1 + hc_random_below(random, event_count);
    default:
        return 0;
    }
}

static void check_one(uint64_t number)
{
    static hc_crossing c;
    hc_random random = hc_random_stream(20261201, number, HC_RANDOM_BENCH);
    hc_record_log whole;
    hc_record_log resumed;
    hc_digest digest;
    uint64_t cuts[MAX_CUTS] = {0};
    uint64_t event_count = 0;
    size_t cut_count = 0;
    hc_crossing_draw(&c, number);
    name_jobs(&c);
    draw_named_policy(&c, &random);
    event_count = count_events(&c);
    cut_count = draw_cuts(&random, event_count, cuts);
    c.replay.stop_after = draw_stop(&random, event_count, cuts, cut_count);
    run_with(&c, &whole, NULL, 0);
    digest = c.replay.digest;
    event_count = c.replay.event_count;
    run_with(&c, &resumed, cuts, cut_count);
    if (memcmp(&digest, &c.replay.digest, sizeof digest) != 0 ||
        !hc_record_log_equals(&whole, &resumed)) {
        printf("\n    scenario %llu, cut at %llu of %llu events\n", (unsigned long long)number,
               (unsigned long long)cuts[0], (unsigned long long)event_count);
        CU_FAIL_FATAL("a resumed run is another one");
    }
    CU_ASSERT_EQUAL_FATAL(event_count, c.replay.event_count);
    hc_record_log_end(&whole);
    hc_record_log_end(&resumed);
    hc_crossing_release(&c);
}

static void a_resumed_run_ends_as_an_uninterrupted_one(void)
{
    for (uint64_t number = first_scenario; number < first_scenario + scenario_count; number++) {
        check_one(number);
    }
}

static const hc_test_case CASES[] = {
    {"a_resumed_run_ends_as_an_uninterrupted_one", a_resumed_run_ends_as_an_uninterrupted_one},
};

int main(int argc, char **argv)
{
    scenario_count = argc > 1 ? strtoull(argv[1], NULL, 10) : scenario_count;
    first_scenario = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;
    return hc_test_main("resume", CASES, sizeof CASES / sizeof CASES[0]);
}
