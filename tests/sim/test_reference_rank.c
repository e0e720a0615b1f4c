/* Random scenarios under every policy that preempts, compared job by job with a scheduler that is slow and
 * obvious. Usage: test_sim_reference_rank [SCENARIOS [FIRST [POLICY]]] */

#include "sim/policies/registry.h"
#include "tests/sim/reference_rank.h"
#include "tests/sim/reference_scenario.h"
#include "tests/sim/reference_steps.h"
#include "tests/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const POLICIES[] = {"smallest_first", "srtf",    "srsf",    "las",
                                       "las_2d",         "gittins", "priority"};
static const char *const PLACEMENTS[] = {"packed", "spread", "first"};

/* What is drawn for the policies, beside the machine and the jobs. */
typedef struct draws {
    hc_time sample[40];
    hc_policy_options options;
} draws;

static hc_time seconds_below(hc_random *random, uint64_t count)
{
    return (hc_time)hc_random_below(random, count) * HC_SECOND;
}

/* Levels are longer than the time to come up again, or jobs could sink and rise for ever without any work.
 * @param shortest  of the thresholds */
static void draw_las(hc_random *random, hc_time shortest, hc_las_options *las)
{
    hc_time last = shortest;
    las->threshold_count = (uint32_t)(1 + hc_random_below(random, 4));
    for (uint32_t i = 0; i < las->threshold_count; i++) {
        las->thresholds[i] =
            last + (hc_random_below(random, 4) == 0
                        ? 0
                        : seconds_below(random, 7 * (uint64_t)(shortest / HC_SECOND)));
        last = las->thresholds[i] + HC_SECOND;
    }
    las->promotion = hc_ref_flip(random) ? (double)hc_random_below(random, 8) / 2 : 0;
}

static void draw_gittins(hc_random *random, draws *d)
{
    hc_time last = HC_SECOND;
    d->options.gittins = (hc_gittins_options){
        .sample = d->sample,
        .sample_count = (uint32_t)(1 + hc_random_below(random, 40)),
        .quantum = 20 * HC_SECOND + seconds_below(random, 300),
    };
    for (uint32_t i = 0; i < d->options.gittins.sample_count; i++) {
        last += seconds_below(random, 1 + hc_random_below(random, 200));
        d->sample[i] = last;
    }
}

static bool has_parts(const hc_replay *replay)
{
    for (size_t i = 0; i < replay->job_count; i++) {
        if (replay->jobs[i].spec.request.gpu_milli < HC_WHOLE_GPU) {
            return true;
        }
    }
    return false;
}

/* Draws everything for every policy, so that a scenario is the same for all of them. */
static void draw_policy(hc_random *random, const hc_replay *replay, draws *d)
{
    bool counts_gpus = strcmp(replay->policy, "las_2d") == 0;
    bool is_late = hc_ref_flip(random);
    hc_preemption preemption = hc_ref_flip(random) ? HC_PREEMPTION_SUSPEND : HC_PREEMPTION_REQUEUE;
    d->options = hc_policy_find(replay->policy)->options;
    d->options.preemption = preemption;
    if (strncmp(replay->policy, "las", 3) == 0) {
        draw_las(random, (counts_gpus ? 2000 : 120) * HC_SECOND, &d->options.las);
        d->options.las.promotion *= preemption == HC_PREEMPTION_SUSPEND ? 1 : 0;
        d->options.las.is_demotion_late = is_late && counts_gpus && !has_parts(replay);
    } else if (strcmp(replay->policy, "gittins") == 0) {
        draw_gittins(random, d);
    } else if (strcmp(replay->policy, "priority") == 0) {
        d->options.rank = HC_RANK_PRIORITY;
        d->options.backfill = hc_ref_flip(random) ? HC_BACKFILL_NONE : HC_BACKFILL_FIRST_FIT;
    }
}

static void draw_restart(hc_random *random, hc_restart_costs *restart)
{
    restart->count = (uint32_t)hc_random_below(random, 4);
    for (uint32_t i = 0; i < restart->count; i++) {
        restart->steps[i].gpus_max = (uint64_t)1 << (2 * i);
        restart->steps[i].time = seconds_below(random, 60);
    }
}

static void draw_more(hc_random *random, const hc_ref_traits *t, hc_replay *replay)
{
    uint64_t priority_count = 1 + hc_random_below(random, 6);
    bool is_fine = !t->is_coarse && hc_ref_flip(random);
    hc_time last = 0;
    bool has_empty_jobs = hc_random_below(random, 4) == 0;
    for (size_t i = 0; i < replay->job_count; i++) {
        hc_job_spec *spec = &replay->jobs[i].spec;
        spec->priority = (int32_t)hc_random_below(random, priority_count) - 2;
        spec->is_limit_requested = hc_ref_flip(random);
        spec->requested_time = HC_SECOND + seconds_below(random, 1500);
        if (is_fine) {
            spec->submit += (hc_time)hc_random_below(random, 1000);
            spec->submit = spec->submit > last ? spec->submit : last;
            last = spec->submit;
            spec->run_time += (hc_time)hc_random_below(random, 1000);
            spec->time_limit += HC_SECOND;
        }
        if (has_empty_jobs && hc_random_below(random, 8) == 0 && t->has_one_node) {
            spec->request = (hc_request){
                .kinds = UINT64_MAX, .gpu_milli = HC_WHOLE_GPU, .is_single_node = true};
        }
    }
}

static bool is_same(const hc_replay_job *a, const hc_replay_job *b)
{
    if (a->state != b->state) {
        return false;
    }
    if (a->state == HC_JOB_PENDING) { /* its nodes never came back */
        return a->start == b->start && a->preemption_count == b->preemption_count;
    }
    return a->state == HC_JOB_REJECTED ||
           (a->start == b->start && a->end == b->end && a->wait == b->wait &&
            a->preemption_count == b->preemption_count && hc_ref_same_nodes(a->nodes, b->nodes));
}

static void print_job(const char *what, const hc_replay_job *job)
{
    printf("      %s: state %d, start %.9f, end %.9f, wait %.9f, %u preemptions, on %s\n", what,
           (int)job->state, (double)job->start / 1e9, (double)job->end / 1e9,
           (double)job->wait / 1e9, job->preemption_count, job->nodes);
}

static uint64_t scenario_count = 60;
static uint64_t first_scenario;
static const char *only_policy;
static uint64_t preemption_count;

static void compare_schedules(hc_replay *replay, uint64_t number)
{
    static hc_replay_job expected_jobs[HC_REF_MAX_JOBS];
    hc_replay expected = *replay;
    memcpy(expected_jobs, replay->jobs, replay->job_count * sizeof expected_jobs[0]);
    expected.jobs = expected_jobs;
    hc_reference_rank_run(&expected);
    hc_replay_run(replay);
    for (size_t i = 0; i < replay->job_count; i++) {
        preemption_count += expected_jobs[i].preemption_count;
        if (!is_same(&replay->jobs[i], &expected_jobs[i])) {
            printf("\n    scenario %llu, %s, %s: job %zu\n", (unsigned long long)number,
                   replay->policy, replay->placement, i);
            print_job("found", &replay->jobs[i]);
            print_job("expected", &expected_jobs[i]);
            CU_FAIL_FATAL("the schedules differ");
        }
    }
}

static void check_scenario(uint64_t number)
{
    static hc_replay_job jobs[HC_REF_MAX_JOBS];
    hc_random random = hc_random_stream(20260404, number, HC_RANDOM_BENCH);
    hc_ref_traits t = hc_ref_draw_traits(&random);
    hc_node_group groups[HC_REF_MAX_GROUPS];
    hc_calendar calendar;
    hc_replay replay = {
        .groups = groups,
        .begin = HC_TIME_MISSING,
        .checks_every_event = number % 4 == 0,
        .jobs = jobs,
        .job_count = 20 + hc_random_below(&random, HC_REF_MAX_JOBS - 20),
    };
    if (number % 3 == 0) { /* only the number of GPUs counts */
        t = (hc_ref_traits){.has_one_node = true, .is_coarse = t.is_coarse};
    }
    replay.group_count = hc_ref_draw_groups(&random, &t, groups);
    if (number % 3 == 0) {
        groups[0].gpu_count = 1 + hc_random_below(&random, 16);
    }
    memset(jobs, 0, sizeof jobs);
    hc_ref_draw_jobs(&random, &t, &replay);
    draw_more(&random, &t, &replay);
    draw_restart(&random, &replay.restart);
    replay.estimates.is_limit_enforced = hc_ref_flip(&random);
    calendar = hc_ref_draw_steps(&random, t.is_coarse ? 60 : 1, &replay);
    replay.calendar = hc_ref_flip(&random) ? &calendar : NULL;
    for (size_t p = 0; p < sizeof POLICIES / sizeof POLICIES[0]; p++) {
        draws d;
        replay.policy = POLICIES[p];
        replay.policy_options = &d.options;
        replay.placement = PLACEMENTS[hc_random_below(&random, 3)];
        draw_policy(&random, &replay, &d);
        if (only_policy == NULL || strcmp(only_policy, replay.policy) == 0) {
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
    printf("%llu preemptions ", (unsigned long long)preemption_count);
}

static const hc_test_case CASES[] = {
    {"random_scenarios_match_the_reference_scheduler",
     random_scenarios_match_the_reference_scheduler},
};

int main(int argc, char **argv)
{
    scenario_count = argc > 1 ? strtoull(argv[1], NULL, 10) : scenario_count;
    first_scenario = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;
    only_policy = argc > 3 ? argv[3] : NULL;
    return hc_test_main("reference_rank", CASES, 1);
}
