#ifndef HC_TRACES_HDF5_CALLS_H
#define HC_TRACES_HDF5_CALLS_H

#include "sim/error.h"

#include <hdf5.h>
#include <stdint.h>

/** What every use of HDF5 here shares: closing, errors turned into messages, attributes. */

/** Before the first use of HDF5 by a public function: ends its own printing of errors (for the calling
 *  thread), and its cleaning up when the process ends, which crashes on files that could not be closed. What
 *  has been opened must therefore be closed. May be called again. */
void hc_hdf5_quiet(void);

/** Adds a message made of HDF5's error stack, and clears the stack: "march.h5: cannot write: No space left
 *  on device" where the system told the cause, else with what HDF5 says.
 *  @param operation  what was tried: "write"
 *  @return always -1. */
int hc_hdf5_error(hc_error *error, hc_error_kind kind, const char *path, const char *operation);

/** Closes any kind of HDF5 object; a negative id is none. @return 0 or -1. */
int hc_hdf5_close(hid_t id);

/** Gives up a file that could not be written. The library holds data then that it cannot place, and would try
 *  again at every occasion, fail, and free what it still refers to. So nothing in the file is closed, its
 *  identifiers are forgotten, and its descriptor leads nowhere from now on: the file itself stays as the failed
 *  call left it, as if the process had been killed there. This process cannot open it again. */
void hc_hdf5_abandon(hid_t file);

/** Attributes with one value. Text becomes UTF-8 of fixed length, never shorter than one byte.
 *  @param text  NULL is ""
 *  @return 0, or -1 with HDF5's error stack set. */
int hc_hdf5_put_text(hid_t object, const char *name, const char *text);
int hc_hdf5_put_number(hid_t object, const char *name, hid_t type, const void *value);
int hc_hdf5_put_uint64(hid_t object, const char *name, uint64_t value);
int hc_hdf5_put_int64(hid_t object, const char *name, int64_t value);

/** Access properties of every file here: no refusal where locks are missing (network file systems), and
 *  closing the file closes what is still open in it.
 *  @return a property list that the caller closes, or a negative number. */
hid_t hc_hdf5_access(H5F_libver_t oldest, H5F_libver_t newest);

/** Creates a file that any HDF5 of the last fifteen years reads; one of that name must not be there.
 *  @return the file, which the caller closes, or a negative number with HDF5's error stack set. */
hid_t hc_hdf5_create(const char *path);

/** Opens a file for reading, whether it is final, still growing, or its writer is dead.
 *  @return the file, which the caller closes, or a negative number with HDF5's error stack set. */
hid_t hc_hdf5_open(const char *path);

/** The same for files whose chunks are read once and whole: none is kept in memory. */
hid_t hc_hdf5_open_streaming(const char *path);

/** Reads rows of a one-dimensional dataset through HDF5's own filters and conversions.
 *  @param row_type  of a row in memory; @param out  room for `count` of them
 *  @return 0, or -1 with HDF5's error stack set. */
int hc_hdf5_read_rows(hid_t dataset, hid_t row_type, uint64_t first, uint64_t count, void *out);

#endif
