#include "cli/assemble.h"

#include "cli/assemble_federation.h"
#include "cli/assemble_jobs.h"
#include "cli/assemble_training.h"
#include "sim/cluster/machine_keys.h"
#include "sim/jobs/estimate_keys.h"
#include "sim/policies/guest/guest_keys.h"
#include "sim/policies/rank/rank_keys.h"
#include "topology/network_keys.h"
#include "traces/openb_nodes.h"
#include "traces/trace_keys.h"
#include "workloads/synthetic/synthetic_keys.h"
#include "workloads/training/training_jobs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const hc_key ROOT_KEYS[] = {
    {.path = "hindcast",
     .type = HC_KEY_INTEGER,
     .minimum = 1,
     .maximum = 1,
     .is_required = true,
     .help = "Version of the scenario format"},
    {.path = "name",
     .type = HC_KEY_TEXT,
     .help = "Name of the run; absent: the scenario's file without its ending"},
    {.path = "seed",
     .type = HC_KEY_INTEGER,
     .maximum = 9007199254740991, /* 2^53 - 1: what JSON and doubles hold exactly */
     .fallback = "1",
     .help = "Seed of all random draws"},
    {.path = "fidelity",
     .type = HC_KEY_CHOICE,
     .fallback = "recorded",
     .choices = "recorded|analytic",
     .help =
         "Where a job's speed comes from: recorded is its recorded run time, analytic a model of "
         "what it trains, where it was placed"},
};

static const hc_key_table ROOT = {ROOT_KEYS, sizeof ROOT_KEYS / sizeof ROOT_KEYS[0]};

const hc_key_table *const hc_all_keys[] = {
    &ROOT,
    &hc_machine_keys,
    &hc_network_keys,
    &hc_nodes_from_keys,
    &hc_capacity_keys,
    &hc_workload_keys,
    &hc_synthetic_keys,
    &hc_training_list_keys,
    &hc_scheduler_keys,
    &hc_rank_keys,
    &hc_guest_keys,
    &hc_estimate_keys,
    &hc_output_keys,
    &hc_federation_keys,
};
const size_t hc_all_keys_count = sizeof hc_all_keys / sizeof hc_all_keys[0];

enum { MAX_TABLES = 16 };

/* "studies/march.yaml" is called "march"; standard input "run". */
static char *name_of_file(const char *path)
{
    const char *base = strrchr(path, '/');
    char *name = strdup(strcmp(path, "-") == 0 ? "run" : (base == NULL ? path : base + 1));
    char *dot = name == NULL ? NULL : strrchr(name, '.');
    if (dot != NULL && dot != name) {
        *dot = '\0';
    }
    return name;
}

/* What only a federation may leave to its sites. */
static int check_parts(const hc_value *root, hc_error *error)
{
    static const char *const PARTS[] = {"cluster", "workload"};
    int status = 0;
    for (size_t i = 0; i < sizeof PARTS / sizeof PARTS[0]; i++) {
        const hc_value *part = hc_value_get(root, PARTS[i]);
        if (part == NULL || !hc_value_is_given(part)) {
            status =
                hc_value_error(root, error, "%s: required, but missing; expected a map", PARTS[i]);
        }
    }
    return status;
}

static int read_settings(hc_assembly *a, const hc_assembly_options *options, hc_error *error)
{
    const hc_value *root = hc_scenario_root(a->scenario);
    const hc_value *federation = hc_value_get(root, "federation");
    a->seed = (uint64_t)hc_value_integer(hc_value_get(root, "seed"));
    a->warmup = hc_value_duration(hc_value_get(root, "workload.warmup"));
    a->sample_interval = hc_value_duration(hc_value_get(root, "output.sample"));
    a->event_level = hc_value_choice(hc_value_get(root, "output.events"));
    a->is_analytic = hc_value_choice(hc_value_get(root, "fidelity")) == 1;
    a->follows_dependencies = hc_value_choice(hc_value_get(root, "workload.dependencies")) == 1;
    if (a->follows_dependencies &&
        strcmp(hc_value_text(hc_value_get(root, "scheduler.policy")), "recorded") == 0) {
        return hc_value_error(hc_value_get(root, "workload.dependencies"), error,
                              "policy recorded starts jobs as they were recorded, whatever they "
                              "waited for");
    }
    if (hc_scheduler_read(&a->scheduler, hc_value_get(root, "scheduler"), error) < 0) {
        return -1;
    }
    if (federation != NULL) {
        return hc_assembly_read_federation(a, federation, error);
    }
    return hc_assembled_port_check(&a->scheduler, a->scenario, options->readers, false, error) < 0
               ? -1
               : check_parts(root, error);
}

/* A scenario that is not there is a mistake on the command line, not a failure of the machine. */
static int require_file(const hc_assembly_options *options, hc_error *error)
{
    bool is_standard_input = strcmp(options->path, "-") == 0;
    if (is_standard_input && options->readers != NULL) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "expected a scenario in a file, found - (standard input), which %s "
                            "would read",
                            options->readers);
    }
    if (!is_standard_input && access(options->path, R_OK) < 0) {
        return hc_error_set(error, HC_ERROR_USAGE, "%s: %s", options->path, strerror(errno));
    }
    return 0;
}

static int check_inputs(const hc_assembly *a, const hc_assembly_options *options, hc_error *error)
{
    return options->readers == NULL
               ? 0
               : hc_scenario_refuse_standard_input(a->scenario, options->readers, error);
}

int hc_assembly_open(hc_assembly *out, const hc_assembly_options *options, hc_error *error)
{
    hc_key_table tables[MAX_TABLES];
    const hc_value *name = NULL;
    *out = (hc_assembly){.begin = HC_TIME_MISSING};
    for (size_t i = 0; i < hc_all_keys_count; i++) {
        tables[i] = *hc_all_keys[i];
    }
    if (require_file(options, error) < 0 ||
        hc_scenario_read(&out->scenario, options->path, tables, hc_all_keys_count,
                         options->overrides, options->override_count, error) < 0) {
        return -1;
    }
    name = hc_value_get(hc_scenario_root(out->scenario), "name");
    out->name = name == NULL ? name_of_file(options->path) : strdup(hc_value_text(name));
    if (out->name == NULL) {
        return hc_error_memory(error);
    }
    return check_inputs(out, options, error) < 0 ? -1 : read_settings(out, options, error);
}

static int read_node_list(hc_assembly *a, const hc_value *nodes_from, hc_error *error)
{
    char *path = hc_scenario_file(a->scenario, hc_value_get(nodes_from, "file"));
    int status = path == NULL ? hc_error_memory(error)
                              : hc_openb_nodes_read(a->machine, path, a->nodes_sha256, error);
    a->nodes_file = hc_value_text(hc_value_get(nodes_from, "file"));
    free(path);
    return status;
}

static int build_machine(hc_assembly *a, hc_error *error)
{
    const hc_value *cluster = hc_value_get(hc_scenario_root(a->scenario), "cluster");
    const hc_value *nodes_from = hc_value_get(cluster, "nodes_from");
    a->machine = hc_machine_create();
    if (a->machine == NULL) {
        return hc_error_memory(error);
    }
    hc_machine_set_racks_per_pod(a->machine,
                                 hc_network_racks_per_pod(hc_value_get(cluster, "network")));
    if (nodes_from == NULL && hc_value_get(cluster, "nodes") == NULL) {
        return hc_value_error(cluster, error, "a cluster needs nodes or nodes_from");
    }
    if (hc_machine_read(a->machine, cluster, error) < 0 ||
        (nodes_from != NULL && read_node_list(a, nodes_from, error) < 0)) {
        return -1;
    }
    return hc_machine_freeze(a->machine, error);
}

static int read_capacity(hc_assembly *a, hc_error *error)
{
    const hc_value *capacity = hc_value_get(hc_scenario_root(a->scenario), "cluster.capacity");
    hc_capacity_clock clock = {a->clock, a->unix_zero_seconds};
    a->has_capacity = capacity != NULL;
    return capacity == NULL
               ? 0
               : hc_capacity_read(&a->capacity, a->scenario, capacity, a->machine, &clock, error);
}

const hc_calendar *hc_assembly_calendar(const hc_assembly *a)
{
    return a->has_capacity ? &a->capacity.calendar : NULL;
}

static int build_plain(hc_assembly *a, const hc_assembly_options *options, hc_error *error)
{
    hc_workload_request request = {
        .workload = hc_value_get(hc_scenario_root(a->scenario), "workload"),
        .options = options,
        .seed = a->seed,
    };
    if (build_machine(a, error) < 0 || hc_assembly_open_training(a, error) < 0) {
        return -1;
    }
    request.capacity_gpus = hc_machine_gpu_count(a->machine);
    if (hc_assembly_open_workload(a, &request, &a->source, error) < 0) {
        return -1;
    }
    a->has_source = true;
    hc_assembly_settle_begin(a);
    return read_capacity(a, error);
}

int hc_assembly_build(hc_assembly *a, const hc_assembly_options *options, hc_error *error)
{
    return a->site_count > 0 ? hc_assembly_build_federation(a, options, error)
                             : build_plain(a, options, error);
}

hc_scheduling hc_assembly_scheduling(const hc_scheduler_choice *choice)
{
    return (hc_scheduling){
        .policy = choice->policy,
        .policy_options = choice->options,
        .restart = choice->restart,
        .estimates = choice->estimates,
        .placement = choice->placement,
        .is_pass_per_event = choice->is_pass_per_event,
        .classes = choice->classes,
        .class_count = choice->class_count,
    };
}

/* @param must_be_resumable  refuses what could not be saved */
static int create(const hc_simulation_options *options, bool must_be_resumable, hc_simulation **out,
                  hc_error *error)
{
    if (must_be_resumable && hc_simulation_check_resumable(options, error) < 0) {
        return -1;
    }
    return hc_simulation_create(out, options, error);
}

static int simulate_federation(hc_assembly *a, hc_simulation_options *options,
                               bool must_be_resumable, hc_simulation **out, hc_error *error)
{
    hc_simulation_site *sites = hc_assembly_simulated_sites(a);
    int status = -1;
    if (sites == NULL) {
        return hc_error_memory(error);
    }
    options->sites = sites;
    options->broker = a->federation.broker;
    status = create(options, must_be_resumable, out, error);
    free(sites);
    for (size_t i = 0; status == 0 && i < a->site_count; i++) {
        a->sites[i].has_source = false;
    }
    return status;
}

/* Policies from outside are reached last: what is wrong with the rest is told before. */
static int open_ports(hc_assembly *a, hc_error *error)
{
    int status = 0;
    if (a->site_count == 0) {
        return hc_assembled_port_open(&a->port, &a->scheduler, a->scenario, a->name, error);
    }
    for (size_t i = 0; i < a->site_count && status == 0; i++) {
        status = hc_assembled_port_open(&a->sites[i].port, &a->sites[i].scheduler, a->scenario,
                                        a->name, error);
    }
    return status;
}

static hc_simulation_options describe_run(const hc_assembly *a, const hc_assembly_run *run)
{
    return (hc_simulation_options){
        .machine = a->machine,
        .source = a->source,
        .executor = run->executor,
        .sink = run->sink,
        .state = run->state,
        .workload = hc_assembly_workload(a),
        .scheduling = hc_assembly_scheduling(&a->scheduler),
        .follows_dependencies = a->follows_dependencies,
        .begin = a->begin,
        .warmup = a->warmup,
        .sample_interval = a->sample_interval,
        .calendar = hc_assembly_calendar(a),
    };
}

int hc_assembly_simulate(hc_assembly *a, const hc_assembly_run *run, hc_simulation **out,
                         hc_error *error)
{
    hc_simulation_options options;
    if (open_ports(a, error) < 0) {
        return -1;
    }
    options = describe_run(a, run);
    if (a->site_count > 0) {
        if (simulate_federation(a, &options, run->must_be_resumable, out, error) < 0) {
            return -1;
        }
    } else {
        if (create(&options, run->must_be_resumable, out, error) < 0) {
            return -1;
        }
        a->has_source = false;
    }
    a->machine = NULL;
    return 0;
}

const char *hc_assembly_policy_name(const hc_assembly *a)
{
    return a->site_count > 0 ? "federation" : a->scheduler.policy_name;
}

hc_run_clock hc_assembly_clock(const hc_assembly *a)
{
    return (hc_run_clock){.is_dated = a->clock != HC_CLOCK_UNKNOWN_ZERO,
                          .zero = a->unix_zero_seconds * HC_SECOND};
}

void hc_assembly_close(hc_assembly *a)
{
    if (a->has_source) {
        a->source.destroy(a->source.self);
    }
    hc_machine_destroy(a->machine);
    hc_assembly_close_training(a);
    for (size_t i = 0; i < a->trace_count; i++) {
        hc_job_trace_destroy(a->traces[i].trace);
        free(a->traces[i].path);
    }
    free(a->traces);
    hc_assembly_close_federation(a);
    hc_assembled_port_close(&a->port);
    hc_capacity_free(&a->capacity);
    hc_scheduler_release(&a->scheduler);
    free(a->name);
    hc_scenario_destroy(a->scenario);
    *a = (hc_assembly){0};
}
