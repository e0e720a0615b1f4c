/* Policy recorded: the past as it was, and what contradicts it. */

#include "tests/sim/replay.h"
#include "tests/testing.h"

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

static const hc_test_case CASES[] = {
    {"jobs_start_when_they_really_did", jobs_start_when_they_really_did},
    {"a_machine_that_is_too_small_is_a_contradiction",
     a_machine_that_is_too_small_is_a_contradiction},
    {"jobs_run_where_they_really_did", jobs_run_where_they_really_did},
};

HC_TEST_MAIN("recorded", CASES)
