#ifndef HC_TRACES_STUDY_TABLES_H
#define HC_TRACES_STUDY_TABLES_H

#include "traces/run/records.h"
#include "traces/study/study_content.h"

#include <stdbool.h>
#include <stdint.h>

/** The tables of a study file. Those of points and runs have a column per variable and per output, so that they are
 *  described anew for each study. */

typedef struct hc_study_variable_row {
    const char *name;
    const char *unit;
    bool is_text;
} hc_study_variable_row;

typedef struct hc_study_output_row {
    const char *name;
    const char *unit;
    const char *meaning;
    uint8_t sense; /**< hc_study_sense */
} hc_study_output_row;

typedef union hc_study_cell {
    double number;
    const char *text;
} hc_study_cell;

typedef struct hc_study_point_row {
    uint32_t point;
    hc_study_cell cells[HC_STUDY_VARIABLE_LIMIT];
} hc_study_point_row;

typedef struct hc_study_run_row {
    uint32_t run;
    uint32_t point;
    uint32_t repetition;
    uint8_t state; /**< hc_study_run_state */
    uint64_t seed;
    double wall_seconds;
    const char *error;
    double values[HC_STUDY_OUTPUT_LIMIT];
} hc_study_run_row;

typedef struct hc_study_summary_cells {
    uint32_t point;
    const char *output;
    uint32_t count;
    double mean;
    double half_width;
    bool is_pareto;
} hc_study_summary_cells;

extern const hc_table_info hc_study_variables_table;
extern const hc_table_info hc_study_outputs_table;
extern const hc_table_info hc_study_summary_table;

/** A table with columns of a study. */
typedef struct hc_study_columns {
    hc_table_info info; /**< points into this struct: it must not be copied */
    hc_row_field fields[HC_ROW_FIELD_LIMIT];
} hc_study_columns;

/** The table `points`. @param content  its variables count, and must outlive the columns */
void hc_study_points_table(hc_study_columns *columns, const hc_study_content *content);

/** The table `runs`. @param content  its outputs count, and must outlive the columns */
void hc_study_runs_table(hc_study_columns *columns, const hc_study_content *content);

#endif
