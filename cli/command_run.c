#include "cli/commands.h"

#include "analysis/metrics.h"
#include "analysis/report.h"
#include "cli/bench.h"
#include "cli/json_output.h"
#include "cli/scenario_run.h"
#include "cli/signals.h"
#include "sim/units.h"

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>

enum { KEY_OUT = HC_OPTION_FIRST_OWN, KEY_FORCE, KEY_SAVE, KEY_SAVE_EVERY, KEY_RESUME };

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
static error_t check_saving(const struct argp_state *state, hc_scenario_run_options *o)
{
    o->save = o->save == NULL ? o->resume : o->save;
    if (o->save_seconds > 0 && o->save == NULL) {
        argp_error(state, "--save-every: to which file? add --save FILE");
    }
    return 0;
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    hc_scenario_run_options *o = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &o->scenario;
        state->child_inputs[1] = &o->stream;
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

static int conclude(const hc_scenario_run_options *o, const hc_scenario_run_result *result,
                    const hc_ranks *ranks)
{
    const char *signal = hc_signal_name(result->end.signal);
    hc_error error = HC_ERROR_NONE;
    if (result->is_to_be_resumed) {
        (void)fprintf(stderr,
                      "hindcast: stopped by %s; %s holds the state, go on with: "
                      "hindcast run --resume %s\n",
                      signal, o->save, o->save);
        return HC_EXIT_RESUMABLE;
    }
    if (result->end.is_stopped) {
        (void)fprintf(stderr, "hindcast: stopped by %s; %s holds what was simulated\n", signal,
                      result->path);
        return result->end.save_code != 0 ? result->end.save_code
                                          : hc_signal_exit_code(result->end.signal);
    }
    if (hc_ranks_rank(ranks) > 0) {
        return HC_EXIT_OK;
    }
    hc_signals_release_pipe();
    return !o->scenario.is_quiet || o->scenario.is_json
               ? report(result->path, o->scenario.is_json, &error)
               : HC_EXIT_OK;
}

static int run_on_ranks(const hc_scenario_run_options *o)
{
    hc_error error = HC_ERROR_NONE;
    hc_scenario_run_result result;
    hc_ranks *ranks = NULL;
    int code = HC_EXIT_OK;
    if (hc_ranks_start(&ranks, &error) < 0) {
        return hc_print_error(&error);
    }
    hc_signals_install();
    hc_signals_install_user();
    code = hc_scenario_run(o, ranks, &result);
    if (code == HC_EXIT_OK) {
        code = conclude(o, &result, ranks);
    }
    hc_run_stream_close(&result.stream);
    free(result.path);
    hc_ranks_stop(ranks);
    return code;
}

int hc_command_run(int argc, char **argv)
{
    static const struct argp_child CHILDREN[] = {
        {&hc_scenario_argp, 0, NULL, 0}, {&hc_stream_argp, 0, NULL, 0}, {0}};
    static const struct argp ARGP = {
        .options = OPTIONS,
        .parser = parse,
        .args_doc = "SCENARIO",
        .doc = "Replays a scenario, writes a run file and prints its report.",
        .children = CHILDREN};
    hc_scenario_run_options o = {.argc = argc, .argv = argv};
    hc_scenario_arguments_init(&o.scenario);
    hc_stream_arguments_init(&o.stream);
    if (argp_parse(&ARGP, argc, argv, 0, NULL, &o) != 0) {
        return HC_EXIT_USAGE;
    }
    return run_on_ranks(&o);
}
