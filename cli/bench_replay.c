#include "cli/bench.h"

#include "cli/commands.h"
#include "cli/number_option.h"
#include "cli/json_output.h"
#include "sim/policies/registry.h"
#include "sim/simulation.h"
#include "traces/run/run_file.h"
#include "traces/run/run_sink.h"
#include "workloads/synthetic/presets.h"
#include "workloads/synthetic/synthetic.h"

#include <argp.h>
#include <assert.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    KEY_JOBS = 256,
    KEY_GPUS,
    KEY_PER_NODE,
    KEY_POLICY,
    KEY_RESERVATIONS,
    KEY_DEPTH,
    KEY_PLACEMENT,
    KEY_PRESET,
    KEY_LOAD,
    KEY_SEED,
    KEY_RUN_FILE,
    KEY_JSON,
};

typedef struct options {
    uint64_t job_count;
    uint64_t gpu_count;
    uint64_t gpus_per_node;
    const hc_named_policy *policy;
    uint64_t reservations; /* 0: as the policy has it */
    uint64_t depth;        /* likewise */
    const hc_placement *placement;
    const hc_preset *preset;
    double load;
    uint64_t seed;
    const char *run_file; /* NULL: none is written */
    bool is_json;
} options;

/* What was measured. */
typedef struct result {
    hc_stopwatch bare;
    hc_stopwatch with_file; /* also writing a run file */
    hc_digest digest;
    uint64_t event_count;
} result;

static const struct argp_option OPTIONS[] = {
    {"jobs", KEY_JOBS, "N", 0, "jobs (1000000)", 0},
    {"gpus", KEY_GPUS, "G", 0, "GPUs of the cluster (2048)", 0},
    {"gpus-per-node", KEY_PER_NODE, "G", 0, "GPUs of a node (8)", 0},
    {"policy", KEY_POLICY, "P", 0, "queue policy (easy)", 0},
    {"reservations", KEY_RESERVATIONS, "N", 0, "EASY: jobs that may not be delayed (1)", 0},
    {"depth", KEY_DEPTH, "N", 0, "waiting jobs that a pass looks at (all)", 0},
    {"placement", KEY_PLACEMENT, "P", 0, "placement rule (packed)", 0},
    {"preset", KEY_PRESET, "NAME", 0, "synthetic workload (demo)", 0},
    {"load", KEY_LOAD, "X", 0, "offered load (0.9)", 0},
    {"seed", KEY_SEED, "N", 0, "seed of the random streams (1)", 0},
    {"run-file", KEY_RUN_FILE, "FILE", 0,
     "do it again and write FILE, events at level jobs: what does that cost?", 0},
    {"json", KEY_JSON, NULL, 0, "print one JSON object", 0},
    {0},
};

static error_t parse_number(int key, char *text, struct argp_state *state)
{
    options *o = state->input;
    switch (key) {
    case KEY_JOBS:
        o->job_count = hc_option_integer(state, "jobs", text, 1, HC_NO_INDEX - 1);
        return 0;
    case KEY_GPUS:
        o->gpu_count = hc_option_integer(state, "gpus", text, 1, HC_MACHINE_MAX_GPUS);
        return 0;
    case KEY_PER_NODE:
        o->gpus_per_node = hc_option_integer(state, "gpus-per-node", text, 1, HC_MACHINE_MAX_GPUS);
        return 0;
    case KEY_LOAD:
        o->load = hc_option_real(state, "load", text, 1e-6, 1e6);
        return 0;
    case KEY_RESERVATIONS:
        o->reservations = hc_option_integer(state, "reservations", text, 1, 1000);
        return 0;
    case KEY_DEPTH:
        o->depth = hc_option_integer(state, "depth", text, 1, HC_DEPTH_UNLIMITED - 1);
        return 0;
    case KEY_SEED:
        o->seed = hc_option_integer(state, "seed", text, 0, UINT64_MAX);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    options *o = state->input;
    switch (key) {
    case KEY_POLICY:
        o->policy = hc_policy_find(text);
        if (o->policy == NULL) {
            argp_error(state, "--policy: there is no policy \"%s\"", text);
        } else if (o->policy->options.guest != HC_GUEST_NOBODY) {
            argp_error(state, "--policy: policy %s needs a scenario that says where it is", text);
        }
        return 0;
    case KEY_PLACEMENT:
        o->placement = hc_placement_find(text);
        if (o->placement == NULL) {
            argp_error(state, "--placement: there is no placement \"%s\"", text);
        }
        return 0;
    case KEY_PRESET:
        o->preset = hc_preset_find(text);
        if (o->preset == NULL) {
            argp_error(state, "--preset: expected one of %s, got \"%s\"", HC_PRESET_NAMES, text);
        }
        return 0;
    case KEY_RUN_FILE:
        o->run_file = text;
        return 0;
    case KEY_JSON:
        o->is_json = true;
        return 0;
    default:
        return parse_number(key, text, state);
    }
}

static hc_policy_options policy_options(const options *o)
{
    hc_policy_options chosen = o->policy->options;
    chosen.reservation_count =
        o->reservations > 0 ? (uint32_t)o->reservations : chosen.reservation_count;
    chosen.depth = o->depth > 0 ? (uint32_t)o->depth : chosen.depth;
    return chosen;
}

static int build(const options *o, hc_simulation_options *out, hc_error *error)
{
    hc_node_group group = {.count = (o->gpu_count + o->gpus_per_node - 1) / o->gpus_per_node,
                           .gpu_count = o->gpus_per_node,
                           .cpu_milli = HC_UNLIMITED,
                           .memory_bytes = HC_UNLIMITED};
    hc_synthetic_options jobs = *o->preset->options;
    jobs.seed = o->seed;
    jobs.job_count = o->job_count;
    jobs.duration = 0;
    jobs.load = o->load;
    jobs.mean_gap_seconds = 0;
    jobs.capacity_gpus = group.count * group.gpu_count;
    jobs.max_gpus = (uint32_t)jobs.capacity_gpus;
    *out = (hc_simulation_options){
        .machine = hc_machine_create(),
        .scheduling = {.policy_options = policy_options(o), .placement = o->placement},
        .begin = HC_TIME_MISSING,
    };
    out->scheduling.policy = hc_policy_of(&out->scheduling.policy_options);
    if (out->machine == NULL) {
        return hc_error_memory(error);
    }
    if (hc_machine_add(out->machine, &group, error) < 0 ||
        hc_machine_freeze(out->machine, error) < 0 ||
        hc_synthetic_create(&out->source, &jobs, error) < 0) {
        hc_machine_destroy(out->machine);
        return -1;
    }
    return 0;
}

static double file_share(const result *r)
{
    return r->with_file.user_cpu_seconds / r->bare.user_cpu_seconds - 1;
}

static json_t *make_json(const options *o, const result *r)
{
    char digest[HC_DIGEST_TEXT_SIZE];
    hc_digest_format(r->digest, digest);
    return json_pack("{s:s, s:I, s:I, s:s, s:s, s:f, s:I, s:f, s:f, s:o, s:I, s:s}", "schema",
                     "hindcast-bench-replay-1", "jobs", (json_int_t)o->job_count, "gpus",
                     (json_int_t)o->gpu_count, "policy", o->policy->name, "placement",
                     o->placement->name, "load", o->load, "events", (json_int_t)r->event_count,
                     "seconds", r->bare.wall_seconds, "user_cpu_s", r->bare.user_cpu_seconds,
                     "jobs_per_second", hc_json_rate(o->job_count, r->bare.user_cpu_seconds),
                     "peak_rss_bytes", (json_int_t)hc_peak_rss_bytes(), "digest", digest);
}

static int print_json(const options *o, const result *r)
{
    json_t *object = make_json(o, r);
    if (object != NULL && o->run_file != NULL) {
        json_t *share = r->bare.user_cpu_seconds > 0 ? json_real(file_share(r)) : json_null();
        (void)json_object_set_new(object, "user_cpu_s_with_run_file",
                                  json_real(r->with_file.user_cpu_seconds));
        (void)json_object_set_new(object, "run_file_share", share);
    }
    return hc_print_json(object);
}

static void print_text(const options *o, const result *r)
{
    printf("%s, %s, %" PRIu64 " jobs on %" PRIu64 " GPUs at load %g: %.3f s user, %.0f k jobs/s, "
           "%" PRIu64 " events, %.0f MiB\n",
           o->policy->name, o->placement->name, o->job_count, o->gpu_count, o->load,
           r->bare.user_cpu_seconds, (double)o->job_count / r->bare.user_cpu_seconds / 1e3,
           r->event_count, (double)hc_peak_rss_bytes() / 1048576.0);
    if (o->run_file != NULL) {
        printf("with a run file: %.3f s user, %+.1f %%\n", r->with_file.user_cpu_seconds,
               100 * file_share(r));
    }
}

static void give_back(hc_simulation_options *built)
{
    assert(built->source.destroy != NULL);
    built->source.destroy(built->source.self);
    hc_machine_destroy(built->machine);
}

/* Runs to the end and gives back the machine and the source. */
static int replay(hc_simulation_options *built, hc_stopwatch *time, result *out, hc_error *error)
{
    hc_simulation *simulation = NULL;
    hc_stopwatch start = hc_stopwatch_read();
    bool is_over = false;
    int status = 0;
    if (hc_simulation_create(&simulation, built, error) < 0) {
        give_back(built);
        return -1;
    }
    status = hc_simulation_run(simulation, UINT64_MAX, &is_over, error);
    if (status == 0 && built->sink != NULL) {
        status = hc_simulation_finish(simulation, error);
    }
    *time = hc_stopwatch_since(start);
    out->digest = hc_simulation_digest(simulation);
    out->event_count = hc_simulation_progress(simulation).event_count;
    hc_simulation_destroy(simulation);
    return status;
}

static int run_bare(const options *o, result *out, hc_error *error)
{
    hc_simulation_options built;
    return build(o, &built, error) < 0 ? -1 : replay(&built, &out->bare, out, error);
}

static int write_file(hc_run_file *file, const options *o, result *out, hc_error *error)
{
    hc_simulation_options built;
    hc_provenance provenance = {.name = "bench", .policy = o->policy->name};
    hc_run_contents contents = {.provenance = &provenance, .job_count = o->job_count};
    hc_run_totals totals = {.is_complete = true};
    hc_sink sink = hc_run_sink(file);
    hc_stopwatch start;
    if (build(o, &built, error) < 0) {
        return -1;
    }
    start = hc_stopwatch_read();
    built.sink = &sink;
    contents.machine = built.machine;
    contents.source = &built.source;
    if (hc_run_file_begin(file, &contents, error) < 0) {
        give_back(&built);
        return -1;
    }
    if (replay(&built, &out->with_file, out, error) < 0) {
        return -1;
    }
    totals.digest = out->digest;
    totals.executed_events = out->event_count;
    if (hc_run_file_finish(file, &totals, error) < 0) {
        return -1;
    }
    out->with_file = hc_stopwatch_since(start);
    return 0;
}

static int run_with_file(const options *o, result *out, hc_error *error)
{
    hc_provenance provenance = {.name = "bench", .policy = o->policy->name};
    hc_run_file_options file_options = {
        .path = o->run_file, .events = HC_EVENTS_JOBS, .provenance = &provenance};
    hc_run_file *file = NULL;
    int status = hc_run_file_create(&file, &file_options, error);
    if (status == 0) {
        status = write_file(file, o, out, error);
    }
    hc_run_file_destroy(file);
    return status;
}

static int run(const options *o, hc_error *error)
{
    result r = {0};
    if (run_bare(o, &r, error) < 0 || (o->run_file != NULL && run_with_file(o, &r, error) < 0)) {
        return hc_print_error(error);
    }
    if (o->is_json) {
        return print_json(o, &r);
    }
    print_text(o, &r);
    return HC_EXIT_OK;
}

int hc_bench_replay(int argc, char **argv)
{
    static const struct argp ARGP = {
        .options = OPTIONS,
        .parser = parse,
        .doc = "Schedules synthetic jobs in memory; the rate is jobs per second of user CPU."};
    options o = {
        .job_count = 1000000, .gpu_count = 2048, .gpus_per_node = 8, .load = 0.9, .seed = 1};
    hc_error error = HC_ERROR_NONE;
    o.policy = hc_policy_find("easy");
    o.placement = hc_placement_find("packed");
    o.preset = hc_preset_find("demo");
    if (argp_parse(&ARGP, argc, argv, 0, NULL, &o) != 0) {
        return HC_EXIT_USAGE;
    }
    return run(&o, &error);
}
