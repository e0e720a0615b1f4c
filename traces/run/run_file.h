#ifndef HC_TRACES_RUN_FILE_H
#define HC_TRACES_RUN_FILE_H

#include "sim/engine/digest.h"
#include "sim/error.h"
#include "sim/interfaces/sink.h"
#include "traces/run/provenance.h"
#include "traces/run/records.h"
#include "traces/run/run_contents.h"

#include <stdbool.h>
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
    const hc_run_identity *identity; /**< what all ranks of a run share; NULL: a new one is made */
    bool is_forced; /**< replaces NAME and discards what an interrupted run left of it */
    hc_event_level events;
    uint64_t commit_rows; /**< at most so many rows between two commits; 0: 1 Mi */
    hc_time
        commit_interval; /**< at most so much wall time, while rows come; 0: 1 s. Less at first: a tenth of the run so far */
    const hc_provenance *provenance; /**< as far as it is known */
} hc_run_file_options;

/** Creates NAME.rank0000. NAME stays as it is until the run has finished.
 *  @return 0 and a file that the caller destroys, or -1 with `error` set: HC_ERROR_USAGE when NAME or remains
 *  of an interrupted run are there, HC_ERROR_OUTPUT when the file cannot be written. */
int hc_run_file_create(hc_run_file **out, const hc_run_file_options *options, hc_error *error);

/** Writes what is known before the first event. Cost: O(nodes + users + groups).
 *  @return 0, or -1 with `error` set (HC_ERROR_OUTPUT). */
int hc_run_file_begin(hc_run_file *file, const hc_run_contents *contents, hc_error *error);

/** Appends one row of any table. Between begin and finish. Amortised O(row). */
int hc_run_file_append(hc_run_file *file, hc_run_table table, const void *row, hc_error *error);

/** Whether events of this type are stored. */
bool hc_run_file_keeps(const hc_run_file *file, hc_event_type type);

/** Makes all rows so far safe from the end of this process; from a power failure they are safe a second or
 *  two later. Done by itself in the rhythm of the options. */
int hc_run_file_commit(hc_run_file *file, hc_error *error);

/** Rows of a table that are committed. O(1). */
uint64_t hc_run_file_committed(const hc_run_file *file, hc_run_table table);

/** How a run came to its end. */
typedef struct hc_run_totals {
    hc_digest digest;
    uint64_t executed_events;  /**< attribute `executed_events` */
    bool is_complete;          /**< false: stopped on request; NAME is written, with complete = 0 */
    const char *note;          /**< why it is not complete, for people; may be NULL */
    const hc_text_item *items; /**< further attributes */
    size_t item_count;
} hc_run_totals;

/** Writes the last rows and the totals, and gives the file its final name.
 *  On failure NAME is as it was before and NAME.rank0000 stays. Cost: O(bytes of the file), no
 *  recompression. @return 0, or -1 with `error` set (HC_ERROR_OUTPUT). */
int hc_run_file_finish(hc_run_file *file, const hc_run_totals *totals, hc_error *error);

/** Frees the file; accepts NULL. What was begun and not finished is committed and stays for hc_recover; what
 *  was not even begun holds nothing and is removed. */
void hc_run_file_destroy(hc_run_file *file);

#endif
