#ifndef HC_TRACES_CSV_ROW_H
#define HC_TRACES_CSV_ROW_H

#include "traces/field.h"
#include "traces/input_file.h"

/** A CSV with a header row, read row by row. RFC 4180: fields are separated by commas; a field in quotes may
 *  hold commas, line ends and doubled quotes. Spaces around a field do not count. Blank lines between rows are
 *  skipped and counted.
 *  Memory: that of the input file and the longest row, at most about 5 MiB; nothing is allocated per row. */
typedef struct hc_csv hc_csv;

typedef enum hc_csv_row_state {
    HC_CSV_ROW_SOUND = 0,
    HC_CSV_ROW_FIELD_COUNT, /**< not as many fields as the header has */
    HC_CSV_ROW_NOT_TEXT, /**< a stray or unclosed quote, a NUL, a carriage return within the line */
} hc_csv_row_state;

/** One row. Borrowed until the next one is read. */
typedef struct hc_csv_row {
    hc_csv_row_state state;
    const hc_field *fields; /**< one per column of the header when the row is sound */
    hc_line line;           /**< as it stands in the file; the first line when there are several */
} hc_csv_row;

/** Reads the header. The input is borrowed and must outlive the CSV.
 *  @return 0 and a CSV that the caller owns, or -1 with `error` set: the input cannot be read or is empty, the
 *  header is not text, a name occurs twice, there are more than 1,024 columns. */
int hc_csv_open(hc_csv **out, hc_input_file *input, hc_error *error);

/** @return the index of a column, -1 when the header does not name it. */
int hc_csv_find(const hc_csv *csv, const char *name);

size_t hc_csv_column_count(const hc_csv *csv);

/** Name of a column, as the header has it. Borrowed. */
const char *hc_csv_column_name(const hc_csv *csv, size_t column);

/** Finds columns by name.
 *  @param names    `count` names; NULL is passed over and gives -1
 *  @param columns  [out] `count` indices
 *  @return 0, or -1 with `error` set: it names each column that is missing and lists those found. */
int hc_csv_find_all(const hc_csv *csv, const char *const *names, size_t count, int *columns,
                    hc_error *error);

/** The next row. A row whose quote is never closed, or whose quotes are broken on a later line, is given as
 *  its first line alone; what follows is read anew from the second line, so that one stray quote costs one row.
 *  @return 1 and a row; 0 at the end; -1 with `error` set when the input cannot be read. */
int hc_csv_next(hc_csv *csv, hc_csv_row *out, hc_error *error);

uint64_t hc_csv_blank_line_count(const hc_csv *csv);

/** Accepts NULL. */
void hc_csv_close(hc_csv *csv);

#endif
