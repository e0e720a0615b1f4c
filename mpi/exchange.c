#include "mpi/exchange.h"

#include "mpi/letters.h"
#include "mpi/mailbox.h"
#include "mpi/ranks_state.h"
#include "sim/engine/payload.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { REST_TAG = 2 };

/* What is on its way to one rank. */
typedef struct outgoing {
    hc_packet *packet; /* of this round */
    hc_time earliest;  /* of the events in it */
    char *rest;        /* records that found no room in the packet */
    size_t rest_bytes;
    size_t rest_capacity;
    MPI_Request request;
} outgoing;

struct hc_exchange {
    const hc_ranks *ranks;
    hc_mailbox *mailbox; /* one of the two */
    hc_letters *letters;
    outgoing *outgoing; /* by rank */
    char *incoming;     /* a rest */
    size_t incoming_capacity;
    uint64_t sent_count;
};

static hc_packet *outgoing_packet(hc_exchange *x, uint32_t rank)
{
    return x->mailbox != NULL ? hc_mailbox_outgoing(x->mailbox, rank)
                              : hc_letters_outgoing(x->letters, rank);
}

static void begin_round(hc_exchange *x)
{
    for (uint32_t i = 0; i < x->ranks->count; i++) {
        outgoing *o = &x->outgoing[i];
        if (i != x->ranks->rank) {
            o->packet = outgoing_packet(x, i);
            o->packet->inline_bytes = 0;
        }
        o->earliest = HC_TIME_NEVER;
        o->rest_bytes = 0;
    }
}

int hc_exchange_create(hc_exchange **out, const hc_ranks *ranks, hc_exchange_way way,
                       hc_error *error)
{
    hc_exchange *x = calloc(1, sizeof *x);
    bool is_shared = hc_mailbox_is_possible(ranks) && way == HC_EXCHANGE_BEST;
    int status = 0;
    if (x == NULL) {
        return hc_error_memory(error);
    }
    x->ranks = ranks;
    x->outgoing = calloc(ranks->count, sizeof *x->outgoing);
    status = x->outgoing == NULL ? hc_error_memory(error)
             : is_shared         ? hc_mailbox_create(&x->mailbox, ranks, error)
                                 : hc_letters_create(&x->letters, ranks, error);
    if (status < 0) {
        hc_exchange_destroy(x);
        return -1;
    }
    begin_round(x);
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
static char *find_room(outgoing *o, size_t bytes)
{
    char *room = NULL;
    if (o->rest_bytes == 0 && o->packet->inline_bytes + bytes <= HC_PACKET_INLINE_BYTES) {
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
    outgoing *o = &x->outgoing[rank];
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

/* The least times of events on their way, of all and of those to any rank but the first one's. */
typedef struct earliest {
    hc_time first;
    hc_time beside; /* the least of the events for other ranks than `receiver` */
    uint32_t receiver;
} earliest;

static earliest find_earliest(const hc_exchange *x)
{
    earliest e = {HC_TIME_NEVER, HC_TIME_NEVER, x->ranks->rank};
    for (uint32_t i = 0; i < x->ranks->count; i++) {
        hc_time time = x->outgoing[i].earliest;
        if (time < e.first) {
            e = (earliest){time, e.first, i};
        } else if (time < e.beside) {
            e.beside = time;
        }
    }
    return e;
}

static void show_packet(hc_exchange *x, uint32_t rank)
{
    if (x->mailbox != NULL) {
        hc_mailbox_post(x->mailbox, rank);
    } else {
        hc_letters_post(x->letters, rank);
    }
}

static void send_rest(hc_exchange *x, uint32_t rank)
{
    outgoing *o = &x->outgoing[rank];
    assert(o->rest_bytes / 8 <= INT_MAX); /* records are whole words; 16 GiB of them */
    (void)MPI_Isend(o->rest, (int)(o->rest_bytes / 8), MPI_UINT64_T, (int)rank, REST_TAG,
                    x->ranks->all, &o->request);
}

/* @param next  least time of this rank's own events */
static void post(hc_exchange *x, uint32_t rank, hc_standing own, hc_time next, const earliest *sent)
{
    outgoing *o = &x->outgoing[rank];
    hc_time beside = rank == sent->receiver ? sent->beside : sent->first;
    o->packet->next = next < beside ? next : beside;
    o->packet->requests = own.requests;
    o->packet->executed = own.executed;
    o->packet->rest_bytes = o->rest_bytes;
    show_packet(x, rank);
    if (o->rest_bytes > 0) {
        send_rest(x, rank);
    }
}

/* @return 0, or -1 when memory is short. */
static int deliver(hc_engine *engine, const char *records, size_t bytes)
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

static int take_rest(hc_exchange *x, hc_engine *engine, uint32_t rank, uint64_t bytes)
{
    if (need_room(&x->incoming, &x->incoming_capacity, (size_t)bytes) < 0) {
        return -1;
    }
    (void)MPI_Recv(x->incoming, (int)(bytes / 8), MPI_UINT64_T, (int)rank, REST_TAG, x->ranks->all,
                   MPI_STATUS_IGNORE);
    return deliver(engine, x->incoming, (size_t)bytes);
}

static int take(hc_exchange *x, hc_engine *engine, uint32_t rank, hc_horizon *out)
{
    const hc_packet *packet =
        x->mailbox != NULL ? hc_mailbox_take(x->mailbox, rank) : hc_letters_take(x->letters, rank);
    uint64_t rest_bytes = packet->rest_bytes;
    out->others = packet->next < out->others ? packet->next : out->others;
    out->requests |= packet->requests;
    out->most_executed =
        packet->executed > out->most_executed ? packet->executed : out->most_executed;
    if (deliver(engine, (const char *)packet->records, packet->inline_bytes) < 0) {
        return -1;
    }
    return rest_bytes == 0 ? 0 : take_rest(x, engine, rank, rest_bytes);
}

static void end_round(hc_exchange *x)
{
    for (uint32_t i = 0; i < x->ranks->count; i++) {
        if (i != x->ranks->rank && x->outgoing[i].rest_bytes > 0) {
            (void)MPI_Wait(&x->outgoing[i].request, MPI_STATUS_IGNORE);
        }
    }
    if (x->mailbox != NULL) {
        hc_mailbox_next_round(x->mailbox);
    } else {
        hc_letters_next_round(x->letters);
    }
    begin_round(x);
}

int hc_exchange_swap(hc_exchange *x, hc_engine *engine, hc_standing own, hc_horizon *out)
{
    const earliest sent = find_earliest(x);
    hc_time next = hc_engine_next_time(engine);
    int status = 0;
    *out =
        (hc_horizon){.others = sent.first, .requests = own.requests, .most_executed = own.executed};
    for (uint32_t i = 0; i < x->ranks->count; i++) {
        if (i != x->ranks->rank) {
            post(x, i, own, next, &sent);
        }
    }
    for (uint32_t i = 0; i < x->ranks->count; i++) {
        if (i != x->ranks->rank && take(x, engine, i, out) < 0) {
            status = -1;
        }
    }
    end_round(x);
    next = hc_engine_next_time(engine);
    out->first = next < out->others ? next : out->others;
    return status;
}

uint64_t hc_exchange_sent(const hc_exchange *x)
{
    return x->sent_count;
}
