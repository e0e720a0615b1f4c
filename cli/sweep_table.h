#ifndef HC_CLI_SWEEP_TABLE_H
#define HC_CLI_SWEEP_TABLE_H

#include "cli/study_setup.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What is known of each run of a study, as its journals tell. */
typedef struct hc_sweep_table {
    size_t run_count;
    size_t output_count;
    size_t ok_count;
    size_t failed_count;
    unsigned char *states; /**< hc_study_run_state; HC_STUDY_SKIPPED: not yet run */
    double *seconds;       /**< wall time */
    double *values;        /**< run x output */
    char **errors;         /**< of failed runs, NULL of others */
    hc_journals_found found;
} hc_sweep_table;

/** Reads the journals beside a name. A run that occurs twice keeps its first result.
 *  @return 0 and a table that the caller frees, or -1 with `error` set. */
int hc_sweep_table_read(hc_sweep_table *out, const hc_study_setup *setup, const char *name,
                        hc_error *error);
void hc_sweep_table_free(hc_sweep_table *table);

/** How the study came to be what it is, for its file. */
typedef struct hc_study_file_options {
    const char *path;
    const char *command_line;
    const char *finding; /**< what searches found, a line each; "" */
    uint32_t rank_count;
    bool is_complete;
    bool may_replace;
} hc_study_file_options;

/** Writes the study file: every run of the study, those that were not made as skipped.
 *  @return 0, or -1 with `error` set; nothing has changed then. */
int hc_sweep_table_write(const hc_sweep_table *table, const hc_study_setup *setup,
                         const hc_study_file_options *options, hc_error *error);

#endif
