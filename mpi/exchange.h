#ifndef HC_MPI_EXCHANGE_H
#define HC_MPI_EXCHANGE_H

#include "mpi/ranks.h"
#include "sim/engine/engine.h"

/** What ranks tell each other between two windows, in rounds: their next times, their requests and the events
 *  that they have for each other. Few ranks send each other one packet each that carries all of it, and need no
 *  reduction beside; many ranks reduce times, and send events to whom they are for. */
typedef struct hc_exchange hc_exchange;

/** How packets travel. */
typedef enum hc_exchange_way {
    HC_EXCHANGE_BEST =
        0, /**< shared memory on one node; else messages, for many ranks reductions */
    HC_EXCHANGE_MESSAGES,   /**< a packet from each rank to each other */
    HC_EXCHANGE_REDUCTIONS, /**< two reductions, and messages where there are events */
} hc_exchange_way;

/** Collective. @return 0, or -1 with `error` set. */
int hc_exchange_create(hc_exchange **out, const hc_ranks *ranks, hc_exchange_way way,
                       hc_error *error);
void hc_exchange_destroy(hc_exchange *exchange); /**< Collective; accepts NULL. */

/** Adds an event for another rank to the next round. @return 0, or -1 when memory is short. O(bytes). */
int hc_exchange_put(hc_exchange *exchange, uint32_t rank, const hc_event *event,
                    const void *payload, size_t size);

/** What is known after a round: the same on all ranks. */
typedef struct hc_horizon {
    /** No rank executes an event before this time any more, that it has not executed when it posts the round. */
    hc_time first;
    uint32_t requests; /**< of all ranks */
    uint64_t pace;     /**< the slowest rank's */
    const uint64_t
        *executed; /**< by each rank since the round before; borrowed until the next one is taken */
} hc_horizon;

/** What a rank says of itself in a round. */
typedef struct hc_standing {
    uint32_t requests;
    uint64_t executed; /**< events since the last round */
    uint64_t pace;     /**< ns of a round, lately; 0: not measured */
} hc_standing;

/** A round has two halves: a rank posts what was put, and takes what the others have posted. It may post further rounds
 *  before it takes this one; all ranks do so in the same order.
 *  How many rounds may be posted and not taken, from 1. The same on all ranks. */
uint32_t hc_exchange_depth(const hc_exchange *exchange);

/** Rounds that were posted and are not taken. */
uint32_t hc_exchange_pending(const hc_exchange *exchange);

/** Posts a round. To be called when less than the depth are pending. */
void hc_exchange_post(hc_exchange *exchange, hc_engine *engine, hc_standing own);

/** Takes the first pending round, which may have to be waited for, and delivers its events to the engine.
 *  @return 0, or -1 when memory is short. */
int hc_exchange_take(hc_exchange *exchange, hc_engine *engine, hc_horizon *out);

/** Makes the next round ready to be put into. To be called after posting, when less than the depth are pending. */
void hc_exchange_open(hc_exchange *exchange);

/** Events sent to other ranks so far. */
uint64_t hc_exchange_sent(const hc_exchange *exchange);

#endif
