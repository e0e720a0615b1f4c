#include "analysis/study/series.h"

#include <stdlib.h>
#include <string.h>

/* A run that is ok. */
typedef struct good_run {
    uint32_t repetition;
    uint32_t order; /* of its point */
    size_t run;
} good_run;

static int compare_runs(const void *a, const void *b)
{
    const good_run *x = a;
    const good_run *y = b;
    if (x->repetition != y->repetition) {
        return x->repetition < y->repetition ? -1 : 1;
    }
    return (x->order > y->order) - (x->order < y->order);
}

static size_t count_runs(const hc_study_groups *g, const uint32_t *points, size_t point_count)
{
    size_t count = 0;
    for (size_t i = 0; i < point_count; i++) {
        count += g->first_runs[points[i] + 1] - g->first_runs[points[i]];
    }
    return count;
}

static size_t list_runs(const hc_study_groups *g, const uint32_t *points, size_t point_count,
                        good_run *out)
{
    const hc_study_run *runs = g->content->runs;
    size_t count = 0;
    for (size_t i = 0; i < point_count; i++) {
        for (size_t r = g->first_runs[points[i]]; r < g->first_runs[points[i] + 1]; r++) {
            if (runs[r].state == HC_STUDY_OK) {
                out[count++] =
                    (good_run){.repetition = runs[r].repetition, .order = (uint32_t)i, .run = r};
            }
        }
    }
    qsort(out, count, sizeof *out, compare_runs);
    return count;
}

/* One repetition of all points, in the order of points. */
static void add_repetition(hc_study_series *s, const hc_study_content *content,
                           const good_run *runs, size_t point_count)
{
    for (size_t output = 0; output < content->output_count; output++) {
        double sum = 0;
        for (size_t i = 0; i < point_count; i++) {
            sum += content->values[runs[i].run * content->output_count + output];
        }
        s->values[output * s->room + s->count] = sum / (double)point_count;
    }
    s->repetitions[s->count] = runs[0].repetition;
    s->seeds[s->count] = content->runs[runs[0].run].seed;
    s->count++;
}

static int make_room(hc_study_series *s, size_t room, size_t output_count)
{
    if (room <= s->room) {
        return 0;
    }
    hc_study_series_release(s);
    s->repetitions = calloc(room, sizeof *s->repetitions);
    s->seeds = calloc(room, sizeof *s->seeds);
    s->values = calloc(room, output_count * sizeof *s->values);
    s->room = room;
    return s->repetitions == NULL || s->seeds == NULL || s->values == NULL ? -1 : 0;
}

int hc_study_series_make(hc_study_series *out, const hc_study_groups *g, const uint32_t *points,
                         size_t point_count, hc_error *error)
{
    size_t room = count_runs(g, points, point_count);
    good_run *runs = calloc(room + 1, sizeof *runs);
    size_t count = 0;
    out->count = 0;
    if (runs == NULL || make_room(out, room + 1, g->content->output_count) < 0) {
        free(runs);
        return hc_error_memory(error);
    }
    count = list_runs(g, points, point_count, runs);
    for (size_t i = 0, next = 0; i < count; i = next) {
        while (next < count && runs[next].repetition == runs[i].repetition) {
            next++;
        }
        if (next - i == point_count) {
            add_repetition(out, g->content, &runs[i], point_count);
        }
    }
    free(runs);
    return 0;
}

void hc_study_series_release(hc_study_series *s)
{
    free(s->repetitions);
    free(s->seeds);
    free(s->values);
    *s = HC_STUDY_SERIES_NONE;
}

const double *hc_study_series_output(const hc_study_series *s, size_t output)
{
    return s->values + output * s->room;
}

static void move(hc_study_series *s, size_t to, size_t from, size_t output_count)
{
    s->repetitions[to] = s->repetitions[from];
    s->seeds[to] = s->seeds[from];
    for (size_t output = 0; output < output_count; output++) {
        s->values[output * s->room + to] = s->values[output * s->room + from];
    }
}

void hc_study_series_intersect(hc_study_series *a, hc_study_series *b, size_t output_count)
{
    size_t i = 0;
    size_t j = 0;
    size_t count = 0;
    while (i < a->count && j < b->count) {
        if (a->repetitions[i] < b->repetitions[j]) {
            i++;
        } else if (a->repetitions[i] > b->repetitions[j]) {
            j++;
        } else {
            move(a, count, i++, output_count);
            move(b, count++, j++, output_count);
        }
    }
    a->count = count;
    b->count = count;
}
