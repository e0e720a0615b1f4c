#include "sim/scenario/scalar.h"

#include "sim/civil_time.h"
#include "sim/scenario/describe.h"
#include "sim/scenario/suggest.h"
#include "sim/scenario/utf8.h"
#include "sim/units.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_TEXT_BYTES = 4096,
    MAX_PERCENT_DIGITS = 64,
    FOUND_COLUMNS = 60, /* of a value in a message */
};

static bool is_one_of(const char *text, const char *const words[3])
{
    return strcmp(text, words[0]) == 0 || strcmp(text, words[1]) == 0 ||
           strcmp(text, words[2]) == 0;
}

static bool read_boolean(const char *text, bool *out)
{
    static const char *const TRUE[] = {"true", "True", "TRUE"};
    static const char *const FALSE[] = {"false", "False", "FALSE"};
    *out = is_one_of(text, TRUE);
    return *out || is_one_of(text, FALSE);
}

/* Length of the number at the start of a text: sign, digits, point, digits, and an exponent if allowed. */
static size_t number_length(const char *text, bool with_exponent)
{
    size_t sign = text[0] == '-' || text[0] == '+' ? 1 : 0;
    size_t whole = strspn(text + sign, "0123456789");
    size_t length = sign + whole;
    size_t digits = whole;
    if (text[length] == '.') {
        size_t fraction = strspn(text + length + 1, "0123456789");
        digits += fraction;
        length += fraction + 1;
    }
    if (digits == 0) {
        return 0;
    }
    if (with_exponent && (text[length] == 'e' || text[length] == 'E')) {
        size_t exponent = length + 1;
        exponent += text[exponent] == '-' || text[exponent] == '+' ? 1 : 0;
        whole = strspn(text + exponent, "0123456789");
        length = whole == 0 ? length : exponent + whole;
    }
    return length;
}

static bool is_number(const char *text)
{
    size_t length = number_length(text, true);
    return length > 0 && text[length] == '\0';
}

static bool is_whole_number(const char *text)
{
    size_t sign = text[0] == '-' || text[0] == '+' ? 1 : 0;
    size_t digits = strspn(text + sign, "0123456789");
    return digits > 0 && text[sign + digits] == '\0';
}

/* "5 %" is 5e-2, not 5 / 100: the quotient of the rounded number may be another double. */
static bool read_percentage(const char *text, double *out)
{
    char number[MAX_PERCENT_DIGITS + 4];
    size_t length = number_length(text, false);
    const char *rest = text + length + strspn(text + length, " ");
    if (length == 0 || length > MAX_PERCENT_DIGITS || strcmp(rest, "%") != 0) {
        return false;
    }
    memcpy(number, text, length);
    memcpy(number + length, "e-2", 4);
    *out = strtod(number, NULL);
    return true;
}

static bool read_real(const hc_yaml_node *node, double *out)
{
    if (read_percentage(node->text, out)) {
        return true;
    }
    if (node->is_quoted || !is_number(node->text)) {
        return false;
    }
    *out = strtod(node->text, NULL);
    return isfinite(*out);
}

static bool read_integer(const hc_yaml_node *node, int64_t *out)
{
    return !node->is_quoted && is_whole_number(node->text) &&
           hc_parse_scaled(node->text, node->length, 0, out) == 0;
}

/* Controls in raw form were refused when the file was read; these stand as escapes in double quotes. */
static bool read_text(const hc_yaml_node *node, const char **out)
{
    uint32_t code = 0;
    if (node->length == 0 || node->length > MAX_TEXT_BYTES) {
        return false;
    }
    for (size_t i = 0; i < node->length;) {
        i += hc_utf8_decode(node->text + i, node->length - i, &code);
        if (hc_utf8_is_control(code)) {
            return false;
        }
    }
    *out = node->text;
    return true;
}

static bool read_choice(const hc_key *key, const hc_yaml_node *node, hc_value *value)
{
    size_t index = 0;
    for (const char *choice = key->choices; choice != NULL; choice = hc_choice_next(choice)) {
        size_t length = hc_choice_length(choice);
        if (length == node->length && memcmp(choice, node->text, length) == 0) {
            value->as.text.characters = node->text;
            value->as.text.choice = index;
            return true;
        }
        index++;
    }
    return false;
}

/* An offset from UTC may carry a date out of the years that can be written again. */
static bool read_instant(const hc_yaml_node *node, hc_value *value)
{
    hc_time time = 0;
    if (hc_parse_civil(node->text, node->length, &time) == 0) {
        hc_civil civil = hc_civil_from_time(time);
        value->as.instant.is_civil = true;
        return hc_civil_to_time(&civil, &value->as.instant.time) == 0;
    }
    value->as.instant.is_civil = false;
    return hc_parse_duration(node->text, &value->as.instant.time) == 0;
}

/* long double holds every int64 exactly, so that bounds near 2^63 are exact too. */
static bool is_in_range(const hc_key *key, long double number)
{
    return (!hc_describe_has_minimum(key) || number >= (long double)key->minimum) &&
           (!hc_describe_has_maximum(key) || number <= (long double)key->maximum);
}

static bool read_any(hc_value *value, const hc_yaml_node *node)
{
    const hc_key *key = value->key->key;
    switch (key->type) {
    case HC_KEY_BOOLEAN:
        return !node->is_quoted && read_boolean(node->text, &value->as.boolean);
    case HC_KEY_INTEGER:
        return read_integer(node, &value->as.integer) && is_in_range(key, value->as.integer);
    case HC_KEY_REAL:
        return read_real(node, &value->as.real) && is_in_range(key, value->as.real);
    case HC_KEY_TEXT:
    case HC_KEY_PATH:
        return read_text(node, &value->as.text.characters);
    case HC_KEY_CHOICE:
        return read_choice(key, node, value);
    case HC_KEY_DURATION: /* compared as doubles: 1 ms over 10^9 is exactly the double 0.001 */
        return hc_parse_duration(node->text, &value->as.instant.time) == 0 &&
               is_in_range(key, (double)value->as.instant.time / (double)HC_SECOND);
    case HC_KEY_INSTANT:
        return read_instant(node, value);
    case HC_KEY_BYTES:
        return hc_parse_bytes(node->text, &value->as.integer) == 0 &&
               is_in_range(key, value->as.integer);
    case HC_KEY_BANDWIDTH:
        return hc_parse_bandwidth(node->text, &value->as.integer) == 0 &&
               is_in_range(key, value->as.integer);
    case HC_KEY_MAP:
    case HC_KEY_LIST:
    default:
        return false;
    }
}

bool hc_scalar_read(hc_value *value, const hc_yaml_node *node)
{
    return node->kind == HC_YAML_SCALAR && !hc_yaml_is_null(node) && read_any(value, node);
}

void hc_scalar_write_found(FILE *out, const hc_yaml_node *node)
{
    bool ignored = false;
    bool is_like_bare = is_number(node->text) || read_boolean(node->text, &ignored);
    if (node->kind != HC_YAML_SCALAR) {
        (void)fputs(node->kind == HC_YAML_MAP ? "a map" : "a list", out);
        return;
    }
    if (is_like_bare && node->is_quoted) {
        (void)fputs("the text ", out);
    }
    (void)fputs(is_like_bare && !node->is_quoted ? "" : "\"", out);
    hc_utf8_show(out, node->text, node->length, FOUND_COLUMNS);
    (void)fputs(is_like_bare && !node->is_quoted ? "" : "\"", out);
}

/* Whether a number would suit the row with a unit behind it. */
static bool suits_with_unit(const hc_key *key, const char *number, const char *unit)
{
    char text[FOUND_COLUMNS];
    int64_t amount = 0;
    (void)snprintf(text, sizeof text, "%s%s", number, unit);
    if (key->type == HC_KEY_BYTES) {
        return hc_parse_bytes(text, &amount) == 0 && is_in_range(key, amount);
    }
    if (key->type == HC_KEY_BANDWIDTH) {
        return hc_parse_bandwidth(text, &amount) == 0 && is_in_range(key, amount);
    }
    return hc_parse_duration(text, &amount) == 0 &&
           (key->type == HC_KEY_INSTANT || is_in_range(key, (double)amount / (double)HC_SECOND));
}

/* In the order in which they are offered. */
static const char *const *units_of(hc_key_type type)
{
    static const char *const TIMES[] = {"min", "h", "s", "d", "ms", "us", "ns", NULL};
    static const char *const DAYS[] = {"d", "h", NULL};
    static const char *const AMOUNTS[] = {"GiB", "GB", "MiB", "TiB", "KiB", "B", NULL};
    static const char *const BANDWIDTHS[] = {"Gbps", "GB/s", "Mbps", "MB/s",
                                             "Tbps", "TB/s", "B/s",  NULL};
    return type == HC_KEY_BYTES       ? AMOUNTS
           : type == HC_KEY_BANDWIDTH ? BANDWIDTHS
           : type == HC_KEY_INSTANT   ? DAYS
                                      : TIMES;
}

/* "30 has no unit; write 30min or 30h", with the first two units that suit. @return false when none does. */
static bool complain_of_unit(FILE *out, const hc_key *key, const hc_yaml_node *node)
{
    const char *const *units = units_of(key->type);
    const char *found[2] = {NULL, NULL};
    size_t count = 0;
    if (!is_number(node->text) || node->length >= FOUND_COLUMNS - 4) {
        return false;
    }
    for (; *units != NULL && count < 2; units++) {
        if (suits_with_unit(key, node->text, *units)) {
            found[count++] = *units;
        }
    }
    if (count == 0) {
        return false;
    }
    (void)fprintf(out, "%s has no unit; write %s%s", node->text, node->text, found[0]);
    if (count == 2) {
        (void)fprintf(out, " or %s%s", node->text, found[1]);
    }
    return true;
}

static bool has_unit(hc_key_type type)
{
    return type == HC_KEY_DURATION || type == HC_KEY_BYTES || type == HC_KEY_BANDWIDTH ||
           type == HC_KEY_INSTANT;
}

static void advise_choice(FILE *out, const hc_key *key, const hc_yaml_node *node)
{
    const char *choice = hc_suggest_choice(key->choices, node->text, node->length);
    if (choice != NULL) {
        (void)fprintf(out, "; did you mean \"%.*s\"?", (int)hc_choice_length(choice), choice);
    }
}

static void advise_boolean(FILE *out, const hc_yaml_node *node)
{
    bool ignored = false;
    if (read_boolean(node->text, &ignored)) {
        (void)fputs("; write it without quotes", out);
    }
}

/* "1e6" and "8.0" are whole numbers to people, and to nobody else. */
static void advise_number(FILE *out, const hc_key *key, const hc_yaml_node *node)
{
    int64_t whole = 0;
    bool is_whole = hc_parse_scaled(node->text, node->length, 0, &whole) == 0;
    if (!is_number(node->text)) {
        return;
    }
    if (key->type == HC_KEY_INTEGER && is_whole && !is_whole_number(node->text) &&
        is_in_range(key, whole)) {
        (void)fprintf(out, "; write %" PRId64, whole);
    } else if (node->is_quoted) {
        (void)fputs("; write it without quotes", out);
    } else if (!hc_describe_has_minimum(key) && !hc_describe_has_maximum(key) &&
               (key->type == HC_KEY_REAL || is_whole_number(node->text))) {
        (void)fputs(", which is too large", out);
    }
}

/* What to write instead, behind "expected ..., got ...". */
static void advise(FILE *out, const hc_key *key, const hc_yaml_node *node)
{
    if (key->type == HC_KEY_CHOICE) {
        advise_choice(out, key, node);
    } else if (key->type == HC_KEY_BOOLEAN) {
        advise_boolean(out, node);
    } else if (key->type == HC_KEY_INTEGER || key->type == HC_KEY_REAL) {
        advise_number(out, key, node);
    }
}

void hc_scalar_complain(FILE *out, const hc_key *key, const hc_yaml_node *node)
{
    if (hc_yaml_is_null(node)) {
        (void)fputs("no value; expected ", out);
        hc_describe_expected(out, key);
        return;
    }
    if (node->kind == HC_YAML_SCALAR && has_unit(key->type) && complain_of_unit(out, key, node)) {
        return;
    }
    (void)fputs("expected ", out);
    hc_describe_expected(out, key);
    (void)fputs(", got ", out);
    hc_scalar_write_found(out, node);
    if (node->kind == HC_YAML_SCALAR) {
        advise(out, key, node);
    }
}
