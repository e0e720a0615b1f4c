#include "cli/sweep_table.h"

#include "analysis/run_outputs.h"
#include "analysis/study/study_table.h"
#include "hc_version.h"
#include "sim/scenario/scenario.h"
#include "traces/study/study_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the file is made of. */
typedef struct parts {
    const hc_sweep_table *table;
    const hc_study_setup *setup;
    hc_study_variable variables[HC_STUDY_VARIABLE_LIMIT];
    hc_study_output outputs[HC_STUDY_OUTPUT_LIMIT];
    hc_study_value *points;
    char *texts; /* of values between from and to that are no numbers */
    hc_study_run *runs;
} parts;

static void describe_columns(parts *p)
{
    const hc_study_definition *d = &p->setup->definition;
    for (size_t i = 0; i < d->variable_count; i++) {
        const char *unit = hc_design_variable_unit(&d->variables[i]);
        p->variables[i] = (hc_study_variable){.name = d->variables[i].name,
                                              .unit = unit == NULL ? "" : unit,
                                              .is_text = unit == NULL};
    }
    for (size_t i = 0; i < d->output_count; i++) {
        const hc_run_output *output = &hc_run_outputs[d->outputs[i]];
        p->outputs[i] = (hc_study_output){.name = output->name,
                                          .unit = output->unit,
                                          .meaning = output->help,
                                          .sense = output->sense};
    }
}

static void describe_value(parts *p, size_t point, size_t variable)
{
    size_t place = point * p->setup->definition.variable_count + variable;
    size_t room = HC_DESIGN_NUMBER_SIZE + HC_STUDY_UNIT_LIMIT + 1;
    char number[HC_DESIGN_NUMBER_SIZE];
    const char *unit = NULL;
    const char *text = NULL;
    if (!p->variables[variable].is_text) {
        p->points[place].number = hc_design_number(p->setup->design, point, variable);
        return;
    }
    text = hc_design_text(p->setup->design, point, variable, number, &unit);
    if (text != number) {
        p->points[place].text = text;
        return;
    }
    (void)snprintf(p->texts + place * room, room, "%s%s", text, unit);
    p->points[place].text = p->texts + place * room;
}

static void describe_runs(parts *p)
{
    for (size_t i = 0; i < p->table->run_count; i++) {
        size_t point = hc_study_run_point(p->setup, i);
        uint32_t repetition = hc_study_run_repetition(p->setup, i);
        p->runs[i] = (hc_study_run){
            .point = (uint32_t)point,
            .repetition = repetition,
            .seed = hc_design_seed(p->setup->design, point, repetition),
            .wall_seconds = p->table->seconds[i],
            .error = p->table->errors[i],
            .state = (hc_study_run_state)p->table->states[i],
        };
    }
}

static int describe(parts *p, hc_error *error)
{
    size_t variable_count = p->setup->definition.variable_count;
    size_t point_count = hc_design_point_count(p->setup->design);
    size_t value_count = point_count * variable_count;
    p->points = calloc(value_count + 1, sizeof *p->points);
    p->texts = calloc(value_count + 1, HC_DESIGN_NUMBER_SIZE + HC_STUDY_UNIT_LIMIT + 1);
    p->runs = calloc(p->table->run_count, sizeof *p->runs);
    if (p->points == NULL || p->texts == NULL || p->runs == NULL) {
        return hc_error_memory(error);
    }
    describe_columns(p);
    for (size_t i = 0; i < point_count; i++) {
        for (size_t j = 0; j < variable_count; j++) {
            describe_value(p, i, j);
        }
    }
    describe_runs(p);
    return 0;
}

static int write_with_summary(hc_study_content *content, const hc_study_file_options *options,
                              hc_error *error)
{
    hc_study_summary_row *rows = NULL;
    int status = hc_study_summary_make(&rows, content, content->confidence, error);
    if (status == 0) {
        content->summary = rows;
        content->summary_count = content->point_count * content->output_count;
        status = hc_study_file_write(content, options->path, options->may_replace, error);
    }
    free(rows);
    return status;
}

static int write_parts(const parts *p, const hc_study_file_options *options, hc_error *error)
{
    const hc_study_definition *d = &p->setup->definition;
    hc_study_content content = {
        .name = d->name,
        .version = HC_VERSION,
        .git_commit = HC_COMMIT,
        .command_line = options->command_line,
        .study = hc_scenario_text(d->file),
        .scenario = p->setup->scenario_text,
        .seed = d->seed,
        .rank_count = options->rank_count,
        .is_complete = options->is_complete,
        .confidence = d->stop.is_given ? d->stop.confidence : HC_INTERVAL_CONFIDENCE,
        .finding = options->finding,
        .variables = p->variables,
        .variable_count = d->variable_count,
        .outputs = p->outputs,
        .output_count = d->output_count,
        .points = p->points,
        .point_count = hc_design_point_count(p->setup->design),
        .runs = p->runs,
        .run_count = p->table->run_count,
        .values = p->table->values,
    };
    return write_with_summary(&content, options, error);
}

int hc_sweep_table_write(const hc_sweep_table *table, const hc_study_setup *setup,
                         const hc_study_file_options *options, hc_error *error)
{
    parts *p = calloc(1, sizeof *p);
    int status = -1;
    if (p == NULL) {
        return hc_error_memory(error);
    }
    p->table = table;
    p->setup = setup;
    if (describe(p, error) == 0) {
        status = write_parts(p, options, error);
    }
    free(p->points);
    free(p->texts);
    free(p->runs);
    free(p);
    return status;
}
