#ifndef HC_ANALYSIS_LIVE_PARTS_H
#define HC_ANALYSIS_LIVE_PARTS_H

#include "analysis/live/live_cluster.h"
#include "analysis/live/live_state.h"
#include "sim/interfaces/sink.h"

/** What a live state is made of: for its own files, one that takes items and one that answers. */

/** A rank of the run. */
typedef struct hc_live_rank {
    hc_time now; /**< HC_TIME_MISSING: nothing came */
    bool is_ended;
    hc_stream_ending ending;
} hc_live_rank;

struct hc_live_state {
    bool is_from_now;
    bool has_hello;
    bool has_rows;
    bool has_heartbeat;
    bool is_over;
    char run[HC_LIVE_TEXT_SIZE];
    char name[HC_LIVE_TEXT_SIZE];
    char policy[HC_LIVE_TEXT_SIZE];
    char note[HC_LIVE_TEXT_SIZE];
    char run_digest[sizeof((hc_stream_ending *)NULL)->run_digest];
    hc_run_clock clock;
    uint64_t gpus;
    uint32_t rank_count;
    uint32_t first_rank;
    uint32_t rank_limit; /**< length of `ranks` */
    hc_live_rank *ranks;
    hc_stream_heartbeat heartbeat; /**< the last one */
    hc_time first_row;
    hc_live_jobs seen; /**< waiting and running are the cluster's */
    hc_int128 ledger[HC_BUCKET_COUNT];
    bool has_ledger;
    uint64_t rows;
    uint64_t lost;
    uint64_t broken;
    hc_live_cluster cluster;
};

#endif
