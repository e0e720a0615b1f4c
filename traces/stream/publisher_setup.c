#include "traces/stream/publisher_state.h"

#include "traces/stream/parcel.h"
#include "traces/stream/request.h"
#include "traces/stream/sockets.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

enum {
    COLUMN_MESSAGES = 1024,    /* about 32 KiB each */
    MAP_MESSAGES = 1 << 16,    /* about 100 bytes each */
    PLAIN_INBOUND_BYTES = 256, /* a subscription, or a handshake */
    CURVE_INBOUND_BYTES = 1024,
    ANSWERS =
        8, /* to each peer, of some MiB each: a peer that asks and does not read gets no more of them */
    SEND_MS = 20,
    LINGER_MS = 2000,
    MAX_TOPIC_BYTES = 64,
    HEARD_AT_ONCE = 1024,
};

static const char WATCH[] = "inproc://readers";

static int linger_of(const hc_publisher_options *o)
{
    int patience = hc_milliseconds(o->patience_seconds);
    return o->is_lossless && patience > LINGER_MS ? patience : LINGER_MS;
}

static int64_t inbound_of(const hc_publisher_options *o, int64_t plain)
{
    return o->keys != NULL && plain < CURVE_INBOUND_BYTES ? CURVE_INBOUND_BYTES : plain;
}

/* Guarded if there are keys, then bound. */
static int bind_guarded(const hc_publisher *p, void *socket, const char *endpoint, char *bound,
                        hc_error *error)
{
    const hc_curve_keys *keys = p->options.keys;
    return (keys != NULL && hc_gate_guard(socket, keys, error) < 0) ||
                   hc_endpoint_bind(socket, endpoint, bound, error) < 0
               ? -1
               : 0;
}

static int open_xpub(hc_publisher *p, hc_error *error)
{
    const hc_publisher_options *o = &p->options;
    hc_socket_options options = {
        .type = ZMQ_XPUB,
        .queue_messages = o->format == HC_STREAM_COLUMNS ? COLUMN_MESSAGES : MAP_MESSAGES,
        .inbound_bytes = inbound_of(o, PLAIN_INBOUND_BYTES),
        .linger_ms = linger_of(o),
        .send_ms = SEND_MS,
    };
    p->xpub = hc_socket_open(p->context, &options, error);
    if (p->xpub == NULL || hc_socket_set(p->xpub, ZMQ_XPUB_NODROP, 1, error) < 0 ||
        hc_socket_set(p->xpub, ZMQ_XPUB_VERBOSER, 1, error) < 0 ||
        hc_peer_watch_open(&p->readers, p->context, p->xpub, WATCH, error) < 0) {
        return -1;
    }
    return bind_guarded(p, p->xpub, o->endpoint, p->endpoint, error);
}

static int open_replay(hc_publisher *p, hc_error *error)
{
    const hc_publisher_options *o = &p->options;
    hc_socket_options options = {
        .type = ZMQ_ROUTER,
        .queue_messages = ANSWERS,
        .inbound_bytes = HC_REQUEST_BYTES,
        .linger_ms = LINGER_MS,
    };
    if (o->replay == NULL) {
        return 0;
    }
    p->router = hc_socket_open(p->context, &options, error);
    return p->router == NULL ||
                   bind_guarded(p, p->router, o->replay, p->replay_endpoint, error) < 0 ||
                   hc_spool_create(&p->spool, o->folder, error) < 0 ||
                   hc_replay_create(&p->replay, p->router, &p->roll, p->spool, o->format, error) < 0
               ? -1
               : 0;
}

/* The other ranks of this node are processes of this user. */
static int open_collection(hc_publisher *p, hc_error *error)
{
    hc_socket_options options = {
        .type = ZMQ_PULL,
        .queue_messages = 16,
        .inbound_bytes = sizeof(hc_parcel),
    };
    if (p->options.collect == NULL) {
        return 0;
    }
    p->collected = malloc(sizeof *p->collected);
    if (p->collected == NULL) {
        return hc_error_memory(error);
    }
    p->pull = hc_socket_open(p->context, &options, error);
    return p->pull == NULL || hc_endpoint_bind(p->pull, p->options.collect, NULL, error) < 0 ? -1
                                                                                             : 0;
}

static int call_roll(hc_publisher *p, hc_error *error)
{
    const hc_publisher_options *o = &p->options;
    p->roll = (hc_roll){
        .facts = o->facts,
        .mode = o->is_lossless ? "lossless" : "lossy",
        .format = o->format == HC_STREAM_COLUMNS ? "columns" : "map",
        .has_replay = o->replay != NULL,
        .ranks = calloc(o->rank_count, sizeof *p->roll.ranks),
        .count = o->rank_count,
    };
    if (p->roll.ranks == NULL) {
        return hc_error_memory(error);
    }
    for (uint32_t i = 0; i < o->rank_count; i++) {
        p->roll.ranks[i].rank = o->ranks[i];
        p->roll.ranks[i].standing = (hc_run_standing){
            .begin = HC_TIME_MISSING, .now = HC_TIME_MISSING, .last_submit = HC_TIME_MISSING};
        p->roll.ranks[i].beat_time = hc_wall_clock();
    }
    return 0;
}

static int open_sockets(hc_publisher *p, hc_error *error)
{
    p->context = zmq_ctx_new();
    if (p->context == NULL) {
        return hc_error_memory(error);
    }
    if (p->options.keys != NULL &&
        hc_gate_create(&p->gate, p->context, p->options.allowed, error) < 0) {
        return -1;
    }
    return open_xpub(p, error) < 0 || open_replay(p, error) < 0 || open_collection(p, error) < 0
               ? -1
               : 0;
}

int hc_publisher_create(hc_publisher **out, const hc_publisher_options *options, hc_error *error)
{
    hc_publisher *p = calloc(1, sizeof *p);
    if (p == NULL) {
        return hc_error_memory(error);
    }
    p->options = *options;
    (void)pthread_mutex_init(&p->lock, NULL);
    atomic_init(&p->is_hurried, false);
    hc_frames_open(&p->frames);
    hc_frames_open(&p->control);
    if (call_roll(p, error) < 0 || open_sockets(p, error) < 0) {
        hc_publisher_destroy(p);
        return -1;
    }
    p->options.ranks = NULL; /* the roll has them */
    p->delivery = (hc_delivery){
        .socket = p->xpub,
        .is_lossless = options->is_lossless,
        .patience_seconds = options->patience_seconds,
    };
    *out = p;
    return 0;
}

void hc_publisher_destroy(hc_publisher *p)
{
    if (p == NULL) {
        return;
    }
    hc_peer_watch_close(&p->readers);
    /* While they are bound, or another publisher's sockets could be there already. */
    hc_endpoint_remove(p->endpoint);
    hc_endpoint_remove(p->replay_endpoint);
    hc_socket_close(p->xpub);
    hc_socket_close(p->router);
    hc_socket_close(p->pull);
    hc_gate_destroy(p->gate);
    if (p->context != NULL) {
        (void)zmq_ctx_term(p->context); /* waits for what may linger */
    }
    hc_replay_destroy(p->replay);
    hc_spool_destroy(p->spool);
    hc_frames_close(&p->frames);
    hc_frames_close(&p->control);
    free(p->roll.ranks);
    free(p->collected);
    (void)pthread_mutex_destroy(&p->lock);
    free(p);
}

void hc_publisher_wait(hc_publisher *p, int timeout_ms)
{
    zmq_pollitem_t items[6] = {
        {.fd = hc_parcel_queue_descriptor(p->options.queue), .events = ZMQ_POLLIN},
        {.socket = p->xpub, .events = ZMQ_POLLIN},
        {.socket = p->readers.monitor, .events = ZMQ_POLLIN},
    };
    int count = 3;
    if (p->replay != NULL) {
        items[count++] = (zmq_pollitem_t){.socket = p->router, .events = ZMQ_POLLIN};
    }
    if (p->pull != NULL) {
        items[count++] = (zmq_pollitem_t){.socket = p->pull, .events = ZMQ_POLLIN};
    }
    if (p->gate != NULL) {
        items[count++] = (zmq_pollitem_t){.socket = hc_gate_socket(p->gate), .events = ZMQ_POLLIN};
    }
    (void)zmq_poll(items, count, timeout_ms);
}

/* Whether somebody who subscribes to this can get anything: it is the begin of a topic, or of what a topic begins with. */
static bool is_of_a_topic(const char *text, size_t length)
{
    static const char *const TOPICS[] = {"job.",  "node.",  "link.",   "fault.",
                                         "cost.", "sched.", "series.", "ctl."};
    for (size_t i = 0; i < sizeof TOPICS / sizeof TOPICS[0]; i++) {
        size_t known = strlen(TOPICS[i]);
        if (memcmp(text, TOPICS[i], length < known ? length : known) == 0) {
            return true;
        }
    }
    return false;
}

static void take_subscription(hc_publisher *p, const char *text, int size)
{
    bool is_known = size <= 1 + MAX_TOPIC_BYTES && is_of_a_topic(text + 1, (size_t)size - 1);
    if (text[0] == 0) { /* ZeroMQ says it as well, for peers that have gone */
        p->subscriptions -= is_known && p->subscriptions > 0;
    } else if (text[0] == 1 && is_known) {
        p->subscriptions++;
        p->owes_hello = true;
        p->last_hello_ms = 0; /* at once: whoever is new needs it before rows */
    } else {
        p->odd++;
    }
}

/* Some of them: whoever sends without end does not keep the run waiting. */
void hc_publisher_hear_subscriptions(hc_publisher *p)
{
    char text[1 + MAX_TOPIC_BYTES];
    for (int i = 0; i < HEARD_AT_ONCE; i++) {
        int got = zmq_recv(p->xpub, text, sizeof text, ZMQ_DONTWAIT);
        if (got < 0) {
            return;
        }
        if (got == 0) {
            p->odd++;
        } else {
            take_subscription(p, text, got);
        }
    }
}

void hc_publisher_update_counts(hc_publisher *p)
{
    uint64_t odd = p->odd + (p->replay == NULL ? 0 : hc_replay_count(p->replay).broken) +
                   (p->gate == NULL ? 0 : hc_gate_count(p->gate).broken);
    uint32_t subscribers =
        p->readers.peers.count < p->subscriptions ? p->readers.peers.count : p->subscriptions;
    uint32_t behind = p->replay == NULL ? 0 : hc_replay_reader_count(p->replay);
    (void)pthread_mutex_lock(&p->lock);
    p->counts.odd = odd;
    p->counts.peers = p->readers.peers.count;
    p->counts.subscribers = subscribers;
    p->counts.behind = subscribers > behind ? subscribers : behind;
    (void)pthread_mutex_unlock(&p->lock);
}

hc_publisher_counts hc_publisher_count(hc_publisher *p)
{
    hc_publisher_counts counts;
    (void)pthread_mutex_lock(&p->lock);
    counts = p->counts;
    (void)pthread_mutex_unlock(&p->lock);
    return counts;
}

const char *hc_publisher_endpoint(const hc_publisher *p)
{
    return p->endpoint;
}

const char *hc_publisher_replay(const hc_publisher *p)
{
    return p->replay_endpoint;
}

bool hc_publisher_take_note(hc_publisher *p, char *out, size_t size)
{
    bool has_note = false;
    (void)pthread_mutex_lock(&p->lock);
    has_note = hc_note_list_take(&p->notes, out, size);
    (void)pthread_mutex_unlock(&p->lock);
    return has_note;
}
