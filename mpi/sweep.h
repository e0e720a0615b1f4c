#ifndef HC_MPI_SWEEP_H
#define HC_MPI_SWEEP_H

#include "mpi/ranks.h"
#include "sim/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Tasks that ranks share among themselves: each takes the next one when it is free, from a counter that lies in
 *  the memory of rank 0 (MPI_Fetch_and_op). Who hands them the longest task first keeps the end short: no rank
 *  then waits for longer than the last tasks take (Graham 1969).
 *
 *  What the tasks are is the caller's: neither metrics nor files are known here.
 *
 *  Progress of the counter. On one node the counter is shared memory and nobody needs to serve it. Beyond one node a
 *  rank's request may have to be answered by rank 0's own MPI calls. So every rank calls hc_sweep_poll() while it works
 *  on a task, every few milliseconds; and from HC_SWEEP_SERVER_RANKS ranks on, beyond one node, rank 0 takes no tasks
 *  and serves. Alone, MPI is not used at all. */
typedef struct hc_sweep hc_sweep;

enum { HC_SWEEP_SERVER_RANKS = 32 };

/** What has been done so far, by all ranks. */
typedef struct hc_sweep_progress {
    size_t task_count;
    size_t begun_count;
    size_t finished_count; /**< failed ones included */
    size_t failed_count;
    double finished_share; /**< of the expected cost of all tasks, 0 .. 1 */
} hc_sweep_progress;

typedef struct hc_sweep_work {
    void *self;

    /** Does one task. @return 0: done; 1: it failed, and that is noted; -1 with `error` set: this rank cannot go on. */
    int (*run)(void *self, size_t task, hc_error *error);

    /** Shows how far all ranks are; called on rank 0 now and then, at most every 100 ms. May be NULL. */
    void (*show)(void *self, const hc_sweep_progress *progress);
} hc_sweep_work;

/** Collective. @return 0 and a sweep that the caller destroys, or -1 with `error` set.
 *  @param ranks  borrowed; must outlive the sweep */
int hc_sweep_create(hc_sweep **out, const hc_ranks *ranks, hc_error *error);

/** Collective; accepts NULL on all ranks. */
void hc_sweep_destroy(hc_sweep *sweep);

/** Does the tasks 0 .. task_count - 1, each on one rank, handed out in this order. Returns on all ranks once all that
 *  were begun are done. Collective; may be called several times.
 *  @param costs  expected, > 0, in any unit; the same on all ranks
 *  @return 0, or -1 with `error` set when a task of this rank could not go on; the others then begin no more, and
 *          return 0: the caller lets all know (hc_ranks_first_failure). */
int hc_sweep_run(hc_sweep *sweep, const hc_sweep_work *work, size_t task_count, const double *costs,
                 hc_error *error);

/** Lets MPI answer others, and shows the progress when it is time to; to be called while a task is worked on.
 *  Cheap: a microsecond. */
void hc_sweep_poll(hc_sweep *sweep);

/** No rank begins another task of this hc_sweep_run(). Any rank may call it, also while it works. */
void hc_sweep_stop(hc_sweep *sweep);

#endif
