#include "traces/run/stored_table.h"

#include "traces/run/hdf5_calls.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

hid_t hc_stored_file_open(const char *path, hc_error *error)
{
    struct stat status;
    hid_t file = -1;
    if (stat(path, &status) < 0) {
        return hc_error_set(error, HC_ERROR_RUNTIME, "%s: cannot open: %s", path, strerror(errno));
    }
    if (!S_ISREG(status.st_mode)) {
        return hc_error_set(error, HC_ERROR_RUNTIME, "%s: is not a plain file", path);
    }
    file = hc_hdf5_open(path);
    return file < 0 ? hc_hdf5_error(error, HC_ERROR_RUNTIME, path, "open") : file;
}

int hc_stored_file_check_version(const char *version, const char *readable, const char *path,
                                 hc_error *error)
{
    if (strncmp(version, readable, strcspn(readable, ".") + 1) == 0) {
        return 0;
    }
    return hc_error_set(error, HC_ERROR_RUNTIME,
                        "%s: has format version %.20s; this program reads %s", path, version,
                        readable);
}

int hc_stored_table_open(hc_stored_table *t, hid_t file, const hc_table_info *info,
                         const char *path, hc_error *error)
{
    *t = HC_STORED_TABLE_NONE;
    t->dataset = hc_dataset_open(file, info->name, path, &t->shape, error);
    if (t->dataset < 0) {
        return -1;
    }
    t->type = H5Dget_type(t->dataset);
    if (t->type < 0) {
        return hc_hdf5_error(error, HC_ERROR_RUNTIME, path, "read");
    }
    return hc_row_decoder_make(&t->decoder, info, t->type, path, error);
}

void hc_stored_table_close(hc_stored_table *t)
{
    (void)hc_hdf5_close(t->type);
    (void)hc_hdf5_close(t->dataset);
    *t = HC_STORED_TABLE_NONE;
}

uint64_t hc_stored_table_step(const hc_stored_table *t, uint64_t first, uint64_t left)
{
    uint64_t chunk = t->shape.chunk_rows == 0 ? HC_CHUNK_ROWS_LIMIT : t->shape.chunk_rows;
    uint64_t step = chunk - first % chunk;
    step = step < HC_CHUNK_ROWS_LIMIT ? step : HC_CHUNK_ROWS_LIMIT;
    return step < left ? step : left;
}

static int grow(void **memory, size_t *room, uint64_t count, size_t size)
{
    void *grown = NULL;
    if (size != 0 && count > (SIZE_MAX / 2) / size) {
        return -1;
    }
    if (count * size <= *room && *memory != NULL) {
        return 0;
    }
    grown = realloc(*memory, (size_t)count * size + 1);
    if (grown == NULL) {
        return -1;
    }
    *memory = grown;
    *room = (size_t)count * size;
    return 0;
}

static int make_room(const hc_stored_table *t, uint64_t count, hc_rows *rows)
{
    void *text = rows->text;
    int grown = grow(&text, &rows->text_bytes, count, t->decoder.text_bytes);
    rows->text = text;
    return grown < 0 ? -1 : grow(&rows->rows, &rows->rows_bytes, count, t->decoder.info->row_size);
}

int hc_stored_table_read(const hc_stored_table *t, uint64_t first, uint64_t count,
                         const hc_index_limits *limits, hc_row_buffer *buffer, hc_rows *rows,
                         const char *path, hc_error *error)
{
    const hc_row_decoder *d = &t->decoder;
    uint64_t step = 0;
    rows->count = 0;
    if (make_room(t, count, rows) < 0) {
        return hc_error_memory(error);
    }
    for (uint64_t done = 0; done < count; done += step) {
        step = hc_stored_table_step(t, first + done, count - done);
        if (grow(&buffer->bytes, &buffer->size, step, d->row_bytes) < 0) {
            return hc_error_memory(error);
        }
        if (hc_hdf5_read_rows(t->dataset, t->type, first + done, step, buffer->bytes) < 0) {
            return hc_hdf5_error(error, HC_ERROR_RUNTIME, path, "read");
        }
        if (hc_row_decoder_run(
                d, buffer->bytes, (size_t)step, (uint8_t *)rows->rows + done * d->info->row_size,
                rows->text + done * d->text_bytes, limits, first + done, path, error) < 0) {
            return -1;
        }
    }
    rows->count = (size_t)count;
    return 0;
}
