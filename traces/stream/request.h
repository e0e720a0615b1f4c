#ifndef HC_TRACES_STREAM_REQUEST_H
#define HC_TRACES_STREAM_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What a reader may ask a publisher for: a msgpack map of at most HC_REQUEST_BYTES. Unknown keys are ignored.
 *      {op: "hello", reader: text}                what is streamed; the publisher waits for this reader at the end
 *      {op: "events", rank: n, from: a, to: b}    rows a .. b - 1 of a rank
 *      {op: "snapshot", rank: n}                  the jobs that are here, after so many rows
 *      {op: "done", reader: text}                 this reader has all */

enum { HC_REQUEST_BYTES = 4096, HC_READER_NAME_SIZE = 65 };

typedef enum hc_request_op {
    HC_REQUEST_HELLO = 0,
    HC_REQUEST_EVENTS,
    HC_REQUEST_SNAPSHOT,
    HC_REQUEST_DONE,
    HC_REQUEST_OP_COUNT,
} hc_request_op;

typedef struct hc_request_message {
    hc_request_op op;
    char reader[HC_READER_NAME_SIZE]; /**< "" when it gives none */
    uint32_t rank;                    /**< 0 when it gives none; likewise from and to */
    uint64_t from;
    uint64_t to;
} hc_request_message;

/** Anything is looked at before it is believed.
 *  @return 0, or -1: it is no request. */
int hc_request_parse(const void *data, size_t size, hc_request_message *out);

#endif
