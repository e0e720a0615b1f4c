#ifndef HC_ANALYSIS_STUDY_STUDY_CELLS_H
#define HC_ANALYSIS_STUDY_STUDY_CELLS_H

#include "analysis/study/interval.h"
#include "analysis/study/study_table.h"

#include <stddef.h>

/** Numbers of a study as people read them: one scale for all values of an output, so that they compare at sight. */

enum { HC_STUDY_CELL_SIZE = 80 };

typedef struct hc_study_scale {
    double divisor;                /**< from the output's unit to the one shown */
    char unit[HC_STUDY_CELL_SIZE]; /**< as shown: "h", "k USD"; "" for a pure number */
    int decimals;                  /**< -1: as many digits as the number needs */
} hc_study_scale;

/** Three digits of the largest mean, and one of the widest interval: seconds become minutes, hours or days, large
 *  amounts thousands or millions.
 *  @param output  by its place in the question */
hc_study_scale hc_study_scale_of(const hc_study_table *table, size_t output);

/** Each writes HC_STUDY_CELL_SIZE bytes at most. "-" stands for what is not known. */
void hc_study_format_number(const hc_study_scale *scale, double value, char *out);
/** "[8.2, 10.1]"; "" without an interval, or where it has no width. */
void hc_study_format_interval(const hc_study_scale *scale, const hc_interval *interval, char *out);
void hc_study_format_value(const hc_study_variable *variable, const hc_study_value *value,
                           char *out);

/** Columns that a text takes. */
size_t hc_study_text_columns(const char *text);

#endif
