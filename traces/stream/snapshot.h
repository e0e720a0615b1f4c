#ifndef HC_TRACES_STREAM_SNAPSHOT_H
#define HC_TRACES_STREAM_SNAPSHOT_H

#include "sim/error.h"
#include "traces/stream/frames.h"
#include "traces/stream/spool.h"

#include <stdint.h>

/** The jobs of a rank that are here after so many of its rows: what a reader needs that does not want the rows before.
 *  Made from what was published, when somebody asks: what was asked for before is not read again. */
typedef struct hc_snapshot hc_snapshot;

int hc_snapshot_create(hc_snapshot **out, uint32_t rank, hc_error *error);
void hc_snapshot_destroy(hc_snapshot *snapshot); /**< accepts NULL */

/** Takes in what was published since. @return 0, or -1 with `error` set. O(rows since). */
int hc_snapshot_update(hc_snapshot *snapshot, hc_spool *spool, hc_error *error);

/** ctl.snapshot: {type, time_ns, events: {submit: n, ...}, n, jobs: {job, state, milli, since_ns, partition}}, the latter
 *  columns of bytes in the order of jobs, state 0 waits, 1 runs; the header's seq is the number of the next row.
 *  @return 0, or -1 when memory is short. */
int hc_snapshot_pack(const hc_snapshot *snapshot, const char *run, hc_frames *out);

#endif
