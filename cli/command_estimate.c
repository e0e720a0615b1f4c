#include "cli/commands.h"

#include "cli/estimate.h"
#include "sim/scenario/suggest.h"

#include <argp.h>
#include <string.h>

enum {
    KEY_TABLE = HC_OPTION_FIRST_OWN,
    KEY_OUT,
    KEY_COLUMNS,
    KEY_PROFILE,
    KEY_FORCE,
    KEY_EXPLAIN,
    KEY_FIT,
    KEY_TEST,
    KEY_FREE,
    KEY_GPU,
};

static const struct argp_option OPTIONS[] = {
    {"explain", KEY_EXPLAIN, NULL, 0, "print each term: formula, numbers put in, result", 0},
    {"profile", KEY_PROFILE, "NAME", 0,
     "efficiency profile or a file with one (the one for the kind of GPU)", 0},
    {"set", HC_OPTION_SET, "KEY=VALUE", 0, "replace a key of the job; may be repeated", 0},
    {"json", HC_OPTION_JSON, NULL, 0, "print one JSON object", 0},
    {"table", KEY_TABLE, "IN.csv", 0, "predict every row of a table instead of a job", 1},
    {"out", KEY_OUT, "OUT.csv", 0, "the table with what was predicted", 1},
    {"columns", KEY_COLUMNS, "FORM", 0, "how its columns are named: published (default) or vtrain",
     1},
    {"force", KEY_FORCE, NULL, 0, "replace the file of --out", 1},
    {"fit", KEY_FIT, "TABLE.csv", 0,
     "fit a profile on measured steps; may be repeated, each table counts alike; --out "
     "PROFILE.yaml keeps it",
     2},
    {"test", KEY_TEST, "TABLE.csv", 0,
     "tell the error on rows that are not fitted on; may be repeated", 2},
    {"free", KEY_FREE, "NAMES", 0, "parameters to fit (gemm,layer_seconds,step_seconds)", 2},
    {"gpu", KEY_GPU, "NAME", 0, "only rows of this kind of GPU", 2},
    {0},
};

static hc_measured_form read_form(const char *text, struct argp_state *state)
{
    if (strcmp(text, "vtrain") == 0) {
        return HC_MEASURED_VTRAIN;
    }
    if (strcmp(text, "published") != 0) {
        const char *nearest = hc_suggest_choice(HC_MEASURED_FORM_NAMES, text, strlen(text));
        argp_error(state, "--columns: expected published or vtrain, got \"%s\"%s%.*s%s", text,
                   nearest == NULL ? "" : "; did you mean \"",
                   nearest == NULL ? 0 : (int)strcspn(nearest, "|"), nearest == NULL ? "" : nearest,
                   nearest == NULL ? "" : "\"?");
    }
    return HC_MEASURED_PUBLISHED;
}

static void check_fit(const hc_estimate_arguments *a, struct argp_state *state)
{
    if (a->path != NULL || a->table != NULL || a->is_explained || a->override_count > 0 ||
        a->form != HC_MEASURED_PUBLISHED) {
        argp_error(state, "--fit goes with --test, --free, --gpu, --profile and --out");
    }
    if (a->is_forced && a->out == NULL) {
        argp_error(state, "--force belongs to --out");
    }
}

static void check_whole(const hc_estimate_arguments *a, struct argp_state *state)
{
    if (a->fit_count > 0) {
        check_fit(a, state);
        return;
    }
    if (a->test_count > 0 || a->free_names != NULL || a->gpu != NULL) {
        argp_error(state, "--test, --free and --gpu belong to --fit");
    }
    if (a->path == NULL && a->table == NULL) {
        argp_error(state, "which job? Give a file, or a table with --table");
    }
    if (a->path != NULL && a->table != NULL) {
        argp_error(state, "a job or --table, not both");
    }
    if (a->table != NULL && a->out == NULL) {
        argp_error(state, "--table needs --out OUT.csv");
    }
    if (a->table == NULL && (a->out != NULL || a->form != HC_MEASURED_PUBLISHED || a->is_forced)) {
        argp_error(state, "--out, --columns and --force belong to --table");
    }
    if (a->table != NULL && (a->is_explained || a->override_count > 0)) {
        argp_error(state, "--explain and --set belong to a job");
    }
}

static error_t take_text(const char **out, const char *text, const char *twice,
                         struct argp_state *state)
{
    if (*out != NULL) {
        argp_error(state, "%s", twice);
    }
    *out = text;
    return 0;
}

static error_t add_table(const char **tables, size_t *count, const char *text,
                         struct argp_state *state)
{
    if (*count == HC_FIT_MAX_TABLES) {
        argp_error(state, "at most %d tables", HC_FIT_MAX_TABLES);
    }
    tables[(*count)++] = text;
    return 0;
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    hc_estimate_arguments *a = state->input;
    switch (key) {
    case KEY_TABLE:
        return take_text(&a->table, text, "one table at a time", state);
    case KEY_OUT:
        return take_text(&a->out, text, "one --out", state);
    case KEY_PROFILE:
        return take_text(&a->profile, text, "one --profile", state);
    case KEY_FIT:
        return add_table(a->fit_tables, &a->fit_count, text, state);
    case KEY_TEST:
        return add_table(a->test_tables, &a->test_count, text, state);
    case KEY_FREE:
        return take_text(&a->free_names, text, "one --free", state);
    case KEY_GPU:
        return take_text(&a->gpu, text, "one --gpu", state);
    case KEY_COLUMNS:
        a->form = read_form(text, state);
        return 0;
    case KEY_FORCE:
        a->is_forced = true;
        return 0;
    case KEY_EXPLAIN:
        a->is_explained = true;
        return 0;
    case HC_OPTION_JSON:
        a->is_json = true;
        return 0;
    case HC_OPTION_SET:
        if (a->override_count == HC_MAX_OVERRIDES) {
            argp_error(state, "--set: at most %d times", HC_MAX_OVERRIDES);
        }
        a->overrides[a->override_count++] = text;
        return 0;
    case ARGP_KEY_ARG:
        return take_text(&a->path, text, "one job at a time", state);
    case ARGP_KEY_END:
        check_whole(a, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

int hc_command_estimate(int argc, char **argv)
{
    static const struct argp ARGP = {
        .options = OPTIONS,
        .parser = parse,
        .args_doc = "JOB\n--table IN.csv --out OUT.csv\n--fit TABLE.csv [--test TABLE.csv]",
        .doc = "Says what a training run takes: time of a step and where it goes, memory, days, "
               "dollars, energy.\vhindcast help job lists every key of a job; docs/estimate.md "
               "says how to read the answer."};
    hc_estimate_arguments a = {.path = NULL};
    if (argp_parse(&ARGP, argc, argv, 0, NULL, &a) != 0) {
        return HC_EXIT_USAGE;
    }
    if (a.fit_count > 0) {
        return hc_estimate_fit(&a);
    }
    return a.table != NULL ? hc_estimate_table(&a) : hc_estimate_job(&a);
}
