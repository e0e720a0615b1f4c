#include "analysis/study/groups.h"

#include <stdlib.h>
#include <string.h>

/* Levels: the rank of each value among those of its variable. */

/* Whose values are put in order. */
typedef struct column {
    const hc_study_content *content;
    size_t variable;
} column;

static int compare_values(const column *c, uint32_t a, uint32_t b)
{
    const hc_study_content *content = c->content;
    const hc_study_value *x = &content->points[a * content->variable_count + c->variable];
    const hc_study_value *y = &content->points[b * content->variable_count + c->variable];
    if (content->variables[c->variable].is_text) {
        return strcmp(x->text, y->text);
    }
    return (x->number > y->number) - (x->number < y->number);
}

/* Equal values in the order of their points. */
static int compare_points(const void *a, const void *b, void *context)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;
    int order = compare_values(context, x, y);
    return order != 0 ? order : (x > y) - (x < y);
}

/* Some points with the same value, the first of them as their representative. */
typedef struct stretch {
    uint32_t first_point;
    uint32_t begin;
    uint32_t end;
} stretch;

static int compare_stretches(const void *a, const void *b)
{
    uint32_t x = ((const stretch *)a)->first_point;
    uint32_t y = ((const stretch *)b)->first_point;
    return (x > y) - (x < y);
}

static size_t find_stretches(column *c, const uint32_t *sorted, stretch *out)
{
    size_t count = 0;
    for (uint32_t i = 0; i < c->content->point_count; i++) {
        if (i == 0 || compare_values(c, sorted[i - 1], sorted[i]) != 0) {
            out[count++] = (stretch){.first_point = sorted[i], .begin = i};
        }
        out[count - 1].end = i + 1;
    }
    return count;
}

static void rank_column(column c, uint32_t *sorted, stretch *stretches, uint32_t *levels)
{
    size_t width = c.content->variable_count;
    size_t count = 0;
    for (uint32_t i = 0; i < c.content->point_count; i++) {
        sorted[i] = i;
    }
    qsort_r(sorted, c.content->point_count, sizeof *sorted, compare_points, &c);
    count = find_stretches(&c, sorted, stretches);
    if (c.content->variables[c.variable].is_text) {
        qsort(stretches, count, sizeof *stretches, compare_stretches);
    }
    for (size_t level = 0; level < count; level++) {
        for (uint32_t i = stretches[level].begin; i < stretches[level].end; i++) {
            levels[sorted[i] * width + c.variable] = (uint32_t)level;
        }
    }
}

static int rank_all(hc_study_groups *g, hc_error *error)
{
    const hc_study_content *content = g->content;
    stretch *stretches = calloc(content->point_count, sizeof *stretches);
    if (stretches == NULL) {
        return hc_error_memory(error);
    }
    for (size_t v = 0; v < content->variable_count; v++) {
        rank_column((column){.content = content, .variable = v}, g->order, stretches, g->levels);
    }
    free(stretches);
    return 0;
}

/* Groups */

static bool groups_by(const hc_study_groups *g, size_t variable)
{
    for (size_t i = 0; i < g->by_count; i++) {
        if (g->by[i] == variable) {
            return true;
        }
    }
    return false;
}

static int compare_levels(const hc_study_groups *g, uint32_t a, uint32_t b, size_t variable)
{
    uint32_t x = g->levels[a * g->content->variable_count + variable];
    uint32_t y = g->levels[b * g->content->variable_count + variable];
    return (x > y) - (x < y);
}

static int compare_groups(const hc_study_groups *g, uint32_t a, uint32_t b)
{
    int order = 0;
    for (size_t i = 0; i < g->by_count && order == 0; i++) {
        order = compare_levels(g, a, b, g->by[i]);
    }
    return order;
}

static int compare_settings(const hc_study_groups *g, uint32_t a, uint32_t b)
{
    int order = 0;
    for (size_t v = 0; v < g->content->variable_count && order == 0; v++) {
        order = groups_by(g, v) ? 0 : compare_levels(g, a, b, v);
    }
    return order;
}

static int compare_places(const void *a, const void *b, void *context)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;
    int order = compare_groups(context, x, y);
    order = order != 0 ? order : compare_settings(context, x, y);
    return order != 0 ? order : (x > y) - (x < y);
}

static void divide(hc_study_groups *g)
{
    size_t count = g->content->point_count;
    for (uint32_t i = 0; i < count; i++) {
        g->order[i] = i;
    }
    qsort_r(g->order, count, sizeof *g->order, compare_places, g);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || compare_groups(g, g->order[i - 1], g->order[i]) != 0) {
            g->items[g->count++].points = &g->order[i];
        }
        g->items[g->count - 1].point_count++;
    }
}

static void find_first_runs(hc_study_groups *g)
{
    size_t run = 0;
    for (size_t point = 0; point <= g->content->point_count; point++) {
        while (run < g->content->run_count && g->content->runs[run].point < point) {
            run++;
        }
        g->first_runs[point] = run;
    }
}

int hc_study_groups_make(hc_study_groups *out, const hc_study_content *content, const size_t *by,
                         size_t by_count, hc_error *error)
{
    size_t points = content->point_count;
    *out = (hc_study_groups){.content = content, .by_count = by_count};
    if (by_count > 0) {
        memcpy(out->by, by, by_count * sizeof *by);
    }
    out->items = calloc(points, sizeof *out->items);
    out->levels = calloc(points * content->variable_count + 1, sizeof *out->levels);
    out->order = calloc(points, sizeof *out->order);
    out->first_runs = calloc(points + 1, sizeof *out->first_runs);
    if (out->items == NULL || out->levels == NULL || out->order == NULL ||
        out->first_runs == NULL) {
        return hc_error_memory(error);
    }
    if (rank_all(out, error) < 0) {
        return -1;
    }
    divide(out);
    find_first_runs(out);
    return 0;
}

void hc_study_groups_release(hc_study_groups *g)
{
    free(g->items);
    free(g->levels);
    free(g->order);
    free(g->first_runs);
    *g = (hc_study_groups){.content = NULL};
}

uint32_t hc_study_group_level(const hc_study_groups *g, size_t group, size_t variable)
{
    return g->levels[g->items[group].points[0] * g->content->variable_count + variable];
}

const hc_study_value *hc_study_group_value(const hc_study_groups *g, size_t group, size_t variable)
{
    return &g->content->points[g->items[group].points[0] * g->content->variable_count + variable];
}

size_t hc_study_groups_match(const hc_study_groups *g, size_t a, size_t b, uint32_t *a_points,
                             uint32_t *b_points)
{
    const hc_study_group *x = &g->items[a];
    const hc_study_group *y = &g->items[b];
    size_t i = 0;
    size_t j = 0;
    size_t count = 0;
    while (i < x->point_count && j < y->point_count) {
        int order = compare_settings(g, x->points[i], y->points[j]);
        if (order == 0) {
            a_points[count] = x->points[i];
            b_points[count++] = y->points[j];
        }
        i += order <= 0 ? 1 : 0;
        j += order >= 0 ? 1 : 0;
    }
    return count;
}
