#ifndef HC_TRACES_RUN_READER_H
#define HC_TRACES_RUN_READER_H

#include "sim/error.h"
#include "traces/run/records.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Reads the file of a run: a final one, or NAME.rank0000 of a run that goes on or was killed, of which the
 *  committed rows are seen.
 *
 *  A file that somebody else wrote is not believed: its shape, types, filters and sizes are checked before its
 *  data is touched (traces/run/dataset_check.h), and values before they are handed out: enumerations, booleans,
 *  and indexes of partitions, sites, kinds and nodes are in range, times lie within HC_TIME_LIMIT of zero, so
 *  that two of them can be subtracted, or are missing where they may be. Not checked are indexes of jobs, users,
 *  groups and inputs: hc_run_names_get (traces/run/run_names.h) answers for any. Messages name file, table, row and column. */
typedef struct hc_run_reader hc_run_reader;

/** @return 0 and a reader that the caller closes, or -1 with `error` set (HC_ERROR_RUNTIME). */
int hc_run_reader_open(hc_run_reader **out, const char *path, hc_error *error);
void hc_run_reader_close(hc_run_reader *reader); /**< accepts NULL */

const char *hc_run_reader_path(const hc_run_reader *reader);

/** The run came to its end (attribute complete = 1). */
bool hc_run_reader_is_complete(const hc_run_reader *reader);

/** Rows of a table; 0 also when the file has no such table. */
uint64_t hc_run_reader_row_count(const hc_run_reader *reader, hc_run_table table);

/** An attribute of the file; numbers as decimal text. Borrowed; NULL when there is none. */
const char *hc_run_reader_text(const hc_run_reader *reader, const char *key);

/** The same, "" when there is none: files of earlier versions lack what came later. */
const char *hc_run_reader_text_if_any(const hc_run_reader *reader, const char *key);

/** A whole number among the attributes. @return false when there is none, or it exceeds int64. */
bool hc_run_reader_number(const hc_run_reader *reader, const char *key, int64_t *out);

/** Keys of the attributes, in alphabetic order. */
size_t hc_run_reader_key_count(const hc_run_reader *reader);
const char *hc_run_reader_key(const hc_run_reader *reader, size_t index);

/** Rows as they were read. Start with HC_ROWS_NONE; each read reuses the memory of the one before. */
typedef struct hc_rows {
    void *rows; /**< `count` structs of the table; texts live as long as these rows */
    size_t count;
    size_t rows_bytes; /**< allocated */
    char *text;
    size_t text_bytes; /**< allocated */
} hc_rows;

#define HC_ROWS_NONE ((hc_rows){0})

/** Reads rows first .. first + count - 1, fewer when the table ends before. A slice costs at least one
 *  chunk (16 Ki rows). @return 0, or -1 with `error` set; `rows` is then empty. */
int hc_run_reader_read(hc_run_reader *reader, hc_run_table table, uint64_t first, uint64_t count,
                       hc_rows *rows, hc_error *error);

void hc_rows_destroy(hc_rows *rows);

#endif
