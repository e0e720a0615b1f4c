#include "tests/sim/random_scenario.h"

#include "sim/engine/random.h"
#include "tests/testing.h"

#include <string.h>

static const char *const KINDS[] = {"A100", "T4", "V100"};
static const char *const PARTITIONS[HC_RANDOM_PARTITIONS] = {"p0", "p1", "p2"};

/* What a scenario has; each is on in about half of them. */
typedef struct traits {
    uint64_t partition_count;
    bool has_kinds;
    bool has_host;
    bool has_shared;
    bool has_single_node_jobs;
    bool has_cpu_jobs;
    bool is_coarse; /* times on a grid: many events at one instant, jobs of no length */
    bool has_exact_limits;
    bool has_warm_start;
} traits;

static bool flip(hc_random *random)
{
    return hc_random_below(random, 2) == 1;
}

static traits draw_traits(hc_random *random, bool is_plain)
{
    traits t = {.partition_count = 1 + hc_random_below(random, HC_RANDOM_PARTITIONS)};
    t.is_coarse = flip(random);
    t.has_exact_limits = flip(random);
    t.has_warm_start = flip(random);
    if (!is_plain) {
        t.has_kinds = flip(random);
        t.has_host = flip(random);
        t.has_shared = flip(random);
        t.has_single_node_jobs = flip(random);
        t.has_cpu_jobs = t.has_host && flip(random);
    }
    return t;
}

static hc_node_group draw_group(hc_random *random, const traits *t)
{
    hc_node_group group = {
        .count = 1 + hc_random_below(random, 4),
        .gpu_count = 1 + hc_random_below(random, (uint64_t)1 << hc_random_below(random, 5)),
        .kind = KINDS[t->has_kinds ? hc_random_below(random, 3) : 0],
        .cpu_milli = t->has_host ? 1000 * (4 + hc_random_below(random, 60)) : HC_UNLIMITED,
        .memory_bytes = t->has_host ? 1 + hc_random_below(random, 300) : HC_UNLIMITED,
    };
    if (t->has_cpu_jobs && hc_random_below(random, 4) == 0) {
        group.gpu_count = 0;
    }
    return group;
}

static void draw_groups(hc_random *random, const traits *t, hc_random_scenario *s)
{
    for (uint64_t p = 0; p < t->partition_count; p++) {
        uint64_t count = s->is_plain ? 1 : 1 + hc_random_below(random, 3);
        for (uint64_t i = 0; i < count; i++) {
            hc_node_group *group = &s->groups[s->group_count++];
            *group = draw_group(random, t);
            group->count = s->is_plain ? 1 : group->count;
            group->partition = PARTITIONS[p];
        }
    }
}

static void build_machine(hc_random_scenario *s)
{
    s->machine = hc_machine_create();
    for (size_t i = 0; i < s->group_count; i++) {
        CU_ASSERT_EQUAL_FATAL(hc_machine_add(s->machine, &s->groups[i], NULL), 0);
    }
    CU_ASSERT_EQUAL_FATAL(hc_machine_freeze(s->machine, NULL), 0);
}

static hc_request draw_request(hc_random *random, const traits *t)
{
    hc_request r = {.kinds = UINT64_MAX, .gpu_milli = HC_WHOLE_GPU};
    r.gpu_count =
        (uint32_t)(1 + hc_random_below(random, (uint64_t)1 << hc_random_below(random, 5)));
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
        r.gpu_milli = (uint16_t)(1 + hc_random_below(random, 999));
    } else if (t->has_cpu_jobs && hc_random_below(random, 5) == 0) {
        r.gpu_count = 0;
        r.kinds = UINT64_MAX;
        r.is_single_node = true;
    }
    return r;
}

static hc_partition_id draw_partition(hc_random *random, const traits *t)
{
    bool is_nowhere = hc_random_below(random, 50) == 0;
    uint16_t index = (uint16_t)hc_random_below(random, t->partition_count);
    return (hc_partition_id){is_nowhere ? UINT16_MAX : index};
}

static void draw_jobs(hc_random *random, const traits *t, hc_random_scenario *s)
{
    hc_time grid = t->is_coarse ? 60 : 1;
    hc_time now = 1000;
    s->job_count = 20 + hc_random_below(random, HC_RANDOM_JOBS - 20);
    for (size_t i = 0; i < s->job_count; i++) {
        hc_time run = (hc_time)hc_random_exponential(random, 600) / grid * grid;
        hc_time slack = (hc_time)hc_random_below(random, 1200) / grid * grid;
        now += (hc_time)hc_random_exponential(random, 60) / grid * grid;
        s->jobs[i].spec = hc_replay_spec(now, 1, run, run + (t->has_exact_limits ? 0 : slack));
        s->jobs[i].spec.request = draw_request(random, t);
        s->jobs[i].spec.partition = draw_partition(random, t);
    }
}

/* From a stream of its own, so that the rest of a scenario does not depend on it. */
static void draw_priorities(hc_random_scenario *s)
{
    hc_random random = hc_random_stream(20260606, s->number, HC_RANDOM_BENCH);
    for (size_t i = 0; i < s->job_count; i++) {
        s->jobs[i].spec.priority = (int32_t)hc_random_below(&random, 5);
    }
}

/* Likewise: in some scenarios jobs ask for limits that some of them outrun, and are killed there. */
static void draw_limits(hc_random_scenario *s)
{
    hc_random random = hc_random_stream(20261123, s->number, HC_RANDOM_BENCH);
    s->is_limit_enforced = hc_random_below(&random, 3) == 0;
    for (size_t i = 0; s->is_limit_enforced && i < s->job_count; i++) {
        hc_job_spec *spec = &s->jobs[i].spec;
        uint64_t run_seconds = (uint64_t)(spec->run_time / HC_SECOND);
        spec->is_limit_requested = flip(&random);
        spec->requested_time = flip(&random)
                                   ? spec->time_limit
                                   : (hc_time)hc_random_below(&random, run_seconds + 1) * HC_SECOND;
    }
}

/* Of the jobs before the begin, some run there since a moment behind their submission; the others wait. */
static void warm_up(hc_random *random, hc_random_scenario *s)
{
    s->begin = s->jobs[s->job_count / 4].spec.submit;
    for (size_t i = 0; i < s->job_count && s->jobs[i].spec.submit < s->begin; i++) {
        hc_job_spec *spec = &s->jobs[i].spec;
        hc_time span = (s->begin - spec->submit) / HC_SECOND;
        hc_time slack = spec->time_limit - spec->run_time;
        if (flip(random)) {
            spec->is_running_at_start = true;
            spec->running_since =
                s->begin - (hc_time)hc_random_below(random, (uint64_t)span + 1) * HC_SECOND;
            spec->run_time += s->begin - spec->running_since + HC_SECOND;
            spec->time_limit = spec->run_time + slack;
        }
    }
}

void hc_random_scenario_draw(hc_random_scenario *out, uint64_t number)
{
    hc_random random = hc_random_stream(20260202, number, HC_RANDOM_BENCH);
    traits t;
    memset(out, 0, sizeof *out);
    out->number = number;
    out->is_plain = hc_random_below(&random, 3) == 0;
    out->begin = HC_TIME_MISSING;
    t = draw_traits(&random, out->is_plain);
    draw_groups(&random, &t, out);
    build_machine(out);
    draw_jobs(&random, &t, out);
    draw_priorities(out);
    if (t.has_warm_start) {
        warm_up(&random, out);
    }
    draw_limits(out);
    out->warmup = flip(&random) ? 0 : (hc_time)hc_random_below(&random, 3000) * HC_SECOND;
    out->sample_interval = (hc_time)(1 + hc_random_below(&random, 600)) * HC_SECOND;
}

void hc_random_scenario_release(hc_random_scenario *scenario)
{
    hc_machine_destroy(scenario->machine);
    scenario->machine = NULL;
}
