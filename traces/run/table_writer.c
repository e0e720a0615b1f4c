#include "traces/run/table_writer.h"

#include "traces/run/hdf5_calls.h"
#include "traces/run/table_schema.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int hc_table_writer_create(hc_table_writer *writer, hid_t file, const hc_row_layout *layout,
                           uint64_t expected_rows, hc_chunk_codec *codec, const char *path,
                           hc_error *error)
{
    *writer = HC_TABLE_WRITER_NONE;
    writer->layout = *layout;
    writer->codec = codec;
    writer->path = path;
    writer->chunk_rows = hc_table_chunk_rows(layout, expected_rows);
    writer->dataset = hc_table_schema_create(file, layout, writer->chunk_rows);
    return writer->dataset < 0 ? hc_hdf5_error(error, HC_ERROR_OUTPUT, writer->path, "write") : 0;
}

void hc_table_writer_store_plain(hc_table_writer *writer)
{
    assert(hc_table_writer_row_count(writer) == 0);
    writer->is_plain = true;
}

static int need_room(hc_table_writer *writer, hc_error *error)
{
    if (writer->is_plain && writer->rows == NULL) {
        writer->rows = calloc(writer->chunk_rows, writer->layout.row_bytes);
        return writer->rows == NULL ? hc_error_memory(error) : 0;
    }
    if (!writer->is_plain && writer->last.planes == NULL &&
        hc_chunk_planes_open(&writer->last, writer->layout.row_bytes, writer->chunk_rows) < 0) {
        return hc_error_memory(error);
    }
    return 0;
}

/* Puts an encoded chunk at the end of the table and sets its length. */
static int put_chunk(hc_table_writer *writer, const uint8_t *chunk, size_t bytes, uint32_t rows,
                     uint32_t filter_mask, hc_error *error)
{
    hsize_t extent = writer->full_rows + rows;
    hsize_t offset = writer->full_rows;
    if (H5Dset_extent(writer->dataset, &extent) < 0 ||
        H5Dwrite_chunk(writer->dataset, H5P_DEFAULT, filter_mask, &offset, bytes, chunk) < 0) {
        return hc_hdf5_error(error, HC_ERROR_OUTPUT, writer->path, "write");
    }
    return 0;
}

/* A plain chunk that is written again gets the place of its predecessor. Its rows that were there before are the
 * same bytes, so that half of each is as good as the whole. */
static int put_plain(hc_table_writer *writer, hc_error *error)
{
    const uint32_t no_filter = UINT32_MAX;
    size_t bytes = (size_t)writer->chunk_rows * writer->layout.row_bytes;
    return put_chunk(writer, writer->rows, bytes, writer->last.count, no_filter, error);
}

/* A deflated chunk that is written again must not get the place of its predecessor: a reader, and whoever recovers
 * the file after the writer was killed in the middle of the call, would find half of each. The library
 * takes a new place whenever the length has changed, and leaves the old one alone while it is in SWMR mode. */
static int put_deflated(hc_table_writer *writer, hc_error *error)
{
    size_t bytes = 0;
    uint32_t rows = writer->last.count;
    const uint8_t *chunk =
        hc_chunk_encode(writer->codec, &writer->last, writer->stored_bytes, &bytes, error);
    if (chunk == NULL || put_chunk(writer, chunk, bytes, rows, 0, error) < 0) {
        return -1;
    }
    writer->stored_bytes = bytes;
    return 0;
}

static void clear_last(hc_table_writer *writer)
{
    writer->full_rows += writer->chunk_rows;
    if (writer->is_plain) {
        writer->last.count = 0;
    } else {
        hc_chunk_planes_clear(&writer->last);
    }
    writer->stored = 0;
    writer->stored_bytes = 0;
}

static int put_last(hc_table_writer *writer, hc_error *error)
{
    int status = writer->is_plain ? put_plain(writer, error) : put_deflated(writer, error);
    writer->stored = writer->last.count;
    if (status == 0 && writer->last.count == writer->chunk_rows) {
        clear_last(writer);
    }
    return status;
}

/* Where the next row goes. */
static uint8_t *next_row(hc_table_writer *writer)
{
    return writer->is_plain ? writer->rows + (size_t)writer->last.count * writer->layout.row_bytes
                            : hc_chunk_planes_next(&writer->last);
}

/* One more row stands in its place. */
static int add_row(hc_table_writer *writer, hc_error *error)
{
    if (writer->is_plain) {
        writer->last.count++;
    } else {
        hc_chunk_planes_add(&writer->last);
    }
    return writer->last.count == writer->chunk_rows ? put_last(writer, error) : 0;
}

int hc_table_writer_append(hc_table_writer *writer, const void *row, hc_error *error)
{
    if (need_room(writer, error) < 0) {
        return -1;
    }
    if (hc_row_encode(&writer->layout, row, next_row(writer)) < 0) {
        return hc_error_set(error, HC_ERROR_OUTPUT,
                            "%s: a text of table %s is longer than its column was made for",
                            writer->path, writer->layout.info->name);
    }
    return add_row(writer, error);
}

int hc_table_writer_append_encoded(hc_table_writer *writer, const uint8_t *rows, uint64_t row_count,
                                   hc_error *error)
{
    size_t row_bytes = writer->layout.row_bytes;
    if (need_room(writer, error) < 0) {
        return -1;
    }
    for (uint64_t i = 0; i < row_count; i++) {
        memcpy(next_row(writer), rows + i * row_bytes, row_bytes);
        if (add_row(writer, error) < 0) {
            return -1;
        }
    }
    return 0;
}

int hc_table_writer_append_chunk(hc_table_writer *writer, const uint8_t *chunk, size_t bytes,
                                 uint32_t filter_mask, hc_error *error)
{
    assert(writer->last.count == 0);
    if (put_chunk(writer, chunk, bytes, writer->chunk_rows, filter_mask, error) < 0) {
        return -1;
    }
    writer->full_rows += writer->chunk_rows;
    return 0;
}

int hc_table_writer_flush(hc_table_writer *writer, hc_error *error)
{
    if (writer->last.count > writer->stored && put_last(writer, error) < 0) {
        return -1;
    }
    return H5Dflush(writer->dataset) < 0
               ? hc_hdf5_error(error, HC_ERROR_OUTPUT, writer->path, "write")
               : 0;
}

uint64_t hc_table_writer_row_count(const hc_table_writer *writer)
{
    return writer->full_rows + writer->last.count;
}

int hc_table_writer_close(hc_table_writer *writer)
{
    int status = hc_hdf5_close(writer->dataset);
    hc_table_writer_forget(writer);
    return status;
}

void hc_table_writer_forget(hc_table_writer *writer)
{
    hc_chunk_planes_close(&writer->last);
    free(writer->rows);
    *writer = HC_TABLE_WRITER_NONE;
}
