#include "cli/commands.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

int hc_exit_code(const hc_error *error)
{
    switch (error->kind) {
    case HC_ERROR_USAGE:
        return HC_EXIT_USAGE;
    case HC_ERROR_TRACE:
        return HC_EXIT_TRACE;
    case HC_ERROR_OUTPUT:
        return HC_EXIT_OUTPUT;
    case HC_ERROR_INTERNAL:
        return HC_EXIT_INTERNAL;
    case HC_ERROR_OK:
    case HC_ERROR_RUNTIME:
    default:
        return HC_EXIT_RUNTIME;
    }
}

/* Defects of a scenario have a place: "run.yaml:6:14: error: ...", "--set seed=x: error: ...". */
static bool is_about_scenario(const hc_error *error)
{
    return error->kind == HC_ERROR_USAGE && strstr(error->text, ": error: ") != NULL;
}

int hc_print_error(const hc_error *error)
{
    (void)fprintf(stderr, "%s\n", error->text);
    if (is_about_scenario(error)) {
        (void)fprintf(stderr, "%zu error%s. hindcast help scenario lists every key.\n",
                      error->count, error->count == 1 ? "" : "s");
    }
    return hc_exit_code(error);
}
