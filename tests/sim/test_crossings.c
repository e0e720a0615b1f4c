/* Everything at once: random machines and jobs with warm starts, calendars of capacity, a closed loop, estimates and
 * limits that kill, under every policy. Each of these has tests of its own that say what it does; here they meet.
 * Usage: test_sim_crossings [SCENARIOS [FIRST]] */

#include "sim/engine/random.h"
#include "sim/policies/policies.h"
#include "tests/sim/random_scenario.h"
#include "tests/sim/replay.h"
#include "tests/testing.h"

#include <stdlib.h>
#include <string.h>

static uint64_t scenario_count = 1000;
static uint64_t first_scenario;

static const hc_time SAMPLE[] = {60 * HC_SECOND, 600 * HC_SECOND, 1800 * HC_SECOND};

/* A cross-section of what a queue and a rank can be told. */
static hc_policy_options draw_policy(hc_random *random, bool is_plain)
{
    hc_policy_options o = {.reservation_count = 1 + (uint32_t)hc_random_below(random, 3)};
    o.order = (hc_queue_order)hc_random_below(random, HC_QUEUE_ORDER_COUNT);
    o.tail = (hc_queue_order)hc_random_below(random, HC_QUEUE_ORDER_COUNT);
    o.depth = is_plain && hc_random_below(random, 2) == 0
                  ? HC_DEPTH_UNLIMITED
                  : 1 + (uint32_t)hc_random_below(random, 9);
    o.rank = hc_random_below(random, 2) == 0 ? HC_RANK_NONE
                                             : (hc_rank)hc_random_below(random, HC_RANK_COUNT);
    if (o.rank == HC_RANK_NONE) {
        o.backfill = (hc_backfill)hc_random_below(random, HC_BACKFILL_COUNT);
        return o;
    }
    o.preemption = hc_random_below(random, 2) == 0 ? HC_PREEMPTION_SUSPEND : HC_PREEMPTION_REQUEUE;
    o.backfill = HC_BACKFILL_FIRST_FIT;
    o.las = (hc_las_options){.thresholds = {300 * HC_SECOND, 2400 * HC_SECOND},
                             .threshold_count = 2,
                             .promotion = o.preemption == HC_PREEMPTION_SUSPEND ? 4 : 0};
    o.gittins = (hc_gittins_options){SAMPLE, 3, 60 * HC_SECOND};
    return o;
}

static hc_estimate_options draw_estimates(hc_random *random, const hc_random_scenario *s)
{
    static const double FACTORS[] = {0, 0.5, 1, 3};
    return (hc_estimate_options){
        .source = (hc_estimate)hc_random_below(random, HC_ESTIMATE_COUNT),
        .factor = FACTORS[hc_random_below(random, 4)],
        .is_limit_enforced = s->is_limit_enforced,
    };
}

/* A job may follow one of the few before it. */
static void draw_links(hc_random *random, hc_random_scenario *s)
{
    for (size_t i = 1; i < s->job_count; i++) {
        hc_job_spec *spec = &s->jobs[i].spec;
        uint64_t back = 1 + hc_random_below(random, i < 8 ? i : 8);
        spec->user = (uint32_t)hc_random_below(random, 5);
        if (hc_random_below(random, 4) == 0 && !spec->is_running_at_start) {
            spec->has_preceding = true;
            spec->preceding = (uint32_t)(i - back);
            spec->think_time = (hc_time)hc_random_below(random, 600) * HC_SECOND;
        }
    }
}

/* Up to six changes of the first partition, some at the instants of submissions; in the end all nodes are there. */
static void draw_calendar(hc_random *random, const hc_random_scenario *s, hc_calendar *out)
{
    char complaint[HC_CALENDAR_TEXT_SIZE];
    uint64_t all = hc_machine_partition(s->machine, (hc_partition_id){0})->gpu_count;
    *out = hc_calendar_empty((hc_partition_id){0});
    for (size_t i = 0; i < s->job_count; i += s->job_count / 6) {
        hc_time at = s->jobs[i].spec.submit;
        (void)hc_calendar_add(out, s->machine, at, hc_random_below(random, all + 1), complaint);
    }
    CU_ASSERT_EQUAL(hc_calendar_add(out, s->machine, s->jobs[s->job_count - 1].spec.submit + HC_DAY,
                                    all, complaint),
                    0);
}

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

static bool has_parts_of_gpus(const hc_random_scenario *s)
{
    for (size_t i = 0; i < s->job_count; i++) {
        if (s->jobs[i].spec.request.gpu_milli != HC_WHOLE_GPU) {
            return true;
        }
    }
    return false;
}

static void check_one(uint64_t number)
{
    static hc_random_scenario s;
    hc_random random = hc_random_stream(20261124, number, HC_RANDOM_BENCH);
    hc_policy_options options;
    hc_calendar calendar;
    hc_digest digest;
    hc_replay replay;
    hc_random_scenario_draw(&s, number);
    options = draw_policy(&random, s.is_plain);
    if (options.backfill >= HC_BACKFILL_EASY && has_parts_of_gpus(&s)) {
        options.backfill = HC_BACKFILL_FIRST_FIT; /* no plans for parts of a GPU */
    }
    draw_links(&random, &s);
    draw_calendar(&random, &s, &calendar);
    replay = (hc_replay){
        .groups = s.groups,
        .group_count = s.group_count,
        .policy_options = &options,
        .restart = {.count = 2, .steps = {{1, 7 * HC_SECOND}, {8, 15 * HC_SECOND}}},
        .estimates = draw_estimates(&random, &s),
        .is_pass_per_event = hc_random_below(&random, 2) == 1,
        .follows_dependencies = hc_random_below(&random, 2) == 1,
        .calendar = hc_random_below(&random, 4) == 0 ? NULL : &calendar,
        .begin = s.begin,
        .warmup = s.warmup,
        .sample_interval = s.sample_interval,
        .checks_every_event = true,
        .jobs = s.jobs,
        .job_count = s.job_count,
    };
    hc_replay_run(&replay);
    check_fates(&s, replay.follows_dependencies);
    check_ledger(&s, &replay);
    digest = replay.digest;
    replay.checks_every_event = false;
    hc_replay_run(&replay);
    CU_ASSERT_EQUAL_FATAL(memcmp(&digest, &replay.digest, sizeof digest), 0);
    hc_calendar_free(&calendar);
    hc_random_scenario_release(&s);
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
