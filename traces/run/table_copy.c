#include "traces/run/table_copy.h"

#include "traces/run/dataset_check.h"
#include "traces/run/hdf5_calls.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* One table of one source, on its way. */
typedef struct passage {
    hc_table_writer *to;
    const char *from_path;
    hid_t from;
    hid_t row_type;    /* of the target */
    bool is_same_form; /* rows and chunks of both files are laid out alike */
    hc_dataset_shape shape;
    uint64_t row_count; /* to copy */
    uint8_t *buffer;
    size_t buffer_bytes;
    uint64_t *lost_rows;
} passage;

static int need_room(passage *p, size_t bytes, hc_error *error)
{
    uint8_t *grown = NULL;
    if (bytes <= p->buffer_bytes) {
        return 0;
    }
    grown = realloc(p->buffer, bytes);
    if (grown == NULL) {
        return hc_error_memory(error);
    }
    p->buffer = grown;
    p->buffer_bytes = bytes;
    return 0;
}

static int read_failed(const passage *p, hc_error *error)
{
    return hc_hdf5_error(error, HC_ERROR_RUNTIME, p->from_path, "read");
}

/* A whole chunk as it is stored: the run has just been written by this process. */
static int copy_chunk(passage *p, uint64_t first, hc_error *error)
{
    hsize_t offset = first;
    hsize_t bytes = 0;
    uint32_t mask = 0;
    if (H5Dget_chunk_storage_size(p->from, &offset, &bytes) < 0) {
        return read_failed(p, error);
    }
    if (need_room(p, (size_t)bytes, error) < 0) {
        return -1;
    }
    if (H5Dread_chunk(p->from, H5P_DEFAULT, &offset, &mask, p->buffer) < 0) {
        return read_failed(p, error);
    }
    return hc_table_writer_append_chunk(p->to, p->buffer, (size_t)bytes, mask, error);
}

/* Whether the next rows are a chunk that the target can take over as it is. */
static bool is_whole_chunk(const passage *p, uint64_t first)
{
    return p->is_same_form && p->lost_rows == NULL && p->to->last.count == 0 &&
           first % p->shape.chunk_rows == 0 && p->row_count - first >= p->shape.chunk_rows;
}

static int read_rows(passage *p, uint64_t first, uint64_t count)
{
    hsize_t start = first;
    hsize_t length = count;
    hid_t memory = H5Screate_simple(1, &length, NULL);
    hid_t space = H5Dget_space(p->from);
    int status = -1;
    if (memory >= 0 && space >= 0 &&
        H5Sselect_hyperslab(space, H5S_SELECT_SET, &start, NULL, &length, NULL) >= 0 &&
        H5Dread(p->from, p->row_type, memory, space, H5P_DEFAULT, p->buffer) >= 0) {
        status = 0;
    }
    return hc_hdf5_close(space) < 0 || hc_hdf5_close(memory) < 0 ? -1 : status;
}

/* Rows through HDF5's own filters and conversions. @return rows copied, 0 when they are lost, -1 on error. */
static int64_t copy_rows(passage *p, uint64_t first, hc_error *error)
{
    uint64_t step = p->shape.chunk_rows == 0 ? HC_CHUNK_ROWS_LIMIT : p->shape.chunk_rows;
    uint64_t left = p->row_count - first;
    uint64_t count = left < step ? left : step;
    if (need_room(p, (size_t)count * p->to->layout.row_bytes, error) < 0) {
        return -1;
    }
    /* A file of an earlier version may lack columns; HDF5 leaves those as they are. */
    memset(p->buffer, 0, (size_t)count * p->to->layout.row_bytes);
    if (read_rows(p, first, count) < 0) {
        if (p->lost_rows == NULL) {
            return read_failed(p, error);
        }
        (void)H5Eclear2(H5E_DEFAULT);
        return 0;
    }
    return hc_table_writer_append_encoded(p->to, p->buffer, count, error) < 0 ? -1 : (int64_t)count;
}

static int copy_all(passage *p, hc_error *error)
{
    uint64_t done = 0;
    while (done < p->row_count) {
        int64_t step = p->shape.chunk_rows;
        if (!is_whole_chunk(p, done)) {
            step = copy_rows(p, done, error);
        } else if (copy_chunk(p, done, error) < 0) {
            step = -1;
        }
        if (step < 0) {
            return -1;
        }
        if (step == 0) {
            *p->lost_rows += p->row_count - done;
            return 0;
        }
        done += (uint64_t)step;
    }
    return 0;
}

/* Counts ahead of the table's extent do not happen when a process dies, but may when a machine does. */
static int settle_count(passage *p, uint64_t committed, const char *name, hc_error *error)
{
    p->row_count = committed;
    if (committed <= p->shape.row_count) {
        return 0;
    }
    p->row_count = p->shape.row_count;
    if (p->lost_rows == NULL) {
        return hc_error_set(error, HC_ERROR_RUNTIME, "%s: table %s has %llu rows, expected %llu",
                            p->from_path, name, (unsigned long long)p->shape.row_count,
                            (unsigned long long)committed);
    }
    *p->lost_rows += committed - p->shape.row_count;
    return 0;
}

static bool has_same_form(const passage *p)
{
    hid_t type = H5Dget_type(p->from);
    bool is_same = type >= 0 && p->row_type >= 0 && H5Tequal(type, p->row_type) > 0 &&
                   p->shape.chunk_rows == p->to->chunk_rows;
    return hc_hdf5_close(type) >= 0 && is_same;
}

int hc_table_copy(hc_table_writer *to, hid_t file, const char *path, uint64_t committed,
                  uint64_t *lost_rows, hc_error *error)
{
    passage p = {.to = to, .from_path = path, .row_type = -1, .lost_rows = lost_rows};
    const char *name = to->layout.info->name;
    int status = -1;
    if (committed == 0) {
        return 0;
    }
    p.from = hc_dataset_open(file, name, path, &p.shape, error);
    if (p.from < 0) {
        return -1;
    }
    p.row_type = H5Dget_type(to->dataset);
    p.is_same_form = has_same_form(&p);
    if (p.row_type < 0) {
        (void)read_failed(&p, error);
    } else if (settle_count(&p, committed, name, error) == 0) {
        status = copy_all(&p, error);
    }
    free(p.buffer);
    if (hc_hdf5_close(p.row_type) < 0 || hc_hdf5_close(p.from) < 0) {
        return -1;
    }
    return status;
}
