#ifndef HC_SIM_INTERFACES_EXECUTOR_H
#define HC_SIM_INTERFACES_EXECUTOR_H

#include "sim/engine/time.h"
#include "sim/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hc_engine;

/** What a rank may ask of all ranks while a simulation runs. Bits. */
enum {
    HC_REQUEST_PROGRESS = 1, /**< to meet and add up how far they are */
    HC_REQUEST_SAVE = 2,     /**< to stand still at one simulated instant */
    HC_REQUEST_STOP = 4,     /**< likewise, and to go no further */
};

/** How far to go. */
typedef struct hc_stretch {
    hc_time until;     /**< only events before this time; the same in all calls, on all ranks */
    uint64_t limit;    /**< come back after about so many events on this rank */
    uint32_t requests; /**< of this rank; asked for until they are agreed */
} hc_stretch;

/** Where a stretch has ended. */
typedef struct hc_stretch_end {
    bool is_over; /**< no event before `until` is left on any rank */
    /** Requests of any ranks; the same on all of them at the same point of their way. Once a standstill is agreed,
     *  all events before `cut` have happened and none from then on, on every rank. */
    uint32_t agreed;
    hc_time cut; /**< HC_TIME_MISSING without a standstill */
} hc_stretch_end;

/** Who executes the events of a simulation: one rank in sequence (sim/engine/sequential.h), or many in step
 *  (mpi/conservative.h). Models do not know which. Everything here is collective. */
typedef struct hc_executor {
    void *self;
    uint32_t rank;
    uint32_t rank_count;

    /** Executes events of this rank until there is a reason to come back. The engine is the same in all calls.
     *  @return 0, or -1 with `error` set by this rank: the others cannot know, the caller has to end them. */
    int (*run)(void *self, struct hc_engine *engine, const hc_stretch *stretch, hc_stretch_end *end,
               hc_error *error);

    /** Sums over the ranks, in place, on all of them; exact, modulo 2^64. */
    void (*sum)(void *self, uint64_t *values, size_t count);

    /** Largest over the ranks, in place, on all of them. */
    void (*max)(void *self, int64_t *values, size_t count);
} hc_executor;

#endif
