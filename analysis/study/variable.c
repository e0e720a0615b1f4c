#include "analysis/study/variable.h"

#include "analysis/study/definition.h"
#include "sim/units.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIGNIFICANT_DIGITS = 15 };

/* A step of 0.1 reaches 0.7, although 7 x 0.1 is a little more. */
static const double STEP_TOLERANCE = 1e-9;
static const double MAX_WHOLE = 1e15;

double hc_design_number_of(const char *text, const char **unit)
{
    hc_time duration = 0;
    int64_t bytes = 0;
    char *end = NULL;
    double number = strtod(text, &end);
    const char *found = "";
    if (end == text || *end != '\0' || !isfinite(number)) {
        if (hc_parse_duration(text, &duration) == 0) {
            number = (double)duration / (double)HC_SECOND;
            found = "s";
        } else if (hc_parse_bytes(text, &bytes) == 0) {
            number = (double)bytes;
            found = "B";
        } else if (hc_parse_bandwidth(text, &bytes) == 0) {
            number = (double)bytes;
            found = "B/s";
        } else {
            number = NAN;
            found = NULL;
        }
    }
    if (unit != NULL) {
        *unit = found;
    }
    return number;
}

/* Whole numbers of scenarios have no exponent. */
static void write_number(const hc_design_variable *v, long double value, char *text)
{
    double bounded = fmin(fmax((double)value, v->from), v->to);
    double number = (v->is_whole ? round(bounded) : bounded) + 0.0; /* no -0 */
    if (v->is_whole) {
        (void)snprintf(text, HC_DESIGN_NUMBER_SIZE, "%.0f", number);
    } else {
        (void)snprintf(text, HC_DESIGN_NUMBER_SIZE, "%.*g", SIGNIFICANT_DIGITS, number);
    }
}

/* -0.3 + 3 x 0.1 is 0: a number is as fine as the digits of the greatest one in its range. */
static long double round_in_range(const hc_design_variable *v, long double value)
{
    long double greatest = fmax(fabs(v->from), fabs(v->to));
    long double scale = powl(10, SIGNIFICANT_DIGITS - 1 - floorl(log10l(greatest)));
    return isfinite(scale) && scale > 0 ? roundl(value * scale) / scale : value;
}

/* In long double and then to decimal digits: the decades of 1 .. 1000 are exact. */
static void write_share(const hc_design_variable *v, long double share, char *text)
{
    long double from = v->from;
    long double to = v->to;
    write_number(v,
                 v->is_logarithmic ? from * powl(to / from, share)
                                   : round_in_range(v, from + (to - from) * share),
                 text);
}

double hc_design_range_number(const hc_design_variable *v, double share, char *text)
{
    write_share(v, share, text);
    return strtod(text, NULL);
}

static bool is_twice(const hc_design_variable *v, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (strcmp(v->values[i].text, v->values[index].text) == 0) {
            return true;
        }
    }
    return false;
}

static int read_list(hc_design_variable *v, const hc_value *values, hc_error *error)
{
    int status = 0;
    v->value_count = hc_value_count(values);
    v->values = calloc(v->value_count, sizeof *v->values);
    if (v->values == NULL) {
        return hc_error_memory(error);
    }
    for (size_t i = 0; i < v->value_count; i++) {
        const char *text = hc_value_text(hc_value_at(values, i));
        v->values[i] = (hc_design_value){text, hc_design_number_of(text, NULL)};
        if (is_twice(v, i)) {
            status = hc_value_error(hc_value_at(values, i), error, "given twice");
        }
    }
    return status;
}

/* Rounding to whole numbers may give one twice; it is kept once. */
static int make_values(hc_design_variable *v, size_t count, double step, hc_error *error)
{
    size_t room = HC_DESIGN_NUMBER_SIZE + strlen(v->unit);
    const char *last = "";
    v->values = calloc(count, sizeof *v->values);
    v->made_texts = calloc(count, room);
    if (v->values == NULL || v->made_texts == NULL) {
        return hc_error_memory(error);
    }
    for (size_t i = 0; i < count; i++) {
        char *text = v->made_texts + v->value_count * room;
        if (step > 0) {
            write_number(v, round_in_range(v, v->from + (long double)i * step), text);
        } else {
            write_share(v, (long double)i / (long double)(count - 1), text);
        }
        (void)memcpy(text + strlen(text), v->unit, strlen(v->unit) + 1);
        if (strcmp(last, text) != 0) {
            v->values[v->value_count++] = (hc_design_value){text, hc_design_number_of(text, NULL)};
            last = text;
        }
    }
    return 0;
}

static int check_bounds(const hc_design_variable *v, const hc_value *map, hc_error *error)
{
    const hc_value *from = hc_value_get(map, "from");
    int status = 0;
    if (!(v->from < v->to)) {
        status = hc_value_error(from, error, "must be less than `to`");
    }
    if (v->is_logarithmic && v->from <= 0) {
        status = hc_value_error(from, error, "a log scale begins above 0");
    }
    if (v->is_whole && (v->from != round(v->from) || v->to != round(v->to) ||
                        fmax(fabs(v->from), fabs(v->to)) > MAX_WHOLE)) {
        status = hc_value_error(from, error, "with `whole`, from and to are whole numbers");
    }
    return status;
}

/* @return how many values, 0 with a message when there can be none. */
static size_t count_range(const hc_design_variable *v, const hc_value *map, bool may_be_continuous,
                          hc_error *error)
{
    const hc_value *step = hc_value_get(map, "step");
    const hc_value *count = hc_value_get(map, "count");
    double steps = 0;
    if (count != NULL && step == NULL) {
        return (size_t)hc_value_integer(count);
    }
    if (step == NULL || count != NULL) {
        (void)(step == NULL && may_be_continuous
                   ? 0
                   : hc_value_error(map, error, "a range needs step or count, one of the two"));
        return 0;
    }
    if (v->is_logarithmic) {
        (void)hc_value_error(step, error, "a log scale has a count, no step");
        return 0;
    }
    steps = floor((v->to - v->from) / hc_value_real(step) + STEP_TOLERANCE) + 1;
    if (!(steps >= 1 && steps <= HC_STUDY_VALUE_LIMIT && hc_value_real(step) > 0)) {
        (void)hc_value_error(step, error, "expected a step above 0 and at most %d values",
                             HC_STUDY_VALUE_LIMIT);
        return 0;
    }
    return (size_t)steps;
}

static int read_range(hc_design_variable *v, const hc_value *map, bool may_be_continuous,
                      hc_error *error)
{
    const hc_value *scale = hc_value_get(map, "scale");
    const hc_value *whole = hc_value_get(map, "whole");
    const hc_value *step = hc_value_get(map, "step");
    size_t before = error->count;
    size_t count = 0;
    v->is_range = true;
    v->from = hc_value_real(hc_value_get(map, "from"));
    v->to = hc_value_real(hc_value_get(map, "to"));
    v->is_logarithmic = scale != NULL && hc_value_choice(scale) == 1;
    v->is_whole = whole != NULL && hc_value_boolean(whole);
    if (check_bounds(v, map, error) < 0) {
        return -1;
    }
    count = count_range(v, map, may_be_continuous, error);
    if (error->count > before) {
        return -1;
    }
    return count == 0 ? 0 : make_values(v, count, step == NULL ? 0 : hc_value_real(step), error);
}

static int read_values(hc_design_variable *v, const hc_value *map, bool may_be_continuous,
                       hc_error *error)
{
    static const char *const OF_RANGES[] = {"step", "count", "scale", "whole", "unit"};
    const hc_value *values = hc_value_get(map, "values");
    bool has_from = hc_value_get(map, "from") != NULL;
    bool has_to = hc_value_get(map, "to") != NULL;
    int status = 0;
    if (values == NULL && has_from && has_to) {
        return read_range(v, map, may_be_continuous, error);
    }
    if (values == NULL || has_from || has_to) {
        return hc_value_error(map, error, "give values, or from and to");
    }
    for (size_t i = 0; i < sizeof OF_RANGES / sizeof OF_RANGES[0]; i++) {
        if (hc_value_get(map, OF_RANGES[i]) != NULL) {
            status = hc_value_error(hc_value_get(map, OF_RANGES[i]), error,
                                    "belongs to a range, not to a list of values");
        }
    }
    return read_list(v, values, error) < 0 ? -1 : status;
}

static bool is_identifier(const char *name)
{
    size_t length = strlen(name);
    bool is_sound =
        length > 0 && length <= HC_STUDY_NAME_BYTES && isdigit((unsigned char)*name) == 0;
    for (size_t i = 0; i < length && is_sound; i++) {
        is_sound =
            name[i] == '_' || (isalnum((unsigned char)name[i]) != 0 && (name[i] & 0x80) == 0);
    }
    return is_sound;
}

static int read_names(hc_design_variable *v, const hc_value *map, hc_error *error)
{
    const hc_value *name = hc_value_get(map, "name");
    const hc_value *key = hc_value_get(map, "key");
    const hc_value *unit = hc_value_get(map, "unit");
    int status = 0;
    v->name = name == NULL ? "" : hc_value_text(name);
    v->key = key == NULL ? "" : hc_value_text(key);
    v->unit = unit == NULL ? "" : hc_value_text(unit);
    if (name == NULL || key == NULL) {
        return hc_value_error(map, error, "a variable needs a name and a key");
    }
    if (strlen(v->unit) > HC_STUDY_UNIT_LIMIT) {
        status = hc_value_error(unit, error, "expected at most %d bytes", HC_STUDY_UNIT_LIMIT);
    }
    if (!is_identifier(v->name)) {
        status = hc_value_error(name, error,
                                "expected at most %d letters, digits and _, no digit first, "
                                "got \"%s\"",
                                HC_STUDY_NAME_BYTES, v->name);
    }
    if (strchr(v->key, '=') != NULL) {
        status = hc_value_error(key, error, "expected the path of a key, without =");
    }
    if (strcmp(v->key, "seed") == 0) {
        status = hc_value_error(key, error, "the study gives each run its seed; see repetitions");
    }
    return status;
}

int hc_design_variable_read(hc_design_variable *out, const hc_value *map, bool may_be_continuous,
                            hc_error *error)
{
    int names = 0;
    int values = 0;
    *out = (hc_design_variable){.name = "", .key = "", .unit = "", .place = map};
    names = read_names(out, map, error);
    values = read_values(out, map, may_be_continuous, error);
    return names < 0 || values < 0 ? -1 : 0;
}

void hc_design_variable_free(hc_design_variable *variable)
{
    free(variable->values);
    free(variable->made_texts);
    *variable = (hc_design_variable){0};
}

const char *hc_design_variable_unit(const hc_design_variable *v)
{
    char text[HC_DESIGN_NUMBER_SIZE + HC_STUDY_UNIT_LIMIT + 1];
    const char *unit = NULL;
    if (v->values == NULL) {
        (void)snprintf(text, sizeof text, "1%s", v->unit);
        (void)hc_design_number_of(text, &unit);
        return unit;
    }
    (void)hc_design_number_of(v->values[0].text, &unit);
    for (size_t i = 1; i < v->value_count && unit != NULL; i++) {
        const char *other = NULL;
        (void)hc_design_number_of(v->values[i].text, &other);
        unit = other != NULL && strcmp(unit, other) == 0 ? unit : NULL;
    }
    return unit;
}
