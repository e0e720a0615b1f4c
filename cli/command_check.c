#include "cli/commands.h"

#include "analysis/survey.h"
#include "cli/check_output.h"
#include "cli/options.h"

#include <argp.h>
#include <stdio.h>

static int check(const hc_scenario_arguments *o, hc_assembly *assembly, hc_error *error)
{
    hc_survey survey;
    int status = HC_EXIT_OK;
    if (hc_assembly_open(assembly, &o->assembly, error) < 0 ||
        hc_assembly_build(assembly, &o->assembly, error) < 0 ||
        hc_survey_make(&survey, &assembly->source, assembly->machine,
                       hc_assembly_calendar(assembly), assembly->scheduler.placement,
                       hc_assembly_clock(assembly), error) < 0) {
        return hc_print_error(error);
    }
    if (o->is_json) {
        status = hc_check_print_json(assembly, &survey);
    } else if (!o->is_quiet) {
        hc_check_print(assembly, &survey, o->assembly.path);
    }
    hc_survey_free(&survey);
    return status;
}

int hc_command_check(int argc, char **argv)
{
    struct argp argp = hc_scenario_argp;
    hc_scenario_arguments o;
    hc_assembly assembly = {0};
    hc_error error = HC_ERROR_NONE;
    int status = HC_EXIT_OK;
    argp.args_doc = "SCENARIO";
    argp.doc = "Says what a scenario means: cluster, jobs, load by week, jobs that can never fit.";
    hc_scenario_arguments_init(&o);
    if (argp_parse(&argp, argc, argv, 0, NULL, &o) != 0) {
        return HC_EXIT_USAGE;
    }
    status = check(&o, &assembly, &error);
    hc_assembly_close(&assembly);
    return status;
}
