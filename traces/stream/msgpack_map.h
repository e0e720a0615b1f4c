#ifndef HC_TRACES_STREAM_MSGPACK_MAP_H
#define HC_TRACES_STREAM_MSGPACK_MAP_H

#include "sim/engine/time.h"

#include <msgpack.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A msgpack map from somebody else, unpacked once it has been looked at. */
typedef struct hc_msgpack_map {
    msgpack_unpacked unpacked;
    const msgpack_object *map; /**< borrowed from it; texts and bytes are borrowed from the frame */
} hc_msgpack_map;

/** @return 0, or -1 when it is no map within these limits; close in both cases. */
int hc_msgpack_map_open(hc_msgpack_map *out, const void *data, size_t size, uint32_t depth,
                        uint64_t items);
void hc_msgpack_map_close(hc_msgpack_map *map);

/** The value of a key, of the last one when there are several; NULL without it. */
const msgpack_object *hc_msgpack_get(const msgpack_object *map, const char *key);

/** Values that must be there. @return 0, or -1. */
int hc_msgpack_number(const msgpack_object *map, const char *key, uint64_t *out);
int hc_msgpack_integer(const msgpack_object *map, const char *key, int64_t *out);
int hc_msgpack_time(const msgpack_object *map, const char *key, hc_time *out); /**< nil: missing */
int hc_msgpack_real(const msgpack_object *map, const char *key, double *out);
int hc_msgpack_flag(const msgpack_object *map, const char *key, bool *out);

/** A text without NUL. @param size  of `out`: longer texts are refused */
int hc_msgpack_text(const msgpack_object *map, const char *key, char *out, size_t size);

/** Whether a value is this text. */
bool hc_msgpack_is(const msgpack_object *value, const char *text);

#endif
