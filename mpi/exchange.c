#include "mpi/exchange_state.h"

#include "sim/engine/payload.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* Beyond so many ranks that are not on one node, a packet for everyone costs more than two reductions. */
enum { MAX_DIRECT_RANKS = 24 };

void hc_exchange_clear(hc_exchange *x)
{
    for (uint32_t i = 0; i < x->ranks->count; i++) {
        x->outgoing[i].earliest = HC_TIME_NEVER;
        x->outgoing[i].rest_bytes = 0;
    }
}

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
    if (x->outgoing == NULL || choose_way(x, way, error) < 0) {
        int status = x->outgoing == NULL ? hc_error_memory(error) : -1;
        hc_exchange_destroy(x);
        return status;
    }
    hc_exchange_clear(x);
    hc_exchange_begin_direct(x);
    *out = x;
    return 0;
}

void hc_exchange_destroy(hc_exchange *x)
{
    if (x == NULL) {
        return;
    }
    for (uint32_t i = 0; x->outgoing != NULL && i < x->ranks->count; i++) {
        free(x->outgoing[i].rest);
    }
    hc_mailbox_destroy(x->mailbox);
    hc_letters_destroy(x->letters);
    free(x->outgoing);
    free(x->incoming);
    free(x->message_counts);
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
static char *find_room(hc_outgoing *o, size_t bytes)
{
    char *room = NULL;
    if (o->packet != NULL && o->rest_bytes == 0 &&
        o->packet->inline_bytes + bytes <= HC_PACKET_INLINE_BYTES) {
        room = (char *)o->packet->records + o->packet->inline_bytes;
        o->packet->inline_bytes += (uint32_t)bytes;
        return room;
    }
    if (need_room(&o->rest, &o->rest_capacity, o->rest_bytes + bytes) < 0) {
        return NULL;
    }
    room = o->rest + o->rest_bytes;
    o->rest_bytes += bytes;
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
    hc_outgoing *o = &x->outgoing[rank];
    char *room = NULL;
    assert(rank != x->ranks->rank && rank < x->ranks->count);
    room = find_room(o, record_bytes(size));
    if (room == NULL) {
        return -1;
    }
    write_record(room, event, payload, size);
    o->earliest = event->time < o->earliest ? event->time : o->earliest;
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

void hc_exchange_send_rest(hc_exchange *x, uint32_t rank, int tag)
{
    hc_outgoing *o = &x->outgoing[rank];
    assert(o->rest_bytes / 8 <= INT_MAX); /* records are whole words; 16 GiB of them */
    (void)MPI_Isend(o->rest, (int)(o->rest_bytes / 8), MPI_UINT64_T, (int)rank, tag, x->ranks->all,
                    &o->request);
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

int hc_exchange_swap(hc_exchange *x, hc_engine *engine, hc_standing own, hc_horizon *out)
{
    return x->message_counts != NULL ? hc_exchange_swap_reduced(x, engine, own, out)
                                     : hc_exchange_swap_direct(x, engine, own, out);
}

uint64_t hc_exchange_sent(const hc_exchange *x)
{
    return x->sent_count;
}
