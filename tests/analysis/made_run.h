#ifndef HC_TESTS_ANALYSIS_MADE_RUN_H
#define HC_TESTS_ANALYSIS_MADE_RUN_H

#include "sim/interfaces/sink.h"
#include "traces/run/run_file.h"
#include "traces/run/run_reader.h"

#include <stdbool.h>
#include <stddef.h>

/** Run files with rows made by hand, written as a run writes them, one at a time in a folder of their own. The
 *  machine has one partition; users are ann and bob, the one group is nlp. What cannot be written fails the test. */

typedef struct hc_made_run {
    uint64_t node_count; /**< called n0, n1, ...; 0: one */
    uint64_t gpu_count;  /**< per node */
    hc_time begin;
    hc_time measure_from;
    hc_trace_clock clock;
    int64_t unix_zero_seconds;
    const char *name; /**< NULL: made */
    const char *note; /**< NULL: the run is complete */
    const hc_job_record *jobs;
    size_t job_count;
    const hc_attempt_record *attempts;
    size_t attempt_count;
    const hc_placement_record *placements;
    size_t placement_count;
    const hc_decision_record *decisions;
    size_t decision_count;
    const hc_sample_record *samples;
    size_t sample_count;
    const hc_ledger_record *ledger;
    size_t ledger_count;
    const char *const *works; /**< what jobs train */
    uint32_t work_count;
    const hc_input_row *inputs;
    size_t input_count;
} hc_made_run;

/** @return the path of the file, good until it is removed. */
const char *hc_made_run_write(const hc_made_run *run);
void hc_made_run_remove(void);

/** Writes the file and opens it. */
hc_run_reader *hc_made_run_open(const hc_made_run *run);
void hc_made_run_close(hc_run_reader *reader);

#endif
