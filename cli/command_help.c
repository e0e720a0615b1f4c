#include "cli/commands.h"

#include "analysis/study/study_keys.h"
#include "cli/assemble.h"
#include "cli/training_job.h"
#include "sim/scenario/help.h"
#include "traces/run/describe_tables.h"
#include "workloads/catalogue/describe_catalogue.h"

#include <argp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { MAX_TABLES = 16, KEY_MARKDOWN = 256, KEY_MAN, KEY_JSON_SCHEMA, KEY_DICTIONARY };

typedef int (*help_writer)(FILE *out, const hc_key_table *tables, size_t count, hc_error *error);

typedef struct options {
    const char *topic;
    const char *prefix;
    help_writer write; /* NULL: for the terminal */
} options;

static const struct argp_option OPTIONS[] = {
    {"markdown", KEY_MARKDOWN, NULL, 0, "docs/scenario.md", 0},
    {"man", KEY_MAN, NULL, 0, "sections of the manual page", 0},
    {"json-schema", KEY_JSON_SCHEMA, NULL, 0, "JSON Schema, for editors", 0},
    {"dictionary", KEY_DICTIONARY, NULL, 0, "dictionary for libFuzzer", 0},
    {0},
};

static error_t parse(int key, char *text, struct argp_state *state)
{
    options *o = state->input;
    switch (key) {
    case KEY_MARKDOWN:
        o->write = hc_help_write_markdown;
        return 0;
    case KEY_MAN:
        o->write = hc_help_write_man;
        return 0;
    case KEY_JSON_SCHEMA:
        o->write = hc_help_write_json_schema;
        return 0;
    case KEY_DICTIONARY:
        o->write = hc_help_write_dictionary;
        return 0;
    case ARGP_KEY_ARG:
        if (o->topic == NULL) {
            o->topic = text;
        } else if (o->prefix == NULL) {
            o->prefix = text;
        } else {
            argp_error(state, "too many arguments");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int help_scenario(const options *o, hc_error *error)
{
    hc_key_table tables[MAX_TABLES];
    for (size_t i = 0; i < hc_all_keys_count; i++) {
        tables[i] = *hc_all_keys[i];
    }
    return o->write == NULL ? hc_help_write(stdout, tables, hc_all_keys_count, o->prefix, error)
                            : o->write(stdout, tables, hc_all_keys_count, error);
}

/* The pages that --markdown and --man write are about scenarios. */
static int help_table(const options *o, const hc_key_table *table, hc_error *error)
{
    if (o->write == hc_help_write_markdown || o->write == hc_help_write_man) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "hindcast help %s: --markdown and --man belong to scenarios", o->topic);
    }
    return o->write == NULL ? hc_help_write(stdout, table, 1, o->prefix, error)
                            : o->write(stdout, table, 1, error);
}

static bool is_topic(const options *o, const char *name)
{
    return o->topic != NULL && strcmp(o->topic, name) == 0;
}

/* Topics that are one page each. */
static const struct {
    const char *name;
    int (*write)(FILE *out, hc_error *error);
} PAGES[] = {
    {"run-file", hc_describe_tables},
    {"models", hc_describe_models},
    {"gpus", hc_describe_accelerators},
};

enum { PAGE_COUNT = sizeof PAGES / sizeof PAGES[0] };

/* @return PAGE_COUNT when the topic is no page */
static size_t find_page(const options *o)
{
    size_t page = 0;
    while (page < PAGE_COUNT && !is_topic(o, PAGES[page].name)) {
        page++;
    }
    return page;
}

static int write_topic(const options *o, hc_error *error)
{
    size_t page = find_page(o);
    if (page < PAGE_COUNT) {
        return PAGES[page].write(stdout, error);
    }
    if (is_topic(o, "study")) {
        return help_table(o, &hc_study_keys, error);
    }
    return is_topic(o, "job") ? help_table(o, &hc_training_job_keys, error)
                              : help_scenario(o, error);
}

static int help_topic(const options *o)
{
    hc_error error = HC_ERROR_NONE;
    int status = write_topic(o, &error);
    if (status < 0) {
        const char *where = error.kind == HC_ERROR_OUTPUT ? "hindcast: standard output: " : "";
        (void)fprintf(stderr, "%s%s\n", where, error.text);
        return hc_exit_code(&error);
    }
    return HC_EXIT_OK;
}

int hc_command_help(int argc, char **argv)
{
    static const struct argp ARGP = {
        .options = OPTIONS,
        .parser = parse,
        .args_doc =
            "[COMMAND | scenario [KEY] | study [KEY] | job [KEY] | run-file | models | gpus]",
        .doc = "Lists the options of a command, the keys of a scenario, of a study or of a job of "
               "estimate and plan (all, or those that begin with KEY), the tables of a run file, "
               "or the models and GPUs that are known by name."};
    options o = {.topic = NULL};
    if (argp_parse(&ARGP, argc, argv, 0, NULL, &o) != 0) {
        return HC_EXIT_USAGE;
    }
    if (o.topic != NULL && !is_topic(&o, "scenario") && !is_topic(&o, "study") &&
        !is_topic(&o, "job") && find_page(&o) == PAGE_COUNT) {
        (void)fprintf(
            stderr, "hindcast: no help on \"%s\"; try hindcast --help or hindcast help scenario\n",
            o.topic);
        return HC_EXIT_USAGE;
    }
    return help_topic(&o);
}
