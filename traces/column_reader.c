#include "traces/column_reader.h"

#include <assert.h>
#include <stdlib.h>

struct hc_column_reader {
    hc_csv *rows;
    hc_csv_row row;
    int columns[HC_COLUMN_READER_LIMIT];
};

static int find_columns(hc_column_reader *reader, hc_input_file *input, const char *const *names,
                        size_t count, const char *hint, hc_error *error)
{
    if (hc_csv_open(&reader->rows, input, error) < 0) {
        return -1;
    }
    if (hc_csv_find_all(reader->rows, names, count, reader->columns, error) < 0) {
        return hint == NULL ? -1 : hc_error_set(error, HC_ERROR_TRACE, "%s", hint);
    }
    return 0;
}

int hc_column_reader_open(hc_column_reader **out, hc_input_file *input, const char *const *names,
                          size_t count, const char *hint, hc_error *error)
{
    hc_column_reader *reader = calloc(1, sizeof *reader);
    assert(count <= HC_COLUMN_READER_LIMIT);
    if (reader == NULL) {
        return hc_error_memory(error);
    }
    if (find_columns(reader, input, names, count, hint, error) < 0) {
        hc_column_reader_close(reader);
        return -1;
    }
    *out = reader;
    return 0;
}

void hc_column_reader_add(hc_column_reader *reader, size_t column, const char *name)
{
    assert(column < HC_COLUMN_READER_LIMIT);
    reader->columns[column] = hc_csv_find(reader->rows, name);
}

int hc_column_reader_next(hc_column_reader *reader, hc_trace_record *out, hc_error *error)
{
    int status = hc_csv_next(reader->rows, &reader->row, error);
    if (status <= 0) {
        return status;
    }
    *out = hc_trace_record_of(&reader->row.line);
    if (reader->row.state == HC_CSV_ROW_FIELD_COUNT) {
        hc_trace_record_fail(out, HC_QUARANTINE_FIELD_COUNT);
    } else if (reader->row.state == HC_CSV_ROW_NOT_TEXT) {
        hc_trace_record_fail(out, HC_QUARANTINE_BAD_TEXT);
    }
    return 1;
}

int hc_column_reader_next_job(hc_column_reader *reader, hc_trace_record *out,
                              void (*read)(const hc_column_reader *reader, hc_trace_record *out),
                              hc_error *error)
{
    int status = hc_column_reader_next(reader, out, error);
    if (status == 1 && !out->has_fault) {
        read(reader, out);
    }
    return status;
}

bool hc_column_reader_has(const hc_column_reader *reader, size_t column)
{
    return reader->columns[column] >= 0;
}

hc_field hc_column_reader_field(const hc_column_reader *reader, size_t column)
{
    int index = reader->columns[column];
    assert(reader->row.state == HC_CSV_ROW_SOUND);
    return index < 0 ? (hc_field){"", 0} : reader->row.fields[index];
}

uint64_t hc_column_reader_blank_line_count(const void *self)
{
    return hc_csv_blank_line_count(((const hc_column_reader *)self)->rows);
}

void hc_column_reader_close(void *self)
{
    hc_column_reader *reader = self;
    if (reader != NULL) {
        hc_csv_close(reader->rows);
        free(reader);
    }
}
