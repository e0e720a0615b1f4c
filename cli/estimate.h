#ifndef HC_CLI_ESTIMATE_H
#define HC_CLI_ESTIMATE_H

#include "cli/options.h"
#include "workloads/step/efficiency_fit.h"
#include "workloads/measured/measured_row.h"

#include <stdbool.h>
#include <stddef.h>

/** `hindcast estimate`: of a job, of every row of a table, or a profile from measured tables. */

typedef struct hc_estimate_arguments {
    const char *path;  /**< of the job */
    const char *table; /**< NULL: a job */
    const char *out;
    const char *profile; /**< or a file with one; NULL: the one for the kind */
    const char *fit_tables[HC_FIT_MAX_TABLES];
    size_t fit_count; /**< 0: nothing is fitted */
    const char *test_tables[HC_FIT_MAX_TABLES];
    size_t test_count;
    const char *free_names; /**< "gemm,layer_seconds"; NULL: the usual ones */
    const char *gpu;        /**< only rows of this kind; NULL: of any */
    hc_measured_form form;
    bool is_forced;
    bool is_json;
    bool is_explained;
    const char *overrides[HC_MAX_OVERRIDES];
    size_t override_count;
} hc_estimate_arguments;

/** All return the exit code. */
int hc_estimate_job(const hc_estimate_arguments *arguments);
int hc_estimate_table(const hc_estimate_arguments *arguments);
int hc_estimate_fit(const hc_estimate_arguments *arguments);

#endif
