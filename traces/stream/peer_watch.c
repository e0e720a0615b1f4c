#include "traces/stream/peer_watch.h"

#include "traces/stream/endpoint.h"
#include "traces/stream/sockets.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <zmq.h>

enum {
    EVENTS = ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_CONNECTED | ZMQ_EVENT_DISCONNECTED,
    HEARD_AT_ONCE = 1024,
};

static const double SETTLED_SECONDS = 0.06;

int hc_peer_watch_open(hc_peer_watch *out, void *context, void *socket, const char *name,
                       hc_error *error)
{
    const hc_socket_options pair = {ZMQ_PAIR, 0, -1, 0, 0};
    *out = (hc_peer_watch){.monitor = NULL};
    if (zmq_socket_monitor(socket, name, EVENTS) != 0) {
        return hc_error_set(error, HC_ERROR_RUNTIME, "connections cannot be watched: %s",
                            zmq_strerror(errno));
    }
    out->socket = socket;
    out->monitor = hc_socket_open(context, &pair, error);
    if (out->monitor == NULL) {
        return -1;
    }
    return zmq_connect(out->monitor, name) == 0
               ? 0
               : hc_error_set(error, HC_ERROR_RUNTIME, "%s: %s", name, zmq_strerror(errno));
}

void hc_peer_watch_close(hc_peer_watch *w)
{
    if (w->socket != NULL) {
        (void)zmq_socket_monitor(w->socket, NULL, 0);
    }
    hc_socket_close(w->monitor);
    hc_peer_list_free(&w->peers);
    *w = (hc_peer_watch){.monitor = NULL};
}

/* Two frames to an event: its number and the connection's descriptor; the endpoint. */
void hc_peer_watch_hear(hc_peer_watch *w)
{
    unsigned char event[6];
    char endpoint[HC_ENDPOINT_TEXT_SIZE];
    uint16_t number = 0;
    int32_t descriptor = 0;
    for (int i = 0; i < HEARD_AT_ONCE &&
                    zmq_recv(w->monitor, event, sizeof event, ZMQ_DONTWAIT) == (int)sizeof event;
         i++) {
        (void)zmq_recv(w->monitor, endpoint, sizeof endpoint, 0);
        memcpy(&number, event, sizeof number);
        memcpy(&descriptor, event + sizeof number, sizeof descriptor);
        if (number == ZMQ_EVENT_DISCONNECTED) {
            hc_peer_list_remove(&w->peers, descriptor);
        } else {
            hc_peer_list_add(&w->peers, descriptor);
        }
    }
}

bool hc_peer_watch_has_settled(hc_peer_watch *w)
{
    double now = hc_wall_clock();
    if (!hc_peer_list_has_taken_all(&w->peers)) {
        w->taken_since = 0;
    } else if (w->taken_since == 0) {
        w->taken_since = now;
    }
    return w->taken_since > 0 && now - w->taken_since >= SETTLED_SECONDS;
}
