#include "tests/testing.h"
#include "traces/run/chunk_codec.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { CHUNK_ROWS = 2048, MAX_ROW_BYTES = 40 };

/* What the byte `b` of row `r` is: constants, noise, runs, counters, all in one row. */
static uint8_t byte_at(uint32_t r, uint32_t b)
{
    uint64_t x = ((uint64_t)r << 8 | b) * UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 29)) * UINT64_C(0xbf58476d1ce4e5b9);
    switch (b % 6) {
    case 0:
        return (uint8_t)(b * 7);
    case 1:
        return (uint8_t)(x >> 40);
    case 2:
        return (uint8_t)(r / 300);
    case 3:
        return (uint8_t)r;
    case 4:
        return (x >> 33) % 17 == 0 ? (uint8_t)x : 0;
    default:
        return (uint8_t)(x >> 62);
    }
}

static void fill_rows(uint8_t *rows, uint32_t row_bytes, uint32_t row_count)
{
    for (uint32_t r = 0; r < row_count; r++) {
        for (uint32_t b = 0; b < row_bytes; b++) {
            rows[(size_t)r * row_bytes + b] = byte_at(r, b);
        }
    }
}

/* Adds rows and encodes what there is then. */
static const uint8_t *encode(hc_chunk_codec *codec, hc_chunk_planes *planes, const uint8_t *rows,
                             uint32_t row_count, size_t avoid_bytes, size_t *bytes)
{
    for (uint32_t r = planes->count; r < row_count; r++) {
        memcpy(hc_chunk_planes_next(planes), rows + (size_t)r * planes->row_bytes,
               planes->row_bytes);
        hc_chunk_planes_add(planes);
    }
    return hc_chunk_encode(codec, planes, avoid_bytes, bytes, NULL);
}

static hc_chunk_planes open_planes(uint32_t row_bytes)
{
    hc_chunk_planes planes;
    CU_ASSERT_EQUAL_FATAL(hc_chunk_planes_open(&planes, row_bytes, CHUNK_ROWS), 0);
    return planes;
}

/* Undoes deflate with zlib and shuffle by its definition; rows behind the filled ones must be zero. */
static bool is_encoding_of(const uint8_t *chunk, size_t bytes, const uint8_t *rows,
                           uint32_t row_bytes, uint32_t row_count)
{
    static uint8_t planes[MAX_ROW_BYTES * CHUNK_ROWS];
    uLongf length = sizeof planes;
    if (uncompress(planes, &length, chunk, bytes) != Z_OK ||
        length != (uLongf)row_bytes * CHUNK_ROWS) {
        return false;
    }
    for (uint32_t b = 0; b < row_bytes; b++) {
        for (uint32_t r = 0; r < CHUNK_ROWS; r++) {
            uint8_t expected = r < row_count ? rows[(size_t)r * row_bytes + b] : 0;
            if (planes[(size_t)b * CHUNK_ROWS + r] != expected) {
                return false;
            }
        }
    }
    return true;
}

static void zlib_and_the_definition_of_shuffle_give_the_rows_back(void)
{
    static const uint32_t ROW_BYTES[] = {1, 7, 8, 9, 23, 40};
    static const uint32_t ROW_COUNTS[] = {1, 2, 63, 64, 65, 1000, CHUNK_ROWS - 1, CHUNK_ROWS};
    static uint8_t rows[MAX_ROW_BYTES * CHUNK_ROWS];
    hc_chunk_codec *codec = hc_chunk_codec_create();
    CU_ASSERT_PTR_NOT_NULL_FATAL(codec);
    for (size_t i = 0; i < sizeof ROW_BYTES / sizeof ROW_BYTES[0]; i++) {
        hc_chunk_planes planes = open_planes(ROW_BYTES[i]);
        fill_rows(rows, ROW_BYTES[i], CHUNK_ROWS);
        for (size_t j = 0; j < sizeof ROW_COUNTS / sizeof ROW_COUNTS[0]; j++) {
            size_t bytes = 0;
            const uint8_t *chunk = encode(codec, &planes, rows, ROW_COUNTS[j], 0, &bytes);
            CU_ASSERT_PTR_NOT_NULL_FATAL(chunk);
            CU_ASSERT(is_encoding_of(chunk, bytes, rows, ROW_BYTES[i], ROW_COUNTS[j]));
        }
        hc_chunk_planes_close(&planes);
    }
    hc_chunk_codec_destroy(codec);
}

/* A byte that is another one in a single row, wherever that is, and a chunk after another one. */
static void one_row_that_differs_is_kept(void)
{
    static const uint32_t PLACES[] = {0, 1, 63, 64, 500, CHUNK_ROWS - 1};
    static uint8_t rows[MAX_ROW_BYTES * CHUNK_ROWS];
    hc_chunk_codec *codec = hc_chunk_codec_create();
    hc_chunk_planes planes = open_planes(MAX_ROW_BYTES);
    for (size_t i = 0; i < sizeof PLACES / sizeof PLACES[0]; i++) {
        size_t bytes = 0;
        const uint8_t *chunk = NULL;
        memset(rows, (int)i, sizeof rows);
        rows[(size_t)PLACES[i] * MAX_ROW_BYTES + 3 * i] ^= 0x80;
        chunk = encode(codec, &planes, rows, CHUNK_ROWS, 0, &bytes);
        CU_ASSERT_PTR_NOT_NULL_FATAL(chunk);
        CU_ASSERT(is_encoding_of(chunk, bytes, rows, MAX_ROW_BYTES, CHUNK_ROWS));
        hc_chunk_planes_clear(&planes);
    }
    hc_chunk_planes_close(&planes);
    hc_chunk_codec_destroy(codec);
}

static void a_length_can_be_avoided(void)
{
    static uint8_t rows[MAX_ROW_BYTES * CHUNK_ROWS];
    hc_chunk_codec *codec = hc_chunk_codec_create();
    hc_chunk_planes planes = open_planes(MAX_ROW_BYTES);
    size_t first = 0;
    size_t second = 0;
    const uint8_t *chunk = NULL;
    CU_ASSERT_PTR_NOT_NULL_FATAL(codec);
    fill_rows(rows, MAX_ROW_BYTES, CHUNK_ROWS);
    CU_ASSERT_PTR_NOT_NULL(encode(codec, &planes, rows, 100, 0, &first));
    chunk = encode(codec, &planes, rows, 100, first, &second);
    CU_ASSERT_NOT_EQUAL(first, second);
    CU_ASSERT(is_encoding_of(chunk, second, rows, MAX_ROW_BYTES, 100));
    hc_chunk_planes_close(&planes);
    hc_chunk_codec_destroy(codec);
}

static void constants_cost_nothing_and_noise_does_not_grow(void)
{
    static uint8_t rows[16 * CHUNK_ROWS];
    hc_chunk_codec *codec = hc_chunk_codec_create();
    hc_chunk_planes planes = open_planes(16);
    size_t bytes = 0;
    CU_ASSERT_PTR_NOT_NULL_FATAL(codec);
    memset(rows, 0x5a, sizeof rows);
    (void)encode(codec, &planes, rows, CHUNK_ROWS, 0, &bytes);
    CU_ASSERT(bytes < sizeof rows / 50);
    for (uint32_t i = 0; i < sizeof rows; i++) {
        rows[i] = byte_at(i, 1);
    }
    hc_chunk_planes_clear(&planes);
    (void)encode(codec, &planes, rows, CHUNK_ROWS, 0, &bytes);
    CU_ASSERT(bytes < sizeof rows + 200);
    hc_chunk_planes_close(&planes);
    hc_chunk_codec_destroy(codec);
}

static const hc_test_case CASES[] = {
    {"zlib_and_the_definition_of_shuffle_give_the_rows_back",
     zlib_and_the_definition_of_shuffle_give_the_rows_back},
    {"one_row_that_differs_is_kept", one_row_that_differs_is_kept},
    {"a_length_can_be_avoided", a_length_can_be_avoided},
    {"constants_cost_nothing_and_noise_does_not_grow",
     constants_cost_nothing_and_noise_does_not_grow},
};

HC_TEST_MAIN("chunk_codec", CASES)
