#include "tests/sim/federation/federated_run.h"

#include "sim/policies/registry.h"
#include "sim/simulation.h"
#include "tests/sim/fake_workload.h"
#include "tests/sim/memory_state.h"
#include "tests/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

hc_federated_job hc_federated_make(hc_time submit, uint32_t gpu_count, hc_time run_time,
                                   hc_time time_limit)
{
    return (hc_federated_job){
        .spec =
            {
                .submit = submit,
                .run_time = run_time,
                .time_limit = time_limit,
                .recorded_start = HC_TIME_MISSING,
                .recorded_end = HC_TIME_MISSING,
                .request = {.kinds = UINT64_MAX, .gpu_count = gpu_count, .gpu_milli = HC_WHOLE_GPU},
                .user = HC_NO_INDEX,
                .group = HC_NO_INDEX,
            },
    };
}

static int next_job(void *self, hc_job_spec *out, hc_error *error)
{
    hc_federated_site *site = self;
    (void)error;
    if (site->next == site->job_count) {
        return 0;
    }
    *out = site->jobs[site->next].spec;
    out->place = (uint32_t)site->next++;
    return 1;
}

static int find_texts(void *self, hc_job_spec *spec)
{
    const hc_federated_site *site = self;
    if (spec->place >= site->job_count) {
        return -1;
    }
    spec->name = site->jobs[spec->place].spec.name;
    return 0;
}

static hc_job_source_facts source_facts(void *self)
{
    const hc_federated_site *site = self;
    hc_job_source_facts facts = {.last_submit = HC_TIME_MISSING};
    for (size_t i = 0; i < site->job_count; i++) {
        const hc_request *request = &site->jobs[i].spec.request;
        facts.last_submit = site->jobs[i].spec.submit;
        facts.has_shared_gpus |= request->gpu_milli < HC_WHOLE_GPU;
        facts.has_host_needs |= request->cpu_milli > 0 || request->memory_bytes > 0;
    }
    return facts;
}

static void destroy_nothing(void *self)
{
    (void)self;
}

/* Ids tell whose job it is, and which of his. */
static hc_federated_job *job_of(hc_federated_run *run, hc_job_id id)
{
    hc_federated_site *home = &run->sites[id.index % run->site_count];
    CU_ASSERT_FATAL(id.index / run->site_count < home->job_count);
    return &home->jobs[id.index / run->site_count];
}

static int take_job(void *self, const hc_job_record *record, hc_error *error)
{
    hc_federated_run *run = self;
    hc_federated_job *job = job_of(run, record->job);
    (void)error;
    job->record_count++;
    job->site = record->spec->partition.index;
    job->start = record->first_start;
    job->end = record->last_end;
    job->wait = record->wait;
    job->held = record->held_milli_ns;
    job->state = record->state;
    job->user = record->spec->user;
    CU_ASSERT_EQUAL(record->spec->home.index, record->job.index % run->site_count);
    (void)snprintf(job->name, sizeof job->name, "%s",
                   record->spec->name == NULL ? "" : record->spec->name);
    return 0;
}

static int take_event(void *self, const hc_event_record *record, hc_error *error)
{
    hc_federated_run *run = self;
    (void)error;
    if (record->type == HC_EVENT_DISPATCH) {
        job_of(run, record->job)->dispatched = record->time;
        job_of(run, record->job)->dispatched_to = (uint32_t)record->value;
        CU_ASSERT_EQUAL(record->partition.index, record->job.index % run->site_count);
    } else if (record->type == HC_EVENT_SUBMIT) {
        job_of(run, record->job)->joined = record->time;
    }
    return 0;
}

static int take_sample(void *self, const hc_sample_record *record, hc_error *error)
{
    hc_federated_run *run = self;
    (void)error;
    run->last_sample = record->time > run->last_sample ? record->time : run->last_sample;
    return 0;
}

static int take_ledger(void *self, const hc_ledger_record *record, hc_error *error)
{
    hc_federated_run *run = self;
    (void)error;
    run->ledger += record->milli_ns;
    run->busy += record->bucket == HC_BUCKET_BUSY ? record->milli_ns : 0;
    return 0;
}

static int ignore_attempt(void *self, const hc_attempt_record *record, hc_error *error)
{
    (void)self;
    (void)record;
    (void)error;
    return 0;
}

static int ignore_placement(void *self, const hc_placement_record *record, hc_error *error)
{
    (void)self;
    (void)record;
    (void)error;
    return 0;
}

static int ignore_decision(void *self, const hc_decision_record *record, hc_error *error)
{
    (void)self;
    (void)record;
    (void)error;
    return 0;
}

static void clear(hc_federated_run *run)
{
    run->last_sample = HC_TIME_MISSING;
    run->ledger = 0;
    run->busy = 0;
    for (uint32_t i = 0; i < run->site_count; i++) {
        for (size_t j = 0; j < run->sites[i].job_count; j++) {
            run->sites[i].jobs[j].record_count = 0;
            run->sites[i].jobs[j].dispatched = HC_TIME_MISSING;
            run->sites[i].jobs[j].joined = HC_TIME_MISSING;
        }
    }
}

static hc_machine *build_machine(const hc_federated_run *run)
{
    hc_machine *machine = hc_machine_create();
    hc_error error = HC_ERROR_NONE;
    for (uint32_t i = 0; i < run->site_count; i++) {
        char name[16];
        hc_node_group nodes = {.count = run->sites[i].node_count,
                               .gpu_count = run->sites[i].gpu_count,
                               .kind = run->sites[i].kind,
                               .cpu_milli = HC_UNLIMITED,
                               .memory_bytes = HC_UNLIMITED,
                               .partition = name,
                               .site = name};
        (void)snprintf(name, sizeof name, "site-%u", i);
        CU_ASSERT_EQUAL_FATAL(hc_machine_add(machine, &nodes, &error), 0);
    }
    CU_ASSERT_EQUAL_FATAL(hc_machine_freeze(machine, &error), 0);
    return machine;
}

static hc_simulation_site describe_site(hc_federated_site *site, uint32_t index)
{
    const hc_named_policy *named = hc_policy_find(site->policy == NULL ? "fcfs" : site->policy);
    return (hc_simulation_site){
        .source = {.self = site,
                   .next = next_job,
                   .facts = source_facts,
                   .find_texts = find_texts,
                   .destroy = destroy_nothing},
        .scheduling = {.policy = hc_policy_of(&named->options),
                       .policy_options = named->options,
                       .placement = hc_placement_find("packed")},
        .terms = site->terms,
        .first_user = index * 1000,
    };
}

static hc_sink sink_of(hc_federated_run *run)
{
    return (hc_sink){.self = run,
                     .job = take_job,
                     .attempt = ignore_attempt,
                     .placement = ignore_placement,
                     .decision = ignore_decision,
                     .event = take_event,
                     .sample = take_sample,
                     .ledger = take_ledger};
}

/* @param state  NULL: from the begin */
static hc_simulation *build(const hc_federated_run *run, const hc_sink *sink,
                            const hc_state_store *state)
{
    hc_simulation_site *sites = calloc(run->site_count, sizeof *sites);
    hc_simulation_options options = {
        .machine = build_machine(run),
        .executor = run->executor,
        .sink = sink,
        .workload = &hc_fake_workload,
        .begin = 0,
        .sample_interval = run->sample_interval,
        .state = state,
        .sites = sites,
        .broker = run->broker,
    };
    hc_simulation *simulation = NULL;
    hc_error error = HC_ERROR_NONE;
    for (uint32_t i = 0; sites != NULL && i < run->site_count; i++) {
        run->sites[i].next = 0;
        sites[i] = describe_site(&run->sites[i], i);
    }
    if (hc_simulation_create(&simulation, &options, &error) < 0) {
        printf("\n    %s\n", error.text);
        CU_FAIL_FATAL("the simulation was not created");
    }
    free(sites);
    return simulation;
}

static hc_simulation *save_and_resume(const hc_federated_run *run, const hc_sink *sink,
                                      hc_simulation *simulation)
{
    hc_memory_state state = {0};
    hc_state_store writer = hc_memory_state_writer(&state);
    hc_state_store reader = hc_memory_state_reader(&state);
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL_FATAL(hc_simulation_save(simulation, &writer, &error), 0);
    hc_simulation_destroy(simulation);
    simulation = build(run, sink, &reader);
    hc_memory_state_free(&state);
    return simulation;
}

static void run_slice(const hc_federated_run *run, hc_simulation *simulation, uint64_t slice,
                      bool *is_over)
{
    hc_error error = HC_ERROR_NONE;
    if (hc_simulation_run(simulation, slice, is_over, &error) < 0) {
        printf("\n    %s\n", error.text);
        CU_FAIL_FATAL("the simulation failed");
    }
    if (run->checks_every_event) {
        CU_ASSERT_FATAL(hc_simulation_check(simulation));
    }
}

/* @return the simulation at its end, which may be another one. */
static hc_simulation *carry_out(const hc_federated_run *run, const hc_sink *sink,
                                hc_simulation *simulation)
{
    hc_error error = HC_ERROR_NONE;
    uint64_t slice = run->checks_every_event ? 1 : 100000;
    uint64_t since_cut = 0;
    bool is_over = false;
    while (!is_over) {
        run_slice(run, simulation, run->cut_every > 0 ? 1 : slice, &is_over);
        if (run->cut_every > 0 && ++since_cut == run->cut_every) {
            simulation = save_and_resume(run, sink, simulation);
            since_cut = 0;
        }
    }
    CU_ASSERT_EQUAL_FATAL(hc_simulation_finish(simulation, &error), 0);
    return simulation;
}

void hc_federated_execute(hc_federated_run *run)
{
    hc_sink sink = sink_of(run);
    hc_simulation *simulation = NULL;
    clear(run);
    simulation = carry_out(run, &sink, build(run, &sink, NULL));
    run->digest = hc_simulation_digest(simulation);
    run->event_count = hc_simulation_progress(simulation).event_count;
    hc_simulation_destroy(simulation);
}
