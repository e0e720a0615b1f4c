#include "traces/run/row_stream.h"

#include "traces/run/hdf5_calls.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static int need_room(hc_row_stream *s, size_t bytes, hc_error *error)
{
    uint8_t *grown = NULL;
    if (bytes <= s->buffer_bytes) {
        return 0;
    }
    grown = realloc(s->buffer, bytes);
    if (grown == NULL) {
        return hc_error_memory(error);
    }
    s->buffer = grown;
    s->buffer_bytes = bytes;
    return 0;
}

static int read_failed(const hc_row_stream *s, hc_error *error)
{
    return hc_hdf5_error(error, HC_ERROR_RUNTIME, s->path, "read");
}

/* Counts ahead of the table's extent do not happen when a process dies, but may when a machine does. */
static int settle_count(hc_row_stream *s, uint64_t committed, const char *name, hc_error *error)
{
    s->row_count = committed;
    if (committed <= s->shape.row_count) {
        return 0;
    }
    s->row_count = s->shape.row_count;
    if (s->lost_rows == NULL) {
        return hc_error_set(error, HC_ERROR_RUNTIME, "%s: table %s has %llu rows, expected %llu",
                            s->path, name, (unsigned long long)s->shape.row_count,
                            (unsigned long long)committed);
    }
    *s->lost_rows += committed - s->shape.row_count;
    return 0;
}

int hc_row_stream_open(hc_row_stream *s, const hc_table_writer *to, hid_t file, const char *path,
                       uint64_t committed, uint64_t *lost_rows, hc_error *error)
{
    *s = HC_ROW_STREAM_NONE;
    s->path = path;
    s->row_bytes = to->layout.row_bytes;
    s->lost_rows = lost_rows;
    if (committed == 0) {
        return 0;
    }
    s->dataset =
        hc_dataset_open_first(file, to->layout.info->name, path, committed, &s->shape, error);
    if (s->dataset < 0) {
        return -1;
    }
    s->row_type = H5Dget_type(to->dataset);
    return s->row_type < 0 ? read_failed(s, error)
                           : settle_count(s, committed, to->layout.info->name, error);
}

void hc_row_stream_close(hc_row_stream *s)
{
    free(s->buffer);
    (void)hc_hdf5_close(s->row_type);
    (void)hc_hdf5_close(s->dataset);
    *s = HC_ROW_STREAM_NONE;
}

uint64_t hc_row_stream_left(const hc_row_stream *s)
{
    return s->row_count - s->next;
}

/* The rest of the table is given up. */
static void lose_rest(hc_row_stream *s)
{
    (void)H5Eclear2(H5E_DEFAULT);
    *s->lost_rows += hc_row_stream_left(s);
    s->row_count = s->next;
    s->window_count = 0;
}

/* Reads the chunk of the next row. @return 1, 0 when it is lost, -1 with `error` set. */
static int move_window(hc_row_stream *s, hc_error *error)
{
    uint64_t step = s->shape.chunk_rows == 0 ? HC_CHUNK_ROWS_LIMIT : s->shape.chunk_rows;
    uint64_t first = s->next - s->next % step;
    uint64_t count = s->row_count - first < step ? s->row_count - first : step;
    s->window_count = 0;
    if (need_room(s, (size_t)count * s->row_bytes, error) < 0) {
        return -1;
    }
    /* A file of an earlier version may lack columns; HDF5 leaves those as they are. */
    memset(s->buffer, 0, (size_t)count * s->row_bytes);
    if (hc_hdf5_read_rows(s->dataset, s->row_type, first, count, s->buffer) == 0) {
        s->window = first;
        s->window_count = count;
        return 1;
    }
    if (s->lost_rows == NULL) {
        return read_failed(s, error);
    }
    lose_rest(s);
    return 0;
}

int64_t hc_row_stream_take(hc_row_stream *s, uint64_t wanted, const uint8_t **rows, hc_error *error)
{
    uint64_t count = 0;
    if (hc_row_stream_left(s) == 0) {
        return 0;
    }
    if (s->next < s->window || s->next >= s->window + s->window_count) {
        int moved = move_window(s, error);
        if (moved <= 0) {
            return moved;
        }
    }
    count = s->window + s->window_count - s->next;
    count = count < wanted ? count : wanted;
    *rows = s->buffer + (size_t)(s->next - s->window) * s->row_bytes;
    s->next += count;
    return (int64_t)count;
}

void hc_row_stream_skip(hc_row_stream *s, uint64_t count)
{
    uint64_t left = hc_row_stream_left(s);
    s->next += count < left ? count : left;
}

static bool has_same_form(const hc_row_stream *s, const hc_table_writer *to)
{
    hid_t type = H5Dget_type(s->dataset);
    bool is_same =
        type >= 0 && H5Tequal(type, s->row_type) > 0 && s->shape.chunk_rows == to->chunk_rows;
    return hc_hdf5_close(type) >= 0 && is_same;
}

bool hc_row_stream_has_chunk(const hc_row_stream *s, const hc_table_writer *to)
{
    return s->lost_rows == NULL && to->last.count == 0 && s->shape.chunk_rows > 0 &&
           s->next % s->shape.chunk_rows == 0 && hc_row_stream_left(s) >= s->shape.chunk_rows &&
           has_same_form(s, to);
}

const uint8_t *hc_row_stream_take_chunk(hc_row_stream *s, size_t *bytes, uint32_t *mask,
                                        hc_error *error)
{
    hsize_t offset = s->next;
    hsize_t stored = 0;
    s->window_count = 0;
    if (H5Dget_chunk_storage_size(s->dataset, &offset, &stored) < 0) {
        (void)read_failed(s, error);
        return NULL;
    }
    if (need_room(s, (size_t)stored, error) < 0) {
        return NULL;
    }
    if (H5Dread_chunk(s->dataset, H5P_DEFAULT, &offset, mask, s->buffer) < 0) {
        (void)read_failed(s, error);
        return NULL;
    }
    s->next += s->shape.chunk_rows;
    *bytes = (size_t)stored;
    return s->buffer;
}
