#include "sim/scenario/describe.h"

#include "sim/scenario/key_tree.h"
#include "sim/units.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

/* The bound as the base unit of its type counts it. */
static double in_base_units(const hc_key *key, double bound)
{
    return key->type == HC_KEY_DURATION ? bound * (double)HC_SECOND : bound;
}

/* The least and greatest value that the type itself can have; equal where a row can set no bounds. */
static double least_of_type(hc_key_type type)
{
    if (type == HC_KEY_REAL) {
        return -INFINITY;
    }
    return type == HC_KEY_INTEGER ? (double)INT64_MIN : 0;
}

static double greatest_of_type(hc_key_type type)
{
    switch (type) {
    case HC_KEY_REAL:
        return INFINITY;
    case HC_KEY_INTEGER:
    case HC_KEY_BYTES:
    case HC_KEY_BANDWIDTH:
    case HC_KEY_LIST:
        return (double)INT64_MAX;
    case HC_KEY_DURATION:
        return (double)HC_TIME_LIMIT;
    case HC_KEY_MAP:
    case HC_KEY_BOOLEAN:
    case HC_KEY_TEXT:
    case HC_KEY_PATH:
    case HC_KEY_CHOICE:
    case HC_KEY_INSTANT:
    default:
        return 0;
    }
}

static bool has_range(const hc_key *key)
{
    return greatest_of_type(key->type) > 0 && (key->minimum != 0 || key->maximum != 0);
}

static bool has_no_end(const hc_key *key)
{
    return key->type == HC_KEY_LIST && key->maximum == 0;
}

bool hc_describe_is_sound(const hc_key *key)
{
    double greatest = greatest_of_type(key->type);
    double minimum = in_base_units(key, key->minimum);
    double maximum = has_no_end(key) ? greatest : in_base_units(key, key->maximum);
    if (greatest == 0) {
        return minimum == 0 && maximum == 0;
    }
    return minimum <= maximum && minimum < greatest && maximum >= least_of_type(key->type);
}

bool hc_describe_has_minimum(const hc_key *key)
{
    return has_range(key) && in_base_units(key, key->minimum) > least_of_type(key->type);
}

bool hc_describe_has_maximum(const hc_key *key)
{
    return has_range(key) && !has_no_end(key) &&
           in_base_units(key, key->maximum) < greatest_of_type(key->type);
}

void hc_format_real(double value, char *out)
{
    for (int digits = 15; digits <= 17; digits++) {
        (void)snprintf(out, HC_REAL_TEXT_SIZE, "%.*g", digits, value);
        if (strtod(out, NULL) == value) {
            return;
        }
    }
}

static void write_bound(FILE *out, const hc_key *key, double bound)
{
    char text[HC_UNIT_TEXT_SIZE];
    double base = in_base_units(key, bound);
    if (key->type == HC_KEY_DURATION) {
        hc_format_duration_exact((hc_time)llround(base), text);
    } else if (key->type == HC_KEY_BYTES) {
        hc_format_bytes((int64_t)base, text);
    } else if (key->type == HC_KEY_BANDWIDTH) {
        hc_format_bandwidth((int64_t)base, text);
    } else if (key->type == HC_KEY_INTEGER) {
        (void)snprintf(text, sizeof text, "%" PRId64, (int64_t)base);
    } else {
        hc_format_real(base, text);
    }
    (void)fputs(text, out);
}

bool hc_describe_is_fixed(const hc_key *key)
{
    return key->type != HC_KEY_LIST && hc_describe_has_minimum(key) &&
           hc_describe_has_maximum(key) && key->minimum == key->maximum;
}

void hc_describe_range(FILE *out, const hc_key *key)
{
    bool has_minimum = hc_describe_has_minimum(key);
    bool has_maximum = hc_describe_has_maximum(key);
    bool is_list = key->type == HC_KEY_LIST;
    bool is_one_count = is_list && has_minimum && key->minimum == key->maximum;
    if (hc_describe_is_fixed(key)) {
        (void)fputc(' ', out);
        write_bound(out, key, key->minimum);
        return;
    }
    if (has_minimum) {
        (void)fputs(!has_maximum ? " of at least " : is_list ? " of " : " from ", out);
        write_bound(out, key, key->minimum);
    }
    if (has_maximum && !is_one_count) {
        (void)fputs(has_minimum ? " to " : " of at most ", out);
        write_bound(out, key, key->maximum);
    }
    if (is_list && (has_minimum || has_maximum)) {
        (void)fputs((has_maximum ? key->maximum : key->minimum) == 1 ? " item" : " items", out);
    }
}

static void write_choices(FILE *out, const char *choices)
{
    for (const char *choice = choices; choice != NULL; choice = hc_choice_next(choice)) {
        (void)fprintf(out, "%s%.*s", choice == choices ? "" : ", ", (int)hc_choice_length(choice),
                      choice);
    }
}

static const char *with_article(hc_key_type type)
{
    static const char *const WORDS[] = {
        [HC_KEY_MAP] = "a map",
        [HC_KEY_LIST] = "a list",
        [HC_KEY_BOOLEAN] = "true or false",
        [HC_KEY_INTEGER] = "a whole number",
        [HC_KEY_REAL] = "a number",
        [HC_KEY_TEXT] = "text of 1 to 4096 bytes without control characters",
        [HC_KEY_PATH] = "a path of 1 to 4096 bytes without control characters",
        [HC_KEY_CHOICE] = "one of ",
        [HC_KEY_DURATION] = "a duration",
        [HC_KEY_INSTANT] =
            "a date (2017-10-02), a date with time (2017-10-02 06:00:00) or a duration (14d)",
        [HC_KEY_BYTES] = "an amount of memory",
        [HC_KEY_BANDWIDTH] = "a bandwidth",
    };
    return WORDS[type];
}

void hc_describe_expected(FILE *out, const hc_key *key)
{
    if (hc_describe_is_fixed(key)) {
        write_bound(out, key, key->minimum);
        return;
    }
    (void)fputs(with_article(key->type), out);
    if (key->shorthand != NULL) {
        (void)fprintf(out, " or its %s alone", key->shorthand);
    } else if (key->type == HC_KEY_CHOICE) {
        write_choices(out, key->choices);
    } else if (hc_describe_has_minimum(key) || hc_describe_has_maximum(key)) {
        hc_describe_range(out, key);
    } else if (key->type == HC_KEY_DURATION) {
        (void)fputs(" such as 90s, 15min or 2h30min", out);
    } else if (key->type == HC_KEY_BYTES) {
        (void)fputs(" such as 512MiB or 80GiB", out);
    } else if (key->type == HC_KEY_BANDWIDTH) {
        (void)fputs(" such as 400Gbps or 50GB/s", out);
    }
}

void hc_describe_allowed(FILE *out, const hc_key *key)
{
    static const char *const WORDS[] = {
        [HC_KEY_MAP] = "map",
        [HC_KEY_LIST] = "list",
        [HC_KEY_BOOLEAN] = "true or false",
        [HC_KEY_INTEGER] = "whole number",
        [HC_KEY_REAL] = "number",
        [HC_KEY_TEXT] = "text",
        [HC_KEY_PATH] = "path",
        [HC_KEY_CHOICE] = "one of ",
        [HC_KEY_DURATION] = "duration",
        [HC_KEY_INSTANT] = "date or duration",
        [HC_KEY_BYTES] = "memory",
        [HC_KEY_BANDWIDTH] = "bandwidth",
    };
    (void)fputs(WORDS[key->type], out);
    if (key->shorthand != NULL) {
        (void)fprintf(out, ", or its %s alone", key->shorthand);
    }
    if (key->same_as != NULL) {
        (void)fprintf(out, " with the keys of %s", key->same_as);
    }
    if (key->type == HC_KEY_CHOICE) {
        write_choices(out, key->choices);
    }
    hc_describe_range(out, key);
    if (key->unit != NULL) {
        (void)fprintf(out, " (%s)", key->unit);
    }
}

void hc_describe_facts(FILE *out, const hc_key *key)
{
    hc_describe_allowed(out, key);
    if (key->is_required) {
        (void)fputs("; required", out);
    } else if (key->fallback != NULL) {
        (void)fprintf(out, "; default %s", key->fallback);
    }
}
