#ifndef HC_CLI_STUDY_ROUNDS_H
#define HC_CLI_STUDY_ROUNDS_H

#include "cli/study_setup.h"
#include "cli/sweep_table.h"
#include "mpi/ranks.h"

#include <stdbool.h>

/** A whole study on many ranks, in rounds: rank 0 says which runs come next, all ranks share them, each notes what it
 *  has finished in its journal, and rank 0 reads the journals. A study that searches nothing is one round. */

typedef struct hc_study_rounds_options {
    const hc_study_setup *setup;
    const hc_ranks *ranks;
    const char *name; /**< final name of the study */
    bool is_quiet;
} hc_study_rounds_options;

/** How the rounds ended; on rank 0. */
typedef struct hc_study_rounds_result {
    hc_sweep_table table; /**< rank 0 frees it; empty on others */
    char *finding;        /**< likewise; NULL unless the study came to its end */
    int signal;           /**< that stopped it, 0 for none; on all ranks */
    size_t made_count;    /**< runs that were made now */
    size_t known_count;   /**< runs that were in the journals already */
    double run_seconds;   /**< sum of the wall times of the runs made now */
    double wall_seconds;  /**< from the first run to the last */
} hc_study_rounds_result;

/** Collective. What went wrong has been told when it returns, and no rank holds a journal.
 *  @return an exit code, the same on all ranks; the result is to be freed only when it is 0. */
int hc_study_rounds_make(hc_study_rounds_result *out, const hc_study_rounds_options *options);

/** Name of a run file that nobody else uses: in $TMPDIR, else beside `name`.
 *  @param writer  who makes the run: "rank0003"
 *  @return text that the caller frees, or NULL when memory is short. */
char *hc_study_scratch_name(const char *name, const char *writer);

#endif
