#ifndef HC_TRACES_CSV_TABLE_H
#define HC_TRACES_CSV_TABLE_H

#include "sim/error.h"

#include <stddef.h>

/** A whole CSV in memory, for tables that are written again with columns added: its cells to look at, and its rows as
 *  they stand in the file, quotes and all. RFC 4180: a header row; fields in quotes may hold commas, line ends and doubled
 *  quotes. Blank lines are left out. A row may end early; its last cells are empty then.
 *  Memory: about three times the file. */
typedef struct hc_csv_table hc_csv_table;

enum { HC_CSV_TABLE_BYTE_LIMIT = 64 * 1024 * 1024, HC_CSV_TABLE_COLUMN_LIMIT = 1024 };

/** Reads a file ("-": standard input), also one packed with gzip.
 *  @return 0 and a table that the caller owns, or -1 with `error` set (HC_ERROR_TRACE and the line): no header row, broken
 *  or unclosed quotes, NUL, a carriage return within a line, a row longer than the header, two columns of one name, or more
 *  than the limits above. */
int hc_csv_table_read(hc_csv_table **out, const char *path, hc_error *error);

/** The same from memory. @param name  stands for the file in messages */
int hc_csv_table_parse(hc_csv_table **out, const char *name, const char *text, size_t length,
                       hc_error *error);

/** Accepts NULL. */
void hc_csv_table_destroy(hc_csv_table *table);

size_t hc_csv_table_row_count(const hc_csv_table *table); /**< without the header */
size_t hc_csv_table_column_count(const hc_csv_table *table);

/** Name of a column, without blanks around it. All texts are borrowed. */
const char *hc_csv_table_column_name(const hc_csv_table *table, size_t column);

/** A cell, without its quotes and without blanks around it; "" where the row has ended. */
const char *hc_csv_table_cell(const hc_csv_table *table, size_t row, size_t column);

/** Cells that the row really has, 1 .. columns. */
size_t hc_csv_table_cell_count(const hc_csv_table *table, size_t row);

/** Line of the file on which the row begins, from 1. */
size_t hc_csv_table_line(const hc_csv_table *table, size_t row);

/** The bytes of a row as they stand in the file, without the line end; of the header likewise. Not terminated. */
const char *hc_csv_table_bytes(const hc_csv_table *table, size_t row, size_t *length);
const char *hc_csv_table_header_bytes(const hc_csv_table *table, size_t *length);

/** "\n" or "\r\n", as the header row ends. */
const char *hc_csv_table_line_end(const hc_csv_table *table);

#endif
