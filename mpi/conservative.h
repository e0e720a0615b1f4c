#ifndef HC_MPI_CONSERVATIVE_H
#define HC_MPI_CONSERVATIVE_H

#include "mpi/exchange.h"
#include "mpi/ranks.h"
#include "sim/interfaces/executor.h"

#include <stdint.h>

/** Many ranks execute one simulation: conservative windows from the model's lookahead.
 *
 *  In each window all ranks execute the events up to a lookahead behind the first of all; then they
 *  exchange what they have for each other (mpi/exchange.h). Where windows take long they are cut into steps, and a rank
 *  that is through a step goes on without waiting for the others, as far as what they said a window ago allows. Time
 *  without events is skipped. With a lookahead of
 *  HC_TIME_NEVER (processes that need nothing from each other) there are no windows: ranks run on their own, and
 *  meet to agree on requests (mpi/rounds.h).
 *  Events of a process happen in the total order of sim/engine/event.h, whatever the number of ranks. */
typedef struct hc_conservative hc_conservative;

/** For several ranks. Collective. @return 0, or -1 with `error` set. */
int hc_conservative_create(hc_conservative **out, const hc_ranks *ranks, hc_exchange_way way,
                           hc_error *error);
void hc_conservative_destroy(hc_conservative *conservative); /**< Collective; accepts NULL. */

/** Steps of a window, at most as many as the way of exchange allows; 0: as many as pay. For tests and measurements; the
 *  same on all ranks, before anything is executed. */
void hc_conservative_fix_depth(hc_conservative *conservative, uint32_t depth);

/** To be given to a simulation; lives as long as `conservative`. */
hc_executor hc_conservative_executor(hc_conservative *conservative);

/** What happened, for figures such as events per window. */
typedef struct hc_conservative_counts {
    uint64_t windows;       /**< and steps of windows; the same on all ranks */
    uint64_t sent_events;   /**< by this rank to others */
    uint64_t own_events;    /**< of this rank */
    uint64_t events;        /**< of all ranks */
    uint64_t longest_chain; /**< events that had to follow each other (mpi/critical_path.h) */
    uint64_t most_events;   /**< of one rank */
    uint32_t idle_ranks;    /**< had no event at all */
} hc_conservative_counts;

/** Collective. */
hc_conservative_counts hc_conservative_count(const hc_conservative *conservative);

#endif
