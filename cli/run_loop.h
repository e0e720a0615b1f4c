#ifndef HC_CLI_RUN_LOOP_H
#define HC_CLI_RUN_LOOP_H

#include "mpi/ranks.h"
#include "sim/error.h"
#include "sim/simulation.h"

#include "analysis/run_clock.h"

#include <stdbool.h>

/** From the first event to the last, or to the signal that stops the run: progress is shown, signals are obeyed.
 *  Rank 0 shows what all ranks have done; a signal to any rank is one to all. */
typedef struct hc_run_loop {
    const hc_ranks *ranks;
    const char *name; /**< of the run */
    hc_run_clock clock;
    bool is_quiet;
} hc_run_loop;

/** Collective. @param signal  [out] that stopped it, 0 for none; the same on all ranks
 *  @return 0, or -1 with `error` set by this rank alone. */
int hc_run_loop_go(const hc_run_loop *loop, hc_simulation *simulation, int *signal,
                   hc_error *error);

#endif
