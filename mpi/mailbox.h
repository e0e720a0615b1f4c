#ifndef HC_MPI_MAILBOX_H
#define HC_MPI_MAILBOX_H

#include "mpi/packet.h"
#include "mpi/ranks.h"

/** Packets between ranks of one node, through memory that they share (MPI-3 shared windows): about four times
 *  faster than the smallest message. A packet is written in place and seen by its receiver when it is posted.
 *  Every rank posts one packet to each other rank in each round, and takes one from each; rounds are taken in their
 *  order. */
typedef struct hc_mailbox hc_mailbox;

/** Whether all ranks are on one node, and few enough. Collective. */
bool hc_mailbox_is_possible(const hc_ranks *ranks);

/** Collective. @return 0, or -1 with `error` set. */
int hc_mailbox_create(hc_mailbox **out, const hc_ranks *ranks, hc_error *error);
void hc_mailbox_destroy(hc_mailbox *mailbox); /**< Collective; accepts NULL. */

/** The packet to be written for a rank in a round, the first one is 1. Borrowed until it is posted. To be asked for
 *  when all but the last HC_PACKET_ROUNDS - 1 rounds before it were taken. */
hc_packet *hc_mailbox_outgoing(const hc_mailbox *mailbox, uint32_t rank, uint64_t round);

/** Shows the packet to its receiver. */
void hc_mailbox_post(const hc_mailbox *mailbox, uint32_t rank, uint64_t round);

/** Waits for the packet of a rank. Borrowed until the next round is posted. */
const hc_packet *hc_mailbox_take(const hc_mailbox *mailbox, uint32_t rank, uint64_t round);

#endif
