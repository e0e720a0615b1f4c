#include "traces/run/run_reader.h"

#include "traces/run/attribute_list.h"
#include "traces/run/committed_rows.h"
#include "traces/run/dataset_check.h"
#include "traces/run/hdf5_calls.h"
#include "traces/run/provenance.h"
#include "traces/run/row_decoder.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Job ids are 32 bits, and no table has more than a few thousand rows per job. */
#define ROW_COUNT_LIMIT (UINT64_C(1) << 44)

typedef struct table {
    hid_t dataset; /* -1: the file has none */
    hid_t type;
    hc_dataset_shape shape;
    uint64_t row_count;
    hc_row_decoder decoder;
} table;

struct hc_run_reader {
    char *path;
    hid_t file;
    hc_attribute_list attributes;
    table tables[HC_TABLE_COUNT];
    hc_index_limits limits;
    uint8_t *buffer; /* one chunk of rows in the file's form */
    size_t buffer_bytes;
};

static int check_format(const hc_run_reader *reader, hc_error *error)
{
    const char *format = hc_run_reader_text(reader, "format");
    const char *version = hc_run_reader_text(reader, "format_version");
    size_t major_bytes = strcspn(HC_RUN_FORMAT_VERSION, ".") + 1;
    if (format == NULL || strcmp(format, HC_RUN_FORMAT) != 0 || version == NULL) {
        return hc_error_set(error, HC_ERROR_RUNTIME, "%s: is not the file of a run", reader->path);
    }
    if (strncmp(version, HC_RUN_FORMAT_VERSION, major_bytes) != 0) {
        return hc_error_set(error, HC_ERROR_RUNTIME,
                            "%s: has format version %.20s; this program reads %s", reader->path,
                            version, HC_RUN_FORMAT_VERSION);
    }
    return 0;
}

/* Tables */

static int open_table(hc_run_reader *reader, hc_run_table index, const uint64_t *committed,
                      hc_error *error)
{
    table *t = &reader->tables[index];
    const hc_table_info *info = hc_table_describe(index);
    if (!hc_dataset_exists(reader->file, info->name)) {
        return 0;
    }
    t->dataset = hc_dataset_open(reader->file, info->name, reader->path, &t->shape, error);
    if (t->dataset < 0) {
        return -1;
    }
    t->type = H5Dget_type(t->dataset);
    if (t->type < 0) {
        return hc_hdf5_error(error, HC_ERROR_RUNTIME, reader->path, "read");
    }
    t->row_count = t->shape.row_count;
    if (t->row_count > ROW_COUNT_LIMIT || (committed != NULL && *committed > t->row_count)) {
        return hc_error_set(error, HC_ERROR_RUNTIME, "%s: table %s cannot have %" PRIu64 " rows",
                            reader->path, info->name, t->row_count);
    }
    t->row_count = committed == NULL ? t->row_count : *committed;
    return hc_row_decoder_make(&t->decoder, info, t->type, reader->path, error);
}

static int open_tables(hc_run_reader *reader, hc_error *error)
{
    uint64_t committed[HC_TABLE_COUNT] = {0};
    bool is_growing = hc_committed_rows_exist(reader->file);
    if (is_growing && hc_committed_rows_read(reader->file, reader->path, committed, error) < 0) {
        return -1;
    }
    for (int i = 0; i < HC_TABLE_COUNT; i++) {
        if (open_table(reader, (hc_run_table)i, is_growing ? &committed[i] : NULL, error) < 0) {
            return -1;
        }
    }
    return 0;
}

/* Tables that are whole from the start vouch for the indexes of the others. */
static void set_limits(hc_run_reader *reader)
{
    static const hc_run_table WHOLE[] = {HC_TABLE_PARTITIONS, HC_TABLE_SITES, HC_TABLE_KINDS,
                                         HC_TABLE_NODES};
    for (int i = 0; i < HC_TABLE_COUNT; i++) {
        reader->limits.row_counts[i] = UINT64_MAX;
    }
    for (size_t i = 0; i < sizeof WHOLE / sizeof WHOLE[0]; i++) {
        reader->limits.row_counts[WHOLE[i]] = reader->tables[WHOLE[i]].row_count;
    }
}

/* A pipe or a device would keep the library waiting. */
static int check_plain_file(const char *path, hc_error *error)
{
    struct stat status;
    if (stat(path, &status) < 0) {
        return hc_error_set(error, HC_ERROR_RUNTIME, "%s: cannot open: %s", path, strerror(errno));
    }
    return S_ISREG(status.st_mode)
               ? 0
               : hc_error_set(error, HC_ERROR_RUNTIME, "%s: is not a plain file", path);
}

static int open_file(hc_run_reader *reader, hc_error *error)
{
    if (check_plain_file(reader->path, error) < 0) {
        return -1;
    }
    reader->file = hc_hdf5_open(reader->path);
    if (reader->file < 0) {
        return hc_hdf5_error(error, HC_ERROR_RUNTIME, reader->path, "open");
    }
    if (hc_attribute_list_read(&reader->attributes, reader->file, reader->path, error) < 0 ||
        check_format(reader, error) < 0 || open_tables(reader, error) < 0) {
        return -1;
    }
    set_limits(reader);
    return 0;
}

int hc_run_reader_open(hc_run_reader **out, const char *path, hc_error *error)
{
    hc_run_reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL) {
        return hc_error_memory(error);
    }
    hc_hdf5_quiet();
    reader->file = -1;
    for (int i = 0; i < HC_TABLE_COUNT; i++) {
        reader->tables[i].dataset = -1;
        reader->tables[i].type = -1;
    }
    reader->path = strdup(path);
    if (reader->path == NULL || open_file(reader, error) < 0) {
        if (reader->path == NULL) {
            (void)hc_error_memory(error);
        }
        hc_run_reader_close(reader);
        return -1;
    }
    *out = reader;
    return 0;
}

void hc_run_reader_close(hc_run_reader *reader)
{
    if (reader == NULL) {
        return;
    }
    for (int i = 0; i < HC_TABLE_COUNT; i++) {
        (void)hc_hdf5_close(reader->tables[i].type);
        (void)hc_hdf5_close(reader->tables[i].dataset);
    }
    (void)hc_hdf5_close(reader->file);
    hc_attribute_list_destroy(&reader->attributes);
    free(reader->buffer);
    free(reader->path);
    free(reader);
}

const char *hc_run_reader_path(const hc_run_reader *reader)
{
    return reader->path;
}

const char *hc_run_reader_text(const hc_run_reader *reader, const char *key)
{
    const hc_attribute *found = hc_attribute_list_find(&reader->attributes, key);
    return found == NULL ? NULL : found->text;
}

bool hc_run_reader_number(const hc_run_reader *reader, const char *key, int64_t *out)
{
    const hc_attribute *found = hc_attribute_list_find(&reader->attributes, key);
    if (found == NULL || !found->is_number) {
        return false;
    }
    *out = found->number;
    return true;
}

size_t hc_run_reader_key_count(const hc_run_reader *reader)
{
    return reader->attributes.count;
}

const char *hc_run_reader_key(const hc_run_reader *reader, size_t index)
{
    return reader->attributes.items[index].key;
}

bool hc_run_reader_is_complete(const hc_run_reader *reader)
{
    int64_t complete = 0;
    return hc_run_reader_number(reader, "complete", &complete) && complete == 1;
}

uint64_t hc_run_reader_row_count(const hc_run_reader *reader, hc_run_table index)
{
    return reader->tables[index].row_count;
}

/* Rows */

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

/* Rows of one chunk, in the file's form. */
static int read_encoded(hc_run_reader *reader, const table *t, uint64_t first, uint64_t count)
{
    hsize_t start = first;
    hsize_t length = count;
    hid_t memory = H5Screate_simple(1, &length, NULL);
    hid_t space = H5Dget_space(t->dataset);
    int status = -1;
    if (memory >= 0 && space >= 0 &&
        H5Sselect_hyperslab(space, H5S_SELECT_SET, &start, NULL, &length, NULL) >= 0 &&
        H5Dread(t->dataset, t->type, memory, space, H5P_DEFAULT, reader->buffer) >= 0) {
        status = 0;
    }
    return hc_hdf5_close(space) < 0 || hc_hdf5_close(memory) < 0 ? -1 : status;
}

/* Rows from `first` to the end of their chunk, or `left` of them. */
static uint64_t step_length(const table *t, uint64_t first, uint64_t left)
{
    uint64_t chunk = t->shape.chunk_rows == 0 ? HC_CHUNK_ROWS_LIMIT : t->shape.chunk_rows;
    uint64_t step = chunk - first % chunk;
    return step < left ? step : left;
}

static int read_steps(hc_run_reader *reader, const table *t, uint64_t first, uint64_t count,
                      hc_rows *rows, hc_error *error)
{
    for (uint64_t done = 0; done < count;) {
        uint64_t step = step_length(t, first + done, count - done);
        void *buffer = reader->buffer;
        int grown = grow(&buffer, &reader->buffer_bytes, step, t->decoder.row_bytes);
        reader->buffer = buffer;
        if (grown < 0) {
            return hc_error_memory(error);
        }
        if (read_encoded(reader, t, first + done, step) < 0) {
            return hc_hdf5_error(error, HC_ERROR_RUNTIME, reader->path, "read");
        }
        if (hc_row_decoder_run(&t->decoder, reader->buffer, (size_t)step,
                               (uint8_t *)rows->rows + done * t->decoder.info->row_size,
                               rows->text + done * t->decoder.text_bytes, &reader->limits,
                               first + done, reader->path, error) < 0) {
            return -1;
        }
        done += step;
    }
    return 0;
}

int hc_run_reader_read(hc_run_reader *reader, hc_run_table index, uint64_t first, uint64_t count,
                       hc_rows *rows, hc_error *error)
{
    const table *t = &reader->tables[index];
    uint64_t end = first > t->row_count ? first : t->row_count;
    uint64_t length = end - first < count ? end - first : count;
    void *text = rows->text;
    int grown = 0;
    rows->count = 0;
    if (length == 0) {
        return 0;
    }
    grown = grow(&rows->rows, &rows->rows_bytes, length, t->decoder.info->row_size);
    grown = grow(&text, &rows->text_bytes, length, t->decoder.text_bytes) < 0 ? -1 : grown;
    rows->text = text;
    if (grown < 0) {
        return hc_error_memory(error);
    }
    if (read_steps(reader, t, first, length, rows, error) < 0) {
        return -1;
    }
    rows->count = (size_t)length;
    return 0;
}

void hc_rows_destroy(hc_rows *rows)
{
    free(rows->rows);
    free(rows->text);
    *rows = HC_ROWS_NONE;
}
