#include "traces/run/chunk_planes.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { GROUP = 8, LINE = 64 };

int hc_chunk_planes_open(hc_chunk_planes *p, uint32_t row_bytes, uint32_t chunk_rows)
{
    uint32_t groups = (row_bytes + GROUP - 1) / GROUP;
    assert(row_bytes >= 1 && chunk_rows >= 1);
    *p = (hc_chunk_planes){
        .row_bytes = row_bytes,
        .chunk_rows = chunk_rows,
        .stride = groups * GROUP,
        /* A line more than the rows need: planes of a power of two would share their cache sets. */
        .pitch = ((size_t)chunk_rows + HC_TILE_ROWS - 1) / HC_TILE_ROWS * HC_TILE_ROWS + LINE,
    };
    p->tile = calloc(HC_TILE_ROWS, p->stride);
    p->first = calloc(1, p->stride);
    p->is_settled = calloc(groups, sizeof *p->is_settled);
    p->planes = malloc(p->stride * p->pitch);
    if (p->tile == NULL || p->first == NULL || p->is_settled == NULL || p->planes == NULL) {
        hc_chunk_planes_close(p);
        return -1;
    }
    return 0;
}

void hc_chunk_planes_close(hc_chunk_planes *p)
{
    free(p->tile);
    free(p->first);
    free(p->is_settled);
    free(p->planes);
    *p = HC_CHUNK_PLANES_NONE;
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

/* Eight bytes of the rows of a tile to eight planes. What goes to one plane goes there together. */
static void turn_group(const uint8_t *rows, size_t step, uint8_t *planes, size_t pitch)
{
    uint64_t turned[GROUP][HC_TILE_ROWS / GROUP];
    for (size_t r = 0; r < HC_TILE_ROWS / GROUP; r++, rows += GROUP * step) {
        uint64_t words[GROUP] = {load64(rows),
                                 load64(rows + step),
                                 load64(rows + 2 * step),
                                 load64(rows + 3 * step),
                                 load64(rows + 4 * step),
                                 load64(rows + 5 * step),
                                 load64(rows + 6 * step),
                                 load64(rows + 7 * step)};
        transpose8(words);
        turned[0][r] = words[0];
        turned[1][r] = words[1];
        turned[2][r] = words[2];
        turned[3][r] = words[3];
        turned[4][r] = words[4];
        turned[5][r] = words[5];
        turned[6][r] = words[6];
        turned[7][r] = words[7];
    }
    for (size_t i = 0; i < GROUP; i++) {
        memcpy(planes + i * pitch, turned[i], HC_TILE_ROWS);
    }
}

/* Whether eight bytes of the first rows of a tile are all as in the first row of the chunk. */
static bool is_as_before(const uint8_t *rows, size_t step, uint32_t count, uint64_t first)
{
    uint64_t difference = 0;
    for (uint32_t r = 0; r < count; r++) {
        difference |= load64(rows + r * step) ^ first;
    }
    return difference == 0;
}

/* The planes of a group get what all rows before this tile have been. */
static void settle_group(hc_chunk_planes *p, uint32_t group, uint32_t begin)
{
    for (uint32_t b = group * GROUP; b < (group + 1) * GROUP; b++) {
        memset(p->planes + b * p->pitch, p->first[b], begin);
    }
    p->is_settled[group] = true;
}

/* The first `count` rows of the tile are those from `begin` on. */
static void turn_tile(hc_chunk_planes *p, uint32_t begin, uint32_t count)
{
    if (begin == 0) {
        memcpy(p->first, p->tile, p->stride);
    }
    for (uint32_t g = 0; g < p->stride / GROUP; g++) {
        const uint8_t *from = p->tile + (size_t)g * GROUP;
        if (!p->is_settled[g]) {
            if (is_as_before(from, p->stride, count, load64(p->first + (size_t)g * GROUP))) {
                continue;
            }
            settle_group(p, g, begin);
        }
        turn_group(from, p->stride, p->planes + (size_t)g * GROUP * p->pitch + begin, p->pitch);
    }
}

uint8_t *hc_chunk_planes_next(hc_chunk_planes *p)
{
    assert(p->count < p->chunk_rows);
    return p->tile + (size_t)(p->count % HC_TILE_ROWS) * p->stride;
}

void hc_chunk_planes_add(hc_chunk_planes *p)
{
    p->count++;
    if (p->count % HC_TILE_ROWS == 0) {
        turn_tile(p, p->count - HC_TILE_ROWS, HC_TILE_ROWS);
    }
}

void hc_chunk_planes_settle(hc_chunk_planes *p)
{
    uint32_t left = p->count % HC_TILE_ROWS;
    if (left > 0) {
        turn_tile(p, p->count - left, left);
    }
}

const uint8_t *hc_chunk_planes_get(const hc_chunk_planes *p, uint32_t b, uint8_t *value)
{
    *value = p->first[b];
    return p->is_settled[b / GROUP] ? p->planes + b * p->pitch : NULL;
}

void hc_chunk_planes_clear(hc_chunk_planes *p)
{
    p->count = 0;
    memset(p->is_settled, 0, p->stride / GROUP * sizeof *p->is_settled);
}
