#ifndef HC_TRACES_FILE_ATTRIBUTES_H
#define HC_TRACES_FILE_ATTRIBUTES_H

#include "sim/error.h"
#include "traces/run/provenance.h"

#include <hdf5.h>
#include <stdbool.h>

/** The attributes of the file itself. */

/** Writes all of them, for a run that has not ended: complete = 0, no digest.
 *  @return 0, or -1 with HDF5's error stack set. */
int hc_file_attributes_put(hid_t file, const hc_provenance *provenance,
                           const hc_run_identity *identity);

/** How a run ended. */
typedef struct hc_run_ending {
    const char *digest; /**< hexadecimal; NULL or "" when there is none */
    bool is_complete;   /**< the simulation came to its end */
    const char *note;   /**< why it did not, for people; NULL: nothing to say */
    uint64_t executed_events;
    const hc_text_item *items;
    size_t item_count;
} hc_run_ending;

/** Copies the attributes of one file to another and puts the ending in the place of "not ended".
 *  @return 0, or -1 with HDF5's error stack set. */
int hc_file_attributes_copy(hid_t from, hid_t to, const hc_run_ending *ending);

/** @param path  what messages call the file
 *  @return the run id of a file, which the caller frees, or NULL with `error` set (HC_ERROR_RUNTIME). */
char *hc_file_attributes_run_id(hid_t file, const char *path, hc_error *error);

#endif
