#ifndef HC_CLI_SCENARIO_RUN_H
#define HC_CLI_SCENARIO_RUN_H

#include "cli/options.h"
#include "cli/run_loop.h"
#include "cli/run_stream.h"
#include "cli/stream_options.h"
#include "mpi/ranks.h"

#include <stdbool.h>

/** A scenario from its file to its run file, on one rank or many. */

typedef struct hc_scenario_run_options {
    hc_scenario_arguments scenario;
    hc_stream_arguments stream;
    const char *out;    /**< run file; NULL: the name of the run with .h5 */
    const char *save;   /**< where the state goes; NULL: it is not saved */
    const char *resume; /**< state to go on from; NULL: the run begins */
    double save_seconds;
    bool is_forced;
    char **argv;
    int argc;
} hc_scenario_run_options;

/** What has become of it. */
typedef struct hc_scenario_run_result {
    char *path; /**< of the run file; the caller frees it */
    hc_run_loop_end end;
    bool is_to_be_resumed; /**< its state is saved, and there is no run file yet */
    hc_run_stream stream;  /**< the caller closes it, once what it has to say is said */
} hc_scenario_run_result;

/** The exit code of a run that a signal has stopped before its end. */
int hc_signal_exit_code(int signal);

/** Every step is agreed on by all ranks; what fails is told. Collective.
 *  @return 0, or the exit code with which all ranks have to end. */
int hc_scenario_run(const hc_scenario_run_options *options, hc_ranks *ranks,
                    hc_scenario_run_result *out);

#endif
