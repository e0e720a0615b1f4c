#include "analysis/study/definition.h"

#include "analysis/run_outputs.h"
#include "analysis/study/expression.h"
#include "analysis/study/study_keys.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const SEEDS_INDEPENDENT = "independent";

/* "studies/more.yaml" is called "more"; standard input "study". */
static char *name_of_file(const char *path)
{
    const char *base = strrchr(path, '/');
    char *name = strdup(strcmp(path, "-") == 0 ? "study" : (base == NULL ? path : base + 1));
    char *dot = name == NULL ? NULL : strrchr(name, '.');
    if (dot != NULL && dot != name) {
        *dot = '\0';
    }
    return name;
}

static int add_variable(hc_study_definition *d, const hc_value *map, hc_error *error)
{
    hc_design_variable *v = &d->variables[d->variable_count++];
    bool is_sampled = d->sample_method != HC_SAMPLE_NONE;
    return hc_design_variable_read(v, map, is_sampled && hc_value_get(map, "values") == NULL,
                                   error);
}

/* Members of a group have the same number of values; each says where the difference is. */
static int check_group(const hc_study_definition *d, const hc_study_axis *axis, hc_error *error)
{
    const hc_design_variable *first = &d->variables[axis->first_variable];
    int status = 0;
    for (size_t i = 0; i < axis->variable_count; i++) {
        const hc_design_variable *v = first + i;
        if (v->value_count == 0) {
            status = hc_value_error(v->place, error, "in lockstep a range needs step or count");
        } else if (v->value_count != first->value_count) {
            status =
                hc_value_error(v->place, error, "has %zu values, and %s in the same group has %zu",
                               v->value_count, first->name, first->value_count);
        }
    }
    return status;
}

static int read_group(hc_study_definition *d, const hc_value *map, hc_error *error)
{
    static const char *const OF_VARIABLES[] = {"name", "key", "values", "from", "to"};
    const hc_value *group = hc_value_get(map, "lockstep");
    hc_study_axis *axis = &d->axes[d->axis_count++];
    int status = 0;
    *axis = (hc_study_axis){.first_variable = d->variable_count,
                            .variable_count = hc_value_count(group)};
    for (size_t i = 0; i < sizeof OF_VARIABLES / sizeof OF_VARIABLES[0]; i++) {
        if (hc_value_get(map, OF_VARIABLES[i]) != NULL) {
            status = hc_value_error(hc_value_get(map, OF_VARIABLES[i]), error,
                                    "stands beside lockstep; a group has nothing else");
        }
    }
    for (size_t i = 0; i < axis->variable_count; i++) {
        status = add_variable(d, hc_value_at(group, i), error) < 0 ? -1 : status;
    }
    if (status == 0) {
        status = check_group(d, axis, error);
    }
    axis->value_count = d->variables[axis->first_variable].value_count;
    return status;
}

static int read_axis(hc_study_definition *d, const hc_value *map, hc_error *error)
{
    hc_study_axis *axis = &d->axes[d->axis_count];
    int status = 0;
    if (hc_value_get(map, "lockstep") != NULL) {
        return read_group(d, map, error);
    }
    *axis = (hc_study_axis){.first_variable = d->variable_count, .variable_count = 1};
    d->axis_count++;
    status = add_variable(d, map, error);
    axis->value_count = d->variables[axis->first_variable].value_count;
    return status;
}

/* Items of the list, or of the groups in it. */
static size_t count_variables(const hc_value *list)
{
    size_t count = 0;
    for (size_t i = 0; i < hc_value_count(list); i++) {
        const hc_value *group = hc_value_get(hc_value_at(list, i), "lockstep");
        count += group == NULL ? 1 : hc_value_count(group);
    }
    return count;
}

static int check_distinct(const hc_study_definition *d, hc_error *error)
{
    int status = 0;
    for (size_t i = 0; i < d->variable_count; i++) {
        const hc_design_variable *v = &d->variables[i];
        assert(v->name != NULL && v->key != NULL);
        if (hc_run_output_find(v->name) < hc_run_output_count) {
            status = hc_value_error(v->place, error, "%s is the name of an output", v->name);
        }
        if (strcmp(v->name, "point") == 0) {
            status = hc_value_error(v->place, error, "point is the number of a point");
        }
        for (size_t j = 0; j < i; j++) {
            if (v->name[0] != '\0' && strcmp(v->name, d->variables[j].name) == 0) {
                status = hc_value_error(v->place, error, "a second variable %s", v->name);
            }
            if (v->key[0] != '\0' && strcmp(v->key, d->variables[j].key) == 0) {
                status = hc_value_error(v->place, error, "a second variable for %s", v->key);
            }
        }
    }
    return status;
}

static int read_variables(hc_study_definition *d, const hc_value *list, hc_error *error)
{
    size_t count = count_variables(list);
    int status = 0;
    if (count > HC_STUDY_VARIABLE_LIMIT) {
        return hc_value_error(list, error, "expected at most %d variables in all, got %zu",
                              HC_STUDY_VARIABLE_LIMIT, count);
    }
    d->variables = calloc(count + 1, sizeof *d->variables);
    d->axes = calloc(count + 1, sizeof *d->axes);
    if (d->variables == NULL || d->axes == NULL) {
        return hc_error_memory(error);
    }
    for (size_t i = 0; i < hc_value_count(list); i++) {
        status = read_axis(d, hc_value_at(list, i), error) < 0 ? -1 : status;
    }
    return check_distinct(d, error) < 0 ? -1 : status;
}

static int read_outputs(hc_study_definition *d, const hc_value *list, hc_error *error)
{
    int status = 0;
    d->outputs = calloc(hc_value_count(list), sizeof *d->outputs);
    if (d->outputs == NULL) {
        return hc_error_memory(error);
    }
    for (size_t i = 0; i < hc_value_count(list); i++) {
        const char *name = hc_value_text(hc_value_at(list, i));
        size_t found = hc_run_output_find(name);
        if (found == hc_run_output_count) {
            status =
                hc_value_error(hc_value_at(list, i), error,
                               "unknown output \"%s\"; hindcast sweep --outputs lists them", name);
        }
        for (size_t j = 0; j < d->output_count; j++) {
            if (d->outputs[j] == found && found < hc_run_output_count) {
                status = hc_value_error(hc_value_at(list, i), error, "given twice");
            }
        }
        d->outputs[d->output_count++] = found;
    }
    return status;
}

/* Variables that are words cannot stand in a formula. */
static int read_constraint(hc_study_definition *d, const hc_value *value, hc_error *error)
{
    const char *names[HC_STUDY_VARIABLE_LIMIT];
    hc_expression *expression = NULL;
    hc_error found = HC_ERROR_NONE;
    int status = 0;
    if (value == NULL) {
        return 0;
    }
    d->constraint = hc_value_text(value);
    for (size_t i = 0; i < d->variable_count; i++) {
        names[i] = d->variables[i].name;
    }
    if (hc_expression_create(&expression, d->constraint, names, d->variable_count, &found) < 0) {
        return hc_value_error(value, error, "%s", found.text);
    }
    for (size_t i = 0; i < d->variable_count; i++) {
        if (hc_expression_uses(expression, i) &&
            hc_design_variable_unit(&d->variables[i]) == NULL) {
            status = hc_value_error(value, error, "%s has values that are no numbers",
                                    d->variables[i].name);
        }
    }
    hc_expression_destroy(expression);
    return status;
}

/* @return position among the study's outputs, their number with a message. */
static size_t find_output(const hc_study_definition *d, const hc_value *name, hc_error *error)
{
    size_t found = hc_run_output_find(hc_value_text(name));
    size_t i = 0;
    while (i < d->output_count && d->outputs[i] != found) {
        i++;
    }
    if (i == d->output_count) {
        (void)hc_value_error(name, error, "expected one of `outputs`, got \"%s\"",
                             hc_value_text(name));
    }
    return i;
}

static int read_stop(hc_study_definition *d, const hc_value *stop, hc_error *error)
{
    const hc_value *at_least = hc_value_get(stop, "at_least");
    if (stop == NULL) {
        return 0;
    }
    d->stop = (hc_study_stop){
        .is_given = true,
        .output = find_output(d, hc_value_get(stop, "output"), error),
        .relative_half_width = hc_value_real(hc_value_get(stop, "relative_half_width")),
        .confidence = hc_value_real(hc_value_get(stop, "confidence")),
        .at_least = (uint32_t)hc_value_integer(at_least),
    };
    if (d->stop.at_least > d->repetition_count) {
        return hc_value_error(stop, error,
                              "at_least %" PRIu32 " repetitions are more than the study's %" PRIu32,
                              d->stop.at_least, d->repetition_count);
    }
    return d->stop.output < d->output_count ? 0 : -1;
}

static size_t find_variable(const hc_study_definition *d, const char *name)
{
    size_t i = 0;
    while (i < d->variable_count && strcmp(d->variables[i].name, name) != 0) {
        i++;
    }
    return i;
}

/* A variable that is searched along: alone on its axis, its numbers rising. */
static int check_searched(const hc_study_definition *d, const hc_value *name, hc_error *error)
{
    const hc_design_variable *v = NULL;
    if (d->optimize.variable == d->variable_count) {
        return hc_value_error(name, error, "no variable is called \"%s\"", hc_value_text(name));
    }
    v = &d->variables[d->optimize.variable];
    for (size_t i = 0; i < d->axis_count; i++) {
        if (d->axes[i].variable_count > 1 && d->optimize.variable >= d->axes[i].first_variable &&
            d->optimize.variable < d->axes[i].first_variable + d->axes[i].variable_count) {
            return hc_value_error(name, error, "%s changes in lockstep with others", v->name);
        }
    }
    for (size_t i = 0; i < v->value_count; i++) {
        if (!(i == 0 ? v->values[i].number == v->values[i].number
                     : v->values[i].number > v->values[i - 1].number)) {
            return hc_value_error(name, error, "the values of %s must be numbers that rise",
                                  v->name);
        }
    }
    return 0;
}

/* at_most or at_least: a number, perhaps with a unit. */
static int read_limit(hc_study_optimize *o, const hc_value *optimize, hc_error *error)
{
    const hc_value *at_most = hc_value_get(optimize, "at_most");
    const hc_value *at_least = hc_value_get(optimize, "at_least");
    const hc_value *limit = at_most == NULL ? at_least : at_most;
    if ((at_most == NULL) == (at_least == NULL)) {
        return hc_value_error(optimize, error, "bisection needs at_most or at_least, one of them");
    }
    o->sense = limit == at_most ? HC_STUDY_LESS_IS_BETTER : HC_STUDY_MORE_IS_BETTER;
    o->limit = hc_design_number_of(hc_value_text(limit), NULL);
    return isnan(o->limit)
               ? hc_value_error(limit, error, "expected a number, got \"%s\"", hc_value_text(limit))
               : 0;
}

static int read_bisection(hc_study_definition *d, const hc_value *optimize, hc_error *error)
{
    const hc_value *name = hc_value_get(optimize, "variable");
    const hc_value *goal = hc_value_get(optimize, "goal");
    int status = read_limit(&d->optimize, optimize, error);
    d->optimize.is_least = goal == NULL || hc_value_choice(goal) == 0;
    if (name == NULL) {
        return hc_value_error(optimize, error, "bisection needs a variable");
    }
    d->optimize.variable = find_variable(d, hc_value_text(name));
    return check_searched(d, name, error) < 0 ? -1 : status;
}

static int read_halving(hc_study_definition *d, const hc_value *optimize, hc_error *error)
{
    const hc_value *first = hc_value_get(optimize, "first_repetitions");
    static const char *const OF_BISECTION[] = {"variable", "goal", "at_most", "at_least"};
    int status = 0;
    for (size_t i = 0; i < sizeof OF_BISECTION / sizeof OF_BISECTION[0]; i++) {
        const hc_value *value = hc_value_get(optimize, OF_BISECTION[i]);
        if (value != NULL) {
            status = hc_value_error(value, error, "belongs to bisection");
        }
    }
    d->optimize.first_repetitions = d->repetition_count < 2 ? d->repetition_count : 2;
    if (first != NULL) {
        d->optimize.first_repetitions = (uint32_t)hc_value_integer(first);
    }
    if (d->optimize.first_repetitions > d->repetition_count) {
        status = hc_value_error(first, error, "more than the %" PRIu32 " repetitions",
                                d->repetition_count);
    }
    if (d->optimize.output < d->output_count) {
        d->optimize.sense = hc_run_outputs[d->outputs[d->optimize.output]].sense;
        if (d->optimize.sense == HC_STUDY_NEUTRAL) {
            status = hc_value_error(hc_value_get(optimize, "output"), error,
                                    "neither more nor less of it is better");
        }
    }
    return status;
}

static int read_optimize(hc_study_definition *d, const hc_value *root, hc_error *error)
{
    const hc_value *optimize = hc_value_get(root, "optimize");
    int status = 0;
    if (optimize == NULL) {
        return 0;
    }
    d->optimize.method = hc_value_choice(hc_value_get(optimize, "method")) == 0
                             ? HC_SEARCH_BISECTION
                             : HC_SEARCH_HALVING;
    d->optimize.output = find_output(d, hc_value_get(optimize, "output"), error);
    status = d->optimize.output < d->output_count ? 0 : -1;
    if (d->stop.is_given) {
        status = hc_value_error(optimize, error, "repeats by itself; leave out `stop`");
    }
    if (d->optimize.method == HC_SEARCH_HALVING) {
        return read_halving(d, optimize, error) < 0 ? -1 : status;
    }
    if (d->sample_method != HC_SAMPLE_NONE) {
        status = hc_value_error(optimize, error, "a sample has no order to bisect");
    }
    return read_bisection(d, optimize, error) < 0 ? -1 : status;
}

static void read_sample(hc_study_definition *d, const hc_value *sample)
{
    if (sample != NULL) {
        d->sample_method =
            (hc_sample_method)(hc_value_choice(hc_value_get(sample, "method")) + HC_SAMPLE_SOBOL);
        d->sample_points = (size_t)hc_value_integer(hc_value_get(sample, "points"));
    }
}

/* All parts are looked at, so that all defects are told at once; what needs sound variables or outputs waits
 * for them. */
static int read_parts(hc_study_definition *d, hc_error *error)
{
    const hc_value *root = hc_scenario_root(d->file);
    const hc_value *sample = hc_value_get(root, "sample");
    int variables = 0;
    int outputs = 0;
    int status = 0;
    d->seed = (uint64_t)hc_value_integer(hc_value_get(root, "seed"));
    d->repetition_count = (uint32_t)hc_value_integer(hc_value_get(root, "repetitions"));
    d->has_independent_seeds =
        strcmp(hc_value_text(hc_value_get(root, "seeds")), SEEDS_INDEPENDENT) == 0;
    read_sample(d, sample);
    variables = read_variables(d, hc_value_get(root, "variables"), error);
    outputs = read_outputs(d, hc_value_get(root, "outputs"), error);
    if (sample != NULL && d->variable_count == 0) {
        status = hc_value_error(sample, error, "there is no variable to sample");
    }
    if (variables == 0 && read_constraint(d, hc_value_get(root, "constraint"), error) < 0) {
        status = -1;
    }
    if (outputs == 0 && read_stop(d, hc_value_get(root, "stop"), error) < 0) {
        status = -1;
    }
    if (variables == 0 && outputs == 0 && read_optimize(d, root, error) < 0) {
        status = -1;
    }
    return variables < 0 || outputs < 0 ? -1 : status;
}

/* Takes the file over. */
static int read_definition(hc_study_definition *out, const char *path, hc_error *error)
{
    const hc_value *name = hc_value_get(hc_scenario_root(out->file), "name");
    out->name = name == NULL ? name_of_file(path) : strdup(hc_value_text(name));
    out->scenario_path =
        hc_scenario_file(out->file, hc_value_get(hc_scenario_root(out->file), "scenario"));
    if (out->name == NULL || out->scenario_path == NULL) {
        (void)hc_error_memory(error);
    } else if (read_parts(out, error) == 0) {
        return 0;
    }
    hc_study_definition_close(out);
    return -1;
}

int hc_study_definition_read(hc_study_definition *out, const char *path, hc_error *error)
{
    *out = (hc_study_definition){.name = NULL};
    if (hc_scenario_read(&out->file, path, &hc_study_keys, 1, NULL, 0, error) < 0) {
        return -1;
    }
    return read_definition(out, path, error);
}

int hc_study_definition_parse(hc_study_definition *out, const char *name, const char *text,
                              size_t length, hc_error *error)
{
    *out = (hc_study_definition){.name = NULL};
    if (hc_scenario_parse(&out->file, name, text, length, &hc_study_keys, 1, NULL, 0, error) < 0) {
        return -1;
    }
    return read_definition(out, name, error);
}

void hc_study_definition_close(hc_study_definition *d)
{
    for (size_t i = 0; i < d->variable_count; i++) {
        hc_design_variable_free(&d->variables[i]);
    }
    free(d->variables);
    free(d->axes);
    free(d->outputs);
    free(d->name);
    free(d->scenario_path);
    hc_scenario_destroy(d->file);
    *d = (hc_study_definition){0};
}
