#include "sim/jobs/estimates.h"

#include "tests/sim/replay.h"
#include "tests/testing.h"

static const hc_node_group ONE_GPU = {.count = 1, .gpu_count = 1, .kind = "A100"};
static const hc_node_group FOUR_GPUS = {.count = 1, .gpu_count = 4, .kind = "A100"};

static hc_job_spec ask(int64_t submit, uint32_t gpu_count, int64_t run, int64_t requested)
{
    hc_job_spec spec = hc_replay_spec(submit, gpu_count, run, requested > run ? requested : run);
    spec.is_limit_requested = true;
    spec.requested_time = requested * HC_SECOND;
    return spec;
}

/* The limit in ns that a scheduler is told, of a job that ran 100 s. */
static hc_time limit_of(const hc_estimate_options *options, hc_job_spec spec)
{
    hc_estimates estimates;
    hc_time work = 0;
    hc_estimates_open(&estimates, options);
    hc_estimates_apply(&estimates, &spec, &work);
    hc_estimates_close(&estimates);
    CU_ASSERT_EQUAL(work, 100 * HC_SECOND);
    return spec.time_limit;
}

static void each_source_tells_what_its_name_says(void)
{
    static const struct {
        hc_estimate source;
        double factor;
        int64_t requested; /* 0: nothing */
        double expected;
    } TABLE[] = {
        {HC_ESTIMATE_RAISED, 0, 0, 100},      {HC_ESTIMATE_RAISED, 1, 30, 100},
        {HC_ESTIMATE_RAISED, 1, 300, 300},    {HC_ESTIMATE_RAISED, 0.5, 300, 150},
        {HC_ESTIMATE_REQUESTED, 0, 0, 100},   {HC_ESTIMATE_REQUESTED, 1, 30, 30},
        {HC_ESTIMATE_REQUESTED, 1, 300, 300}, {HC_ESTIMATE_REQUESTED, 2, 30, 60},
        {HC_ESTIMATE_EXACT, 0, 0, 100},       {HC_ESTIMATE_EXACT, 1, 30, 100},
        {HC_ESTIMATE_EXACT, 1, 300, 100},     {HC_ESTIMATE_EXACT, 0.25, 300, 25},
        {HC_ESTIMATE_USER_MEAN, 0, 0, 100},   {HC_ESTIMATE_USER_MEAN, 1, 30, 30},
        {HC_ESTIMATE_USER_MEAN, 1, 300, 300}, {HC_ESTIMATE_USER_MEAN, 3, 30, 90},
    };
    for (size_t i = 0; i < sizeof TABLE / sizeof TABLE[0]; i++) {
        hc_estimate_options options = {.source = TABLE[i].source, .factor = TABLE[i].factor};
        hc_job_spec spec = ask(0, 1, 100, TABLE[i].requested);
        spec.is_limit_requested = TABLE[i].requested > 0;
        CU_ASSERT_EQUAL(limit_of(&options, spec), (hc_time)(TABLE[i].expected * 1e9));
    }
}

static hc_time mean_limit(const hc_estimates *estimates, uint32_t user)
{
    hc_job_spec spec = ask(0, 1, 100, 40);
    hc_time work = 0;
    spec.user = user;
    hc_estimates_apply(estimates, &spec, &work);
    return spec.time_limit / HC_SECOND;
}

static void a_mean_is_that_of_its_user_alone(void)
{
    static const hc_estimate_options OPTIONS = {.source = HC_ESTIMATE_USER_MEAN, .factor = 1};
    hc_estimates estimates;
    hc_estimates_open(&estimates, &OPTIONS);
    CU_ASSERT_EQUAL(mean_limit(&estimates, 7), 40);
    CU_ASSERT_EQUAL(hc_estimates_learn(&estimates, 7, 10 * HC_SECOND), 0);
    CU_ASSERT_EQUAL(mean_limit(&estimates, 7), 10);
    CU_ASSERT_EQUAL(hc_estimates_learn(&estimates, 7, 20 * HC_SECOND), 0);
    CU_ASSERT_EQUAL(mean_limit(&estimates, 7), 15);
    CU_ASSERT_EQUAL(hc_estimates_learn(&estimates, 1000, 0), 0);
    CU_ASSERT_EQUAL(mean_limit(&estimates, 7), 15);
    CU_ASSERT_EQUAL(mean_limit(&estimates, 1000), 0);
    CU_ASSERT_EQUAL(mean_limit(&estimates, 6), 40);
    CU_ASSERT_EQUAL(mean_limit(&estimates, 100000), 40);
    CU_ASSERT_EQUAL(hc_estimates_learn(&estimates, HC_NO_INDEX, 5 * HC_SECOND), 0);
    CU_ASSERT_EQUAL(mean_limit(&estimates, HC_NO_INDEX), 40);
    hc_estimates_close(&estimates);
}

static void replay_easy(hc_replay_job *jobs, size_t job_count, hc_estimate_options estimates)
{
    hc_replay replay = {
        .groups = &FOUR_GPUS,
        .group_count = 1,
        .policy = "easy",
        .estimates = estimates,
        .begin = HC_TIME_MISSING,
        .checks_every_event = true,
        .jobs = jobs,
        .job_count = job_count,
    };
    hc_replay_run(&replay);
}

/* Job 0 holds 3 of 4 GPUs to 100, job 1 is the head and needs 4; job 2 needs the last GPU for 60 s from 2 on, and
 * asked for 49. Told 100, the head can start at 100 and job 2 ends before; told 50, job 2 would end at 51. */
static void easy_decides_by_what_it_is_told(void)
{
    static const struct {
        hc_estimate source;
        int64_t start;
    } TABLE[] = {{HC_ESTIMATE_RAISED, 2},
                 {HC_ESTIMATE_REQUESTED, 110},
                 {HC_ESTIMATE_EXACT, 2},
                 {HC_ESTIMATE_USER_MEAN, 110}};
    for (size_t i = 0; i < sizeof TABLE / sizeof TABLE[0]; i++) {
        hc_replay_job jobs[3] = {
            {.spec = ask(0, 3, 100, 50)}, {.spec = ask(1, 4, 10, 10)}, {.spec = ask(2, 1, 60, 49)}};
        replay_easy(jobs, 3, (hc_estimate_options){.source = TABLE[i].source, .factor = 1});
        CU_ASSERT_EQUAL(jobs[1].start, 100 * HC_SECOND);
        CU_ASSERT_EQUAL(jobs[2].start, TABLE[i].start * HC_SECOND);
        CU_ASSERT_EQUAL(jobs[0].state, HC_JOB_COMPLETED);
    }
}

/* 2 + 99 f <= 100 f holds from f = 2 on: twice as long, job 2 fits before the head. */
static void a_factor_stretches_every_estimate(void)
{
    for (int factor = 1; factor <= 2; factor++) {
        hc_replay_job jobs[3] = {{.spec = ask(0, 3, 100, 100)},
                                 {.spec = ask(1, 4, 10, 10)},
                                 {.spec = ask(2, 1, 99, 99)}};
        replay_easy(jobs, 3, (hc_estimate_options){.factor = factor});
        CU_ASSERT_EQUAL(jobs[2].start, (factor == 1 ? 110 : 2) * HC_SECOND);
    }
}

/* Job 0 asked for 50 s and runs 100. At 61 the head is foreseen for the next tick: a job of no length may pass it,
 * one of 1 s may not. */
static void an_overrunning_job_counts_as_ending_at_the_next_tick(void)
{
    hc_replay_job jobs[4] = {{.spec = ask(0, 3, 100, 50)},
                             {.spec = ask(60, 4, 10, 10)},
                             {.spec = ask(61, 1, 1, 1)},
                             {.spec = ask(61, 1, 0, 0)}};
    replay_easy(jobs, 4, (hc_estimate_options){.source = HC_ESTIMATE_REQUESTED, .factor = 1});
    CU_ASSERT_EQUAL(jobs[0].end, 100 * HC_SECOND);
    CU_ASSERT_EQUAL(jobs[1].start, 100 * HC_SECOND);
    CU_ASSERT_EQUAL(jobs[2].start, 110 * HC_SECOND);
    CU_ASSERT_EQUAL(jobs[3].start, 61 * HC_SECOND);
}

/* 4 GPUs: job 0 is killed at 50, so that job 1 starts there; job 2 runs as long as it asked for; job 3 asked for
 * nothing. */
static void a_job_is_killed_at_the_limit_that_it_asked_for(void)
{
    for (hc_estimate source = HC_ESTIMATE_RAISED; source < HC_ESTIMATE_COUNT; source++) {
        hc_replay_job jobs[4] = {{.spec = ask(0, 4, 100, 50)},
                                 {.spec = ask(1, 4, 20, 30)},
                                 {.spec = ask(2, 4, 10, 10)},
                                 {.spec = hc_replay_spec(3, 4, 60, 60)}};
        replay_easy(
            jobs, 4,
            (hc_estimate_options){.source = source, .factor = 0.1, .is_limit_enforced = true});
        CU_ASSERT_EQUAL(jobs[0].end, 50 * HC_SECOND);
        CU_ASSERT_EQUAL(jobs[0].state, HC_JOB_TIMEOUT);
        CU_ASSERT_EQUAL(jobs[1].start, 50 * HC_SECOND);
        CU_ASSERT_EQUAL(jobs[1].end, 70 * HC_SECOND);
        CU_ASSERT_EQUAL(jobs[2].end, 80 * HC_SECOND);
        CU_ASSERT_EQUAL(jobs[3].end, 140 * HC_SECOND);
        for (int i = 1; i < 4; i++) {
            CU_ASSERT_EQUAL(jobs[i].state, HC_JOB_COMPLETED);
        }
    }
}

/* Both have run for 500 s at the begin: job 0, which asked for 100, is killed there, job 1 ends at 1000. Job 2
 * finds the GPUs of job 0. */
static void a_job_past_its_limit_at_the_begin_is_killed_there(void)
{
    hc_replay_job jobs[3] = {{.spec = ask(0, 2, 1000, 100)},
                             {.spec = ask(0, 2, 1000, 2000)},
                             {.spec = ask(600, 2, 50, 100)}};
    hc_replay replay = {
        .groups = &FOUR_GPUS,
        .group_count = 1,
        .policy = "easy",
        .estimates = {.is_limit_enforced = true},
        .begin = 500 * HC_SECOND,
        .checks_every_event = true,
        .jobs = jobs,
        .job_count = 3,
    };
    jobs[0].spec.is_running_at_start = true;
    jobs[1].spec.is_running_at_start = true;
    hc_replay_run(&replay);
    CU_ASSERT_EQUAL(jobs[0].end, 500 * HC_SECOND);
    CU_ASSERT_EQUAL(jobs[0].state, HC_JOB_TIMEOUT);
    CU_ASSERT_EQUAL(jobs[1].end, 1000 * HC_SECOND);
    CU_ASSERT_EQUAL(jobs[1].state, HC_JOB_COMPLETED);
    CU_ASSERT_EQUAL(jobs[2].start, 600 * HC_SECOND);
}

/* Shortest first on one GPU. User 0 has run 10 s (to 10), then 30 s (to 40), which is known at 40 and not before:
 * job 3 of user 0 is told 10 at 20, job 4 of user 0 20 at 40, job 5 of user 1 what it asked for, 15. */
static void a_mean_knows_the_jobs_that_have_ended_and_no_others(void)
{
    hc_replay_job jobs[6] = {{.spec = ask(0, 1, 10, 100)}, {.spec = ask(1, 1, 30, 100)},
                             {.spec = ask(2, 1, 50, 99)},  {.spec = ask(20, 1, 7, 100)},
                             {.spec = ask(40, 1, 5, 100)}, {.spec = ask(40, 1, 6, 15)}};
    hc_replay replay = {
        .groups = &ONE_GPU,
        .group_count = 1,
        .policy = "sjf",
        .estimates = {.source = HC_ESTIMATE_USER_MEAN, .factor = 1},
        .begin = HC_TIME_MISSING,
        .checks_every_event = true,
        .jobs = jobs,
        .job_count = 6,
    };
    for (int i = 0; i < 6; i++) {
        jobs[i].spec.user = i == 2 ? 2 : i == 5 ? 1 : 0;
    }
    jobs[2].spec.requested_time = 200 * HC_SECOND;
    jobs[2].spec.time_limit = 200 * HC_SECOND;
    hc_replay_run(&replay);
    CU_ASSERT_EQUAL(jobs[1].start, 10 * HC_SECOND);
    CU_ASSERT_EQUAL(jobs[3].start, 40 * HC_SECOND); /* told 10 */
    CU_ASSERT_EQUAL(jobs[5].start, 47 * HC_SECOND); /* 15 */
    CU_ASSERT_EQUAL(jobs[4].start, 53 * HC_SECOND); /* the mean of 10 and 30 */
    CU_ASSERT_EQUAL(jobs[2].start, 58 * HC_SECOND); /* 200 */
}

static const hc_test_case CASES[] = {
    {"each_source_tells_what_its_name_says", each_source_tells_what_its_name_says},
    {"a_mean_is_that_of_its_user_alone", a_mean_is_that_of_its_user_alone},
    {"easy_decides_by_what_it_is_told", easy_decides_by_what_it_is_told},
    {"a_factor_stretches_every_estimate", a_factor_stretches_every_estimate},
    {"an_overrunning_job_counts_as_ending_at_the_next_tick",
     an_overrunning_job_counts_as_ending_at_the_next_tick},
    {"a_job_is_killed_at_the_limit_that_it_asked_for",
     a_job_is_killed_at_the_limit_that_it_asked_for},
    {"a_job_past_its_limit_at_the_begin_is_killed_there",
     a_job_past_its_limit_at_the_begin_is_killed_there},
    {"a_mean_knows_the_jobs_that_have_ended_and_no_others",
     a_mean_knows_the_jobs_that_have_ended_and_no_others},
};

HC_TEST_MAIN("estimates", CASES)
