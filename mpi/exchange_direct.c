#include "mpi/exchange_state.h"

enum { REST_TAG = 2 };

static hc_packet *outgoing_packet(hc_exchange *x, uint32_t rank)
{
    return x->mailbox != NULL ? hc_mailbox_outgoing(x->mailbox, rank)
                              : hc_letters_outgoing(x->letters, rank);
}

void hc_exchange_begin_direct(hc_exchange *x)
{
    for (uint32_t i = 0; x->message_counts == NULL && i < x->ranks->count; i++) {
        if (i != x->ranks->rank) {
            x->outgoing[i].packet = outgoing_packet(x, i);
            x->outgoing[i].packet->inline_bytes = 0;
        }
    }
}

/* The least time of this rank's events and of those on their way. */
static hc_time find_first(const hc_exchange *x, hc_engine *engine)
{
    hc_time first = hc_engine_next_time(engine);
    for (uint32_t i = 0; i < x->ranks->count; i++) {
        hc_time time = x->outgoing[i].earliest;
        first = time < first ? time : first;
    }
    return first;
}

static void show_packet(hc_exchange *x, uint32_t rank)
{
    if (x->mailbox != NULL) {
        hc_mailbox_post(x->mailbox, rank);
    } else {
        hc_letters_post(x->letters, rank);
    }
}

static void post(hc_exchange *x, uint32_t rank, hc_standing own, hc_time first)
{
    hc_outgoing *o = &x->outgoing[rank];
    o->packet->next = first;
    o->packet->requests = own.requests;
    o->packet->executed = own.executed;
    o->packet->rest_bytes = o->rest_bytes;
    show_packet(x, rank);
    if (o->rest_bytes > 0) {
        hc_exchange_send_rest(x, rank, REST_TAG);
    }
}

static int take(hc_exchange *x, hc_engine *engine, uint32_t rank, hc_horizon *out)
{
    const hc_packet *packet =
        x->mailbox != NULL ? hc_mailbox_take(x->mailbox, rank) : hc_letters_take(x->letters, rank);
    uint64_t rest_bytes = packet->rest_bytes;
    out->first = packet->next < out->first ? packet->next : out->first;
    out->requests |= packet->requests;
    out->most_executed =
        packet->executed > out->most_executed ? packet->executed : out->most_executed;
    if (hc_exchange_deliver(engine, (const char *)packet->records, packet->inline_bytes) < 0) {
        return -1;
    }
    return rest_bytes == 0
               ? 0
               : hc_exchange_take_rest(x, engine, (int)rank, REST_TAG, (size_t)rest_bytes);
}

static void end_round(hc_exchange *x)
{
    for (uint32_t i = 0; i < x->ranks->count; i++) {
        if (x->outgoing[i].rest_bytes > 0) {
            (void)MPI_Wait(&x->outgoing[i].request, MPI_STATUS_IGNORE);
        }
    }
    if (x->mailbox != NULL) {
        hc_mailbox_next_round(x->mailbox);
    } else {
        hc_letters_next_round(x->letters);
    }
    hc_exchange_clear(x);
    hc_exchange_begin_direct(x);
}

int hc_exchange_swap_direct(hc_exchange *x, hc_engine *engine, hc_standing own, hc_horizon *out)
{
    hc_time first = find_first(x, engine);
    int status = 0;
    *out = (hc_horizon){first, own.requests, own.executed};
    for (uint32_t i = 0; i < x->ranks->count; i++) {
        if (i != x->ranks->rank) {
            post(x, i, own, first);
        }
    }
    for (uint32_t i = 0; i < x->ranks->count; i++) {
        if (i != x->ranks->rank && take(x, engine, i, out) < 0) {
            status = -1;
        }
    }
    end_round(x);
    return status;
}
