#ifndef HC_MPI_EXCHANGE_STATE_H
#define HC_MPI_EXCHANGE_STATE_H

/* The inside of an exchange, for exchange.c (what is put and delivered), exchange_direct.c (each rank tells each other)
 * and exchange_reduced.c (reductions tell, and only events are sent). */

#include "mpi/exchange.h"
#include "mpi/letters.h"
#include "mpi/mailbox.h"
#include "mpi/ranks_state.h"

/* What is on its way to one rank. */
typedef struct hc_outgoing {
    hc_packet *packet; /* of this round; NULL: all records go into the rest */
    hc_time earliest;  /* of the events in it */
    char *rest;        /* records that found no room in the packet */
    size_t rest_bytes;
    size_t rest_capacity;
    MPI_Request request; /* of the rest */
} hc_outgoing;

struct hc_exchange {
    const hc_ranks *ranks;
    hc_mailbox *mailbox; /* one of these, or none: by reductions */
    hc_letters *letters;
    hc_outgoing *outgoing; /* by rank */
    char *incoming;        /* a rest */
    size_t incoming_capacity;
    int *message_counts; /* by reductions: messages of this round to each rank */
    uint64_t round;
    uint64_t sent_count;
};

/* Starts to send the rest of a rank's records. */
void hc_exchange_send_rest(hc_exchange *x, uint32_t rank, int tag);

/* Receives so many bytes of records and delivers them. @return 0, or -1 when memory is short. */
int hc_exchange_take_rest(hc_exchange *x, hc_engine *engine, int rank, int tag, size_t bytes);

/* Delivers records. @return 0, or -1 when memory is short. */
int hc_exchange_deliver(hc_engine *engine, const char *records, size_t bytes);

/* Nothing is on its way any more. */
void hc_exchange_clear(hc_exchange *x);

/* Makes the packets of the next round ready. */
void hc_exchange_begin_direct(hc_exchange *x);

int hc_exchange_swap_direct(hc_exchange *x, hc_engine *engine, hc_standing own, hc_horizon *out);
int hc_exchange_swap_reduced(hc_exchange *x, hc_engine *engine, hc_standing own, hc_horizon *out);

#endif
