#ifndef HC_CLI_SWEEP_H
#define HC_CLI_SWEEP_H

#include "cli/options.h"
#include "cli/study_setup.h"
#include "mpi/ranks.h"

#include <stdbool.h>
#include <stddef.h>

/** What `hindcast sweep` can do with a study. Each prints its results and returns an exit code. */

typedef enum hc_sweep_action {
    HC_SWEEP_ALL = 0,
    HC_SWEEP_LIST,
    HC_SWEEP_ONE,
    HC_SWEEP_ESTIMATE,
    HC_SWEEP_COLLECT,
    HC_SWEEP_OUTPUTS,
} hc_sweep_action;

typedef struct hc_sweep_options {
    const char *path;
    const char *out; /**< final name of the study */
    hc_sweep_action action;
    size_t run; /**< of HC_SWEEP_ONE */
    bool is_forced;
    bool is_json;
    bool is_quiet;
    const char *overrides[HC_MAX_OVERRIDES];
    size_t override_count;
    int argc;
    char **argv;
} hc_sweep_options;

/** All runs that are missing, then the study file. Collective. */
int hc_sweep_all(const hc_sweep_options *options, const hc_study_setup *setup,
                 const hc_ranks *ranks);

/** The numbered runs, with what is known of them. */
int hc_sweep_list(const hc_sweep_options *options, const hc_study_setup *setup);

/** One run, noted in a journal of its own. */
int hc_sweep_one(const hc_sweep_options *options, const hc_study_setup *setup);

/** Time and memory, from a look at the run that is expected to be the longest. */
int hc_sweep_estimate(const hc_sweep_options *options, const hc_study_setup *setup,
                      uint32_t rank_count);

/** The study file from the journals as they are. */
int hc_sweep_collect(const hc_sweep_options *options, const hc_study_setup *setup);

#endif
