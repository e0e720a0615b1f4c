#include "cli/commands.h"

#include <stdio.h>

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

int hc_print_error(const hc_error *error)
{
    (void)fprintf(stderr, "%s\n", error->text);
    if (error->kind == HC_ERROR_USAGE) {
        (void)fprintf(stderr, "%zu error%s. hindcast help scenario lists every key.\n",
                      error->count, error->count == 1 ? "" : "s");
    }
    return hc_exit_code(error);
}
