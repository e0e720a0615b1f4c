#include "traces/run/run_reader.h"

#include "traces/run/attribute_list.h"
#include "traces/run/committed_rows.h"
#include "traces/run/hdf5_calls.h"
#include "traces/run/provenance.h"
#include "traces/run/stored_table.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Job ids are 32 bits, and no table has more than a few thousand rows per job. */
#define ROW_COUNT_LIMIT (UINT64_C(1) << 44)

typedef struct table {
    hc_stored_table stored; /* perhaps the file has none */
    uint64_t row_count;
} table;

struct hc_run_reader {
    char *path;
    hid_t file;
    hc_attribute_list attributes;
    table tables[HC_TABLE_COUNT];
    hc_index_limits limits;
    hc_row_buffer buffer;
};

static int check_format(const hc_run_reader *reader, hc_error *error)
{
    const char *format = hc_run_reader_text(reader, "format");
    const char *version = hc_run_reader_text(reader, "format_version");
    if (format == NULL || strcmp(format, HC_RUN_FORMAT) != 0 || version == NULL) {
        return hc_error_set(error, HC_ERROR_RUNTIME, "%s: is not the file of a run", reader->path);
    }
    return hc_stored_file_check_version(version, HC_RUN_FORMAT_VERSION, reader->path, error);
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
    if (hc_stored_table_open(&t->stored, reader->file, info, reader->path, error) < 0) {
        return -1;
    }
    t->row_count = t->stored.shape.row_count;
    if (t->row_count > ROW_COUNT_LIMIT || (committed != NULL && *committed > t->row_count)) {
        return hc_error_set(error, HC_ERROR_RUNTIME, "%s: table %s cannot have %" PRIu64 " rows",
                            reader->path, info->name, t->row_count);
    }
    t->row_count = committed == NULL ? t->row_count : *committed;
    return 0;
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

static int open_file(hc_run_reader *reader, hc_error *error)
{
    reader->file = hc_stored_file_open(reader->path, error);
    if (reader->file < 0) {
        return -1;
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
        reader->tables[i].stored = HC_STORED_TABLE_NONE;
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
        hc_stored_table_close(&reader->tables[i].stored);
    }
    (void)hc_hdf5_close(reader->file);
    hc_attribute_list_destroy(&reader->attributes);
    free(reader->buffer.bytes);
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

const char *hc_run_reader_text_if_any(const hc_run_reader *reader, const char *key)
{
    const char *text = hc_run_reader_text(reader, key);
    return text == NULL ? "" : text;
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

int hc_run_reader_read(hc_run_reader *reader, hc_run_table index, uint64_t first, uint64_t count,
                       hc_rows *rows, hc_error *error)
{
    const table *t = &reader->tables[index];
    uint64_t end = first > t->row_count ? first : t->row_count;
    uint64_t length = end - first < count ? end - first : count;
    rows->count = 0;
    return length == 0 ? 0
                       : hc_stored_table_read(&t->stored, first, length, &reader->limits,
                                              &reader->buffer, rows, reader->path, error);
}

void hc_rows_destroy(hc_rows *rows)
{
    free(rows->rows);
    free(rows->text);
    *rows = HC_ROWS_NONE;
}
