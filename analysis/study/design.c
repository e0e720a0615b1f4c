#include "analysis/study/design.h"

#include "analysis/study/expression.h"
#include "analysis/study/sample.h"
#include "sim/engine/random.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct hc_design {
    const hc_study_definition *definition;
    size_t candidate_count;
    size_t point_count;
    double *places; /* point x axis: the index of a value, or a share between from and to */
};

/* Combinations before the constraint may be more than points after it. */
static const double MAX_CANDIDATES = 1e7;
static const uint64_t SEED_MASK = (UINT64_C(1) << 53) - 1; /* what a scenario's seed may be */

static const double *place_of(const hc_design *d, size_t point)
{
    return d->places + point * d->definition->axis_count;
}

static size_t axis_of(const hc_study_definition *definition, size_t variable)
{
    size_t axis = 0;
    while (variable >=
           definition->axes[axis].first_variable + definition->axes[axis].variable_count) {
        axis++;
    }
    return axis;
}

static double number_at(const hc_study_definition *definition, size_t variable, double place)
{
    const hc_design_variable *v = &definition->variables[variable];
    char text[HC_DESIGN_NUMBER_SIZE + HC_STUDY_UNIT_LIMIT + 1];
    if (v->values != NULL) {
        return v->values[(size_t)place].number;
    }
    (void)hc_design_range_number(v, place, text);
    (void)memcpy(text + strlen(text), v->unit, strlen(v->unit) + 1);
    return hc_design_number_of(text, NULL);
}

/* What fills the places of candidates, one after the other. */
typedef struct candidates {
    const hc_study_definition *definition;
    hc_expression *constraint; /* NULL: none */
    double *sample;            /* NULL: all combinations */
    size_t count;
    double *place; /* of the candidate that is looked at */
} candidates;

static int count_combinations(candidates *c, hc_error *error)
{
    const hc_study_definition *d = c->definition;
    double product = 1;
    for (size_t i = 0; i < d->axis_count; i++) {
        product *= (double)d->axes[i].value_count;
    }
    if (product > MAX_CANDIDATES) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "%s: %.3g combinations; expected at most %.3g. A sample takes some",
                            d->name, product, MAX_CANDIDATES);
    }
    c->count = (size_t)product;
    return 0;
}

static int make_sample(candidates *c, hc_error *error)
{
    const hc_study_definition *d = c->definition;
    c->count = d->sample_points;
    c->sample = calloc(c->count * d->axis_count, sizeof *c->sample);
    if (c->sample == NULL) {
        return hc_error_memory(error);
    }
    if (d->sample_method == HC_SAMPLE_SOBOL) {
        return hc_sample_sobol(c->sample, c->count, d->axis_count, error);
    }
    return hc_sample_latin_hypercube(c->sample, c->count, d->axis_count, d->seed, error);
}

static int open_candidates(candidates *c, const hc_study_definition *d, hc_error *error)
{
    const char *names[HC_STUDY_VARIABLE_LIMIT];
    *c = (candidates){.definition = d};
    c->place = calloc(d->axis_count + 1, sizeof *c->place);
    if (c->place == NULL) {
        return hc_error_memory(error);
    }
    for (size_t i = 0; i < d->variable_count; i++) {
        names[i] = d->variables[i].name;
    }
    if (d->constraint != NULL &&
        hc_expression_create(&c->constraint, d->constraint, names, d->variable_count, error) < 0) {
        return -1;
    }
    return d->sample_method == HC_SAMPLE_NONE ? count_combinations(c, error)
                                              : make_sample(c, error);
}

static void close_candidates(candidates *c)
{
    hc_expression_destroy(c->constraint);
    free(c->sample);
    free(c->place);
}

static void find_place(candidates *c, size_t index)
{
    const hc_study_definition *d = c->definition;
    for (size_t i = d->axis_count; i-- > 0;) {
        size_t values = d->axes[i].value_count;
        if (c->sample == NULL) {
            c->place[i] = (double)(index % values);
            index /= values;
        } else {
            double share = c->sample[index * d->axis_count + i];
            c->place[i] = values == 0 ? share : floor(share * (double)values);
        }
    }
}

/* @return 1: the point belongs to the study, 0: the constraint refuses it, -1 with `error` set */
static int judge(candidates *c, size_t index, hc_error *error)
{
    const hc_study_definition *d = c->definition;
    double numbers[HC_STUDY_VARIABLE_LIMIT];
    double result = 0;
    hc_error found = HC_ERROR_NONE;
    find_place(c, index);
    if (c->constraint == NULL) {
        return 1;
    }
    for (size_t i = 0; i < d->variable_count; i++) {
        numbers[i] = number_at(d, i, c->place[axis_of(d, i)]);
    }
    if (hc_expression_evaluate(c->constraint, numbers, &result, &found) < 0) {
        return hc_error_set(error, HC_ERROR_USAGE, "%s: constraint %s: at candidate %zu: %s",
                            d->name, d->constraint, index, found.text);
    }
    return result != 0 ? 1 : 0;
}

static int keep(hc_design *d, const double *place, size_t *capacity, hc_error *error)
{
    size_t axis_count = d->definition->axis_count;
    if (d->point_count == HC_STUDY_POINT_LIMIT) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "%s: more than %d points; a sample takes some of them",
                            d->definition->name, HC_STUDY_POINT_LIMIT);
    }
    if (d->point_count == *capacity) {
        size_t larger = *capacity == 0 ? 64 : *capacity * 2;
        double *places = realloc(d->places, larger * (axis_count + 1) * sizeof *places);
        if (places == NULL) {
            return hc_error_memory(error);
        }
        d->places = places;
        *capacity = larger;
    }
    memcpy(d->places + d->point_count * axis_count, place, axis_count * sizeof *place);
    d->point_count++;
    return 0;
}

static int take_points(hc_design *d, candidates *c, hc_error *error)
{
    size_t capacity = 0;
    d->candidate_count = c->count;
    for (size_t i = 0; i < c->count; i++) {
        int verdict = judge(c, i, error);
        if (verdict < 0 || (verdict > 0 && keep(d, c->place, &capacity, error) < 0)) {
            return -1;
        }
    }
    if (d->point_count == 0) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "%s: no point is left: the constraint %s refuses all %zu",
                            d->definition->name, d->definition->constraint, c->count);
    }
    if (d->point_count * d->definition->repetition_count > HC_STUDY_RUN_LIMIT) {
        return hc_error_set(error, HC_ERROR_USAGE, "%s: %zu runs; expected at most %d",
                            d->definition->name, hc_design_run_count(d), HC_STUDY_RUN_LIMIT);
    }
    return 0;
}

int hc_design_create(hc_design **out, const hc_study_definition *definition, hc_error *error)
{
    hc_design *d = calloc(1, sizeof *d);
    candidates c = {.count = 0};
    int status = -1;
    if (d == NULL) {
        return hc_error_memory(error);
    }
    d->definition = definition;
    if (open_candidates(&c, definition, error) == 0) {
        status = take_points(d, &c, error);
    }
    close_candidates(&c);
    if (status < 0) {
        hc_design_destroy(d);
        return -1;
    }
    *out = d;
    return 0;
}

void hc_design_destroy(hc_design *design)
{
    if (design != NULL) {
        free(design->places);
        free(design);
    }
}

size_t hc_design_point_count(const hc_design *design)
{
    return design->point_count;
}

size_t hc_design_candidate_count(const hc_design *design)
{
    return design->candidate_count;
}

size_t hc_design_run_count(const hc_design *design)
{
    return design->point_count * design->definition->repetition_count;
}

double hc_design_number(const hc_design *d, size_t point, size_t variable)
{
    return number_at(d->definition, variable, place_of(d, point)[axis_of(d->definition, variable)]);
}

const char *hc_design_text(const hc_design *d, size_t point, size_t variable, char *room,
                           const char **unit)
{
    const hc_design_variable *v = &d->definition->variables[variable];
    double place = place_of(d, point)[axis_of(d->definition, variable)];
    *unit = "";
    if (v->values != NULL) {
        return v->values[(size_t)place].text;
    }
    *unit = v->unit;
    (void)hc_design_range_number(v, place, room);
    return room;
}

size_t hc_design_index(const hc_design *d, size_t point, size_t axis)
{
    return (size_t)place_of(d, point)[axis];
}

/* Common seeds are those of point 0 in a stream of another purpose, so that both kinds differ. */
uint64_t hc_design_seed(const hc_design *d, size_t point, uint32_t repetition)
{
    const hc_study_definition *s = d->definition;
    hc_random random =
        s->has_independent_seeds
            ? hc_random_stream(s->seed, (uint64_t)point << 32 | repetition, HC_RANDOM_RUN_SEED)
            : hc_random_stream(s->seed, repetition, HC_RANDOM_COMMON_SEED);
    return hc_random_bits(&random) & SEED_MASK;
}

char *hc_design_override(const hc_design *d, size_t point, size_t variable)
{
    const char *key = d->definition->variables[variable].key;
    char room[HC_DESIGN_NUMBER_SIZE];
    const char *unit = NULL;
    const char *text = hc_design_text(d, point, variable, room, &unit);
    size_t size = strlen(key) + strlen(text) + strlen(unit) + 2;
    char *line = malloc(size);
    if (line != NULL) {
        (void)snprintf(line, size, "%s=%s%s", key, text, unit);
    }
    return line;
}
