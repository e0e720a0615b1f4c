#include "sim/scenario/override.h"

#include "sim/scenario/suggest.h"
#include "sim/scenario/utf8.h"

#include <stdbool.h>
#include <string.h>

enum { MAX_INDEX_DIGITS = 9, PATH_COLUMNS = 60 };

/* One step of a path: a key, or an index when `name` is NULL. */
typedef struct step {
    const char *name;
    size_t length;
    size_t index;
    const char *end; /* behind it; the path up to here names what the step leads to */
} step;

typedef struct override {
    hc_arena *arena;
    hc_defects *defects;
    const hc_source *source;
    const char *path;
    const char *path_end; /* the "=" */
} override;

static hc_position position_at(const override *o, const char *at)
{
    hc_position position = {.source = o->source};
    for (const char *c = o->source->text; c < at; c++) {
        position.column += (*c & 0xc0) == 0x80 ? 0U : 1U;
    }
    return position;
}

/* Opens a message about the path up to `end`, with the caret at `at`. */
static FILE *open_report(override *o, const char *at, const char *end)
{
    hc_position position = position_at(o, at);
    FILE *out = hc_defects_open(o->defects, &position);
    if (out != NULL && end > o->path) {
        hc_utf8_show(out, o->path, (size_t)(end - o->path), PATH_COLUMNS);
        (void)fputs(": ", out);
    }
    return out;
}

static void report(override *o, const char *at, const char *end, const char *what)
{
    FILE *out = open_report(o, at, end);
    if (out != NULL) {
        (void)fputs(what, out);
        hc_defects_close(o->defects);
    }
}

static bool read_index(override *o, const char *at, step *out)
{
    size_t digits = strspn(at + 1, "0123456789");
    out->name = NULL;
    out->index = 0;
    for (size_t i = 1; i <= digits && digits <= MAX_INDEX_DIGITS; i++) {
        out->index = out->index * 10 + (size_t)(at[i] - '0');
    }
    out->end = at + digits + 2;
    if (digits == 0 || digits > MAX_INDEX_DIGITS || at[digits + 1] != ']') {
        report(o, at, at, "expected the number of an item, such as [0]");
        return false;
    }
    return true;
}

static bool read_key(override *o, const char *at, step *out)
{
    bool is_first = at == o->path;
    if (!is_first && *at != '.') {
        report(o, at, at, "expected \".key\", \"[index]\" or \"=value\"");
        return false;
    }
    out->name = is_first ? at : at + 1;
    out->length = strcspn(out->name, ".[=");
    out->end = out->name + out->length;
    if (out->length == 0) {
        report(o, out->name, at, "expected a key");
        return false;
    }
    return true;
}

static bool read_step(override *o, const char *at, step *out)
{
    return *at == '[' && at > o->path ? read_index(o, at, out) : read_key(o, at, out);
}

static void report_unknown(override *o, const hc_key_node *map, const step *taken)
{
    FILE *out = open_report(o, taken->name, taken->end);
    if (out != NULL) {
        (void)fputs("unknown key", out);
        hc_suggest_write(out, map, taken->name, taken->length);
        hc_defects_close(o->defects);
    }
}

/* The row that a step leads to, or NULL with a report. */
static const hc_key_node *follow_keys(override *o, const hc_key_node *keys, const char *at,
                                      const step *taken)
{
    bool is_index = taken->name == NULL;
    const hc_key_node *child = NULL;
    if (keys->key->type == HC_KEY_LIST) {
        child = is_index ? keys->first : NULL;
        if (child == NULL) {
            report(o, at, at, "a list; choose an item, such as [0]");
        }
    } else if (is_index || keys->key->type != HC_KEY_MAP) {
        report(o, at, at, is_index ? "not a list" : "not a map");
    } else {
        child = hc_key_find(keys, taken->name, taken->length);
        if (child == NULL) {
            report_unknown(o, keys, taken);
        }
    }
    return child;
}

/* Whether the rows know the whole path. */
static bool check_path(override *o, const hc_key_node *keys)
{
    const char *at = o->path;
    do {
        step taken = {0};
        if (!read_step(o, at, &taken)) {
            return false;
        }
        keys = follow_keys(o, keys, at, &taken);
        at = taken.end;
    } while (keys != NULL && at < o->path_end);
    return keys != NULL;
}

static hc_yaml_node *find_child(const hc_yaml_node *node, const step *taken)
{
    hc_yaml_node *child = node->first;
    if (taken->name == NULL) {
        for (size_t i = 0; child != NULL && i < taken->index; i++) {
            child = child->next;
        }
        return child;
    }
    while (child != NULL && (child->key_length != taken->length ||
                             memcmp(child->key, taken->name, taken->length) != 0)) {
        child = child->next;
    }
    return child;
}

/* A new child is broken until a value or a step gives it a kind: when the path turns out to be wrong, that
 * report is enough. */
static hc_yaml_node *add_child(override *o, hc_yaml_node *node, const step *taken)
{
    const char *start = taken->name == NULL ? taken->end - 1 : taken->name;
    hc_yaml_node *child = hc_yaml_create(o->arena, HC_YAML_BROKEN, position_at(o, start));
    if (child == NULL) {
        hc_defects_memory(o->defects);
        return NULL;
    }
    if (taken->name != NULL) {
        child->key = taken->name;
        child->key_length = taken->length;
        child->key_position = child->position;
    }
    hc_yaml_append(node, child);
    return child;
}

static void report_index(override *o, const char *at, size_t count)
{
    FILE *out = open_report(o, at, at);
    if (out != NULL) {
        (void)fprintf(out, "the list has %zu item%s; [%zu] adds one", count, count == 1 ? "" : "s",
                      count);
        hc_defects_close(o->defects);
    }
}

/* The node that a step leads to, made if need be; NULL with a report. */
static hc_yaml_node *follow_tree(override *o, hc_yaml_node *node, const char *at, const step *taken)
{
    bool is_index = taken->name == NULL;
    bool is_unset = node->kind == HC_YAML_BROKEN || hc_yaml_is_null(node);
    hc_yaml_kind wanted = is_index ? HC_YAML_LIST : HC_YAML_MAP;
    hc_yaml_node *child = NULL;
    if (!is_unset && node->kind != wanted) {
        report(o, at, at,
               is_index ? "the scenario has no list here" : "the scenario has no map here");
        return NULL;
    }
    if (is_index && taken->index > node->count) {
        report_index(o, at, node->count);
        return NULL;
    }
    node->kind = wanted;
    child = find_child(node, taken);
    return child != NULL ? child : add_child(o, node, taken);
}

/* Takes over what a value is, not where it hangs. */
static void replace(hc_yaml_node *node, const hc_yaml_node *value)
{
    node->kind = value->kind;
    node->is_quoted = value->is_quoted;
    node->position = value->position;
    node->text = value->text;
    node->length = value->length;
    node->first = value->first;
    node->last = value->last;
    node->count = value->count;
}

/* Where the scenario has a scalar that stands for one key of a map, it gets the map. */
static void expand(override *o, const hc_key_node *keys, hc_yaml_node *node)
{
    const hc_key_node *key = hc_key_shorthand(keys);
    hc_yaml_node *child = NULL;
    if (key == NULL || node->kind != HC_YAML_SCALAR || hc_yaml_is_null(node)) {
        return;
    }
    child = hc_yaml_create(o->arena, HC_YAML_SCALAR, node->position);
    if (child == NULL) {
        hc_defects_memory(o->defects);
        return;
    }
    replace(child, node);
    child->key = key->name;
    child->key_length = key->name_length;
    child->key_position = node->position;
    node->kind = HC_YAML_MAP;
    hc_yaml_append(node, child);
}

/* The row behind a step of a path that is known to be sound. */
static const hc_key_node *row_behind(const hc_key_node *keys, const step *taken)
{
    return taken->name == NULL ? keys->first : hc_key_find(keys, taken->name, taken->length);
}

static void set_value(override *o, const hc_key_node *keys, hc_yaml_node *root,
                      const hc_yaml_node *value)
{
    hc_yaml_node *node = root;
    const char *at = o->path;
    step taken = {0};
    while (node != NULL && at < o->path_end && read_step(o, at, &taken)) {
        expand(o, keys, node);
        node = follow_tree(o, node, at, &taken);
        keys = row_behind(keys, &taken);
        at = taken.end;
    }
    if (node != NULL) {
        replace(node, value);
    }
}

void hc_override_apply(hc_arena *arena, const hc_key_node *keys, hc_yaml_node *root,
                       const hc_source *source, hc_defects *defects)
{
    override o = {.arena = arena, .defects = defects, .source = source};
    hc_yaml_node *value = NULL;
    size_t start = 0;
    o.path = source->text + strlen(HC_OVERRIDE_PREFIX);
    o.path_end = o.path + strcspn(o.path, "=");
    if (*o.path_end == '\0') {
        report(&o, o.path, o.path, "expected path=value");
        return;
    }
    start = (size_t)(o.path_end + 1 - source->text);
    if (!check_path(&o, keys) || hc_yaml_read(&value, arena, source, start, defects) < 0) {
        return;
    }
    if (value == NULL) {
        value = hc_yaml_create(arena, HC_YAML_SCALAR, position_at(&o, o.path_end + 1));
    }
    if (value == NULL) {
        hc_defects_memory(defects);
        return;
    }
    set_value(&o, keys, root, value);
}
