#include "traces/run/chunk_codec.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define ZLIB_CONST /* zlib's inputs are const then, as they are in truth */
#include <zlib.h>

/* The shuffle filter has turned rows into planes (chunk_planes.h). A deflate stream (RFC 1951) is a sequence of blocks, and a block that ends on a byte boundary can be joined to any other.
 * So each plane is encoded on its own, as
 *   - the remembered encoding of a constant, when all its bytes are equal (most high bytes of integers),
 *   - a stored block, when its bytes are noise (low bytes of times): deflate would take long and gain little,
 *   - what zlib makes of it without a search for repetitions (Z_RLE), else.
 * RFC 1950 wraps them into two bytes of header and an Adler-32 of the planes. */

enum {
    PART_BYTES = 64,
    SAMPLE_BLOCKS = 4,
    SAMPLE_BYTES = 128,
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
    free(codec->out);
    free(codec);
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
    uint8_t bytes[PART_BYTES];
    z_stream *stream = &codec->deflate;
    memset(bytes, value, sizeof bytes);
    (void)deflateReset(stream);
    stream->next_out = entry->data;
    stream->avail_out = sizeof entry->data;
    for (uint32_t left = length; left > 0;) {
        uint32_t part = left < PART_BYTES ? left : PART_BYTES;
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
    /* Deflate must save most of the plane to be worth ten times the time of storing. Noise: fewer than seven in
     * eight are repeats, and fewer than three quarters of all pairs are equal. With this bar a million jobs take
     * 99 MB and 0.3 s; with three in four and a half, 88 MB and 0.4 s; HDF5's own filters make 75 MB in 2.2 s. */
    return repeats < drawn * 7 / 8 && pairs < drawn * (drawn - 1) / 2 / 4 * 3;
}

/* @param plane  NULL: all its bytes are `first` */
static void append_plane(hc_chunk_codec *codec, const uint8_t *plane, uint8_t first, uint32_t bytes)
{
    size_t deflated = 0;
    if (plane == NULL || memcmp(plane, plane + 1, bytes - 1) == 0) {
        append_constant(codec, &codec->constants[first], first, bytes);
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

static int reserve(hc_chunk_codec *codec, size_t bytes)
{
    uint8_t *grown = NULL;
    if (bytes <= codec->out_room) {
        return 0;
    }
    grown = realloc(codec->out, bytes);
    if (grown == NULL) {
        return -1;
    }
    codec->out = grown;
    codec->out_room = bytes;
    return 0;
}

const uint8_t *hc_chunk_encode(hc_chunk_codec *codec, hc_chunk_planes *planes, size_t avoid_bytes,
                               size_t *bytes, hc_error *error)
{
    static const uint8_t HEADER[HEADER_BYTES] = {0x78, 0x01};
    uint32_t count = planes->count;
    assert(count >= 1 && count <= planes->chunk_rows && planes->chunk_rows <= UINT16_MAX);
    if (reserve(codec, HEADER_BYTES + (size_t)planes->row_bytes * (count + PLANE_EXTRA_BYTES) +
                           TRAILER_BYTES) < 0) {
        (void)hc_error_memory(error);
        return NULL;
    }
    hc_chunk_planes_settle(planes);
    codec->out_bytes = 0;
    codec->adler = 1;
    append(codec, HEADER, sizeof HEADER);
    for (uint32_t b = 0; b < planes->row_bytes; b++) {
        uint8_t first = 0;
        const uint8_t *plane = hc_chunk_planes_get(planes, b, &first);
        append_plane(codec, plane, first, count);
        if (count < planes->chunk_rows) {
            append_constant(codec, &codec->tail, 0, planes->chunk_rows - count);
        }
    }
    append_end(codec, avoid_bytes);
    *bytes = codec->out_bytes;
    return codec->out;
}
