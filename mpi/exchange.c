#include "mpi/exchange_state.h"

#include "sim/engine/payload.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* Beyond so many ranks that are not on one node, a packet for everyone costs more than two reductions. */
enum { MAX_DIRECT_RANKS = 24 };

/* How packets travel. */
static int choose_way(hc_exchange *x, hc_exchange_way way, hc_error *error)
{
    bool is_shared = hc_mailbox_is_possible(x->ranks); /* collective */
    if (way == HC_EXCHANGE_BEST && is_shared) {
        return hc_mailbox_create(&x->mailbox, x->ranks, error);
    }
    if (way == HC_EXCHANGE_REDUCTIONS ||
        (way == HC_EXCHANGE_BEST && x->ranks->count > MAX_DIRECT_RANKS)) {
        x->message_counts = calloc(x->ranks->count, sizeof *x->message_counts);
        return x->message_counts == NULL ? hc_error_memory(error) : 0;
    }
    return hc_letters_create(&x->letters, x->ranks, error);
}

int hc_exchange_create(hc_exchange **out, const hc_ranks *ranks, hc_exchange_way way,
                       hc_error *error)
{
    hc_exchange *x = calloc(1, sizeof *x);
    if (x == NULL) {
        return hc_error_memory(error);
    }
    x->ranks = ranks;
    x->outgoing = calloc(ranks->count, sizeof *x->outgoing);
    x->executed = calloc(ranks->count, sizeof *x->executed);
    if (x->outgoing == NULL || x->executed == NULL) {
        hc_exchange_destroy(x);
        return hc_error_memory(error);
    }
    if (choose_way(x, way, error) < 0) {
        hc_exchange_destroy(x);
        return -1;
    }
    hc_exchange_open(x);
    *out = x;
    return 0;
}

/* What is on its way has to be gone first; it waits for nobody but who gets it. */
static void empty_rest(hc_rest *rest)
{
    if (rest->is_sent) {
        (void)MPI_Wait(&rest->request, MPI_STATUS_IGNORE);
    }
    rest->is_sent = false;
    rest->count = 0;
}

void hc_exchange_destroy(hc_exchange *x)
{
    if (x == NULL) {
        return;
    }
    for (uint32_t i = 0; x->outgoing != NULL && i < x->ranks->count; i++) {
        for (uint32_t k = 0; k < HC_PACKET_ROUNDS; k++) {
            empty_rest(hc_exchange_rest(x, i, k));
            free(hc_exchange_rest(x, i, k)->bytes);
        }
    }
    hc_mailbox_destroy(x->mailbox);
    hc_letters_destroy(x->letters);
    free(x->outgoing);
    free(x->incoming);
    free(x->message_counts);
    free(x->executed);
    free(x);
}

static int need_room(char **buffer, size_t *capacity, size_t bytes)
{
    size_t grown_capacity = *capacity < 4096 ? 4096 : *capacity;
    char *grown = NULL;
    while (grown_capacity < bytes) {
        grown_capacity *= 2;
    }
    if (grown_capacity == *capacity) {
        return 0;
    }
    grown = realloc(*buffer, grown_capacity);
    if (grown == NULL) {
        return -1;
    }
    *buffer = grown;
    *capacity = grown_capacity;
    return 0;
}

static size_t padded(size_t size)
{
    return (size + 7) / 8 * 8;
}

static size_t record_bytes(size_t payload_bytes)
{
    return sizeof(hc_event) + (payload_bytes == 0 ? 0 : sizeof(uint64_t) + padded(payload_bytes));
}

/* Room for a record, in the packet while nothing had to be put elsewhere. */
static char *find_room(hc_packet *packet, hc_rest *rest, size_t bytes)
{
    char *room = NULL;
    if (packet != NULL && rest->count == 0 &&
        packet->inline_bytes + bytes <= HC_PACKET_INLINE_BYTES) {
        room = (char *)packet->records + packet->inline_bytes;
        packet->inline_bytes += (uint32_t)bytes;
        return room;
    }
    if (need_room(&rest->bytes, &rest->capacity, rest->count + bytes) < 0) {
        return NULL;
    }
    room = rest->bytes + rest->count;
    rest->count += bytes;
    return room;
}

static void write_record(char *room, const hc_event *event, const void *payload, size_t size)
{
    hc_event marked = *event;
    uint64_t length = size;
    marked.kind |= size > 0 ? HC_EVENT_MESSAGE : 0;
    memcpy(room, &marked, sizeof marked);
    if (size > 0) {
        memcpy(room + sizeof marked, &length, sizeof length);
        memcpy(room + sizeof marked + sizeof length, payload, size);
        memset(room + sizeof marked + sizeof length + size, 0, padded(size) - size);
    }
}

int hc_exchange_put(hc_exchange *x, uint32_t rank, const hc_event *event, const void *payload,
                    size_t size)
{
    hc_own_round *own = hc_exchange_own(x, x->posted + 1);
    char *room = NULL;
    assert(rank != x->ranks->rank && rank < x->ranks->count);
    room = find_room(x->outgoing[rank].packet, hc_exchange_rest(x, rank, x->posted + 1),
                     record_bytes(size));
    if (room == NULL) {
        return -1;
    }
    write_record(room, event, payload, size);
    own->earliest = event->time < own->earliest ? event->time : own->earliest;
    x->sent_count++;
    return 0;
}

int hc_exchange_deliver(hc_engine *engine, const char *records, size_t bytes)
{
    const char *at = records;
    while (at < records + bytes) {
        hc_event event;
        uint64_t size = 0;
        const char *payload = NULL;
        memcpy(&event, at, sizeof event);
        if ((event.kind & HC_EVENT_MESSAGE) != 0) {
            event.kind &= ~HC_EVENT_MESSAGE;
            memcpy(&size, at + sizeof event, sizeof size);
            payload = at + sizeof event + sizeof size;
        }
        if (hc_engine_deliver(engine, &event, payload, (size_t)size) < 0) {
            return -1;
        }
        at += record_bytes((size_t)size);
    }
    return 0;
}

void hc_exchange_send_rest(const hc_exchange *x, uint32_t rank, uint64_t round, int tag)
{
    hc_rest *rest = hc_exchange_rest(x, rank, round);
    assert(rest->count / 8 <= INT_MAX); /* records are whole words; 16 GiB of them */
    (void)MPI_Isend(rest->bytes, (int)(rest->count / 8), MPI_UINT64_T, (int)rank, tag,
                    x->ranks->all, &rest->request);
    rest->is_sent = true;
}

int hc_exchange_take_rest(hc_exchange *x, hc_engine *engine, int rank, int tag, size_t bytes)
{
    if (need_room(&x->incoming, &x->incoming_capacity, bytes) < 0) {
        return -1;
    }
    (void)MPI_Recv(x->incoming, (int)(bytes / 8), MPI_UINT64_T, rank, tag, x->ranks->all,
                   MPI_STATUS_IGNORE);
    return hc_exchange_deliver(engine, x->incoming, bytes);
}

uint32_t hc_exchange_depth(const hc_exchange *x)
{
    return x->message_counts != NULL ? 1 : HC_PACKET_ROUNDS;
}

uint32_t hc_exchange_pending(const hc_exchange *x)
{
    return (uint32_t)(x->posted - x->taken);
}

void hc_exchange_open(hc_exchange *x)
{
    uint64_t round = x->posted + 1;
    assert(hc_exchange_pending(x) < hc_exchange_depth(x));
    hc_exchange_own(x, round)->earliest = HC_TIME_NEVER;
    for (uint32_t i = 0; i < x->ranks->count; i++) {
        empty_rest(hc_exchange_rest(x, i, round));
        if (x->message_counts == NULL && i != x->ranks->rank) {
            x->outgoing[i].packet = hc_exchange_packet(x, i);
            x->outgoing[i].packet->inline_bytes = 0;
        }
    }
}

/* The least time of this rank's events and of those on their way: what is pending may not be with the others yet. */
static hc_time find_first(hc_exchange *x, hc_engine *engine)
{
    hc_time first = hc_engine_next_time(engine);
    for (uint64_t round = x->taken + 1; round <= x->posted + 1; round++) {
        hc_time time = hc_exchange_own(x, round)->earliest;
        first = time < first ? time : first;
    }
    return first;
}

void hc_exchange_post(hc_exchange *x, hc_engine *engine, hc_standing standing)
{
    hc_own_round *own = hc_exchange_own(x, x->posted + 1);
    assert(hc_exchange_pending(x) < hc_exchange_depth(x));
    own->standing = standing;
    own->first = find_first(x, engine);
    if (x->message_counts == NULL) {
        hc_exchange_post_direct(x, own);
    }
    x->posted++;
}

int hc_exchange_take(hc_exchange *x, hc_engine *engine, hc_horizon *out)
{
    int status = 0;
    assert(hc_exchange_pending(x) > 0);
    status = x->message_counts != NULL ? hc_exchange_take_reduced(x, engine, out)
                                       : hc_exchange_take_direct(x, engine, out);
    x->taken++;
    return status;
}

uint64_t hc_exchange_sent(const hc_exchange *x)
{
    return x->sent_count;
}
