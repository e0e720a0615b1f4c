#ifndef HC_TRACES_STREAM_PUBLISHER_H
#define HC_TRACES_STREAM_PUBLISHER_H

#include "sim/error.h"
#include "traces/stream/allow_list.h"
#include "traces/stream/curve_keys.h"
#include "traces/stream/frames.h"
#include "traces/stream/parcel_queue.h"
#include "traces/stream/roll.h"

#include <stdbool.h>
#include <stdint.h>

/** Publishes what the ranks of a node hand it, in a thread of its own: takes parcels, keeps them for replay, sends them to
 *  all readers (XPUB), answers those who missed something (ROUTER).
 *
 *  Lossless: a reader that is slow slows the run. One that takes nothing for as long as patience lasts is left behind:
 *  it gets nothing until it has room again, asks for what it missed, and the others wait for nobody. Lossy: what does
 *  not find room with every reader at once is not sent to any, and is counted. */
typedef struct hc_publisher hc_publisher;

typedef struct hc_publisher_options {
    const char *endpoint;
    const char *replay; /**< NULL: nothing is sent twice */
    const char
        *collect; /**< where other ranks of the node send their parcels; NULL: there are none */
    const char *folder;           /**< with room for what can be replayed */
    const hc_curve_keys *keys;    /**< NULL: no CURVE; borrowed */
    const hc_allow_list *allowed; /**< with keys; borrowed */
    bool is_lossless;
    hc_stream_format format;
    double patience_seconds;
    double linger_seconds; /**< after the end, for readers that are not done */
    hc_stream_facts facts; /**< texts borrowed */
    const uint32_t *ranks; /**< of this publisher; copied */
    uint32_t rank_count;
    hc_parcel_queue *queue; /**< of the rank in this process; borrowed */
} hc_publisher_options;

/** Binds the sockets and starts the thread. After MPI_Init; no fork afterwards.
 *  @return 0 and a publisher that the caller stops, or -1 with `error` set. */
int hc_publisher_start(hc_publisher **out, const hc_publisher_options *options, hc_error *error);

typedef struct hc_publisher_counts {
    uint32_t peers;       /**< connected readers */
    uint32_t subscribers; /**< of them, those that have subscribed */
    uint32_t
        behind; /**< readers that may not be done: subscribers, or those who have said hello to the replay and not
                             that they are done, whichever are more */
    uint64_t dropped;     /**< rows that were not sent live */
    uint64_t left_behind; /**< times that patience with a reader ended */
    uint64_t odd;         /**< messages that mean nothing, to any socket */
    bool is_over;         /**< all ranks have ended, and it is said */
} hc_publisher_counts;

/** From any thread. */
hc_publisher_counts hc_publisher_count(hc_publisher *publisher);

/** Where it is bound: ports instead of "*". */
const char *hc_publisher_endpoint(const hc_publisher *publisher);
const char *hc_publisher_replay(const hc_publisher *publisher); /**< "" without one */

/** The oldest of what the user should know; each once. @return whether there was any. From any thread. */
bool hc_publisher_take_note(hc_publisher *publisher, char *out, size_t size);

/** Tells the thread to leave: after linger_seconds at most if the ranks have ended. If they have not: at once when this
 *  process has the only one, else once nothing has come from the others for two seconds. */
void hc_publisher_leave(hc_publisher *publisher);
bool hc_publisher_has_left(hc_publisher *publisher);

/** Leaves, waits for the thread, and closes the sockets. Accepts NULL. */
void hc_publisher_stop(hc_publisher *publisher);

/** No lingering: whoever is not done stays incomplete. From any thread. */
void hc_publisher_hurry(hc_publisher *publisher);

#endif
