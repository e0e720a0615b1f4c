#include "traces/run/plain_table.h"

#include "traces/run/attribute_list.h"
#include "traces/run/hdf5_calls.h"
#include "traces/run/stored_table.h"

#include <stdlib.h>
#include <string.h>

struct hc_plain_reader {
    char *path;
    hid_t file;
    hc_attribute_list attributes;
    hc_stored_table table;
    hc_index_limits limits; /* none of its columns is an index */
    hc_row_buffer buffer;
};

static int check_format(const hc_plain_reader *reader, const char *format, hc_error *error)
{
    const char *found = hc_plain_reader_text(reader, "format");
    const char *version = hc_plain_reader_text(reader, "format_version");
    if (found == NULL || strcmp(found, format) != 0 || version == NULL) {
        return hc_error_set(error, HC_ERROR_RUNTIME, "%s: expected a file of format \"%s\"",
                            reader->path, format);
    }
    return hc_stored_file_check_version(version, HC_PLAIN_FORMAT_VERSION, reader->path, error);
}

static int open_file(hc_plain_reader *reader, const hc_table_info *info, const char *format,
                     hc_error *error)
{
    reader->file = hc_stored_file_open(reader->path, error);
    if (reader->file < 0) {
        return -1;
    }
    if (hc_attribute_list_read(&reader->attributes, reader->file, reader->path, error) < 0 ||
        check_format(reader, format, error) < 0) {
        return -1;
    }
    return hc_stored_table_open(&reader->table, reader->file, info, reader->path, error);
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
    reader->table = HC_STORED_TABLE_NONE;
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
    return reader->table.shape.row_count;
}

int hc_plain_reader_read(hc_plain_reader *reader, uint64_t first, hc_rows *rows, hc_error *error)
{
    uint64_t all = hc_plain_reader_row_count(reader);
    uint64_t count = first < all ? hc_stored_table_step(&reader->table, first, all - first) : 0;
    rows->count = 0;
    return count == 0 ? 0
                      : hc_stored_table_read(&reader->table, first, count, &reader->limits,
                                             &reader->buffer, rows, reader->path, error);
}

void hc_plain_reader_close(hc_plain_reader *reader)
{
    if (reader == NULL) {
        return;
    }
    hc_stored_table_close(&reader->table);
    (void)hc_hdf5_close(reader->file);
    hc_attribute_list_destroy(&reader->attributes);
    free(reader->buffer.bytes);
    free(reader->path);
    free(reader);
}
