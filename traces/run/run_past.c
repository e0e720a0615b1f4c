#include "traces/run/run_past.h"

#include "traces/run/committed_rows.h"
#include "traces/run/dataset_check.h"
#include "traces/run/file_attributes.h"
#include "traces/run/hdf5_calls.h"
#include "traces/run/private_file.h"
#include "traces/run/stored_table.h"
#include "traces/run/table_writer.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define COLUMN(member, column, kind, unit_text, text)                                \
    {                                                                                \
        .name = (column), .offset = offsetof(hc_earlier_file, member),               \
        .type = HC_ROW_FIELD_##kind, .refers_to = HC_TABLE_COUNT, .unit = unit_text, \
        .meaning = (text)                                                            \
    }
#define ROWS_OF(table, column) \
    COLUMN(rows[HC_TABLE_##table], column, UINT64, "rows", "rows of this table that count")

static const hc_row_field FIELDS[] = {
    COLUMN(generation, "generation", UINT32, "number", "how often the run had been taken up again"),
    COLUMN(rank, "rank", UINT32, "number", "the rank that wrote the file"),
    ROWS_OF(JOBS, "jobs"),
    ROWS_OF(ATTEMPTS, "attempts"),
    ROWS_OF(PLACEMENTS, "placements"),
    ROWS_OF(DECISIONS, "decisions"),
    ROWS_OF(EVENTS, "events"),
    ROWS_OF(SERIES, "series"),
    ROWS_OF(LEDGER, "ledger"),
};

static const hc_table_info TABLE = {
    .name = "earlier",
    .title = "Files of earlier generations of this run, and their rows that count",
    .row_size = sizeof(hc_earlier_file),
    .fields = FIELDS,
    .field_count = sizeof FIELDS / sizeof FIELDS[0],
};

static bool precedes(const hc_earlier_file *a, const hc_earlier_file *b)
{
    return a->generation != b->generation ? a->generation < b->generation : a->rank < b->rank;
}

void hc_run_past_release(hc_run_past *past)
{
    free(past->files);
    *past = (hc_run_past){0};
}

/* Writing */

static int append_files(const hc_run_past *past, hc_table_writer *writer, hc_error *error)
{
    for (size_t i = 0; i < past->count; i++) {
        if (hc_table_writer_append(writer, &past->files[i], error) < 0) {
            return -1;
        }
    }
    return hc_table_writer_flush(writer, error);
}

int hc_run_past_write(const hc_run_past *past, hid_t file, hc_chunk_codec *codec, const char *path,
                      hc_error *error)
{
    static const uint32_t NO_TEXT[1] = {0};
    hc_row_layout layout;
    hc_table_writer writer;
    if (past->count == 0) {
        return 0;
    }
    hc_row_layout_make(&layout, &TABLE, NO_TEXT);
    if (hc_table_writer_create(&writer, file, &layout, past->count, codec, path, error) < 0 ||
        append_files(past, &writer, error) < 0) {
        hc_table_writer_forget(&writer); /* the file is abandoned */
        return -1;
    }
    return hc_table_writer_close(&writer) < 0 ? hc_hdf5_error(error, HC_ERROR_OUTPUT, path, "write")
                                              : 0;
}

/* Reading */

static int check_files(const hc_run_past *past, uint32_t generation, const char *path,
                       hc_error *error)
{
    for (size_t i = 0; i < past->count; i++) {
        const hc_earlier_file *f = &past->files[i];
        if (f->generation >= generation || f->rank >= HC_RANK_LIMIT ||
            (i > 0 && !precedes(f - 1, f))) {
            return hc_error_set(
                error, HC_ERROR_RUNTIME,
                "%s: table %s, row %zu: expected a file of a generation before %" PRIu32
                ", behind the one above it",
                path, TABLE.name, i, generation);
        }
    }
    return 0;
}

static int take_rows(hc_run_past *out, const hc_rows *rows, hc_error *error)
{
    hc_earlier_file *grown = realloc(out->files, (out->count + rows->count) * sizeof *grown);
    if (grown == NULL) {
        return hc_error_memory(error);
    }
    memcpy(grown + out->count, rows->rows, rows->count * sizeof *grown);
    out->files = grown;
    out->count += rows->count;
    return 0;
}

static int read_files(hc_run_past *out, const hc_stored_table *table, const char *path,
                      hc_error *error)
{
    static const hc_index_limits NO_LIMITS = {{0}}; /* no column is an index */
    hc_row_buffer buffer = {0};
    hc_rows rows = HC_ROWS_NONE;
    int status = 0;
    for (uint64_t done = 0; status == 0 && done < table->shape.row_count; done += rows.count) {
        uint64_t step = hc_stored_table_step(table, done, table->shape.row_count - done);
        status = hc_stored_table_read(table, done, step, &NO_LIMITS, &buffer, &rows, path, error);
        status = status < 0 ? -1 : take_rows(out, &rows, error);
    }
    hc_rows_destroy(&rows);
    free(buffer.bytes);
    return status;
}

int hc_run_past_read(hc_run_past *out, hid_t file, uint32_t generation, const char *path,
                     hc_error *error)
{
    hc_stored_table table = HC_STORED_TABLE_NONE;
    int status = -1;
    *out = (hc_run_past){0};
    if (!hc_dataset_exists(file, TABLE.name)) {
        return 0;
    }
    if (hc_stored_table_open(&table, file, &TABLE, path, error) == 0 &&
        read_files(out, &table, path, error) == 0) {
        status = check_files(out, generation, path, error);
    }
    hc_stored_table_close(&table);
    return status;
}

/* Taking up again */

/* What the files of a generation tell of those before it: all tell the same. */
static int read_past_of(hc_run_past *out, const char *final_path, uint32_t generation,
                        hc_error *error)
{
    char *path = NULL;
    hid_t file = -1;
    int status = -1;
    if (generation == 0) {
        return 0;
    }
    path = hc_private_file_name(final_path, generation, 0);
    if (path == NULL) {
        return hc_error_memory(error);
    }
    file = hc_stored_file_open(path, error);
    if (file >= 0) {
        status = hc_run_past_read(out, file, generation, path, error);
    }
    (void)hc_hdf5_close(file);
    free(path);
    return status;
}

static int compare_marks(const void *a, const void *b)
{
    const hc_earlier_file *x = a;
    const hc_earlier_file *y = b;
    return x->rank < y->rank ? -1 : x->rank > y->rank;
}

int hc_run_past_of_marks(hc_run_past *out, const char *final_path, const hc_run_mark *marks,
                         size_t mark_count, hc_error *error)
{
    hc_earlier_file *grown = NULL;
    *out = (hc_run_past){0};
    if (hc_run_marks_check(marks, mark_count, error) < 0 ||
        read_past_of(out, final_path, marks[0].identity.generation, error) < 0) {
        return -1;
    }
    grown = realloc(out->files, (out->count + mark_count) * sizeof *grown);
    if (grown == NULL) {
        return hc_error_memory(error);
    }
    out->files = grown;
    for (size_t i = 0; i < mark_count; i++) {
        hc_earlier_file *f = &grown[out->count + i];
        *f = (hc_earlier_file){.generation = marks[i].identity.generation, .rank = marks[i].rank};
        memcpy(f->rows, marks[i].rows, sizeof f->rows);
    }
    qsort(grown + out->count, mark_count, sizeof *grown, compare_marks);
    out->count += mark_count;
    return 0;
}

static int check_rows(const hc_earlier_file *f, hid_t file, const char *path, hc_error *error)
{
    uint64_t committed[HC_TABLE_COUNT];
    if (hc_committed_rows_read(file, path, committed, error) < 0) {
        return -1;
    }
    for (int table = 0; table < HC_GROWING_TABLE_COUNT; table++) {
        if (committed[table] < f->rows[table]) {
            return hc_error_set(error, HC_ERROR_RUNTIME,
                                "%s: table %s: expected the %" PRIu64
                                " rows of the moment to go on from, found %" PRIu64,
                                path, hc_table_describe((hc_run_table)table)->name, f->rows[table],
                                committed[table]);
        }
    }
    return 0;
}

static int check_file(const hc_earlier_file *f, const char *path, const char *run_id,
                      hc_error *error)
{
    char *found = NULL;
    int status = -1;
    hid_t file = hc_stored_file_open(path, error);
    if (file < 0) {
        return -1;
    }
    found = hc_file_attributes_run_id(file, path, error);
    if (found != NULL && strcmp(found, run_id) != 0) {
        (void)hc_error_set(error, HC_ERROR_RUNTIME, "%s: is the file of another run", path);
    } else if (found != NULL) {
        status = check_rows(f, file, path, error);
    }
    free(found);
    (void)hc_hdf5_close(file);
    return status;
}

int hc_run_past_check(const hc_run_past *past, const char *final_path, const char *run_id,
                      hc_error *error)
{
    int status = 0;
    for (size_t i = 0; i < past->count && status == 0; i++) {
        const hc_earlier_file *f = &past->files[i];
        char *path = hc_private_file_name(final_path, f->generation, f->rank);
        status = path == NULL ? hc_error_memory(error) : check_file(f, path, run_id, error);
        free(path);
    }
    return status;
}
