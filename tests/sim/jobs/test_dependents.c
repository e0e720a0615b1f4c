/* Closed-loop replay: a job is submitted when the one it waited for has left and its think time has passed. */

#include "tests/sim/replay.h"
#include "tests/testing.h"

static hc_job_spec after(hc_job_spec spec, uint32_t preceding, int64_t think_seconds)
{
    spec.has_preceding = true;
    spec.preceding = preceding;
    spec.think_time = think_seconds * HC_SECOND;
    spec.recorded_start = spec.submit;
    spec.recorded_end = spec.submit + spec.run_time;
    return spec;
}

static void run(hc_replay_job *jobs, size_t count, const char *policy, bool follows)
{
    static const hc_node_group MACHINE = {.count = 1, .gpu_count = 8};
    hc_replay replay = {.groups = &MACHINE,
                        .group_count = 1,
                        .policy = policy,
                        .begin = HC_TIME_MISSING,
                        .checks_every_event = true,
                        .follows_dependencies = follows,
                        .jobs = jobs,
                        .job_count = count};
    hc_replay_run(&replay);
}

/* Jobs 1 and 2 were submitted at 500 and 900 because job 0 waited long where it was recorded. */
static void submissions_follow_the_ends(void)
{
    hc_replay_job jobs[] = {
        {.spec = hc_replay_spec(0, 8, 100, 100)},
        {.spec = hc_replay_spec(120, 4, 10, 10)},
        {.spec = after(hc_replay_spec(500, 8, 20, 20), 0, 50)},
        {.spec = after(hc_replay_spec(900, 8, 30, 30), 2, 0)},
        {.spec = after(hc_replay_spec(901, 8, 5, 5), 0, 0)},
    };
    static const int64_t STARTS[] = {0, 120, 150, 170, 100};
    run(jobs, 5, "fcfs", true);
    for (size_t i = 0; i < 5; i++) {
        CU_ASSERT_EQUAL(jobs[i].start, STARTS[i] * HC_SECOND);
        CU_ASSERT_EQUAL(jobs[i].state, HC_JOB_COMPLETED);
        CU_ASSERT_EQUAL(jobs[i].wait, 0);
    }
    run(jobs, 5, "fcfs", false);
    CU_ASSERT_EQUAL(jobs[2].start, 500 * HC_SECOND);
    CU_ASSERT_EQUAL(jobs[3].start, 900 * HC_SECOND);
}

/* Job 0 wants 9 of 8 GPUs: it leaves at once, and whoever waited for it comes. */
static void a_rejected_job_holds_up_nobody(void)
{
    hc_replay_job jobs[] = {
        {.spec = hc_replay_spec(10, 9, 100, 100)},
        {.spec = after(hc_replay_spec(500, 8, 20, 20), 0, 7)},
        {.spec = hc_replay_spec(1000, 8, 20, 20)},
    };
    run(jobs, 3, "easy", true);
    CU_ASSERT_EQUAL(jobs[0].state, HC_JOB_REJECTED);
    CU_ASSERT_EQUAL(jobs[1].start, 17 * HC_SECOND);
    CU_ASSERT_EQUAL(jobs[2].start, 1000 * HC_SECOND);
}

/* A chain of 200 jobs without think times keeps one GPU busy without a gap. */
static void chains_leave_no_gap(void)
{
    static hc_replay_job jobs[200];
    jobs[0].spec = hc_replay_spec(0, 1, 3, 3);
    for (uint32_t i = 1; i < 200; i++) {
        jobs[i].spec = after(hc_replay_spec(1000 + i, 1, i % 4, 4), i - 1, 0);
    }
    run(jobs, 200, "fcfs", true);
    for (uint32_t i = 1; i < 200; i++) {
        CU_ASSERT_EQUAL(jobs[i].start, jobs[i - 1].end);
    }
}

static const hc_test_case CASES[] = {
    {"submissions_follow_the_ends", submissions_follow_the_ends},
    {"a_rejected_job_holds_up_nobody", a_rejected_job_holds_up_nobody},
    {"chains_leave_no_gap", chains_leave_no_gap},
};

HC_TEST_MAIN("dependents", CASES)
