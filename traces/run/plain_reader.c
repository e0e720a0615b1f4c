#include "traces/run/plain_table.h"

#include "traces/run/attribute_list.h"
#include "traces/run/dataset_check.h"
#include "traces/run/hdf5_calls.h"
#include "traces/run/row_decoder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct hc_plain_reader {
    char *path;
    hid_t file;
    hid_t dataset;
    hid_t type;
    hc_attribute_list attributes;
    hc_dataset_shape shape;
    hc_row_decoder decoder;
    hc_index_limits limits; /* none of its columns is an index */
    uint8_t *buffer;        /* one chunk of rows in the file's form */
};

static int check_format(const hc_plain_reader *reader, const char *format, hc_error *error)
{
    const char *found = hc_plain_reader_text(reader, "format");
    const char *version = hc_plain_reader_text(reader, "format_version");
    size_t major_bytes = strcspn(HC_PLAIN_FORMAT_VERSION, ".") + 1;
    if (found == NULL || strcmp(found, format) != 0 || version == NULL) {
        return hc_error_set(error, HC_ERROR_RUNTIME, "%s: expected a file of format \"%s\"",
                            reader->path, format);
    }
    if (strncmp(version, HC_PLAIN_FORMAT_VERSION, major_bytes) != 0) {
        return hc_error_set(error, HC_ERROR_RUNTIME,
                            "%s: has format version %.20s; this program reads %s", reader->path,
                            version, HC_PLAIN_FORMAT_VERSION);
    }
    return 0;
}

/* A pipe or a device would keep the library waiting. */
static int check_plain_file(const char *path, hc_error *error)
{
    struct stat status;
    if (stat(path, &status) < 0) {
        return hc_error_set(error, HC_ERROR_RUNTIME, "%s: %s", path, strerror(errno));
    }
    return S_ISREG(status.st_mode)
               ? 0
               : hc_error_set(error, HC_ERROR_RUNTIME, "%s: is not a plain file", path);
}

static int open_table(hc_plain_reader *reader, const hc_table_info *info, hc_error *error)
{
    reader->dataset =
        hc_dataset_open(reader->file, info->name, reader->path, &reader->shape, error);
    if (reader->dataset < 0) {
        return -1;
    }
    reader->type = H5Dget_type(reader->dataset);
    if (reader->type < 0) {
        return hc_hdf5_error(error, HC_ERROR_RUNTIME, reader->path, "read");
    }
    return hc_row_decoder_make(&reader->decoder, info, reader->type, reader->path, error);
}

static int open_file(hc_plain_reader *reader, const hc_table_info *info, const char *format,
                     hc_error *error)
{
    if (check_plain_file(reader->path, error) < 0) {
        return -1;
    }
    reader->file = hc_hdf5_open(reader->path);
    if (reader->file < 0) {
        return hc_hdf5_error(error, HC_ERROR_RUNTIME, reader->path, "open");
    }
    if (hc_attribute_list_read(&reader->attributes, reader->file, reader->path, error) < 0 ||
        check_format(reader, format, error) < 0) {
        return -1;
    }
    return open_table(reader, info, error);
}

int hc_plain_reader_open(hc_plain_reader **out, const char *path, const hc_table_info *info,
                         const char *format, hc_error *error)
{
    hc_plain_reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL) {
        return hc_error_memory(error);
    }
    hc_hdf5_quiet();
    reader->file = -1;
    reader->dataset = -1;
    reader->type = -1;
    reader->path = strdup(path);
    if (reader->path == NULL) {
        hc_plain_reader_close(reader);
        return hc_error_memory(error);
    }
    if (open_file(reader, info, format, error) < 0) {
        hc_plain_reader_close(reader);
        return -1;
    }
    *out = reader;
    return 0;
}

const char *hc_plain_reader_text(const hc_plain_reader *reader, const char *key)
{
    const hc_attribute *found = hc_attribute_list_find(&reader->attributes, key);
    return found == NULL ? NULL : found->text;
}

uint64_t hc_plain_reader_row_count(const hc_plain_reader *reader)
{
    return reader->shape.row_count;
}

static uint64_t step_rows(const hc_plain_reader *reader)
{
    uint64_t chunk = reader->shape.chunk_rows;
    return chunk == 0 || chunk > HC_CHUNK_ROWS_LIMIT ? HC_CHUNK_ROWS_LIMIT : chunk;
}

/* Rooms for one step, made before the first one. */
static int make_rooms(hc_plain_reader *reader, hc_rows *rows, hc_error *error)
{
    uint64_t step = step_rows(reader);
    if (reader->buffer == NULL) {
        reader->buffer = malloc((size_t)step * reader->decoder.row_bytes + 1);
    }
    if (rows->rows == NULL) {
        rows->rows = malloc((size_t)step * reader->decoder.info->row_size);
    }
    if (rows->text == NULL) {
        rows->text = malloc((size_t)step * reader->decoder.text_bytes + 1);
    }
    return reader->buffer == NULL || rows->rows == NULL || rows->text == NULL
               ? hc_error_memory(error)
               : 0;
}

static int read_encoded(hc_plain_reader *reader, uint64_t first, uint64_t count)
{
    hsize_t start = first;
    hsize_t length = count;
    hid_t memory = H5Screate_simple(1, &length, NULL);
    hid_t space = H5Dget_space(reader->dataset);
    int status = -1;
    if (memory >= 0 && space >= 0 &&
        H5Sselect_hyperslab(space, H5S_SELECT_SET, &start, NULL, &length, NULL) >= 0 &&
        H5Dread(reader->dataset, reader->type, memory, space, H5P_DEFAULT, reader->buffer) >= 0) {
        status = 0;
    }
    return hc_hdf5_close(space) < 0 || hc_hdf5_close(memory) < 0 ? -1 : status;
}

int hc_plain_reader_read(hc_plain_reader *reader, uint64_t first, hc_rows *rows, hc_error *error)
{
    uint64_t step = step_rows(reader);
    uint64_t left = first < reader->shape.row_count ? reader->shape.row_count - first : 0;
    uint64_t count = step - first % step < left ? step - first % step : left;
    rows->count = 0;
    if (count == 0) {
        return 0;
    }
    if (make_rooms(reader, rows, error) < 0) {
        return -1;
    }
    if (read_encoded(reader, first, count) < 0) {
        return hc_hdf5_error(error, HC_ERROR_RUNTIME, reader->path, "read");
    }
    if (hc_row_decoder_run(&reader->decoder, reader->buffer, (size_t)count, rows->rows, rows->text,
                           &reader->limits, first, reader->path, error) < 0) {
        return -1;
    }
    rows->count = (size_t)count;
    return 0;
}

void hc_plain_reader_close(hc_plain_reader *reader)
{
    if (reader == NULL) {
        return;
    }
    (void)hc_hdf5_close(reader->type);
    (void)hc_hdf5_close(reader->dataset);
    (void)hc_hdf5_close(reader->file);
    hc_attribute_list_destroy(&reader->attributes);
    free(reader->buffer);
    free(reader->path);
    free(reader);
}
