#include "sim/scenario/help.h"

#include "sim/scenario/check.h"
#include "sim/scenario/describe.h"
#include "sim/scenario/emit.h"
#include "sim/scenario/help_keys.h"

#include <inttypes.h>

/* JSON is written as it is met: objects and arrays by their brackets, members by what stands before them. */
typedef struct emitter {
    FILE *out;
    int depth;
    bool is_first; /* in the object or array that is open */
    hc_arena *arena;
    hc_defects defects;
} emitter;

#define NUMBER "([0-9]+\\\\.?[0-9]*|\\\\.[0-9]+)"
#define DURATION "([+]?" NUMBER "([eE][-+]?[0-9]+)? *(ns|us|ms|s|min|h|d|w) *)+"
#define DATE "[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}:[0-9]{2}.*)?"

static const char *const PERCENTAGE_PATTERN = "\"^[-+]?" NUMBER " *%$\"";
static const char *const DURATION_PATTERN = "\"^" DURATION "$\"";
static const char *const INSTANT_PATTERN = "\"^(" DATE "|" DURATION ")$\"";
static const char *const BYTES_PATTERN =
    "\"^[+]?" NUMBER "([eE][-+]?[0-9]+)? *(B|[kMGT]B|[KMGT]iB)$\"";
static const char *const BANDWIDTH_PATTERN =
    "\"^[+]?" NUMBER "([eE][-+]?[0-9]+)? *((B|[kMGT]B|[KMGT]iB)/s|[kMGT]bps)$\"";

static void write_schema(emitter *e, const hc_key_node *node);

/* Begins a member of an object, or an element of an array when `name` is NULL. */
static void begin_member(emitter *e, const char *name)
{
    (void)fprintf(e->out, "%s\n%*s", e->is_first ? "" : ",", e->depth * 2, "");
    if (name != NULL) {
        (void)fprintf(e->out, "\"%s\": ", name);
    }
    e->is_first = false;
}

static void open_bracket(emitter *e, char bracket)
{
    (void)fputc(bracket, e->out);
    e->depth++;
    e->is_first = true;
}

static void close_bracket(emitter *e, char bracket)
{
    e->depth--;
    if (!e->is_first) {
        (void)fprintf(e->out, "\n%*s", e->depth * 2, "");
    }
    (void)fputc(bracket, e->out);
    e->is_first = false;
}

/* @param json  a value as it stands in the file */
static void write_member(emitter *e, const char *name, const char *json)
{
    begin_member(e, name);
    (void)fputs(json, e->out);
}

static void write_bound(emitter *e, const char *name, const hc_key *key, double bound)
{
    char text[HC_REAL_TEXT_SIZE];
    if (key->type == HC_KEY_REAL) {
        hc_format_real(bound, text);
    } else {
        (void)snprintf(text, sizeof text, "%" PRId64, (int64_t)bound);
    }
    write_member(e, name, text);
}

static void write_bounds(emitter *e, const hc_key *key, const char *minimum, const char *maximum)
{
    if (hc_describe_has_minimum(key)) {
        write_bound(e, minimum, key, key->minimum);
    }
    if (hc_describe_has_maximum(key)) {
        write_bound(e, maximum, key, key->maximum);
    }
}

/* What the schema cannot say by itself is said in words: units, and bounds of quantities with units. */
static void write_description(emitter *e, const hc_key *key)
{
    bool needs_words = key->unit != NULL || key->type == HC_KEY_DURATION ||
                       key->type == HC_KEY_BYTES || key->type == HC_KEY_BANDWIDTH;
    begin_member(e, "description");
    (void)fputc('"', e->out);
    hc_emit_escaped(e->out, key->help == NULL ? "" : key->help);
    if (needs_words) {
        (void)fputs(key->help == NULL ? "" : ": ", e->out);
        hc_describe_allowed(e->out, key);
    }
    (void)fputc('"', e->out);
}

static void write_choices(emitter *e, const char *choices)
{
    begin_member(e, "enum");
    open_bracket(e, '[');
    for (const char *choice = choices; choice != NULL; choice = hc_choice_next(choice)) {
        begin_member(e, NULL);
        (void)fprintf(e->out, "\"%.*s\"", (int)hc_choice_length(choice), choice);
    }
    close_bracket(e, ']');
}

/* A quantity is text with a unit, or the number 0. */
static void write_quantity(emitter *e, const char *pattern)
{
    begin_member(e, "anyOf");
    open_bracket(e, '[');
    begin_member(e, NULL);
    open_bracket(e, '{');
    write_member(e, "type", "\"string\"");
    write_member(e, "pattern", pattern);
    close_bracket(e, '}');
    begin_member(e, NULL);
    open_bracket(e, '{');
    write_member(e, "const", "0");
    close_bracket(e, '}');
    close_bracket(e, ']');
}

static void write_required(emitter *e, const hc_key_node *map)
{
    begin_member(e, "required");
    open_bracket(e, '[');
    for (const hc_key_node *child = map->first; child != NULL; child = child->next) {
        if (child->key->is_required) {
            begin_member(e, NULL);
            (void)fprintf(e->out, "\"%s\"", child->name);
        }
    }
    close_bracket(e, ']');
}

/* "scheduler:" without a value is an empty map. */
static void write_object(emitter *e, const hc_key_node *map)
{
    write_member(e, "type", map->has_required ? "\"object\"" : "[\"object\", \"null\"]");
    write_member(e, "additionalProperties", "false");
    if (map->has_required) {
        write_required(e, map);
    }
    begin_member(e, "properties");
    open_bracket(e, '{');
    for (const hc_key_node *child = map->first; child != NULL; child = child->next) {
        begin_member(e, child->name);
        write_schema(e, child);
    }
    close_bracket(e, '}');
}

/* The map, or the value of one key. */
static void write_either(emitter *e, const hc_key_node *map, const hc_key_node *shorthand)
{
    begin_member(e, "anyOf");
    open_bracket(e, '[');
    begin_member(e, NULL);
    open_bracket(e, '{');
    write_object(e, map);
    close_bracket(e, '}');
    begin_member(e, NULL);
    write_schema(e, shorthand);
    close_bracket(e, ']');
}

static void write_map(emitter *e, const hc_key_node *map)
{
    const hc_key_node *shorthand = hc_key_shorthand(map);
    if (map->key->same_as != NULL) {
        begin_member(e, "$ref");
        (void)fprintf(e->out, "\"#/properties/%s\"", map->key->same_as);
    } else if (shorthand != NULL) {
        write_either(e, map, shorthand);
    } else {
        write_object(e, map);
    }
}

static void write_list(emitter *e, const hc_key_node *list)
{
    write_member(e, "type", "\"array\"");
    write_bounds(e, list->key, "minItems", "maxItems");
    begin_member(e, "items");
    write_schema(e, list->first);
}

static void write_text(emitter *e)
{
    write_member(e, "type", "\"string\"");
    write_member(e, "minLength", "1");
    write_member(e, "maxLength", "4096");
}

static void write_type(emitter *e, const hc_key_node *node)
{
    switch (node->key->type) {
    case HC_KEY_MAP:
        write_map(e, node);
        break;
    case HC_KEY_LIST:
        write_list(e, node);
        break;
    case HC_KEY_BOOLEAN:
        write_member(e, "type", "\"boolean\"");
        break;
    case HC_KEY_INTEGER:
        write_member(e, "type", "\"integer\"");
        write_bounds(e, node->key, "minimum", "maximum");
        break;
    case HC_KEY_REAL: /* each keyword looks only at values of its own type */
        write_member(e, "type", "[\"number\", \"string\"]");
        write_bounds(e, node->key, "minimum", "maximum");
        write_member(e, "pattern", PERCENTAGE_PATTERN);
        break;
    case HC_KEY_TEXT:
    case HC_KEY_PATH:
        write_text(e);
        break;
    case HC_KEY_CHOICE:
        write_choices(e, node->key->choices);
        break;
    case HC_KEY_DURATION:
        write_quantity(e, DURATION_PATTERN);
        break;
    case HC_KEY_INSTANT:
        write_quantity(e, INSTANT_PATTERN);
        break;
    case HC_KEY_BYTES:
        write_quantity(e, BYTES_PATTERN);
        break;
    case HC_KEY_BANDWIDTH:
        write_quantity(e, BANDWIDTH_PATTERN);
        break;
    default:
        break;
    }
}

static void write_value(emitter *e, const hc_value *value);

static void write_children(emitter *e, const hc_value *value, bool is_map)
{
    open_bracket(e, is_map ? '{' : '[');
    for (size_t i = 0; i < value->as.list.count; i++) {
        const hc_value *child = value->as.list.items[i];
        if (child != NULL) {
            begin_member(e, is_map ? child->key->name : NULL);
            write_value(e, child);
        }
    }
    close_bracket(e, is_map ? '}' : ']');
}

static void write_value(emitter *e, const hc_value *value)
{
    hc_key_type type = value->key->key->type;
    bool is_bare = type == HC_KEY_BOOLEAN || type == HC_KEY_INTEGER || type == HC_KEY_REAL;
    if (type == HC_KEY_MAP || type == HC_KEY_LIST) {
        write_children(e, value, type == HC_KEY_MAP);
    } else if (type == HC_KEY_TEXT || type == HC_KEY_PATH || type == HC_KEY_CHOICE) {
        hc_emit_quoted(e->out, value->as.text.characters);
    } else {
        (void)fputs(is_bare ? "" : "\"", e->out);
        hc_emit_scalar(e->out, value);
        (void)fputs(is_bare ? "" : "\"", e->out);
    }
}

static void write_default(emitter *e, const hc_key_node *node)
{
    const hc_value *value = hc_check_fallback(e->arena, node, &e->defects);
    if (hc_defects_is_clean(&e->defects)) {
        begin_member(e, "default");
        write_value(e, value);
    }
}

static void write_schema(emitter *e, const hc_key_node *node)
{
    open_bracket(e, '{');
    if (node->parent == NULL) {
        write_member(e, "$schema", "\"https://json-schema.org/draft/2020-12/schema\"");
        write_member(e, "title", "\"Hindcast scenario\"");
    } else {
        write_description(e, node->key);
    }
    write_type(e, node);
    if (node->fallback != NULL) {
        write_default(e, node);
    }
    close_bracket(e, '}');
}

int hc_help_write_json_schema(FILE *out, const hc_key_table *tables, size_t table_count,
                              hc_error *error)
{
    hc_help_keys keys;
    emitter e = {.out = out, .defects = {.kind = HC_ERROR_INTERNAL}};
    int status = 0;
    if (hc_help_open(&keys, out, tables, table_count, error) < 0) {
        return -1;
    }
    e.arena = &keys.arena;
    write_schema(&e, keys.root);
    (void)fputc('\n', out);
    status = hc_defects_finish(&e.defects, error);
    return hc_help_close(&keys, error) < 0 ? -1 : status;
}
