#include "tests/sim/replay.h"
#include "tests/testing.h"

static hc_replay make_replay(const hc_node_group *groups, size_t group_count, hc_replay_job *jobs,
                             size_t job_count)
{
    return (hc_replay){
        .groups = groups,
        .group_count = group_count,
        .policy = "easy",
        .begin = HC_TIME_MISSING,
        .checks_every_event = true,
        .jobs = jobs,
        .job_count = job_count,
    };
}

static const hc_node_group SIXTEEN = {.count = 2, .gpu_count = 8, .kind = "A100"};

static void jobs_that_can_never_fit_are_rejected_with_a_reason(void)
{
    hc_replay_job jobs[6] = {0};
    hc_replay replay = make_replay(&SIXTEEN, 1, jobs, 6);
    for (int i = 0; i < 6; i++) {
        jobs[i].spec = hc_replay_spec(i, 1, 10, 10);
    }
    jobs[0].spec.request.gpu_count = 17;
    jobs[1].spec.request.kinds = 0;
    jobs[2].spec.request.gpu_count = 9;
    jobs[2].spec.request.is_single_node = true;
    jobs[3].spec.partition.index = 5;
    jobs[5].spec.request.gpu_count = 16;
    hc_replay_run(&replay);
    CU_ASSERT_EQUAL(jobs[0].rejection, HC_REJECTION_SIZE);
    CU_ASSERT_EQUAL(jobs[1].rejection, HC_REJECTION_KIND);
    CU_ASSERT_EQUAL(jobs[2].rejection, HC_REJECTION_NODE);
    CU_ASSERT_EQUAL(jobs[3].rejection, HC_REJECTION_PARTITION);
    CU_ASSERT_EQUAL(jobs[4].state, HC_JOB_COMPLETED);
    CU_ASSERT_EQUAL(jobs[5].start, 14 * HC_SECOND);
    CU_ASSERT_EQUAL(jobs[0].start, HC_TIME_MISSING);
}

static void more_cpu_than_a_node_has_is_a_reason_too(void)
{
    static const hc_node_group NODE = {
        .count = 2, .gpu_count = 8, .cpu_milli = 1000, .memory_bytes = HC_UNLIMITED};
    hc_replay_job jobs[2] = {0};
    hc_replay replay = make_replay(&NODE, 1, jobs, 2);
    jobs[0].spec = hc_replay_spec(0, 1, 10, 10);
    jobs[0].spec.request.cpu_milli = 1001;
    jobs[1].spec = hc_replay_spec(0, 16, 10, 10);
    jobs[1].spec.request.cpu_milli = 2000;
    hc_replay_run(&replay);
    CU_ASSERT_EQUAL(jobs[0].rejection, HC_REJECTION_HOST);
    CU_ASSERT_EQUAL(jobs[1].state, HC_JOB_COMPLETED);
}

/* 16 GPUs from 0 to 100: job 0 holds 16 for 60 s, job 1 waits 50 s for 8 and runs 40 s. */
static void every_gpu_nanosecond_is_in_one_bucket(void)
{
    hc_replay_job jobs[2] = {0};
    hc_replay replay = make_replay(&SIXTEEN, 1, jobs, 2);
    jobs[0].spec = hc_replay_spec(0, 16, 60, 60);
    jobs[1].spec = hc_replay_spec(10, 8, 40, 40);
    hc_replay_run(&replay);
    CU_ASSERT_EQUAL(jobs[1].wait, 50 * HC_SECOND);
    CU_ASSERT(replay.ledger[HC_BUCKET_BUSY] == (hc_int128)(16 * 60 + 8 * 40) * 1000 * HC_SECOND);
    CU_ASSERT(replay.ledger[HC_BUCKET_IDLE_EMPTY] == (hc_int128)(8 * 40) * 1000 * HC_SECOND);
    CU_ASSERT(replay.ledger[HC_BUCKET_IDLE_BLOCKED] == 0);
}

static void idle_gpus_beside_a_waiting_job_are_counted_apart(void)
{
    hc_replay_job jobs[2] = {0};
    hc_replay replay = make_replay(&SIXTEEN, 1, jobs, 2);
    jobs[0].spec = hc_replay_spec(0, 8, 100, 100);
    jobs[1].spec = hc_replay_spec(0, 16, 10, 10);
    hc_replay_run(&replay);
    CU_ASSERT(replay.ledger[HC_BUCKET_IDLE_BLOCKED] == (hc_int128)(8 * 100) * 1000 * HC_SECOND);
    CU_ASSERT_EQUAL(replay.decision_counts[HC_WAIT_GPUS], 1);
}

static void the_warm_up_is_kept_out_of_the_ledger(void)
{
    hc_replay_job jobs[1] = {0};
    hc_replay replay = make_replay(&SIXTEEN, 1, jobs, 1);
    replay.begin = 0;
    replay.warmup = 30 * HC_SECOND;
    jobs[0].spec = hc_replay_spec(10, 16, 50, 50);
    hc_replay_run(&replay);
    CU_ASSERT(replay.ledger[HC_BUCKET_BUSY] == (hc_int128)(16 * 30) * 1000 * HC_SECOND);
    CU_ASSERT(replay.ledger[HC_BUCKET_IDLE_EMPTY] == 0);
}

/* At 100: job 0 ran since 40 on 8 GPUs, job 1 since 90 on 16, for which there is no room any more. */
static void jobs_running_at_the_begin_run_on_or_wait_with_their_rest(void)
{
    hc_replay_job jobs[3] = {0};
    hc_replay replay = make_replay(&SIXTEEN, 1, jobs, 3);
    replay.begin = 100 * HC_SECOND;
    jobs[0].spec = hc_replay_spec(30, 8, 100, 200);
    jobs[0].spec.running_since = 40 * HC_SECOND;
    jobs[0].spec.is_running_at_start = true;
    jobs[1].spec = hc_replay_spec(35, 16, 50, 50);
    jobs[1].spec.running_since = 90 * HC_SECOND;
    jobs[1].spec.is_running_at_start = true;
    jobs[2].spec = hc_replay_spec(50, 8, 10, 10); /* waited at the begin */
    hc_replay_run(&replay);
    CU_ASSERT_EQUAL(jobs[0].start, 40 * HC_SECOND);
    CU_ASSERT_EQUAL(jobs[0].end, 140 * HC_SECOND);
    CU_ASSERT_EQUAL(jobs[0].wait, 10 * HC_SECOND);
    CU_ASSERT_EQUAL(jobs[1].start, 140 * HC_SECOND);
    CU_ASSERT_EQUAL(jobs[1].end, 180 * HC_SECOND); /* 40 s were left at 100 */
    CU_ASSERT_EQUAL(jobs[2].start, 100 * HC_SECOND);
    CU_ASSERT_EQUAL(jobs[2].wait, 50 * HC_SECOND);
    CU_ASSERT(replay.ledger[HC_BUCKET_BUSY] ==
              (hc_int128)(8 * 40 + 8 * 10 + 16 * 40) * 1000 * HC_SECOND);
}

static void jobs_of_no_length_open_new_rounds_of_their_instant(void)
{
    hc_replay_job jobs[3] = {0};
    hc_replay replay = make_replay(&SIXTEEN, 1, jobs, 3);
    replay.policy = "fcfs";
    for (int i = 0; i < 3; i++) {
        jobs[i].spec = hc_replay_spec(5, 16, 0, 0);
    }
    hc_replay_run(&replay);
    for (int i = 0; i < 3; i++) {
        CU_ASSERT_EQUAL(jobs[i].start, 5 * HC_SECOND);
        CU_ASSERT_EQUAL(jobs[i].end, 5 * HC_SECOND);
    }
}

static void partitions_have_queues_of_their_own(void)
{
    static const hc_node_group GROUPS[] = {
        {.count = 1, .gpu_count = 4, .partition = "a"},
        {.count = 1, .gpu_count = 4, .partition = "b"},
    };
    hc_replay_job jobs[3] = {0};
    hc_replay replay = make_replay(GROUPS, 2, jobs, 3);
    replay.policy = "fcfs";
    jobs[0].spec = hc_replay_spec(0, 4, 100, 100);
    jobs[1].spec = hc_replay_spec(1, 4, 100, 100);
    jobs[2].spec = hc_replay_spec(2, 4, 100, 100);
    jobs[2].spec.partition.index = 1;
    hc_replay_run(&replay);
    CU_ASSERT_EQUAL(jobs[1].start, 100 * HC_SECOND);
    CU_ASSERT_EQUAL(jobs[2].start, 2 * HC_SECOND);
    CU_ASSERT_STRING_EQUAL(jobs[2].nodes, "1:4");
}

static void samples_are_taken_until_the_last_job_has_ended(void)
{
    hc_replay_job jobs[1] = {0};
    hc_replay replay = make_replay(&SIXTEEN, 1, jobs, 1);
    jobs[0].spec = hc_replay_spec(0, 16, 100, 100);
    replay.sample_interval = 30 * HC_SECOND;
    hc_replay_run(&replay);
    CU_ASSERT_EQUAL(replay.sample_count, 5); /* 0, 30, 60, 90, 120 */
}

static void the_digest_tells_schedules_apart(void)
{
    hc_replay_job jobs[3] = {0};
    hc_replay replay = make_replay(&SIXTEEN, 1, jobs, 3);
    hc_digest easy;
    jobs[0].spec = hc_replay_spec(0, 10, 100, 100);
    jobs[1].spec = hc_replay_spec(1, 16, 10, 10);
    jobs[2].spec = hc_replay_spec(2, 2, 50, 50);
    hc_replay_run(&replay);
    easy = replay.digest;
    replay.sample_interval = 7 * HC_SECOND; /* samples are no part of it */
    hc_replay_run(&replay);
    CU_ASSERT_EQUAL(replay.digest.value, easy.value);
    replay.policy = "fcfs";
    hc_replay_run(&replay);
    CU_ASSERT_NOT_EQUAL(replay.digest.value, easy.value);
}

static const hc_test_case CASES[] = {
    {"jobs_that_can_never_fit_are_rejected_with_a_reason",
     jobs_that_can_never_fit_are_rejected_with_a_reason},
    {"more_cpu_than_a_node_has_is_a_reason_too", more_cpu_than_a_node_has_is_a_reason_too},
    {"every_gpu_nanosecond_is_in_one_bucket", every_gpu_nanosecond_is_in_one_bucket},
    {"idle_gpus_beside_a_waiting_job_are_counted_apart",
     idle_gpus_beside_a_waiting_job_are_counted_apart},
    {"the_warm_up_is_kept_out_of_the_ledger", the_warm_up_is_kept_out_of_the_ledger},
    {"jobs_running_at_the_begin_run_on_or_wait_with_their_rest",
     jobs_running_at_the_begin_run_on_or_wait_with_their_rest},
    {"jobs_of_no_length_open_new_rounds_of_their_instant",
     jobs_of_no_length_open_new_rounds_of_their_instant},
    {"partitions_have_queues_of_their_own", partitions_have_queues_of_their_own},
    {"samples_are_taken_until_the_last_job_has_ended",
     samples_are_taken_until_the_last_job_has_ended},
    {"the_digest_tells_schedules_apart", the_digest_tells_schedules_apart},
};

HC_TEST_MAIN("lifecycle", CASES)
