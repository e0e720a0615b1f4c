#ifndef HC_CLI_STUDY_RUN_H
#define HC_CLI_STUDY_RUN_H

#include "cli/study_setup.h"
#include "sim/simulation.h"

#include <stdbool.h>
#include <stdint.h>

/** One run of a study: the scenario with the values of a point and a seed, simulated, and its outputs read from its
 *  run file, which lives only so long. */

/** Looks at a run while it goes on, every few milliseconds. @return false: it ends here */
typedef bool (*hc_study_run_watch)(void *self, const hc_progress *progress);

typedef struct hc_study_run_options {
    size_t run;
    const char
        *scratch; /**< name of the run file; what is there is replaced, and removed in the end */
    hc_study_run_watch watch; /**< NULL: nobody */
    void *watcher;
} hc_study_run_options;

typedef struct hc_study_run_outcome {
    bool is_stopped; /**< by who watched it: there are no values */
    bool is_failed;
    double wall_seconds;
    double build_seconds; /**< of these before the first event: scenario, machine, traces */
    double values[HC_STUDY_OUTPUT_LIMIT]; /**< NAN unless it went well */
    char error[HC_STUDY_ERROR_BYTES + 1]; /**< of a failed run */
} hc_study_run_outcome;

/** @return 0, also when the run failed; -1 with `error` set when no run can be made: the disk refuses. */
int hc_study_run_make(hc_study_run_outcome *out, const hc_study_setup *setup,
                      const hc_study_run_options *options, hc_error *error);

#endif
