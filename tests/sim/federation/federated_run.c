#include "tests/sim/federation/federated_run.h"

#include "sim/policies/registry.h"
#include "sim/simulation.h"
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
    *out = site->jobs[site->next++].spec;
    return 1;
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
        run->sites[i].next = 0;
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
                   .destroy = destroy_nothing},
        .scheduling = {.policy = hc_policy_of(&named->options),
                       .policy_options = named->options,
                       .placement = hc_placement_find("packed")},
        .terms = site->terms,
        .first_user = index * 1000,
    };
}

static void carry_out(hc_simulation *simulation, const hc_federated_run *run)
{
    hc_error error = HC_ERROR_NONE;
    bool is_over = false;
    while (!is_over) {
        if (hc_simulation_run(simulation, run->checks_every_event ? 1 : 100000, &is_over, &error) <
            0) {
            printf("\n    %s\n", error.text);
            CU_FAIL_FATAL("the simulation failed");
        }
        if (run->checks_every_event) {
            CU_ASSERT_FATAL(hc_simulation_check(simulation));
        }
    }
    CU_ASSERT_EQUAL_FATAL(hc_simulation_finish(simulation, &error), 0);
}

void hc_federated_execute(hc_federated_run *run)
{
    hc_sink sink = {.self = run,
                    .job = take_job,
                    .attempt = ignore_attempt,
                    .placement = ignore_placement,
                    .decision = ignore_decision,
                    .event = take_event,
                    .sample = take_sample,
                    .ledger = take_ledger};
    hc_simulation_site *sites = calloc(run->site_count, sizeof *sites);
    hc_simulation_options options = {
        .machine = build_machine(run),
        .executor = run->executor,
        .sink = &sink,
        .begin = 0,
        .sample_interval = run->sample_interval,
        .sites = sites,
        .broker = run->broker,
    };
    hc_simulation *simulation = NULL;
    hc_error error = HC_ERROR_NONE;
    clear(run);
    for (uint32_t i = 0; i < run->site_count; i++) {
        sites[i] = describe_site(&run->sites[i], i);
    }
    CU_ASSERT_EQUAL_FATAL(hc_simulation_create(&simulation, &options, &error), 0);
    free(sites);
    carry_out(simulation, run);
    run->digest = hc_simulation_digest(simulation);
    run->event_count = hc_simulation_progress(simulation).event_count;
    hc_simulation_destroy(simulation);
}
