#include "traces/run/plain_table.h"

#include "traces/run/hdf5_calls.h"
#include "traces/run/new_file.h"
#include "traces/run/private_file.h"
#include "traces/run/table_writer.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *text_at(const hc_row_field *field, const uint8_t *row)
{
    const char *text = NULL;
    memcpy(&text, row + field->offset, sizeof text);
    return text == NULL ? "" : text;
}

static void widen(hc_plain_table *table, const uint8_t *row)
{
    uint32_t *bytes = table->text_bytes;
    for (size_t i = 0; i < table->info->field_count; i++) {
        const hc_row_field *field = &table->info->fields[i];
        if (field->type == HC_ROW_FIELD_TEXT) {
            size_t length = strlen(text_at(field, row));
            length = length > HC_TEXT_BYTES_LIMIT ? HC_TEXT_BYTES_LIMIT + 1 : length;
            *bytes = length > *bytes ? (uint32_t)length : *bytes;
            bytes++;
        }
    }
}

int hc_plain_table_measure(hc_plain_table *table, const char *path, hc_error *error)
{
    uint8_t *row = malloc(table->info->row_size);
    size_t text_count = hc_table_text_count(table->info);
    int status = 0;
    if (row == NULL) {
        return hc_error_memory(error);
    }
    for (size_t i = 0; i < text_count; i++) {
        table->text_bytes[i] = 1;
    }
    for (uint64_t i = 0; i < table->row_count; i++) {
        table->row(table->self, i, row);
        widen(table, row);
    }
    for (size_t i = 0; i < text_count && status == 0; i++) {
        if (table->text_bytes[i] > HC_TEXT_BYTES_LIMIT) {
            status = hc_error_set(error, HC_ERROR_OUTPUT,
                                  "%s: a text of more than %d bytes finds no room in HDF5; write "
                                  "the list as CSV",
                                  path, HC_TEXT_BYTES_LIMIT);
        }
    }
    free(row);
    return status;
}

static int append_rows(const hc_plain_table *table, hc_table_writer *writer, hc_error *error)
{
    uint8_t *row = malloc(table->info->row_size);
    int status = 0;
    if (row == NULL) {
        return hc_error_memory(error);
    }
    for (uint64_t i = 0; i < table->row_count && status == 0; i++) {
        table->row(table->self, i, row);
        status = hc_table_writer_append(writer, row, error);
    }
    free(row);
    return status;
}

static int put_attributes(const hc_plain_file *plain, hid_t file)
{
    if (hc_hdf5_put_text(file, "format", plain->format) < 0 ||
        hc_hdf5_put_text(file, "format_version", HC_PLAIN_FORMAT_VERSION) < 0) {
        return -1;
    }
    for (size_t i = 0; i < plain->item_count; i++) {
        if (hc_hdf5_put_text(file, plain->items[i].key, plain->items[i].text) < 0) {
            return -1;
        }
    }
    for (size_t i = 0; i < plain->number_count; i++) {
        if (hc_hdf5_put_uint64(file, plain->numbers[i].key, plain->numbers[i].number) < 0) {
            return -1;
        }
    }
    return 0;
}

/* A file that is being built. */
typedef struct build {
    hid_t file;
    hc_chunk_codec *codec;
    const char *path; /* that it will have */
} build;

static int fill_table(const hc_plain_table *table, const build *b, hc_table_writer *writer,
                      hc_error *error)
{
    hc_row_layout layout;
    hc_row_layout_make(&layout, table->info, table->text_bytes);
    if (hc_table_writer_create(writer, b->file, &layout, table->row_count, b->codec, b->path,
                               error) < 0) {
        return -1;
    }
    return append_rows(table, writer, error) < 0 ? -1 : hc_table_writer_flush(writer, error);
}

static int put_table(const hc_plain_table *table, const build *b, hc_error *error)
{
    hc_table_writer writer = HC_TABLE_WRITER_NONE;
    if (fill_table(table, b, &writer, error) < 0) {
        hc_table_writer_forget(&writer);
        return -1;
    }
    return hc_table_writer_close(&writer) < 0
               ? hc_hdf5_error(error, HC_ERROR_OUTPUT, b->path, "write")
               : 0;
}

static int put_all(const hc_plain_file *plain, const build *b, hc_error *error)
{
    if (put_attributes(plain, b->file) < 0) {
        return hc_hdf5_error(error, HC_ERROR_OUTPUT, b->path, "write");
    }
    for (size_t i = 0; i < plain->table_count; i++) {
        if (put_table(&plain->tables[i], b, error) < 0) {
            return -1;
        }
    }
    return H5Fflush(b->file, H5F_SCOPE_GLOBAL) < 0
               ? hc_hdf5_error(error, HC_ERROR_OUTPUT, b->path, "write")
               : 0;
}

static int build_file(const hc_plain_file *plain, const char *temporary, const char *path,
                      hc_chunk_codec *codec, hc_error *error)
{
    build b = {.file = hc_hdf5_create(temporary), .codec = codec, .path = path};
    if (b.file < 0) {
        return hc_hdf5_error(error, HC_ERROR_OUTPUT, path, "create");
    }
    if (put_all(plain, &b, error) < 0) {
        hc_hdf5_abandon(b.file);
        return -1;
    }
    if (hc_hdf5_close(b.file) < 0) {
        return hc_hdf5_error(error, HC_ERROR_OUTPUT, path, "write");
    }
    return hc_sync_file(temporary, path, error);
}

int hc_plain_file_write(const hc_plain_file *plain, const char *path, bool may_replace,
                        hc_error *error)
{
    char *temporary = NULL;
    hc_chunk_codec *codec = NULL;
    int status = -1;
    if (hc_new_file_check(path, may_replace, error) < 0) {
        return -1;
    }
    hc_hdf5_quiet();
    temporary = hc_temporary_name(path);
    codec = hc_chunk_codec_create();
    if (temporary == NULL || codec == NULL) {
        (void)hc_error_memory(error);
    } else if (build_file(plain, temporary, path, codec, error) < 0 ||
               hc_publish(temporary, path, may_replace, error) < 0) {
        (void)unlink(temporary);
    } else {
        status = 0;
    }
    hc_chunk_codec_destroy(codec);
    free(temporary);
    return status;
}
