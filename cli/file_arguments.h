#ifndef HC_CLI_FILE_ARGUMENTS_H
#define HC_CLI_FILE_ARGUMENTS_H

#include <argp.h>
#include <stdbool.h>

/** The one argument of commands on a run file, for a command with options of its own. Input: `const char **`. */
extern const struct argp hc_run_file_argp;

/** Arguments of commands on a run file: FILE, --json, and for some --job ID. */
typedef struct hc_file_arguments {
    const char *path;
    const char *job; /**< NULL: not given */
    bool is_json;
} hc_file_arguments;

/** Parses; ends the program with a usage message when the arguments are wrong. */
void hc_file_arguments_parse(hc_file_arguments *out, int argc, char **argv, const char *doc);

/** The same for a command that needs --job. */
void hc_job_arguments_parse(hc_file_arguments *out, int argc, char **argv, const char *doc);

#endif
