#ifndef HC_TRACES_TABLE_SET_H
#define HC_TRACES_TABLE_SET_H

#include "traces/run/chunk_codec.h"
#include "traces/run/table_writer.h"

#include <hdf5.h>

/** All tables of one file that is being written. A plain struct of its owner's. */
typedef struct hc_table_set {
    hc_table_writer tables[HC_TABLE_COUNT];
    hc_chunk_codec *codec;
} hc_table_set;

enum { HC_TEXT_COLUMN_LIMIT = 8 };

/** What a file chooses for a table. */
typedef struct hc_table_plan {
    uint32_t text_bytes[HC_TEXT_COLUMN_LIMIT]; /**< widths of its text columns, in their order */
    uint64_t expected_rows;                    /**< see hc_table_chunk_rows */
} hc_table_plan;

/** A set without tables, which can be closed. */
void hc_table_set_init(hc_table_set *set);

/** Creates all tables in `file`. @param path  what messages call it; borrowed while the set is open
 *  @return 0, or -1 with `error` set. */
int hc_table_set_create(hc_table_set *set, hid_t file, const hc_table_plan plans[HC_TABLE_COUNT],
                        const char *path, hc_error *error);

/** Brings all rows of all tables into the file. @return 0, or -1 with `error` set. */
int hc_table_set_flush(hc_table_set *set, hc_error *error);

/** Closes the tables; rows that were not flushed are lost. @return 0, or -1 with HDF5's error stack set. */
int hc_table_set_close(hc_table_set *set);

/** Frees what the tables hold; their file is abandoned (hc_hdf5_abandon). */
void hc_table_set_forget(hc_table_set *set);

#endif
