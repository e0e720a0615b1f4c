#ifndef HC_TRACES_RUN_FILE_H
#define HC_TRACES_RUN_FILE_H

#include "sim/engine/order_key.h"
#include "sim/error.h"
#include "sim/interfaces/sink.h"
#include "traces/run/provenance.h"
#include "traces/run/records.h"
#include "traces/run/run_contents.h"
#include "traces/run/run_mark.h"
#include "traces/run/run_publish.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The file that a run leaves: HDF5, one table per kind of record (traces/run/records.h), with everything that is
 *  needed to know where the numbers come from.
 *
 *  Life: create before anything slow is done, begin when the jobs are known, rows through the sink, finish.
 *  Until it is finished the run writes NAME.rank0000 beside NAME, so that NAME is either whole or absent. A run
 *  that is killed at any moment, in any of these calls, leaves either nothing or a file from which
 *  hc_recover takes all rows that were committed. Rows are committed
 *  often at first, so that a tenth of the time is lost at most, later once a second.
 *
 *  Several ranks: rank 0 creates its file first and tells the others its identity; each writes a file of its own;
 *  each closes it; when all have, rank 0 finishes. No call waits for another rank: the caller does, three times:
 *      rank 0: create           others: (wait) create with the identity of rank 0
 *      all:    begin, rows, hc_run_file_close_rank
 *      rank 0: (wait) finish    others: (wait) destroy
 *  The sink must be told of events (hc_sink.enter) then; the tables of NAME are those of a run of one rank.
 *
 *  Taking a run up again: hc_run_file_mark on all ranks at one simulated time, stored with the state of the
 *  simulation. A later run of any number of ranks creates its files with these marks and writes what comes after
 *  that time; NAME gets the rows up to the marks, then those.
 *
 *  Once a call has failed with HC_ERROR_OUTPUT, later ones fail as well; NAME.rank0000 stays for hc_recover.
 *  One thread at a time may use the file. HDF5's own printing of errors is switched off for that thread. */
typedef struct hc_run_file hc_run_file;

/** Which events are stored. The digest of a run does not depend on it. */
typedef enum hc_event_level {
    HC_EVENTS_NONE = 0,
    HC_EVENTS_JOBS, /**< what happens to jobs */
    HC_EVENTS_ALL,  /**< scheduling passes as well */
} hc_event_level;

typedef struct hc_run_file_options {
    const char *path;                /**< NAME */
    uint32_t rank;                   /**< rank 0 creates its file before the others do */
    uint32_t rank_count;             /**< files of this run; 0 is 1 */
    const hc_run_identity *identity; /**< what rank 0 says; NULL for rank 0: it makes a new one */
    const hc_run_mark
        *marks; /**< moment to go on from: those of all its files, on all ranks; none: a new run */
    size_t mark_count;
    bool
        is_forced; /**< replaces NAME and, in a new run, discards what an interrupted one left of it */
    hc_event_level events;
    uint64_t commit_rows; /**< at most so many rows between two commits; 0: 1 Mi */
    hc_time
        commit_interval; /**< at most so much wall time, while rows come; 0: 1 s. Less at first: a tenth of the run so far */
    const hc_provenance *provenance; /**< as far as it is known */
} hc_run_file_options;

/** Creates NAME.rank0000. NAME stays as it is until the run has finished.
 *  @return 0 and a file that the caller destroys, or -1 with `error` set: HC_ERROR_USAGE when NAME or remains
 *  of an interrupted run are there, or marks do not go together, HC_ERROR_RUNTIME when the files of the marks are
 *  not what they were, HC_ERROR_OUTPUT when the file cannot be written. */
int hc_run_file_create(hc_run_file **out, const hc_run_file_options *options, hc_error *error);

/** What the other ranks must be told before they create their files. Borrowed. */
const hc_run_identity *hc_run_file_identity(const hc_run_file *file);

/** Writes what is known before the first event. Cost: O(nodes + users + groups).
 *  @return 0, or -1 with `error` set (HC_ERROR_OUTPUT). */
int hc_run_file_begin(hc_run_file *file, const hc_run_contents *contents, hc_error *error);

/** Appends one row of any table. Between begin and finish. Amortised O(row). */
int hc_run_file_append(hc_run_file *file, hc_run_table table, const void *row, hc_error *error);

/** The rows that follow are those of this event. Needed, before the first row, when there are several ranks. */
int hc_run_file_enter(hc_run_file *file, const hc_order_key *key, hc_error *error);

/** Whether somebody wants to know of events: there are several ranks. */
bool hc_run_file_has_order(const hc_run_file *file);

/** Whether events of this type are stored. */
bool hc_run_file_keeps(const hc_run_file *file, hc_event_type type);

/** Makes all rows so far safe from the end of this process; from a power failure they are safe a second or
 *  two later. Done by itself in the rhythm of the options. */
int hc_run_file_commit(hc_run_file *file, hc_error *error);

/** Rows of a table that are committed. O(1). */
uint64_t hc_run_file_committed(const hc_run_file *file, hc_run_table table);

/** Commits, waits until all rows are on the disk, and tells how many there are.
 *  @return 0, or -1 with `error` set (HC_ERROR_OUTPUT). */
int hc_run_file_mark(hc_run_file *file, hc_run_mark *out, hc_error *error);

/** Writes the last rows of this rank: nothing can be appended any more.
 *  @return 0, or -1 with `error` set (HC_ERROR_OUTPUT). */
int hc_run_file_close_rank(hc_run_file *file, hc_error *error);

/** Rank 0 only, after all ranks have closed their files (a single rank need not): writes the totals, gives the
 *  file its final name and removes all private files.
 *  On failure NAME is as it was before and the private files stay. Cost: O(bytes of the file), no
 *  recompression of what one rank has written alone. @return 0, or -1 with `error` set (HC_ERROR_OUTPUT). */
int hc_run_file_finish(hc_run_file *file, const hc_run_totals *totals, hc_error *error);

/** The same, the merge shared by all ranks: each writes one part, after all have closed their files; rank 0
 *  finishes with all of them, after all have written theirs.
 *  @return 0, or -1 with `error` set: rank 0 must not finish this way when a part is missing, but may merge alone. */
int hc_run_file_write_part(hc_run_file *file, hc_error *error);
int hc_run_file_finish_parts(hc_run_file *file, const hc_run_totals *totals, hc_error *error);

/** Frees the file; accepts NULL. What was begun and not finished is committed and stays for hc_recover; what
 *  was not even begun holds nothing and is removed. */
void hc_run_file_destroy(hc_run_file *file);

#endif
