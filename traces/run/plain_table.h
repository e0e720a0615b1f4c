#ifndef HC_TRACES_PLAIN_TABLE_H
#define HC_TRACES_PLAIN_TABLE_H

#include "sim/error.h"
#include "traces/run/provenance.h"
#include "traces/run/records.h"
#include "traces/run/run_reader.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Tables in an HDF5 file that is written at once, in the form of the tables of a run file: lists that can be read
 *  again here, by pandas or h5py. The file tells in its attributes what it is: `format`, `format_version` and others. */

/** A table to be written. */
typedef struct hc_plain_table {
    const hc_table_info *info;
    uint64_t row_count;
    uint32_t text_bytes[HC_ROW_FIELD_LIMIT]; /**< widths of its text columns, in their order, 1.. */
    /** Fills the struct of a row; texts in it are borrowed until the next call. */
    void (*row)(const void *self, uint64_t index, void *out);
    const void *self;
} hc_plain_table;

/** An attribute that is a number. */
typedef struct hc_number_item {
    const char *key;
    uint64_t number;
} hc_number_item;

/** A file to be written: tables and attributes. */
typedef struct hc_plain_file {
    const char *format; /**< "hindcast jobs" */
    const hc_plain_table *tables;
    size_t table_count;
    const hc_text_item *items; /**< further attributes */
    size_t item_count;
    const hc_number_item *numbers;
    size_t number_count;
} hc_plain_file;

#define HC_PLAIN_FORMAT_VERSION "1.0" /* readers accept the same number before the point */

/** Widens the columns so that all texts of all rows fit.
 *  @return 0, or -1 with `error` set: a text is longer than HC_TEXT_BYTES_LIMIT. O(rows). */
int hc_plain_table_measure(hc_plain_table *table, const char *path, hc_error *error);

/** Writes the file under a temporary name and renames it when it is whole and on the disk.
 *  @param may_replace  false: a file of that name is an error (HC_ERROR_USAGE)
 *  @return 0, or -1 with `error` set (HC_ERROR_OUTPUT); nothing has changed then. */
int hc_plain_file_write(const hc_plain_file *plain, const char *path, bool may_replace,
                        hc_error *error);

/** Reads such a file of one table. It is not believed: see traces/run/run_reader.h. */
typedef struct hc_plain_reader hc_plain_reader;

/** @param format  that it must have
 *  @return 0 and a reader that the caller closes, or -1 with `error` set (HC_ERROR_RUNTIME). */
int hc_plain_reader_open(hc_plain_reader **out, const char *path, const hc_table_info *info,
                         const char *format, hc_error *error);

/** An attribute of the file, numbers as decimal text; NULL when there is none. Borrowed. */
const char *hc_plain_reader_text(const hc_plain_reader *reader, const char *key);

uint64_t hc_plain_reader_row_count(const hc_plain_reader *reader);

/** Reads rows from `first` on, to the end of their chunk (16 Ki rows).
 *  @return 0, or -1 with `error` set; `rows` is then empty. */
int hc_plain_reader_read(hc_plain_reader *reader, uint64_t first, hc_rows *rows, hc_error *error);

void hc_plain_reader_close(hc_plain_reader *reader); /**< accepts NULL */

#endif
