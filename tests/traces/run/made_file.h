#ifndef HC_TESTS_TRACES_MADE_FILE_H
#define HC_TESTS_TRACES_MADE_FILE_H

#include "traces/run/run_reader.h"

#include <hdf5.h>
#include <stdint.h>

/** Run files made with HDF5 alone, one at a time, in a folder of their own: what other versions, other programs
 *  and ill will may write. Whatever cannot be made fails the test. */

/** Puts something into a file. */
typedef void hc_made_filler(hid_t file);

/** Makes a file of a run that has what `fill` puts into it. @return its path, good until it is removed. */
const char *hc_made_file(hc_made_filler *fill);
void hc_made_file_remove(void);

/** Makes such a file and opens it, which must succeed. */
hc_run_reader *hc_made_open(hc_made_filler *fill);
void hc_made_close(hc_run_reader *reader);

/** Types and properties; whoever gets one closes it. */
hid_t hc_made_text(size_t bytes);
hid_t hc_made_chunks(hsize_t rows);

/** Creates a table and writes `rows` when there are any. Closes type and properties. */
void hc_made_table(hid_t file, const char *name, hid_t type, hid_t creation, hsize_t count,
                   const void *rows);

/** A row of sites: index and name are all that it must have. */
typedef struct hc_made_site {
    uint32_t index;
    char name[4];
} hc_made_site;

extern const hc_made_site hc_made_sites[3];

hid_t hc_made_site_type(void);
void hc_made_put_sites(hid_t file);

#endif
