#ifndef HC_TRACES_TABLE_WRITER_H
#define HC_TRACES_TABLE_WRITER_H

#include "traces/run/chunk_codec.h"
#include "traces/run/row_layout.h"

#include <hdf5.h>
#include <stdbool.h>

/** Appends rows to one table of an open file: a buffer of one chunk, which goes to the file when it is full
 *  or when the writer is told to. A plain struct of its owner's; nothing is allocated per row. */
typedef struct hc_table_writer {
    hc_row_layout layout;
    hid_t dataset;
    uint32_t chunk_rows;
    hc_chunk_codec *codec; /**< borrowed */
    const char *path;      /**< what messages call the file; borrowed */
    bool is_plain;         /**< chunks are stored as rows, not shuffled and deflated */
    hc_chunk_planes last;  /**< the last, partly filled chunk; nothing before the first row */
    uint8_t *rows;         /**< those of that chunk when it is plain, NULL before the first one */
    uint32_t stored;       /**< those of its rows that the file has as well */
    size_t stored_bytes;   /**< length of that chunk in the file, 0 when it is not there */
    uint64_t full_rows;    /**< rows of full chunks, all in the file */
} hc_table_writer;

#define HC_TABLE_WRITER_NONE ((hc_table_writer){.dataset = -1})

/** Creates the table in `file`. @param expected_rows  see hc_table_chunk_rows
 *  @return 0, or -1 with `error` set; the writer can be closed in any case. */
int hc_table_writer_create(hc_table_writer *writer, hid_t file, const hc_row_layout *layout,
                           uint64_t expected_rows, hc_chunk_codec *codec, const char *path,
                           hc_error *error);

/** Stores the rows as they are from now on, which costs ten times the room and a third of the time of those who
 *  write and read them. To be called before the first row; any reader finds in each chunk how it is stored. */
void hc_table_writer_store_plain(hc_table_writer *writer);

/** Appends one row (the table's struct). @return 0, or -1 with `error` set (HC_ERROR_OUTPUT). */
int hc_table_writer_append(hc_table_writer *writer, const void *row, hc_error *error);

/** Appends rows that already have the file's form. */
int hc_table_writer_append_encoded(hc_table_writer *writer, const uint8_t *rows, uint64_t row_count,
                                   hc_error *error);

/** Appends a full chunk as another file holds it. The writer must stand at the start of a chunk. */
int hc_table_writer_append_chunk(hc_table_writer *writer, const uint8_t *chunk, size_t bytes,
                                 uint32_t filter_mask, hc_error *error);

/** Brings all rows into the file, and the table's metadata behind them, in an order that a reader of the
 *  growing file can follow. @return 0, or -1 with `error` set (HC_ERROR_OUTPUT). */
int hc_table_writer_flush(hc_table_writer *writer, hc_error *error);

/** Rows appended. */
uint64_t hc_table_writer_row_count(const hc_table_writer *writer);

/** Frees the buffer and closes the dataset; rows that were not flushed are lost. @return 0 or -1. */
int hc_table_writer_close(hc_table_writer *writer);

/** Frees the buffer and forgets the dataset, whose file is abandoned (hc_hdf5_abandon). */
void hc_table_writer_forget(hc_table_writer *writer);

#endif
