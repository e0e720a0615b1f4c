#include "cli/file_arguments.h"

#include <argp.h>
#include <stddef.h>

enum { KEY_JSON = 256, KEY_JOB };

static const struct argp_option FILE_OPTIONS[] = {
    {"json", KEY_JSON, NULL, 0, "print one JSON object", 0},
    {0},
};

static const struct argp_option JOB_OPTIONS[] = {
    {"job", KEY_JOB, "ID", 0, "id of the job, as in the input", 0},
    {"json", KEY_JSON, NULL, 0, "print one JSON object", 0},
    {0},
};

static error_t parse_path(int key, char *text, struct argp_state *state)
{
    const char **path = state->input;
    switch (key) {
    case ARGP_KEY_ARG:
        if (*path != NULL) {
            argp_error(state, "one run file at a time");
        }
        *path = text;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "which run file?");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp hc_run_file_argp = {.parser = parse_path};

static const struct argp_child CHILDREN[] = {{&hc_run_file_argp, 0, NULL, 0}, {0}};

static error_t parse(int key, char *text, struct argp_state *state)
{
    hc_file_arguments *a = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &a->path;
        return 0;
    case KEY_JSON:
        a->is_json = true;
        return 0;
    case KEY_JOB:
        a->job = text;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t parse_job(int key, char *text, struct argp_state *state)
{
    const hc_file_arguments *a = state->input;
    if (key == ARGP_KEY_END && a->job == NULL) {
        argp_error(state, "which job? Give --job ID");
    }
    return parse(key, text, state);
}

void hc_file_arguments_parse(hc_file_arguments *out, int argc, char **argv, const char *doc)
{
    struct argp argp = {.options = FILE_OPTIONS,
                        .parser = parse,
                        .args_doc = "FILE",
                        .doc = doc,
                        .children = CHILDREN};
    *out = (hc_file_arguments){.path = NULL};
    (void)argp_parse(&argp, argc, argv, 0, NULL, out);
}

void hc_job_arguments_parse(hc_file_arguments *out, int argc, char **argv, const char *doc)
{
    struct argp argp = {.options = JOB_OPTIONS,
                        .parser = parse_job,
                        .args_doc = "FILE",
                        .doc = doc,
                        .children = CHILDREN};
    *out = (hc_file_arguments){.path = NULL};
    (void)argp_parse(&argp, argc, argv, 0, NULL, out);
}
