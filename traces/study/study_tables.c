#include "traces/study/study_tables.h"

#include "traces/run/column_rows.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

static const char *const SENSES[] = {
    [HC_STUDY_NEUTRAL] = "neutral",
    [HC_STUDY_LESS_IS_BETTER] = "less",
    [HC_STUDY_MORE_IS_BETTER] = "more",
};
static const hc_enum_names SENSE_NAMES = {SENSES, 3};

static const char *const STATES[] = {
    [HC_STUDY_OK] = "ok",
    [HC_STUDY_FAILED] = "failed",
    [HC_STUDY_SKIPPED] = "skipped",
};
static const hc_enum_names STATE_NAMES = {STATES, 3};

/* clang-format off */
static const hc_row_field VARIABLE_FIELDS[] = {
    HC_LIST_TEXT(hc_study_variable_row, name, "name", "name of the column in points"),
    HC_LIST_TEXT(hc_study_variable_row, unit, "unit", "unit of its values; empty when they have none"),
    HC_LIST_NUMBER(hc_study_variable_row, is_text, "is_text", BOOLEAN, "true or false", "its values are texts"),
};
static const hc_row_field OUTPUT_FIELDS[] = {
    HC_LIST_TEXT(hc_study_output_row, name, "name", "name of the column in runs"),
    HC_LIST_TEXT(hc_study_output_row, unit, "unit", "unit of its values"),
    HC_LIST_ENUMERATION(hc_study_output_row, sense, "better", SENSE_NAMES, "whether less or more of it is better"),
    HC_LIST_TEXT(hc_study_output_row, meaning, "meaning", "what it is"),
};
static const hc_row_field SUMMARY_FIELDS[] = {
    HC_LIST_NUMBER(hc_study_summary_cells, point, "point", UINT32, "row of points", "point of the study"),
    HC_LIST_TEXT(hc_study_summary_cells, output, "output", "name of the output"),
    HC_LIST_NUMBER(hc_study_summary_cells, count, "count", UINT32, "runs", "runs behind the mean"),
    HC_LIST_OPTIONAL(hc_study_summary_cells, mean, "mean", DOUBLE, "of the output", "mean over the repetitions"),
    HC_LIST_OPTIONAL(hc_study_summary_cells, half_width, "half_width", DOUBLE, "of the output",
                     "half of Student's interval around the mean, at the file's confidence"),
    HC_LIST_NUMBER(hc_study_summary_cells, is_pareto, "is_pareto", BOOLEAN, "true or false",
                   "no point is as good in all outputs and better in one"),
};
static const hc_row_field POINT_FIELDS[] = {
    HC_LIST_NUMBER(hc_study_point_row, point, "point", UINT32, "row of points", "this point"),
};
static const hc_row_field RUN_FIELDS[] = {
    HC_LIST_NUMBER(hc_study_run_row, run, "run", UINT32, "row of runs", "this run"),
    HC_LIST_NUMBER(hc_study_run_row, point, "point", UINT32, "row of points", "point of the study"),
    HC_LIST_NUMBER(hc_study_run_row, repetition, "repetition", UINT32, "number", "from 0; one seed at every point"),
    HC_LIST_NUMBER(hc_study_run_row, seed, "seed", UINT64, "number", "seed of the run"),
    HC_LIST_ENUMERATION(hc_study_run_row, state, "state", STATE_NAMES, "how it ended"),
    HC_LIST_NUMBER(hc_study_run_row, wall_seconds, "wall_seconds", DOUBLE, "s", "how long the run took"),
};
static const hc_row_field ERROR_FIELD =
    HC_LIST_TEXT(hc_study_run_row, error, "error", "why it failed");
/* clang-format on */

#define TABLE(table, row, list, text)                                                \
    {                                                                                \
        .name = (table), .title = (text), .row_size = sizeof(row), .fields = (list), \
        .field_count = sizeof(list) / sizeof((list)[0])                              \
    }

const hc_table_info hc_study_variables_table =
    TABLE("variables", hc_study_variable_row, VARIABLE_FIELDS, "What the study varies");
const hc_table_info hc_study_outputs_table =
    TABLE("outputs", hc_study_output_row, OUTPUT_FIELDS, "What each run yields");
const hc_table_info hc_study_summary_table =
    TABLE("summary", hc_study_summary_cells, SUMMARY_FIELDS, "Means over the repetitions");

static void begin(hc_study_columns *columns, hc_table_info info, const hc_row_field *fields,
                  size_t count)
{
    columns->info = info;
    columns->info.fields = columns->fields;
    columns->info.field_count = count;
    memcpy(columns->fields, fields, count * sizeof *fields);
}

static void add(hc_study_columns *columns, hc_row_field field)
{
    assert(columns->info.field_count < HC_ROW_FIELD_LIMIT);
    columns->fields[columns->info.field_count++] = field;
}

/* A unit stands in every table; a number without one is counted in ones. */
static const char *unit_of(const char *unit)
{
    return unit == NULL || unit[0] == '\0' ? "1" : unit;
}

void hc_study_points_table(hc_study_columns *columns, const hc_study_content *content)
{
    begin(columns,
          (hc_table_info){.name = "points",
                          .title = "Points: one value per variable",
                          .row_size = sizeof(hc_study_point_row)},
          POINT_FIELDS, sizeof POINT_FIELDS / sizeof POINT_FIELDS[0]);
    for (size_t i = 0; i < content->variable_count; i++) {
        const hc_study_variable *variable = &content->variables[i];
        add(columns, (hc_row_field){
                         .name = variable->name,
                         .offset = offsetof(hc_study_point_row, cells) + i * sizeof(hc_study_cell),
                         .type = variable->is_text ? HC_ROW_FIELD_TEXT : HC_ROW_FIELD_DOUBLE,
                         .refers_to = HC_TABLE_COUNT,
                         .unit = variable->is_text ? "text" : unit_of(variable->unit),
                         .meaning = "value of a variable",
                     });
    }
}

void hc_study_runs_table(hc_study_columns *columns, const hc_study_content *content)
{
    begin(columns,
          (hc_table_info){.name = "runs",
                          .title = "Runs, in order of point and repetition",
                          .row_size = sizeof(hc_study_run_row)},
          RUN_FIELDS, sizeof RUN_FIELDS / sizeof RUN_FIELDS[0]);
    for (size_t i = 0; i < content->output_count; i++) {
        const hc_study_output *output = &content->outputs[i];
        const char *meaning = output->meaning == NULL ? "" : output->meaning;
        add(columns, (hc_row_field){
                         .name = output->name,
                         .offset = offsetof(hc_study_run_row, values) + i * sizeof(double),
                         .type = HC_ROW_FIELD_DOUBLE,
                         .is_optional = true,
                         .refers_to = HC_TABLE_COUNT,
                         .unit = unit_of(output->unit),
                         .meaning = meaning[0] == '\0' ? output->name : meaning,
                     });
    }
    add(columns, ERROR_FIELD);
}
