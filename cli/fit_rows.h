#ifndef HC_CLI_FIT_ROWS_H
#define HC_CLI_FIT_ROWS_H

#include "sim/error.h"
#include "workloads/step/efficiency_fit.h"
#include "workloads/measured/measured_row.h"

#include <stddef.h>

/** Rows of measured tables as steps to fit on or to test with. */
typedef struct hc_fit_rows hc_fit_rows;

/** Rows of one table. */
typedef struct hc_fit_table {
    const char *path;
    size_t first; /**< among the steps */
    size_t count;
    size_t
        left_out; /**< cannot be predicted, tell no step time or no micro-batch, or are of another kind */
} hc_fit_table;

/** Reads tables, whose columns tell their form.
 *  @param kind  only rows of this kind; NULL: they have to be of one kind
 *  @return 0 and rows that the caller owns, or -1 with `error` set: a table that cannot be read, rows of several kinds, a
 *          table without a usable row. */
int hc_fit_rows_read(hc_fit_rows **out, const char *const *paths, size_t count,
                     const hc_accelerator *kind, hc_error *error);
void hc_fit_rows_destroy(hc_fit_rows *rows);

const hc_measured_step *hc_fit_rows_steps(const hc_fit_rows *rows, size_t *count);
const hc_fit_table *hc_fit_rows_table(const hc_fit_rows *rows, size_t index);
const hc_accelerator *hc_fit_rows_kind(const hc_fit_rows *rows);

/** Refuses rows that stand in both: what was fitted on says nothing about errors.
 *  @return 0, or -1 with `error` set: the first of them. */
int hc_fit_rows_refuse_common(const hc_fit_rows *fitted, const hc_fit_rows *tested,
                              hc_error *error);

#endif
