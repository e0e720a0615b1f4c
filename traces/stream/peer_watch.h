#ifndef HC_TRACES_STREAM_PEER_WATCH_H
#define HC_TRACES_STREAM_PEER_WATCH_H

#include "sim/error.h"
#include "traces/stream/peer_list.h"

#include <stdbool.h>

/** Who is connected to a socket, and whether they have taken what was sent. One thread: that of the socket. */
typedef struct hc_peer_watch {
    void *socket;  /**< that is watched; borrowed */
    void *monitor; /**< readable when there is something to hear */
    hc_peer_list peers;
    double taken_since; /**< wall clock since when all peers have taken all; 0: they have not */
} hc_peer_watch;

/** @param socket  before it is bound or connected
 *  @param name    of the watch: "inproc://...", once in the context
 *  @return 0, or -1 with `error` set; close in both cases. */
int hc_peer_watch_open(hc_peer_watch *out, void *context, void *socket, const char *name,
                       hc_error *error);

/** Before the socket is closed. */
void hc_peer_watch_close(hc_peer_watch *watch);

/** Takes note of who has come and who has gone. */
void hc_peer_watch_hear(hc_peer_watch *watch);

/** Whether all peers have taken all, and still had a moment later, when ZeroMQ's own queues would have filled the kernel's again. To
 *  be asked again and again. When a connection is closed while its receiver has no room, libzmq throws away what still
 *  lies in the kernel (4.3, stream_engine_base.cpp: in_event while input is stopped). */
bool hc_peer_watch_has_settled(hc_peer_watch *watch);

#endif
