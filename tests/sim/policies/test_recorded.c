/* Policy recorded: the past as it was, and what contradicts it. */

#include "sim/engine/random.h"
#include "tests/sim/replay.h"
#include "tests/testing.h"

#include <stdio.h>
#include <string.h>

static hc_job_spec recorded_job(int64_t submit, uint32_t gpus, int64_t run, int64_t start,
                                const char *nodes)
{
    hc_job_spec spec = hc_replay_spec(submit, gpus, run, run);
    if (start >= 0) {
        spec.recorded_start = start * HC_SECOND;
        spec.recorded_end = (start + run) * HC_SECOND;
    }
    spec.recorded_nodes = nodes;
    return spec;
}

static void run(hc_replay *replay, const hc_node_group *groups, size_t group_count)
{
    replay->groups = groups;
    replay->group_count = group_count;
    replay->policy = "recorded";
    replay->begin = HC_TIME_MISSING;
    replay->checks_every_event = true;
    hc_replay_run(replay);
}

/* No event of the simulation falls on second 70: the policy asks for it. */
static void jobs_start_when_they_really_did(void)
{
    static const hc_node_group MACHINE = {.count = 1, .gpu_count = 8};
    hc_replay_job jobs[] = {
        {.spec = recorded_job(0, 4, 100, 10, NULL)},
        {.spec = recorded_job(5, 4, 100, 70, NULL)},
        {.spec = recorded_job(6, 1, 10, 300, NULL)},
        {.spec = recorded_job(400, 8, 10, -1, NULL)}, /* not recorded: as soon as it fits */
    };
    static const int64_t STARTS[] = {10, 70, 300, 400};
    hc_replay replay = {.jobs = jobs, .job_count = 4};
    run(&replay, &MACHINE, 1);
    for (size_t i = 0; i < 4; i++) {
        CU_ASSERT_EQUAL(jobs[i].start, STARTS[i] * HC_SECOND);
        CU_ASSERT_EQUAL(jobs[i].state, HC_JOB_COMPLETED);
    }
    CU_ASSERT_EQUAL(replay.decision_counts[HC_WAIT_GPUS], 0);
}

/* 8 GPUs are not the 12 that the log had: the second job starts when the first has ended, and it is written down. */
static void a_machine_that_is_too_small_is_a_contradiction(void)
{
    static const hc_node_group MACHINE = {.count = 1, .gpu_count = 8};
    hc_replay_job jobs[] = {
        {.spec = recorded_job(0, 8, 100, 0, NULL)},
        {.spec = recorded_job(0, 4, 100, 20, NULL)},
    };
    hc_replay replay = {.jobs = jobs, .job_count = 2};
    run(&replay, &MACHINE, 1);
    CU_ASSERT_EQUAL(jobs[0].start, 0);
    CU_ASSERT_EQUAL(jobs[1].start, 100 * HC_SECOND);
    CU_ASSERT_EQUAL(replay.decision_counts[HC_WAIT_GPUS], 1);
}

static void jobs_run_where_they_really_did(void)
{
    static const hc_node_group NODES[] = {
        {.name = "a", .count = 1, .gpu_count = 4},
        {.name = "b", .count = 1, .gpu_count = 4},
        {.name = "10.0.0.7:1", .count = 1, .gpu_count = 4},
    };
    hc_replay_job jobs[] = {
        {.spec = recorded_job(0, 2, 100, 0, "b:2")},
        {.spec = recorded_job(0, 6, 100, 1, "10.0.0.7:1:4+b:2")},
        {.spec = recorded_job(0, 1, 100, 2, "b:1")},       /* taken: elsewhere */
        {.spec = recorded_job(0, 1, 100, 3, "nowhere:1")}, /* not here */
        {.spec = recorded_job(0, 2, 100, 4, "a:1")},       /* not all of its GPUs */
        {.spec = recorded_job(200, 2, 100, 200, "a:1+a:1")},
        {.spec = recorded_job(200, 2, 100, 200, "a:x")},
    };
    static const char *const WHERE[] = {"1:2", "1:2+2:4", "0:1", "0:1", "0:2", "0:2", "0:2"};
    hc_replay replay = {.jobs = jobs, .job_count = 7};
    run(&replay, NODES, 3);
    for (size_t i = 0; i < 7; i++) {
        CU_ASSERT_EQUAL(jobs[i].start, jobs[i].spec.recorded_start);
        if (i != 1) {
            CU_ASSERT_STRING_EQUAL(jobs[i].nodes, WHERE[i]);
        } else {
            CU_ASSERT_STRING_EQUAL(jobs[i].nodes, "2:4+1:2");
        }
    }
    CU_ASSERT_EQUAL(replay.decision_counts[HC_WAIT_PLACE], 5);
}

enum { RANDOM_JOBS = 200, RANDOM_TRACES = 1000 };

static void draw_jobs(hc_random *random, hc_replay_job *jobs)
{
    int64_t submit = 0;
    for (size_t i = 0; i < RANDOM_JOBS; i++) {
        int64_t run = 1 + (int64_t)hc_random_below(
                              random, 500); /* of no length: a log cannot tell the rounds */
        submit += (int64_t)hc_random_below(random, 60);
        jobs[i] = (hc_replay_job){
            .spec = hc_replay_spec(submit, 1 + (uint32_t)hc_random_below(random, 20), run,
                                   run + (int64_t)hc_random_below(random, 300))};
    }
}

/* "3:8+4:2" as a log would say it: "n3:8+n4:2". */
static void name_nodes(const char *nodes, char *out, size_t size)
{
    size_t length = (size_t)snprintf(out, size, "n");
    for (const char *c = nodes; *c != '\0' && length + 3 < size; c++) {
        out[length++] = *c;
        if (*c == '+') {
            out[length++] = 'n';
        }
    }
    out[length] = '\0';
}

/* A schedule of another policy, taken for a log: the same starts and nodes come out, and nothing contradicts. */
static void a_schedule_is_its_own_record(void)
{
    static const char *const POLICIES[] = {"easy", "first_fit", "sjf", "fcfs"};
    static const hc_node_group NODES = {.name = "n", .count = 6, .gpu_count = 4};
    static hc_replay_job first[RANDOM_JOBS];
    static hc_replay_job second[RANDOM_JOBS];
    static char names[RANDOM_JOBS][512];
    for (uint64_t trace = 0; trace < RANDOM_TRACES; trace++) {
        hc_random random = hc_random_stream(20260707, trace, HC_RANDOM_BENCH);
        hc_replay replay = {.groups = &NODES,
                            .group_count = 1,
                            .policy = POLICIES[trace % 4],
                            .begin = HC_TIME_MISSING,
                            .jobs = first,
                            .job_count = RANDOM_JOBS};
        draw_jobs(&random, first);
        hc_replay_run(&replay);
        for (size_t i = 0; i < RANDOM_JOBS; i++) {
            name_nodes(first[i].nodes, names[i], sizeof names[i]);
            second[i] = (hc_replay_job){.spec = first[i].spec};
            second[i].spec.recorded_start = first[i].start;
            second[i].spec.recorded_end = first[i].end;
            second[i].spec.recorded_nodes = names[i];
        }
        replay.jobs = second;
        replay.policy = "recorded";
        hc_replay_run(&replay);
        for (size_t i = 0; i < RANDOM_JOBS; i++) {
            CU_ASSERT_EQUAL(second[i].start, first[i].start);
            CU_ASSERT_STRING_EQUAL(second[i].nodes, first[i].nodes);
        }
        for (int reason = 1; reason < HC_WAIT_REASON_COUNT; reason++) {
            CU_ASSERT_EQUAL(replay.decision_counts[reason], 0);
        }
    }
}

static const hc_test_case CASES[] = {
    {"a_schedule_is_its_own_record", a_schedule_is_its_own_record},
    {"jobs_start_when_they_really_did", jobs_start_when_they_really_did},
    {"a_machine_that_is_too_small_is_a_contradiction",
     a_machine_that_is_too_small_is_a_contradiction},
    {"jobs_run_where_they_really_did", jobs_run_where_they_really_did},
};

HC_TEST_MAIN("recorded", CASES)
