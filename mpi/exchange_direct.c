#include "mpi/exchange_state.h"

enum { REST_TAG = 2 };

hc_packet *hc_exchange_packet(const hc_exchange *x, uint32_t rank)
{
    uint64_t round = x->posted + 1;
    return x->mailbox != NULL ? hc_mailbox_outgoing(x->mailbox, rank, round)
                              : hc_letters_outgoing(x->letters, rank, round);
}

static void post(const hc_exchange *x, uint32_t rank, const hc_own_round *own)
{
    uint64_t round = x->posted + 1;
    hc_packet *packet = x->outgoing[rank].packet;
    packet->next = own->first;
    packet->requests = own->standing.requests;
    packet->executed = own->standing.executed;
    packet->pace = own->standing.pace;
    packet->rest_bytes = hc_exchange_rest(x, rank, round)->count;
    if (packet->rest_bytes > 0) {
        hc_exchange_send_rest(x, rank, round, REST_TAG);
    }
    if (x->mailbox != NULL) {
        hc_mailbox_post(x->mailbox, rank, round);
    } else {
        hc_letters_post(x->letters, rank, round);
    }
}

void hc_exchange_post_direct(hc_exchange *x, const hc_own_round *own)
{
    for (uint32_t i = 0; i < x->ranks->count; i++) {
        if (i != x->ranks->rank) {
            post(x, i, own);
        }
    }
}

static void join(hc_horizon *out, const hc_packet *packet)
{
    out->first = packet->next < out->first ? packet->next : out->first;
    out->requests |= packet->requests;
    out->pace = packet->pace > out->pace ? packet->pace : out->pace;
}

static int take(hc_exchange *x, hc_engine *engine, uint32_t rank, hc_horizon *out)
{
    uint64_t round = x->taken + 1;
    const hc_packet *packet = x->mailbox != NULL ? hc_mailbox_take(x->mailbox, rank, round)
                                                 : hc_letters_take(x->letters, rank);
    size_t rest_bytes = (size_t)packet->rest_bytes;
    join(out, packet);
    x->executed[rank] = packet->executed;
    if (hc_exchange_deliver(engine, (const char *)packet->records, packet->inline_bytes) < 0) {
        return -1;
    }
    return rest_bytes == 0 ? 0 : hc_exchange_take_rest(x, engine, (int)rank, REST_TAG, rest_bytes);
}

int hc_exchange_take_direct(hc_exchange *x, hc_engine *engine, hc_horizon *out)
{
    const hc_own_round *own = hc_exchange_own(x, x->taken + 1);
    int status = 0;
    *out = (hc_horizon){own->first, own->standing.requests, own->standing.pace, x->executed};
    x->executed[x->ranks->rank] = own->standing.executed;
    for (uint32_t i = 0; i < x->ranks->count; i++) {
        if (i != x->ranks->rank && take(x, engine, i, out) < 0) {
            status = -1;
        }
    }
    return status;
}
