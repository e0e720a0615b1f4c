/* Jobs whose run time depends on where they lie: by hand, and on random scenarios, where every attempt is held against a pace that is
 * worked out again from the rows of its placement.
 * Usage: test_sim_works [SCENARIOS [FIRST]] */

#include "tests/sim/crossing.h"
#include "tests/sim/fake_workload.h"
#include "tests/sim/schedule_log.h"
#include "tests/testing.h"

#include <stdlib.h>
#include <string.h>

static uint64_t scenario_count = 100;
static uint64_t first_scenario;

/* Nodes 0 and 1 stand in one rack, 2 and 3 in another, 4 to 7 in two racks of another pod. */
static const hc_node_group TWO_PODS = {
    .count = 8, .gpu_count = 4, .kind = "A100", .per_rack = 2, .racks_per_pod = 2};

static hc_replay make_replay(hc_replay_job *jobs, size_t job_count)
{
    return (hc_replay){
        .groups = &TWO_PODS,
        .group_count = 1,
        .policy = "fcfs",
        .workload = &hc_fake_workload,
        .begin = HC_TIME_MISSING,
        .checks_every_event = true,
        .jobs = jobs,
        .job_count = job_count,
    };
}

static hc_job_spec work(uint32_t workload, int64_t submit, uint32_t gpus, int64_t run)
{
    hc_job_spec spec = hc_replay_spec(submit, gpus, run, run);
    spec.workload = workload;
    return spec;
}

/* 8 GPUs on two nodes of one rack: 110 %. Beside a job on node 0 they lie in two racks: 135 %. 20 GPUs on nodes 0 to 4 lie in
 * three racks and two pods: 100 + 40 + 50 + 60. */
static void a_job_takes_as_long_as_its_placement_says(void)
{
    hc_replay_job jobs[4] = {0};
    hc_replay replay = make_replay(jobs, 4);
    jobs[0].spec = work(HC_FAKE_PLAIN, 0, 8, 100);
    jobs[1].spec = hc_replay_spec(200, 4, 1000, 1000);
    jobs[2].spec = work(HC_FAKE_PLAIN, 300, 8, 100);
    jobs[3].spec = work(HC_FAKE_PLAIN, 2000, 20, 100);
    hc_replay_run(&replay);
    CU_ASSERT_STRING_EQUAL(jobs[0].nodes, "0:4+1:4");
    CU_ASSERT_EQUAL(jobs[0].end, 110 * HC_SECOND);
    CU_ASSERT_STRING_EQUAL(jobs[2].nodes, "1:4+2:4");
    CU_ASSERT_EQUAL(jobs[2].end, (300 + 135) * HC_SECOND);
    CU_ASSERT_EQUAL(jobs[3].end, (2000 + 250) * HC_SECOND);
    CU_ASSERT_EQUAL(jobs[1].end, 1200 * HC_SECOND);
}

/* Without a rack of its own every node is in one, and all are in one pod. */
static void racks_and_pods_that_nobody_names_are_one(void)
{
    static const hc_node_group PLAIN = {.count = 8, .gpu_count = 4};
    hc_replay_job jobs[1] = {0};
    hc_replay replay = make_replay(jobs, 1);
    replay.groups = &PLAIN;
    jobs[0].spec = work(HC_FAKE_PLAIN, 0, 32, 100);
    hc_replay_run(&replay);
    CU_ASSERT_EQUAL(jobs[0].end, 170 * HC_SECOND);
}

static const hc_policy_options SUSPENDING = {.rank = HC_RANK_PRIORITY,
                                             .preemption = HC_PREEMPTION_SUSPEND};
static const hc_policy_options REQUEUEING = {.rank = HC_RANK_PRIORITY,
                                             .preemption = HC_PREEMPTION_REQUEUE};

/* Four nodes in two racks. Job 2 lies on nodes 1 and 2 at 135 % until 54 s: 40 s of its work are done. Job 3 takes node 1 from it;
 * at 60 s node 3 is free as well, and job 2 goes on there, at 110 %. */
static void set_up_preemption(hc_replay *replay, const hc_policy_options *policy,
                              hc_replay_job *jobs)
{
    static const hc_node_group FOUR = {.count = 4, .gpu_count = 4, .per_rack = 2};
    *replay = make_replay(jobs, 4);
    replay->groups = &FOUR;
    replay->policy_options = policy;
    jobs[0].spec = hc_replay_spec(0, 4, 1000, 1000); /* node 0 */
    jobs[1].spec = work(HC_FAKE_PLAIN, 0, 8, 100);   /* nodes 1 and 2 */
    jobs[2].spec = hc_replay_spec(1, 4, 59, 59);     /* node 3 until 60 s */
    jobs[3].spec = hc_replay_spec(54, 4, 900, 900);
    jobs[0].spec.priority = 2;
    jobs[2].spec.priority = 2;
    jobs[3].spec.priority = 2;
}

static void a_suspended_job_goes_on_where_it_stopped_at_its_new_speed(void)
{
    hc_replay_job jobs[4] = {0};
    hc_replay replay;
    set_up_preemption(&replay, &SUSPENDING, jobs);
    hc_replay_run(&replay);
    CU_ASSERT_EQUAL(jobs[1].preemption_count, 1);
    CU_ASSERT_STRING_EQUAL(jobs[1].nodes, "2:4+3:4");
    CU_ASSERT_EQUAL(jobs[1].wait, 6 * HC_SECOND);
    CU_ASSERT_EQUAL(jobs[1].end, (60 + 66) * HC_SECOND);
    CU_ASSERT(replay.ledger[HC_BUCKET_LOST] == 0);
}

/* What was worked for nothing is counted in time, not in work. */
static void a_requeued_job_does_all_of_it_at_its_new_speed(void)
{
    hc_replay_job jobs[4] = {0};
    hc_replay replay;
    set_up_preemption(&replay, &REQUEUEING, jobs);
    hc_replay_run(&replay);
    CU_ASSERT_EQUAL(jobs[1].end, (60 + 110) * HC_SECOND);
    CU_ASSERT(replay.ledger[HC_BUCKET_LOST] == (hc_int128)8 * 54 * 1000 * HC_SECOND);
}

/* It asked for 120 s: enough where it lies at 110 %, not at 135 %, nor after 54 s at 135 % for another 66 s and one second more. */
static void limits_that_kill_count_time_not_work(void)
{
    static const hc_estimate_options KILL = {.is_limit_enforced = true};
    hc_replay_job jobs[3] = {0};
    hc_replay replay = make_replay(jobs, 3);
    replay.estimates = KILL;
    jobs[0].spec = work(HC_FAKE_PLAIN, 0, 8, 100);
    jobs[1].spec = hc_replay_spec(200, 4, 1000, 1000);
    jobs[2].spec = work(HC_FAKE_PLAIN, 300, 8, 100);
    for (int i = 0; i < 3; i += 2) {
        jobs[i].spec.requested_time = 120 * HC_SECOND;
        jobs[i].spec.is_limit_requested = true;
    }
    hc_replay_run(&replay);
    CU_ASSERT_EQUAL(jobs[0].state, HC_JOB_COMPLETED);
    CU_ASSERT_EQUAL(jobs[2].state, HC_JOB_TIMEOUT);
    CU_ASSERT_EQUAL(jobs[2].end, 420 * HC_SECOND);
}

static void limits_that_kill_count_the_time_of_all_attempts(void)
{
    static const hc_estimate_options KILL = {.is_limit_enforced = true};
    for (int second = 0; second < 2; second++) {
        hc_replay_job jobs[4] = {0};
        hc_replay replay;
        set_up_preemption(&replay, &SUSPENDING, jobs);
        replay.estimates = KILL;
        jobs[1].spec.requested_time = (120 - second) * HC_SECOND;
        jobs[1].spec.is_limit_requested = true;
        hc_replay_run(&replay);
        CU_ASSERT_EQUAL(jobs[1].state, second == 0 ? HC_JOB_COMPLETED : HC_JOB_TIMEOUT);
        CU_ASSERT_EQUAL(jobs[1].end, (126 - second) * HC_SECOND);
    }
}

static void what_cannot_be_done_on_so_many_gpus_is_rejected(void)
{
    hc_replay_job jobs[3] = {0};
    hc_replay replay = make_replay(jobs, 3);
    jobs[0].spec = work(HC_FAKE_PICKY, 0, 3, 100);
    jobs[1].spec = work(HC_FAKE_PICKY, 0, 4, 100);
    jobs[2].spec = work(HC_FAKE_PICKY, 0, 33, 100);
    hc_replay_run(&replay);
    CU_ASSERT_EQUAL(jobs[0].rejection, HC_REJECTION_PLAN);
    CU_ASSERT_EQUAL(jobs[1].state, HC_JOB_COMPLETED);
    CU_ASSERT_EQUAL(jobs[2].rejection, HC_REJECTION_SIZE);
}

/* Numbers of nodes, racks and pods, and the greatest kind, from the rows of an attempt. */
static uint32_t count_new(const uint32_t *values, size_t count)
{
    uint32_t distinct = 0;
    for (size_t i = 0; i < count; i++) {
        bool is_new = true;
        for (size_t j = 0; j < i; j++) {
            is_new &= values[j] != values[i];
        }
        distinct += is_new ? 1 : 0;
    }
    return distinct;
}

enum { MAX_ROWS = 512 };

/* The replay's machine has racks and pods; that of the scenario was built before they were drawn. */
static hc_machine *build_machine(const hc_replay *replay)
{
    hc_machine *machine = hc_machine_create();
    for (size_t i = 0; i < replay->group_count; i++) {
        CU_ASSERT_EQUAL_FATAL(hc_machine_add(machine, &replay->groups[i], NULL), 0);
    }
    CU_ASSERT_EQUAL_FATAL(hc_machine_freeze(machine, NULL), 0);
    return machine;
}

static hc_pace pace_of(const hc_machine *machine, const hc_schedule_log *log,
                       const hc_logged_attempt *attempt, const hc_job_spec *spec)
{
    uint32_t nodes[MAX_ROWS];
    uint32_t racks[MAX_ROWS];
    uint32_t pods[MAX_ROWS];
    hc_fake_spread spread = {0};
    size_t count = attempt->placement_count;
    CU_ASSERT_FATAL(count <= MAX_ROWS);
    for (size_t i = 0; i < count; i++) {
        hc_node_id id = log->placements[attempt->first_placement + i].node;
        const hc_node *node = hc_machine_node(machine, id);
        uint32_t kind = hc_machine_class(machine, node->class_index)->kind;
        nodes[i] = id.index;
        racks[i] = node->rack;
        pods[i] = node->pod;
        spread.kind = kind > spread.kind ? kind : spread.kind;
    }
    spread.nodes = count_new(nodes, count);
    spread.racks = count_new(racks, count);
    spread.pods = count_new(pods, count);
    return hc_fake_pace(spec->workload, spec->request.gpu_count, &spread);
}

/* What one job is known to have done. */
typedef struct course {
    hc_time done;
    hc_time worked;
} course;

static hc_time time_worked(const hc_attempt_record *record)
{
    hc_time time = record->end - record->start - record->restart;
    return time > 0 ? time : 0;
}

static bool is_right(const hc_attempt_record *record, const hc_job_spec *spec, const hc_pace *pace,
                     const course *before)
{
    hc_time worked = time_worked(record);
    hc_int128 left = spec->run_time - before->done;
    if (record->how == HC_ATTEMPT_TIMEOUT) {
        return before->worked + worked == spec->requested_time;
    }
    /* It ends in the first nanosecond at which it can; with `pass: event` it may give way just then. */
    return left * pace->here > (hc_int128)(worked - 1) * pace->reference &&
           (record->how != HC_ATTEMPT_COMPLETED ||
            left * pace->here <= (hc_int128)worked * pace->reference);
}

static void check_attempts(const hc_crossing *c, const hc_schedule_log *log)
{
    static course courses[HC_LOG_JOBS];
    hc_machine *machine = build_machine(&c->replay);
    memset(courses, 0, sizeof courses);
    for (size_t i = 0; i < log->attempt_count; i++) {
        const hc_attempt_record *record = &log->attempts[i].record;
        const hc_job_spec *spec = &c->scenario.jobs[record->job.index].spec;
        course *so_far = &courses[record->job.index];
        hc_pace pace;
        if (spec->workload == HC_WORK_AS_RECORDED) {
            CU_ASSERT_EQUAL_FATAL(record->step, HC_TIME_MISSING);
            continue;
        }
        pace = pace_of(machine, log, &log->attempts[i], spec);
        CU_ASSERT_EQUAL_FATAL(record->step, pace.step);
        CU_ASSERT_FATAL(is_right(record, spec, &pace, so_far));
        if (record->how == HC_ATTEMPT_PREEMPTED && c->options.preemption == HC_PREEMPTION_SUSPEND) {
            so_far->worked += time_worked(record);
            so_far->done += (hc_time)((hc_int128)time_worked(record) * pace.reference / pace.here);
        }
    }
    hc_machine_destroy(machine);
}

static uint32_t check_one(uint64_t number)
{
    static hc_crossing c;
    static hc_schedule_log log;
    uint32_t works = 0;
    hc_crossing_draw(&c, number);
    hc_schedule_log_begin(&log);
    c.replay.observer = &log.sink;
    c.replay.checks_every_event = true;
    c.replay.sample_interval = 0;
    hc_replay_run(&c.replay);
    check_attempts(&c, &log);
    for (size_t i = 0; i < c.scenario.job_count; i++) {
        works += c.scenario.jobs[i].spec.workload != HC_WORK_AS_RECORDED ? 1 : 0;
    }
    hc_crossing_release(&c);
    return works;
}

static void every_attempt_works_at_the_pace_of_its_placement(void)
{
    uint32_t works = 0;
    for (uint64_t number = first_scenario; number < first_scenario + scenario_count; number++) {
        works += check_one(number);
    }
    CU_ASSERT(works >= scenario_count);
}

static const hc_test_case CASES[] = {
    {"a_job_takes_as_long_as_its_placement_says", a_job_takes_as_long_as_its_placement_says},
    {"racks_and_pods_that_nobody_names_are_one", racks_and_pods_that_nobody_names_are_one},
    {"a_suspended_job_goes_on_where_it_stopped_at_its_new_speed",
     a_suspended_job_goes_on_where_it_stopped_at_its_new_speed},
    {"a_requeued_job_does_all_of_it_at_its_new_speed",
     a_requeued_job_does_all_of_it_at_its_new_speed},
    {"limits_that_kill_count_time_not_work", limits_that_kill_count_time_not_work},
    {"limits_that_kill_count_the_time_of_all_attempts",
     limits_that_kill_count_the_time_of_all_attempts},
    {"what_cannot_be_done_on_so_many_gpus_is_rejected",
     what_cannot_be_done_on_so_many_gpus_is_rejected},
    {"every_attempt_works_at_the_pace_of_its_placement",
     every_attempt_works_at_the_pace_of_its_placement},
};

int main(int argc, char **argv)
{
    scenario_count = argc > 1 ? strtoull(argv[1], NULL, 10) : scenario_count;
    first_scenario = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;
    return hc_test_main("works", CASES, sizeof CASES / sizeof CASES[0]);
}
