#include "traces/run/plain_table.h"
#include "traces/study/study_check.h"
#include "traces/study/study_file.h"
#include "traces/study/study_tables.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A study with its runs in order. */
typedef struct ordered {
    hc_study_content content;
    hc_study_run *runs;
    double *values;
    char *error_text; /* of the last row that was asked for */
} ordered;

/* A run and where its values stand. */
typedef struct placed_run {
    hc_study_run run;
    size_t index;
} placed_run;

static int compare_runs(const void *a, const void *b)
{
    const hc_study_run *x = &((const placed_run *)a)->run;
    const hc_study_run *y = &((const placed_run *)b)->run;
    if (x->point != y->point) {
        return x->point < y->point ? -1 : 1;
    }
    return (x->repetition > y->repetition) - (x->repetition < y->repetition);
}

static void copy_values(ordered *o, const hc_study_content *from, size_t to_row, size_t from_row)
{
    size_t count = from->output_count;
    bool is_ok = o->runs[to_row].state == HC_STUDY_OK;
    for (size_t i = 0; i < count; i++) {
        o->values[to_row * count + i] = is_ok ? from->values[from_row * count + i] : NAN;
    }
}

static int order_runs(ordered *o, const hc_study_content *from, hc_error *error)
{
    size_t count = from->run_count;
    placed_run *placed = calloc(count + 1, sizeof *placed);
    o->runs = calloc(count + 1, sizeof *o->runs);
    o->values = calloc(count + 1, from->output_count * sizeof *o->values);
    o->error_text = malloc(HC_STUDY_ERROR_BYTES + 1);
    if (placed == NULL || o->runs == NULL || o->values == NULL || o->error_text == NULL) {
        free(placed);
        return hc_error_memory(error);
    }
    for (size_t i = 0; i < count; i++) {
        placed[i] = (placed_run){.run = from->runs[i], .index = i};
    }
    qsort(placed, count, sizeof *placed, compare_runs);
    for (size_t i = 0; i < count; i++) {
        o->runs[i] = placed[i].run;
        copy_values(o, from, i, placed[i].index);
    }
    free(placed);
    o->content = *from;
    o->content.runs = o->runs;
    o->content.values = o->values;
    return 0;
}

static void release(ordered *o)
{
    free(o->runs);
    free(o->values);
    free(o->error_text);
}

/* Rows of the tables, each asked for by its index. */

static void variable_row(const void *self, uint64_t index, void *out)
{
    const hc_study_variable *v = &((const ordered *)self)->content.variables[index];
    *(hc_study_variable_row *)out =
        (hc_study_variable_row){.name = v->name, .unit = v->unit, .is_text = v->is_text};
}

static void output_row(const void *self, uint64_t index, void *out)
{
    const hc_study_output *o = &((const ordered *)self)->content.outputs[index];
    *(hc_study_output_row *)out = (hc_study_output_row){
        .name = o->name, .unit = o->unit, .meaning = o->meaning, .sense = (uint8_t)o->sense};
}

static void point_row(const void *self, uint64_t index, void *out)
{
    const hc_study_content *content = &((const ordered *)self)->content;
    hc_study_point_row *row = out;
    row->point = (uint32_t)index;
    for (size_t i = 0; i < content->variable_count; i++) {
        const hc_study_value *value = &content->points[index * content->variable_count + i];
        if (content->variables[i].is_text) {
            row->cells[i].text = value->text;
        } else {
            row->cells[i].number = value->number;
        }
    }
}

/* What is too long is cut where a character ends. */
static const char *cut_error(const ordered *o, const char *text)
{
    char *out = o->error_text;
    size_t length = text == NULL ? 0 : strlen(text);
    if (length > HC_STUDY_ERROR_BYTES) {
        length = HC_STUDY_ERROR_BYTES;
        while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80) {
            length--;
        }
    }
    if (length > 0) {
        memcpy(out, text, length);
    }
    out[length] = '\0';
    return out;
}

static void run_row(const void *self, uint64_t index, void *out)
{
    const ordered *o = self;
    const hc_study_run *run = &o->runs[index];
    size_t count = o->content.output_count;
    hc_study_run_row *row = out;
    row->run = (uint32_t)index;
    row->point = run->point;
    row->repetition = run->repetition;
    row->state = (uint8_t)run->state;
    row->seed = run->seed;
    row->wall_seconds = run->wall_seconds;
    row->error = cut_error(o, run->error);
    memcpy(row->values, o->values + index * count, count * sizeof *row->values);
}

static void summary_row(const void *self, uint64_t index, void *out)
{
    const hc_study_content *content = &((const ordered *)self)->content;
    const hc_study_summary_row *s = &content->summary[index];
    assert(s->output < content->output_count);
    *(hc_study_summary_cells *)out = (hc_study_summary_cells){
        .point = s->point,
        .output = content->outputs[s->output].name,
        .count = s->count,
        .mean = s->mean,
        .half_width = s->half_width,
        .is_pareto = s->is_pareto,
    };
}

/* The file */

enum { ATTRIBUTE_COUNT = 13 };

static int write_tables(const ordered *o, const hc_plain_file *attributes, const char *path,
                        bool may_replace, hc_error *error)
{
    const hc_study_content *c = &o->content;
    hc_study_columns points;
    hc_study_columns runs;
    hc_plain_table tables[] = {
        {.info = &hc_study_variables_table, .row_count = c->variable_count, .row = variable_row},
        {.info = &hc_study_outputs_table, .row_count = c->output_count, .row = output_row},
        {.info = &points.info, .row_count = c->point_count, .row = point_row},
        {.info = &runs.info, .row_count = c->run_count, .row = run_row},
        {.info = &hc_study_summary_table, .row_count = c->summary_count, .row = summary_row},
    };
    hc_plain_file file = *attributes;
    hc_study_points_table(&points, c);
    hc_study_runs_table(&runs, c);
    file.tables = tables;
    file.table_count = sizeof tables / sizeof tables[0] - (c->summary_count == 0 ? 1 : 0);
    for (size_t i = 0; i < file.table_count; i++) {
        tables[i].self = o;
        if (hc_plain_table_measure(&tables[i], path, error) < 0) {
            return -1;
        }
    }
    return hc_plain_file_write(&file, path, may_replace, error);
}

static int write_ordered(const ordered *o, const char *path, bool may_replace, hc_error *error)
{
    const hc_study_content *c = &o->content;
    hc_run_identity identity = hc_run_identity_make();
    char confidence[32];
    const hc_text_item texts[ATTRIBUTE_COUNT] = {
        {"generator", "hindcast"}, {"created", identity.created},     {"study_id", identity.run_id},
        {"host", identity.host},   {"version", c->version},           {"git_commit", c->git_commit},
        {"name", c->name},         {"command_line", c->command_line}, {"study", c->study},
        {"scenario", c->scenario}, {"finding", c->finding},           {"confidence", confidence},
    };
    const hc_number_item numbers[] = {
        {"seed", c->seed}, {"ranks", c->rank_count}, {"complete", c->is_complete ? 1 : 0}};
    size_t text_count = ATTRIBUTE_COUNT - 1;
    hc_text_item *items = calloc(text_count + c->item_count, sizeof *items);
    hc_plain_file attributes = {.format = HC_STUDY_FORMAT,
                                .items = items,
                                .item_count = text_count + c->item_count,
                                .numbers = numbers,
                                .number_count = sizeof numbers / sizeof numbers[0]};
    int status = -1;
    if (items == NULL) {
        return hc_error_memory(error);
    }
    (void)snprintf(confidence, sizeof confidence, "%.6g", c->confidence);
    memcpy(items, texts, text_count * sizeof *items);
    if (c->item_count > 0) {
        memcpy(items + text_count, c->items, c->item_count * sizeof *items);
    }
    status = write_tables(o, &attributes, path, may_replace, error);
    free(items);
    return status;
}

int hc_study_file_write(const hc_study_content *content, const char *path, bool may_replace,
                        hc_error *error)
{
    ordered o = {.runs = NULL};
    int status = -1;
    if (hc_study_check_names(content, path, HC_ERROR_USAGE, error) < 0) {
        return -1;
    }
    if (order_runs(&o, content, error) == 0 &&
        hc_study_check_rows(&o.content, path, HC_ERROR_USAGE, error) == 0) {
        status = write_ordered(&o, path, may_replace, error);
    }
    release(&o);
    return status;
}
