#ifndef HC_TESTS_TRACES_COMMITTED_H
#define HC_TESTS_TRACES_COMMITTED_H

#include "traces/run/records.h"

#include <stdbool.h>
#include <stdint.h>

/** Reads /rows_committed of a private file with HDF5 alone, none of our own code.
 *  @return whether the file could be opened as one that is being written, and read. */
bool hc_read_committed(const char *path, uint64_t counts[HC_TABLE_COUNT]);

/** Whether HDF5 opens a file as any program would, without further arrangements. */
bool hc_opens_plainly(const char *path);

#endif
