#ifndef HC_WORKLOADS_MEASURED_MEASURED_CELLS_H
#define HC_WORKLOADS_MEASURED_MEASURED_CELLS_H

#include "sim/error.h"
#include "workloads/measured/measured_row.h"

#include <stdbool.h>
#include <stdint.h>

/** Cells of published tables as numbers and words. */

/** Whether a cell states nothing: empty, "n/a", "-", "nan", or a remark in brackets. */
bool hc_cell_is_silent(const char *cell);

/** The number at the beginning of a cell ("31508 (29789)", "0.184M", "16.0", "41-42").
 *  @return false when there is none, or it is not finite. */
bool hc_cell_number(const char *cell, double *out);

/** A count of at least 1: of a cell of two, the first.
 *  @param out  [in, out] stays as it is when the cell is silent
 *  @return 0, or -1 with `error` set. */
int hc_cell_count(const char *cell, hc_measured_column column, uint32_t *out, hc_error *error);

/** Whether a cell holds a word, in any case. */
bool hc_cell_has(const char *cell, const char *word);

/** Reads the parts of a row. @return 0, or -1 with `error` set. */
int hc_measured_read_shape(hc_measured_row *row, const char *const *cells, hc_error *error);
int hc_measured_read_plan(hc_measured_row *row, const char *const *cells, hc_error *error);

/** Whether the row is of a time before attention was fused and optimizers were spread: 2022 and earlier. */
bool hc_measured_is_early(const char *const *cells);

#endif
