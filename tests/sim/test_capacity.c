/* Capacity that changes over time, worked out by hand. */

#include "sim/cluster/calendar.h"
#include "tests/sim/replay.h"
#include "tests/testing.h"

/* Two nodes of four GPUs, by default under fcfs. */
static const hc_node_group TWO = {.count = 2, .gpu_count = 4};

typedef struct step {
    int64_t at_seconds;
    uint64_t gpu_count;
} step;

static hc_calendar make_calendar(const step *steps, size_t count)
{
    hc_machine *machine = hc_machine_create();
    hc_calendar calendar = hc_calendar_empty((hc_partition_id){0});
    char complaint[HC_CALENDAR_TEXT_SIZE];
    CU_ASSERT_EQUAL_FATAL(hc_machine_add(machine, &TWO, NULL), 0);
    CU_ASSERT_EQUAL_FATAL(hc_machine_freeze(machine, NULL), 0);
    for (size_t i = 0; i < count; i++) {
        CU_ASSERT_EQUAL_FATAL(hc_calendar_add(&calendar, machine, steps[i].at_seconds * HC_SECOND,
                                              steps[i].gpu_count, complaint),
                              0);
    }
    hc_machine_destroy(machine);
    return calendar;
}

static void run(hc_replay *replay, const step *steps, size_t step_count)
{
    hc_calendar calendar = make_calendar(steps, step_count);
    replay->groups = &TWO;
    replay->group_count = 1;
    replay->begin = HC_TIME_MISSING;
    replay->checks_every_event = true;
    replay->calendar = &calendar;
    hc_replay_run(replay);
    replay->calendar = NULL;
    hc_calendar_free(&calendar);
}

static void check_job(const hc_replay_job *job, int64_t start, int64_t end, const char *nodes)
{
    CU_ASSERT_EQUAL(job->start, start * HC_SECOND);
    CU_ASSERT_EQUAL(job->end, end * HC_SECOND);
    CU_ASSERT_STRING_EQUAL(job->nodes, nodes);
}

static void check_bucket(const hc_replay *replay, hc_bucket bucket, int64_t gpu_seconds)
{
    CU_ASSERT(replay->ledger[bucket] == (hc_int128)gpu_seconds * HC_WHOLE_GPU * HC_SECOND);
}

/* Node 1 goes at 10, with a job of 4 that runs to 30, and is back at 50. Job 2 could have had it at 30; it waits for
 * node 0 until 40, runs there to 60, and then job 3 gets both nodes. Up to 70 node 0 is always busy; node 1 is busy to
 * 30, offline to 50, idle to 60 while job 3 waits, and busy to 70. */
static void a_node_drains_and_comes_back(void)
{
    static const step STEPS[] = {{10, 4}, {50, 8}};
    hc_replay_job jobs[4] = {0};
    hc_replay replay = {.policy = "fcfs", .jobs = jobs, .job_count = 4};
    jobs[0].spec = hc_replay_spec(0, 4, 40, 40);
    jobs[1].spec = hc_replay_spec(0, 4, 30, 30);
    jobs[2].spec = hc_replay_spec(5, 4, 20, 20);
    jobs[3].spec = hc_replay_spec(6, 8, 10, 10);
    run(&replay, STEPS, 2);
    check_job(&jobs[0], 0, 40, "0:4");
    check_job(&jobs[1], 0, 30, "1:4");
    check_job(&jobs[2], 40, 60, "0:4");
    check_job(&jobs[3], 60, 70, "0:4+1:4");
    check_bucket(&replay, HC_BUCKET_BUSY, 4 * 70 + 4 * 40);
    check_bucket(&replay, HC_BUCKET_OFFLINE, 4 * 20);
    check_bucket(&replay, HC_BUCKET_IDLE_BLOCKED, 4 * 10);
    check_bucket(&replay, HC_BUCKET_IDLE_EMPTY, 0);
}

/* At 20 node 1 goes while the head, a job of 8, has a reservation at 30: it fits nowhere any more. Job 2, too long to
 * start before it at 12, starts at 20 on node 0. When node 1 is back at 100, the head is reserved anew, at
 * 20 + 200: job 3, of 150 s, may not pass it then, job 4, of 50 s, may. */
static void the_head_has_no_shadow_time_until_its_nodes_are_back(void)
{
    static const step STEPS[] = {{20, 4}, {100, 8}};
    hc_replay_job jobs[5] = {0};
    hc_replay replay = {.policy = "easy", .jobs = jobs, .job_count = 5};
    jobs[0].spec = hc_replay_spec(0, 2, 30, 30);
    jobs[1].spec = hc_replay_spec(10, 8, 10, 10);
    jobs[2].spec = hc_replay_spec(12, 2, 200, 200);
    jobs[3].spec = hc_replay_spec(90, 4, 150, 150);
    jobs[4].spec = hc_replay_spec(95, 4, 50, 50);
    run(&replay, STEPS, 2);
    check_job(&jobs[0], 0, 30, "0:2");
    check_job(&jobs[2], 20, 220, "0:2");
    check_job(&jobs[4], 100, 150, "1:4");
    check_job(&jobs[1], 220, 230, "0:4+1:4");
    check_job(&jobs[3], 230, 380, "0:4");
    check_bucket(&replay, HC_BUCKET_OFFLINE, 4 * 80);
    check_bucket(&replay, HC_BUCKET_BUSY, 2 * 30 + 2 * 200 + 4 * 50 + 8 * 10 + 4 * 150);
    check_bucket(&replay, HC_BUCKET_IDLE_BLOCKED, 6 * 10 + 2 * 70 + 2 * 50 + 6 * 70);
    check_bucket(&replay, HC_BUCKET_IDLE_EMPTY, 6 * 10 + 4 * 150);
}

/* The whole cluster goes from 10 to 40. Job 0 drains, job 1 waits for the return, and nobody is preempted for it: no
 * preemption would help. */
static void a_preempting_policy_takes_nothing_from_draining_nodes(void)
{
    static const char *const POLICIES[] = {"srtf", "las"};
    static const step STEPS[] = {{10, 0}, {40, 8}};
    for (size_t i = 0; i < sizeof POLICIES / sizeof POLICIES[0]; i++) {
        hc_replay_job jobs[3] = {0};
        hc_replay replay = {.policy = POLICIES[i], .jobs = jobs, .job_count = 3};
        jobs[0].spec = hc_replay_spec(0, 8, 30, 30);
        jobs[1].spec = hc_replay_spec(12, 4, 5, 5);
        jobs[2].spec = hc_replay_spec(35, 8, 6, 6);
        run(&replay, STEPS, 2);
        check_job(&jobs[0], 0, 30, "0:4+1:4");
        CU_ASSERT_EQUAL(jobs[0].preemption_count, 0);
        check_job(&jobs[1], 40, 45, "0:4");
        check_job(&jobs[2], 45, 51, "0:4+1:4");
        check_bucket(&replay, HC_BUCKET_BUSY, 8 * 30 + 4 * 5 + 8 * 6);
        check_bucket(&replay, HC_BUCKET_OFFLINE, 8 * 10);
        check_bucket(&replay, HC_BUCKET_IDLE_BLOCKED, 4 * 5);
        check_bucket(&replay, HC_BUCKET_IDLE_EMPTY, 0);
    }
}

/* Node 1 goes at 10; srtf then takes node 0 from the longer job 0, not node 1 from job 1, which would not help. */
static void a_victim_is_sought_on_nodes_in_service_only(void)
{
    static const step STEPS[] = {{10, 4}};
    hc_replay_job jobs[3] = {0};
    hc_replay replay = {.policy = "srtf", .jobs = jobs, .job_count = 3};
    jobs[0].spec = hc_replay_spec(0, 4, 50, 50);
    jobs[1].spec = hc_replay_spec(0, 4, 100, 100);
    jobs[2].spec = hc_replay_spec(20, 4, 10, 10);
    run(&replay, STEPS, 1);
    check_job(&jobs[2], 20, 30, "0:4");
    check_job(&jobs[1], 0, 100, "1:4");
    CU_ASSERT_EQUAL(jobs[0].end, 60 * HC_SECOND);
    CU_ASSERT_EQUAL(jobs[0].preemption_count, 1);
    CU_ASSERT_EQUAL(jobs[1].preemption_count, 0);
    check_bucket(&replay, HC_BUCKET_OFFLINE, 0); /* node 1 was busy to the end */
    check_bucket(&replay, HC_BUCKET_IDLE_EMPTY, 4 * 40);
}

/* Steps before the begin count from the begin; of several the last. Samples go on while a job runs, and end. */
static void steps_before_the_begin_hold_at_the_begin(void)
{
    static const step STEPS[] = {{-50, 0}, {-20, 4}};
    hc_replay_job jobs[2] = {0};
    hc_replay replay = {.policy = "fcfs", .jobs = jobs, .job_count = 2};
    replay.sample_interval = 10 * HC_SECOND;
    jobs[0].spec = hc_replay_spec(0, 4, 20, 20);
    jobs[1].spec = hc_replay_spec(0, 4, 10, 10);
    run(&replay, STEPS, 2);
    check_job(&jobs[0], 0, 20, "0:4");
    check_job(&jobs[1], 20, 30, "0:4");
    check_bucket(&replay, HC_BUCKET_OFFLINE, 4 * 30);
    CU_ASSERT_EQUAL(replay.sample_count, 4); /* at 0, 10, 20 and 30 */
}

/* Job 1 needs a node that never comes back: it is left, the run ends, and the books end with job 0. */
static void a_job_whose_nodes_never_come_back_is_left_waiting(void)
{
    static const char *const POLICIES[] = {"fcfs", "first_fit", "easy", "srtf", "las"};
    static const step STEPS[] = {{10, 4}};
    for (size_t i = 0; i < sizeof POLICIES / sizeof POLICIES[0]; i++) {
        hc_replay_job jobs[2] = {0};
        hc_replay replay = {.policy = POLICIES[i], .jobs = jobs, .job_count = 2};
        replay.sample_interval = 7 * HC_SECOND;
        jobs[0].spec = hc_replay_spec(0, 4, 40, 40);
        jobs[1].spec = hc_replay_spec(15, 8, 10, 10);
        run(&replay, STEPS, 1);
        check_job(&jobs[0], 0, 40, "0:4");
        CU_ASSERT_EQUAL(jobs[1].start, HC_TIME_MISSING);
        CU_ASSERT_EQUAL(jobs[1].state, HC_JOB_PENDING);
        CU_ASSERT_EQUAL(jobs[1].wait, 25 * HC_SECOND);
        check_bucket(&replay, HC_BUCKET_BUSY, 4 * 40);
        check_bucket(&replay, HC_BUCKET_OFFLINE, 4 * 30);
        check_bucket(&replay, HC_BUCKET_IDLE_EMPTY, 4 * 10);
        CU_ASSERT_EQUAL(replay.sample_count, 7); /* 0 to 42 */
    }
}

/* A step between the last job of this partition and the end of the books counts; one behind it does not. */
static void books_of_an_idle_partition_know_its_steps(void)
{
    static const hc_node_group TWO_PARTITIONS[] = {
        {.count = 2, .gpu_count = 4, .partition = "a"},
        {.count = 1, .gpu_count = 1, .partition = "b"},
    };
    static const step STEPS[] = {{50, 4}, {80, 8}, {200, 0}};
    hc_calendar calendar = make_calendar(STEPS, 3);
    hc_replay_job jobs[2] = {0};
    hc_replay replay = {.groups = TWO_PARTITIONS,
                        .group_count = 2,
                        .policy = "fcfs",
                        .begin = HC_TIME_MISSING,
                        .checks_every_event = true,
                        .calendar = &calendar,
                        .jobs = jobs,
                        .job_count = 2};
    jobs[0].spec = hc_replay_spec(0, 8, 10, 10);
    jobs[1].spec = hc_replay_spec(0, 1, 100, 100);
    jobs[1].spec.partition = (hc_partition_id){1};
    hc_replay_run(&replay);
    check_bucket(&replay, HC_BUCKET_BUSY, 8 * 10 + 100);
    check_bucket(&replay, HC_BUCKET_OFFLINE, 4 * 30);
    check_bucket(&replay, HC_BUCKET_IDLE_EMPTY, 8 * 90 - 4 * 30);
    hc_calendar_free(&calendar);
}

static void the_digest_is_the_same_each_time_and_knows_the_steps(void)
{
    static const step STEPS[] = {{1000, 4}};
    hc_replay_job jobs[1] = {0};
    hc_replay replay = {.policy = "easy", .jobs = jobs, .job_count = 1};
    hc_digest first;
    jobs[0].spec = hc_replay_spec(0, 4, 2000, 2000);
    run(&replay, STEPS, 1);
    first = replay.digest;
    run(&replay, STEPS, 1);
    CU_ASSERT_EQUAL(first.value, replay.digest.value);
    run(&replay, STEPS, 0);
    CU_ASSERT_NOT_EQUAL(first.value, replay.digest.value);
}

static const hc_test_case CASES[] = {
    {"a_node_drains_and_comes_back", a_node_drains_and_comes_back},
    {"the_head_has_no_shadow_time_until_its_nodes_are_back",
     the_head_has_no_shadow_time_until_its_nodes_are_back},
    {"a_preempting_policy_takes_nothing_from_draining_nodes",
     a_preempting_policy_takes_nothing_from_draining_nodes},
    {"a_victim_is_sought_on_nodes_in_service_only", a_victim_is_sought_on_nodes_in_service_only},
    {"steps_before_the_begin_hold_at_the_begin", steps_before_the_begin_hold_at_the_begin},
    {"a_job_whose_nodes_never_come_back_is_left_waiting",
     a_job_whose_nodes_never_come_back_is_left_waiting},
    {"books_of_an_idle_partition_know_its_steps", books_of_an_idle_partition_know_its_steps},
    {"the_digest_is_the_same_each_time_and_knows_the_steps",
     the_digest_is_the_same_each_time_and_knows_the_steps},
};

HC_TEST_MAIN("capacity", CASES)
