#ifndef HC_TESTS_TRACES_STREAM_BYTE_TEXT_H
#define HC_TESTS_TRACES_STREAM_BYTE_TEXT_H

#include "traces/stream/decode.h"

#include <stddef.h>

/** Messages written by hand from the msgpack specification, and what becomes of them when a few bytes change. */

typedef struct hc_bytes {
    const char *data;
    size_t size;
} hc_bytes;

#define HC_BYTES(TEXT)           \
    {                            \
        (TEXT), sizeof(TEXT) - 1 \
    }

/** A part of a message and what comes in its place. */
typedef struct hc_change {
    hc_bytes from;
    hc_bytes to;
} hc_change;

/** A copy of a message with the first such part changed, in memory that is exactly so long: a look beyond it is seen.
 *  The part has to be there. @return bytes that the caller frees */
hc_frame hc_changed_frame(hc_bytes message, const hc_change *change);

/** A copy of the first bytes of a message, likewise. */
hc_frame hc_cut_frame(const void *data, size_t size);

void hc_frame_free(hc_frame *frame);

#endif
