#ifndef HC_CLI_RUN_RECORD_H
#define HC_CLI_RUN_RECORD_H

#include "cli/assemble.h"
#include "sim/error.h"
#include "sim/interfaces/sink.h"
#include "sim/simulation.h"
#include "traces/run/run_sink.h"

#include <stdbool.h>

/** A run file on its way: what is known of the run at each step, given to traces/run_file. */
typedef struct hc_run_record {
    hc_run_file *file;
    hc_sink sink;
    char *command_line;
    const char *path;
    char variant[HC_SCHEDULER_TEXT_SIZE];
    char estimates[HC_SCHEDULER_TEXT_SIZE];
} hc_run_record;

/** Creates the file, before anything slow is done.
 *  @return 0, or -1 with `error` set; close in both cases. */
int hc_run_record_open(hc_run_record *out, const hc_assembly *assembly, const char *path,
                       bool is_forced, int argc, char **argv, hc_error *error);

/** Writes what is known once the traces have been read. */
int hc_run_record_begin(hc_run_record *record, const hc_assembly *assembly, hc_error *error);

/** Where the simulation's records go. Borrowed. */
const hc_sink *hc_run_record_sink(const hc_run_record *record);

/** Gives the file its name. @param signal  that stopped the run, 0 for none */
int hc_run_record_finish(hc_run_record *record, const hc_simulation *simulation, int signal,
                         hc_error *error);

/** Says on stderr what is left of a run that failed and how to get at it. */
void hc_run_record_explain_failure(const hc_run_record *record);

void hc_run_record_close(hc_run_record *record);

#endif
