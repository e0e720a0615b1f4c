#include "analysis/study/comparison.h"

#include "analysis/study/series.h"
#include "analysis/study/study_cells.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Finding a value */

static size_t compared_variable(const hc_study_table *t)
{
    assert(t->question.by_count > 0);
    return t->question.by[t->question.by_count - 1];
}

static bool is_value(const hc_study_variable *variable, const hc_study_value *value,
                     const char *text)
{
    char *end = NULL;
    double number = 0;
    if (variable->is_text) {
        return strcmp(value->text, text) == 0;
    }
    number = strtod(text, &end);
    return end != text && *end == '\0' && number == value->number;
}

/* A group with that value of the compared variable; the number of groups when there is none. */
static size_t find_group(const hc_study_table *t, uint32_t level)
{
    size_t group = 0;
    while (group < t->groups.count &&
           hc_study_group_level(&t->groups, group, compared_variable(t)) != level) {
        group++;
    }
    return group;
}

/* The values that there are, those that find room. */
static void list_values(const hc_study_table *t, char *out, size_t size)
{
    size_t variable = compared_variable(t);
    size_t length = 0;
    size_t group = 0;
    out[0] = '\0';
    for (uint32_t level = 0;
         (group = find_group(t, level)) < t->groups.count && length + HC_STUDY_CELL_SIZE < size;
         level++) {
        char value[HC_STUDY_CELL_SIZE];
        hc_study_format_value(&t->content->variables[variable],
                              hc_study_group_value(&t->groups, group, variable), value);
        length +=
            (size_t)snprintf(out + length, size - length, "%s%s", level == 0 ? "" : ", ", value);
    }
}

int hc_study_find_level(const hc_study_table *t, const char *text, uint32_t *level, hc_error *error)
{
    size_t variable = compared_variable(t);
    char values[512];
    for (size_t g = 0; g < t->groups.count; g++) {
        if (is_value(&t->content->variables[variable],
                     hc_study_group_value(&t->groups, g, variable), text)) {
            *level = hc_study_group_level(&t->groups, g, variable);
            return 0;
        }
    }
    list_values(t, values, sizeof values);
    return hc_error_set(error, HC_ERROR_USAGE, "--baseline: %s is never \"%s\"; it is %s",
                        t->content->variables[variable].name, text, values);
}

/* Comparing */

/* The memory of a comparison, used again for each. */
typedef struct workspace {
    uint32_t *a_points;
    uint32_t *b_points;
    hc_study_series a;
    hc_study_series b;
} workspace;

/* Whether two groups agree in all variables of the question but the last. */
static bool is_same_but_last(const hc_study_table *t, size_t a, size_t b)
{
    for (size_t i = 0; i + 1 < t->question.by_count; i++) {
        if (hc_study_group_level(&t->groups, a, t->question.by[i]) !=
            hc_study_group_level(&t->groups, b, t->question.by[i])) {
            return false;
        }
    }
    return true;
}

/* Differences without any spread are as large as they look, once there are two; a single pair tells nothing. */
static hc_study_difference difference_of(const hc_study_table *t, const workspace *w, size_t output)
{
    const double *a = hc_study_series_output(&w->a, output);
    const double *b = hc_study_series_output(&w->b, output);
    double sum = 0;
    size_t count = 0;
    hc_study_difference made = {.interval =
                                    hc_interval_of_pairs(a, b, w->a.count, t->question.confidence)};
    for (size_t i = 0; i < w->b.count; i++) {
        if (isfinite(a[i] - b[i])) {
            sum += b[i];
            count++;
        }
    }
    made.baseline_mean = count == 0 ? NAN : sum / (double)count;
    made.is_distinguishable = hc_interval_excludes(&made.interval, 0);
    return made;
}

static bool shares_seeds(const workspace *w)
{
    for (size_t i = 0; i < w->a.count; i++) {
        if (w->a.seeds[i] != w->b.seeds[i]) {
            return false;
        }
    }
    return true;
}

static int compare_groups(hc_study_comparison *c, const hc_study_table *t, workspace *w,
                          hc_error *error)
{
    assert(c->differences != NULL);
    c->setting_count =
        hc_study_groups_match(&t->groups, c->group, c->baseline, w->a_points, w->b_points);
    w->a.count = 0;
    w->b.count = 0;
    if (c->setting_count > 0 &&
        (hc_study_series_make(&w->a, &t->groups, w->a_points, c->setting_count, error) < 0 ||
         hc_study_series_make(&w->b, &t->groups, w->b_points, c->setting_count, error) < 0)) {
        return -1;
    }
    hc_study_series_intersect(&w->a, &w->b, t->content->output_count);
    c->pair_count = w->a.count;
    c->shares_seeds = shares_seeds(w);
    for (size_t i = 0; i < t->question.output_count; i++) {
        c->differences[i] = difference_of(t, w, t->question.outputs[i]);
    }
    return 0;
}

/* Groups with the same values of the variables before the last stand together. */
static void list_comparisons(hc_study_comparisons *out, uint32_t baseline)
{
    const hc_study_table *t = out->table;
    size_t variable = compared_variable(t);
    for (size_t begin = 0, end = 0; begin < t->groups.count; begin = end) {
        size_t base = t->groups.count;
        for (end = begin; end < t->groups.count && is_same_but_last(t, begin, end); end++) {
            base = hc_study_group_level(&t->groups, end, variable) == baseline ? end : base;
        }
        for (size_t g = begin; g < end && base < t->groups.count; g++) {
            if (g != base) {
                out->items[out->count] = (hc_study_comparison){
                    .group = g,
                    .baseline = base,
                    .differences = out->memory + out->count * t->question.output_count};
                out->count++;
            }
        }
    }
}

static int compare_all(hc_study_comparisons *out, hc_error *error)
{
    const hc_study_table *t = out->table;
    size_t points = t->content->point_count;
    workspace w = {.a_points = calloc(points, sizeof *w.a_points),
                   .b_points = calloc(points, sizeof *w.b_points)};
    int status = w.a_points == NULL || w.b_points == NULL ? hc_error_memory(error) : 0;
    for (size_t i = 0; i < out->count && status == 0; i++) {
        status = compare_groups(&out->items[i], t, &w, error);
    }
    free(w.a_points);
    free(w.b_points);
    hc_study_series_release(&w.a);
    hc_study_series_release(&w.b);
    return status;
}

int hc_study_compare(hc_study_comparisons *out, const hc_study_table *table, uint32_t baseline,
                     hc_error *error)
{
    *out = (hc_study_comparisons){.table = table};
    out->items = calloc(table->groups.count, sizeof *out->items);
    out->memory =
        calloc(table->groups.count * table->question.output_count + 1, sizeof *out->memory);
    if (out->items == NULL || out->memory == NULL) {
        return hc_error_memory(error);
    }
    list_comparisons(out, baseline);
    return compare_all(out, error);
}

void hc_study_comparisons_release(hc_study_comparisons *comparisons)
{
    free(comparisons->items);
    free(comparisons->memory);
    *comparisons = (hc_study_comparisons){.table = NULL};
}
