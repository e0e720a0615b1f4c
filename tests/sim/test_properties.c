/* Random machines and jobs under every policy, placement and pass rule, judged by what no schedule may break.
 * Usage: test_sim_properties [SCENARIOS [FIRST]] */

#include "sim/engine/random.h"
#include "tests/sim/random_scenario.h"
#include "tests/sim/schedule_check.h"
#include "tests/sim/schedule_log.h"
#include "tests/testing.h"

#include <stdlib.h>
#include <string.h>

static const hc_time SAMPLE[] = {60 * HC_SECOND, 240 * HC_SECOND, 600 * HC_SECOND,
                                 1800 * HC_SECOND};

#define LEVELS                                                                                  \
    {                                                                                           \
        .thresholds = {300 * HC_SECOND, 2400 * HC_SECOND}, .threshold_count = 2, .promotion = 4 \
    }

/* Policies by name, and those whose jobs give way with what they need. */
static const struct {
    const char *name;
    hc_policy_options options; /* where `rank` is set */
} POLICIES[] = {
    {"fcfs", {0}},
    {"first_fit", {0}},
    {"sjf", {0}},
    {"easy", {0}},
    {"easy_sjbf", {0}},
    {"smallest_first",
     {.rank = HC_RANK_SIZE,
      .preemption = HC_PREEMPTION_SUSPEND,
      .backfill = HC_BACKFILL_FIRST_FIT}},
    {"srtf",
     {.rank = HC_RANK_REMAINING,
      .preemption = HC_PREEMPTION_SUSPEND,
      .backfill = HC_BACKFILL_FIRST_FIT}},
    {"srsf",
     {.rank = HC_RANK_REMAINING_SERVICE,
      .preemption = HC_PREEMPTION_REQUEUE,
      .backfill = HC_BACKFILL_FIRST_FIT}},
    {"las",
     {.rank = HC_RANK_ATTAINED,
      .preemption = HC_PREEMPTION_SUSPEND,
      .backfill = HC_BACKFILL_FIRST_FIT,
      .las = LEVELS}},
    {"las_2d",
     {.rank = HC_RANK_ATTAINED_SERVICE,
      .preemption = HC_PREEMPTION_SUSPEND,
      .backfill = HC_BACKFILL_FIRST_FIT,
      .las = LEVELS}},
    {"gittins",
     {.rank = HC_RANK_GITTINS,
      .preemption = HC_PREEMPTION_SUSPEND,
      .backfill = HC_BACKFILL_FIRST_FIT,
      .gittins = {SAMPLE, 4, 60 * HC_SECOND}}},
    {"priority", {.rank = HC_RANK_PRIORITY, .preemption = HC_PREEMPTION_SUSPEND}},
    {"priority",
     {.rank = HC_RANK_PRIORITY,
      .preemption = HC_PREEMPTION_REQUEUE,
      .backfill = HC_BACKFILL_FIRST_FIT}},
};
static const char *const PLACEMENTS[] = {"packed", "spread", "first"};

enum {
    POLICY_COUNT = sizeof POLICIES / sizeof POLICIES[0],
    VARIANT_COUNT = POLICY_COUNT * 3 * 2,
};

static uint64_t scenario_count = 60;
static uint64_t first_scenario;

/* The n-th combination of policy, placement and pass rule. */
static hc_replay make_replay(hc_random_scenario *s, size_t variant)
{
    const hc_policy_options *options = &POLICIES[variant % POLICY_COUNT].options;
    return (hc_replay){
        .groups = s->groups,
        .group_count = s->group_count,
        .policy = POLICIES[variant % POLICY_COUNT].name,
        .policy_options = options->rank == HC_RANK_NONE ? NULL : options,
        .estimates.is_limit_enforced = s->is_limit_enforced,
        .restart = {.count = 2, .steps = {{1, 7 * HC_SECOND}, {8, 15 * HC_SECOND}}},
        .placement = PLACEMENTS[variant / POLICY_COUNT % 3],
        .is_pass_per_event = variant / POLICY_COUNT / 3 == 1,
        .begin = s->begin,
        .warmup = s->warmup,
        .sample_interval = s->sample_interval,
        .jobs = s->jobs,
        .job_count = s->job_count,
    };
}

static void run(hc_replay *replay, hc_schedule_log *log)
{
    hc_schedule_log_begin(log);
    replay->observer = &log->sink;
    hc_replay_run(replay);
}

static void check_variant(hc_random_scenario *s, size_t variant)
{
    static hc_schedule_log log;
    hc_replay replay = make_replay(s, variant);
    hc_schedule schedule;
    replay.checks_every_event = s->number % 10 == variant % 10;
    run(&replay, &log);
    schedule = hc_schedule_of(s, &replay, &log);
    hc_schedule_check_jobs(&schedule);
    hc_schedule_check_use(&schedule);
    hc_schedule_check_policy(&schedule);
}

static void for_all(void (*check)(hc_random_scenario *s, size_t variant))
{
    static hc_random_scenario s;
    for (uint64_t number = first_scenario; number < first_scenario + scenario_count; number++) {
        hc_random_scenario_draw(&s, number);
        for (size_t variant = 0; variant < VARIANT_COUNT; variant++) {
            check(&s, variant);
        }
        hc_random_scenario_release(&s);
    }
}

static void every_schedule_keeps_what_it_must(void)
{
    for_all(check_variant);
}

/* Both runs have job `a` of one and job `b` of the other at the same places, `shift` later.
 * @param node_offset  of the second machine's nodes in the first */
static void compare_jobs(const hc_schedule *x, uint32_t a, const hc_schedule *y, uint32_t b,
                         hc_time shift, uint32_t node_offset)
{
    const hc_logged_job *first = &x->log->jobs[a];
    const hc_logged_job *second = &y->log->jobs[b];
    if (first->record.state != second->record.state ||
        first->record.rejection != second->record.rejection ||
        first->attempt_count != second->attempt_count ||
        first->placement_count != second->placement_count) {
        hc_schedule_fail(x, "another fate in the second run", a);
    }
    if (first->record.state == HC_JOB_REJECTED) {
        return;
    }
    if (first->record.first_start + shift != second->record.first_start ||
        first->record.last_end + shift != second->record.last_end) {
        hc_schedule_fail(x, "other times in the second run", a);
    }
    for (size_t i = 0; i < first->placement_count; i++) {
        const hc_placement_record *p = &x->log->placements[first->first_placement + i];
        const hc_placement_record *q = &y->log->placements[second->first_placement + i];
        if (p->node.index != q->node.index + node_offset || p->device != q->device ||
            p->count != q->count || p->milli != q->milli) {
            hc_schedule_fail(x, "other GPUs in the second run", a);
        }
    }
}

static void check_later(hc_random_scenario *s, size_t variant)
{
    static const hc_time SHIFT = 365 * HC_DAY + 1;
    static hc_schedule_log logs[2];
    static hc_random_scenario later;
    hc_replay replay = make_replay(s, variant);
    hc_replay again;
    hc_schedule x;
    hc_schedule y;
    later = *s;
    later.begin += s->begin == HC_TIME_MISSING ? 0 : SHIFT;
    later.sample_interval = 0;
    for (size_t i = 0; i < s->job_count; i++) {
        later.jobs[i].spec.submit += SHIFT;
        later.jobs[i].spec.running_since += SHIFT;
    }
    again = make_replay(&later, variant);
    run(&replay, &logs[0]);
    run(&again, &logs[1]);
    x = hc_schedule_of(s, &replay, &logs[0]);
    y = hc_schedule_of(&later, &again, &logs[1]);
    for (uint32_t job = 0; job < s->job_count; job++) {
        compare_jobs(&x, job, &y, job, SHIFT, 0);
    }
}

/* Neither the zero of the clock nor the samples have a say in what happens. */
static void a_schedule_is_the_same_at_another_time_and_without_samples(void)
{
    for_all(check_later);
}

/* Bits of kinds are numbers of one machine: they are carried over by name. */
static uint64_t translate_kinds(uint64_t kinds, const hc_machine *from, const hc_machine *to)
{
    uint64_t translated = 0;
    if (kinds == UINT64_MAX) {
        return kinds;
    }
    for (uint32_t kind = 0; kind < hc_machine_kind_count(from); kind++) {
        if ((kinds >> kind & 1) != 0) {
            translated |= hc_machine_kinds(to, hc_machine_kind_name(from, kind));
        }
    }
    return translated;
}

/* The scenario with one partition and its jobs alone. @param jobs  [out] their numbers in `s` */
static void cut_out(const hc_random_scenario *s, uint16_t partition, hc_random_scenario *out,
                    uint32_t *jobs)
{
    const char *name = hc_machine_partition_name(s->machine, (hc_partition_id){partition});
    *out = *s;
    out->group_count = 0;
    out->job_count = 0;
    out->begin = s->begin == HC_TIME_MISSING ? s->jobs[0].spec.submit : s->begin;
    out->machine = hc_machine_create();
    for (size_t i = 0; i < s->group_count; i++) {
        if (strcmp(s->groups[i].partition, name) == 0) {
            out->groups[out->group_count++] = s->groups[i];
            CU_ASSERT_EQUAL_FATAL(hc_machine_add(out->machine, &s->groups[i], NULL), 0);
        }
    }
    CU_ASSERT_EQUAL_FATAL(hc_machine_freeze(out->machine, NULL), 0);
    for (uint32_t i = 0; i < s->job_count; i++) {
        if (s->jobs[i].spec.partition.index == partition) {
            hc_replay_job *job = &out->jobs[out->job_count];
            *job = s->jobs[i];
            job->spec.partition.index = 0;
            job->spec.request.kinds =
                translate_kinds(job->spec.request.kinds, s->machine, out->machine);
            jobs[out->job_count++] = i;
        }
    }
}

static void check_partition(hc_random_scenario *s, size_t variant, const hc_schedule *whole,
                            uint16_t partition)
{
    static hc_schedule_log log;
    static hc_random_scenario part;
    uint32_t jobs[HC_RANDOM_JOBS];
    uint32_t first_node =
        hc_machine_partition(s->machine, (hc_partition_id){partition})->first_node;
    cut_out(s, partition, &part, jobs);
    if (part.job_count > 0) {
        hc_replay replay = make_replay(&part, variant);
        hc_schedule alone;
        run(&replay, &log);
        alone = hc_schedule_of(&part, &replay, &log);
        for (uint32_t i = 0; i < part.job_count; i++) {
            compare_jobs(whole, jobs[i], &alone, i, 0, first_node);
        }
    }
    hc_random_scenario_release(&part);
}

static void check_partitions(hc_random_scenario *s, size_t variant)
{
    static hc_schedule_log log;
    hc_replay replay = make_replay(s, variant);
    hc_schedule whole;
    run(&replay, &log);
    whole = hc_schedule_of(s, &replay, &log);
    for (uint32_t i = 0; i < hc_machine_partition_count(s->machine); i++) {
        check_partition(s, variant, &whole, (uint16_t)i);
    }
}

static void a_partition_does_the_same_alone_as_beside_others(void)
{
    for_all(check_partitions);
}

/* One GPU, jobs one after the other, without the cost of coming up again. @return the sum of all completion times */
static hc_int128 sum_of_ends(const char *policy, hc_random *random)
{
    static const hc_node_group ONE = {.count = 1, .gpu_count = 1};
    static hc_replay_job jobs[HC_RANDOM_JOBS];
    hc_replay replay = {.groups = &ONE,
                        .group_count = 1,
                        .policy = policy,
                        .begin = HC_TIME_MISSING,
                        .jobs = jobs,
                        .job_count = HC_RANDOM_JOBS};
    hc_time now = 0;
    hc_int128 sum = 0;
    for (size_t i = 0; i < HC_RANDOM_JOBS; i++) {
        int64_t run = (int64_t)hc_random_exponential(random, 100);
        now += (hc_time)hc_random_exponential(random, 110);
        jobs[i].spec = hc_replay_spec(now, 1, run, run);
    }
    hc_replay_run(&replay);
    for (size_t i = 0; i < HC_RANDOM_JOBS; i++) {
        sum += jobs[i].end;
    }
    return sum;
}

/* Schrage 1968: no schedule of one machine has a smaller mean. */
static void srtf_on_one_gpu_has_the_least_mean_completion_time(void)
{
    static const char *const OTHERS[] = {"fcfs", "sjf", "easy_sjbf", "srsf", "las"};
    for (uint64_t number = first_scenario; number < first_scenario + scenario_count; number++) {
        hc_random random = hc_random_stream(20260505, number, HC_RANDOM_BENCH);
        hc_random again = random;
        hc_int128 best = sum_of_ends("srtf", &again);
        for (size_t i = 0; i < sizeof OTHERS / sizeof OTHERS[0]; i++) {
            again = random;
            CU_ASSERT(best <= sum_of_ends(OTHERS[i], &again));
        }
    }
}

static const hc_test_case CASES[] = {
    {"every_schedule_keeps_what_it_must", every_schedule_keeps_what_it_must},
    {"a_schedule_is_the_same_at_another_time_and_without_samples",
     a_schedule_is_the_same_at_another_time_and_without_samples},
    {"a_partition_does_the_same_alone_as_beside_others",
     a_partition_does_the_same_alone_as_beside_others},
    {"srtf_on_one_gpu_has_the_least_mean_completion_time",
     srtf_on_one_gpu_has_the_least_mean_completion_time},
};

int main(int argc, char **argv)
{
    scenario_count = argc > 1 ? strtoull(argv[1], NULL, 10) : scenario_count;
    first_scenario = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;
    return hc_test_main("properties", CASES, sizeof CASES / sizeof CASES[0]);
}
