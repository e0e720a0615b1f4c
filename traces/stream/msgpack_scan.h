#ifndef HC_TRACES_STREAM_MSGPACK_SCAN_H
#define HC_TRACES_STREAM_MSGPACK_SCAN_H

#include <stddef.h>
#include <stdint.h>

/** A look at bytes that are said to be msgpack, before msgpack-c sees them: it believes every length that it reads and
 *  reserves memory for it (5 bytes can ask for 3 GB). Nothing is allocated or copied here. */

enum { HC_MSGPACK_MAX_DEPTH = 32 /**< what msgpack-c can unpack */ };

typedef struct hc_msgpack_limits {
    uint32_t depth; /**< arrays and maps inside each other, up to HC_MSGPACK_MAX_DEPTH; 0: none */
    uint64_t items; /**< objects in all: values, keys, and the arrays and maps themselves */
} hc_msgpack_limits;

/** Whether bytes are exactly one well-formed msgpack object (spec 2013, extension types included) within the limits,
 *  whose announced lengths all lie inside the bytes. Texts may hold anything. Cost: O(objects).
 *  @return 0, or -1. */
int hc_msgpack_scan(const void *data, size_t size, const hc_msgpack_limits *limits);

#endif
