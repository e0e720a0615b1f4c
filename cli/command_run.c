#include "cli/commands.h"

#include "analysis/metrics.h"
#include "analysis/report.h"
#include "cli/assemble.h"
#include "cli/bench.h"
#include "cli/json_output.h"
#include "cli/options.h"
#include "cli/rank_summary.h"
#include "cli/rank_voice.h"
#include "cli/run_loop.h"
#include "cli/run_record.h"
#include "cli/signals.h"
#include "mpi/conservative.h"
#include "mpi/ranks.h"
#include "sim/engine/sequential.h"
#include "sim/units.h"

#include <argp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_OUT = HC_OPTION_FIRST_OWN, KEY_FORCE, KEY_SAVE, KEY_SAVE_EVERY, KEY_RESUME };

typedef struct options {
    hc_scenario_arguments scenario;
    char *out;
    const char *save;   /* NULL: the state is not saved */
    const char *resume; /* NULL: the run begins */
    double save_seconds;
    bool is_forced;
    char **argv;
    int argc;
} options;

static const struct argp_option OPTIONS[] = {
    {"out", KEY_OUT, "FILE", 0, "run file (the name of the run with .h5)", 0},
    {"force", KEY_FORCE, NULL, 0, "replace an existing run file", 0},
    {"save", KEY_SAVE, "FILE", 0,
     "save the state to FILE on SIGUSR2, and on SIGTERM, which stops with exit code 75", 0},
    {"save-every", KEY_SAVE_EVERY, "TIME", 0, "save it also every so often: 10min", 0},
    {"resume", KEY_RESUME, "FILE", 0, "go on from a saved state; saves to FILE as well", 0},
    {0},
};

static double parse_interval(const struct argp_state *state, const char *text)
{
    hc_time interval = 0;
    if (hc_parse_duration(text, &interval) < 0 || interval <= 0) {
        argp_error(state, "--save-every: expected a time such as 10min, got \"%s\"", text);
    }
    return (double)interval / 1e9;
}

/* A run that was resumed is saved where it came from, unless told otherwise. */
static error_t check_saving(const struct argp_state *state, options *o)
{
    o->save = o->save == NULL ? o->resume : o->save;
    if (o->save_seconds > 0 && o->save == NULL) {
        argp_error(state, "--save-every: to which file? add --save FILE");
    }
    return 0;
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    options *o = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &o->scenario;
        return 0;
    case KEY_OUT:
        o->out = text;
        return 0;
    case KEY_FORCE:
        o->is_forced = true;
        return 0;
    case KEY_SAVE:
        o->save = text;
        return 0;
    case KEY_SAVE_EVERY:
        o->save_seconds = parse_interval(state, text);
        return 0;
    case KEY_RESUME:
        o->resume = text;
        o->scenario.is_optional = true;
        return 0;
    case ARGP_KEY_END:
        return check_saving(state, o);
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* A run in progress. */
typedef struct run {
    options *options;
    const char *path; /* of the run file */
    hc_ranks *ranks;
    hc_conservative *many; /* NULL: one rank */
    hc_executor executor;
    hc_assembly assembly;
    hc_run_record record;
    hc_simulation *simulation;
    hc_run_resumption resumption; /* of a run that is resumed */
    hc_run_command command;       /* as it will be saved */
    hc_run_saver saver;
    hc_run_loop_end end;
    int code; /* with which all ranks end, if a step has failed */
} run;

static const char *signal_name(int signal)
{
    switch (signal) {
    case SIGINT:
        return "SIGINT";
    case SIGUSR2:
        return "SIGUSR2";
    default:
        return "SIGTERM";
    }
}

static int exit_code_of(int signal)
{
    switch (signal) {
    case SIGINT:
        return HC_EXIT_SIGINT;
    case SIGTERM:
        return HC_EXIT_SIGTERM;
    default:
        return HC_EXIT_OK;
    }
}

/* The exit code of a step that has failed. A signal that comes while a log is read ends the reading. */
static int failure_code(const run *r, const hc_error *error)
{
    int signal = hc_signal_pending();
    return r->simulation == NULL && signal != 0 ? exit_code_of(signal) : hc_exit_code(error);
}

static void explain_failure(const run *r, const hc_error *error)
{
    int signal = hc_signal_pending();
    if (r->simulation == NULL && signal != 0) {
        (void)fprintf(stderr, "hindcast: stopped by %s before anything was simulated\n",
                      signal_name(signal));
        return;
    }
    (void)hc_rank_voice_tell(r->ranks, error);
    hc_run_record_explain_failure(&r->record);
}

/* Whether all ranks have taken a step; one that has not tells why. @return 0 or -1. */
static int agree(run *r, int status, const hc_error *error)
{
    uint32_t failed = 0;
    int code = status < 0 ? failure_code(r, error) : HC_EXIT_OK;
    r->code = hc_ranks_first_failure(r->ranks, code, &failed);
    if (r->code == HC_EXIT_OK) {
        return 0;
    }
    if (failed == hc_ranks_rank(r->ranks)) {
        explain_failure(r, error);
    }
    return -1;
}

/* Every rank would read its own. */
static int refuse_standard_input(const run *r, hc_error *error)
{
    const hc_assembly *a = &r->assembly;
    const hc_value *traces = hc_value_get(hc_scenario_root(a->scenario), "workload.traces");
    bool is_read = strcmp(r->options->scenario.assembly.path, "-") == 0;
    for (size_t i = 0; traces != NULL && i < hc_value_count(traces); i++) {
        is_read |= strcmp(hc_value_text(hc_value_get(hc_value_at(traces, i), "file")), "-") == 0;
    }
    if (is_read && hc_ranks_count(r->ranks) > 1) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "standard input can be read by one rank only; give a file");
    }
    return 0;
}

/* What is not typed again when a run is resumed is as it was. */
static int recall_command(run *r, hc_error *error)
{
    hc_assembly_options *scenario = &r->options->scenario.assembly;
    const hc_run_command *saved = &r->resumption.command;
    if (r->options->resume == NULL) {
        return 0;
    }
    if (hc_run_resumption_open(&r->resumption, r->options->resume, error) < 0) {
        return -1;
    }
    r->options->out = r->options->out == NULL ? saved->out : r->options->out;
    if (scenario->path == NULL) {
        scenario->path = saved->scenario;
        scenario->override_count = (size_t)saved->override_count;
        for (size_t i = 0; i < scenario->override_count; i++) {
            r->options->scenario.overrides[i] = saved->overrides[i];
        }
    }
    return 0;
}

static int open_scenario(run *r, hc_error *error)
{
    if (recall_command(r, error) < 0 ||
        hc_assembly_open(&r->assembly, &r->options->scenario.assembly, error) < 0) {
        return -1;
    }
    return refuse_standard_input(r, error);
}

static int open_record(run *r, hc_error *error)
{
    const options *o = r->options;
    const hc_run_record_options record = {
        .ranks = r->ranks,
        .path = r->path,
        .is_forced = o->is_forced,
        .argc = o->argc,
        .argv = o->argv,
        .marks = r->resumption.marks,
        .mark_count = r->resumption.mark_count,
    };
    return hc_run_record_open(&r->record, &r->assembly, &record, error);
}

/* One rank lists the rows that cannot be used. */
static int build(run *r, hc_error *error)
{
    hc_assembly_options read = r->options->scenario.assembly;
    if (hc_ranks_rank(r->ranks) > 0) {
        read.quarantine_path = NULL;
    }
    if (hc_assembly_build(&r->assembly, &read, error) < 0) {
        return -1;
    }
    return r->options->resume == NULL
               ? 0
               : hc_run_resumption_check(&r->resumption, &r->assembly, error);
}

/* What a saving will need. */
static int prepare_saver(run *r, hc_error *error)
{
    const options *o = r->options;
    if (o->save == NULL) {
        return 0;
    }
    r->saver = (hc_run_saver){.ranks = r->ranks,
                              .path = o->save,
                              .command = &r->command,
                              .fingerprint = hc_run_fingerprint(&r->assembly)};
    return hc_run_command_copy(&r->command, &o->scenario.assembly, r->path, error);
}

static int create_simulation(run *r, hc_error *error)
{
    r->executor = hc_sequential_executor;
    if (prepare_saver(r, error) < 0) {
        return -1;
    }
    if (hc_ranks_count(r->ranks) > 1) {
        if (hc_conservative_create(&r->many, r->ranks, HC_EXCHANGE_BEST, error) < 0) {
            return -1;
        }
        r->executor = hc_conservative_executor(r->many);
    }
    return hc_assembly_simulate(
        &r->assembly,
        &(hc_assembly_run){
            .executor = &r->executor,
            .sink = hc_run_record_sink(&r->record),
            .state = r->options->resume == NULL ? NULL : &r->resumption.store,
            .must_be_resumable = r->options->save != NULL,
        },
        &r->simulation, error);
}

/* The others wait for events of this rank: a failure here ends them. */
static int simulate(run *r, hc_error *error)
{
    const hc_run_loop loop = {.ranks = r->ranks,
                              .name = r->assembly.name,
                              .clock = hc_assembly_clock(&r->assembly),
                              .is_quiet = r->options->scenario.is_quiet,
                              .saver = r->options->save == NULL ? NULL : &r->saver,
                              .save_seconds = r->options->save_seconds,
                              .record = &r->record};
    if (hc_run_loop_go(&loop, r->simulation, &r->end, error) == 0) {
        return 0;
    }
    if (hc_ranks_count(r->ranks) > 1) {
        explain_failure(r, error);
        hc_ranks_abort(r->ranks, hc_exit_code(error));
    }
    return -1;
}

static void summarise_ranks(const run *r)
{
    if (r->many != NULL) {
        hc_conservative_counts counts = hc_conservative_count(r->many);
        if (!r->options->scenario.is_quiet && hc_ranks_rank(r->ranks) == 0) {
            hc_rank_summary_write(stderr, &counts, hc_ranks_count(r->ranks));
        }
    }
}

static int finish(run *r, hc_error *error)
{
    hc_run_ending_facts facts = {.signal = r->end.signal};
    if (agree(r, hc_simulation_finish(r->simulation, error), error) < 0 ||
        agree(r, hc_run_record_close_rank(&r->record, error), error) < 0 ||
        agree(r, hc_run_record_write_share(&r->record, error), error) < 0) {
        return -1;
    }
    facts.digest = hc_simulation_digest(r->simulation);
    facts.event_count = hc_simulation_progress(r->simulation).event_count;
    if (agree(r, hc_run_record_finish(&r->record, &facts, error), error) < 0) {
        return -1;
    }
    summarise_ranks(r);
    return 0;
}

/* Stopped with its state on the disk: nothing is finished, and nothing is removed. */
static bool is_to_be_resumed(const run *r)
{
    return r->end.is_stopped && r->end.is_saved;
}

static int carry_out(run *r, hc_error *error)
{
    if (agree(r, open_record(r, error), error) < 0 || agree(r, build(r, error), error) < 0 ||
        agree(r, hc_run_record_begin(&r->record, &r->assembly, error), error) < 0 ||
        agree(r, create_simulation(r, error), error) < 0 ||
        agree(r, simulate(r, error), error) < 0) {
        return -1;
    }
    return is_to_be_resumed(r) ? 0 : finish(r, error);
}

/* As `hindcast report --json`, and what the run cost. */
static json_t *report_json(const hc_metrics *metrics, hc_run_reader *reader)
{
    json_t *report = hc_report_json(metrics, reader);
    if (report != NULL &&
        (json_object_set_new(report, "user_cpu_s",
                             json_real(hc_stopwatch_read().user_cpu_seconds)) < 0 ||
         json_object_set_new(report, "peak_rss_bytes", json_integer(hc_peak_rss_bytes())) < 0)) {
        json_decref(report);
        return NULL;
    }
    return report;
}

/* The report is made from the file, as `hindcast report` makes it. */
static int report(const char *path, bool is_json, hc_error *error)
{
    hc_run_reader *reader = NULL;
    hc_metrics metrics;
    int status = HC_EXIT_OK;
    if (hc_run_reader_open(&reader, path, error) < 0) {
        return hc_print_error(error);
    }
    if (hc_metrics_compute(&metrics, reader, error) < 0) {
        hc_run_reader_close(reader);
        return hc_print_error(error);
    }
    if (is_json) {
        status = hc_print_json(report_json(&metrics, reader));
    } else if (hc_report_write(stdout, &metrics, reader, error) < 0) {
        status = hc_print_error(error);
    }
    hc_metrics_free(&metrics);
    hc_run_reader_close(reader);
    return status;
}

static int conclude(const run *r, hc_error *error)
{
    const options *o = r->options;
    if (is_to_be_resumed(r)) {
        (void)fprintf(stderr,
                      "hindcast: stopped by %s; %s holds the state, go on with: "
                      "hindcast run --resume %s\n",
                      signal_name(r->end.signal), o->save, o->save);
        return HC_EXIT_RESUMABLE;
    }
    if (r->end.is_stopped) {
        (void)fprintf(stderr, "hindcast: stopped by %s; %s holds what was simulated\n",
                      signal_name(r->end.signal), r->path);
        return exit_code_of(r->end.signal);
    }
    if (hc_ranks_rank(r->ranks) > 0) {
        return HC_EXIT_OK;
    }
    hc_signals_release_pipe();
    return !o->scenario.is_quiet || o->scenario.is_json
               ? report(r->path, o->scenario.is_json, error)
               : HC_EXIT_OK;
}

/* A name may hold a slash; a file in this folder may not. @return text that the caller frees, or NULL. */
static char *name_output(const char *name)
{
    char *out = malloc(strlen(name) + sizeof ".h5");
    if (out != NULL) {
        (void)sprintf(out, "%s.h5", name);
        for (char *at = strchr(out, '/'); at != NULL; at = strchr(at, '/')) {
            *at = '-';
        }
    }
    return out;
}

static void tear_down(run *r)
{
    hc_run_record_close(&r->record);
    hc_simulation_destroy(r->simulation);
    hc_conservative_destroy(r->many);
    hc_assembly_close(&r->assembly); /* the report needs the memory, and nothing of the log */
}

static int run_on_ranks(run *r, hc_error *error)
{
    char *name = NULL;
    if (agree(r, open_scenario(r, error), error) < 0) {
        hc_assembly_close(&r->assembly);
        hc_run_resumption_close(&r->resumption);
        return r->code;
    }
    name = name_output(r->assembly.name);
    r->path = r->options->out == NULL ? name : r->options->out;
    if (r->path == NULL) {
        (void)agree(r, hc_error_memory(error), error);
    } else {
        (void)carry_out(r, error);
    }
    tear_down(r);
    if (r->code == HC_EXIT_OK) {
        r->code = conclude(r, error);
    }
    hc_run_resumption_close(&r->resumption);
    hc_run_command_free(&r->command);
    free(name);
    return r->code;
}

static int run_scenario(options *o, hc_error *error)
{
    run r = {.options = o};
    int code = HC_EXIT_OK;
    if (hc_ranks_start(&r.ranks, error) < 0) {
        return hc_print_error(error);
    }
    hc_signals_install();
    hc_signals_install_user();
    code = run_on_ranks(&r, error);
    hc_ranks_stop(r.ranks);
    return code;
}

int hc_command_run(int argc, char **argv)
{
    static const struct argp_child CHILDREN[] = {{&hc_scenario_argp, 0, NULL, 0}, {0}};
    static const struct argp ARGP = {
        .options = OPTIONS,
        .parser = parse,
        .args_doc = "SCENARIO",
        .doc = "Replays a scenario, writes a run file and prints its report.",
        .children = CHILDREN};
    options o = {.argc = argc, .argv = argv};
    hc_error error = HC_ERROR_NONE;
    hc_scenario_arguments_init(&o.scenario);
    if (argp_parse(&ARGP, argc, argv, 0, NULL, &o) != 0) {
        return HC_EXIT_USAGE;
    }
    return run_scenario(&o, &error);
}
