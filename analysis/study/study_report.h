#ifndef HC_ANALYSIS_STUDY_STUDY_REPORT_H
#define HC_ANALYSIS_STUDY_STUDY_REPORT_H

#include "analysis/study/comparison.h"
#include "analysis/study/study_table.h"
#include "sim/error.h"

#include <jansson.h>
#include <stdio.h>

/** What a study found: for people, at most 100 columns wide and without colour, and for programs.
 *  Text returns 0, or -1 with `error` set (HC_ERROR_OUTPUT when `out` cannot be written). JSON returns a new
 *  reference, or NULL when memory is short; numbers that are not known are null. */

/** The table of all results, what failed, and what to type next. @param path  of the study's file, for the latter */
int hc_study_report_write(FILE *out, const hc_study_table *table, const char *path,
                          hc_error *error);

/** What a search found, as a list: one sentence for each line of the text. */
json_t *hc_study_findings_json(const char *finding);

/** Schema "hindcast-study-1". */
json_t *hc_study_report_json(const hc_study_table *table);

/** The table, and a sentence per comparison. */
int hc_study_compare_write(FILE *out, const hc_study_comparisons *comparisons, hc_error *error);

/** Schema "hindcast-compare-1". */
json_t *hc_study_compare_json(const hc_study_comparisons *comparisons);

#endif
