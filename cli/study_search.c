#include "cli/study_search.h"

#include "analysis/run_outputs.h"
#include "analysis/study/search.h"
#include "sim/scenario/capture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct hc_study_search {
    const hc_study_setup *setup;
    size_t output; /* that the searches look at */
    hc_search **searches;
    size_t search_count;    /* 0: every run is made */
    uint32_t *first_points; /* of each search */
};

static size_t axis_of_searched(const hc_study_definition *d)
{
    size_t axis = 0;
    while (d->axes[axis].first_variable != d->optimize.variable) {
        axis++;
    }
    return axis;
}

/* Whether two points differ on the searched axis at most. */
static bool is_one_line(const hc_study_search *s, size_t a, size_t b, size_t axis)
{
    for (size_t i = 0; i < s->setup->definition.axis_count; i++) {
        if (i != axis &&
            hc_design_index(s->setup->design, a, i) != hc_design_index(s->setup->design, b, i)) {
            return false;
        }
    }
    return true;
}

/* The points of a line in the order of the search: points are numbered with rising values. */
static void order_line(const hc_study_search *s, uint32_t *points, size_t count)
{
    if (s->setup->definition.optimize.is_least) {
        return;
    }
    for (size_t i = 0; i < count / 2; i++) {
        uint32_t kept = points[i];
        points[i] = points[count - 1 - i];
        points[count - 1 - i] = kept;
    }
}

static int add_bisection(hc_study_search *s, uint32_t *points, size_t count, hc_error *error)
{
    const hc_study_definition *d = &s->setup->definition;
    hc_bisection options = {
        .points = points,
        .point_count = count,
        .repetitions = d->repetition_count,
        .limit = d->optimize.limit,
        .sense = d->optimize.sense,
        .confidence = HC_INTERVAL_CONFIDENCE,
    };
    s->first_points[s->search_count] = points[0];
    order_line(s, points, count);
    if (hc_search_bisect(&s->searches[s->search_count], &options, error) < 0) {
        return -1;
    }
    s->search_count++;
    return 0;
}

/* One search for each line of points along the variable. Cost: O(points x lines). */
static int add_bisections(hc_study_search *s, uint32_t *points, hc_error *error)
{
    size_t point_count = hc_design_point_count(s->setup->design);
    size_t axis = axis_of_searched(&s->setup->definition);
    bool *is_taken = calloc(point_count, sizeof *is_taken);
    int status = 0;
    if (is_taken == NULL) {
        return hc_error_memory(error);
    }
    for (size_t first = 0; status == 0 && first < point_count; first++) {
        size_t count = 0;
        for (size_t i = first; i < point_count && !is_taken[first]; i++) {
            if (!is_taken[i] && is_one_line(s, first, i, axis)) {
                points[count++] = (uint32_t)i;
            }
        }
        for (size_t i = 0; i < count; i++) {
            is_taken[points[i]] = true;
        }
        if (count > 0) {
            status = add_bisection(s, points, count, error);
        }
    }
    free(is_taken);
    return status;
}

static int add_halving(hc_study_search *s, const uint32_t *points, size_t count, hc_error *error)
{
    const hc_study_definition *d = &s->setup->definition;
    hc_halving options = {
        .points = points,
        .point_count = count,
        .minimum = d->optimize.first_repetitions,
        .maximum = d->repetition_count,
        .sense = d->optimize.sense,
        .confidence = HC_INTERVAL_CONFIDENCE,
    };
    s->search_count = 1;
    return hc_search_halve(&s->searches[0], &options, error);
}

static int add_repeating(hc_study_search *s, const uint32_t *points, size_t count, hc_error *error)
{
    const hc_study_definition *d = &s->setup->definition;
    hc_repeating options = {
        .points = points,
        .point_count = count,
        .rule = {.confidence = d->stop.confidence,
                 .relative_half_width = d->stop.relative_half_width,
                 .minimum = d->stop.at_least,
                 .maximum = d->repetition_count},
    };
    s->search_count = 1;
    return hc_search_repeat(&s->searches[0], &options, error);
}

static int add_searches(hc_study_search *s, hc_error *error)
{
    const hc_study_definition *d = &s->setup->definition;
    size_t count = hc_design_point_count(s->setup->design);
    uint32_t *points = calloc(count, sizeof *points);
    int status = 0;
    s->searches = calloc(count, sizeof *s->searches);
    s->first_points = calloc(count, sizeof *s->first_points);
    if (points == NULL || s->searches == NULL || s->first_points == NULL) {
        free(points);
        return hc_error_memory(error);
    }
    for (size_t i = 0; i < count; i++) {
        points[i] = (uint32_t)i;
    }
    if (d->optimize.method == HC_SEARCH_BISECTION) {
        status = add_bisections(s, points, error);
    } else if (d->optimize.method == HC_SEARCH_HALVING) {
        status = add_halving(s, points, count, error);
    } else if (d->stop.is_given) {
        status = add_repeating(s, points, count, error);
    }
    free(points);
    return status;
}

int hc_study_search_create(hc_study_search **out, const hc_study_setup *setup, hc_error *error)
{
    hc_study_search *s = calloc(1, sizeof *s);
    if (s == NULL) {
        return hc_error_memory(error);
    }
    s->setup = setup;
    s->output = setup->definition.stop.is_given ? setup->definition.stop.output
                                                : setup->definition.optimize.output;
    if (add_searches(s, error) < 0) {
        hc_study_search_destroy(s);
        return -1;
    }
    *out = s;
    return 0;
}

void hc_study_search_destroy(hc_study_search *search)
{
    if (search == NULL) {
        return;
    }
    for (size_t i = 0; i < search->search_count; i++) {
        hc_search_destroy(search->searches[i]);
    }
    free(search->searches);
    free(search->first_points);
    free(search);
}

/* @return 1: the batch is told in full, 0: runs of it are missing and collected, -1 with `error` set */
static int tell_batch(const hc_study_search *s, hc_search *search, const hc_search_request *batch,
                      size_t batch_count, const hc_sweep_table *table, size_t *runs, size_t *count,
                      hc_error *error)
{
    size_t before = *count;
    for (size_t i = 0; i < batch_count; i++) {
        size_t run =
            (size_t)batch[i].point * s->setup->definition.repetition_count + batch[i].repetition;
        if (table->states[run] == HC_STUDY_SKIPPED) {
            runs[(*count)++] = run;
        } else if (hc_search_tell(search, batch[i],
                                  table->values[run * table->output_count + s->output],
                                  error) < 0) {
            return -1;
        }
    }
    return *count == before ? 1 : 0;
}

/* Goes on until something is missing or the search is over. */
static int advance(const hc_study_search *s, hc_search *search, const hc_sweep_table *table,
                   size_t *runs, size_t *count, hc_error *error)
{
    int status = 1;
    while (status == 1) {
        size_t batch_count = 0;
        const hc_search_request *batch = hc_search_batch(search, &batch_count);
        hc_search_request *copy = NULL;
        if (batch_count == 0) {
            return 0;
        }
        copy = malloc(batch_count * sizeof *copy); /* telling the last one changes the batch */
        if (copy == NULL) {
            return hc_error_memory(error);
        }
        memcpy(copy, batch, batch_count * sizeof *copy);
        status = tell_batch(s, search, copy, batch_count, table, runs, count, error);
        free(copy);
    }
    return status;
}

int hc_study_search_next(hc_study_search *s, const hc_sweep_table *table, size_t *runs,
                         size_t *count, hc_error *error)
{
    *count = 0;
    for (size_t i = 0; s->search_count == 0 && i < table->run_count; i++) {
        if (table->states[i] == HC_STUDY_SKIPPED) {
            runs[(*count)++] = i;
        }
    }
    for (size_t i = 0; i < s->search_count; i++) {
        if (advance(s, s->searches[i], table, runs, count, error) < 0) {
            return -1;
        }
    }
    return 0;
}

/* "nodes 36, policy easy". @param left_out  a variable, or variable_count for none */
static void write_point(FILE *out, const hc_study_setup *setup, size_t point, size_t left_out)
{
    const char *separator = "";
    for (size_t i = 0; i < setup->definition.variable_count; i++) {
        char room[HC_DESIGN_NUMBER_SIZE];
        const char *unit = NULL;
        const char *text = hc_design_text(setup->design, point, i, room, &unit);
        if (i != left_out) {
            (void)fprintf(out, "%s%s %s%s", separator, setup->definition.variables[i].name, text,
                          unit);
            separator = ", ";
        }
    }
}

static void write_mean(FILE *out, const hc_study_search *s, const hc_search_result *result)
{
    const hc_run_output *output = &hc_run_outputs[s->setup->definition.outputs[s->output]];
    (void)fprintf(out, "%s %.4g", output->name, result->interval.mean);
    if (isfinite(result->interval.half_width)) {
        (void)fprintf(out, " [%.4g, %.4g]", result->interval.mean - result->interval.half_width,
                      result->interval.mean + result->interval.half_width);
    }
}

/* A point without any value keeps no limit: that may be all that was found. */
static void write_failed(FILE *out, const hc_search_result *result)
{
    if (result->failed_count > 0 && result->failed_count == result->run_count) {
        (void)fputs("; none of its runs gave a value", out);
    } else if (result->failed_count > 0) {
        (void)fprintf(out, "; %llu of its %llu runs gave no value",
                      (unsigned long long)result->failed_count,
                      (unsigned long long)result->run_count);
    }
}

static void write_bisection(FILE *out, const hc_study_search *s, const hc_search_result *result,
                            uint32_t first_point)
{
    const hc_study_definition *d = &s->setup->definition;
    const char *name = d->variables[d->optimize.variable].name;
    const char *output = hc_run_outputs[d->outputs[s->output]].name;
    const char *bound = d->optimize.sense == HC_STUDY_LESS_IS_BETTER ? "at most" : "at least";
    if (result->point == HC_SEARCH_NONE) {
        (void)fprintf(out, "no %s has %s %s %.6g%s", name, output, bound, d->optimize.limit,
                      d->variable_count > 1 ? ": " : "");
        write_point(out, s->setup, first_point, d->optimize.variable);
        write_failed(out, result);
        return;
    }
    (void)fprintf(out, "%s %s with %s %s %.6g: ", d->optimize.is_least ? "least" : "most", name,
                  output, bound, d->optimize.limit);
    write_point(out, s->setup, result->point, d->variable_count);
    (void)fprintf(out, ", with ");
    write_mean(out, s, result);
    (void)fprintf(out, "%s%s", result->is_certain ? "" : ", within the noise",
                  result->is_monotony_violated
                      ? "; the means do not change in one direction, so another may be the answer"
                      : "");
    write_failed(out, result);
}

static void write_halving(FILE *out, const hc_study_search *s, const hc_search_result *result)
{
    if (result->point == HC_SEARCH_NONE) {
        (void)fputs("no run succeeded", out);
        return;
    }
    (void)fprintf(out, "best: ");
    write_point(out, s->setup, result->point, s->setup->definition.variable_count);
    (void)fprintf(out, ", with ");
    write_mean(out, s, result);
    if (!result->is_certain && result->runner_up != HC_SEARCH_NONE) {
        (void)fprintf(out, "; not told apart from ");
        write_point(out, s->setup, result->runner_up, s->setup->definition.variable_count);
    }
}

char *hc_study_search_finding(const hc_study_search *s)
{
    const hc_study_definition *d = &s->setup->definition;
    hc_capture capture;
    FILE *out = hc_capture_open(&capture);
    if (out == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < s->search_count; i++) {
        hc_search_result result = hc_search_result_of(s->searches[i]);
        (void)fputs(i == 0 ? "" : "\n", out);
        if (d->optimize.method == HC_SEARCH_BISECTION) {
            write_bisection(out, s, &result, s->first_points[i]);
        } else if (d->optimize.method == HC_SEARCH_HALVING) {
            write_halving(out, s, &result);
        } else {
            (void)fprintf(out, "%u of %zu points have an interval that is narrow enough",
                          result.narrow_count, hc_design_point_count(s->setup->design));
        }
    }
    return hc_capture_close(&capture);
}
