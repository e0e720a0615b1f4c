#ifndef HC_TRACES_TABLE_COPY_H
#define HC_TRACES_TABLE_COPY_H

#include "sim/error.h"
#include "traces/run/table_writer.h"

#include <hdf5.h>
#include <stdint.h>

/** Appends the first rows of a table of another file.
 *  Whole chunks are taken over as they are stored; the rest, and everything when rows may be lost, is decoded
 *  and checked on the way.
 *  @param file       holds a table of the same name
 *  @param path       what messages call it
 *  @param committed  rows to copy
 *  @param lost_rows  rows that cannot be read are added to it, and all behind them; NULL: they are an error
 *  @return 0, or -1 with `error` set. */
int hc_table_copy(hc_table_writer *to, hid_t file, const char *path, uint64_t committed,
                  uint64_t *lost_rows, hc_error *error);

#endif
