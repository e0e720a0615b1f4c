#ifndef HC_TRACES_PROTOBUF_WRITER_H
#define HC_TRACES_PROTOBUF_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Writes one protocol buffer message, with messages in it, into memory of its owner's. The wire format:
 *  https://protobuf.dev/programming-guides/encoding.
 *
 *  What does not fit is left out and `is_full` says so; the bytes are no message then. A plain struct: set `bytes`
 *  and `capacity`, and `size` to 0 for each message. */
typedef struct hc_protobuf {
    unsigned char *bytes; /**< borrowed */
    size_t capacity;
    size_t size;
    bool is_full;
} hc_protobuf;

enum { HC_VARINT_SIZE = 10 /**< of the longest number */ };

/** Fields: `number` is that of the .proto file, 1..2^29 - 1. Enums and booleans are unsigned numbers. */
void hc_protobuf_unsigned(hc_protobuf *p, uint32_t number, uint64_t value);
void hc_protobuf_signed(hc_protobuf *p, uint32_t number, int64_t value); /**< int32, int64 */
void hc_protobuf_double(hc_protobuf *p, uint32_t number, double value);
void hc_protobuf_text(hc_protobuf *p, uint32_t number, const char *text);

/** A message in a message: what is written between begin and end is its content.
 *  Cost of the end: its content is moved once.
 *  @return what the end needs to know. */
size_t hc_protobuf_begin(hc_protobuf *p, uint32_t number);
void hc_protobuf_end(hc_protobuf *p, size_t begin);

/** Writes a number of 7 bits per byte, lowest first. @param out  HC_VARINT_SIZE bytes @return how many it takes. */
size_t hc_varint_put(unsigned char *out, uint64_t value);

#endif
