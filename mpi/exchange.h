#ifndef HC_MPI_EXCHANGE_H
#define HC_MPI_EXCHANGE_H

#include "mpi/ranks.h"
#include "sim/engine/engine.h"

/** What ranks tell each other between two windows, in one round: their next times, their requests and the events
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
    hc_time first;          /**< of all events of all ranks */
    uint32_t requests;      /**< of all ranks */
    uint64_t most_executed; /**< by any one rank since the last round */
} hc_horizon;

/** What a rank says of itself in a round. */
typedef struct hc_standing {
    uint32_t requests;
    uint64_t executed; /**< events since the last round */
} hc_standing;

/** One round: sends what was put, delivers what has come to the engine.
 *  Collective. @return 0, or -1 when memory is short. */
int hc_exchange_swap(hc_exchange *exchange, hc_engine *engine, hc_standing own, hc_horizon *out);

/** Events sent to other ranks so far. */
uint64_t hc_exchange_sent(const hc_exchange *exchange);

#endif
