#ifndef HC_ANALYSIS_STUDY_PARETO_H
#define HC_ANALYSIS_STUDY_PARETO_H

#include "sim/error.h"
#include "traces/study/study_content.h"

#include <stdbool.h>
#include <stddef.h>

/** Marks the rows that no other row beats: none is as good in all outputs and better in one. Equal rows are both
 *  marked. A row that lacks a value (NAN) is never marked, and beats none.
 *  Neutral outputs are passed over; with fewer than two others there is no trade-off and nothing is marked.
 *  Cost: O(rows log rows + rows x marked x outputs).
 *  @param values  row_count x output_count, output_count at most HC_STUDY_OUTPUT_LIMIT
 *  @param marks   [out] row_count
 *  @return 0, or -1 with `error` set (memory) */
int hc_pareto_mark(const double *values, size_t row_count, const hc_study_sense *senses,
                   size_t output_count, bool *marks, hc_error *error);

#endif
