#include "traces/run/chunk_codec.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define ZLIB_CONST /* zlib's inputs are const then, as they are in truth */
#include <zlib.h>

/* The shuffle filter turns rows into planes: all first bytes, all second bytes, and so on. A deflate stream
 * (RFC 1951) is a sequence of blocks, and a block that ends on a byte boundary can be joined to any other.
 * So each plane is encoded on its own, as
 *   - the remembered encoding of a constant, when all its bytes are equal (most high bytes of integers),
 *   - a stored block, when its bytes are noise (low bytes of times): deflate would take long and gain little,
 *   - what zlib makes of it without a search for repetitions (Z_RLE), else.
 * RFC 1950 wraps them into two bytes of header and an Adler-32 of the planes. */

enum {
    TILE_ROWS = 64,
    SAMPLE_BLOCKS = 4,
    SAMPLE_BYTES = 256,
    CONSTANT_ROOM = 256, /* bytes of an encoded constant: a deflate match covers 258 bytes */
    STORED_HEADER_BYTES = 5,
    HEADER_BYTES = 2,
    TRAILER_BYTES = 2 * STORED_HEADER_BYTES + 4,
    PLANE_EXTRA_BYTES = 2 * CONSTANT_ROOM,
};

/* The encoding of `length` bytes that are all equal. */
typedef struct constant {
    uint32_t length;
    uint32_t bytes;
    uint8_t data[CONSTANT_ROOM];
} constant;

struct hc_chunk_codec {
    z_stream deflate;
    bool has_deflate;
    uint8_t *planes;
    size_t planes_room;
    uint8_t *out;
    size_t out_room;
    size_t out_bytes;
    uint32_t adler;
    constant constants[256]; /* by the value of the byte */
    constant tail;           /* of the zeros behind the filled rows */
};

hc_chunk_codec *hc_chunk_codec_create(void)
{
    hc_chunk_codec *codec = calloc(1, sizeof *codec);
    if (codec == NULL) {
        return NULL;
    }
    /* Raw deflate; a small hash (memory level 7), since runs need none. */
    if (deflateInit2(&codec->deflate, 1, Z_DEFLATED, -15, 7, Z_RLE) != Z_OK) {
        free(codec);
        return NULL;
    }
    codec->has_deflate = true;
    return codec;
}

void hc_chunk_codec_destroy(hc_chunk_codec *codec)
{
    if (codec == NULL) {
        return;
    }
    if (codec->has_deflate) {
        (void)deflateEnd(&codec->deflate);
    }
    free(codec->planes);
    free(codec->out);
    free(codec);
}

static uint64_t load64(const uint8_t *from)
{
    uint64_t value = 0;
    memcpy(&value, from, sizeof value);
    return value;
}

/* Exchanges the bits of `mask`, shifted left by `shift` in `low`, with those of `mask` in `high`. */
static void exchange(uint64_t *low, uint64_t *high, int shift, uint64_t mask)
{
    uint64_t moved = ((*low >> shift) ^ *high) & mask;
    *high ^= moved;
    *low ^= moved << shift;
}

/* Transposes 8 x 8 bytes, one row per word (Warren, Hacker's Delight, 7-3, on bytes instead of bits).
 * Written out, so that the words stay in registers. */
static void transpose8(uint64_t w[8])
{
    const uint64_t bytes = UINT64_C(0x00ff00ff00ff00ff);
    const uint64_t pairs = UINT64_C(0x0000ffff0000ffff);
    const uint64_t halves = UINT64_C(0x00000000ffffffff);
    exchange(&w[0], &w[1], 8, bytes);
    exchange(&w[2], &w[3], 8, bytes);
    exchange(&w[4], &w[5], 8, bytes);
    exchange(&w[6], &w[7], 8, bytes);
    exchange(&w[0], &w[2], 16, pairs);
    exchange(&w[1], &w[3], 16, pairs);
    exchange(&w[4], &w[6], 16, pairs);
    exchange(&w[5], &w[7], 16, pairs);
    exchange(&w[0], &w[4], 32, halves);
    exchange(&w[1], &w[5], 32, halves);
    exchange(&w[2], &w[6], 32, halves);
    exchange(&w[3], &w[7], 32, halves);
}

/* Eight bytes of TILE_ROWS rows to eight planes. The tile keeps the writes to a plane together: planes of
 * 16 Ki bytes share their cache sets. */
static void shuffle_tile(const uint8_t *rows, uint32_t row_bytes, uint8_t *planes, size_t pitch)
{
    uint64_t tile[8][TILE_ROWS / 8];
    size_t step = row_bytes;
    for (size_t r = 0; r < TILE_ROWS / 8; r++, rows += 8 * step) {
        uint64_t words[8] = {load64(rows),
                             load64(rows + step),
                             load64(rows + 2 * step),
                             load64(rows + 3 * step),
                             load64(rows + 4 * step),
                             load64(rows + 5 * step),
                             load64(rows + 6 * step),
                             load64(rows + 7 * step)};
        transpose8(words);
        tile[0][r] = words[0];
        tile[1][r] = words[1];
        tile[2][r] = words[2];
        tile[3][r] = words[3];
        tile[4][r] = words[4];
        tile[5][r] = words[5];
        tile[6][r] = words[6];
        tile[7][r] = words[7];
    }
    for (size_t i = 0; i < 8; i++) {
        memcpy(planes + i * pitch, tile[i], TILE_ROWS);
    }
}

/* Bytes `from` .. `to` - 1 of some rows, one by one. */
static void shuffle_bytes(const uint8_t *rows, uint32_t row_bytes, uint32_t row_count,
                          uint32_t from, uint32_t to, uint8_t *planes, size_t pitch)
{
    for (size_t b = from; b < to; b++) {
        for (size_t r = 0; r < row_count; r++) {
            planes[b * pitch + r] = rows[r * row_bytes + b];
        }
    }
}

/* Plane b lies at planes + b * row_count. */
static void shuffle(const uint8_t *rows, uint32_t row_bytes, uint32_t row_count, uint8_t *planes)
{
    uint32_t tiled_bytes = row_bytes - row_bytes % 8;
    uint32_t r = 0;
    for (; r + TILE_ROWS <= row_count; r += TILE_ROWS) {
        const uint8_t *from = rows + (size_t)r * row_bytes;
        for (uint32_t b = 0; b < tiled_bytes; b += 8) {
            shuffle_tile(from + b, row_bytes, planes + (size_t)b * row_count + r, row_count);
        }
        shuffle_bytes(from, row_bytes, TILE_ROWS, tiled_bytes, row_bytes, planes + r, row_count);
    }
    shuffle_bytes(rows + (size_t)r * row_bytes, row_bytes, row_count - r, 0, row_bytes, planes + r,
                  row_count);
}

static void append(hc_chunk_codec *codec, const uint8_t *data, size_t bytes)
{
    assert(codec->out_bytes + bytes <= codec->out_room);
    memcpy(codec->out + codec->out_bytes, data, bytes);
    codec->out_bytes += bytes;
}

/* A stored block: three bits of type, filled up to a byte, then the length and its complement. */
static void append_stored(hc_chunk_codec *codec, const uint8_t *data, uint32_t bytes, bool is_last)
{
    const uint8_t header[STORED_HEADER_BYTES] = {is_last ? 1 : 0, (uint8_t)bytes,
                                                 (uint8_t)(bytes >> 8), (uint8_t)~bytes,
                                                 (uint8_t)(~bytes >> 8)};
    append(codec, header, sizeof header);
    append(codec, data, bytes);
}

/* What zlib makes of some bytes, up to a byte boundary. @return its length, 0 when it exceeds `room`. */
static size_t deflate_plane(hc_chunk_codec *codec, const uint8_t *data, uint32_t bytes,
                            uint8_t *out, size_t room)
{
    z_stream *stream = &codec->deflate;
    /* A fresh start: a run must not reach back into the plane that zlib saw before this one. */
    (void)deflateReset(stream);
    stream->next_in = data;
    stream->avail_in = bytes;
    stream->next_out = out;
    stream->avail_out = (uInt)room;
    (void)deflate(stream, Z_SYNC_FLUSH);
    return stream->avail_out == 0 ? 0 : room - stream->avail_out;
}

static void fill_constant(hc_chunk_codec *codec, constant *entry, uint8_t value, uint32_t length)
{
    uint8_t bytes[TILE_ROWS];
    z_stream *stream = &codec->deflate;
    memset(bytes, value, sizeof bytes);
    (void)deflateReset(stream);
    stream->next_out = entry->data;
    stream->avail_out = sizeof entry->data;
    for (uint32_t left = length; left > 0;) {
        uint32_t part = left < TILE_ROWS ? left : TILE_ROWS;
        left -= part;
        stream->next_in = bytes;
        stream->avail_in = part;
        (void)deflate(stream, left == 0 ? Z_SYNC_FLUSH : Z_NO_FLUSH);
    }
    assert(stream->avail_out > 0);
    entry->length = length;
    entry->bytes = (uint32_t)(sizeof entry->data - stream->avail_out);
}

/* Adler-32 of `length` equal bytes, in closed form (RFC 1950: sums of the bytes and of these sums). */
static uint32_t adler_of_constant(uint8_t value, uint32_t length)
{
    const uint64_t base = 65521;
    uint64_t n = length;
    uint64_t low = (1 + n * value) % base;
    uint64_t high = (n + n * (n + 1) / 2 * value) % base;
    return (uint32_t)(high << 16 | low);
}

static void append_constant(hc_chunk_codec *codec, constant *entry, uint8_t value, uint32_t length)
{
    if (entry->length != length) {
        fill_constant(codec, entry, value, length);
    }
    append(codec, entry->data, entry->bytes);
    codec->adler =
        (uint32_t)adler32_combine(codec->adler, adler_of_constant(value, length), (z_off_t)length);
}

/* Whether deflate would hardly shorten a plane, judged by samples: how often two bytes drawn at random are
 * equal (the collision entropy), and how often a byte equals the one before it. */
static bool is_noise(const uint8_t *plane, uint32_t bytes)
{
    uint16_t counts[256] = {0};
    uint32_t repeats = 0;
    uint32_t pairs = 0;
    const uint32_t drawn = SAMPLE_BLOCKS * (SAMPLE_BYTES - 1);
    if (bytes < 2 * SAMPLE_BLOCKS * SAMPLE_BYTES) {
        return false;
    }
    for (uint32_t block = 0; block < SAMPLE_BLOCKS; block++) {
        const uint8_t *at = plane + (size_t)block * (bytes / SAMPLE_BLOCKS);
        for (uint32_t i = 1; i < SAMPLE_BYTES; i++) {
            pairs += counts[at[i]]++;
            repeats += at[i] == at[i - 1] ? 1 : 0;
        }
    }
    /* Deflate must save more than half to be worth ten times the time of storing. Noise: fewer than three in
     * four are repeats, and fewer than half of all pairs are equal. With this bar a million jobs take 99 MB and
     * 0.4 s; HDF5's own filters make 75 MB of them in 2.2 s. */
    return repeats < drawn * 3 / 4 && pairs < drawn * (drawn - 1) / 2 / 2;
}

static void append_plane(hc_chunk_codec *codec, const uint8_t *plane, uint32_t bytes)
{
    size_t deflated = 0;
    if (memcmp(plane, plane + 1, bytes - 1) == 0) {
        append_constant(codec, &codec->constants[plane[0]], plane[0], bytes);
        return;
    }
    codec->adler = (uint32_t)adler32(codec->adler, plane, bytes);
    if (!is_noise(plane, bytes)) {
        deflated = deflate_plane(codec, plane, bytes, codec->out + codec->out_bytes, bytes);
    }
    if (deflated == 0) {
        append_stored(codec, plane, bytes, false);
    }
    codec->out_bytes += deflated;
}

static void append_end(hc_chunk_codec *codec, size_t avoid_bytes)
{
    uint8_t adler[4] = {0};
    if (codec->out_bytes + STORED_HEADER_BYTES + sizeof adler == avoid_bytes) {
        append_stored(codec, adler, 0, false);
    }
    append_stored(codec, adler, 0, true);
    for (int i = 0; i < 4; i++) {
        adler[i] = (uint8_t)(codec->adler >> (24 - 8 * i));
    }
    append(codec, adler, sizeof adler);
}

static int reserve(uint8_t **buffer, size_t *room, size_t bytes)
{
    uint8_t *grown = NULL;
    if (bytes <= *room) {
        return 0;
    }
    grown = realloc(*buffer, bytes);
    if (grown == NULL) {
        return -1;
    }
    *buffer = grown;
    *room = bytes;
    return 0;
}

const uint8_t *hc_chunk_encode(hc_chunk_codec *codec, const uint8_t *rows, uint32_t row_bytes,
                               uint32_t row_count, uint32_t chunk_rows, size_t avoid_bytes,
                               size_t *bytes, hc_error *error)
{
    static const uint8_t HEADER[HEADER_BYTES] = {0x78, 0x01};
    assert(row_count >= 1 && row_count <= chunk_rows && chunk_rows <= UINT16_MAX);
    if (reserve(&codec->planes, &codec->planes_room, (size_t)row_bytes * row_count) < 0 ||
        reserve(&codec->out, &codec->out_room,
                HEADER_BYTES + (size_t)row_bytes * (row_count + PLANE_EXTRA_BYTES) +
                    TRAILER_BYTES) < 0) {
        (void)hc_error_memory(error);
        return NULL;
    }
    shuffle(rows, row_bytes, row_count, codec->planes);
    codec->out_bytes = 0;
    codec->adler = 1;
    append(codec, HEADER, sizeof HEADER);
    for (uint32_t b = 0; b < row_bytes; b++) {
        append_plane(codec, codec->planes + (size_t)b * row_count, row_count);
        if (row_count < chunk_rows) {
            append_constant(codec, &codec->tail, 0, chunk_rows - row_count);
        }
    }
    append_end(codec, avoid_bytes);
    *bytes = codec->out_bytes;
    return codec->out;
}
