#ifndef HC_MPI_ROUNDS_H
#define HC_MPI_ROUNDS_H

#include "mpi/ranks.h"

#include <stdbool.h>
#include <stdint.h>

/** How ranks that need nothing from each other stay in touch: rounds of a reduction that nobody waits for. A rank
 *  enters the next round when it sees that the last one is over; what a round has agreed on is the same on all
 *  ranks, though they see it at different points of their way. */
typedef struct hc_rounds hc_rounds;

/** Not collective. @return NULL when memory is short. */
hc_rounds *hc_rounds_create(const hc_ranks *ranks);

/** Ends a round that is going on; then frees. Collective when a round is going on; accepts NULL. */
void hc_rounds_destroy(hc_rounds *rounds);

typedef struct hc_round_result {
    uint32_t requests; /**< HC_REQUEST_* of any rank when it entered the round */
    bool is_done;      /**< all ranks were done */
} hc_round_result;

/** Looks after the round: enters a new one when none is going on, with what this rank says now.
 *  @param waits  for the end of the round, else only looks
 *  @return whether a round has ended; `out` says with what. */
bool hc_rounds_look(hc_rounds *rounds, uint32_t requests, bool is_done, bool waits,
                    hc_round_result *out);

#endif
