#ifndef HC_TRACES_STREAM_SPOOL_H
#define HC_TRACES_STREAM_SPOOL_H

#include "sim/error.h"
#include "traces/stream/parcel.h"

#include <stdint.h>

/** Everything that was published, on disk, so that it can be sent again. The file has no name from the begin: it goes
 *  with the process. Memory: 24 bytes for each 64 KiB of it. One thread. */
typedef struct hc_spool hc_spool;

/** @param folder  where there is room for it: beside the run file
 *  @return 0, or -1 with `error` set (HC_ERROR_OUTPUT). */
int hc_spool_create(hc_spool **out, const char *folder, hc_error *error);
void hc_spool_destroy(hc_spool *spool); /**< accepts NULL */

/** Appends rows; those of one rank in their order.
 *  @return 0, or -1 with `error` set (HC_ERROR_OUTPUT: the disk is full); nothing more can be appended then. */
int hc_spool_append(hc_spool *spool, const hc_parcel *parcel, hc_error *error);

/** A place to read from. */
typedef struct hc_spool_place {
    uint64_t offset;
} hc_spool_place;

/** A place from which the row comes that a rank gave this number, or the first one behind it, after others. */
hc_spool_place hc_spool_find(const hc_spool *spool, uint32_t rank, uint64_t seq);

/** The parcel at a place, which moves behind it. @return 1; 0 at the end; -1 with `error` set (HC_ERROR_RUNTIME). */
int hc_spool_read(hc_spool *spool, hc_spool_place *place, hc_parcel *out, hc_error *error);

#endif
