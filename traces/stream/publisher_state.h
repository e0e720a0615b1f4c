#ifndef HC_TRACES_STREAM_PUBLISHER_STATE_H
#define HC_TRACES_STREAM_PUBLISHER_STATE_H

#include "traces/stream/delivery.h"
#include "traces/stream/endpoint.h"
#include "traces/stream/gate.h"
#include "traces/stream/note_list.h"
#include "traces/stream/peer_watch.h"
#include "traces/stream/publisher.h"
#include "traces/stream/replay.h"
#include "traces/stream/roll.h"
#include "traces/stream/spool.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

/** What a publisher is made of. For traces/stream/publisher*.c alone. */
struct hc_publisher {
    hc_publisher_options options;
    char endpoint[HC_ENDPOINT_TEXT_SIZE];
    char replay_endpoint[HC_ENDPOINT_TEXT_SIZE];
    void *context;
    void *xpub;
    void *router;          /* NULL: no replay */
    void *pull;            /* NULL: one rank */
    hc_peer_watch readers; /* of xpub */
    hc_gate *gate;         /* NULL: no keys */
    hc_parcel *collected;
    double collected_at; /* wall clock when the last one was taken; 0: none was */

    /* of the thread alone */
    hc_roll roll;
    hc_spool *spool;   /* NULL: nothing can be sent again */
    hc_replay *replay; /* likewise */
    hc_delivery delivery;
    hc_frames frames;  /* rows on their way: nothing else is made of it while they wait */
    hc_frames control; /* everything else */
    double last_beat_ms;
    double last_hello_ms;
    bool owes_hello;
    bool owes_end;        /* some reader may not have heard how a rank ended */
    bool has_left_behind; /* some reader */
    bool has_refused;     /* some reader, which was told */
    uint64_t odd;
    uint32_t subscriptions;

    pthread_t thread;
    bool has_thread;
    atomic_bool is_hurried;

    pthread_mutex_t lock; /* of what follows */
    hc_publisher_counts counts;
    double stopping_since; /* 0: it goes on */
    bool has_left;
    hc_note_list notes;
};

/** Everything but the thread. @return 0, or -1 with `error` set. */
int hc_publisher_create(hc_publisher **out, const hc_publisher_options *options, hc_error *error);
void hc_publisher_destroy(hc_publisher *publisher); /**< accepts NULL */

/** Waits until something can be done. */
void hc_publisher_wait(hc_publisher *publisher, int timeout_ms);

/** Who has subscribed. */
void hc_publisher_hear_subscriptions(hc_publisher *publisher);
void hc_publisher_update_counts(hc_publisher *publisher);

#endif
