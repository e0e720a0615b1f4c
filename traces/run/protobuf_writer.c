#include "traces/run/protobuf_writer.h"

#include <assert.h>
#include <string.h>

/* How the value of a field is stored; the lowest three bits of its tag. */
enum { WIRE_VARINT = 0, WIRE_64_BITS = 1, WIRE_LENGTH = 2, WIRE_BITS = 3 };

size_t hc_varint_put(unsigned char *out, uint64_t value)
{
    size_t size = 0;
    for (; value >= 0x80; value >>= 7) {
        out[size++] = (unsigned char)(value | 0x80);
    }
    out[size++] = (unsigned char)value;
    return size;
}

static void put_bytes(hc_protobuf *p, const void *bytes, size_t size)
{
    if (p->is_full || size > p->capacity - p->size) {
        p->is_full = true;
        return;
    }
    memcpy(p->bytes + p->size, bytes, size);
    p->size += size;
}

static void put_varint(hc_protobuf *p, uint64_t value)
{
    unsigned char bytes[HC_VARINT_SIZE];
    size_t size = hc_varint_put(bytes, value);
    put_bytes(p, bytes, size);
}

static void put_tag(hc_protobuf *p, uint32_t number, unsigned wire)
{
    assert(number > 0 && number < 1U << 29);
    put_varint(p, (uint64_t)number << WIRE_BITS | wire);
}

void hc_protobuf_unsigned(hc_protobuf *p, uint32_t number, uint64_t value)
{
    put_tag(p, number, WIRE_VARINT);
    put_varint(p, value);
}

void hc_protobuf_signed(hc_protobuf *p, uint32_t number, int64_t value)
{
    hc_protobuf_unsigned(p, number, (uint64_t)value); /* two's complement, as long as it takes */
}

void hc_protobuf_double(hc_protobuf *p, uint32_t number, double value)
{
    unsigned char bytes[8];
    uint64_t bits = 0;
    memcpy(&bits, &value, sizeof bits);
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (unsigned char)(bits >> 8 * i);
    }
    put_tag(p, number, WIRE_64_BITS);
    put_bytes(p, bytes, sizeof bytes);
}

void hc_protobuf_text(hc_protobuf *p, uint32_t number, const char *text)
{
    size_t length = strlen(text);
    put_tag(p, number, WIRE_LENGTH);
    put_varint(p, length);
    put_bytes(p, text, length);
}

size_t hc_protobuf_begin(hc_protobuf *p, uint32_t number)
{
    put_tag(p, number, WIRE_LENGTH);
    return p->size;
}

/* The length stands before the content and takes as few bytes as it can. */
void hc_protobuf_end(hc_protobuf *p, size_t begin)
{
    unsigned char length[HC_VARINT_SIZE];
    size_t content = p->size - begin;
    size_t length_size = hc_varint_put(length, content);
    if (p->is_full || length_size > p->capacity - p->size) {
        p->is_full = true;
        return;
    }
    memmove(p->bytes + begin + length_size, p->bytes + begin, content);
    memcpy(p->bytes + begin, length, length_size);
    p->size += length_size;
}
