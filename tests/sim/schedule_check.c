#include "tests/sim/schedule_check.h"

#include "tests/testing.h"

#include <stdio.h>
#include <string.h>

hc_schedule hc_schedule_of(const hc_random_scenario *scenario, const hc_replay *replay,
                           const hc_schedule_log *log)
{
    hc_time begin = replay->begin == HC_TIME_MISSING ? replay->jobs[0].spec.submit : replay->begin;
    return (hc_schedule){
        .scenario = scenario,
        .replay = replay,
        .log = log,
        .begin = begin,
        .measure_from = begin + replay->warmup,
    };
}

void hc_schedule_fail(const hc_schedule *s, const char *what, uint32_t job)
{
    printf("\n    scenario %llu, %s, %s, pass per %s: ", (unsigned long long)s->scenario->number,
           s->replay->policy, s->replay->placement,
           s->replay->is_pass_per_event ? "event" : "instant");
    if (job != HC_NO_INDEX) {
        printf("job %u: ", job);
    }
    printf("%s\n", what);
    CU_FAIL_FATAL("a property does not hold");
}

const hc_job_spec *hc_schedule_spec(const hc_schedule *s, uint32_t job)
{
    return &s->replay->jobs[job].spec;
}

bool hc_schedule_has_run(const hc_schedule *s, uint32_t job)
{
    return s->log->jobs[job].record.rejection == HC_REJECTION_NONE;
}

static bool is_killed(const hc_schedule *s, uint32_t job)
{
    const hc_job_spec *spec = hc_schedule_spec(s, job);
    return s->replay->estimates.is_limit_enforced && spec->is_limit_requested &&
           spec->requested_time < spec->run_time;
}

/* What a scheduler knows of a job: of one that will be killed, that. */
static hc_time limit_of(const hc_schedule *s, uint32_t job)
{
    const hc_job_spec *spec = hc_schedule_spec(s, job);
    return is_killed(s, job) ? spec->requested_time : spec->time_limit;
}

bool hc_schedule_is_warm(const hc_schedule *s, uint32_t job)
{
    const hc_job_spec *spec = hc_schedule_spec(s, job);
    return spec->is_running_at_start && s->log->jobs[job].record.first_start == spec->running_since;
}

hc_time hc_schedule_queued(const hc_schedule *s, uint32_t job)
{
    hc_time submit = hc_schedule_spec(s, job)->submit;
    return submit > s->begin ? submit : s->begin;
}

hc_time hc_schedule_held_from(const hc_schedule *s, uint32_t job)
{
    hc_time start = s->log->jobs[job].record.first_start;
    return start > s->begin ? start : s->begin;
}

static void expect(const hc_schedule *s, bool holds, const char *what, uint32_t job)
{
    if (!holds) {
        hc_schedule_fail(s, what, job);
    }
}

/* How long it runs: a job that ran at the begin and found no room there has its rest to run; one that was past its
 * limit there, nothing. */
static hc_time run_time(const hc_schedule *s, uint32_t job)
{
    const hc_job_spec *spec = hc_schedule_spec(s, job);
    hc_time work = is_killed(s, job) ? spec->requested_time : spec->run_time;
    hc_time elapsed = spec->is_running_at_start ? s->begin - spec->running_since : 0;
    work = work < elapsed ? elapsed : work;
    return hc_schedule_is_warm(s, job) ? work : work - elapsed;
}

/* All attempts together: what they held is work, coming up again, and work that was lost. */
static void check_times(const hc_schedule *s, uint32_t job)
{
    const hc_logged_job *logged = &s->log->jobs[job];
    const hc_job_record *record = &logged->record;
    const hc_job_spec *spec = hc_schedule_spec(s, job);
    hc_time held = logged->held - (hc_schedule_held_from(s, job) - record->first_start);
    expect(s, logged->held == run_time(s, job) + logged->restart + logged->lost, "wrong run time",
           job);
    expect(s, hc_schedule_is_warm(s, job) || record->first_start >= hc_schedule_queued(s, job),
           "starts before it is in the queue", job);
    expect(s, record->wait == record->last_end - spec->submit - logged->held, "wrong wait", job);
    expect(s, record->held_milli_ns == (hc_int128)held * hc_request_milli(&spec->request),
           "wrong GPU time", job);
    expect(s, logged->first_start == record->first_start, "another start of its attempt", job);
    expect(s, logged->attempt.end == record->last_end, "another end of its attempt", job);
}

/* Every attempt but the last ended in a preemption; without one nothing is lost and nobody comes up again. */
static void check_attempts(const hc_schedule *s, uint32_t job)
{
    const hc_logged_job *logged = &s->log->jobs[job];
    uint32_t preempted = logged->attempt_count - 1;
    expect(s, !logged->is_attempt_wrong, "attempts that overlap, or without order", job);
    expect(s, logged->start_count == logged->attempt_count, "wrong number of starts", job);
    expect(s,
           logged->preempt_count == preempted && logged->record.preemption_count == preempted &&
               logged->record.attempt_count == logged->attempt_count,
           "wrong number of preemptions", job);
    expect(s, preempted > 0 || logged->restart + logged->lost == 0, "comes up again for nothing",
           job);
    expect(s,
           logged->attempt.how == (is_killed(s, job) ? HC_ATTEMPT_TIMEOUT : HC_ATTEMPT_COMPLETED) &&
               logged->attempt.lost == 0,
           "its last attempt did not complete it", job);
}

static void check_record(const hc_schedule *s, uint32_t job)
{
    const hc_logged_job *logged = &s->log->jobs[job];
    hc_job_state ended = is_killed(s, job) ? HC_JOB_TIMEOUT : HC_JOB_COMPLETED;
    bool has_run = logged->record.state == ended;
    expect(s, logged->record_count == 1, "not one record", job);
    expect(s, logged->submit_count == 1 && logged->end_count == 1, "not one submission and end",
           job);
    expect(s, has_run || logged->record.state == HC_JOB_REJECTED, "neither ended nor rejected",
           job);
    expect(s, has_run == (logged->record.rejection == HC_REJECTION_NONE), "a wrong rejection", job);
    expect(s, (logged->placement_count > 0) == has_run, "placed, but not run, or not placed", job);
    expect(s, logged->record.is_measured == (hc_schedule_spec(s, job)->submit >= s->measure_from),
           "measured in the warm-up, or not behind it", job);
    if (has_run) {
        check_times(s, job);
        check_attempts(s, job);
    } else {
        expect(s, logged->record.first_start == HC_TIME_MISSING, "rejected, but started", job);
        expect(s, logged->start_count == 0, "rejected, but with a start", job);
    }
}

static void check_node(const hc_schedule *s, uint32_t job, const hc_placement_record *row)
{
    const hc_request *request = &hc_schedule_spec(s, job)->request;
    const hc_node *node = hc_machine_node(s->scenario->machine, row->node);
    const hc_node_class *class = hc_machine_class(s->scenario->machine, node->class_index);
    expect(s, node->partition.index == hc_schedule_spec(s, job)->partition.index,
           "on a node of another partition", job);
    expect(s,
           request->kinds == UINT64_MAX ||
               (class->kind != HC_NO_INDEX && (request->kinds >> class->kind & 1) != 0),
           "on GPUs of another kind", job);
    expect(s, row->device + row->count <= class->gpu_count, "on GPUs that are not there", job);
    expect(s, row->count == 0 || row->milli == request->gpu_milli, "another part of a GPU", job);
}

/* A gang lies on nodes of one class; its rows are in order, node by node. */
static void check_placement(const hc_schedule *s, const hc_logged_attempt *attempt)
{
    uint32_t job = attempt->record.job.index;
    const hc_placement_record *rows = &s->log->placements[attempt->first_placement];
    const hc_request *request = &hc_schedule_spec(s, job)->request;
    const hc_machine *machine = s->scenario->machine;
    uint32_t class_index = hc_machine_node(machine, rows[0].node)->class_index;
    uint64_t gpu_count = 0;
    uint32_t node_count = 0;
    for (size_t i = 0; i < attempt->placement_count; i++) {
        check_node(s, job, &rows[i]);
        gpu_count += rows[i].count;
        node_count += i == 0 || rows[i].node.index != rows[i - 1].node.index ? 1 : 0;
        expect(s, hc_machine_node(machine, rows[i].node)->class_index == class_index,
               "a gang on nodes of two classes", job);
    }
    expect(s, gpu_count == request->gpu_count, "another number of GPUs", job);
    expect(s, node_count == attempt->record.node_count, "another number of nodes", job);
    expect(s, node_count == 1 || !request->is_single_node, "on several nodes", job);
}

void hc_schedule_check_jobs(const hc_schedule *s)
{
    expect(s, !s->log->is_out_of_order, "events out of order", HC_NO_INDEX);
    expect(s, s->log->has_key && !s->log->is_key_out_of_order, "keys out of order", HC_NO_INDEX);
    for (uint32_t job = 0; job < s->replay->job_count; job++) {
        check_record(s, job);
    }
    for (size_t i = 0; i < s->log->attempt_count; i++) {
        check_placement(s, &s->log->attempts[i]);
    }
}

static bool is_one_queue(const hc_schedule *s, uint32_t a, uint32_t b)
{
    return hc_schedule_has_run(s, a) && hc_schedule_has_run(s, b) && !hc_schedule_is_warm(s, a) &&
           !hc_schedule_is_warm(s, b) &&
           hc_schedule_spec(s, a)->partition.index == hc_schedule_spec(s, b)->partition.index;
}

static hc_time start_of(const hc_schedule *s, uint32_t job)
{
    return s->log->jobs[job].record.first_start;
}

static void check_fcfs(const hc_schedule *s)
{
    for (uint32_t b = 1; b < s->replay->job_count; b++) {
        for (uint32_t a = 0; a < b; a++) {
            expect(s, !is_one_queue(s, a, b) || start_of(s, a) <= start_of(s, b),
                   "starts before a job that is ahead of it", b);
        }
    }
}

/* Whether `a`, which waits when `b` starts, is ahead of it. With a pass per event a job that is submitted at that
 * instant may come behind the pass. */
static bool is_passed_by(const hc_schedule *s, uint32_t a, uint32_t b)
{
    hc_time limit_a = limit_of(s, a);
    hc_time limit_b = limit_of(s, b);
    hc_time queued = hc_schedule_queued(s, a);
    hc_time now = start_of(s, b);
    bool is_there = s->replay->is_pass_per_event ? queued < now : queued <= now;
    return is_there && start_of(s, a) > now && (limit_a < limit_b || (limit_a == limit_b && a < b));
}

static void check_sjf(const hc_schedule *s)
{
    for (uint32_t b = 0; b < s->replay->job_count; b++) {
        for (uint32_t a = 0; a < s->replay->job_count; a++) {
            expect(s, a == b || !is_one_queue(s, a, b) || !is_passed_by(s, a, b),
                   "starts while a shorter job waits", b);
        }
    }
}

/* When a job became the first of its queue: once all before it had started. */
static hc_time head_since(const hc_schedule *s, uint32_t head)
{
    hc_time since = hc_schedule_queued(s, head);
    for (uint32_t job = 0; job < head; job++) {
        if (is_one_queue(s, job, head) && start_of(s, job) > since) {
            since = start_of(s, job);
        }
    }
    return since;
}

/* Whether a job held GPUs when the head looked for its start. Jobs behind the head that start at that instant are
 * those that it must not suffer from. */
static bool is_in_the_way(const hc_schedule *s, uint32_t job, uint32_t head, hc_time now)
{
    bool is_before = start_of(s, job) < now || job < head || hc_schedule_is_warm(s, job);
    return job != head && hc_schedule_has_run(s, job) && start_of(s, job) <= now && is_before &&
           s->log->jobs[job].record.last_end > now &&
           hc_schedule_spec(s, job)->partition.index == hc_schedule_spec(s, head)->partition.index;
}

/* GPUs free at `time`, if the jobs in the way at `now` end as their limits say. */
static uint64_t foresee_free(const hc_schedule *s, uint32_t head, hc_time now, hc_time time)
{
    uint64_t free_gpus =
        hc_machine_partition(s->scenario->machine, hc_schedule_spec(s, head)->partition)->gpu_count;
    for (uint32_t job = 0; job < s->replay->job_count; job++) {
        if (is_in_the_way(s, job, head, now) && start_of(s, job) + limit_of(s, job) > time) {
            free_gpus -= hc_schedule_spec(s, job)->request.gpu_count;
        }
    }
    return free_gpus;
}

/* The earliest start that could be foreseen: now, or when a job in the way ends. */
static hc_time foresee_start(const hc_schedule *s, uint32_t head, hc_time now)
{
    uint32_t needed = hc_schedule_spec(s, head)->request.gpu_count;
    hc_time start = HC_TIME_NEVER;
    if (foresee_free(s, head, now, now) >= needed) {
        return now;
    }
    for (uint32_t job = 0; job < s->replay->job_count; job++) {
        hc_time end = start_of(s, job) + limit_of(s, job);
        if (is_in_the_way(s, job, head, now) && end < start &&
            foresee_free(s, head, now, end) >= needed) {
            start = end;
        }
    }
    return start;
}

/* A job of no length opens a second round of its instant, in which the head may be another one. */
static bool has_rounds_at(const hc_schedule *s, hc_time time)
{
    for (uint32_t job = 0; job < s->replay->job_count; job++) {
        if (hc_schedule_has_run(s, job) && start_of(s, job) == time && run_time(s, job) == 0) {
            return true;
        }
    }
    return false;
}

static void check_heads(const hc_schedule *s)
{
    for (uint32_t head = 0; head < s->replay->job_count; head++) {
        hc_time since = 0;
        if (!hc_schedule_has_run(s, head) || hc_schedule_is_warm(s, head)) {
            continue;
        }
        since = head_since(s, head);
        expect(s, has_rounds_at(s, since) || start_of(s, head) <= foresee_start(s, head, since),
               "starts later than was foreseen when it became the first", head);
    }
}

/* Whether a job held GPUs from `time` on, for a while. */
static bool runs_at(const hc_schedule *s, const hc_attempt_record *attempt, hc_time time)
{
    hc_time start = attempt->start > s->begin ? attempt->start : s->begin;
    return start <= time && time < attempt->end;
}

/* GPUs that a waiting job could have at `time` on one node: what is free, and what jobs of lower priority hold. */
static uint64_t gpus_within_reach(const hc_schedule *s, uint32_t job, hc_time time)
{
    const hc_job_spec *spec = hc_schedule_spec(s, job);
    uint64_t gpus = hc_machine_partition(s->scenario->machine, spec->partition)->gpu_count;
    for (size_t i = 0; i < s->log->attempt_count; i++) {
        const hc_attempt_record *attempt = &s->log->attempts[i].record;
        const hc_job_spec *other = hc_schedule_spec(s, attempt->job.index);
        if (runs_at(s, attempt, time) && other->partition.index == spec->partition.index &&
            other->priority >= spec->priority) {
            gpus -= other->request.gpu_count;
        }
    }
    return gpus;
}

/* Whether a job waits from `time` on. */
static bool waits_at(const hc_schedule *s, uint32_t job, hc_time time)
{
    if (!hc_schedule_has_run(s, job) || hc_schedule_queued(s, job) > time ||
        s->log->jobs[job].record.last_end <= time) {
        return false;
    }
    for (size_t i = 0; i < s->log->attempt_count; i++) {
        if (s->log->attempts[i].record.job.index == job &&
            runs_at(s, &s->log->attempts[i].record, time)) {
            return false;
        }
    }
    return true;
}

/* Nobody waits for GPUs that jobs of lower priority hold, after any change. */
static void check_priorities(const hc_schedule *s)
{
    for (uint32_t job = 0; job < s->replay->job_count; job++) {
        for (size_t i = 0; i < s->log->attempt_count; i++) {
            hc_time time = s->log->attempts[i].record.end;
            expect(s,
                   !waits_at(s, job, time) || gpus_within_reach(s, job, time) <
                                                  hc_schedule_spec(s, job)->request.gpu_count,
                   "waits for GPUs that jobs of lower priority hold", job);
        }
    }
}

static bool is_greedy_by_priority(const hc_schedule *s)
{
    const hc_policy_options *options = s->replay->policy_options;
    return options != NULL && options->rank == HC_RANK_PRIORITY &&
           options->backfill == HC_BACKFILL_FIRST_FIT && s->scenario->is_plain;
}

void hc_schedule_check_policy(const hc_schedule *s)
{
    bool is_easy = strncmp(s->replay->policy, "easy", 4) == 0;
    if (strcmp(s->replay->policy, "fcfs") == 0) {
        check_fcfs(s);
    } else if (strcmp(s->replay->policy, "sjf") == 0) {
        check_sjf(s);
    } else if (is_easy && s->scenario->is_plain && !s->replay->is_pass_per_event) {
        check_heads(s);
    } else if (is_greedy_by_priority(s)) {
        check_priorities(s);
    }
}
