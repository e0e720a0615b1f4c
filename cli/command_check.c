#include "cli/commands.h"

#include "analysis/survey.h"
#include "cli/check_output.h"
#include "cli/options.h"

#include <argp.h>
#include <stdio.h>

typedef struct options {
    hc_scenario_arguments scenario;
} options;

static error_t parse(int key, char *text, struct argp_state *state)
{
    options *o = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &o->scenario;
        return 0;
    case ARGP_KEY_ARG:
        if (o->scenario.assembly.path != NULL) {
            argp_error(state, "one scenario at a time");
        }
        o->scenario.assembly.path = text;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "which scenario?");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int check(const options *o, hc_assembly *assembly, hc_error *error)
{
    hc_survey survey;
    int status = HC_EXIT_OK;
    if (hc_assembly_open(assembly, &o->scenario.assembly, error) < 0 ||
        hc_assembly_build(assembly, &o->scenario.assembly, error) < 0 ||
        hc_survey_make(&survey, &assembly->source, assembly->machine, assembly->scheduler.placement,
                       assembly->clock != HC_CLOCK_UNKNOWN_ZERO, assembly->unix_zero_seconds,
                       error) < 0) {
        return hc_print_error(error);
    }
    if (o->scenario.is_json) {
        status = hc_check_print_json(assembly, &survey);
    } else if (!o->scenario.is_quiet) {
        hc_check_print(assembly, &survey, o->scenario.assembly.path);
    }
    hc_survey_free(&survey);
    return status;
}

int hc_command_check(int argc, char **argv)
{
    static const struct argp_child CHILDREN[] = {{&hc_scenario_argp, 0, NULL, 0}, {0}};
    static const struct argp ARGP = {
        .parser = parse,
        .args_doc = "SCENARIO",
        .doc = "Says what a scenario means: cluster, jobs, load by week, jobs that can never fit.",
        .children = CHILDREN};
    options o;
    hc_assembly assembly = {0};
    hc_error error = HC_ERROR_NONE;
    int status = HC_EXIT_OK;
    hc_scenario_arguments_init(&o.scenario);
    if (argp_parse(&ARGP, argc, argv, 0, NULL, &o) != 0) {
        return HC_EXIT_USAGE;
    }
    status = check(&o, &assembly, &error);
    hc_assembly_close(&assembly);
    return status;
}
