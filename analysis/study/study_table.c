#include "analysis/study/study_table.h"

#include "analysis/study/pareto.h"
#include "analysis/study/series.h"

#include <math.h>
#include <stdlib.h>

hc_study_question hc_study_question_of(const hc_study_content *content)
{
    hc_study_question question = {.by_count = content->variable_count,
                                  .output_count = content->output_count,
                                  .confidence = content->confidence};
    for (size_t i = 0; i < content->variable_count; i++) {
        question.by[i] = i;
    }
    for (size_t i = 0; i < content->output_count; i++) {
        question.outputs[i] = i;
    }
    if (!(question.confidence > 0 && question.confidence < 1)) {
        question.confidence = HC_INTERVAL_CONFIDENCE;
    }
    return question;
}

/* A search leaves points without runs, or with such as were skipped. */
static bool is_tried(const hc_study_groups *g, const hc_study_group *group)
{
    for (size_t i = 0; i < group->point_count; i++) {
        size_t point = group->points[i];
        for (size_t run = g->first_runs[point]; run < g->first_runs[point + 1]; run++) {
            if (g->content->runs[run].state != HC_STUDY_SKIPPED) {
                return true;
            }
        }
    }
    return false;
}

static int fill_rows(hc_study_table *t, hc_error *error)
{
    hc_study_series series = HC_STUDY_SERIES_NONE;
    size_t width = t->question.output_count;
    int status = 0;
    for (size_t g = 0; g < t->groups.count && status == 0; g++) {
        const hc_study_group *group = &t->groups.items[g];
        t->is_tried[g] = is_tried(&t->groups, group);
        status =
            hc_study_series_make(&series, &t->groups, group->points, group->point_count, error);
        for (size_t i = 0; i < width && status == 0; i++) {
            t->intervals[g * width + i] =
                hc_interval_of(hc_study_series_output(&series, t->question.outputs[i]),
                               series.count, t->question.confidence);
        }
    }
    hc_study_series_release(&series);
    return status;
}

static int mark_rows(hc_study_table *t, hc_error *error)
{
    hc_study_sense senses[HC_STUDY_OUTPUT_LIMIT];
    size_t width = t->question.output_count;
    size_t used = 0;
    double *means = calloc(t->groups.count * width + 1, sizeof *means);
    int status = -1;
    if (means == NULL) {
        return hc_error_memory(error);
    }
    for (size_t i = 0; i < width; i++) {
        senses[i] = t->content->outputs[t->question.outputs[i]].sense;
        used += senses[i] == HC_STUDY_NEUTRAL ? 0 : 1;
    }
    for (size_t i = 0; i < t->groups.count * width; i++) {
        means[i] = t->intervals[i].mean;
    }
    t->has_marks = used >= 2;
    status = hc_pareto_mark(means, t->groups.count, senses, width, t->marks, error);
    free(means);
    return status;
}

int hc_study_table_make(hc_study_table *out, const hc_study_content *content,
                        const hc_study_question *question, hc_error *error)
{
    *out = (hc_study_table){.content = content, .question = *question};
    if (hc_study_groups_make(&out->groups, content, question->by, question->by_count, error) < 0) {
        return -1;
    }
    out->intervals = calloc(out->groups.count * question->output_count + 1, sizeof(hc_interval));
    out->marks = calloc(out->groups.count, sizeof *out->marks);
    out->is_tried = calloc(out->groups.count, sizeof *out->is_tried);
    if (out->intervals == NULL || out->marks == NULL || out->is_tried == NULL) {
        return hc_error_memory(error);
    }
    return fill_rows(out, error) < 0 ? -1 : mark_rows(out, error);
}

void hc_study_table_release(hc_study_table *t)
{
    hc_study_groups_release(&t->groups);
    free(t->intervals);
    free(t->marks);
    free(t->is_tried);
    *t = (hc_study_table){.content = NULL};
}

const hc_interval *hc_study_table_interval(const hc_study_table *t, size_t group, size_t output)
{
    return &t->intervals[group * t->question.output_count + output];
}

/* The summary: runs in any order, by point. */

typedef struct point_values {
    double *values;  /* of one point and output */
    uint32_t *index; /* runs, by point and repetition */
    size_t *first;   /* point_count + 1: where those of a point begin */
} point_values;

static void release_values(point_values *p)
{
    free(p->values);
    free(p->index);
    free(p->first);
}

static int compare_runs(const void *a, const void *b, void *context)
{
    const hc_study_content *c = context;
    const hc_study_run *x = &c->runs[*(const uint32_t *)a];
    const hc_study_run *y = &c->runs[*(const uint32_t *)b];
    if (x->point != y->point) {
        return x->point < y->point ? -1 : 1;
    }
    return (x->repetition > y->repetition) - (x->repetition < y->repetition);
}

/* In order, or the last digit of a mean would depend on who ended first. */
static int sort_runs(point_values *p, const hc_study_content *c, hc_error *error)
{
    hc_study_content context = *c;
    size_t run = 0;
    p->first = calloc(c->point_count + 1, sizeof *p->first);
    p->index = calloc(c->run_count + 1, sizeof *p->index);
    p->values = calloc(c->run_count + 1, sizeof *p->values);
    if (p->first == NULL || p->index == NULL || p->values == NULL) {
        return hc_error_memory(error);
    }
    for (size_t i = 0; i < c->run_count; i++) {
        p->index[i] = (uint32_t)i;
    }
    qsort_r(p->index, c->run_count, sizeof *p->index, compare_runs, &context);
    for (size_t point = 0; point <= c->point_count; point++) {
        while (run < c->run_count && c->runs[p->index[run]].point < point) {
            run++;
        }
        p->first[point] = run;
    }
    return 0;
}

static hc_interval interval_of(point_values *p, const hc_study_content *c, size_t point,
                               size_t output, double confidence)
{
    size_t count = 0;
    for (size_t i = p->first[point]; i < p->first[point + 1]; i++) {
        size_t run = p->index[i];
        if (c->runs[run].state == HC_STUDY_OK) {
            p->values[count++] = c->values[run * c->output_count + output];
        }
    }
    return hc_interval_of(p->values, count, confidence);
}

static int mark_points(hc_study_summary_row *rows, const hc_study_content *c, hc_error *error)
{
    size_t count = c->point_count * c->output_count;
    double *means = calloc(count + 1, sizeof *means);
    bool *marks = calloc(c->point_count + 1, sizeof *marks);
    hc_study_sense senses[HC_STUDY_OUTPUT_LIMIT];
    int status = -1;
    for (size_t i = 0; i < c->output_count; i++) {
        senses[i] = c->outputs[i].sense;
    }
    for (size_t i = 0; means != NULL && i < count; i++) {
        means[i] = rows[i].mean;
    }
    if (means == NULL || marks == NULL) {
        (void)hc_error_memory(error);
    } else {
        status = hc_pareto_mark(means, c->point_count, senses, c->output_count, marks, error);
    }
    for (size_t i = 0; status == 0 && i < count; i++) {
        rows[i].is_pareto = marks[i / c->output_count];
    }
    free(means);
    free(marks);
    return status;
}

int hc_study_summary_make(hc_study_summary_row **out, const hc_study_content *c, double confidence,
                          hc_error *error)
{
    point_values p = {.values = NULL};
    hc_study_summary_row *rows = calloc(c->point_count * c->output_count + 1, sizeof *rows);
    int status = -1;
    if (rows == NULL) {
        return hc_error_memory(error);
    }
    if (sort_runs(&p, c, error) == 0) {
        for (size_t i = 0; i < c->point_count * c->output_count; i++) {
            size_t point = i / c->output_count;
            size_t output = i % c->output_count;
            hc_interval interval = interval_of(&p, c, point, output, confidence);
            rows[i] = (hc_study_summary_row){.point = (uint32_t)point,
                                             .output = (uint32_t)output,
                                             .count = (uint32_t)interval.count,
                                             .mean = interval.mean,
                                             .half_width = interval.half_width};
        }
        status = mark_points(rows, c, error);
    }
    release_values(&p);
    if (status < 0) {
        free(rows);
        return -1;
    }
    *out = rows;
    return 0;
}
