#ifndef HC_TRACES_STREAM_REPLAY_H
#define HC_TRACES_STREAM_REPLAY_H

#include "sim/error.h"
#include "traces/stream/frames.h"
#include "traces/stream/roll.h"
#include "traces/stream/spool.h"

#include <stdint.h>

/** Answers readers that came late, or that have missed something (traces/stream/request.h). An answer is one message of
 *  many frames: a map {ok, rank, from, published, ended, over}, then messages of the stream, three frames each, in order;
 *  rows are followed by an empty frame, and there may be more to ask for. Rows that are not there any more are left out: `from` says where it begins. */
typedef struct hc_replay hc_replay;

enum { HC_REPLAY_MAX_READERS = 256 };

/** @param socket  a bound ROUTER; borrowed, like the roll and the spool
 *  @return 0 and a replay that the caller destroys, or -1 with `error` set. */
int hc_replay_create(hc_replay **out, void *socket, hc_roll *roll, hc_spool *spool,
                     hc_stream_format format, hc_error *error);
void hc_replay_destroy(hc_replay *replay); /**< accepts NULL */

/** What was published is kept no more: rows are answered with where they will begin. */
void hc_replay_forget(hc_replay *replay);

/** Answers some of the requests that wait; never blocks. What is no request is counted and not answered.
 *  @return 0, or -1 with `error` set: what was published cannot be read, or memory is short. */
int hc_replay_serve(hc_replay *replay, hc_error *error);

/** Readers that have said hello and are not done: HC_REPLAY_MAX_READERS at most. Those who say it while so many are remembered get
 *  the same answers, and are not waited for at the end. */
uint32_t hc_replay_reader_count(const hc_replay *replay);

typedef struct hc_replay_counts {
    uint64_t requests;
    uint64_t broken; /**< messages that are no requests */
    uint64_t rows;   /**< sent again */
} hc_replay_counts;
hc_replay_counts hc_replay_count(const hc_replay *replay);

#endif
