#ifndef HC_CLI_RUN_LOOP_H
#define HC_CLI_RUN_LOOP_H

#include "analysis/run_clock.h"
#include "cli/run_record.h"
#include "cli/run_state.h"
#include "cli/run_stream.h"
#include "mpi/ranks.h"
#include "sim/error.h"
#include "sim/simulation.h"

#include <stdbool.h>

/** From the first event to the last, or to the signal that stops the run: progress is shown, the state is saved, signals
 *  are obeyed. Rank 0 shows what all ranks have done; SIGINT and SIGTERM to any rank are for all, SIGUSR1 and SIGUSR2
 *  are heard by rank 0. */
typedef struct hc_run_loop {
    const hc_ranks *ranks;
    const char *name; /**< of the run */
    hc_run_clock clock;
    bool is_quiet;
    const hc_run_saver *saver; /**< NULL: the state is not saved */
    double save_seconds;       /**< wall time between two savings; 0: on signals alone */
    hc_run_record *record;
    hc_run_stream *stream;
} hc_run_loop;

/** How it ended. */
typedef struct hc_run_loop_end {
    bool is_stopped;
    int signal;    /**< that stopped it: SIGINT, SIGTERM or SIGUSR2 */
    bool is_saved; /**< the state at the stop is on the disk */
    int save_code; /**< it should be, and saving failed: the exit code of that; else 0 */
} hc_run_loop_end;

/** Collective. @return 0, or -1 with `error` set by this rank alone. */
int hc_run_loop_go(const hc_run_loop *loop, hc_simulation *simulation, hc_run_loop_end *out,
                   hc_error *error);

#endif
