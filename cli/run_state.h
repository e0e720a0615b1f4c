#ifndef HC_CLI_RUN_STATE_H
#define HC_CLI_RUN_STATE_H

#include "cli/assemble.h"
#include "cli/options.h"
#include "cli/run_record.h"
#include "mpi/ranks.h"
#include "sim/error.h"
#include "sim/simulation.h"
#include "traces/run/state_file.h"

#include <stddef.h>

/** The state of a run on the disk (traces/run/state_file.h): of the simulation, how many rows the run file had, and what
 *  was typed, so that `hindcast run --resume FILE` is enough to go on. */

/** What was typed when a run began. Owns its texts. */
typedef struct hc_run_command {
    char *scenario;
    char *out;
    char **overrides;
    uint64_t override_count;
} hc_run_command;

/** @param out_path  of the run file  @return 0, or -1 with `error` set; free in both cases. */
int hc_run_command_copy(hc_run_command *out, const hc_assembly_options *options,
                        const char *out_path, hc_error *error);
void hc_run_command_free(hc_run_command *command);

/** Where a run is saved. All borrowed. */
typedef struct hc_run_saver {
    const hc_ranks *ranks;
    const char *path;
    const hc_run_command *command;
    hc_state_hash fingerprint;
} hc_run_saver;

/** What a state of this run must come from: the resolved scenario and everything that was read. */
hc_state_hash hc_run_fingerprint(const hc_assembly *assembly);

/** Whether a state can be written to `path`: to be asked before the run begins; neither command nor fingerprint is
 *  needed yet. @return 0, or -1 with `error` set. */
int hc_run_saver_check(const hc_run_saver *saver, hc_error *error);

/** Saves a run that stands still at `cut`. Collective: each rank writes its part, rank 0 joins them. What goes wrong is
 *  told; the state that was there is as it was then.
 *  @return 0, or the exit code of the rank that has failed: the same on all ranks. */
int hc_run_saver_save(const hc_run_saver *saver, hc_simulation *simulation, hc_run_record *record,
                      hc_time cut);

/** A saved run that is to go on. */
typedef struct hc_run_resumption {
    hc_state_reader *reader;
    hc_state_store store;
    hc_run_command command;
    hc_run_mark *marks;
    size_t mark_count;
} hc_run_resumption;

/** Reads all but the simulation. @return 0, or -1 with `error` set; close in both cases. */
int hc_run_resumption_open(hc_run_resumption *out, const char *path, hc_error *error);

/** Whether the state is of this program, scenario and input. @return 0, or -1 with `error` set. */
int hc_run_resumption_check(const hc_run_resumption *resumption, const hc_assembly *assembly,
                            hc_error *error);

void hc_run_resumption_close(hc_run_resumption *resumption);

#endif
