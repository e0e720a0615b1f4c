#include "tests/testing.h"
#include "traces/run/protobuf_writer.h"

#include <string.h>

static unsigned char room[64];

static hc_protobuf writer(size_t capacity)
{
    memset(room, 0xee, sizeof room);
    return (hc_protobuf){.bytes = room, .capacity = capacity};
}

static void check_bytes(const hc_protobuf *p, const char *expected, size_t size)
{
    CU_ASSERT_FALSE(p->is_full);
    CU_ASSERT_EQUAL_FATAL(p->size, size);
    CU_ASSERT_EQUAL(memcmp(p->bytes, expected, size), 0);
}

/* The examples of protobuf.dev/programming-guides/encoding: Test1.a = 150, Test2.b = "testing", Test3.c = Test1. */
static void the_examples_of_the_documentation(void)
{
    hc_protobuf p = writer(sizeof room);
    size_t begin = 0;
    hc_protobuf_unsigned(&p, 1, 150);
    check_bytes(&p, "\x08\x96\x01", 3);
    p = writer(sizeof room);
    hc_protobuf_text(&p, 2, "testing");
    check_bytes(&p, "\x12\x07testing", 9);
    p = writer(sizeof room);
    begin = hc_protobuf_begin(&p, 3);
    hc_protobuf_unsigned(&p, 1, 150);
    hc_protobuf_end(&p, begin);
    check_bytes(&p, "\x1a\x03\x08\x96\x01", 5);
}

/* -2 as int64 is 2^64 - 2, ten bytes; the same page. */
static void negative_numbers_take_ten_bytes(void)
{
    hc_protobuf p = writer(sizeof room);
    hc_protobuf_signed(&p, 1, -2);
    check_bytes(&p, "\x08\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11);
}

static void numbers_take_as_few_bytes_as_they_can(void)
{
    static const struct {
        uint64_t value;
        size_t size;
    } CASES[] = {{0, 1},     {127, 1},      {128, 2},         {16383, 2},
                 {16384, 3}, {1U << 28, 5}, {UINT64_MAX, 10}, {UINT64_MAX >> 1, 9}};
    unsigned char bytes[HC_VARINT_SIZE];
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        CU_ASSERT_EQUAL(hc_varint_put(bytes, CASES[i].value), CASES[i].size);
    }
}

/* 1.5 is 0x3ff8000000000000. */
static void doubles_are_little_endian(void)
{
    hc_protobuf p = writer(sizeof room);
    hc_protobuf_double(&p, 5, 1.5);
    check_bytes(&p, "\x29\0\0\0\0\0\0\xf8\x3f", 9);
}

static void fields_beyond_15_have_longer_tags(void)
{
    hc_protobuf p = writer(sizeof room);
    hc_protobuf_unsigned(&p, 60, 1);
    hc_protobuf_unsigned(&p, (1U << 29) - 1, 1);
    check_bytes(&p, "\xe0\x03\x01\xf8\xff\xff\xff\x0f\x01", 9);
}

/* Whatever the room, either the whole message is there or the writer says that it is not; nothing is written behind
 * the end. */
static void what_does_not_fit_is_told(void)
{
    size_t whole = 0;
    for (size_t capacity = sizeof room; capacity-- > 0;) {
        hc_protobuf p = writer(capacity);
        size_t outer = hc_protobuf_begin(&p, 1);
        size_t inner = hc_protobuf_begin(&p, 2);
        hc_protobuf_text(&p, 3, "text");
        hc_protobuf_double(&p, 4, 0.1);
        hc_protobuf_end(&p, inner);
        hc_protobuf_end(&p, outer);
        whole = p.is_full ? whole : p.size;
        CU_ASSERT_EQUAL(p.is_full, capacity < 19); /* 2 + 2 + 6 + 9 */
        CU_ASSERT(p.size <= capacity);
        for (size_t i = capacity; i < sizeof room; i++) {
            CU_ASSERT_EQUAL(room[i], 0xee);
        }
    }
    CU_ASSERT_EQUAL(whole, 19);
}

static const hc_test_case CASES[] = {
    {"the_examples_of_the_documentation", the_examples_of_the_documentation},
    {"negative_numbers_take_ten_bytes", negative_numbers_take_ten_bytes},
    {"numbers_take_as_few_bytes_as_they_can", numbers_take_as_few_bytes_as_they_can},
    {"doubles_are_little_endian", doubles_are_little_endian},
    {"fields_beyond_15_have_longer_tags", fields_beyond_15_have_longer_tags},
    {"what_does_not_fit_is_told", what_does_not_fit_is_told},
};

HC_TEST_MAIN("protobuf_writer", CASES)
