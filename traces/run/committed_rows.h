#ifndef HC_TRACES_COMMITTED_ROWS_H
#define HC_TRACES_COMMITTED_ROWS_H

#include "sim/error.h"
#include "traces/run/records.h"

#include <hdf5.h>
#include <stdint.h>

/** The dataset /rows_committed of a file that is being written: for each table, how many rows a reader can
 *  rely on. The extents of the tables may be ahead of it.
 *
 *  It is plain raw data at a fixed place, written in one call of the system, and each count is aligned to
 *  its size: a call that is cut short leaves some counts new and the others old, and both are true. */

/** Creates the dataset, all counts 0. @return the dataset, which the caller closes, or a negative number
 *  with HDF5's error stack set. */
hid_t hc_committed_rows_create(hid_t file);

/** Writes the counts and brings them to the file. @return 0, or -1 with HDF5's error stack set. */
int hc_committed_rows_write(hid_t dataset, const uint64_t counts[HC_TABLE_COUNT]);

/** Whether a file has such a dataset: it is being written, or was when its writer died. */
int hc_committed_rows_exist(hid_t file);

/** Reads the counts by the names of the tables; a table that is not listed has 0.
 *  @param path  what messages call the file
 *  @return 0, or -1 with `error` set. */
int hc_committed_rows_read(hid_t file, const char *path, uint64_t counts[HC_TABLE_COUNT],
                           hc_error *error);

#endif
