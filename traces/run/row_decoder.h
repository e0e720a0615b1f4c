#ifndef HC_TRACES_ROW_DECODER_H
#define HC_TRACES_ROW_DECODER_H

#include "sim/error.h"
#include "traces/run/records.h"

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** From the rows of a file to the structs of traces/run/records.h, by the names of the columns. Columns that the
 *  file lacks become missing, zero or ""; columns that are not known here are ignored. */

/** One known column that the file has. */
typedef struct hc_decoder_step {
    const hc_row_field *field;
    uint32_t from;  /**< offset in the file's row */
    uint32_t bytes; /**< there */
    bool is_time;   /**< nanoseconds: at most HC_TIME_LIMIT from zero, or missing where it may be */
} hc_decoder_step;

typedef struct hc_row_decoder {
    const hc_table_info *info;
    uint32_t row_bytes;  /**< of the file */
    uint32_t text_bytes; /**< of all texts of a row, each with a NUL behind it */
    size_t step_count;
    hc_decoder_step steps[HC_ROW_FIELD_LIMIT];
} hc_row_decoder;

/** Where indexes of a row may point. */
typedef struct hc_index_limits {
    uint64_t row_counts[HC_TABLE_COUNT]; /**< UINT64_MAX: not checked */
} hc_index_limits;

/** Compares the file's type of a row with the table's columns.
 *  @param type  a compound type; @param path  what messages call the file
 *  @return 0, or -1 with `error` set when a known column has another type than it must have. */
int hc_row_decoder_make(hc_row_decoder *decoder, const hc_table_info *info, hid_t type,
                        const char *path, hc_error *error);

/** Decodes rows.
 *  @param rows   row_bytes each; @param out  the table's structs
 *  @param text   count x text_bytes, which the texts in `out` point into
 *  @param first  number of the first row, for messages
 *  @return 0, or -1 with `error` set when a value is none that its column can have. */
int hc_row_decoder_run(const hc_row_decoder *decoder, const uint8_t *rows, size_t count, void *out,
                       char *text, const hc_index_limits *limits, uint64_t first, const char *path,
                       hc_error *error);

#endif
