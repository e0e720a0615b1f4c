#include "cli/study_values.h"

#include <stdlib.h>

enum { MAX_LOOKS = 1000 }; /* a look takes about a millisecond */

/* What is known of a value of an axis. */
typedef struct verdict {
    bool is_accepted; /* somewhere */
    bool is_refused;  /* somewhere */
    size_t point;     /* the last one that refused it */
} verdict;

typedef struct verdicts {
    const hc_study_setup *setup;
    verdict *items;
    size_t firsts[HC_STUDY_VARIABLE_LIMIT]; /* of each axis */
    size_t looks;
} verdicts;

/* Of an axis at a point; NULL where any number between two may stand. */
static verdict *verdict_at(const verdicts *v, size_t point, size_t axis)
{
    return v->setup->definition.axes[axis].value_count == 0
               ? NULL
               : &v->items[v->firsts[axis] + hc_design_index(v->setup->design, point, axis)];
}

static bool is_worth_a_look(const verdicts *v, size_t point)
{
    for (size_t axis = 0; axis < v->setup->definition.axis_count; axis++) {
        const verdict *known = verdict_at(v, point, axis);
        if (known != NULL && !known->is_accepted) {
            return true;
        }
    }
    return false;
}

static void look_at(verdicts *v, size_t point)
{
    hc_error ignored = HC_ERROR_NONE;
    bool is_accepted = hc_study_point_check(v->setup, point, &ignored) == 0;
    for (size_t axis = 0; axis < v->setup->definition.axis_count; axis++) {
        verdict *known = verdict_at(v, point, axis);
        if (known != NULL && is_accepted) {
            known->is_accepted = true;
        } else if (known != NULL) {
            known->is_refused = true;
            known->point = point;
        }
    }
    v->looks++;
}

/* Where the value stands: in the list of the first variable of its axis, or where the range does. */
static const hc_value *place_of(const hc_study_setup *setup, size_t axis, size_t index)
{
    const hc_value *variable =
        setup->definition.variables[setup->definition.axes[axis].first_variable].place;
    const hc_value *values = hc_value_get(variable, "values");
    return values == NULL ? variable : hc_value_at(values, index);
}

static int blame(const verdicts *v, hc_error *error)
{
    int status = 0;
    for (size_t axis = 0; axis < v->setup->definition.axis_count; axis++) {
        for (size_t i = 0; i < v->setup->definition.axes[axis].value_count; i++) {
            const verdict *known = &v->items[v->firsts[axis] + i];
            hc_error found = HC_ERROR_NONE;
            if (known->is_refused && !known->is_accepted &&
                hc_study_point_check(v->setup, known->point, &found) < 0) {
                status = hc_value_error(place_of(v->setup, axis, i), error, "%s", found.text);
            }
        }
    }
    return status;
}

int hc_study_values_check(const hc_study_setup *setup, hc_error *error)
{
    const hc_study_definition *d = &setup->definition;
    size_t point_count = hc_design_point_count(setup->design);
    verdicts v = {.setup = setup};
    size_t value_count = 0;
    int status = 0;
    for (size_t axis = 0; axis < d->axis_count; axis++) {
        v.firsts[axis] = value_count;
        value_count += d->axes[axis].value_count;
    }
    v.items = calloc(value_count + 1, sizeof *v.items);
    if (v.items == NULL) {
        return hc_error_memory(error);
    }
    for (size_t point = 0; point < point_count && v.looks < MAX_LOOKS; point++) {
        if (is_worth_a_look(&v, point)) {
            look_at(&v, point);
        }
    }
    if (v.looks < MAX_LOOKS) {
        status = blame(&v, error);
    }
    free(v.items);
    return status;
}
