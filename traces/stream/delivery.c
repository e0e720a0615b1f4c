#include "traces/stream/delivery.h"

#include "traces/stream/sockets.h"

#include <errno.h>
#include <string.h>
#include <zmq.h>

/* With ZMQ_XPUB_NODROP a message goes to all subscribers or, while the queue of one is full, to none (libzmq 4.3,
 * src/xpub.cpp, src/dist.cpp). Only the first frame can be refused: queues count whole messages.
 * @return whether it was sent. */
static bool send_frames(void *socket, const hc_frames *frames, int flags)
{
    int sent = 0;
    do {
        sent = zmq_send(socket, frames->topic, strlen(frames->topic), flags | ZMQ_SNDMORE);
    } while (sent < 0 && errno == EINTR);
    return sent >= 0 &&
           zmq_send(socket, frames->header.data, frames->header.size, ZMQ_SNDMORE) >= 0 &&
           zmq_send(socket, frames->payload.data, frames->payload.size, 0) >= 0;
}

/* Sends to those who have room. A subscriber without room is taken from the list of those that messages are for until it
 * has room again, so that after this one message nobody has to be dropped on purpose: ZMQ_XPUB_NODROP can hold again
 * for the others. */
static void leave_behind(const hc_delivery *d, const hc_frames *frames)
{
    int no_drop = 0;
    (void)zmq_setsockopt(d->socket, ZMQ_XPUB_NODROP, &no_drop, sizeof no_drop);
    (void)send_frames(d->socket, frames, ZMQ_DONTWAIT);
    no_drop = 1;
    (void)zmq_setsockopt(d->socket, ZMQ_XPUB_NODROP, &no_drop, sizeof no_drop);
}

hc_delivered hc_delivery_send(const hc_delivery *d, const hc_frames *frames)
{
    double since = 0;
    if (hc_delivery_try(d, frames)) {
        return HC_DELIVERED;
    }
    if (!d->is_lossless) {
        return HC_DELIVERED_TO_NONE;
    }
    since = hc_wall_clock();
    while (!send_frames(d->socket, frames, 0)) { /* waits for the socket's ZMQ_SNDTIMEO */
        if (!d->meanwhile(d->self)) {
            return HC_DELIVERED_TO_NONE;
        }
        if (hc_wall_clock() - since >= d->patience_seconds) {
            leave_behind(d, frames);
            return HC_DELIVERED_TO_OTHERS;
        }
    }
    return HC_DELIVERED;
}

bool hc_delivery_try(const hc_delivery *d, const hc_frames *frames)
{
    return send_frames(d->socket, frames, ZMQ_DONTWAIT);
}
