#ifndef HC_MPI_RANKS_H
#define HC_MPI_RANKS_H

#include "sim/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The ranks that carry out one command together: processes that mpirun or srun has started, or this process
 *  alone. Alone, MPI is never started: a user without a launcher pays nothing for it.
 *  "Collective" means that all ranks call it, in the same order; alone it costs nothing. */
typedef struct hc_ranks hc_ranks;

/** Whether a launcher has started this process as one of several. Reads the environment alone. */
bool hc_ranks_are_launched(void);

/** Rank of this process as the launcher tells it, 0 without one. Reads the environment alone: for messages
 *  before the start. */
uint32_t hc_ranks_launched_rank(void);

/** This process by itself, whoever else the launcher has started: for work that each rank does alone.
 *  @return 0 and ranks that the caller stops, or -1 with `error` set. Not collective, nor is stopping them. */
int hc_ranks_alone(hc_ranks **out, hc_error *error);

/** Starts MPI if this process is one of several. Collective. To be called once in a process.
 *  @return 0 and ranks that the caller stops, or -1 with `error` set. */
int hc_ranks_start(hc_ranks **out, hc_error *error);

/** Leaves MPI; accepts NULL. Collective. */
void hc_ranks_stop(hc_ranks *ranks);

/** Ends all ranks at once with this exit code: for a failure that the others cannot know of. */
_Noreturn void hc_ranks_abort(const hc_ranks *ranks, int exit_code);

uint32_t hc_ranks_rank(const hc_ranks *ranks);
uint32_t hc_ranks_count(const hc_ranks *ranks);

/** The ranks on this rank's node, in their order. Collective.
 *  @param out  [out] `count` of them, which the caller frees
 *  @return 0, or -1 with `error` set by this rank alone. */
int hc_ranks_of_node(const hc_ranks *ranks, uint32_t **out, uint32_t *count, hc_error *error);

/** Waits for all. Collective. */
void hc_ranks_wait(const hc_ranks *ranks);

/** Rank 0's bytes on all ranks. Collective. */
void hc_ranks_broadcast(const hc_ranks *ranks, void *data, size_t size);

/** Sums over the ranks, in place, on all of them; exact, modulo 2^64. Collective. */
void hc_ranks_sum(const hc_ranks *ranks, uint64_t *values, size_t count);

/** Largest over the ranks, in place, on all of them. Collective. */
void hc_ranks_max(const hc_ranks *ranks, int64_t *values, size_t count);

/** The first rank that has failed. @param code  of this rank, 0: it has not
 *  @param failed_rank  [out] the lowest rank with a code, if there is one
 *  @return its code, 0 when no rank has failed. Collective. */
int hc_ranks_first_failure(const hc_ranks *ranks, int code, uint32_t *failed_rank);

#endif
