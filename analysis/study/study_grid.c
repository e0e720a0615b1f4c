#include "analysis/study/study_grid.h"

#include "analysis/plain_text.h"
#include "analysis/study/study_cells.h"
#include "analysis/study/wrapped_text.h"

#include <string.h>

enum {
    NAME_COLUMNS_LIMIT = 52, /* for the values of all variables */
    GAP = 2,
    ROW_WIDTH = 6, /* of its number, where the variables find no room */
    RUNS_WIDTH = 4,
    MARK_WIDTH = 2,
};

/* A column of an output. */
typedef struct result_column {
    size_t output; /* of the question */
    hc_study_scale scale;
    char name[HC_STUDY_CELL_SIZE];
    char unit[HC_STUDY_CELL_SIZE];
    size_t mean_width;
    size_t width;
} result_column;

typedef struct grid {
    FILE *out;
    const hc_study_table *table;
    size_t name_widths[HC_STUDY_VARIABLE_LIMIT];
    size_t names_width; /* of all, gaps included; of the number of the row when they find no room */
    bool has_names;
} grid;

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* @param is_right  flush with the right end */
static void put_cell(FILE *out, const char *text, size_t width, bool is_right)
{
    size_t columns = hc_study_text_columns(text);
    int pad = columns < width ? (int)(width - columns) : 0;
    if (is_right) {
        (void)fprintf(out, "%*s%s", pad, "", text);
    } else {
        (void)fprintf(out, "%s%*s", text, pad, "");
    }
}

/* The variables */

static const hc_study_variable *variable_at(const grid *g, size_t place)
{
    return &g->table->content->variables[g->table->question.by[place]];
}

/* Its name, and its unit where it has one: "budget, USD". */
static void format_title(const hc_study_variable *variable, char *out)
{
    char name[HC_STUDY_NAME_BYTES + 1];
    char unit[16];
    (void)hc_plain_text(variable->name, name, sizeof name);
    (void)hc_plain_text(variable->unit, unit, sizeof unit);
    (void)snprintf(out, HC_STUDY_CELL_SIZE, "%.60s%s%s", name, unit[0] == '\0' ? "" : ", ", unit);
}

static void format_group_value(const grid *g, size_t group, size_t place, char *out)
{
    hc_study_format_value(
        variable_at(g, place),
        hc_study_group_value(&g->table->groups, group, g->table->question.by[place]), out);
}

static void measure_names(grid *g)
{
    char text[HC_STUDY_CELL_SIZE];
    g->names_width = GAP;
    for (size_t i = 0; i < g->table->question.by_count; i++) {
        format_title(variable_at(g, i), text);
        g->name_widths[i] = hc_study_text_columns(text);
        for (size_t group = 0; group < g->table->groups.count; group++) {
            format_group_value(g, group, i, text);
            g->name_widths[i] = larger(g->name_widths[i], hc_study_text_columns(text));
        }
        g->names_width += g->name_widths[i] + GAP;
    }
    g->has_names = g->names_width <= NAME_COLUMNS_LIMIT;
    if (!g->has_names) {
        g->names_width = GAP + ROW_WIDTH + GAP;
    }
}

static void put_names(const grid *g, size_t group)
{
    char text[HC_STUDY_CELL_SIZE];
    (void)fprintf(g->out, "%*s", GAP, "");
    if (!g->has_names) {
        (void)fprintf(g->out, "%*zu%*s", ROW_WIDTH, group, GAP, "");
        return;
    }
    for (size_t i = 0; i < g->table->question.by_count; i++) {
        format_group_value(g, group, i, text);
        put_cell(g->out, text, g->name_widths[i], !variable_at(g, i)->is_text);
        (void)fprintf(g->out, "%*s", GAP, "");
    }
}

static void put_titles(const grid *g)
{
    char text[HC_STUDY_CELL_SIZE];
    (void)fprintf(g->out, "%*s", GAP, "");
    if (!g->has_names) {
        (void)fprintf(g->out, "%*s%*s", ROW_WIDTH, "row", GAP, "");
        return;
    }
    for (size_t i = 0; i < g->table->question.by_count; i++) {
        format_title(variable_at(g, i), text);
        put_cell(g->out, text, g->name_widths[i], !variable_at(g, i)->is_text);
        (void)fprintf(g->out, "%*s", GAP, "");
    }
}

static void put_values(const grid *g, size_t group)
{
    char piece[2 * HC_STUDY_CELL_SIZE + 8];
    hc_wrapped_text line = hc_wrapped_text_begin(g->out, 8);
    (void)snprintf(piece, sizeof piece, "row %zu:", group);
    hc_wrapped_text_add(&line, piece);
    for (size_t i = 0; i < g->table->question.by_count; i++) {
        char title[HC_STUDY_CELL_SIZE];
        char value[HC_STUDY_CELL_SIZE];
        format_title(variable_at(g, i), title);
        format_group_value(g, group, i, value);
        (void)snprintf(piece, sizeof piece, "%s = %s%s", title, value,
                       i + 1 < g->table->question.by_count ? ";" : "");
        hc_wrapped_text_add(&line, piece);
    }
    hc_wrapped_text_end(&line);
}

/* What the rows stand for, where the rows have no room for it. */
static void put_legend(const grid *g)
{
    for (size_t group = 0; !g->has_names && group < g->table->groups.count; group++) {
        if (g->table->is_tried[group]) {
            put_values(g, group);
        }
    }
}

static void put_untried(const grid *g)
{
    size_t count = 0;
    for (size_t group = 0; group < g->table->groups.count; group++) {
        count += g->table->is_tried[group] ? 0 : 1;
    }
    if (count > 0) {
        (void)fprintf(g->out, "  %zu row%s without runs left out\n", count, count == 1 ? "" : "s");
    }
}

/* The results */

static result_column measure_column(const grid *g, size_t output)
{
    const hc_study_table *t = g->table;
    result_column c = {.output = output, .scale = hc_study_scale_of(t, output)};
    size_t interval_width = 0;
    for (size_t group = 0; group < t->groups.count; group++) {
        const hc_interval *interval = hc_study_table_interval(t, group, output);
        char text[HC_STUDY_CELL_SIZE];
        hc_study_format_number(&c.scale, interval->mean, text);
        c.mean_width = larger(c.mean_width, strlen(text));
        hc_study_format_interval(&c.scale, interval, text);
        interval_width = larger(interval_width, strlen(text));
    }
    (void)hc_plain_text(t->content->outputs[t->question.outputs[output]].name, c.name,
                        HC_STUDY_NAME_BYTES + 1);
    (void)snprintf(c.unit, sizeof c.unit, "%.40s%s", c.scale.unit,
                   c.scale.unit[0] == '\0' || interval_width == 0 ? "" : " ");
    if (interval_width > 0) {
        size_t length = strlen(c.unit);
        (void)snprintf(c.unit + length, sizeof c.unit - length, "[%g %%]",
                       100 * t->question.confidence);
    }
    c.width = c.mean_width + (interval_width > 0 ? 1 : 0) + interval_width;
    c.width = larger(c.width, larger(hc_study_text_columns(c.name), hc_study_text_columns(c.unit)));
    return c;
}

static void put_result(const grid *g, const result_column *c, size_t group, bool is_last)
{
    const hc_interval *interval = hc_study_table_interval(g->table, group, c->output);
    char mean[HC_STUDY_CELL_SIZE];
    char range[HC_STUDY_CELL_SIZE];
    hc_study_format_number(&c->scale, interval->mean, mean);
    hc_study_format_interval(&c->scale, interval, range);
    put_cell(g->out, mean, c->mean_width, true);
    (void)fprintf(g->out, "%s", range[0] == '\0' ? "" : " ");
    if (!is_last) {
        put_cell(g->out, range, c->width - c->mean_width - (range[0] == '\0' ? 0 : 1) + GAP, false);
    } else {
        (void)fprintf(g->out, "%s", range);
    }
}

/* Repetitions behind the row: of the output that has most of them. */
static size_t count_runs(const grid *g, size_t group)
{
    size_t most = 0;
    for (size_t i = 0; i < g->table->question.output_count; i++) {
        most = larger(most, hc_study_table_interval(g->table, group, i)->count);
    }
    return most;
}

static void put_head(const grid *g, const result_column *columns, size_t count)
{
    put_titles(g);
    (void)fprintf(g->out, "%*s%*s", RUNS_WIDTH, "runs", MARK_WIDTH + GAP, "");
    for (size_t i = 0; i < count; i++) {
        put_cell(g->out, columns[i].name, i + 1 < count ? columns[i].width + GAP : 0, false);
    }
    (void)fprintf(g->out, "\n%*s", (int)(g->names_width + RUNS_WIDTH + MARK_WIDTH + GAP), "");
    for (size_t i = 0; i < count; i++) {
        put_cell(g->out, columns[i].unit, i + 1 < count ? columns[i].width + GAP : 0, false);
    }
    (void)fprintf(g->out, "\n");
}

static void put_block(const grid *g, const result_column *columns, size_t count)
{
    put_head(g, columns, count);
    for (size_t group = 0; group < g->table->groups.count; group++) {
        if (!g->table->is_tried[group]) {
            continue;
        }
        put_names(g, group);
        (void)fprintf(g->out, "%*zu %s%*s", RUNS_WIDTH, count_runs(g, group),
                      g->table->marks[group] ? "*" : " ", GAP, "");
        for (size_t i = 0; i < count; i++) {
            put_result(g, &columns[i], group, i + 1 == count);
        }
        (void)fprintf(g->out, "\n");
    }
}

static const char *sense_name(const hc_study_table *t, size_t place, char *out)
{
    const hc_study_output *output = &t->content->outputs[t->question.outputs[place]];
    return output->sense == HC_STUDY_NEUTRAL
               ? NULL
               : hc_plain_text(output->name, out, HC_STUDY_NAME_BYTES + 1);
}

/* What the mark means: outputs without a sense do not count. */
static void put_mark_legend(const grid *g)
{
    const hc_study_table *t = g->table;
    hc_wrapped_text line = hc_wrapped_text_begin(g->out, 4);
    char name[HC_STUDY_NAME_BYTES + 1];
    char piece[HC_STUDY_CELL_SIZE];
    size_t left = 0;
    for (size_t i = 0; i < t->question.output_count; i++) {
        left += sense_name(t, i, name) == NULL ? 0 : 1;
    }
    hc_wrapped_text_add(&line, "* no other row is as good in");
    for (size_t i = 0; i < t->question.output_count; i++) {
        if (sense_name(t, i, name) != NULL) {
            left--;
            (void)snprintf(piece, sizeof piece, "%s%s", name,
                           left > 1    ? ","
                           : left == 1 ? " and"
                                       : "");
            hc_wrapped_text_add(&line, piece);
        }
    }
    hc_wrapped_text_add(&line, "at once and better in one, by the means");
    hc_wrapped_text_end(&line);
}

/* As many results side by side as find room; one at least. */
void hc_study_grid_write(FILE *out, const hc_study_table *table)
{
    grid g = {.out = out, .table = table};
    result_column columns[HC_STUDY_OUTPUT_LIMIT];
    size_t width = 0;
    size_t count = 0;
    measure_names(&g);
    for (size_t i = 0; i < table->question.output_count; i++) {
        result_column next = measure_column(&g, i);
        if (count > 0 && width + next.width > HC_REPORT_COLUMNS) {
            put_block(&g, columns, count);
            count = 0;
        }
        width =
            (count == 0 ? g.names_width + RUNS_WIDTH + MARK_WIDTH + GAP : width) + next.width + GAP;
        columns[count++] = next;
    }
    put_block(&g, columns, count);
    put_legend(&g);
    put_untried(&g);
    if (table->has_marks) {
        put_mark_legend(&g);
    }
}
