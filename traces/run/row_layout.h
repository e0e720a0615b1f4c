#ifndef HC_TRACES_ROW_LAYOUT_H
#define HC_TRACES_ROW_LAYOUT_H

#include "sim/error.h"
#include "traces/run/records.h"

#include <stddef.h>
#include <stdint.h>

/** How the rows of one table lie in one file: the columns without gaps, in the order of the table, text in
 *  the widths that the file chose. Rows are put into this form by hand, because a chunk is also built by
 *  hand (traces/run/chunk_codec.h) and a library that looks at every member costs more than the simulation. */

/** A piece of a row that is copied in one go: neighbours in the struct that are neighbours in the file. */
typedef struct hc_row_piece {
    uint32_t from;  /**< offset in the struct */
    uint32_t to;    /**< offset in the file's row */
    uint32_t bytes; /**< of a text: its width in the file */
    bool is_text;
} hc_row_piece;

typedef struct hc_row_layout {
    const hc_table_info *info;
    uint32_t row_bytes;                   /**< in the file */
    uint32_t offsets[HC_ROW_FIELD_LIMIT]; /**< of each column in the file's row */
    uint32_t widths[HC_ROW_FIELD_LIMIT];
    uint32_t piece_count;
    hc_row_piece pieces[HC_ROW_FIELD_LIMIT];
} hc_row_layout;

/** Lays a row out.
 *  @param text_bytes  width of each text column, in their order, 1..HC_TEXT_BYTES_LIMIT */
void hc_row_layout_make(hc_row_layout *layout, const hc_table_info *info,
                        const uint32_t *text_bytes);

/** Writes one row in the file's form.
 *  @param row  the table's struct
 *  @param out  row_bytes bytes
 *  @return 0, or -1 when a text is wider than its column (`out` is then of no use). */
int hc_row_encode(const hc_row_layout *layout, const void *row, uint8_t *out);

#endif
