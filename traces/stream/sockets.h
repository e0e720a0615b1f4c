#ifndef HC_TRACES_STREAM_SOCKETS_H
#define HC_TRACES_STREAM_SOCKETS_H

#include "sim/error.h"

#include <stdint.h>

/** ZeroMQ's defaults wait for ever for a peer that is gone, take messages of any size, and lose what does not fit: no
 *  socket of ours is made with them. */
typedef struct hc_socket_options {
    int type;              /**< ZMQ_XPUB, ... */
    int queue_messages;    /**< on their way to or from each peer, at most */
    int64_t inbound_bytes; /**< of a message from a peer, at most; -1: any */
    int linger_ms;         /**< how long what was sent may still leave after the socket is closed */
    int send_ms;           /**< how long sending waits; -1: for ever */
} hc_socket_options;

/** @return a socket that the caller closes, or NULL with `error` set (HC_ERROR_RUNTIME). */
void *hc_socket_open(void *context, const hc_socket_options *options, hc_error *error);

/** Sets a number. @return 0, or -1 with `error` set. */
int hc_socket_set(void *socket, int option, int value, hc_error *error);

void hc_socket_close(void *socket); /**< accepts NULL */

/** A number of seconds as milliseconds, not more than an int can hold. */
int hc_milliseconds(double seconds);

/** Wall clock for differences, in seconds. */
double hc_wall_clock(void);

#endif
