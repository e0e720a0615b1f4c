#ifndef HC_MPI_EXCHANGE_STATE_H
#define HC_MPI_EXCHANGE_STATE_H

/* The inside of an exchange, for exchange.c (what is put and delivered), exchange_direct.c (each rank tells each other)
 * and exchange_reduced.c (reductions tell, and only events are sent). */

#include "mpi/exchange.h"
#include "mpi/letters.h"
#include "mpi/mailbox.h"
#include "mpi/ranks_state.h"

/* Records that found no room in a packet, and their way. */
typedef struct hc_rest {
    char *bytes;
    size_t count;
    size_t capacity;
    bool is_sent;
    MPI_Request request; /* while it is */
} hc_rest;

/* What is on its way to one rank. */
typedef struct hc_outgoing {
    hc_packet *packet;               /* of the open round; NULL: all records go into the rest */
    hc_rest rests[HC_PACKET_ROUNDS]; /* by round, in turn */
} hc_outgoing;

/* What this rank says of itself in a round. */
typedef struct hc_own_round {
    hc_standing standing;
    hc_time earliest; /* of the events it puts into it */
    hc_time first;    /* of its own events and of all on their way, when it posts */
} hc_own_round;

struct hc_exchange {
    const hc_ranks *ranks;
    hc_mailbox *mailbox; /* one of these, or none: by reductions */
    hc_letters *letters;
    hc_outgoing *outgoing;              /* by rank */
    hc_own_round own[HC_PACKET_ROUNDS]; /* by round, in turn */
    char *incoming;                     /* a rest */
    size_t incoming_capacity;
    int *message_counts; /* by reductions: messages of this round to each rank */
    uint64_t *executed;  /* by rank, in the round taken last */
    uint64_t posted;     /* rounds; the one behind them is put into */
    uint64_t taken;
    uint64_t sent_count;
};

static inline hc_own_round *hc_exchange_own(hc_exchange *x, uint64_t round)
{
    return &x->own[round % HC_PACKET_ROUNDS];
}

static inline hc_rest *hc_exchange_rest(const hc_exchange *x, uint32_t rank, uint64_t round)
{
    return &x->outgoing[rank].rests[round % HC_PACKET_ROUNDS];
}

/* Starts to send the rest of a round's records. */
void hc_exchange_send_rest(const hc_exchange *x, uint32_t rank, uint64_t round, int tag);

/* Receives so many bytes of records and delivers them. @return 0, or -1 when memory is short. */
int hc_exchange_take_rest(hc_exchange *x, hc_engine *engine, int rank, int tag, size_t bytes);

/* Delivers records. @return 0, or -1 when memory is short. */
int hc_exchange_deliver(hc_engine *engine, const char *records, size_t bytes);

/* The packet of the round that is opened. */
hc_packet *hc_exchange_packet(const hc_exchange *x, uint32_t rank);

void hc_exchange_post_direct(hc_exchange *x, const hc_own_round *own);
int hc_exchange_take_direct(hc_exchange *x, hc_engine *engine, hc_horizon *out);

/* Both halves of a round: reductions are not left half done. */
int hc_exchange_take_reduced(hc_exchange *x, hc_engine *engine, hc_horizon *out);

#endif
