#ifndef HC_MPI_MAILBOX_H
#define HC_MPI_MAILBOX_H

#include "mpi/packet.h"
#include "mpi/ranks.h"

/** Packets between ranks of one node, through memory that they share (MPI-3 shared windows): about four times
 *  faster than the smallest message. A packet is written in place and seen by its receiver when it is posted.
 *  Every rank posts one packet to each other rank in each round, and takes one from each. */
typedef struct hc_mailbox hc_mailbox;

/** Whether all ranks are on one node, and few enough. Collective. */
bool hc_mailbox_is_possible(const hc_ranks *ranks);

/** Collective. @return 0, or -1 with `error` set. */
int hc_mailbox_create(hc_mailbox **out, const hc_ranks *ranks, hc_error *error);
void hc_mailbox_destroy(hc_mailbox *mailbox); /**< Collective; accepts NULL. */

/** The packet to be written for a rank in this round. Borrowed until it is posted. */
hc_packet *hc_mailbox_outgoing(hc_mailbox *mailbox, uint32_t rank);

/** Shows the packet to its receiver. */
void hc_mailbox_post(hc_mailbox *mailbox, uint32_t rank);

/** Waits for the packet of a rank. Borrowed until the round is over. */
const hc_packet *hc_mailbox_take(hc_mailbox *mailbox, uint32_t rank);

/** All packets of this round were posted and read. */
void hc_mailbox_next_round(hc_mailbox *mailbox);

#endif
