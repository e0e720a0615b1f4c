#ifndef HC_TRACES_RUN_STORED_TABLE_H
#define HC_TRACES_RUN_STORED_TABLE_H

#include "sim/error.h"
#include "traces/run/dataset_check.h"
#include "traces/run/row_decoder.h"
#include "traces/run/run_reader.h"

#include <hdf5.h>
#include <stddef.h>
#include <stdint.h>

/** A table in a file that is not believed, read in steps of a chunk: what run files and lists have in common. */
typedef struct hc_stored_table {
    hid_t dataset; /**< -1: none */
    hid_t type;
    hc_dataset_shape shape;
    hc_row_decoder decoder;
} hc_stored_table;

#define HC_STORED_TABLE_NONE ((hc_stored_table){.dataset = -1, .type = -1})

/** One chunk of rows in the file's form; all zero: none yet. */
typedef struct hc_row_buffer {
    void *bytes;
    size_t size;
} hc_row_buffer;

/** Opens a file of HDF5. A pipe or a device would keep the library waiting and is refused.
 *  @return the file, which the caller closes, or a negative number with `error` set (HC_ERROR_RUNTIME). */
hid_t hc_stored_file_open(const char *path, hc_error *error);

/** Whether a file of one format version can be read by a reader of another: they agree up to the point.
 *  @param version  as the file has it @return 0, or -1 with `error` set. */
int hc_stored_file_check_version(const char *version, const char *readable, const char *path,
                                 hc_error *error);

/** @param path  what messages call the file
 *  @return 0, or -1 with `error` set; close it in both cases. */
int hc_stored_table_open(hc_stored_table *table, hid_t file, const hc_table_info *info,
                         const char *path, hc_error *error);
void hc_stored_table_close(hc_stored_table *table);

/** Rows from `first` to the end of their chunk, `left` of them, or HC_CHUNK_ROWS_LIMIT, whichever are fewest. */
uint64_t hc_stored_table_step(const hc_stored_table *table, uint64_t first, uint64_t left);

/** Reads and decodes rows that the table has.
 *  @return 0, or -1 with `error` set; `rows` is then empty. */
int hc_stored_table_read(const hc_stored_table *table, uint64_t first, uint64_t count,
                         const hc_index_limits *limits, hc_row_buffer *buffer, hc_rows *rows,
                         const char *path, hc_error *error);

#endif
