#ifndef HC_TRACES_STREAM_READER_H
#define HC_TRACES_STREAM_READER_H

#include "sim/error.h"
#include "traces/run/records.h"
#include "traces/stream/curve_keys.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Reads a stream of run events. With the endpoint of its replay a reader is complete, whenever it came and however often
 *  it stopped: what it has missed is asked for, what comes twice is dropped, and each rank's rows are handed out in
 *  their order, from number 0 or from where it went on. Without, gaps are counted and told.
 *  What a publisher sends is checked before it is used. One thread. */
typedef struct hc_stream_reader hc_stream_reader;

enum { HC_STREAM_MAX_RANKS = 65536 };

typedef struct hc_stream_reader_options {
    const char *endpoint;
    const char *replay;          /**< NULL: what was missed is lost */
    const hc_curve_keys *client; /**< NULL: no CURVE */
    const hc_curve_keys *server; /**< public key of the publisher; with `client` */
    /** Begins with what is published from now on instead of with the first row. */
    bool is_from_now;
} hc_stream_reader_options;

typedef enum hc_stream_item_kind {
    HC_STREAM_NOTHING = 0, /**< nothing came within the time */
    HC_STREAM_HELLO,       /**< what is streamed: before all rows, once */
    HC_STREAM_BATCH,
    HC_STREAM_HEARTBEAT,
    HC_STREAM_LOST,     /**< rows that nobody can bring back; the next batch is behind them */
    HC_STREAM_NOTE,     /**< the publisher turned lossy, or lossless again */
    HC_STREAM_RANK_END, /**< all rows of a rank have been handed out */
    HC_STREAM_END,      /**< all rows of all ranks have: the last item */
} hc_stream_item_kind;

/** What a publisher says of the run. Texts are borrowed until the next call. */
typedef struct hc_stream_hello {
    const char *run;  /**< id of the run */
    const char *name; /**< of the run */
    const char *policy;
    const char *clock; /**< what times mean: "unknown zero", "unix zero", "civil" */
    int64_t unix_zero_seconds;
    uint64_t gpus;       /**< of the machine */
    uint32_t rank_count; /**< of the run; this publisher may have fewer */
    uint32_t
        first_rank; /**< of this publisher: its ranks are first_rank .. first_rank + ranks - 1 */
    uint32_t ranks;
    const char *const *partitions; /**< names */
    size_t partition_count;
} hc_stream_hello;

/** Where a rank of the run stands, as it last said. */
typedef struct hc_stream_heartbeat {
    hc_time begin;             /**< of the simulation */
    hc_time now;               /**< simulated; HC_TIME_MISSING before the first event */
    hc_time last_submit;       /**< HC_TIME_MISSING: not known */
    uint64_t simulated_events; /**< executed, all ranks */
    double events_per_second;  /**< of them, wall time, since the last heartbeat */
    uint64_t published;        /**< rows of this rank so far */
    uint64_t dropped;          /**< of them */
    uint64_t submitted;        /**< jobs, all ranks */
    uint64_t waiting;
    uint64_t running;
    uint64_t completed;
    uint64_t rejected;
} hc_stream_heartbeat;

/** How the stream of a rank ended. */
typedef struct hc_stream_ending {
    uint64_t published; /**< rows */
    uint64_t dropped;
    uint64_t stream_digest; /**< of all rows, hc_stream_digest_rows from 0 */
    bool is_equal;          /**< what was handed out has this digest, and nothing is missing */
    char run_digest[24];    /**< of the run, as its report prints it; "": it was broken off */
    bool is_complete;       /**< the run came to its end */
} hc_stream_ending;

typedef struct hc_stream_item {
    hc_stream_item_kind kind;
    uint32_t rank;
    hc_run_table table; /**< of a batch */
    uint64_t first;     /**< number of its first row, or of the first lost one */
    uint64_t count;     /**< rows of it, 1..HC_BATCH_ROWS; or lost ones */
    const void
        *rows; /**< structs of the table (traces/run/records.h), borrowed until the next call */
    const hc_stream_hello *hello;
    hc_stream_heartbeat heartbeat;
    hc_stream_ending ending;
    const char *text; /**< of a note */
} hc_stream_item;

/** Connects; a publisher that is not there yet is waited for by hc_stream_reader_next.
 *  @return 0 and a reader that the caller closes, or -1 with `error` set (HC_ERROR_USAGE, HC_ERROR_RUNTIME). */
int hc_stream_reader_open(hc_stream_reader **out, const hc_stream_reader_options *options,
                          hc_error *error);
void hc_stream_reader_close(hc_stream_reader *reader); /**< accepts NULL */

/** The next item; waits for it so long at most.
 *  @return 0, or -1 with `error` set (HC_ERROR_RUNTIME): the peer is no publisher, or memory is short. */
int hc_stream_reader_next(hc_stream_reader *reader, int timeout_ms, hc_stream_item *out,
                          hc_error *error);

typedef struct hc_stream_reader_counts {
    uint64_t rows;         /**< handed out */
    uint64_t replayed;     /**< of them, those that were asked for */
    uint64_t doubled;      /**< came twice; dropped */
    uint64_t lost;         /**< missing for good */
    uint64_t broken;       /**< messages that are none of a stream; ignored */
    double silent_seconds; /**< since anything came */
} hc_stream_reader_counts;
hc_stream_reader_counts hc_stream_reader_count(const hc_stream_reader *reader);

/** Descriptor that becomes readable when hc_stream_reader_next may have something; for poll beside a terminal. A call
 *  with timeout 0 must follow until it has nothing. */
int hc_stream_reader_descriptor(const hc_stream_reader *reader);

#endif
