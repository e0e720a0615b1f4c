#include "traces/stream/request.h"

#include "traces/stream/msgpack_map.h"

#include <string.h>

static const char *const OPS[HC_REQUEST_OP_COUNT] = {"hello", "events", "snapshot", "done"};

static int read_op(const msgpack_object *map, hc_request_op *out)
{
    const msgpack_object *value = hc_msgpack_get(map, "op");
    for (int i = 0; value != NULL && i < HC_REQUEST_OP_COUNT; i++) {
        if (hc_msgpack_is(value, OPS[i])) {
            *out = (hc_request_op)i;
            return 0;
        }
    }
    return -1;
}

/* A key that need not be there; if it is, it has to be a number. */
static int read_number(const msgpack_object *map, const char *key, uint64_t maximum, uint64_t *out)
{
    return hc_msgpack_get(map, key) == NULL ||
                   (hc_msgpack_number(map, key, out) == 0 && *out <= maximum)
               ? 0
               : -1;
}

static int read_map(const msgpack_object *map, hc_request_message *out)
{
    uint64_t rank = 0;
    if (read_op(map, &out->op) < 0 || read_number(map, "rank", UINT32_MAX, &rank) < 0 ||
        read_number(map, "from", UINT64_MAX, &out->from) < 0 ||
        read_number(map, "to", UINT64_MAX, &out->to) < 0) {
        return -1;
    }
    out->rank = (uint32_t)rank;
    return hc_msgpack_get(map, "reader") == NULL
               ? 0
               : hc_msgpack_text(map, "reader", out->reader, sizeof out->reader);
}

int hc_request_parse(const void *data, size_t size, hc_request_message *out)
{
    hc_msgpack_map map;
    int status = -1;
    *out = (hc_request_message){.op = HC_REQUEST_HELLO};
    if (size > HC_REQUEST_BYTES) {
        return -1;
    }
    status = hc_msgpack_map_open(&map, data, size, 2, 64);
    if (status == 0) {
        status = read_map(map.map, out);
    }
    hc_msgpack_map_close(&map);
    return status;
}
