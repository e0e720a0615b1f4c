#ifndef HC_TRACES_RUN_CHUNK_PLANES_H
#define HC_TRACES_RUN_CHUNK_PLANES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The rows of a chunk as the shuffle filter wants them: in planes, all first bytes, all second bytes, and so on.
 *
 *  Rows are gathered in a tile of HC_TILE_ROWS, which stays in the nearest cache, and turned when it is full. Eight
 *  neighbouring bytes that have been the same in every row so far take no planes: most of a table is like that, and
 *  what is not written pushes nothing out of the caches of the simulation. */
typedef struct hc_chunk_planes {
    uint32_t row_bytes;
    uint32_t chunk_rows;
    uint32_t count;  /**< rows so far */
    uint32_t stride; /**< of the rows of the tile: a multiple of 8 */
    size_t pitch;    /**< of the planes */
    uint8_t *tile;
    uint8_t *first;   /**< the first row of the chunk */
    bool *is_settled; /**< by groups of eight bytes: they differ, and are in the planes */
    uint8_t *planes;
} hc_chunk_planes;

enum { HC_TILE_ROWS = 64 };

#define HC_CHUNK_PLANES_NONE ((hc_chunk_planes){0})

/** @param row_bytes, chunk_rows  at least 1
 *  @return 0, or -1 when memory is short; nothing is to be freed then. */
int hc_chunk_planes_open(hc_chunk_planes *planes, uint32_t row_bytes, uint32_t chunk_rows);
void hc_chunk_planes_close(hc_chunk_planes *planes);

/** Where the next row goes: row_bytes bytes, while there are fewer than chunk_rows; and that it stands there now.
 *  Cost: about 0.4 ns per byte. */
uint8_t *hc_chunk_planes_next(hc_chunk_planes *planes);
void hc_chunk_planes_add(hc_chunk_planes *planes);

/** Turns what is left in the tile; rows can still be added. */
void hc_chunk_planes_settle(hc_chunk_planes *planes);

/** Byte `b` of all rows, once they are settled; NULL when all are equal to `value`.
 *  @param value  [out] byte of the first row */
const uint8_t *hc_chunk_planes_get(const hc_chunk_planes *planes, uint32_t b, uint8_t *value);

/** There is no row then. */
void hc_chunk_planes_clear(hc_chunk_planes *planes);

#endif
