#ifndef HC_TRACES_STREAM_DECODE_H
#define HC_TRACES_STREAM_DECODE_H

#include "traces/run/records.h"
#include "traces/stream/reader.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Messages of a stream as a reader gets them. Nothing in them is believed: lengths are looked at before msgpack-c sees
 *  them, columns have to have the table's names and widths, and values have to be some that the table can have. */

/** A frame as it came. */
typedef struct hc_frame {
    const void *data;
    size_t size;
} hc_frame;

enum { HC_RUN_ID_SIZE = 72, HC_MAX_PAYLOAD_BYTES = 1 << 26 };

typedef struct hc_decoded_header {
    char run[HC_RUN_ID_SIZE];
    uint32_t rank;
    uint64_t seq;
    uint32_t count;
} hc_decoded_header;

/** @return 0, or -1: it is none; likewise all below. A header of another schema version is none. */
int hc_decode_header(const hc_frame *frame, hc_decoded_header *out);

/** Rows as columns.
 *  @param count  that the header announces, 1..HC_BATCH_ROWS
 *  @param rows   [out] structs of the table, HC_BATCH_ROWS * HC_STREAM_ROW_BYTES bytes, aligned to 8 */
int hc_decode_rows(const hc_frame *payload, uint64_t first, uint32_t count, hc_run_table *table,
                   void *rows);

/** One row as a map. */
int hc_decode_map(const hc_frame *payload, uint64_t seq, hc_run_table *table, void *row);

/** Texts of a hello, owned by the caller. */
typedef struct hc_decoded_hello {
    hc_stream_hello hello;
    uint32_t *ranks; /**< of the publisher, hello.ranks of them */
    char *texts;     /**< that hello points into */
    const char **partitions;
} hc_decoded_hello;

int hc_decode_hello(const hc_frame *payload, const char *run, hc_decoded_hello *out);
void hc_decoded_hello_free(hc_decoded_hello *hello);

int hc_decode_heartbeat(const hc_frame *payload, hc_stream_heartbeat *out);
int hc_decode_end(const hc_frame *payload, hc_stream_ending *out);

/** The first frame of an answer of a replay. */
typedef struct hc_decoded_status {
    bool is_ok;
    bool is_ended; /**< the rank has ended */
    uint32_t rank;
    uint64_t from;
    uint64_t published;
} hc_decoded_status;
int hc_decode_status(const hc_frame *frame, hc_decoded_status *out);

#endif
