/* Random scenarios under every policy and placement, compared job by job and node by node with a scheduler that
 * is slow and obvious. Usage: test_sim_reference [SCENARIOS [FIRST]] */

#include "sim/engine/random.h"
#include "tests/sim/reference.h"
#include "tests/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_JOBS = 200 };

static const char *const POLICIES[] = {"fcfs", "first_fit", "sjf", "easy", "easy_sjbf"};
static const char *const PLACEMENTS[] = {"packed", "spread", "first"};
static const char *const KINDS[] = {"A100", "T4", "V100"};

/* How a random scenario looks; each trait is on in about half of them. */
typedef struct traits {
    bool has_one_node;
    bool has_kinds;
    bool has_host;
    bool has_shared;
    bool has_single_node_jobs;
    bool has_cpu_jobs;
    bool is_coarse; /* times on a grid: many events at one instant */
} traits;

static bool flip(hc_random *random)
{
    return hc_random_below(random, 2) == 1;
}

static traits draw_traits(hc_random *random)
{
    traits t = {.has_one_node = hc_random_below(random, 4) == 0};
    t.has_kinds = flip(random);
    t.has_host = flip(random);
    t.has_shared = flip(random);
    t.has_single_node_jobs = flip(random);
    t.has_cpu_jobs = t.has_host && flip(random);
    t.is_coarse = flip(random);
    return t;
}

static size_t draw_groups(hc_random *random, const traits *t, hc_node_group *groups)
{
    size_t count = t->has_one_node ? 1 : 1 + hc_random_below(random, 4);
    for (size_t i = 0; i < count; i++) {
        groups[i] = (hc_node_group){
            .count = t->has_one_node ? 1 : 1 + hc_random_below(random, 6),
            .gpu_count = (uint64_t)1 << hc_random_below(random, 5),
            .kind = KINDS[t->has_kinds ? hc_random_below(random, 3) : 0],
            .cpu_milli = t->has_host ? 1000 * (4 + hc_random_below(random, 60)) : HC_UNLIMITED,
            .memory_bytes = t->has_host ? 1 + hc_random_below(random, 1000) : HC_UNLIMITED,
        };
        if (t->has_cpu_jobs && hc_random_below(random, 4) == 0) {
            groups[i].gpu_count = 0;
        }
    }
    return count;
}

static hc_request draw_request(hc_random *random, const traits *t)
{
    hc_request r = {.kinds = UINT64_MAX, .gpu_milli = HC_WHOLE_GPU};
    r.gpu_count =
        (uint32_t)(1 + hc_random_below(random, (uint64_t)1 << hc_random_below(random, 6)));
    if (t->has_kinds && flip(random)) {
        r.kinds = 1 + hc_random_below(random, 7);
    }
    if (t->has_host && flip(random)) {
        r.cpu_milli = hc_random_below(random, (uint64_t)3000 * r.gpu_count);
        r.memory_bytes = hc_random_below(random, (uint64_t)100 * r.gpu_count);
    }
    r.is_single_node = t->has_single_node_jobs && flip(random);
    if (t->has_shared && flip(random)) {
        r.gpu_count = 1;
        r.gpu_milli = (uint16_t)(50 * (1 + hc_random_below(random, 19)));
    } else if (t->has_cpu_jobs && hc_random_below(random, 5) == 0) {
        r.gpu_count = 0;
        r.kinds = UINT64_MAX;
        r.is_single_node = true;
    }
    return r;
}

static void draw_jobs(hc_random *random, const traits *t, hc_replay *replay)
{
    hc_time grid = t->is_coarse ? 60 : 1;
    hc_time now = 0;
    for (size_t i = 0; i < replay->job_count; i++) {
        hc_time run = (hc_time)(hc_random_exponential(random, 600)) / grid * grid;
        hc_time limit = run + (hc_time)hc_random_below(random, 1200) / grid * grid;
        now += (hc_time)hc_random_exponential(random, 90) / grid * grid;
        replay->jobs[i].spec = hc_replay_spec(now, 1, run, limit);
        replay->jobs[i].spec.request = draw_request(random, t);
    }
}

/* "7:4+6:2" and "6:2+7:4" are the same nodes: the sums of a number per part do not depend on their order. */
static uint64_t fingerprint(const char *nodes)
{
    uint64_t sum = 0;
    unsigned node = 0;
    unsigned count = 0;
    for (const char *at = nodes; sscanf(at, "%u:%u", &node, &count) == 2;) {
        uint64_t part = ((uint64_t)node << 32 | count) * UINT64_C(0x9e3779b97f4a7c15);
        sum += part ^ part >> 29;
        at = strchr(at, '+');
        if (at++ == NULL) {
            break;
        }
    }
    return sum;
}

static bool is_same(const hc_replay_job *a, const hc_replay_job *b)
{
    if (a->state != b->state) {
        return false;
    }
    return a->state == HC_JOB_REJECTED || (a->start == b->start && a->end == b->end &&
                                           fingerprint(a->nodes) == fingerprint(b->nodes));
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

static void compare_schedules(hc_replay *replay, uint64_t number)
{
    static hc_replay_job expected_jobs[MAX_JOBS];
    hc_replay expected = *replay;
    memcpy(expected_jobs, replay->jobs, replay->job_count * sizeof expected_jobs[0]);
    expected.jobs = expected_jobs;
    tell_requests(replay, expected_jobs);
    hc_reference_run(&expected);
    hc_replay_run(replay);
    for (size_t i = 0; i < replay->job_count; i++) {
        if (!is_same(&replay->jobs[i], &expected_jobs[i])) {
            print_difference(replay, &expected, number);
            CU_FAIL_FATAL("the schedules differ");
        }
    }
}

/* Requests that many jobs outrun, from a stream of their own: the rest of a scenario does not depend on them. */
static void draw_requests(uint64_t number, const traits *t, hc_replay *replay)
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
    static hc_replay_job jobs[MAX_JOBS];
    hc_random random = hc_random_stream(20260101, number, HC_RANDOM_BENCH);
    traits t = draw_traits(&random);
    hc_node_group groups[4];
    hc_replay replay = {
        .groups = groups,
        .group_count = draw_groups(&random, &t, groups),
        .begin = HC_TIME_MISSING,
        .checks_every_event = number % 4 == 0,
        .jobs = jobs,
        .job_count = 20 + hc_random_below(&random, MAX_JOBS - 20),
    };
    memset(jobs, 0, sizeof jobs);
    draw_jobs(&random, &t, &replay);
    draw_requests(number, &t, &replay);
    for (size_t p = 0; p < sizeof POLICIES / sizeof POLICIES[0]; p++) {
        for (size_t q = 0; q < sizeof PLACEMENTS / sizeof PLACEMENTS[0]; q++) {
            replay.policy = POLICIES[p];
            replay.placement = PLACEMENTS[q];
            compare_schedules(&replay, number);
        }
    }
}

static void random_scenarios_match_the_reference_scheduler(void)
{
    for (uint64_t number = first_scenario; number < first_scenario + scenario_count; number++) {
        check_scenario(number);
    }
}

static const hc_test_case CASES[] = {
    {"random_scenarios_match_the_reference_scheduler",
     random_scenarios_match_the_reference_scheduler},
};

int main(int argc, char **argv)
{
    scenario_count = argc > 1 ? strtoull(argv[1], NULL, 10) : scenario_count;
    first_scenario = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;
    return hc_test_main("reference", CASES, 1);
}
