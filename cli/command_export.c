#include "cli/commands.h"

#include "cli/file_arguments.h"
#include "traces/run/export_csv.h"
#include "traces/run/export_perfetto.h"
#include "traces/run/export_swf.h"
#include "traces/run/run_reader.h"

#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { KEY_TABLE = 256, KEY_TO, KEY_OUT };

typedef struct options {
    const char *path;
    const char *table;
    const char *to;
    const char *out; /* NULL: stdout */
} options;

static const struct argp_option OPTIONS[] = {
    {"table", KEY_TABLE, "TABLE", 0,
     "jobs, attempts, placements, decisions, events, series, ledger or nodes (jobs)", 0},
    {"to", KEY_TO, "FORMAT", 0, "csv, swf or perfetto (csv)", 0},
    {"out", KEY_OUT, "FILE", 0, "write to FILE instead of standard output", 0},
    {0},
};

static error_t parse(int key, char *text, struct argp_state *state)
{
    options *o = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &o->path;
        return 0;
    case KEY_TABLE:
        o->table = text;
        return 0;
    case KEY_TO:
        o->to = text;
        return 0;
    case KEY_OUT:
        o->out = text;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static bool is_to(const options *o, const char *format)
{
    return strcmp(o->to, format) == 0;
}

static int check(const options *o, hc_run_table *table, hc_error *error)
{
    *table = hc_table_find(o->table);
    if (*table == HC_TABLE_COUNT) {
        return hc_error_set(error, HC_ERROR_USAGE, "--table: there is no table \"%s\"", o->table);
    }
    if (!is_to(o, "csv") && !is_to(o, "swf") && !is_to(o, "perfetto")) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "--to: expected csv, swf or perfetto, got \"%s\"", o->to);
    }
    if (is_to(o, "swf") && *table != HC_TABLE_JOBS) {
        return hc_error_set(error, HC_ERROR_USAGE, "--to swf: only the table jobs has this form");
    }
    if (is_to(o, "perfetto") && *table != HC_TABLE_JOBS) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "--to perfetto: shows the whole run; leave --table out");
    }
    if (is_to(o, "perfetto") && o->out == NULL && isatty(STDOUT_FILENO)) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "--to perfetto: binary, not for a terminal; add --out FILE");
    }
    return 0;
}

static int write_perfetto(hc_run_reader *reader, FILE *out, const char *shown, hc_error *error)
{
    uint64_t left_out = 0;
    int status = hc_export_perfetto(reader, out, shown, &left_out, error);
    if (status == 0 && left_out > 0) {
        (void)fprintf(stderr,
                      "%s: %" PRIu64 " placements are not shown: the run was cut off before it"
                      " wrote when they began and ended\n",
                      shown, left_out);
    }
    return status;
}

static int write_table(const options *o, hc_run_table table, hc_run_reader *reader, FILE *out,
                       hc_error *error)
{
    const char *shown = o->out == NULL ? "standard output" : o->out;
    if (is_to(o, "swf")) {
        return hc_export_swf(reader, out, shown, error);
    }
    if (is_to(o, "perfetto")) {
        return write_perfetto(reader, out, shown, error);
    }
    return hc_export_csv(reader, table, out, shown, error);
}

/* A file that was opened here is closed here, and that may fail as well. */
static int export_to_file(const options *o, hc_run_table table, hc_run_reader *reader,
                          hc_error *error)
{
    FILE *out = fopen(o->out, "wx");
    int status = 0;
    if (out == NULL) {
        return hc_error_set(error, errno == EEXIST ? HC_ERROR_USAGE : HC_ERROR_OUTPUT, "%s: %s",
                            o->out, strerror(errno));
    }
    status = write_table(o, table, reader, out, error);
    if (fclose(out) != 0 && status == 0) {
        status = hc_error_set(error, HC_ERROR_OUTPUT, "%s: %s", o->out, strerror(errno));
    }
    return status;
}

int hc_command_export(int argc, char **argv)
{
    static const struct argp_child CHILDREN[] = {{&hc_run_file_argp, 0, NULL, 0}, {0}};
    static const struct argp ARGP = {
        .options = OPTIONS,
        .parser = parse,
        .args_doc = "FILE",
        .doc = "Writes a table of a run, or all of it as a trace for Perfetto.",
        .children = CHILDREN};
    options o = {.table = "jobs", .to = "csv"};
    hc_error error = HC_ERROR_NONE;
    hc_run_table table = HC_TABLE_COUNT;
    hc_run_reader *reader = NULL;
    int status = 0;
    if (argp_parse(&ARGP, argc, argv, 0, NULL, &o) != 0) {
        return HC_EXIT_USAGE;
    }
    if (check(&o, &table, &error) < 0 || hc_run_reader_open(&reader, o.path, &error) < 0) {
        return hc_print_error(&error);
    }
    status = o.out == NULL ? write_table(&o, table, reader, stdout, &error)
                           : export_to_file(&o, table, reader, &error);
    hc_run_reader_close(reader);
    if (status < 0) {
        return hc_print_error(&error);
    }
    return HC_EXIT_OK;
}
