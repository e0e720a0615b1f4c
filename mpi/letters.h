#ifndef HC_MPI_LETTERS_H
#define HC_MPI_LETTERS_H

#include "mpi/packet.h"
#include "mpi/ranks.h"

/** Packets between ranks of any nodes, as MPI messages. Used as a mailbox is (mpi/mailbox.h). */
typedef struct hc_letters hc_letters;

/** Not collective. @return 0, or -1 with `error` set. */
int hc_letters_create(hc_letters **out, const hc_ranks *ranks, hc_error *error);
void hc_letters_destroy(hc_letters *letters); /**< Accepts NULL. */

hc_packet *hc_letters_outgoing(const hc_letters *letters, uint32_t rank, uint64_t round);
void hc_letters_post(const hc_letters *letters, uint32_t rank, uint64_t round);
const hc_packet *hc_letters_take(hc_letters *letters, uint32_t rank);

#endif
