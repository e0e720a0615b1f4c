#ifndef HC_TRACES_CHUNK_CODEC_H
#define HC_TRACES_CHUNK_CODEC_H

#include "sim/error.h"
#include "traces/run/chunk_planes.h"

#include <stddef.h>
#include <stdint.h>

/** The deflate filter of a chunk, made by hand for the tables of a run; shuffled it is already.
 *  What comes out is what any HDF5 library reads with its own filters; it is made several times faster than
 *  the library makes it, because a byte of a column is nearly always constant, noise, or made of runs, and
 *  each of these can be written as deflate without searching for repetitions. */
typedef struct hc_chunk_codec hc_chunk_codec;

/** @return a codec that the caller owns, or NULL when memory is short. */
hc_chunk_codec *hc_chunk_codec_create(void);
void hc_chunk_codec_destroy(hc_chunk_codec *codec);

/** Encodes a chunk of which the first rows are filled, one at least; the others become zeros.
 *  Cost: about 0.5 ns per byte of filled rows that is not constant.
 *  @param planes       of at most 65535 rows; they are settled, and may be added to afterwards
 *  @param avoid_bytes  a length that the result must not have (see hc_table_writer_flush); 0: none
 *  @param bytes        [out] length of the result
 *  @return the encoded chunk, borrowed until the next call; NULL with `error` set when memory is short. */
const uint8_t *hc_chunk_encode(hc_chunk_codec *codec, hc_chunk_planes *planes, size_t avoid_bytes,
                               size_t *bytes, hc_error *error);

#endif
