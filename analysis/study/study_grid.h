#ifndef HC_ANALYSIS_STUDY_STUDY_GRID_H
#define HC_ANALYSIS_STUDY_STUDY_GRID_H

#include "analysis/study/study_table.h"
#include "sim/error.h"

#include <stdio.h>

/** Prints the rows of a study's table: values of the variables, repetitions, means with intervals, Pareto marks. What
 *  is wider than 100 columns goes on in a further block below. Rows without runs are counted, not shown. Variables that leave no room for results become the
 *  number of the row, with a list of them behind.
 *  Write errors are kept by the stream. */
void hc_study_grid_write(FILE *out, const hc_study_table *table);

#endif
