#include "sim/scenario/key_tree.h"

#include "sim/scenario/describe.h"

#include <string.h>

static const hc_key ROOT = {.path = "", .type = HC_KEY_MAP};
static const hc_source TABLES = {.kind = HC_SOURCE_TABLE, .name = "key tables", .text = ""};

typedef struct builder {
    hc_arena *arena;
    hc_defects *defects;
    hc_key_node *root;
} builder;

static void complain(builder *b, const hc_key *key, const char *what)
{
    hc_defects_add(b->defects, &(hc_position){.source = &TABLES}, "%s: %s", key->path, what);
}

hc_key_node *hc_key_find(const hc_key_node *parent, const char *name, size_t length)
{
    hc_key_node *child = parent->first;
    while (child != NULL &&
           (child->name_length != length || memcmp(child->name, name, length) != 0)) {
        child = child->next;
    }
    return child;
}

hc_key_node *hc_key_next(const hc_key_node *node)
{
    if (node->first != NULL) {
        return node->first;
    }
    while (node != NULL && node->next == NULL) {
        node = node->parent;
    }
    return node == NULL ? NULL : node->next;
}

hc_key_node *hc_key_next_row(const hc_key_node *node)
{
    hc_key_node *next = hc_key_next(node);
    while (next != NULL && next->is_copy) {
        next = hc_key_next(next);
    }
    return next;
}

size_t hc_choice_length(const char *choices)
{
    return strcspn(choices, "|");
}

const char *hc_choice_next(const char *choices)
{
    size_t length = hc_choice_length(choices);
    return choices[length] == '\0' ? NULL : choices + length + 1;
}

/* Names must be plain words for YAML and for --set. */
static size_t name_length(const char *path)
{
    size_t length = 0;
    if (strncmp(path, "[]", 2) == 0) {
        return 2;
    }
    length = strspn(path, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
    return path[0] == '-' ? 0 : length;
}

/* Follows a path as far as rows exist. What is left, `rest`, is the name of a new row, or cannot be placed. */
static hc_key_node *find_parent(hc_key_node *root, const char *path, const char **rest)
{
    hc_key_node *node = root;
    const char *at = path;
    for (;;) {
        size_t length = name_length(at);
        hc_key_node *child = hc_key_find(node, at, length);
        if (child == NULL || at[length] == '\0') {
            *rest = at;
            return node;
        }
        node = child;
        at += length + (at[length] == '.' ? 1 : 0);
    }
}

static bool is_item(const char *path)
{
    size_t length = strlen(path);
    return length >= 2 && strcmp(path + length - 2, "[]") == 0;
}

/* Whether the rest of a path is one part that may stand under `parent`. */
static bool is_placeable(const hc_key_node *parent, const char *rest)
{
    size_t length = name_length(rest);
    if (length == 0 || rest[length] != '\0') {
        return false;
    }
    return parent->key->type == (is_item(rest) ? HC_KEY_LIST : HC_KEY_MAP);
}

/* What a row must keep by itself. */
static void check_row(builder *b, const hc_key *key)
{
    if (!hc_describe_is_sound(key)) {
        complain(b, key, "bounds in the wrong order, or beyond what its type can be");
    }
    if (key->type == HC_KEY_CHOICE && (key->choices == NULL || key->choices[0] == '\0')) {
        complain(b, key, "a choice without choices");
    }
    if (key->fallback != NULL && key->is_required) {
        complain(b, key, "required, and yet has a default");
    }
    if (key->fallback != NULL && key->type == HC_KEY_MAP) {
        complain(b, key, "the defaults of a map are those of its keys");
    }
    if (key->fallback != NULL && is_item(key->path)) {
        complain(b, key, "the items of a list have no default");
    }
}

static void link_child(hc_key_node *parent, hc_key_node *child)
{
    child->parent = parent;
    child->index = parent->child_count++;
    parent->has_required = parent->has_required || child->key->is_required;
    if (parent->last == NULL) {
        parent->first = child;
    } else {
        parent->last->next = child;
    }
    parent->last = child;
}

bool hc_key_is_made(const hc_key_node *map)
{
    if (map->key->type != HC_KEY_MAP || map->has_required || map->key->same_as != NULL) {
        return false;
    }
    for (const hc_key_node *key = map->first; key != NULL; key = key->next) {
        if (key->fallback != NULL || hc_key_is_made(key)) {
            return true;
        }
    }
    return false;
}

const hc_key_node *hc_key_shorthand(const hc_key_node *map)
{
    const char *name = map->key->shorthand;
    return name == NULL ? NULL : hc_key_find(map, name, strlen(name));
}

/* Whether a scalar can be a whole map: it stands for a scalar, and nothing else is required. */
static bool has_sound_shorthand(const hc_key_node *map)
{
    const hc_key_node *shorthand = hc_key_shorthand(map);
    if (shorthand == NULL || shorthand->key->type == HC_KEY_MAP ||
        shorthand->key->type == HC_KEY_LIST) {
        return false;
    }
    for (const hc_key_node *key = map->first; key != NULL; key = key->next) {
        if (key->key->is_required && key != shorthand) {
            return false;
        }
    }
    return true;
}

static hc_key_node *create_node(builder *b, const hc_key *key, const char *name)
{
    hc_key_node *node = hc_arena_take(b->arena, 1, sizeof *node);
    if (node == NULL) {
        hc_defects_memory(b->defects);
        return NULL;
    }
    node->key = key;
    node->name = name;
    node->name_length = strlen(name);
    return node;
}

static void add_row(builder *b, const hc_key *key)
{
    const char *rest = NULL;
    hc_key_node *parent = find_parent(b->root, key->path, &rest);
    hc_key_node *node = NULL;
    if (!is_placeable(parent, rest)) {
        complain(b, key, "no row before it has a map or list that this key can be in");
        return;
    }
    if (hc_key_find(parent, rest, strlen(rest)) != NULL) {
        complain(b, key, "a second row for the same key");
        return;
    }
    check_row(b, key);
    node = create_node(b, key, rest);
    if (node != NULL) {
        link_child(parent, node);
    }
}

/* Reads a default as the value of an otherwise empty file. */
static void read_fallback(builder *b, hc_key_node *node)
{
    const char *text = node->key->fallback;
    hc_source *source = hc_arena_take(b->arena, 1, sizeof *source);
    if (source == NULL) {
        hc_defects_memory(b->defects);
        return;
    }
    *source = TABLES;
    source->text = text;
    source->length = strlen(text);
    if (hc_yaml_read(&node->fallback, b->arena, source, 0, b->defects) == 0 &&
        node->fallback == NULL) {
        complain(b, node->key, "an empty default");
    }
}

/* What can be said of a row only when all rows are there. */
static void complete(builder *b, hc_key_node *node)
{
    size_t depth = 0;
    for (const hc_key_node *at = node; at != NULL; at = at->parent) {
        depth++;
    }
    if (depth > HC_YAML_DEPTH_LIMIT) {
        complain(b, node->key, "too deep");
    }
    if (node->key->type == HC_KEY_LIST && node->first == NULL) {
        complain(b, node->key, "a list without a row for its items");
    }
    if (node->key->shorthand != NULL && !has_sound_shorthand(node)) {
        complain(b, node->key, "a shorthand that is no scalar of it, or not all that it requires");
    }
    if (node->key->fallback != NULL) {
        read_fallback(b, node);
    }
}

static void copy_children(builder *b, hc_key_node *to, const hc_key_node *from)
{
    for (const hc_key_node *child = from->first; child != NULL; child = child->next) {
        hc_key_node *copy = create_node(b, child->key, child->name);
        if (copy == NULL) {
            return;
        }
        copy->fallback = child->fallback;
        copy->is_copy = true;
        link_child(to, copy);
        copy_children(b, copy, child);
    }
}

/* Gives a map the keys of another one. */
static void copy_keys(builder *b, hc_key_node *map)
{
    const char *name = map->key->same_as;
    const hc_key_node *from = hc_key_find(b->root, name, strlen(name));
    if (from == NULL || from->key->type != HC_KEY_MAP || from->key->same_as != NULL ||
        map->key->type != HC_KEY_MAP || map->first != NULL || map->parent == b->root) {
        complain(b, map->key, "not the same as a map at the top");
        return;
    }
    copy_children(b, map, from);
}

static void copy_all_keys(builder *b)
{
    for (hc_key_node *node = b->root; node != NULL; node = hc_key_next(node)) {
        if (node->key->same_as != NULL && !node->is_copy) {
            copy_keys(b, node);
        }
    }
}

hc_key_node *hc_key_tree_build(hc_arena *arena, const hc_key_table *tables, size_t table_count,
                               hc_defects *defects)
{
    builder b = {.arena = arena, .defects = defects};
    b.root = create_node(&b, &ROOT, ROOT.path);
    if (b.root == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < table_count; i++) {
        for (size_t j = 0; j < tables[i].count; j++) {
            add_row(&b, &tables[i].keys[j]);
        }
    }
    for (hc_key_node *node = b.root; node != NULL; node = hc_key_next(node)) {
        complete(&b, node);
    }
    copy_all_keys(&b);
    return hc_defects_is_clean(defects) ? b.root : NULL;
}
