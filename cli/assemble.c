#include "cli/assemble.h"

#include "sim/cluster/machine_keys.h"
#include "sim/jobs/estimate_keys.h"
#include "sim/policies/rank/rank_keys.h"
#include "traces/openb_nodes.h"
#include "traces/trace_keys.h"
#include "traces/trace_source.h"
#include "workloads/synthetic_keys.h"

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
     .choices = "recorded",
     .help = "Where a job's speed comes from: recorded is its recorded run time"},
};

static const hc_key_table ROOT = {ROOT_KEYS, sizeof ROOT_KEYS / sizeof ROOT_KEYS[0]};

const hc_key_table *const hc_all_keys[] = {
    &ROOT,
    &hc_machine_keys,
    &hc_nodes_from_keys,
    &hc_capacity_keys,
    &hc_workload_keys,
    &hc_synthetic_keys,
    &hc_scheduler_keys,
    &hc_rank_keys,
    &hc_estimate_keys,
    &hc_output_keys,
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

static int read_settings(hc_assembly *a, hc_error *error)
{
    const hc_value *root = hc_scenario_root(a->scenario);
    a->seed = (uint64_t)hc_value_integer(hc_value_get(root, "seed"));
    a->warmup = hc_value_duration(hc_value_get(root, "workload.warmup"));
    a->sample_interval = hc_value_duration(hc_value_get(root, "output.sample"));
    a->event_level = hc_value_choice(hc_value_get(root, "output.events"));
    a->follows_dependencies = hc_value_choice(hc_value_get(root, "workload.dependencies")) == 1;
    if (a->follows_dependencies &&
        strcmp(hc_value_text(hc_value_get(root, "scheduler.policy")), "recorded") == 0) {
        return hc_value_error(hc_value_get(root, "workload.dependencies"), error,
                              "policy recorded starts jobs as they were recorded, whatever they "
                              "waited for");
    }
    return hc_scheduler_read(&a->scheduler, hc_value_get(root, "scheduler"), error);
}

/* A scenario that is not there is a mistake on the command line, not a failure of the machine. */
static int require_file(const char *path, hc_error *error)
{
    if (strcmp(path, "-") != 0 && access(path, R_OK) < 0) {
        return hc_error_set(error, HC_ERROR_USAGE, "%s: %s", path, strerror(errno));
    }
    return 0;
}

int hc_assembly_open(hc_assembly *out, const hc_assembly_options *options, hc_error *error)
{
    hc_key_table tables[MAX_TABLES];
    const hc_value *name = NULL;
    *out = (hc_assembly){.begin = HC_TIME_MISSING};
    for (size_t i = 0; i < hc_all_keys_count; i++) {
        tables[i] = *hc_all_keys[i];
    }
    if (require_file(options->path, error) < 0 ||
        hc_scenario_read(&out->scenario, options->path, tables, hc_all_keys_count,
                         options->overrides, options->override_count, error) < 0) {
        return -1;
    }
    name = hc_value_get(hc_scenario_root(out->scenario), "name");
    out->name = name == NULL ? name_of_file(options->path) : strdup(hc_value_text(name));
    if (out->name == NULL) {
        return hc_error_memory(error);
    }
    return read_settings(out, error);
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
    if (nodes_from == NULL && hc_value_get(cluster, "nodes") == NULL) {
        return hc_value_error(cluster, error, "a cluster needs nodes or nodes_from");
    }
    if (hc_machine_read(a->machine, cluster, error) < 0 ||
        (nodes_from != NULL && read_node_list(a, nodes_from, error) < 0)) {
        return -1;
    }
    return hc_machine_freeze(a->machine, error);
}

static int read_trace(hc_assembly *a, const hc_value *value, const hc_assembly_options *options,
                      hc_error *error)
{
    const hc_value *workload = hc_value_get(hc_scenario_root(a->scenario), "workload");
    hc_assembled_trace *trace = &a->traces[a->trace_count++];
    hc_trace_options read;
    if (hc_trace_options_read(&read, value, workload, error) < 0) {
        return -1;
    }
    trace->file = hc_value_text(hc_value_get(value, "file"));
    trace->path = hc_scenario_file(a->scenario, hc_value_get(value, "file"));
    if (trace->path == NULL) {
        return hc_error_memory(error);
    }
    read.path = trace->path;
    read.quarantine_path = options->quarantine_path;
    return hc_job_trace_read(&trace->trace, &read, error);
}

/* Times of two logs can be compared only when both count from the same zero. */
static int join_clocks(hc_assembly *a, const hc_value *traces, hc_error *error)
{
    const hc_trace_facts *first = hc_job_trace_facts(a->traces[0].trace);
    a->clock = first->clock;
    a->unix_zero_seconds = first->unix_zero_seconds;
    for (size_t i = 0; i < a->trace_count; i++) {
        const hc_trace_facts *facts = hc_job_trace_facts(a->traces[i].trace);
        if (facts->clock != first->clock || facts->unix_zero_seconds != first->unix_zero_seconds) {
            return hc_value_error(hc_value_at(traces, i), error,
                                  "its times do not count from the same zero as those of the "
                                  "first trace");
        }
        if (facts->from != HC_TIME_MISSING &&
            (a->begin == HC_TIME_MISSING || facts->from < a->begin)) {
            a->begin = facts->from;
        }
    }
    return 0;
}

static int read_traces(hc_assembly *a, const hc_value *traces, const hc_assembly_options *options,
                       hc_error *error)
{
    size_t count = hc_value_count(traces);
    const hc_job_trace **list = NULL;
    bool is_warm =
        hc_value_boolean(hc_value_get(hc_scenario_root(a->scenario), "workload.warm_start"));
    int status = 0;
    if (count > 1 && options->quarantine_path != NULL) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "--quarantine lists the rows of one trace, and there are %zu", count);
    }
    a->traces = calloc(count, sizeof *a->traces);
    list = calloc(count, sizeof *list);
    if (a->traces == NULL || list == NULL) {
        free(list);
        return hc_error_memory(error);
    }
    for (size_t i = 0; i < count && status == 0; i++) {
        status = read_trace(a, hc_value_at(traces, i), options, error);
        list[i] = a->traces[i].trace;
    }
    if (status == 0) {
        status = join_clocks(a, traces, error);
    }
    if (status == 0) {
        status = hc_trace_source_create(&a->source, list, count, a->machine,
                                        is_warm ? a->begin : HC_TIME_MISSING, error);
        a->has_source = status == 0;
    }
    free(list);
    return status;
}

/* Without `from` a simulation begins with the first submission; without jobs it does not matter. */
static void settle_begin(hc_assembly *a)
{
    if (a->begin != HC_TIME_MISSING) {
        return;
    }
    for (size_t i = 0; i < a->trace_count; i++) {
        hc_time first = hc_job_trace_facts(a->traces[i].trace)->first_submit;
        if (first != HC_TIME_MISSING && (a->begin == HC_TIME_MISSING || first < a->begin)) {
            a->begin = first;
        }
    }
    a->begin = a->begin == HC_TIME_MISSING ? 0 : a->begin;
}

static int make_synthetic(hc_assembly *a, const hc_value *synthetic, hc_error *error)
{
    hc_synthetic_options options;
    int status = 0;
    a->is_synthetic = true;
    if (hc_synthetic_options_read(&options, synthetic, a->seed, hc_machine_gpu_count(a->machine),
                                  error) < 0) {
        return -1;
    }
    status = hc_synthetic_create(&a->source, &options, error);
    a->has_source = status == 0;
    hc_synthetic_options_release(&options);
    return status;
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

int hc_assembly_build(hc_assembly *a, const hc_assembly_options *options, hc_error *error)
{
    const hc_value *workload = hc_value_get(hc_scenario_root(a->scenario), "workload");
    const hc_value *traces = hc_value_get(workload, "traces");
    const hc_value *synthetic = hc_value_get(workload, "synthetic");
    if ((traces == NULL) == (synthetic == NULL)) {
        return hc_value_error(workload, error, "give traces or synthetic, one of the two");
    }
    if (build_machine(a, error) < 0) {
        return -1;
    }
    if (traces != NULL ? read_traces(a, traces, options, error) < 0
                       : make_synthetic(a, synthetic, error) < 0) {
        return -1;
    }
    settle_begin(a);
    return read_capacity(a, error);
}

int hc_assembly_simulate(hc_assembly *a, const hc_assembly_run *run, hc_simulation **out,
                         hc_error *error)
{
    hc_simulation_options options = {
        .machine = a->machine,
        .source = a->source,
        .executor = run->executor,
        .sink = run->sink,
        .state = run->state,
        .policy = a->scheduler.policy,
        .policy_options = a->scheduler.options,
        .restart = a->scheduler.restart,
        .classes = a->scheduler.classes,
        .class_count = a->scheduler.class_count,
        .follows_dependencies = a->follows_dependencies,
        .estimates = a->scheduler.estimates,
        .placement = a->scheduler.placement,
        .begin = a->begin,
        .warmup = a->warmup,
        .sample_interval = a->sample_interval,
        .is_pass_per_event = a->scheduler.is_pass_per_event,
        .calendar = hc_assembly_calendar(a),
    };
    if ((run->must_be_resumable && hc_simulation_check_resumable(&options, error) < 0) ||
        hc_simulation_create(out, &options, error) < 0) {
        return -1;
    }
    a->machine = NULL;
    a->has_source = false;
    return 0;
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
    for (size_t i = 0; i < a->trace_count; i++) {
        hc_job_trace_destroy(a->traces[i].trace);
        free(a->traces[i].path);
    }
    free(a->traces);
    hc_capacity_free(&a->capacity);
    hc_scheduler_release(&a->scheduler);
    free(a->name);
    hc_scenario_destroy(a->scenario);
    *a = (hc_assembly){0};
}
