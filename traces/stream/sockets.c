#include "traces/stream/sockets.h"

#include <errno.h>
#include <limits.h>
#include <time.h>
#include <zmq.h>

/* A peer whose machine is gone is noticed by TCP, after 25 s of silence or 60 s without a receipt. Not by the heartbeats of
 * ZeroMQ: while a queue is full, libzmq 4.3 hears none, and ends the whole program when such a peer goes (issues 3937, 4364:
 * "Assertion failed: !_io_error"). */
enum {
    KEEPALIVE_IDLE_SECONDS = 10,
    KEEPALIVE_INTERVAL_SECONDS = 5,
    KEEPALIVE_COUNT = 3,
    RECEIPT_MS = 60000,
    HANDSHAKE_MS = 5000,
};

int hc_socket_set(void *socket, int option, int value, hc_error *error)
{
    return zmq_setsockopt(socket, option, &value, sizeof value) == 0
               ? 0
               : hc_error_set(error, HC_ERROR_RUNTIME, "a ZeroMQ socket cannot be set up: %s",
                              zmq_strerror(errno));
}

static int watch_peer(void *socket, hc_error *error)
{
    return hc_socket_set(socket, ZMQ_TCP_KEEPALIVE, 1, error) < 0 ||
                   hc_socket_set(socket, ZMQ_TCP_KEEPALIVE_IDLE, KEEPALIVE_IDLE_SECONDS, error) <
                       0 ||
                   hc_socket_set(socket, ZMQ_TCP_KEEPALIVE_INTVL, KEEPALIVE_INTERVAL_SECONDS,
                                 error) < 0 ||
                   hc_socket_set(socket, ZMQ_TCP_KEEPALIVE_CNT, KEEPALIVE_COUNT, error) < 0 ||
                   hc_socket_set(socket, ZMQ_TCP_MAXRT, RECEIPT_MS, error) < 0
               ? -1
               : 0;
}

static int set_up(void *socket, const hc_socket_options *o, hc_error *error)
{
    if (zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &o->inbound_bytes, sizeof o->inbound_bytes) != 0) {
        return hc_error_set(error, HC_ERROR_RUNTIME, "a ZeroMQ socket cannot be set up: %s",
                            zmq_strerror(errno));
    }
    return hc_socket_set(socket, ZMQ_LINGER, o->linger_ms, error) < 0 ||
                   hc_socket_set(socket, ZMQ_SNDHWM, o->queue_messages, error) < 0 ||
                   hc_socket_set(socket, ZMQ_RCVHWM, o->queue_messages, error) < 0 ||
                   hc_socket_set(socket, ZMQ_SNDTIMEO, o->send_ms, error) < 0 ||
                   hc_socket_set(socket, ZMQ_HANDSHAKE_IVL, HANDSHAKE_MS, error) < 0 ||
                   watch_peer(socket, error) < 0
               ? -1
               : 0;
}

void *hc_socket_open(void *context, const hc_socket_options *options, hc_error *error)
{
    void *socket = zmq_socket(context, options->type);
    if (socket == NULL) {
        (void)hc_error_set(error, HC_ERROR_RUNTIME, "no ZeroMQ socket: %s", zmq_strerror(errno));
        return NULL;
    }
    if (set_up(socket, options, error) < 0) {
        hc_socket_close(socket);
        return NULL;
    }
    return socket;
}

void hc_socket_close(void *socket)
{
    if (socket != NULL) {
        (void)zmq_close(socket);
    }
}

int hc_milliseconds(double seconds)
{
    return seconds * 1000 >= INT_MAX ? INT_MAX : (int)(seconds * 1000);
}

double hc_wall_clock(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}
