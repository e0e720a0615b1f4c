#ifndef HC_TESTS_TRACES_RUN_ROWS_H
#define HC_TESTS_TRACES_RUN_ROWS_H

#include "sim/interfaces/sink.h"
#include "traces/run/run_contents.h"

#include <stdint.h>

/** A run that never was: a machine, names and records that look like those of a cluster, and that depend on a
 *  seed and the number of a job alone. Job n is the same whatever the number of jobs. */

enum {
    HC_RUN_ROWS_USERS = 300,
    HC_RUN_ROWS_GROUPS = 20,
    HC_RUN_ROWS_NODES = 400,
    HC_RUN_ROWS_ID_BYTES = 32,
};

/** What stands in the file before the first record. */
typedef struct hc_run_rows_contents {
    hc_machine *machine;
    hc_job_source source;
    hc_provenance provenance;
    hc_run_contents contents;
} hc_run_rows_contents;

/** @return 0, or -1 with `error` set. */
int hc_run_rows_prepare(hc_run_rows_contents *prepared, uint64_t job_count, hc_error *error);
void hc_run_rows_release(hc_run_rows_contents *prepared);

/** Sends the records of one job to a sink: events, decisions, attempts, placements, the job, now and then a
 *  sample. @return 0, or -1 when the sink failed. */
int hc_run_rows_send_job(const hc_sink *sink, uint64_t seed, uint32_t index, hc_error *error);

/** Sends what comes once, at the end: the ledger. */
int hc_run_rows_send_end(const hc_sink *sink, hc_error *error);

#endif
