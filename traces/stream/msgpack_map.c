#include "traces/stream/msgpack_map.h"

#include "traces/stream/msgpack_scan.h"

#include <string.h>

int hc_msgpack_map_open(hc_msgpack_map *out, const void *data, size_t size, uint32_t depth,
                        uint64_t items)
{
    const hc_msgpack_limits limits = {.depth = depth, .items = items};
    msgpack_unpacked_init(&out->unpacked);
    out->map = NULL;
    if (hc_msgpack_scan(data, size, &limits) < 0 ||
        msgpack_unpack_next(&out->unpacked, data, size, NULL) != MSGPACK_UNPACK_SUCCESS ||
        out->unpacked.data.type != MSGPACK_OBJECT_MAP) {
        return -1;
    }
    out->map = &out->unpacked.data;
    return 0;
}

void hc_msgpack_map_close(hc_msgpack_map *map)
{
    msgpack_unpacked_destroy(&map->unpacked);
}

bool hc_msgpack_is(const msgpack_object *value, const char *text)
{
    return value->type == MSGPACK_OBJECT_STR && value->via.str.size == strlen(text) &&
           memcmp(value->via.str.ptr, text, value->via.str.size) == 0;
}

const msgpack_object *hc_msgpack_get(const msgpack_object *map, const char *key)
{
    for (uint32_t i = map->via.map.size; i-- > 0;) {
        if (hc_msgpack_is(&map->via.map.ptr[i].key, key)) {
            return &map->via.map.ptr[i].val;
        }
    }
    return NULL;
}

int hc_msgpack_number(const msgpack_object *map, const char *key, uint64_t *out)
{
    const msgpack_object *value = hc_msgpack_get(map, key);
    if (value == NULL || value->type != MSGPACK_OBJECT_POSITIVE_INTEGER) {
        return -1;
    }
    *out = value->via.u64;
    return 0;
}

int hc_msgpack_integer(const msgpack_object *map, const char *key, int64_t *out)
{
    const msgpack_object *value = hc_msgpack_get(map, key);
    if (value != NULL && value->type == MSGPACK_OBJECT_NEGATIVE_INTEGER) {
        *out = value->via.i64;
        return 0;
    }
    if (value == NULL || value->type != MSGPACK_OBJECT_POSITIVE_INTEGER ||
        value->via.u64 > INT64_MAX) {
        return -1;
    }
    *out = (int64_t)value->via.u64;
    return 0;
}

int hc_msgpack_time(const msgpack_object *map, const char *key, hc_time *out)
{
    const msgpack_object *value = hc_msgpack_get(map, key);
    if (value != NULL && value->type == MSGPACK_OBJECT_NIL) {
        *out = HC_TIME_MISSING;
        return 0;
    }
    return hc_msgpack_integer(map, key, out);
}

int hc_msgpack_real(const msgpack_object *map, const char *key, double *out)
{
    const msgpack_object *value = hc_msgpack_get(map, key);
    if (value == NULL ||
        (value->type != MSGPACK_OBJECT_FLOAT64 && value->type != MSGPACK_OBJECT_FLOAT32)) {
        return -1;
    }
    *out = value->via.f64;
    return 0;
}

int hc_msgpack_flag(const msgpack_object *map, const char *key, bool *out)
{
    const msgpack_object *value = hc_msgpack_get(map, key);
    if (value == NULL || value->type != MSGPACK_OBJECT_BOOLEAN) {
        return -1;
    }
    *out = value->via.boolean;
    return 0;
}

int hc_msgpack_text(const msgpack_object *map, const char *key, char *out, size_t size)
{
    const msgpack_object *value = hc_msgpack_get(map, key);
    if (value == NULL || value->type != MSGPACK_OBJECT_STR || value->via.str.size >= size ||
        memchr(value->via.str.ptr, '\0', value->via.str.size) != NULL) {
        return -1;
    }
    memcpy(out, value->via.str.ptr, value->via.str.size);
    out[value->via.str.size] = '\0';
    return 0;
}
