/* Policies from outside: what they decide happens, and what cannot be ends the run. */

#include "tests/sim/fake_workload.h"
#include "tests/sim/policies/guest/scripted_port.h"
#include "tests/testing.h"

#include <stdio.h>
#include <string.h>

static const hc_node_group ONE_NODE = {.count = 1, .gpu_count = 8};

/* ---- what decisions do ---- */

/* Decisions by time: at the pass at `seconds`, one call. */
typedef struct step {
    int64_t seconds;
    char what; /* s, p, r, h, w */
    uint64_t job;
    uint32_t gpus; /* of r; seconds of w */
} step;

typedef struct script {
    const step *steps;
    size_t count;
    size_t next;
} script;

static int take_step(const step *s, const hc_guest_host *host)
{
    switch (s->what) {
    case 's':
        return host->start(host->self, s->job);
    case 'p':
        return host->preempt(host->self, s->job);
    case 'r':
        return host->resize(host->self, s->job, s->gpus);
    case 'h':
        return host->hold(host->self, s->job);
    case 'f':
        return host->fits(host->self, s->job) < 0 ? -1 : 0;
    case 'x':
        return host->fail(host->self, "has seen enough");
    default:
        return host->wake(host->self, (int64_t)s->gpus * HC_SECOND);
    }
}

static int answer_by_script(void *self, const hc_guest_pass *pass, const hc_guest_host *host)
{
    script *s = self;
    while (s->next < s->count && s->steps[s->next].seconds * HC_SECOND <= pass->time_ns) {
        if (take_step(&s->steps[s->next++], host) < 0) {
            return -1;
        }
    }
    return 0;
}

/* Job 0: 4 GPUs for 100 s; after 50 s it gets 8: half of its work is left, 200 GPU-seconds, 25 s. Job 1: 2 GPUs for 60 s,
 * gets 6 before it starts: 20 s. */
static void work_that_is_left_takes_its_gpu_time(void)
{
    static const step STEPS[] = {
        {0, 's', 0, 0},  {10, 'h', 1, 0},  {10, 'w', 0, 50}, {50, 'r', 0, 8},
        {75, 'r', 1, 6}, {75, 'w', 0, 80}, {80, 's', 1, 0},
    };
    script s = {.steps = STEPS, .count = 7};
    hc_scripted_port port = {.answer = answer_by_script, .self = &s};
    hc_replay_job jobs[] = {{.spec = hc_replay_spec(0, 4, 100, 120)},
                            {.spec = hc_replay_spec(10, 2, 60, 60)}};
    hc_replay replay = {.jobs = jobs, .job_count = 2};
    hc_scripted_port_ask(&port, &replay, &ONE_NODE);
    hc_replay_run(&replay);
    CU_ASSERT_EQUAL(jobs[0].end, 75 * HC_SECOND);
    CU_ASSERT_EQUAL(jobs[0].attempt, 2);
    CU_ASSERT_EQUAL(jobs[1].start, 80 * HC_SECOND);
    CU_ASSERT_EQUAL(jobs[1].end, 100 * HC_SECOND);
    CU_ASSERT_EQUAL(replay.decision_counts[HC_WAIT_HELD], 1);
    CU_ASSERT(replay.ledger[HC_BUCKET_BUSY] == (hc_int128)(400 + 120) * 1000 * HC_SECOND);
}

/* 10 s on 3 GPUs are 15 s on 2, and 30 s limit 45; thirds are rounded up to the next nanosecond. */
static void times_are_rounded_up(void)
{
    static const step STEPS[] = {{0, 'r', 0, 7}, {0, 'w', 0, 1}, {1, 's', 0, 0}};
    script s = {.steps = STEPS, .count = 3};
    hc_scripted_port port = {.answer = answer_by_script, .self = &s};
    hc_replay_job jobs[] = {{.spec = hc_replay_spec(0, 3, 10, 30)}};
    hc_replay replay = {.jobs = jobs, .job_count = 1};
    hc_scripted_port_ask(&port, &replay, &ONE_NODE);
    hc_replay_run(&replay);
    CU_ASSERT_EQUAL(jobs[0].end - jobs[0].start, 4285714286);
}

/* Killed at 60 s on 4 GPUs; on 2 GPUs at 120 s, and still killed. */
static void a_job_at_its_limit_stays_one(void)
{
    static const step STEPS[] = {{0, 'r', 0, 2}, {0, 'w', 0, 1}, {1, 's', 0, 0}};
    script s = {.steps = STEPS, .count = 3};
    hc_scripted_port port = {.answer = answer_by_script, .self = &s};
    hc_replay_job jobs[] = {{.spec = hc_replay_spec(0, 4, 100, 100)}};
    hc_replay replay = {.jobs = jobs, .job_count = 1};
    jobs[0].spec.requested_time = 60 * HC_SECOND;
    jobs[0].spec.is_limit_requested = true;
    hc_scripted_port_ask(&port, &replay, &ONE_NODE);
    replay.estimates = (hc_estimate_options){
        .source = HC_ESTIMATE_REQUESTED, .factor = 1, .is_limit_enforced = true};
    hc_replay_run(&replay);
    CU_ASSERT_EQUAL(jobs[0].end - jobs[0].start, 120 * HC_SECOND);
    CU_ASSERT_EQUAL(jobs[0].state, HC_JOB_TIMEOUT);
}

/* Preempted after 30 of 100 s and started again 10 s later: suspended it has 70 s left, requeued 100. */
static void preempted_jobs_keep_what_the_scenario_says(void)
{
    static const step STEPS[] = {
        {0, 's', 0, 0}, {0, 'w', 0, 30}, {30, 'p', 0, 0}, {30, 'w', 0, 40}, {40, 's', 0, 0}};
    for (int i = 0; i < 2; i++) {
        script s = {.steps = STEPS, .count = 5};
        hc_scripted_port port = {.answer = answer_by_script, .self = &s};
        hc_replay_job jobs[] = {{.spec = hc_replay_spec(0, 4, 100, 120)}};
        hc_replay replay = {.jobs = jobs, .job_count = 1};
        hc_scripted_port_ask(&port, &replay, &ONE_NODE);
        port.options.preemption = i == 0 ? HC_PREEMPTION_SUSPEND : HC_PREEMPTION_REQUEUE;
        hc_replay_run(&replay);
        CU_ASSERT_EQUAL(jobs[0].end, (i == 0 ? 110 : 140) * HC_SECOND);
        CU_ASSERT_EQUAL(replay.decision_counts[HC_WAIT_PREEMPTED], 1);
    }
}

/* 100 s of work for 8 GPUs take 200 s on 4. After 50 s a quarter is done; the rest takes 75 s on 8. The other has 3 GPUs before it
 * starts and takes 100 x 8 / 3 s, rounded up; its limit of 120 s grows as its time does. */
static void a_resized_job_goes_on_at_the_pace_of_its_workload(void)
{
    static const step STEPS[] = {{0, 'r', 0, 4},     {0, 'w', 0, 1},  {1, 's', 0, 0},
                                 {1, 'w', 0, 51},    {51, 'r', 0, 8}, {126, 'r', 1, 3},
                                 {126, 'w', 0, 130}, {130, 's', 1, 0}};
    script s = {.steps = STEPS, .count = 8};
    hc_scripted_port port = {.answer = answer_by_script, .self = &s};
    hc_replay_job jobs[] = {{.spec = hc_replay_spec(0, 8, 100, 120)},
                            {.spec = hc_replay_spec(0, 8, 100, 120)}};
    hc_replay replay = {.jobs = jobs, .job_count = 2, .workload = &hc_fake_workload};
    jobs[0].spec.workload = HC_FAKE_SCALING;
    jobs[1].spec.workload = HC_FAKE_SCALING;
    hc_scripted_port_ask(&port, &replay, &ONE_NODE);
    replay.checks_every_event = true;
    hc_replay_run(&replay);
    CU_ASSERT_EQUAL(jobs[0].attempt, 2);
    CU_ASSERT_EQUAL(jobs[0].end, 126 * HC_SECOND);
    CU_ASSERT_EQUAL(jobs[1].end - jobs[1].start, 266666666667);
    CU_ASSERT(replay.ledger[HC_BUCKET_LOST] == 0);
}

static void a_size_that_a_workload_refuses_is_told_with_its_reason(void)
{
    static const step STEPS[] = {{0, 'r', 0, 5}};
    script s = {.steps = STEPS, .count = 1};
    hc_scripted_port port = {.answer = answer_by_script, .self = &s};
    hc_replay_job jobs[] = {{.spec = hc_replay_spec(0, 4, 100, 120)}};
    hc_replay replay = {.jobs = jobs, .job_count = 1, .workload = &hc_fake_workload};
    jobs[0].spec.workload = HC_FAKE_PICKY;
    hc_scripted_port_ask(&port, &replay, &ONE_NODE);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(hc_scripted_failure(&replay), "resize job 0 to 5 GPUs: 5 GPUs are not even"));
}

/* ---- what cannot be ---- */

static void what_cannot_be_ends_the_run_with_who_when_and_why(void)
{
    static const struct {
        step steps[3];
        size_t count;
        const char *message;
    } CASES_OF[] = {
        {{{0, 's', 7, 0}},
         1,
         "the script, pass 1 of partition 0 (at 0s): start job 7: no such job waits or runs here"},
        {{{0, 's', UINT64_MAX, 0}}, 1, "start job 18446744073709551615: no such job"},
        {{{0, 'p', 1, 0}}, 1, "preempt job 1: no such job"}, /* not yet submitted */
        {{{0, 'p', 0, 0}}, 1, "preempt job 0: it does not run"},
        {{{0, 's', 0, 0}, {0, 's', 0, 0}},
         2,
         "start job 0: it was decided on before in the same answer"},
        {{{0, 's', 0, 0}, {0, 'p', 0, 0}}, 2, "preempt job 0: it was decided on before"},
        {{{0, 's', 0, 0}, {10, 's', 0, 0}},
         2,
         "pass 2 of partition 0 (at 10s): start job 0: it runs already"},
        {{{0, 's', 0, 0}, {10, 'h', 0, 0}}, 2, "hold job 0: it runs already"},
        {{{0, 's', 0, 0}, {10, 's', 1, 0}},
         2,
         "start job 1: it does not fit: it asks for 6 GPUs; 4 are free, and no job for more than 4 "
         "fits"},
        {{{0, 'r', 0, 0}}, 1, "resize job 0 to 0 GPUs: only jobs of whole GPUs"},
        {{{0, 'r', 0, 9}}, 1, "resize job 0 to 9 GPUs: it could never run so on this partition"},
        {{{0, 's', 0, 0}, {10, 's', 2, 0}, {10, 'r', 0, 8}},
         3,
         "resize job 0: it does not fit: it asks for 8 GPUs; 6 are free"},
        {{{0, 'w', 0, 0}}, 1, "wake at 0 ns: expected a later time than now, 0 ns"},
        {{{0, 'f', 9, 0}}, 1, "does job 9 fit: no such job waits here"},
        {{{0, 'x', 0, 0}}, 1, "the script, pass 1 of partition 0 (at 0s): has seen enough"},
        {{{0, 'h', 0, 0}}, 1, "the script leaves 3 jobs of partition 0 waiting for ever"},
    };
    for (size_t i = 0; i < sizeof CASES_OF / sizeof CASES_OF[0]; i++) {
        script s = {.steps = CASES_OF[i].steps, .count = CASES_OF[i].count};
        hc_scripted_port port = {.answer = answer_by_script, .self = &s};
        hc_replay_job jobs[] = {{.spec = hc_replay_spec(0, 4, 100, 100)},
                                {.spec = hc_replay_spec(10, 6, 100, 100)},
                                {.spec = hc_replay_spec(10, 2, 10, 10)}};
        hc_replay replay = {.jobs = jobs, .job_count = 3};
        const char *message = NULL;
        hc_scripted_port_ask(&port, &replay, &ONE_NODE);
        message = hc_scripted_failure(&replay);
        if (strstr(message, CASES_OF[i].message) == NULL) {
            printf("\n    %s\n    lacks: %s\n", message, CASES_OF[i].message);
            CU_FAIL("another message");
        }
        CU_ASSERT_EQUAL(port.open_count, 0);
    }
}

static int answer_for_ever(void *self, const hc_guest_pass *pass, const hc_guest_host *host)
{
    const char *what = self;
    (void)(pass->number % 2 == 1 ? host->start(host->self, 0)
           : what[0] == 'p'      ? host->preempt(host->self, 0)
                                 : 0);
    return 1;
}

static void nobody_is_asked_for_ever(void)
{
    static const struct {
        char what[2];
        const char *message;
    } CASES_OF[] = {
        {"p", "pass 21 of partition 0 (at 0s): was asked four times for each job"},
        {"n", "pass 2 of partition 0 (at 0s): wants to be asked again and has decided nothing"}};
    for (size_t i = 0; i < 2; i++) {
        char what[2] = {CASES_OF[i].what[0], 0};
        hc_scripted_port port = {.answer = answer_for_ever, .self = what};
        hc_replay_job jobs[] = {{.spec = hc_replay_spec(0, 4, 100, 100)}};
        hc_replay replay = {.jobs = jobs, .job_count = 1};
        hc_scripted_port_ask(&port, &replay, &ONE_NODE);
        CU_ASSERT_PTR_NOT_NULL(strstr(hc_scripted_failure(&replay), CASES_OF[i].message));
    }
}

/* Refusals are not overlooked: whoever goes on after one cannot do anything any more. */
static int answer_regardless(void *self, const hc_guest_pass *pass, const hc_guest_host *host)
{
    (void)self;
    (void)pass;
    CU_ASSERT_EQUAL(host->start(host->self, 9), -1);
    CU_ASSERT_EQUAL(host->start(host->self, 0), -1);
    CU_ASSERT_EQUAL(host->fits(host->self, 0), -1);
    CU_ASSERT_EQUAL(host->wake(host->self, HC_SECOND), -1);
    CU_ASSERT_EQUAL(host->fail(host->self, "no"), -1);
    return 0;
}

static void a_refusal_cannot_be_overlooked(void)
{
    hc_scripted_port port = {.answer = answer_regardless};
    hc_replay_job jobs[] = {{.spec = hc_replay_spec(0, 4, 100, 100)}};
    hc_replay replay = {.jobs = jobs, .job_count = 1};
    hc_scripted_port_ask(&port, &replay, &ONE_NODE);
    CU_ASSERT_PTR_NOT_NULL(strstr(hc_scripted_failure(&replay), "start job 9: no such job"));
}

static const hc_test_case CASES[] = {
    {"work_that_is_left_takes_its_gpu_time", work_that_is_left_takes_its_gpu_time},
    {"times_are_rounded_up", times_are_rounded_up},
    {"a_job_at_its_limit_stays_one", a_job_at_its_limit_stays_one},
    {"preempted_jobs_keep_what_the_scenario_says", preempted_jobs_keep_what_the_scenario_says},
    {"a_resized_job_goes_on_at_the_pace_of_its_workload",
     a_resized_job_goes_on_at_the_pace_of_its_workload},
    {"a_size_that_a_workload_refuses_is_told_with_its_reason",
     a_size_that_a_workload_refuses_is_told_with_its_reason},
    {"what_cannot_be_ends_the_run_with_who_when_and_why",
     what_cannot_be_ends_the_run_with_who_when_and_why},
    {"nobody_is_asked_for_ever", nobody_is_asked_for_ever},
    {"a_refusal_cannot_be_overlooked", a_refusal_cannot_be_overlooked},
};

HC_TEST_MAIN("sim/policies/guest/decisions", CASES)
