#ifndef HC_ANALYSIS_STUDY_PARETO_H
#define HC_ANALYSIS_STUDY_PARETO_H

#include "traces/study/study_content.h"

#include <stdbool.h>
#include <stddef.h>

/** Marks the rows that no other row beats: none is as good in all outputs and better in one. Equal rows are both
 *  marked. A row that lacks a value (NAN) is never marked, and beats none.
 *  Neutral outputs are passed over; with fewer than two others there is no trade-off and nothing is marked.
 *  Cost: O(rows log rows + rows x marked x outputs).
 *  @param values  row_count x output_count
 *  @param marks   [out] row_count
 *  @return outputs that were looked at, 0 when nothing was marked for lack of them */
size_t hc_pareto_mark(const double *values, size_t row_count, const hc_study_sense *senses,
                      size_t output_count, bool *marks);

#endif
