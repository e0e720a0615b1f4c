#ifndef HC_TRACES_COLUMN_READER_H
#define HC_TRACES_COLUMN_READER_H

#include "traces/csv_row.h"
#include "traces/trace_record.h"

/** What the formats that are CSV with known columns share: the columns by number, and a record begun for each
 *  row. */
typedef struct hc_column_reader hc_column_reader;

enum { HC_COLUMN_READER_LIMIT = 32 };

/** Reads the header row and finds the columns.
 *  @param names  at most HC_COLUMN_READER_LIMIT; NULL: there is no such column
 *  @param hint   what to tell a user whose file lacks a column; may be NULL
 *  @return 0 and a reader that the caller owns, or -1 with `error` set. */
int hc_column_reader_open(hc_column_reader **out, hc_input_file *input, const char *const *names,
                          size_t count, const char *hint, hc_error *error);

/** Finds one more column, if it is there. */
void hc_column_reader_add(hc_column_reader *reader, size_t column, const char *name);

/** Begins a record with the next row; a row that is not sound has failed it.
 *  @return 1; 0 at the end; -1 with `error` set. */
int hc_column_reader_next(hc_column_reader *reader, hc_trace_record *out, hc_error *error);

/** The same, and lets `read` fill the record where the row is sound. */
int hc_column_reader_next_job(hc_column_reader *reader, hc_trace_record *out,
                              void (*read)(const hc_column_reader *reader, hc_trace_record *out),
                              hc_error *error);

bool hc_column_reader_has(const hc_column_reader *reader, size_t column);

/** A field of the row read last, which must be sound; empty where there is no such column. */
hc_field hc_column_reader_field(const hc_column_reader *reader, size_t column);

/** For the table of a format whose state is nothing but a column reader (traces/trace_reader.h). */
uint64_t hc_column_reader_blank_line_count(const void *self);
void hc_column_reader_close(void *self);

#endif
