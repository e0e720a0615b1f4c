#ifndef HC_ANALYSIS_LIVE_STATE_H
#define HC_ANALYSIS_LIVE_STATE_H

#include "analysis/live/live_series.h"
#include "analysis/run_clock.h"
#include "sim/error.h"
#include "sim/int128.h"
#include "traces/stream/reader.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What a stream says of a run so far, from the items that a reader hands out: what views of a run that goes on show.
 *
 *  A reader that has every row from the first one on knows everything exactly; when the run is over, what is here equals
 *  the report of its run file. One that came later, or for which rows are lost, takes the counts of jobs from the
 *  heartbeats, and the amounts of a partition from its next sample on.
 *  What comes from the wire is not believed: amounts that no machine has are left out and counted. */
typedef struct hc_live_state hc_live_state;

enum { HC_LIVE_TEXT_SIZE = 256 };

/** @param is_from_now  the reader does not begin with the first row
 *  @return 0 and a state that the caller destroys, or -1 with `error` set. About 110 KB, and 64 bytes per partition and
 *  rank. */
int hc_live_state_create(hc_live_state **out, bool is_from_now, hc_error *error);
void hc_live_state_destroy(hc_live_state *state); /**< accepts NULL */

/** Takes an item. Cost: O(rows) of a batch, about 15 ns each.
 *  @return 0, or -1 with `error` set: memory is short, or another run has taken the place of the one that was watched
 *  (HC_ERROR_RUNTIME). */
int hc_live_state_take(hc_live_state *state, const hc_stream_item *item, hc_error *error);

/** Jobs of the run. `timed_out` and `preemptions` are those that were seen. */
typedef struct hc_live_jobs {
    uint64_t submitted;
    uint64_t waiting;
    uint64_t running;
    uint64_t ended; /**< those that were stopped at their time limit included */
    uint64_t rejected;
    uint64_t timed_out;
    uint64_t preemptions;
} hc_live_jobs;

/** The state at one moment. Texts are UTF-8 without control characters, and live as long as the state. */
typedef struct hc_live_view {
    bool is_known; /**< something has come */
    const char *run;
    const char *name;
    const char *policy;
    const char *note; /**< what the publisher said last: "lossy"; "" */
    hc_run_clock clock;
    uint32_t rank_count; /**< of the run */
    uint32_t first_rank; /**< ranks that are watched */
    uint32_t ranks;
    uint32_t ended_ranks; /**< of them */
    hc_time begin;        /**< HC_TIME_MISSING: not known; likewise the others */
    hc_time now;          /**< simulated; of the rank that is furthest behind */
    hc_time last_submit;
    double progress; /**< 0..1: share of the span of submissions; NAN when not known */
    double
        simulated_events_per_second; /**< as the last heartbeat said; NAN before it and when the run is over */
    uint64_t simulated_events; /**< likewise, 0 before it */
    hc_live_jobs jobs;
    uint64_t gpus; /**< of the machine */
    uint64_t busy_milli;
    uint64_t service_milli; /**< on nodes in service */
    double utilization;     /**< at this moment; NAN when nothing is in service */
    double
        utilization_so_far; /**< held / in service since the begin; from the ledger once it has come */
    hc_int128 held_milli_ns; /**< thousandths of a GPU x ns that jobs have held so far */
    uint64_t rows;
    uint64_t lost_rows;     /**< for good */
    uint64_t broken_rows;   /**< with amounts that cannot be */
    bool is_exact;          /**< every row so far has come, from the first one on */
    bool is_over;           /**< all rows of all ranks have come */
    bool is_complete;       /**< over, nothing is missing, and the run came to its end */
    bool is_digest_right;   /**< over, and what has come has the digests that the publisher sent */
    uint64_t stream_digest; /**< of one rank; of several joined by hc_digest_join in their order */
    const char *run_digest; /**< "" until the run is over */
} hc_live_view;

/** O(partitions + ranks). */
void hc_live_state_view(const hc_live_state *state, hc_live_view *out);

/** Brought up to the last row. O(partitions). Borrowed. */
const hc_live_series *hc_live_state_series(hc_live_state *state);

#endif
