#ifndef HC_TRACES_ROW_STREAM_H
#define HC_TRACES_ROW_STREAM_H

#include "sim/error.h"
#include "traces/run/dataset_check.h"
#include "traces/run/table_writer.h"

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The first rows of a table of another file, in the form that the rows of a new table have. Decoded chunk by
 *  chunk, and only those of which rows are taken. A plain struct of its owner's. */
typedef struct hc_row_stream {
    const char *path; /**< what messages call the file; borrowed */
    hid_t dataset;    /**< -1: there is no row */
    hid_t row_type;   /**< of the new table */
    uint32_t row_bytes;
    hc_dataset_shape shape;
    uint64_t row_count; /**< rows that there are: 0 .. row_count - 1 */
    uint64_t next;      /**< the first one that was neither taken nor skipped */
    uint64_t window;    /**< the rows in the buffer: from this one on, */
    uint64_t window_count;
    uint8_t *buffer;
    size_t buffer_bytes;
    uint64_t *lost_rows;
} hc_row_stream;

#define HC_ROW_STREAM_NONE ((hc_row_stream){.dataset = -1, .row_type = -1})

/** @param to         the new table; its layout and type are taken from it
 *  @param file       holds a table of the same name
 *  @param path       what messages call it; borrowed
 *  @param committed  rows to read
 *  @param lost_rows  rows that cannot be read are added to it, and all behind them; NULL: they are an error
 *  @return 0, or -1 with `error` set; close it in both cases. */
int hc_row_stream_open(hc_row_stream *stream, const hc_table_writer *to, hid_t file,
                       const char *path, uint64_t committed, uint64_t *lost_rows, hc_error *error);
void hc_row_stream_close(hc_row_stream *stream);

/** Rows that are left. */
uint64_t hc_row_stream_left(const hc_row_stream *stream);

/** Takes the next rows, at most `wanted` and no more than their chunk has.
 *  @param rows  [out] borrowed until the next call
 *  @return how many, 0 when there are none or the next ones are lost, -1 with `error` set. */
int64_t hc_row_stream_take(hc_row_stream *stream, uint64_t wanted, const uint8_t **rows,
                           hc_error *error);

/** Leaves rows out, all that are left at most. */
void hc_row_stream_skip(hc_row_stream *stream, uint64_t count);

/** Whether the next rows are a whole chunk, stored as the new table would store it, and to be believed. */
bool hc_row_stream_has_chunk(const hc_row_stream *stream, const hc_table_writer *to);

/** Takes that chunk as it is stored. @param bytes, mask  [out] its length and the filters it has not passed
 *  @return the chunk, borrowed until the next call, or NULL with `error` set. */
const uint8_t *hc_row_stream_take_chunk(hc_row_stream *stream, size_t *bytes, uint32_t *mask,
                                        hc_error *error);

#endif
