#include "cli/commands.h"

#include "cli/import.h"
#include "cli/number_option.h"
#include "traces/run/new_file.h"

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    KEY_FORMAT = 256,
    KEY_OUT,
    KEY_QUARANTINE,
    KEY_LIMIT,
    KEY_COLUMN,
    KEY_SIZE,
    KEY_FORCE,
    KEY_JSON,
    NAMES_SIZE = 1024,
};

static const struct argp_option OPTIONS[] = {
    {"format", KEY_FORMAT, "F", 0, "what FILE looks like", 0},
    {"out", KEY_OUT, "OUT", 0, "write OUT.csv or OUT.h5; the ending decides", 0},
    {"column", KEY_COLUMN, "NAME=HEADER", 0,
     "format csv: the column NAME is called HEADER in FILE; may be repeated", 0},
    {"size", KEY_SIZE, "FIELD", 0, "format swf: requested_first or allocated_first", 0},
    {"quarantine", KEY_QUARANTINE, "Q", 0, "list the unusable rows in Q", 0},
    {"quarantine-limit", KEY_LIMIT, "SHARE", 0, "largest share of rows that may be unusable (0.05)",
     0},
    {"force", KEY_FORCE, NULL, 0, "replace OUT", 0},
    {"json", KEY_JSON, NULL, 0, "print one JSON object", 0},
    {0},
};

/* "name, name": what a message lists. */
static void append_name(char *out, const char *name)
{
    size_t length = strlen(out);
    (void)snprintf(out + length, NAMES_SIZE - length, "%s%s", length == 0 ? "" : ", ", name);
}

static void refuse_column(struct argp_state *state, const char *text)
{
    char names[NAMES_SIZE] = "";
    for (int i = 0; i < HC_COLUMN_COUNT; i++) {
        append_name(names, hc_column_name((hc_column)i));
    }
    argp_error(state, "--column: expected NAME=HEADER with NAME one of %s, got \"%s\"", names,
               text);
}

static void add_column(hc_import_arguments *a, const char *text, struct argp_state *state)
{
    const char *equals = strchr(text, '=');
    size_t length = equals == NULL ? 0 : (size_t)(equals - text);
    for (int i = 0; equals != NULL && equals[1] != '\0' && i < HC_COLUMN_COUNT; i++) {
        const char *name = hc_column_name((hc_column)i);
        if (strlen(name) == length && memcmp(name, text, length) == 0) {
            a->columns[i] = equals + 1;
            a->has_columns = true;
            return;
        }
    }
    refuse_column(state, text);
}

static void set_size(hc_import_arguments *a, const char *text, struct argp_state *state)
{
    a->size_preference = HC_SIZE_REQUESTED_FIRST;
    if (strcmp(text, "allocated_first") == 0) {
        a->size_preference = HC_SIZE_ALLOCATED_FIRST;
    } else if (strcmp(text, "requested_first") != 0) {
        argp_error(state, "--size: expected requested_first or allocated_first, got \"%s\"", text);
    }
}

static bool ends_with(const char *text, const char *ending)
{
    size_t length = strlen(text);
    size_t tail = strlen(ending);
    return length > tail && strcmp(text + length - tail, ending) == 0;
}

static void set_out(hc_import_arguments *a, const char *text, struct argp_state *state)
{
    a->out = text;
    a->is_hdf5 = ends_with(text, ".h5");
    if (!a->is_hdf5 && !ends_with(text, ".csv")) {
        argp_error(state, "--out: expected a name that ends in .csv or .h5, got \"%s\"", text);
    }
}

static void require_all(const hc_import_arguments *a, struct argp_state *state)
{
    if (a->path == NULL) {
        argp_error(state, "which file?");
    } else if (a->format == NULL) {
        argp_error(state, "what is in it? Give --format F");
    } else if (a->out == NULL) {
        argp_error(state, "where to? Give --out OUT.csv or --out OUT.h5");
    }
}

static error_t parse_file(int key, char *text, struct argp_state *state)
{
    hc_import_arguments *a = state->input;
    switch (key) {
    case ARGP_KEY_ARG:
        if (a->path != NULL) {
            argp_error(state, "one file at a time");
        }
        a->path = text;
        return 0;
    case ARGP_KEY_END:
        require_all(a, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    hc_import_arguments *a = state->input;
    switch (key) {
    case KEY_FORMAT:
        a->format = text;
        return 0;
    case KEY_OUT:
        set_out(a, text, state);
        return 0;
    case KEY_QUARANTINE:
        a->quarantine = text;
        return 0;
    case KEY_LIMIT:
        a->quarantine_limit = hc_option_real(state, "quarantine-limit", text, 0, 1);
        return 0;
    case KEY_COLUMN:
        add_column(a, text, state);
        return 0;
    case KEY_SIZE:
        set_size(a, text, state);
        return 0;
    case KEY_FORCE:
        a->is_forced = true;
        return 0;
    case KEY_JSON:
        a->is_json = true;
        return 0;
    default:
        return parse_file(key, text, state);
    }
}

/* The file that is read must not be replaced by what is made of it. */
static int check_paths(const hc_import_arguments *a, hc_error *error)
{
    struct stat in;
    struct stat out;
    if (stat(a->path, &in) == 0 && stat(a->out, &out) == 0 && in.st_dev == out.st_dev &&
        in.st_ino == out.st_ino) {
        return hc_error_set(error, HC_ERROR_USAGE, "%s: would be overwritten by what it holds",
                            a->path);
    }
    return hc_new_file_check(a->out, a->is_forced, error);
}

static int refuse_format(const hc_import_arguments *a, hc_error *error)
{
    char names[NAMES_SIZE] = "";
    for (int i = 0; i < HC_FORMAT_COUNT; i++) {
        append_name(names, hc_trace_format_name((hc_trace_format)i));
    }
    (void)hc_error_set(error, HC_ERROR_USAGE, "--format: expected one of %s, got \"%s\"", names,
                       a->format);
    return hc_print_error(error);
}

static int import(const hc_import_arguments *a, hc_error *error)
{
    if (a->has_columns && strcmp(a->format, "csv") != 0) {
        (void)hc_error_set(error, HC_ERROR_USAGE, "--column: only format csv has columns to name");
        return hc_print_error(error);
    }
    if (check_paths(a, error) < 0) {
        return hc_print_error(error);
    }
    for (int i = 0; i < HC_FORMAT_COUNT; i++) {
        if (strcmp(a->format, hc_trace_format_name((hc_trace_format)i)) == 0) {
            return hc_import_jobs(a, (hc_trace_format)i, error);
        }
    }
    return refuse_format(a, error);
}

int hc_command_import(int argc, char **argv)
{
    static const struct argp ARGP = {
        .options = OPTIONS,
        .parser = parse,
        .args_doc = "FILE",
        .doc = "Reads a list of any format and writes it in one form, as CSV or HDF5, that every "
               "command reads."};
    hc_import_arguments a = {.quarantine_limit = 0.05};
    hc_error error = HC_ERROR_NONE;
    if (argp_parse(&ARGP, argc, argv, 0, NULL, &a) != 0) {
        return HC_EXIT_USAGE;
    }
    return import(&a, &error);
}
