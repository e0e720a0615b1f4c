#include "traces/stream/publisher.h"

#include "traces/stream/delivery.h"
#include "traces/stream/endpoint.h"
#include "traces/stream/gate.h"
#include "traces/stream/publisher_state.h"
#include "traces/stream/sockets.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

enum {
    PARCELS_AT_ONCE = 32,
    LOOK_MS = 20,
    BEAT_MS = 1000,
    HELLO_MS = 100,
};

static const double OTHERS_SECONDS =
    2; /* that other ranks are silent before they are not waited for */

static void note(hc_publisher *p, const char *text)
{
    (void)pthread_mutex_lock(&p->lock);
    hc_note_list_add(&p->notes, text);
    (void)pthread_mutex_unlock(&p->lock);
}

static void count_dropped(hc_publisher *p, hc_roll_rank *rank, uint64_t rows)
{
    rank->dropped += rows;
    (void)pthread_mutex_lock(&p->lock);
    p->counts.dropped += rows;
    (void)pthread_mutex_unlock(&p->lock);
}

/* What becomes of rows that a reader did not get. */
static const char *what_is_left_of_it(const hc_publisher *p)
{
    return p->options.replay == NULL ? ": there is no --replay, it has lost what it missed"
           : p->spool == NULL
               ? ": what can be replayed has ended before, it has lost what it missed"
               : "; it can ask for what it missed";
}

/* A reader that was left behind: the others are told, and so is the user. */
static void tell_left_behind(hc_publisher *p, const hc_roll_rank *rank)
{
    char text[200];
    p->has_left_behind = true;
    (void)pthread_mutex_lock(&p->lock);
    p->counts.left_behind++;
    (void)pthread_mutex_unlock(&p->lock);
    (void)snprintf(text, sizeof text,
                   "stream: a reader took nothing for %g s and was left behind at row %llu%s",
                   p->options.patience_seconds, (unsigned long long)rank->next,
                   what_is_left_of_it(p));
    note(p, text);
    if (hc_roll_lossy(&p->roll, rank, p->options.patience_seconds, &p->control) == 0) {
        (void)hc_delivery_try(&p->delivery, &p->control);
    }
}

/* Rows that nobody gets, now or later. */
static void tell_lost(hc_publisher *p, uint32_t rank, uint64_t first, uint64_t count)
{
    if (hc_roll_lost(&p->roll, rank, first, count, &p->control) == 0) {
        (void)hc_delivery_try(&p->delivery, &p->control);
    }
}

/* Rows that are not sent live: who is there asks for them, or has lost them. */
static void leave_out(hc_publisher *p, hc_roll_rank *rank, uint64_t first, uint32_t count)
{
    count_dropped(p, rank, count);
    if (p->spool == NULL) {
        tell_lost(p, rank->rank, first, count);
    }
}

static void conclude(hc_publisher *p, hc_roll_rank *rank, uint64_t first, uint32_t count,
                     hc_delivered delivered)
{
    if (delivered == HC_DELIVERED_TO_OTHERS) {
        tell_left_behind(p, rank);
    } else if (delivered == HC_DELIVERED_TO_NONE) {
        leave_out(p, rank, first, count);
    }
}

/* Rows for which memory is short are sent to none. */
static void send_rows(hc_publisher *p, hc_roll_rank *rank, const hc_parcel *parcel)
{
    const char *run = p->roll.facts.run;
    if (p->options.format == HC_STREAM_COLUMNS) {
        conclude(p, rank, parcel->first, parcel->count,
                 hc_frames_columns(&p->frames, run, parcel, 0, parcel->count) == 0
                     ? hc_delivery_send(&p->delivery, &p->frames)
                     : HC_DELIVERED_TO_NONE);
        return;
    }
    for (uint32_t i = 0; i < parcel->count; i++) {
        conclude(p, rank, parcel->first + i, 1,
                 hc_frames_map(&p->frames, run, parcel, i) == 0
                     ? hc_delivery_send(&p->delivery, &p->frames)
                     : HC_DELIVERED_TO_NONE);
    }
}

/* A disk that is full ends what can be replayed, not the run: who asks is told that it is gone. */
static void keep(hc_publisher *p, const hc_parcel *parcel)
{
    hc_error error = HC_ERROR_NONE;
    if (p->spool == NULL || hc_spool_append(p->spool, parcel, &error) == 0) {
        return;
    }
    note(p, error.text);
    hc_replay_forget(p->replay);
    hc_spool_destroy(p->spool);
    p->spool = NULL;
    p->roll.has_replay = false;
}

/* Rows that were left out before the parcel: its number tells. */
static void notice_gap(hc_publisher *p, hc_roll_rank *rank, const hc_parcel *parcel)
{
    uint64_t count = parcel->first - rank->next;
    if (count > 0) {
        count_dropped(p, rank, count);
        tell_lost(p, rank->rank, rank->next, count);
        rank->next = parcel->first;
    }
}

static void publish_rows(hc_publisher *p, hc_roll_rank *rank, const hc_parcel *parcel)
{
    keep(p, parcel);
    hc_roll_count(rank, parcel);
    send_rows(p, rank, parcel);
}

static void tell_standing(hc_publisher *p, hc_roll_rank *rank)
{
    if (hc_roll_heartbeat(&p->roll, rank, hc_wall_clock(), &p->control) == 0) {
        (void)hc_delivery_try(&p->delivery, &p->control);
    }
}

static void tell_end(hc_publisher *p, const hc_roll_rank *rank)
{
    bool is_told = hc_roll_end(&p->roll, rank, &p->control) == 0 &&
                   hc_delivery_send(&p->delivery, &p->control) == HC_DELIVERED;
    p->owes_end = !is_told || p->owes_end || p->has_left_behind;
}

static void publish(hc_publisher *p, const hc_parcel *parcel)
{
    hc_roll_rank *rank = hc_roll_find(&p->roll, parcel->rank);
    if (rank == NULL || rank->is_ended || parcel->first < rank->next) {
        p->odd++; /* not of this run */
        return;
    }
    notice_gap(p, rank, parcel);
    switch ((hc_parcel_kind)parcel->kind) {
    case HC_PARCEL_ROWS:
        publish_rows(p, rank, parcel);
        return;
    case HC_PARCEL_STATE:
        rank->standing = parcel->content.standing;
        return;
    case HC_PARCEL_END:
        rank->conclusion = parcel->content.conclusion;
        rank->is_ended = true;
        tell_standing(p, rank);
        tell_end(p, rank);
        return;
    }
}

/* @return whether there may be more. */
static bool take_parcels(hc_publisher *p)
{
    const hc_parcel *parcel = NULL;
    hc_parcel_queue_hear(p->options.queue);
    for (int i = 0; i < PARCELS_AT_ONCE; i++) {
        parcel = hc_parcel_queue_first(p->options.queue);
        if (parcel == NULL) {
            return false;
        }
        publish(p, parcel);
        hc_parcel_queue_drop(p->options.queue);
    }
    return true;
}

/* @return whether there was a parcel of another rank. */
static bool collect_one(hc_publisher *p)
{
    int got = zmq_recv(p->pull, p->collected, sizeof *p->collected, ZMQ_DONTWAIT);
    if (got < 0) {
        return false;
    }
    if (hc_parcel_is_sound(p->collected, (size_t)got)) {
        publish(p, p->collected);
    } else {
        p->odd++;
    }
    p->collected_at = hc_wall_clock(); /* readers may have been waited for */
    return true;
}

/* Parcels of other ranks of this node. @return whether there may be more. */
static bool collect(hc_publisher *p)
{
    bool has_more = p->pull != NULL;
    for (int i = 0; has_more && i < PARCELS_AT_ONCE; i++) {
        has_more = collect_one(p);
    }
    return has_more;
}

static double now_ms(void)
{
    return hc_wall_clock() * 1000;
}

static void say_hello(hc_publisher *p)
{
    if (hc_roll_hello(&p->roll, &p->control) == 0) {
        p->owes_hello = !hc_delivery_try(&p->delivery, &p->control);
        p->last_hello_ms = now_ms();
    }
}

/* Each second every rank says where it stands; those that have ended say so again, for readers that came late. */
static void beat(hc_publisher *p)
{
    double now = now_ms();
    if (p->owes_hello && now - p->last_hello_ms >= HELLO_MS) {
        say_hello(p);
    }
    if (now - p->last_beat_ms < BEAT_MS) {
        return;
    }
    p->last_beat_ms = now;
    for (uint32_t i = 0; i < p->roll.count; i++) {
        hc_roll_rank *rank = &p->roll.ranks[i];
        tell_standing(p, rank);
        if (rank->is_ended && hc_roll_end(&p->roll, rank, &p->control) == 0) {
            (void)hc_delivery_try(&p->delivery, &p->control);
        }
    }
}

/* Readers that had no room for the end when it was told get it once they have. */
static void tell_owed_ends(hc_publisher *p)
{
    bool is_told = true;
    if (!p->owes_end || !hc_roll_is_over(&p->roll) ||
        !hc_peer_list_has_taken_all(&p->readers.peers)) {
        return;
    }
    for (uint32_t i = 0; i < p->roll.count; i++) {
        is_told = hc_roll_end(&p->roll, &p->roll.ranks[i], &p->control) == 0 &&
                  hc_delivery_try(&p->delivery, &p->control) && is_told;
    }
    p->owes_end = !is_told;
    p->readers.taken_since = 0;
}

static void serve_replay(hc_publisher *p)
{
    hc_error error = HC_ERROR_NONE;
    if (p->replay != NULL && hc_replay_serve(p->replay, &error) < 0) {
        note(p, error.text);
    }
}

/* Who is refused is told nothing, and tries again and again: the user hears of it once. */
static void answer_handshakes(hc_publisher *p)
{
    if (p->gate == NULL) {
        return;
    }
    hc_gate_answer(p->gate);
    if (!p->has_refused && hc_gate_count(p->gate).refused > 0) {
        p->has_refused = true;
        note(p, "stream: a reader was refused: its key is not among those of --stream-allow");
    }
}

/* What readers send. */
static void hear(hc_publisher *p)
{
    hc_publisher_hear_subscriptions(p);
    hc_peer_watch_hear(&p->readers);
    answer_handshakes(p);
    serve_replay(p);
    hc_publisher_update_counts(p);
}

static bool is_hurried(const hc_publisher *p)
{
    return atomic_load_explicit(&p->is_hurried, memory_order_relaxed);
}

/* While a reader is waited for, others are answered. Nothing is published then: what says how many rows there were would
 * come before the last of them. */
static bool meanwhile(void *self)
{
    hc_publisher *p = self;
    hear(p);
    return !is_hurried(p);
}

/* Readers that may not have all. */
static bool has_unfinished_readers(hc_publisher *p)
{
    return (p->replay != NULL && hc_replay_reader_count(p->replay) > 0) ||
           (p->subscriptions > 0 && (p->owes_end || !hc_peer_watch_has_settled(&p->readers)));
}

/* Whether other ranks may still send: what they have sent can be on its way when this one has nothing more to say. */
static bool may_hear_of_others(const hc_publisher *p, double stopping_since)
{
    double since = p->collected_at > stopping_since ? p->collected_at : stopping_since;
    return p->pull != NULL && hc_wall_clock() - since < OTHERS_SECONDS;
}

/* Whether somebody may still need it that was told to leave. */
static bool is_needed(hc_publisher *p, double stopping_since)
{
    if (!hc_roll_is_over(&p->roll)) {
        return may_hear_of_others(p, stopping_since);
    }
    return has_unfinished_readers(p) &&
           hc_wall_clock() - stopping_since < p->options.linger_seconds;
}

static bool is_finished(hc_publisher *p)
{
    double stopping_since = 0;
    bool is_over = hc_roll_is_over(&p->roll);
    (void)pthread_mutex_lock(&p->lock);
    p->counts.is_over = is_over;
    stopping_since = p->stopping_since;
    (void)pthread_mutex_unlock(&p->lock);
    if (stopping_since == 0) {
        return false;
    }
    return is_hurried(p) ||
           (hc_parcel_queue_first(p->options.queue) == NULL && !is_needed(p, stopping_since));
}

static void *work(void *self)
{
    hc_publisher *p = self;
    bool has_more = false;
    while (has_more || !is_finished(p)) {
        hc_publisher_wait(p, has_more ? 0 : LOOK_MS);
        hear(p);
        beat(p);
        tell_owed_ends(p);
        has_more = take_parcels(p);
        has_more = collect(p) || has_more;
    }
    hc_parcel_queue_close(p->options.queue);
    (void)pthread_mutex_lock(&p->lock);
    p->has_left = true;
    (void)pthread_mutex_unlock(&p->lock);
    return NULL;
}

static int start_thread(hc_publisher *p, hc_error *error)
{
    int code = pthread_create(&p->thread, NULL, work, p);
    if (code != 0) {
        return hc_error_set(error, HC_ERROR_RUNTIME, "no thread for the stream: %s",
                            strerror(code));
    }
    p->has_thread = true;
    return 0;
}

int hc_publisher_start(hc_publisher **out, const hc_publisher_options *options, hc_error *error)
{
    hc_publisher *p = NULL;
    if (hc_publisher_create(&p, options, error) < 0) {
        return -1;
    }
    p->delivery.meanwhile = meanwhile;
    p->delivery.self = p;
    p->last_beat_ms = now_ms();
    if (start_thread(p, error) < 0) {
        hc_publisher_stop(p);
        return -1;
    }
    *out = p;
    return 0;
}

void hc_publisher_hurry(hc_publisher *p)
{
    atomic_store_explicit(&p->is_hurried, true, memory_order_relaxed);
}

void hc_publisher_leave(hc_publisher *p)
{
    (void)pthread_mutex_lock(&p->lock);
    if (p->stopping_since == 0) {
        p->stopping_since = hc_wall_clock();
    }
    (void)pthread_mutex_unlock(&p->lock);
}

bool hc_publisher_has_left(hc_publisher *p)
{
    bool has_left = false;
    (void)pthread_mutex_lock(&p->lock);
    has_left = p->has_left;
    (void)pthread_mutex_unlock(&p->lock);
    return has_left;
}

void hc_publisher_stop(hc_publisher *p)
{
    if (p == NULL) {
        return;
    }
    hc_publisher_leave(p);
    if (p->has_thread) {
        (void)pthread_join(p->thread, NULL);
    }
    hc_publisher_destroy(p);
}
