#include "traces/run/records.h"
#include "traces/stream/decode.h"
#include "traces/stream/stream_tables.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static alignas(8) unsigned char rows[(size_t)HC_BATCH_ROWS * HC_STREAM_ROW_BYTES];

/* Rows that are taken are of a table that is streamed, and have no value without a name. */
static void check_rows(hc_run_table table, uint32_t count)
{
    const hc_table_info *info = hc_table_describe(table);
    if (!hc_stream_has_table(table)) {
        abort();
    }
    for (size_t i = 0; i < info->field_count; i++) {
        const hc_row_field *field = &info->fields[i];
        for (uint32_t k = 0; field->type == HC_ROW_FIELD_ENUM && k < count; k++) {
            if (rows[k * info->row_size + field->offset] >= field->names->count) {
                abort();
            }
        }
    }
}

static void try_rows(const hc_frame *payload, const hc_decoded_header *header)
{
    hc_run_table table = HC_TABLE_COUNT;
    if (header->count > 0 &&
        hc_decode_rows(payload, header->seq, header->count, &table, rows) == 0) {
        check_rows(table, header->count);
    }
    if (hc_decode_map(payload, header->seq, &table, rows) == 0) {
        check_rows(table, 1);
    }
}

static void try_hello(const hc_frame *payload)
{
    hc_decoded_hello hello;
    if (hc_decode_hello(payload, "run", &hello) == 0) {
        if (hello.hello.ranks == 0 || hello.hello.ranks > HC_STREAM_MAX_RANKS ||
            strcmp(hello.hello.run, "run") != 0) {
            abort();
        }
        hc_decoded_hello_free(&hello);
    }
}

static void try_control(const hc_frame *payload)
{
    hc_stream_heartbeat heartbeat;
    hc_stream_ending ending;
    hc_decoded_status status;
    (void)hc_decode_heartbeat(payload, &heartbeat);
    (void)hc_decode_status(payload, &status);
    if (hc_decode_end(payload, &ending) == 0 &&
        memchr(ending.run_digest, '\0', sizeof ending.run_digest) == NULL) {
        abort();
    }
}

/* The first byte is the length of the header; what follows it is the payload. Both lie in memory of their size. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t head = size == 0 ? 0 : data[0] < size - 1 ? data[0] : size - 1;
    size_t body = size == 0 ? 0 : size - 1 - head;
    uint8_t *bytes[2] = {malloc(head + 1), malloc(body == 0 ? 1 : body)};
    if (bytes[0] != NULL && bytes[1] != NULL) {
        hc_decoded_header header;
        hc_frame frame = {bytes[0], head};
        hc_frame payload = {bytes[1], body};
        memcpy(bytes[0], head == 0 ? (const uint8_t *)"" : data + 1, head);
        memcpy(bytes[1], body == 0 ? (const uint8_t *)"" : data + 1 + head, body);
        if (hc_decode_header(&frame, &header) == 0) {
            try_rows(&payload, &header);
        }
        try_hello(&payload);
        try_control(&payload);
    }
    free(bytes[0]);
    free(bytes[1]);
    return 0;
}
