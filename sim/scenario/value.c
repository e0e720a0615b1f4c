#include "sim/scenario/value.h"

#include "sim/scenario/defects.h"
#include "sim/scenario/utf8.h"

#include <assert.h>
#include <stdarg.h>
#include <string.h>

enum { KEY_COLUMNS = 60 };

static hc_key_type type_of(const hc_value *value)
{
    return value->key->key->type;
}

bool hc_value_is_root(const hc_value *value)
{
    return value->key->parent == NULL;
}

void hc_value_write_path(FILE *out, const hc_value *value)
{
    if (value->parent == NULL) {
        (void)fputs(value->key->key->path, out);
    } else if (type_of(value->parent) == HC_KEY_LIST) {
        hc_value_write_path(out, value->parent);
        (void)fprintf(out, "[%zu]", value->index);
    } else {
        hc_value_write_child_path(out, value->parent, value->key->name, value->key->name_length);
    }
}

void hc_value_write_child_path(FILE *out, const hc_value *map, const char *key, size_t length)
{
    hc_value_write_path(out, map);
    (void)fputs(hc_value_is_root(map) ? "" : ".", out);
    hc_utf8_show(out, key, length, KEY_COLUMNS);
}

const hc_value *hc_value_get(const hc_value *map, const char *key)
{
    const hc_value *value = map;
    for (const char *name = key; value != NULL; name += strcspn(name, ".") + 1) {
        size_t length = strcspn(name, ".");
        const hc_key_node *child = hc_key_find(value->key, name, length);
        assert(type_of(value) == HC_KEY_MAP);
        assert(child != NULL && "no table has this key");
        value = child == NULL ? NULL : value->as.list.items[child->index];
        if (name[length] == '\0') {
            break;
        }
    }
    return value;
}

bool hc_value_is_given(const hc_value *value)
{
    return value->position.source->kind != HC_SOURCE_DEFAULT;
}

size_t hc_value_count(const hc_value *list)
{
    assert(list == NULL || type_of(list) == HC_KEY_LIST);
    return list == NULL ? 0 : list->as.list.count;
}

const hc_value *hc_value_at(const hc_value *list, size_t index)
{
    assert(type_of(list) == HC_KEY_LIST && index < list->as.list.count);
    return list->as.list.items[index];
}

bool hc_value_boolean(const hc_value *value)
{
    assert(type_of(value) == HC_KEY_BOOLEAN);
    return value->as.boolean;
}

int64_t hc_value_integer(const hc_value *value)
{
    assert(type_of(value) == HC_KEY_INTEGER);
    return value->as.integer;
}

double hc_value_real(const hc_value *value)
{
    assert(type_of(value) == HC_KEY_REAL);
    return value->as.real;
}

const char *hc_value_text(const hc_value *value)
{
    assert(type_of(value) == HC_KEY_TEXT || type_of(value) == HC_KEY_PATH ||
           type_of(value) == HC_KEY_CHOICE);
    return value->as.text.characters;
}

size_t hc_value_choice(const hc_value *value)
{
    assert(type_of(value) == HC_KEY_CHOICE);
    return value->as.text.choice;
}

hc_time hc_value_duration(const hc_value *value)
{
    assert(type_of(value) == HC_KEY_DURATION);
    return value->as.instant.time;
}

int64_t hc_value_bytes(const hc_value *value)
{
    assert(type_of(value) == HC_KEY_BYTES);
    return value->as.integer;
}

int64_t hc_value_bandwidth(const hc_value *value)
{
    assert(type_of(value) == HC_KEY_BANDWIDTH);
    return value->as.integer;
}

hc_time hc_value_instant(const hc_value *value, bool *is_civil)
{
    assert(type_of(value) == HC_KEY_INSTANT);
    *is_civil = value->as.instant.is_civil;
    return value->as.instant.time;
}

int hc_value_error(const hc_value *value, hc_error *error, const char *format, ...)
{
    hc_defects defects = {.kind = HC_ERROR_USAGE};
    FILE *out = hc_defects_open(&defects, &value->position);
    if (out != NULL) {
        va_list arguments;
        hc_value_write_path(out, value);
        (void)fputs(hc_value_is_root(value) ? "" : ": ", out);
        va_start(arguments, format);
        (void)vfprintf(out, format, arguments);
        va_end(arguments);
        hc_defects_close(&defects);
    }
    return hc_defects_finish(&defects, error);
}
