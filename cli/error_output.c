#include "cli/commands.h"
#include "sim/scenario/utf8.h"

#include <stdbool.h>
#include <stdint.h>
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

static const char JOB_HINT[] = "hindcast help job lists every key.";
static const char SCENARIO_HINT[] =
    "hindcast help scenario lists every key, hindcast help study those of a study.";

static bool is_about_job(const hc_error *error)
{
    return strstr(error->text, ": error: estimate") != NULL ||
           strstr(error->text, "with the key estimate") != NULL;
}

/* What a file or a name holds must not reach the terminal's own language. */
static void show_lines(const char *text)
{
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        hc_utf8_show(stderr, text, length, SIZE_MAX);
        (void)fputc('\n', stderr);
        text += text[length] == '\n' ? length + 1 : length;
    }
}

int hc_print_error(const hc_error *error)
{
    show_lines(error->text);
    if (is_about_scenario(error)) {
        (void)fprintf(stderr, "%zu error%s. %s\n", error->count, error->count == 1 ? "" : "s",
                      is_about_job(error) ? JOB_HINT : SCENARIO_HINT);
    }
    return hc_exit_code(error);
}
