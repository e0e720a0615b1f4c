#ifndef HC_TRACES_STREAM_ROLL_H
#define HC_TRACES_STREAM_ROLL_H

#include "traces/stream/frames.h"
#include "traces/stream/parcel.h"

#include <msgpack.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What a publisher knows of the run, and of the ranks that it publishes for; and the control messages that say so. */

/** What is told of a run. Texts are borrowed. */
typedef struct hc_stream_facts {
    const char *run;  /**< id of the run */
    const char *name; /**< of the run */
    const char *policy;
    const char *clock; /**< what times mean: "unknown zero", "unix zero", "civil" */
    int64_t unix_zero_seconds;
    uint64_t gpus; /**< of the machine */
    uint32_t rank_count;
    const char *const *partitions; /**< names */
    size_t partition_count;
} hc_stream_facts;

/** One rank. */
typedef struct hc_roll_rank {
    uint32_t rank;
    bool is_ended;
    uint64_t next;    /**< number of its next row: rows so far */
    uint64_t dropped; /**< of them */
    uint64_t digest;  /**< of all of them */
    uint64_t table_rows[HC_TABLE_COUNT];
    hc_run_standing standing;
    hc_run_conclusion conclusion;
    uint64_t beat_events; /**< standing.simulated_events at the last heartbeat */
    double beat_time;     /**< of that: wall clock, seconds */
} hc_roll_rank;

typedef struct hc_roll {
    hc_stream_facts facts;
    const char *mode;   /**< "lossless" or "lossy" */
    const char *format; /**< "columns" or "map" */
    bool has_replay;
    hc_roll_rank *ranks; /**< of this publisher, in the order in which they were named */
    uint32_t count;
} hc_roll;

/** @return the rank; NULL when it is none of this publisher's. */
hc_roll_rank *hc_roll_find(hc_roll *roll, uint32_t rank);

/** Takes note of rows that are published. */
void hc_roll_count(hc_roll_rank *rank, const hc_parcel *parcel);

/** Whether all have ended. */
bool hc_roll_is_over(const hc_roll *roll);

/** Control messages. Each returns 0, or -1 when memory is short.
 *  - ctl.hello: what is streamed, and how it is to be read: tables, types of columns, names of values
 *  - ctl.heartbeat: where a rank stands
 *  - ctl.end: totals and digests of a rank
 *  - ctl.lost: rows that were dropped, and that no replay has
 *  - ctl.lossy: some reader is left behind, from this row on */
int hc_roll_hello(const hc_roll *roll, hc_frames *out);
int hc_roll_heartbeat(const hc_roll *roll, hc_roll_rank *rank, double now, hc_frames *out);
int hc_roll_end(const hc_roll *roll, const hc_roll_rank *rank, hc_frames *out);
int hc_roll_lost(const hc_roll *roll, uint32_t rank, uint64_t first, uint64_t count,
                 hc_frames *out);
int hc_roll_lossy(const hc_roll *roll, const hc_roll_rank *rank, double patience_seconds,
                  hc_frames *out);

#endif
