#ifndef HC_TRACES_DATASET_CHECK_H
#define HC_TRACES_DATASET_CHECK_H

#include "sim/error.h"

#include <hdf5.h>
#include <stdint.h>

/** Opening datasets of files that somebody else wrote.
 *
 *  What is refused before a byte of data is read: links that leave the file, external and virtual storage,
 *  chunks of more than 64 MiB, filters other than shuffle and deflate, more than one dimension, types with
 *  variable length, references or nesting, rows of more than 1 MiB, more rows than the stored bytes can hold.
 *  HDF5 has parsed the file's metadata by then, and is not made for hostile files: known defects of its own
 *  parser are out of reach here. */

/** What the checks found. */
typedef struct hc_dataset_shape {
    uint64_t row_count;
    uint64_t row_bytes;
    uint32_t chunk_rows; /**< 0 when it is not chunked */
} hc_dataset_shape;

/** Opens the dataset of that name in the root group.
 *  @param path  what messages call the file
 *  @return the dataset, which the caller closes, or a negative number with `error` set (HC_ERROR_RUNTIME). */
hid_t hc_dataset_open(hid_t file, const char *name, const char *path, hc_dataset_shape *shape,
                      hc_error *error);

/** The same for a table of which the first `rows` rows are all that will be read: the others may be a length that was
 *  written before their bytes were, as a disk that fills up or a process that is killed leaves it. */
hid_t hc_dataset_open_first(hid_t file, const char *name, const char *path, uint64_t rows,
                            hc_dataset_shape *shape, hc_error *error);

/** Whether the file has anything of that name. */
int hc_dataset_exists(hid_t file, const char *name);

/** Whether an attribute holds one number, or one text of fixed length. */
int hc_attribute_is_plain(hid_t attribute);

#endif
