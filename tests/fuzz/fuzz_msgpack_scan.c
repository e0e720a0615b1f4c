#include "traces/stream/msgpack_scan.h"

#include <msgpack.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is accepted is one object for msgpack-c too, from its first byte to the last. */
static void check_accepted(const char *bytes, size_t size)
{
    msgpack_unpacked unpacked;
    size_t end = 0;
    msgpack_unpacked_init(&unpacked);
    if (msgpack_unpack_next(&unpacked, bytes, size, &end) != MSGPACK_UNPACK_SUCCESS ||
        end != size) {
        abort();
    }
    msgpack_unpacked_destroy(&unpacked);
}

/* A part of an object is none, and neither is an object with something behind it. */
static void check_cut(const char *bytes, size_t size, const hc_msgpack_limits *limits)
{
    if (hc_msgpack_scan(bytes, size - 1, limits) == 0 ||
        hc_msgpack_scan(bytes, size / 2, limits) == 0) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const hc_msgpack_limits wide = {.depth = HC_MSGPACK_MAX_DEPTH, .items = UINT64_MAX};
    const hc_msgpack_limits narrow = {.depth = 2, .items = 16};
    char *bytes = malloc(size == 0 ? 1 : size); /* exactly so long: a look beyond it is seen */
    if (bytes == NULL) {
        return 0;
    }
    memcpy(bytes, data, size);
    if (hc_msgpack_scan(bytes, size, &wide) == 0) {
        check_accepted(bytes, size);
        check_cut(bytes, size, &wide);
    } else if (hc_msgpack_scan(bytes, size, &narrow) == 0) {
        abort();
    }
    free(bytes);
    return 0;
}
