#ifndef HC_ANALYSIS_STUDY_COMPARISON_H
#define HC_ANALYSIS_STUDY_COMPARISON_H

#include "analysis/study/study_table.h"

/** Rows of a study's table against each other: the last variable of the question is compared with one of its values,
 *  the baseline, where the variables before it agree. Differences are taken within a repetition and within a setting
 *  of all other variables, so that what the seeds and the settings share drops out. */

typedef struct hc_study_difference {
    hc_interval interval;    /**< of value - baseline, over the pairs of repetitions */
    double baseline_mean;    /**< of the baseline in these pairs; NAN of none */
    bool is_distinguishable; /**< the interval excludes 0, or all pairs differ by the same */
} hc_study_difference;

typedef struct hc_study_comparison {
    size_t group;         /**< of the table */
    size_t baseline;      /**< its counterpart */
    size_t setting_count; /**< pairs of points behind each repetition; 0: no setting is in both */
    size_t pair_count;    /**< repetitions that are ok in all of them */
    bool shares_seeds;    /**< both sides of every pair had the same seed */
    hc_study_difference *differences; /**< one per output of the question */
} hc_study_comparison;

typedef struct hc_study_comparisons {
    const hc_study_table *table; /**< borrowed */
    hc_study_comparison *items;  /**< in the order of the table's rows */
    size_t count;
    hc_study_difference *memory;
} hc_study_comparisons;

/** Finds a value of the last variable of a question by what a user typed: "easy", "36".
 *  @param level  [out] its rank
 *  @return 0, or -1 with `error` set (HC_ERROR_USAGE), naming the values there are. */
int hc_study_find_level(const hc_study_table *table, const char *text, uint32_t *level,
                        hc_error *error);

/** @param table     whose question has at least one variable
 *  @param baseline  rank of a value of the last of them
 *  @return 0, or -1 with `error` set (memory); release in any case. */
int hc_study_compare(hc_study_comparisons *out, const hc_study_table *table, uint32_t baseline,
                     hc_error *error);
void hc_study_comparisons_release(hc_study_comparisons *comparisons);

#endif
