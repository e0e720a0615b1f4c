#ifndef HC_CLI_RUN_RECORD_H
#define HC_CLI_RUN_RECORD_H

#include "cli/assemble.h"
#include "mpi/ranks.h"
#include "sim/error.h"
#include "sim/interfaces/sink.h"
#include "sim/simulation.h"
#include "traces/run/run_sink.h"

#include <stdbool.h>

/** The command as it was typed, as UTF-8 whatever bytes those were.
 *  @return text that the caller frees, or NULL when memory is short. */
char *hc_command_line(int argc, char **argv);

/** A run file on its way: what is known of the run at each step, given to traces/run_file. With several ranks each
 *  has a file of its own until the last step. */
typedef struct hc_run_record {
    const hc_ranks *ranks;
    hc_run_file *file;
    hc_sink sink;
    hc_run_identity identity; /* the same on all ranks */
    char *command_line;
    const char *path;
    char variant[HC_SCHEDULER_TEXT_SIZE];
    char estimates[HC_SCHEDULER_TEXT_SIZE];
} hc_run_record;

/** What is known before anything is read. */
typedef struct hc_run_record_options {
    const hc_ranks *ranks;
    const char *path;
    bool is_forced;
    int argc;
    char **argv;
    const hc_run_mark *marks; /**< of the run that is resumed; none: it begins */
    size_t mark_count;
} hc_run_record_options;

/** Creates the file, before anything slow is done. Collective.
 *  @return 0, or -1 with `error` set; close in both cases. A rank that has not failed may have nothing, because
 *  rank 0 has: ask all ranks before going on. */
int hc_run_record_open(hc_run_record *out, const hc_assembly *assembly,
                       const hc_run_record_options *options, hc_error *error);

/** Writes what is known once the traces have been read. */
int hc_run_record_begin(hc_run_record *record, const hc_assembly *assembly, hc_error *error);

/** Where the simulation's records go. Borrowed. */
const hc_sink *hc_run_record_sink(const hc_run_record *record);

/** Writes the last rows of this rank, and, once all ranks have, its share of the whole file. Not collective: ask
 *  all ranks after each. @return 0, or -1 with `error` set. */
int hc_run_record_close_rank(hc_run_record *record, hc_error *error);
int hc_run_record_write_share(hc_run_record *record, hc_error *error);

/** How a run came to its end. */
typedef struct hc_run_ending_facts {
    hc_digest digest;
    uint64_t event_count;
    int signal; /**< that stopped the run, 0 for none */
} hc_run_ending_facts;

/** Gives the file its name: rank 0, when all have written their shares; others do nothing.
 *  @return 0, or -1 with `error` set. */
int hc_run_record_finish(hc_run_record *record, const hc_run_ending_facts *facts, hc_error *error);

/** Says on stderr what is left of a run that failed and how to get at it. */
void hc_run_record_explain_failure(const hc_run_record *record);

void hc_run_record_close(hc_run_record *record);

#endif
