#include "cli/commands.h"

#include "analysis/run_outputs.h"
#include "cli/json_output.h"
#include "cli/number_option.h"
#include "cli/options.h"
#include "cli/rank_voice.h"
#include "cli/signals.h"
#include "cli/sweep.h"

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    KEY_OUT = HC_OPTION_FIRST_OWN,
    KEY_FORCE,
    KEY_LIST,
    KEY_RUN,
    KEY_DRY_RUN,
    KEY_COLLECT,
    KEY_OUTPUTS,
};

static const struct argp_option OPTIONS[] = {
    {"out", KEY_OUT, "FILE", 0, "study file (the name of the study with .h5)", 0},
    {"force", KEY_FORCE, NULL, 0, "begin anew: discard the study file and what is finished", 0},
    {"list", KEY_LIST, NULL, 0, "print the numbered runs, and which are finished", 0},
    {"run", KEY_RUN, "N", 0, "make one run and note it for --collect or a later sweep", 0},
    {"dry-run", KEY_DRY_RUN, NULL, 0, "estimate time and memory from two seconds of one run", 0},
    {"collect", KEY_COLLECT, NULL, 0, "write the study file from what is finished, run nothing", 0},
    {"outputs", KEY_OUTPUTS, NULL, 0, "list what a study can keep of a run", 0},
    {"set", HC_OPTION_SET, "KEY=VALUE", 0, "replace a key of the scenario; may be repeated", 0},
    {"json", HC_OPTION_JSON, NULL, 0, "print one JSON object", 0},
    {"quiet", 'q', NULL, 0, "no progress, no summary", 0},
    {0},
};

/* Besides `--outputs` one thing is done at a time. */
static error_t choose(hc_sweep_options *o, hc_sweep_action action, struct argp_state *state)
{
    if (o->action != HC_SWEEP_ALL && o->action != action) {
        argp_error(state, "--list, --run, --dry-run, --collect and --outputs exclude each other");
    }
    o->action = action;
    return 0;
}

static error_t add_override(hc_sweep_options *o, const char *text, struct argp_state *state)
{
    if (o->override_count == HC_MAX_OVERRIDES) {
        argp_error(state, "--set: at most %d times", HC_MAX_OVERRIDES);
    } else {
        o->overrides[o->override_count++] = text;
    }
    return 0;
}

static error_t take_path(hc_sweep_options *o, const char *text, struct argp_state *state)
{
    if (o->path != NULL) {
        argp_error(state, "one study at a time");
    }
    o->path = text;
    return 0;
}

static error_t check_whole(const hc_sweep_options *o, struct argp_state *state)
{
    if (o->path == NULL && o->action != HC_SWEEP_OUTPUTS) {
        argp_error(state, "which study?");
    }
    if (o->is_forced && o->action != HC_SWEEP_ALL && o->action != HC_SWEEP_COLLECT) {
        argp_error(state, "--force begins a whole study anew, or goes with --collect");
    }
    return 0;
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    hc_sweep_options *o = state->input;
    switch (key) {
    case KEY_OUT:
        o->out = text;
        return 0;
    case KEY_FORCE:
        o->is_forced = true;
        return 0;
    case KEY_LIST:
        return choose(o, HC_SWEEP_LIST, state);
    case KEY_RUN:
        o->run = (size_t)hc_option_integer(state, "run", text, 0, HC_STUDY_RUN_LIMIT - 1);
        return choose(o, HC_SWEEP_ONE, state);
    case KEY_DRY_RUN:
        return choose(o, HC_SWEEP_ESTIMATE, state);
    case KEY_COLLECT:
        return choose(o, HC_SWEEP_COLLECT, state);
    case KEY_OUTPUTS:
        return choose(o, HC_SWEEP_OUTPUTS, state);
    case HC_OPTION_SET:
        return add_override(o, text, state);
    case HC_OPTION_JSON:
        o->is_json = true;
        return 0;
    case 'q':
        o->is_quiet = true;
        return 0;
    case ARGP_KEY_ARG:
        return take_path(o, text, state);
    case ARGP_KEY_END:
        return check_whole(o, state);
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int list_outputs_json(void)
{
    static const char *const SENSES[] = {"neutral", "less", "more"};
    json_t *list = json_array();
    for (size_t i = 0; list != NULL && i < hc_run_output_count; i++) {
        const hc_run_output *output = &hc_run_outputs[i];
        if (json_array_append_new(
                list, json_pack("{s:s, s:s, s:s, s:s}", "name", output->name, "unit", output->unit,
                                "better", SENSES[output->sense], "meaning", output->help)) < 0) {
            json_decref(list);
            list = NULL;
        }
    }
    return hc_print_json(list == NULL ? NULL
                                      : json_pack("{s:s, s:o}", "schema",
                                                  "hindcast-sweep-outputs-1", "outputs", list));
}

static int list_outputs(void)
{
    for (size_t i = 0; i < hc_run_output_count; i++) {
        const hc_run_output *output = &hc_run_outputs[i];
        printf("%-24s %-6s %s\n", output->name, output->unit, output->help);
    }
    return HC_EXIT_OK;
}

/* A name may hold a slash; a file in this folder may not. */
static char *name_output(const char *name)
{
    char *out = NULL;
    if (asprintf(&out, "%s.h5", name) < 0) {
        return NULL;
    }
    for (char *at = strchr(out, '/'); at != NULL; at = strchr(at, '/')) {
        *at = '-';
    }
    return out;
}

static int act(const hc_sweep_options *o, const hc_study_setup *setup, const hc_ranks *ranks)
{
    switch (o->action) {
    case HC_SWEEP_LIST:
        return hc_sweep_list(o, setup);
    case HC_SWEEP_ONE:
        return hc_sweep_one(o, setup);
    case HC_SWEEP_ESTIMATE:
        return hc_sweep_estimate(o, setup, hc_ranks_count(ranks));
    case HC_SWEEP_COLLECT:
        return hc_sweep_collect(o, setup);
    case HC_SWEEP_OUTPUTS:
    case HC_SWEEP_ALL:
    default:
        return hc_sweep_all(o, setup, ranks);
    }
}

static int open_and_act(hc_sweep_options *o, const hc_ranks *ranks)
{
    hc_study_setup setup;
    hc_error error = HC_ERROR_NONE;
    char *name = NULL;
    int code = hc_rank_voice_agree(
        ranks, hc_study_setup_open(&setup, o->path, o->overrides, o->override_count, &error),
        &error);
    if (code != HC_EXIT_OK) {
        return code;
    }
    if (o->out == NULL) {
        name = name_output(setup.definition.name);
        o->out = name;
    }
    if (o->out == NULL) {
        (void)hc_error_memory(&error);
        code = hc_rank_voice_fail(ranks, &error);
    } else if (o->action == HC_SWEEP_ALL || hc_ranks_rank(ranks) == 0) {
        code = act(o, &setup, ranks);
    }
    free(name);
    hc_study_setup_close(&setup);
    return code;
}

/* What one rank does alone the others wait for. */
static int carry_out(hc_sweep_options *o)
{
    hc_ranks *ranks = NULL;
    hc_error error = HC_ERROR_NONE;
    int code = HC_EXIT_OK;
    if (hc_ranks_start(&ranks, &error) < 0) {
        return hc_print_error(&error);
    }
    hc_signals_install();
    code = open_and_act(o, ranks);
    hc_ranks_wait(ranks);
    hc_ranks_stop(ranks);
    return code;
}

int hc_command_sweep(int argc, char **argv)
{
    static const struct argp ARGP = {
        .options = OPTIONS,
        .parser = parse,
        .args_doc = "STUDY",
        .doc = "Runs a scenario at many points, on all ranks that mpirun has started, and writes "
               "their results as one study file. A study that was stopped goes on where it was."};
    hc_sweep_options o = {.argc = argc, .argv = argv};
    if (argp_parse(&ARGP, argc, argv, 0, NULL, &o) != 0) {
        return HC_EXIT_USAGE;
    }
    if (o.action == HC_SWEEP_OUTPUTS) {
        return o.is_json ? list_outputs_json() : list_outputs();
    }
    return carry_out(&o);
}
