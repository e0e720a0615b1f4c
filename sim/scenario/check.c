#include "sim/scenario/check.h"

#include "sim/scenario/describe.h"
#include "sim/scenario/scalar.h"
#include "sim/scenario/suggest.h"

#include <assert.h>
#include <string.h>

typedef struct checker {
    hc_arena *arena;
    hc_defects *defects;
    const hc_source *fallback;
    size_t value_count;
} checker;

/* Stands for a value whose defect is reported: the key has been given, even so. */
static const hc_value BROKEN;

static const hc_value *check_value(checker *c, const hc_yaml_node *node, const hc_key_node *key,
                                   const hc_value *parent, size_t index);

static FILE *open_report(checker *c, const hc_value *value)
{
    FILE *out = hc_defects_open(c->defects, &value->position);
    if (out != NULL) {
        hc_value_write_path(out, value);
        (void)fputs(hc_value_is_root(value) ? "" : ": ", out);
    }
    return out;
}

static FILE *open_key_report(checker *c, const hc_value *map, const hc_position *position,
                             const char *key, size_t length)
{
    FILE *out = hc_defects_open(c->defects, position);
    if (out != NULL) {
        hc_value_write_child_path(out, map, key, length);
        (void)fputs(": ", out);
    }
    return out;
}

static void report_unknown(checker *c, const hc_value *map, const hc_yaml_node *entry)
{
    FILE *out = open_key_report(c, map, &entry->key_position, entry->key, entry->key_length);
    if (out != NULL) {
        (void)fputs("unknown key", out);
        hc_suggest_write(out, map->key, entry->key, entry->key_length);
        hc_defects_close(c->defects);
    }
}

static void report_duplicate(checker *c, const hc_value *map, const hc_yaml_node *node,
                             const hc_yaml_node *entry)
{
    const hc_yaml_node *first = node->first;
    FILE *out = open_key_report(c, map, &entry->key_position, entry->key, entry->key_length);
    if (out == NULL) {
        return;
    }
    while (first->key_length != entry->key_length ||
           memcmp(first->key, entry->key, entry->key_length) != 0) {
        first = first->next;
    }
    (void)fprintf(out, "given twice; first in line %u", (unsigned int)first->key_position.line + 1);
    hc_defects_close(c->defects);
}

static void report_missing(checker *c, const hc_value *map, const hc_key_node *key)
{
    FILE *out = open_key_report(c, map, &map->position, key->name, key->name_length);
    if (out != NULL) {
        (void)fputs("required, but missing; expected ", out);
        hc_describe_expected(out, key->key);
        hc_defects_close(c->defects);
    }
}

static void report_unsuitable(checker *c, const hc_value *value, const hc_yaml_node *node)
{
    FILE *out = open_report(c, value);
    if (out != NULL) {
        hc_scalar_complain(out, value->key->key, node);
        hc_defects_close(c->defects);
    }
}

static void report_count(checker *c, const hc_value *list)
{
    FILE *out = open_report(c, list);
    if (out != NULL) {
        (void)fputs("expected ", out);
        hc_describe_expected(out, list->key->key);
        (void)fprintf(out, ", got %zu", list->as.list.count);
        hc_defects_close(c->defects);
    }
}

static bool take_items(checker *c, hc_value *value, size_t count)
{
    value->as.list.items = hc_arena_take(c->arena, count, sizeof *value->as.list.items);
    value->as.list.count = count;
    if (value->as.list.items == NULL) {
        hc_defects_memory(c->defects);
        return false;
    }
    return true;
}

static void check_entries(checker *c, hc_value *map, const hc_yaml_node *node)
{
    for (const hc_yaml_node *entry = node->first; entry != NULL; entry = entry->next) {
        const hc_key_node *key = hc_key_find(map->key, entry->key, entry->key_length);
        if (key == NULL) {
            report_unknown(c, map, entry);
        } else if (map->as.list.items[key->index] != NULL) {
            report_duplicate(c, map, node, entry);
        } else {
            map->as.list.items[key->index] = check_value(c, entry, key, map, 0);
        }
    }
}

static void fill_in(checker *c, hc_value *map)
{
    for (const hc_key_node *key = map->key->first; key != NULL; key = key->next) {
        if (map->as.list.items[key->index] != NULL) {
            continue;
        }
        if (key->key->is_required) {
            report_missing(c, map, key);
        } else if (key->fallback != NULL || hc_key_is_made(key)) {
            map->as.list.items[key->index] = check_value(c, key->fallback, key, map, 0);
        }
    }
}

static bool check_map(checker *c, hc_value *map, const hc_yaml_node *node)
{
    bool is_empty = node == NULL || hc_yaml_is_null(node);
    bool is_scalar = !is_empty && node->kind == HC_YAML_SCALAR;
    const hc_key_node *shorthand = is_scalar ? hc_key_shorthand(map->key) : NULL;
    if (!is_empty && node->kind != HC_YAML_MAP && shorthand == NULL) {
        report_unsuitable(c, map, node);
        return false;
    }
    if (!take_items(c, map, map->key->child_count)) {
        return false;
    }
    if (shorthand != NULL) {
        map->as.list.items[shorthand->index] = check_value(c, node, shorthand, map, 0);
    } else if (!is_empty) {
        check_entries(c, map, node);
    }
    fill_in(c, map);
    return true;
}

static bool check_list(checker *c, hc_value *list, const hc_yaml_node *node)
{
    const hc_key *key = list->key->key;
    size_t index = 0;
    assert(node != NULL);
    if (node->kind != HC_YAML_LIST) {
        report_unsuitable(c, list, node);
        return false;
    }
    if (!take_items(c, list, node->count)) {
        return false;
    }
    if ((hc_describe_has_minimum(key) && (double)node->count < key->minimum) ||
        (hc_describe_has_maximum(key) && (double)node->count > key->maximum)) {
        report_count(c, list);
    }
    for (const hc_yaml_node *item = node->first; item != NULL; item = item->next) {
        list->as.list.items[index] = check_value(c, item, list->key->first, list, index);
        index++;
    }
    return true;
}

static bool check_scalar(checker *c, hc_value *value, const hc_yaml_node *node)
{
    if (!hc_scalar_read(value, node)) {
        report_unsuitable(c, value, node);
        return false;
    }
    return true;
}

/* Once the limit is passed, nothing more is made: one report is enough. */
static hc_value *create_value(checker *c, const hc_position *position)
{
    hc_value *value = NULL;
    if (c->value_count > HC_YAML_VALUE_LIMIT) {
        return NULL;
    }
    if (c->value_count++ == HC_YAML_VALUE_LIMIT) {
        hc_defects_add(c->defects, position, "more than %d values with the defaults",
                       HC_YAML_VALUE_LIMIT);
        return NULL;
    }
    value = hc_arena_take(c->arena, 1, sizeof *value);
    if (value == NULL) {
        hc_defects_memory(c->defects);
    }
    return value;
}

/* Values that come from the tables stand, for the user, in the scenario's defaults. */
static hc_position place_of(const checker *c, const hc_yaml_node *node)
{
    bool is_written = node != NULL && node->position.source->kind != HC_SOURCE_TABLE;
    return is_written ? node->position : (hc_position){.source = c->fallback};
}

/* @param node   NULL: a map that nobody wrote
 * @param index  in the parent, when that is a list */
static const hc_value *check_value(checker *c, const hc_yaml_node *node, const hc_key_node *key,
                                   const hc_value *parent, size_t index)
{
    hc_position position = place_of(c, node);
    hc_value *value = create_value(c, &position);
    bool is_sound = false;
    if (value == NULL || (node != NULL && node->kind == HC_YAML_BROKEN)) {
        return &BROKEN;
    }
    value->key = key;
    value->parent = parent;
    value->index = index;
    value->position = position;
    if (key->key->type == HC_KEY_MAP) {
        is_sound = check_map(c, value, node);
    } else if (key->key->type == HC_KEY_LIST) {
        is_sound = check_list(c, value, node);
    } else {
        is_sound = check_scalar(c, value, node);
    }
    return is_sound ? value : &BROKEN;
}

/* A scenario that is no map at all gets one message that says what it should begin with. */
static void report_root(checker *c, const hc_key_node *keys, const hc_yaml_node *node,
                        const hc_source *file)
{
    hc_position start = {.source = file};
    const hc_key_node *first = keys->first;
    FILE *out = hc_defects_open(c->defects, node == NULL ? &start : &node->position);
    if (out == NULL) {
        return;
    }
    while (first != NULL && !first->key->is_required) {
        first = first->next;
    }
    (void)fputs("expected a map", out);
    if (first != NULL) {
        (void)fprintf(out, " with the key %s", first->key->path);
    }
    if (node != NULL && !hc_yaml_is_null(node)) {
        (void)fputs(", got ", out);
        hc_scalar_write_found(out, node);
    }
    hc_defects_close(c->defects);
}

const hc_value *hc_check_scenario(hc_arena *arena, const hc_key_node *keys,
                                  const hc_yaml_node *node, const hc_source *file,
                                  const hc_source *fallback, hc_defects *defects)
{
    checker c = {.arena = arena, .defects = defects, .fallback = fallback};
    if (node != NULL && node->kind == HC_YAML_BROKEN) {
        return NULL;
    }
    if (node == NULL || node->kind != HC_YAML_MAP) {
        report_root(&c, keys, node, file);
        return NULL;
    }
    return check_value(&c, node, keys, NULL, 0);
}

const hc_value *hc_check_fallback(hc_arena *arena, const hc_key_node *key, hc_defects *defects)
{
    checker c = {.arena = arena, .defects = defects, .fallback = key->fallback->position.source};
    return check_value(&c, key->fallback, key, NULL, 0);
}
