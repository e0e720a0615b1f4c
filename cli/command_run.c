#include "cli/commands.h"

#include "analysis/metrics.h"
#include "analysis/report.h"
#include "cli/assemble.h"
#include "cli/bench.h"
#include "cli/json_output.h"
#include "cli/options.h"
#include "cli/progress_bar.h"
#include "cli/run_record.h"
#include "cli/signals.h"

#include <argp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_OUT = HC_OPTION_FIRST_OWN, KEY_FORCE, SLICE_EVENTS = 20000 };

typedef struct options {
    hc_scenario_arguments scenario;
    char *out;
    char *default_out;
    bool is_forced;
    char **argv;
    int argc;
} options;

static const struct argp_option OPTIONS[] = {
    {"out", KEY_OUT, "FILE", 0, "run file (the name of the run with .h5)", 0},
    {"force", KEY_FORCE, NULL, 0, "replace an existing run file", 0},
    {0},
};

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
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* A run in progress. */
typedef struct run {
    const options *options;
    hc_assembly assembly;
    hc_run_record record;
    hc_simulation *simulation;
    int signal; /* that stopped it, 0 for none */
} run;

static int simulate(run *r, hc_error *error)
{
    const hc_assembly *a = &r->assembly;
    hc_progress_bar bar =
        hc_progress_bar_start(a->name, r->options->scenario.is_quiet, hc_assembly_clock(a));
    bool is_over = false;
    int status = 0;
    while (!is_over && status == 0 && r->signal == 0) {
        hc_progress progress;
        status = hc_simulation_run(r->simulation, SLICE_EVENTS, &is_over, error);
        progress = hc_simulation_progress(r->simulation);
        hc_progress_bar_update(&bar, &progress);
        r->signal = hc_signal_pending();
    }
    hc_progress_bar_end(&bar);
    return status < 0 ? -1 : hc_simulation_finish(r->simulation, error);
}

static int carry_out(run *r, hc_error *error)
{
    const options *o = r->options;
    if (hc_run_record_open(&r->record, &r->assembly, o->out == NULL ? o->default_out : o->out,
                           o->is_forced, o->argc, o->argv, error) < 0 ||
        hc_assembly_build(&r->assembly, &o->scenario.assembly, error) < 0 ||
        hc_run_record_begin(&r->record, &r->assembly, error) < 0 ||
        hc_assembly_simulate(&r->assembly, hc_run_record_sink(&r->record), &r->simulation, error) <
            0 ||
        simulate(r, error) < 0) {
        return -1;
    }
    return hc_run_record_finish(&r->record, r->simulation, r->signal, error);
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

static int conclude(run *r, hc_error *error)
{
    const options *o = r->options;
    const char *path = o->out == NULL ? o->default_out : o->out;
    int status = HC_EXIT_OK;
    if (r->signal != 0) {
        (void)fprintf(stderr, "hindcast: stopped by %s; %s holds what was simulated\n",
                      r->signal == SIGINT ? "SIGINT" : "SIGTERM", path);
        return exit_code_of(r->signal);
    }
    hc_signals_release_pipe();
    if (!o->scenario.is_quiet || o->scenario.is_json) {
        status = report(path, o->scenario.is_json, error);
    }
    return status;
}

/* A signal that comes while a log is read ends the reading. */
static int explain_failure(const run *r, const hc_error *error)
{
    int status = HC_EXIT_OK;
    if (r->simulation == NULL && hc_signal_pending() != 0) {
        (void)fprintf(stderr, "hindcast: stopped by %s before anything was simulated\n",
                      hc_signal_pending() == SIGINT ? "SIGINT" : "SIGTERM");
        return exit_code_of(hc_signal_pending());
    }
    status = hc_print_error(error);
    hc_run_record_explain_failure(&r->record);
    return status;
}

/* A name may hold a slash; a file in this folder may not. */
static void name_output(char *out, const char *name)
{
    (void)sprintf(out, "%s.h5", name);
    for (char *at = strchr(out, '/'); at != NULL; at = strchr(at, '/')) {
        *at = '-';
    }
}

static int run_scenario(options *o, hc_error *error)
{
    run r = {.options = o};
    int status = HC_EXIT_OK;
    hc_signals_install();
    if (hc_assembly_open(&r.assembly, &o->scenario.assembly, error) < 0) {
        hc_assembly_close(&r.assembly);
        return hc_print_error(error);
    }
    o->default_out = malloc(strlen(r.assembly.name) + sizeof ".h5");
    if (o->default_out == NULL) {
        hc_assembly_close(&r.assembly);
        (void)hc_error_memory(error);
        return hc_print_error(error);
    }
    name_output(o->default_out, r.assembly.name);
    if (carry_out(&r, error) < 0) {
        status = explain_failure(&r, error);
    }
    hc_run_record_close(&r.record);
    hc_simulation_destroy(r.simulation);
    hc_assembly_close(&r.assembly); /* the report needs the memory, and nothing of the log */
    if (status == HC_EXIT_OK) {
        status = conclude(&r, error);
    }
    free(o->default_out);
    return status;
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
