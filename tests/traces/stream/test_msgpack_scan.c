#include "tests/testing.h"
#include "traces/stream/msgpack_scan.h"

#include <msgpack.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const hc_msgpack_limits WIDE = {.depth = HC_MSGPACK_MAX_DEPTH, .items = UINT64_MAX};

static bool accepts(const msgpack_sbuffer *buffer, const hc_msgpack_limits *limits)
{
    return hc_msgpack_scan(buffer->data, buffer->size, limits) == 0;
}

/* Every way in which msgpack-c writes an object. */
static void pack_kind(msgpack_packer *pk, int kind, size_t length)
{
    static const char BYTES[70000];
    switch (kind) {
    case 0:
        (void)msgpack_pack_str(pk, length);
        (void)msgpack_pack_str_body(pk, BYTES, length);
        break;
    case 1:
        (void)msgpack_pack_bin(pk, length);
        (void)msgpack_pack_bin_body(pk, BYTES, length);
        break;
    case 2:
        (void)msgpack_pack_ext(pk, length, 5);
        (void)msgpack_pack_ext_body(pk, BYTES, length);
        break;
    case 3:
        (void)msgpack_pack_array(pk, length);
        for (size_t i = 0; i < length; i++) {
            (void)msgpack_pack_nil(pk);
        }
        break;
    default:
        (void)msgpack_pack_map(pk, length);
        for (size_t i = 0; i < 2 * length; i++) {
            (void)msgpack_pack_true(pk);
        }
    }
}

static void every_length_of_every_kind_is_accepted_whole_and_refused_cut(void)
{
    static const size_t LENGTHS[] = {0, 1, 2, 4, 8, 15, 16, 31, 32, 255, 256, 65535, 65536};
    for (int kind = 0; kind < 5; kind++) {
        for (size_t i = 0; i < sizeof LENGTHS / sizeof LENGTHS[0]; i++) {
            msgpack_sbuffer buffer;
            msgpack_packer pk;
            msgpack_sbuffer_init(&buffer);
            msgpack_packer_init(&pk, &buffer, msgpack_sbuffer_write);
            pack_kind(&pk, kind, LENGTHS[i]);
            CU_ASSERT(accepts(&buffer, &WIDE));
            buffer.size--;
            CU_ASSERT_FALSE(accepts(&buffer, &WIDE));
            buffer.size++;
            (void)msgpack_pack_nil(&pk);
            CU_ASSERT_FALSE(accepts(&buffer, &WIDE)); /* two objects */
            msgpack_sbuffer_destroy(&buffer);
        }
    }
}

static void numbers_of_every_width_are_accepted(void)
{
    static const uint64_t NUMBERS[] = {0, 127, 128, 255, 256, 65535, 65536, UINT32_MAX, UINT64_MAX};
    msgpack_sbuffer buffer;
    msgpack_packer pk;
    msgpack_sbuffer_init(&buffer);
    msgpack_packer_init(&pk, &buffer, msgpack_sbuffer_write);
    (void)msgpack_pack_array(&pk, 2 * 9 + 4);
    for (size_t i = 0; i < 9; i++) {
        (void)msgpack_pack_uint64(&pk, NUMBERS[i]);
        (void)msgpack_pack_int64(&pk, -(int64_t)(NUMBERS[i] / 2));
    }
    (void)msgpack_pack_float(&pk, 1.5F);
    (void)msgpack_pack_double(&pk, 1.5);
    (void)msgpack_pack_false(&pk);
    (void)msgpack_pack_nil(&pk);
    CU_ASSERT(accepts(&buffer, &WIDE));
    msgpack_sbuffer_destroy(&buffer);
}

/* Messages that make msgpack-c reserve gigabytes, or that are no msgpack at all. */
static void lengths_beyond_the_message_are_refused(void)
{
    static const struct {
        size_t size;
        unsigned char bytes[12];
    } CASES[] = {
        {5, {0xdd, 0x07, 0xff, 0xff, 0xff}}, /* array32 of 134 million */
        {5, {0xdf, 0xff, 0xff, 0xff, 0xff}}, /* map32 of 4 thousand million */
        {5, {0xdb, 0xff, 0xff, 0xff, 0xff}}, /* str32 */
        {5, {0xc6, 0xff, 0xff, 0xff, 0xff}}, /* bin32 */
        {6, {0xc9, 0xff, 0xff, 0xff, 0xff, 1}},
        {3, {0xdc, 0x00, 0x01}},
        {2, {0x91, 0xc1}}, /* the byte that is never used */
        {1, {0xc1}},
        {1, {0xdd}},
        {0, {0}},
        {2, {0x81, 0x01}}, /* a key without a value */
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        CU_ASSERT_EQUAL(hc_msgpack_scan(CASES[i].bytes, CASES[i].size, &WIDE), -1);
    }
}

/* 150 bytes of arrays inside each other make msgpack-c reserve 12 GB. */
static void depth_is_limited_to_what_msgpack_c_unpacks(void)
{
    unsigned char nested[40];
    for (uint32_t depth = 1; depth < sizeof nested; depth++) {
        hc_msgpack_limits limits = {.depth = depth - 1, .items = 100};
        memset(nested, 0x91, depth);
        nested[depth] = 0xc0;
        CU_ASSERT_EQUAL(hc_msgpack_scan(nested, depth + 1, &limits), -1);
        limits.depth = depth;
        CU_ASSERT_EQUAL(hc_msgpack_scan(nested, depth + 1, &limits),
                        depth <= HC_MSGPACK_MAX_DEPTH ? 0 : -1);
    }
}

static void the_deepest_accepted_object_is_unpacked(void)
{
    char nested[HC_MSGPACK_MAX_DEPTH + 1];
    msgpack_unpacked unpacked;
    size_t end = 0;
    memset(nested, (char)0x91, sizeof nested);
    nested[HC_MSGPACK_MAX_DEPTH] = (char)0xc0;
    CU_ASSERT_EQUAL(hc_msgpack_scan(nested, sizeof nested, &WIDE), 0);
    msgpack_unpacked_init(&unpacked);
    CU_ASSERT_EQUAL(msgpack_unpack_next(&unpacked, nested, sizeof nested, &end),
                    MSGPACK_UNPACK_SUCCESS);
    CU_ASSERT_EQUAL(end, sizeof nested);
    msgpack_unpacked_destroy(&unpacked);
}

static void items_are_counted_before_they_are_seen(void)
{
    static const unsigned char MAP[] = {0x82, 0x01, 0x92, 0x02, 0x03, 0x04, 0x05}; /* 7 objects */
    hc_msgpack_limits limits = {.depth = 2, .items = 7};
    CU_ASSERT_EQUAL(hc_msgpack_scan(MAP, sizeof MAP, &limits), 0);
    limits.items = 6;
    CU_ASSERT_EQUAL(hc_msgpack_scan(MAP, sizeof MAP, &limits), -1);
    limits.items = 0;
    CU_ASSERT_EQUAL(hc_msgpack_scan(MAP, sizeof MAP, &limits), -1);
}

static const hc_test_case CASES[] = {
    {"every_length_of_every_kind_is_accepted_whole_and_refused_cut",
     every_length_of_every_kind_is_accepted_whole_and_refused_cut},
    {"numbers_of_every_width_are_accepted", numbers_of_every_width_are_accepted},
    {"lengths_beyond_the_message_are_refused", lengths_beyond_the_message_are_refused},
    {"depth_is_limited_to_what_msgpack_c_unpacks", depth_is_limited_to_what_msgpack_c_unpacks},
    {"the_deepest_accepted_object_is_unpacked", the_deepest_accepted_object_is_unpacked},
    {"items_are_counted_before_they_are_seen", items_are_counted_before_they_are_seen},
};

HC_TEST_MAIN("traces/stream/msgpack_scan", CASES)
