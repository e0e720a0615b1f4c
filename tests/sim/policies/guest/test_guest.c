/* Policies from outside: what they are told is complete. */

#include "sim/engine/random.h"
#include "sim/policies/registry.h"
#include "tests/sim/policies/guest/scripted_port.h"
#include "tests/testing.h"

#include <stdio.h>
#include <string.h>

/* ---- first come, first served ---- */

enum { RANDOM_JOBS = 300 };

typedef struct fcfs {
    uint64_t queue[RANDOM_JOBS];
    size_t first;
    size_t last;
} fcfs;

static int answer_fcfs(void *self, const hc_guest_pass *pass, const hc_guest_host *host)
{
    fcfs *f = self;
    for (size_t i = 0; i < pass->submitted_count; i++) {
        f->queue[f->last++] = pass->submitted[i].job;
    }
    while (f->first < f->last && host->fits(host->self, f->queue[f->first]) == 1) {
        (void)host->start(host->self, f->queue[f->first++]);
    }
    return 0;
}

static void draw_jobs(hc_random *random, hc_replay_job *jobs, uint32_t gpus_max)
{
    int64_t submit = 0;
    for (size_t i = 0; i < RANDOM_JOBS; i++) {
        uint32_t gpus = 1 + (uint32_t)hc_random_below(random, gpus_max);
        int64_t run = (int64_t)hc_random_below(random, 200);
        submit += (int64_t)hc_random_below(random, 30);
        jobs[i] = (hc_replay_job){
            .spec = hc_replay_spec(submit, gpus, run, run + (int64_t)hc_random_below(random, 99))};
    }
}

static void first_come_first_served_outside_is_that_inside(void)
{
    static const hc_node_group NODES = {.count = 5, .gpu_count = 4};
    hc_random random = hc_random_stream(3, 1, HC_RANDOM_BENCH);
    for (int trial = 0; trial < 40; trial++) {
        hc_replay_job jobs[RANDOM_JOBS];
        fcfs state = {.first = 0};
        hc_scripted_port port = {.answer = answer_fcfs, .self = &state};
        hc_replay inside = {.groups = &NODES,
                            .group_count = 1,
                            .policy = "fcfs",
                            .begin = HC_TIME_MISSING,
                            .jobs = jobs,
                            .job_count = RANDOM_JOBS};
        hc_replay outside = inside;
        draw_jobs(&random, jobs, trial % 2 == 0 ? 4 : 20);
        hc_replay_run(&inside);
        hc_scripted_port_ask(&port, &outside, &NODES);
        hc_replay_run(&outside);
        CU_ASSERT(memcmp(&inside.digest, &outside.digest, sizeof inside.digest) == 0);
        CU_ASSERT_EQUAL(port.open_count, 0);
    }
}

/* ---- a copy of the world, made of what is told ---- */

typedef struct copied_job {
    bool is_here;
    bool is_running;
    uint32_t gpus;
    int64_t limit_ns;
    int64_t expected_end_ns;
    uint32_t held_count;
    hc_guest_gpus held[32];
} copied_job;

typedef struct copy {
    hc_scripted_port *port;
    hc_random random;
    copied_job jobs[RANDOM_JOBS];
    uint32_t free_of_node[64];
    uint32_t node_count;
    uint64_t number;
    uint64_t decided_count[5];
    bool draws_nothing; /* starts what fits, and nothing else */
} copy;

static void give_back(copy *c, copied_job *job)
{
    for (uint32_t i = 0; i < job->held_count; i++) {
        c->free_of_node[job->held[i].node] += job->held[i].count;
    }
    job->held_count = 0;
    job->is_running = false;
}

static void copy_needs(copy *c, const hc_guest_change *change)
{
    copied_job *job = &c->jobs[change->job];
    CU_ASSERT(job->is_here && !job->is_running);
    job->gpus = change->gpus;
    job->limit_ns = change->limit_ns;
}

static void copy_start(copy *c, const hc_guest_start *start)
{
    copied_job *job = &c->jobs[start->job];
    uint32_t sum = 0;
    CU_ASSERT(job->is_here && !job->is_running);
    CU_ASSERT_EQUAL(start->expected_end_ns, start->start_ns + job->limit_ns);
    for (size_t i = 0; i < start->held_count; i++) {
        sum += start->held[i].count;
        c->free_of_node[start->held[i].node] -= start->held[i].count;
        CU_ASSERT(c->free_of_node[start->held[i].node] <=
                  c->port->gpus_of_node[start->held[i].node]);
        job->held[i] = start->held[i];
    }
    CU_ASSERT_EQUAL(sum, job->gpus);
    job->held_count = (uint32_t)start->held_count;
    job->is_running = true;
    job->expected_end_ns = start->expected_end_ns;
}

static void copy_pass(copy *c, const hc_guest_pass *pass)
{
    if (c->number++ == 0) {
        c->node_count = c->port->node_count;
        memcpy(c->free_of_node, c->port->gpus_of_node, sizeof c->free_of_node);
    }
    CU_ASSERT_EQUAL(pass->number, c->number);
    for (size_t i = 0; i < pass->preempted_count; i++) {
        give_back(c, &c->jobs[pass->preempted[i].job]);
        copy_needs(c, &pass->preempted[i]);
    }
    for (size_t i = 0; i < pass->resized_count; i++) {
        copy_needs(c, &pass->resized[i]);
    }
    for (size_t i = 0; i < pass->submitted_count; i++) {
        copied_job *job = &c->jobs[pass->submitted[i].job];
        CU_ASSERT(!job->is_here);
        *job = (copied_job){.is_here = true,
                            .gpus = pass->submitted[i].gpus,
                            .limit_ns = pass->submitted[i].limit_ns};
    }
    for (size_t i = 0; i < pass->started_count; i++) {
        copy_start(c, &pass->started[i]);
    }
    for (size_t i = 0; i < pass->ended_count; i++) {
        copied_job *job = &c->jobs[pass->ended[i]];
        CU_ASSERT(job->is_running);
        give_back(c, job);
        job->is_here = false;
    }
}

static void check_free(const copy *c, const hc_guest_pass *pass)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < c->node_count; i++) {
        sum += c->free_of_node[i];
    }
    CU_ASSERT_EQUAL(pass->free_milli, sum * 1000);
    CU_ASSERT_EQUAL(pass->total_milli, c->port->introduced.total_milli);
}

/* Decides at random on a job, only what can be. */
static void decide(copy *c, const hc_guest_host *host, uint64_t id, bool may_preempt)
{
    const copied_job *job = &c->jobs[id];
    uint64_t what = c->draws_nothing ? 9 : hc_random_below(&c->random, 10);
    if (job->is_running && what == 0 && may_preempt) {
        CU_ASSERT_EQUAL(host->preempt(host->self, id), 0);
        c->decided_count[0]++;
    } else if (job->is_running && what == 1 && job->gpus > 1) {
        CU_ASSERT_EQUAL(host->resize(host->self, id, job->gpus / 2), 0);
        c->decided_count[1]++;
    } else if (!job->is_running && what == 2) {
        CU_ASSERT_EQUAL(host->resize(host->self, id, 1 + (uint32_t)hc_random_below(&c->random, 9)),
                        0);
        c->decided_count[2]++;
    } else if (!job->is_running && what == 3) {
        CU_ASSERT_EQUAL(host->hold(host->self, id), 0);
        c->decided_count[3]++;
    } else if (!job->is_running && what > 3 && host->fits(host->self, id) == 1) {
        CU_ASSERT_EQUAL(host->start(host->self, id), 0);
        c->decided_count[4]++;
    }
}

/* In the last third of the jobs nobody is disturbed any more, so that all come to an end. */
static int answer_at_random(void *self, const hc_guest_pass *pass, const hc_guest_host *host)
{
    copy *c = self;
    uint64_t decided = 0;
    copy_pass(c, pass);
    check_free(c, pass);
    c->draws_nothing |= c->jobs[2 * RANDOM_JOBS / 3].is_here;
    for (uint64_t i = 0; i < 5; i++) {
        decided += c->decided_count[i];
    }
    for (uint64_t id = 0; id < RANDOM_JOBS; id++) {
        if (c->jobs[id].is_here) {
            decide(c, host, id, decided < 2000);
        }
    }
    for (uint64_t i = 0; i < 5; i++) {
        decided -= c->decided_count[i];
    }
    return decided != 0 && !c->draws_nothing && hc_random_below(&c->random, 2) == 0 ? 1 : 0;
}

static void who_only_listens_knows_queue_and_gpus_exactly(void)
{
    static const hc_node_group NODES = {.count = 6, .gpu_count = 4};
    static copy c;
    for (uint64_t trial = 0; trial < 60; trial++) {
        hc_replay_job jobs[RANDOM_JOBS];
        hc_scripted_port port = {.answer = answer_at_random, .self = &c};
        hc_replay replay = {.jobs = jobs, .job_count = RANDOM_JOBS};
        c = (copy){.port = &port, .random = hc_random_stream(4, trial, HC_RANDOM_BENCH)};
        draw_jobs(&c.random, jobs, 8);
        hc_scripted_port_ask(&port, &replay, &NODES);
        port.options.preemption = trial % 2 == 0 ? HC_PREEMPTION_SUSPEND : HC_PREEMPTION_REQUEUE;
        hc_replay_run(&replay);
        for (size_t i = 0; i < RANDOM_JOBS; i++) {
            CU_ASSERT_EQUAL(jobs[i].state, HC_JOB_COMPLETED);
        }
        for (size_t i = 0; i < 5; i++) {
            CU_ASSERT(c.decided_count[i] > 0);
        }
    }
}

/* ---- the introduction ---- */

static void partitions_are_introduced_with_their_nodes(void)
{
    static const hc_node_group GROUPS[] = {{.count = 3, .gpu_count = 4, .kind = "A"},
                                           {.count = 2, .gpu_count = 4, .kind = "B"},
                                           {.count = 1, .gpu_count = 8, .kind = "B"}};
    fcfs state = {.first = 0};
    hc_scripted_port port = {.answer = answer_fcfs, .self = &state};
    hc_replay_job jobs[] = {{.spec = hc_replay_spec(7, 4, 100, 100)}};
    hc_replay replay = {.jobs = jobs, .job_count = 1};
    hc_scripted_port_ask(&port, &replay, GROUPS);
    replay.group_count = 3;
    hc_replay_run(&replay);
    CU_ASSERT_EQUAL(port.introduced.version, HC_GUEST_VERSION);
    CU_ASSERT_EQUAL(port.introduced.nodes_count, 3);
    CU_ASSERT_EQUAL(port.introduced.kinds_count, 2);
    CU_ASSERT_EQUAL(port.introduced.total_milli, 28000);
    CU_ASSERT_EQUAL(port.introduced.begin_ns, 7 * HC_SECOND);
    CU_ASSERT_EQUAL(port.node_count, 6);
    CU_ASSERT_EQUAL(port.gpus_of_node[5], 8);
}

/* ---- nodes that go and come ---- */

typedef struct capacity {
    fcfs queue;
    int64_t changed_at[8];
    uint32_t nodes[8];
    uint64_t free_milli[8];
    size_t count;
} capacity;

static int answer_and_watch(void *self, const hc_guest_pass *pass, const hc_guest_host *host)
{
    capacity *c = self;
    if (c->count < 8 && (c->count == 0 || c->nodes[c->count - 1] != pass->nodes_in_service)) {
        c->changed_at[c->count] = pass->time_ns / HC_SECOND;
        c->free_milli[c->count] = pass->free_milli;
        c->nodes[c->count++] = pass->nodes_in_service;
    }
    return answer_fcfs(&c->queue, pass, host);
}

static void changes_of_capacity_are_told(void)
{
    static const hc_node_group NODES = {.count = 4, .gpu_count = 2};
    hc_calendar_step steps[] = {{10 * HC_SECOND, 2, 1}, {50 * HC_SECOND, 6, 3}};
    hc_calendar calendar = {.steps = steps, .count = 2};
    capacity state = {.count = 0};
    hc_scripted_port port = {.answer = answer_and_watch, .self = &state};
    hc_replay_job jobs[] = {{.spec = hc_replay_spec(0, 2, 100, 100)},
                            {.spec = hc_replay_spec(20, 4, 10, 10)}};
    hc_replay replay = {.jobs = jobs, .job_count = 2, .calendar = &calendar};
    hc_scripted_port_ask(&port, &replay, &NODES);
    hc_replay_run(&replay);
    CU_ASSERT_EQUAL_FATAL(state.count, 3);
    CU_ASSERT(state.changed_at[1] == 10 && state.nodes[1] == 1 && state.free_milli[1] == 0);
    CU_ASSERT(state.changed_at[2] == 50 && state.nodes[2] == 3 && state.free_milli[2] == 4000);
    CU_ASSERT_EQUAL(jobs[1].start, 50 * HC_SECOND);
}

static const hc_test_case CASES[] = {
    {"first_come_first_served_outside_is_that_inside",
     first_come_first_served_outside_is_that_inside},
    {"who_only_listens_knows_queue_and_gpus_exactly",
     who_only_listens_knows_queue_and_gpus_exactly},
    {"partitions_are_introduced_with_their_nodes", partitions_are_introduced_with_their_nodes},
    {"changes_of_capacity_are_told", changes_of_capacity_are_told},
};

HC_TEST_MAIN("sim/policies/guest/guest", CASES)
