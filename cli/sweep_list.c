#include "cli/sweep.h"

#include "cli/commands.h"
#include "cli/json_output.h"
#include "cli/sweep_table.h"
#include "sim/scenario/utf8.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { MAX_COLUMN = 24 };

static const char *const STATE_NAMES[] = {"ok", "failed", "-"};

static void print_value(const hc_study_setup *setup, size_t point, size_t variable, size_t columns)
{
    char room[HC_DESIGN_NUMBER_SIZE];
    const char *unit = NULL;
    const char *text = hc_design_text(setup->design, point, variable, room, &unit);
    char whole[MAX_COLUMN + 1];
    (void)snprintf(whole, sizeof whole, "%s%s", text, unit);
    printf("  %*s", (int)columns, whole);
}

/* Of a variable: as wide as its name and its values, up to a limit. */
static size_t column_width(const hc_study_setup *setup, size_t variable)
{
    const hc_design_variable *v = &setup->definition.variables[variable];
    size_t width = strlen(v->name);
    if (v->values == NULL) {
        return MAX_COLUMN;
    }
    for (size_t i = 0; i < v->value_count; i++) {
        size_t length = strlen(v->values[i].text);
        width = length > width ? length : width;
    }
    return width < MAX_COLUMN ? width : MAX_COLUMN;
}

static void print_head(const hc_study_setup *setup, const size_t *widths)
{
    printf("%7s  %6s  %10s  %16s", "run", "point", "repetition", "seed");
    for (size_t i = 0; i < setup->definition.variable_count; i++) {
        printf("  %*.*s", (int)widths[i], MAX_COLUMN, setup->definition.variables[i].name);
    }
    printf("  state\n");
}

static void print_run(const hc_study_setup *setup, const hc_sweep_table *table, size_t run,
                      const size_t *widths)
{
    size_t point = hc_study_run_point(setup, run);
    uint32_t repetition = hc_study_run_repetition(setup, run);
    printf("%7zu  %6zu  %10" PRIu32 "  %16" PRIu64, run, point, repetition,
           hc_design_seed(setup->design, point, repetition));
    for (size_t i = 0; i < setup->definition.variable_count; i++) {
        print_value(setup, point, i, widths[i]);
    }
    printf("  %s", STATE_NAMES[table->states[run]]);
    if (table->errors[run] != NULL) {
        printf(": ");
        hc_utf8_show(stdout, table->errors[run], strcspn(table->errors[run], "\n"), SIZE_MAX);
    }
    printf("\n");
}

static void print_text(const hc_study_setup *setup, const hc_sweep_table *table)
{
    size_t widths[HC_STUDY_VARIABLE_LIMIT];
    for (size_t i = 0; i < setup->definition.variable_count; i++) {
        widths[i] = column_width(setup, i);
    }
    print_head(setup, widths);
    for (size_t i = 0; i < table->run_count; i++) {
        print_run(setup, table, i, widths);
    }
}

static json_t *values_json(const hc_study_setup *setup, size_t point)
{
    json_t *values = json_object();
    for (size_t i = 0; values != NULL && i < setup->definition.variable_count; i++) {
        char room[HC_DESIGN_NUMBER_SIZE];
        const char *unit = NULL;
        const char *text = hc_design_text(setup->design, point, i, room, &unit);
        if (json_object_set_new(values, setup->definition.variables[i].name,
                                json_sprintf("%s%s", text, unit)) < 0) {
            json_decref(values);
            return NULL;
        }
    }
    return values;
}

static json_t *run_json(const hc_study_setup *setup, const hc_sweep_table *table, size_t run)
{
    size_t point = hc_study_run_point(setup, run);
    uint32_t repetition = hc_study_run_repetition(setup, run);
    json_t *object = json_pack(
        "{s:I, s:I, s:I, s:I, s:o, s:s}", "run", (json_int_t)run, "point", (json_int_t)point,
        "repetition", (json_int_t)repetition, "seed",
        (json_int_t)hc_design_seed(setup->design, point, repetition), "values",
        values_json(setup, point), "state",
        table->states[run] == HC_STUDY_SKIPPED ? "missing" : STATE_NAMES[table->states[run]]);
    if (object != NULL && table->errors[run] != NULL) {
        (void)json_object_set_new(object, "error", json_string(table->errors[run]));
    }
    return object;
}

static int print_json(const hc_study_setup *setup, const hc_sweep_table *table)
{
    json_t *runs = json_array();
    for (size_t i = 0; runs != NULL && i < table->run_count; i++) {
        if (json_array_append_new(runs, run_json(setup, table, i)) < 0) {
            json_decref(runs);
            runs = NULL;
        }
    }
    return hc_print_json(runs == NULL
                             ? NULL
                             : json_pack("{s:s, s:s, s:o}", "schema", "hindcast-sweep-list-1",
                                         "name", setup->definition.name, "runs", runs));
}

int hc_sweep_list(const hc_sweep_options *o, const hc_study_setup *setup)
{
    hc_sweep_table table;
    hc_error error = HC_ERROR_NONE;
    int code = HC_EXIT_OK;
    if (hc_sweep_table_read(&table, setup, o->out, &error) < 0) {
        return hc_print_error(&error);
    }
    if (o->is_json) {
        code = print_json(setup, &table);
    } else {
        print_text(setup, &table);
    }
    hc_sweep_table_free(&table);
    return code;
}
