#ifndef HC_TRACES_TABLE_SCHEMA_H
#define HC_TRACES_TABLE_SCHEMA_H

#include "traces/run/row_layout.h"

#include <hdf5.h>

/** A table as HDF5 sees it: a chunked 1-D dataset of a compound type, which PyTables and pandas take for one
 *  of theirs (attributes CLASS, VERSION, TITLE, FIELD_n_NAME, FIELD_n_FILL), and which says of each column what
 *  it means (COLUMN_n_UNIT, COLUMN_n_MEANING). */

/** The type of a column in the file. @return a type that the caller closes, or a negative number. */
hid_t hc_row_field_hdf5_type(const hc_row_field *field, size_t text_bytes);

/** Rows of a chunk for a table of so many rows (0: not known). */
uint32_t hc_table_chunk_rows(const hc_row_layout *layout, uint64_t expected_rows);

/** Creates an empty table with all its attributes.
 *  @return the dataset, which the caller closes, or a negative number with HDF5's error stack set. */
hid_t hc_table_schema_create(hid_t file, const hc_row_layout *layout, uint32_t chunk_rows);

#endif
