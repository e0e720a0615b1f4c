#ifndef HC_CLI_COMMANDS_H
#define HC_CLI_COMMANDS_H

#include "sim/error.h"

#include <stdbool.h>

/** The commands: one file each. Each gets its own arguments, its name first, prints results to stdout and
 *  everything else to stderr, and returns the exit code. */

/** Exit codes, documented in the man page. */
enum {
    HC_EXIT_OK = 0,
    HC_EXIT_RUNTIME = 1,
    HC_EXIT_USAGE = 2,
    HC_EXIT_TRACE = 3,
    HC_EXIT_OUTPUT = 4,
    HC_EXIT_INTERNAL = 5,
    HC_EXIT_RESUMABLE = 75, /**< stopped with a saved state */
    HC_EXIT_SIGINT = 130,
    HC_EXIT_SIGTERM = 143,
};

int hc_command_run(int argc, char **argv);
int hc_command_check(int argc, char **argv);
int hc_command_sweep(int argc, char **argv);
int hc_command_report(int argc, char **argv);
int hc_command_compare(int argc, char **argv);
int hc_command_explain(int argc, char **argv);
int hc_command_import(int argc, char **argv);
int hc_command_export(int argc, char **argv);
int hc_command_recover(int argc, char **argv);
int hc_command_keys(int argc, char **argv);
int hc_command_estimate(int argc, char **argv);
int hc_command_plan(int argc, char **argv);
int hc_command_watch(int argc, char **argv);
int hc_command_bench(int argc, char **argv);
int hc_command_help(int argc, char **argv);

/** The exit code for an error. */
int hc_exit_code(const hc_error *error);

/** Prints all messages of an error to stderr, control characters as "\x1b", how many there were if some found no room, and, for a scenario,
 *  what to type next. @return its exit code. */
int hc_print_error(const hc_error *error);

#endif
