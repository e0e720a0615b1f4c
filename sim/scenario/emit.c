#include "sim/scenario/emit.h"

#include "sim/civil_time.h"
#include "sim/scenario/describe.h"
#include "sim/units.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

enum { INDENT = 2 };

static void emit_map(FILE *out, const hc_value *map, int indent, bool is_item);

/* Nine digits behind the point, without the zeros at their end. */
static void emit_fraction(FILE *out, int64_t nanosecond)
{
    int width = 9;
    while (nanosecond % 10 == 0) {
        nanosecond /= 10;
        width--;
    }
    (void)fprintf(out, ".%0*" PRId64, width, nanosecond);
}

static void emit_civil(FILE *out, hc_time time)
{
    char text[HC_CIVIL_TEXT_SIZE];
    hc_civil civil = hc_civil_from_time(time);
    bool is_date = time % HC_DAY == 0;
    if (is_date) {
        hc_format_date(time, text);
    } else {
        hc_format_civil(time, text);
    }
    (void)fputs(text, out);
    if (civil.nanosecond != 0) {
        emit_fraction(out, civil.nanosecond);
    }
}

static void emit_duration(FILE *out, hc_time duration)
{
    char text[HC_UNIT_TEXT_SIZE];
    hc_format_duration_exact(duration, text);
    (void)fputs(text, out);
}

static void emit_bytes(FILE *out, int64_t bytes)
{
    char text[HC_UNIT_TEXT_SIZE];
    hc_format_bytes(bytes, text);
    (void)fputs(text, out);
}

static void emit_bandwidth(FILE *out, int64_t bytes_per_second)
{
    char text[HC_UNIT_TEXT_SIZE];
    hc_format_bandwidth(bytes_per_second, text);
    (void)fputs(text, out);
}

static void emit_real(FILE *out, double value)
{
    char text[HC_REAL_TEXT_SIZE];
    hc_format_real(value, text);
    (void)fputs(text, out);
}

void hc_emit_scalar(FILE *out, const hc_value *scalar)
{
    switch (scalar->key->key->type) {
    case HC_KEY_BOOLEAN:
        (void)fputs(scalar->as.boolean ? "true" : "false", out);
        break;
    case HC_KEY_INTEGER:
        (void)fprintf(out, "%" PRId64, scalar->as.integer);
        break;
    case HC_KEY_REAL:
        emit_real(out, scalar->as.real);
        break;
    case HC_KEY_DURATION:
        emit_duration(out, scalar->as.instant.time);
        break;
    case HC_KEY_INSTANT:
        (scalar->as.instant.is_civil ? emit_civil : emit_duration)(out, scalar->as.instant.time);
        break;
    case HC_KEY_BYTES:
        emit_bytes(out, scalar->as.integer);
        break;
    case HC_KEY_BANDWIDTH:
        emit_bandwidth(out, scalar->as.integer);
        break;
    case HC_KEY_TEXT:
    case HC_KEY_PATH:
    case HC_KEY_CHOICE:
        (void)fputs(scalar->as.text.characters, out);
        break;
    case HC_KEY_MAP:
    case HC_KEY_LIST:
    default:
        break;
    }
}

void hc_emit_escaped(FILE *out, const char *text)
{
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '"' || *c == '\\') {
            (void)fputc('\\', out);
        }
        (void)fputc(*c, out);
    }
}

void hc_emit_quoted(FILE *out, const char *text)
{
    (void)fputc('"', out);
    hc_emit_escaped(out, text);
    (void)fputc('"', out);
}

/* Words that some version of YAML takes for null or a boolean. */
static bool is_reserved(const char *text)
{
    static const char *const WORDS[] = {"null", "true", "false", "yes", "no",
                                        "on",   "off",  "y",     "n"};
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++) {
        if (strcasecmp(text, WORDS[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Plain text begins with a letter or a slash, which no number and no date does, and has no sign that means
 * something to YAML. */
static bool is_plain(const char *text)
{
    static const char LETTERS[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    static const char OTHERS[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                 "/._-+";
    return (text[0] == '/' || strchr(LETTERS, text[0]) != NULL) &&
           text[strspn(text, OTHERS)] == '\0' && !is_reserved(text);
}

static bool is_text(hc_key_type type)
{
    return type == HC_KEY_TEXT || type == HC_KEY_PATH || type == HC_KEY_CHOICE;
}

/* Whether a value must be written: it says something that reading would not add by itself. */
static bool has_content(const hc_value *value)
{
    const hc_key *key = value->key->key;
    if (key->type != HC_KEY_MAP || key->is_required || !hc_key_is_made(value->key)) {
        return true;
    }
    for (size_t i = 0; i < value->as.list.count; i++) {
        if (value->as.list.items[i] != NULL && has_content(value->as.list.items[i])) {
            return true;
        }
    }
    return false;
}

/* Writes a value behind "key:" or "-". Maps and lists begin on the next line, except the map of an item. */
static void emit_value(FILE *out, const hc_value *value, int indent, bool is_item)
{
    hc_key_type type = value->key->key->type;
    if (type == HC_KEY_MAP) {
        emit_map(out, value, indent, is_item);
    } else if (type == HC_KEY_LIST && value->as.list.count == 0) {
        (void)fputs(" []\n", out);
    } else if (type == HC_KEY_LIST) {
        (void)fputc('\n', out);
        for (size_t i = 0; i < value->as.list.count; i++) {
            (void)fprintf(out, "%*s-", indent, "");
            emit_value(out, value->as.list.items[i], indent + INDENT, true);
        }
    } else {
        (void)fputc(' ', out);
        if (is_text(type) && !is_plain(value->as.text.characters)) {
            hc_emit_quoted(out, value->as.text.characters);
        } else {
            hc_emit_scalar(out, value);
        }
        (void)fputc('\n', out);
    }
}

static void emit_map(FILE *out, const hc_value *map, int indent, bool is_item)
{
    bool is_first = true;
    for (size_t i = 0; i < map->as.list.count; i++) {
        const hc_value *value = map->as.list.items[i];
        if (value == NULL || !has_content(value)) {
            continue;
        }
        if (is_first && is_item) {
            (void)fputc(' ', out);
        } else {
            (void)fprintf(out, "%s%*s", is_first && !hc_value_is_root(map) ? "\n" : "", indent, "");
        }
        (void)fprintf(out, "%.*s:", (int)value->key->name_length, value->key->name);
        emit_value(out, value, indent + INDENT, false);
        is_first = false;
    }
    if (is_first) {
        (void)fputs(hc_value_is_root(map) ? "{}\n" : " {}\n", out);
    }
}

void hc_emit_scenario(FILE *out, const hc_value *root)
{
    emit_map(out, root, 0, false);
}
