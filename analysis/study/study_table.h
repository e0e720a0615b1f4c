#ifndef HC_ANALYSIS_STUDY_STUDY_TABLE_H
#define HC_ANALYSIS_STUDY_STUDY_TABLE_H

#include "analysis/study/groups.h"
#include "analysis/study/interval.h"

#include <stdbool.h>

/** The results of a study as one table: a row per group of points, an interval per output, Pareto marks. */

/** What is asked of a study. */
typedef struct hc_study_question {
    size_t by[HC_STUDY_VARIABLE_LIMIT]; /**< variables whose values make the rows */
    size_t by_count;
    size_t outputs[HC_STUDY_OUTPUT_LIMIT]; /**< that are looked at */
    size_t output_count;
    double confidence; /**< 0 < confidence < 1 */
} hc_study_question;

typedef struct hc_study_table {
    const hc_study_content *content; /**< borrowed */
    hc_study_question question;
    hc_study_groups groups;
    hc_interval
        *intervals; /**< groups x question.output_count; row = group. Their count: repetitions */
    bool *marks;    /**< one per group */
    bool *is_tried; /**< one per group: a run was made at one of its points */
    bool has_marks; /**< two outputs at least have a sense */
} hc_study_table;

/** All variables, all outputs, the confidence of the file or else HC_INTERVAL_CONFIDENCE. */
hc_study_question hc_study_question_of(const hc_study_content *content);

/** Cost: O(runs log runs x outputs).
 *  @param content  of a file that was read; borrowed
 *  @return 0, or -1 with `error` set (memory); release in any case. */
int hc_study_table_make(hc_study_table *out, const hc_study_content *content,
                        const hc_study_question *question, hc_error *error);
void hc_study_table_release(hc_study_table *table);

/** The interval of a group and an output of the question (by its place there). */
const hc_interval *hc_study_table_interval(const hc_study_table *table, size_t group,
                                           size_t output);

/** The rows of the table `summary` of a study file: every point, every output.
 *  @param content  its runs need no order, and values of runs that are not ok are not looked at
 *  @param rows     [out] point_count x output_count, which the caller frees
 *  @return 0, or -1 with `error` set (memory). */
int hc_study_summary_make(hc_study_summary_row **rows, const hc_study_content *content,
                          double confidence, hc_error *error);

#endif
