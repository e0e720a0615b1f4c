#include "cli/commands.h"

#include "analysis/study/study_report.h"
#include "cli/json_output.h"
#include "cli/number_option.h"
#include "traces/study/study_file.h"

#include <argp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { KEY_BY = 256, KEY_OUTPUT, KEY_CONFIDENCE, KEY_BASELINE, KEY_JSON };

typedef struct options {
    const char *path;
    const char *by; /* NULL: not given; names, separated by commas */
    const char *outputs[HC_STUDY_OUTPUT_LIMIT];
    size_t output_count;
    double confidence;    /* 0: that of the file */
    const char *baseline; /* NULL: the first value */
    bool is_json;
} options;

static const struct argp_option OPTIONS[] = {
    {"by", KEY_BY, "X[,Y...]", 0,
     "variables whose values make the rows; the last is compared, at equal values of the others",
     0},
    {"output", KEY_OUTPUT, "NAME", 0, "look at this output alone; may be repeated", 0},
    {"confidence", KEY_CONFIDENCE, "SHARE", 0, "of the intervals (that of the study)", 0},
    {"baseline", KEY_BASELINE, "VALUE", 0, "what the others are compared with (the first value)",
     0},
    {"json", KEY_JSON, NULL, 0, "print one JSON object", 0},
    {0},
};

static void add_output(options *o, const struct argp_state *state, const char *name)
{
    if (o->output_count == HC_STUDY_OUTPUT_LIMIT) {
        argp_error(state, "--output: at most %d times", HC_STUDY_OUTPUT_LIMIT);
    }
    o->outputs[o->output_count++] = name;
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    options *o = state->input;
    switch (key) {
    case KEY_BY:
        o->by = text;
        return 0;
    case KEY_OUTPUT:
        add_output(o, state, text);
        return 0;
    case KEY_CONFIDENCE:
        o->confidence = hc_option_real(state, "confidence", text, 0.01, 0.9999);
        return 0;
    case KEY_BASELINE:
        o->baseline = text;
        return 0;
    case KEY_JSON:
        o->is_json = true;
        return 0;
    case ARGP_KEY_ARG:
        if (o->path != NULL) {
            argp_error(state, "one study file at a time");
        }
        o->path = text;
        return 0;
    case ARGP_KEY_END:
        if (o->path == NULL || o->by == NULL) {
            argp_error(state, o->path == NULL ? "which study file?"
                                              : "by which variables? Give --by X[,Y]");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* What a study knows by name. */
typedef struct name_list {
    const char *option;
    size_t count;
    const char *(*name)(const hc_study_content *content, size_t index);
} name_list;

static const char *variable_name(const hc_study_content *content, size_t index)
{
    return content->variables[index].name;
}

static const char *output_name(const hc_study_content *content, size_t index)
{
    return content->outputs[index].name;
}

static int find(const hc_study_content *content, const name_list *list, const char *name,
                size_t length, size_t *index, hc_error *error)
{
    char names[1024] = "";
    size_t used = 0;
    for (size_t i = 0; i < list->count; i++) {
        const char *known = list->name(content, i);
        if (strlen(known) == length && strncmp(known, name, length) == 0) {
            *index = i;
            return 0;
        }
        if (used + strlen(known) + 3 < sizeof names) {
            used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", i == 0 ? "" : ", ",
                                     known);
        }
    }
    return hc_error_set(error, HC_ERROR_USAGE, "%s: there is no \"%.*s\" in this study; it has %s",
                        list->option, (int)length, name, names[0] == '\0' ? "none" : names);
}

static int add_variable(hc_study_question *question, const hc_study_content *content,
                        const char *name, size_t length, hc_error *error)
{
    const name_list variables = {"--by", content->variable_count, variable_name};
    size_t found = 0;
    if (find(content, &variables, name, length, &found, error) < 0) {
        return -1;
    }
    for (size_t i = 0; i < question->by_count; i++) {
        if (question->by[i] == found) {
            return hc_error_set(error, HC_ERROR_USAGE, "--by: %.*s stands there twice", (int)length,
                                name);
        }
    }
    question->by[question->by_count++] = found;
    return 0;
}

static int choose_variables(hc_study_question *question, const hc_study_content *content,
                            const char *by, hc_error *error)
{
    question->by_count = 0;
    for (;;) {
        size_t length = strcspn(by, ",");
        if (add_variable(question, content, by, length, error) < 0) {
            return -1;
        }
        if (by[length] == '\0') {
            return 0;
        }
        by += length + 1;
    }
}

static int choose_outputs(hc_study_question *question, const hc_study_content *content,
                          const options *o, hc_error *error)
{
    const name_list outputs = {"--output", content->output_count, output_name};
    for (size_t i = 0; i < o->output_count; i++) {
        if (find(content, &outputs, o->outputs[i], strlen(o->outputs[i]), &question->outputs[i],
                 error) < 0) {
            return -1;
        }
    }
    question->output_count = o->output_count > 0 ? o->output_count : question->output_count;
    return 0;
}

static int ask(hc_study_question *question, const hc_study_content *content, const options *o,
               hc_error *error)
{
    *question = hc_study_question_of(content);
    question->confidence = o->confidence > 0 ? o->confidence : question->confidence;
    return choose_variables(question, content, o->by, error) < 0
               ? -1
               : choose_outputs(question, content, o, error);
}

static int print(const options *o, const hc_study_comparisons *comparisons)
{
    hc_error error = HC_ERROR_NONE;
    if (o->is_json) {
        return hc_print_json(hc_study_compare_json(comparisons));
    }
    return hc_study_compare_write(stdout, comparisons, &error) < 0 ? hc_print_error(&error)
                                                                   : HC_EXIT_OK;
}

static int compare(const options *o, const hc_study_content *content)
{
    hc_study_question question;
    hc_study_table table = {.content = NULL};
    hc_study_comparisons comparisons = {.table = NULL};
    hc_error error = HC_ERROR_NONE;
    uint32_t baseline = 0;
    int status = 0;
    if (ask(&question, content, o, &error) < 0) {
        return hc_print_error(&error);
    }
    if (hc_study_table_make(&table, content, &question, &error) < 0 ||
        (o->baseline != NULL && hc_study_find_level(&table, o->baseline, &baseline, &error) < 0) ||
        hc_study_compare(&comparisons, &table, baseline, &error) < 0) {
        status = hc_print_error(&error);
    } else {
        status = print(o, &comparisons);
    }
    hc_study_comparisons_release(&comparisons);
    hc_study_table_release(&table);
    return status;
}

int hc_command_compare(int argc, char **argv)
{
    static const struct argp ARGP = {
        .options = OPTIONS,
        .parser = parse,
        .args_doc = "FILE",
        .doc = "Compares the results of a study by the values of its variables."};
    options o = {.path = NULL};
    hc_error error = HC_ERROR_NONE;
    hc_study_file *file = NULL;
    int status = HC_EXIT_OK;
    if (argp_parse(&ARGP, argc, argv, 0, NULL, &o) != 0) {
        return HC_EXIT_USAGE;
    }
    if (hc_study_file_read(&file, o.path, &error) < 0) {
        return hc_print_error(&error);
    }
    status = compare(&o, hc_study_file_content(file));
    hc_study_file_close(file);
    return status;
}
