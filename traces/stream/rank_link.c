#include "traces/stream/rank_link.h"

#include "traces/stream/peer_watch.h"
#include "traces/stream/sockets.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <zmq.h>

enum { MESSAGES = 16, LINGER_MS = 1000, LOOK_MS = 100 };

static const double PATIENCE_SECONDS = 30;
static const double HASTE_SECONDS = 2;

static const char WATCH[] = "inproc://publisher";

struct hc_rank_link {
    void *context;
    void *push;
    hc_peer_watch publisher;
    bool has_sent;
    double patience_seconds; /* without a connection */
    double alone_since;      /* wall clock since when there is none; 0: there is one */
};

static int connect_to(hc_rank_link *link, const char *endpoint, hc_error *error)
{
    const hc_socket_options push = {ZMQ_PUSH, MESSAGES, -1, LINGER_MS, LOOK_MS};
    link->context = zmq_ctx_new();
    if (link->context == NULL) {
        return hc_error_memory(error);
    }
    link->push = hc_socket_open(link->context, &push, error);
    if (link->push == NULL ||
        hc_peer_watch_open(&link->publisher, link->context, link->push, WATCH, error) < 0) {
        return -1;
    }
    return zmq_connect(link->push, endpoint) == 0
               ? 0
               : hc_error_set(error, HC_ERROR_RUNTIME, "%s: %s", endpoint, zmq_strerror(errno));
}

int hc_rank_link_open(hc_rank_link **out, const char *endpoint, hc_error *error)
{
    hc_rank_link *link = calloc(1, sizeof *link);
    if (link == NULL) {
        return hc_error_memory(error);
    }
    link->patience_seconds = PATIENCE_SECONDS;
    if (connect_to(link, endpoint, error) < 0) {
        hc_rank_link_close(link);
        return -1;
    }
    *out = link;
    return 0;
}

static bool is_connected(const hc_rank_link *link)
{
    return link->publisher.peers.count > 0;
}

/* Whether the publisher is there, or may still come. */
static bool is_awaited(hc_rank_link *link)
{
    double now = hc_wall_clock();
    hc_peer_watch_hear(&link->publisher);
    if (is_connected(link)) {
        link->alone_since = 0;
        return true;
    }
    if (link->alone_since == 0) {
        link->alone_since = now;
    }
    return now - link->alone_since < link->patience_seconds;
}

int hc_rank_link_send(hc_rank_link *link, const hc_parcel *parcel, bool may_wait, hc_error *error)
{
    int flags = may_wait ? 0 : ZMQ_DONTWAIT;
    while (zmq_send(link->push, parcel, hc_parcel_bytes(parcel), flags) < 0) {
        if (errno == EAGAIN && !may_wait) {
            return 0;
        }
        if (errno != EAGAIN && errno != EINTR) {
            return hc_error_set(error, HC_ERROR_RUNTIME, "stream to the publisher of this node: %s",
                                zmq_strerror(errno));
        }
        if (!is_awaited(link)) {
            return hc_error_set(error, HC_ERROR_RUNTIME,
                                "stream: the rank that publishes for this one has left");
        }
    }
    link->has_sent = true;
    return 0;
}

void hc_rank_link_hasten(hc_rank_link *link)
{
    link->patience_seconds = HASTE_SECONDS;
}

/* A publisher that was slow has parcels to take when this rank is done. */
static void await_taking(hc_rank_link *link)
{
    const struct timespec moment = {.tv_nsec = 10000000};
    hc_rank_link_hasten(link);
    while (is_awaited(link) &&
           (!is_connected(link) || !hc_peer_watch_has_settled(&link->publisher))) {
        (void)nanosleep(&moment, NULL);
    }
    if (!is_connected(link)) {
        (void)hc_socket_set(link->push, ZMQ_LINGER, 0, NULL); /* nobody would take it */
    }
}

void hc_rank_link_close(hc_rank_link *link)
{
    if (link == NULL) {
        return;
    }
    if (link->has_sent) {
        await_taking(link);
    }
    hc_peer_watch_close(&link->publisher);
    hc_socket_close(link->push);
    if (link->context != NULL) {
        (void)zmq_ctx_term(link->context);
    }
    free(link);
}
