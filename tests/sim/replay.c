#include "tests/sim/replay.h"

#include "sim/policies/registry.h"
#include "sim/simulation.h"
#include "tests/sim/memory_state.h"
#include "tests/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct memory_source {
    const hc_replay *replay;
    size_t next;
} memory_source;

static int next_job(void *self, hc_job_spec *out, hc_error *error)
{
    memory_source *source = self;
    (void)error;
    if (source->next == source->replay->job_count) {
        return 0;
    }
    *out = source->replay->jobs[source->next].spec;
    out->place = (uint32_t)source->next++;
    return 1;
}

static hc_job_source_facts source_facts(void *self)
{
    const memory_source *source = self;
    const hc_replay *replay = source->replay;
    hc_job_source_facts facts = {.last_submit = HC_TIME_MISSING};
    for (size_t i = 0; i < replay->job_count; i++) {
        const hc_request *request = &replay->jobs[i].spec.request;
        facts.last_submit = replay->jobs[i].spec.submit;
        facts.has_shared_gpus |= request->gpu_milli < HC_WHOLE_GPU;
        facts.has_host_needs |= request->cpu_milli > 0 || request->memory_bytes > 0;
    }
    return facts;
}

#define OBSERVE(replay, what, record, error) \
    ((replay)->observer == NULL              \
         ? 0                                 \
         : (replay)->observer->what((replay)->observer->self, (record), (error)))

static int record_key(void *self, const hc_order_key *key, hc_error *error)
{
    hc_replay *replay = self;
    return replay->observer == NULL || replay->observer->enter == NULL
               ? 0
               : replay->observer->enter(replay->observer->self, key, error);
}

static int record_job(void *self, const hc_job_record *record, hc_error *error)
{
    hc_replay *replay = self;
    hc_replay_job *job = &replay->jobs[record->job.index];
    job->start = record->first_start;
    job->end = record->last_end;
    job->wait = record->wait;
    job->state = record->state;
    job->preemption_count = record->preemption_count;
    job->rejection = record->rejection;
    return OBSERVE(replay, job, record, error);
}

static int record_attempt(void *self, const hc_attempt_record *record, hc_error *error)
{
    hc_replay *replay = self;
    return OBSERVE(replay, attempt, record, error);
}

/* Runs of one node are added up: "3:8". */
static int record_placement(void *self, const hc_placement_record *record, hc_error *error)
{
    hc_replay *replay = self;
    hc_replay_job *job = &replay->jobs[record->job.index];
    char *nodes = job->nodes;
    size_t room = sizeof replay->jobs[0].nodes;
    char *last = NULL;
    unsigned node = 0;
    unsigned count = 0;
    if (record->attempt != job->attempt) { /* only the last attempt is kept */
        job->attempt = record->attempt;
        nodes[0] = '\0';
    }
    last = strrchr(nodes, '+');
    last = last == NULL ? nodes : last + 1;
    if (sscanf(last, "%u:%u", &node, &count) == 2 && node == record->node.index) {
        (void)snprintf(last, room - (size_t)(last - nodes), "%u:%u", node, count + record->count);
    } else {
        size_t length = strlen(nodes);
        (void)snprintf(nodes + length, room - length, "%s%u:%u", length == 0 ? "" : "+",
                       record->node.index, record->count);
    }
    return OBSERVE(replay, placement, record, error);
}

static int record_decision(void *self, const hc_decision_record *record, hc_error *error)
{
    hc_replay *replay = self;
    replay->decision_counts[record->reason]++;
    return OBSERVE(replay, decision, record, error);
}

static int record_event(void *self, const hc_event_record *record, hc_error *error)
{
    hc_replay *replay = self;
    return OBSERVE(replay, event, record, error);
}

static int record_sample(void *self, const hc_sample_record *record, hc_error *error)
{
    hc_replay *replay = self;
    CU_ASSERT(record->fragmented_milli <= record->free_milli);
    replay->sample_count++;
    return OBSERVE(replay, sample, record, error);
}

static int record_ledger(void *self, const hc_ledger_record *record, hc_error *error)
{
    hc_replay *replay = self;
    replay->ledger[record->bucket] += record->milli_ns;
    return OBSERVE(replay, ledger, record, error);
}

static void destroy_nothing(void *self)
{
    (void)self;
}

hc_job_spec hc_replay_spec(int64_t submit_seconds, uint32_t gpu_count, int64_t run_seconds,
                           int64_t limit_seconds)
{
    return (hc_job_spec){
        .submit = submit_seconds * HC_SECOND,
        .run_time = run_seconds * HC_SECOND,
        .time_limit = limit_seconds * HC_SECOND,
        .recorded_start = HC_TIME_MISSING,
        .recorded_end = HC_TIME_MISSING,
        .request = {.kinds = UINT64_MAX, .gpu_count = gpu_count, .gpu_milli = HC_WHOLE_GPU},
        .user = HC_NO_INDEX,
        .group = HC_NO_INDEX,
    };
}

static hc_machine *build_machine(const hc_replay *replay)
{
    hc_machine *machine = hc_machine_create();
    hc_error error = HC_ERROR_NONE;
    for (size_t i = 0; i < replay->group_count; i++) {
        CU_ASSERT_EQUAL_FATAL(hc_machine_add(machine, &replay->groups[i], &error), 0);
    }
    CU_ASSERT_EQUAL_FATAL(hc_machine_freeze(machine, &error), 0);
    return machine;
}

/* A simulation that is to be built several times, and the source that it takes its jobs from. */
struct hc_replay_stage {
    hc_replay *replay;
    memory_source source;
    hc_sink sink;
    hc_simulation_options options;
    hc_simulation *simulation;
};

typedef struct hc_replay_stage stage;

/* Jobs have names that the source keeps. */
static int find_texts(void *self, hc_job_spec *spec)
{
    const memory_source *source = self;
    if (spec->place >= source->replay->job_count) {
        return -1;
    }
    spec->name = source->replay->jobs[spec->place].spec.name;
    spec->recorded_nodes = source->replay->jobs[spec->place].spec.recorded_nodes;
    return 0;
}

static hc_scheduling scheduling_of(const hc_replay *replay)
{
    const char *placement = replay->placement == NULL ? "packed" : replay->placement;
    hc_scheduling scheduling = {
        .policy_options = replay->policy_options != NULL ? *replay->policy_options
                                                         : hc_policy_find(replay->policy)->options,
        .placement = hc_placement_find(placement),
        .restart = replay->restart,
        .estimates = replay->estimates,
        .is_pass_per_event = replay->is_pass_per_event,
    };
    scheduling.policy = hc_policy_of(&scheduling.policy_options);
    return scheduling;
}

static void set_stage(stage *s, hc_replay *replay)
{
    *s = (stage){.replay = replay, .source = {.replay = replay}};
    s->sink =
        (hc_sink){replay,       record_job,    record_attempt, record_placement, record_decision,
                  record_event, record_sample, record_ledger,  record_key};
    s->options = (hc_simulation_options){
        .source = {.self = &s->source,
                   .next = next_job,
                   .facts = source_facts,
                   .find_texts = find_texts,
                   .destroy = destroy_nothing},
        .sink = &s->sink,
        .executor = replay->executor,
        .workload = replay->workload,
        .scheduling = scheduling_of(replay),
        .begin = replay->begin,
        .warmup = replay->warmup,
        .sample_interval = replay->sample_interval,
        .follows_dependencies = replay->follows_dependencies,
        .calendar = replay->calendar,
    };
}

/* @param state  NULL: from the begin */
static void build(stage *s, const hc_state_store *state)
{
    hc_error error = HC_ERROR_NONE;
    s->source.next = 0;
    s->options.machine = build_machine(s->replay);
    s->options.state = state;
    if (hc_simulation_create(&s->simulation, &s->options, &error) < 0) {
        printf("\n    %s\n", error.text);
        CU_FAIL_FATAL("the simulation was not created");
    }
    s->options.state = NULL;
}

static void save(hc_simulation *simulation, hc_memory_state *state)
{
    hc_state_store writer = hc_memory_state_writer(state);
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL_FATAL(hc_simulation_save(simulation, &writer, &error), 0);
}

/* What is saved anew is what was loaded. Events lie in no order in it, so that lengths must do. */
static void check_same(const hc_memory_state *a, const hc_memory_state *b)
{
    CU_ASSERT_EQUAL_FATAL(a->count, b->count);
    for (size_t i = 0; i < a->count; i++) {
        CU_ASSERT_EQUAL_FATAL(a->sections[i].size, b->sections[i].size);
    }
}

static void save_and_resume(stage *s)
{
    hc_memory_state saved = {.sections = NULL};
    hc_memory_state again = {.sections = NULL};
    hc_state_store reader = hc_memory_state_reader(&saved);
    save(s->simulation, &saved);
    hc_simulation_destroy(s->simulation);
    build(s, &reader);
    save(s->simulation, &again);
    check_same(&saved, &again);
    hc_memory_state_free(&saved);
    hc_memory_state_free(&again);
}

static void run_slice(stage *s, uint64_t limit, bool *is_over)
{
    hc_error error = HC_ERROR_NONE;
    if (hc_simulation_run(s->simulation, limit, is_over, &error) < 0) {
        printf("\n    %s\n", error.text);
        CU_FAIL_FATAL("the simulation failed");
    }
    if (s->replay->checks_every_event) {
        CU_ASSERT_FATAL(hc_simulation_check(s->simulation));
    }
}

/* Up to the next cut, or to the end. */
static uint64_t next_slice(const stage *s, size_t cut)
{
    uint64_t slice = s->replay->checks_every_event ? 1 : 1000000;
    uint64_t until = cut < s->replay->cut_count ? s->replay->cuts[cut] : UINT64_MAX;
    uint64_t left = 0;
    if (s->replay->stop_after > 0 && s->replay->stop_after < until) {
        until = s->replay->stop_after;
    }
    if (until == UINT64_MAX) {
        return slice;
    }
    left = until - hc_simulation_progress(s->simulation).event_count;
    return left < slice ? left : slice;
}

static bool is_to_stop(const stage *s)
{
    return s->replay->stop_after > 0 &&
           hc_simulation_progress(s->simulation).event_count >= s->replay->stop_after;
}

static void run(stage *s)
{
    hc_error error = HC_ERROR_NONE;
    size_t cut = 0;
    bool is_over = false;
    while (!is_over && !is_to_stop(s)) {
        run_slice(s, next_slice(s, cut), &is_over);
        while (cut < s->replay->cut_count &&
               s->replay->cuts[cut] == hc_simulation_progress(s->simulation).event_count) {
            save_and_resume(s);
            cut++;
        }
    }
    CU_ASSERT_EQUAL_FATAL(hc_simulation_finish(s->simulation, &error), 0);
    CU_ASSERT_FATAL(!is_over || hc_simulation_check(s->simulation));
}

void hc_replay_run(hc_replay *replay)
{
    stage s;
    set_stage(&s, replay);
    for (size_t i = 0; i < replay->job_count; i++) {
        replay->jobs[i].attempt = 0;
        replay->jobs[i].nodes[0] = '\0';
    }
    memset(replay->ledger, 0, sizeof replay->ledger);
    memset(replay->decision_counts, 0, sizeof replay->decision_counts);
    replay->sample_count = 0;
    build(&s, NULL);
    run(&s);
    replay->digest = hc_simulation_digest(s.simulation);
    replay->event_count = hc_simulation_progress(s.simulation).event_count;
    hc_simulation_destroy(s.simulation);
}

hc_replay_stage *hc_replay_open(hc_replay *replay, const hc_state_store *state)
{
    stage *s = calloc(1, sizeof *s);
    if (s == NULL) {
        CU_FAIL_FATAL("memory is short");
        return NULL;
    }
    set_stage(s, replay);
    build(s, state);
    return s;
}

hc_simulation *hc_replay_simulation(hc_replay_stage *s)
{
    return s->simulation;
}

void hc_replay_close(hc_replay_stage *s)
{
    hc_simulation_destroy(s->simulation);
    free(s);
}
