#include "analysis/study/study_report.h"

#include "analysis/plain_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* JSON has no NAN: what is not known is null. */
static json_t *number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *interval_json(const hc_interval *interval)
{
    return json_pack("{s:I, s:o, s:o, s:o}", "count", (json_int_t)interval->count, "mean",
                     number(interval->mean), "low", number(interval->mean - interval->half_width),
                     "high", number(interval->mean + interval->half_width));
}

static json_t *value_json(const hc_study_variable *variable, const hc_study_value *value)
{
    return variable->is_text ? hc_json_text(value->text) : number(value->number);
}

/* Puts a value under a name that may hold any byte. @return 0 or -1 */
static int put(json_t *object, const char *name, json_t *value)
{
    json_t *key = hc_json_text(name);
    int status = json_object_set_new(object, key == NULL ? "" : json_string_value(key), value);
    status = key == NULL ? -1 : status;
    json_decref(key);
    return status;
}

static json_t *values_json(const hc_study_table *t, size_t group)
{
    json_t *object = json_object();
    for (size_t i = 0; object != NULL && i < t->question.by_count; i++) {
        const hc_study_variable *variable = &t->content->variables[t->question.by[i]];
        const hc_study_value *value = hc_study_group_value(&t->groups, group, t->question.by[i]);
        if (put(object, variable->name, value_json(variable, value)) < 0) {
            json_decref(object);
            return NULL;
        }
    }
    return object;
}

static json_t *results_json(const hc_study_table *t, size_t group)
{
    json_t *object = json_object();
    for (size_t i = 0; object != NULL && i < t->question.output_count; i++) {
        if (put(object, t->content->outputs[t->question.outputs[i]].name,
                interval_json(hc_study_table_interval(t, group, i))) < 0) {
            json_decref(object);
            return NULL;
        }
    }
    return object;
}

static json_t *rows_json(const hc_study_table *t)
{
    json_t *list = json_array();
    for (size_t g = 0; list != NULL && g < t->groups.count; g++) {
        json_t *mark = t->has_marks ? json_boolean(t->marks[g]) : json_null();
        json_t *row = json_pack("{s:o, s:o, s:o}", "variables", values_json(t, g), "is_pareto",
                                mark, "outputs", results_json(t, g));
        if (row == NULL || json_array_append_new(list, row) < 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

static json_t *outputs_json(const hc_study_table *t)
{
    static const char *const SENSES[] = {"neutral", "less", "more"};
    json_t *object = json_object();
    for (size_t i = 0; object != NULL && i < t->question.output_count; i++) {
        const hc_study_output *output = &t->content->outputs[t->question.outputs[i]];
        json_t *about = json_pack("{s:o, s:s, s:o}", "unit", hc_json_text(output->unit), "better",
                                  SENSES[output->sense], "meaning", hc_json_text(output->meaning));
        if (about == NULL || put(object, output->name, about) < 0) {
            json_decref(object);
            return NULL;
        }
    }
    return object;
}

static json_int_t count_state(const hc_study_content *c, hc_study_run_state state)
{
    json_int_t count = 0;
    for (size_t i = 0; i < c->run_count; i++) {
        count += c->runs[i].state == state ? 1 : 0;
    }
    return count;
}

json_t *hc_study_findings_json(const char *text)
{
    json_t *list = json_array();
    while (list != NULL && *text != '\0') {
        size_t length = strcspn(text, "\n");
        char *line = strndup(text, length);
        if (line == NULL || json_array_append_new(list, hc_json_text(line)) < 0) {
            json_decref(list);
            list = NULL;
        }
        free(line);
        text += text[length] == '\n' ? length + 1 : length;
    }
    return list;
}

json_t *hc_study_report_json(const hc_study_table *t)
{
    const hc_study_content *c = t->content;
    return json_pack(
        "{s:s, s:o, s:o, s:b, s:o, s:I, s:I, s:I, s:I, s:f, s:o, s:o}", "schema",
        "hindcast-study-1", "version", hc_json_text(c->version), "name", hc_json_text(c->name),
        "complete", c->is_complete, "findings", hc_study_findings_json(c->finding), "points",
        (json_int_t)c->point_count, "runs_ok", count_state(c, HC_STUDY_OK), "runs_failed",
        count_state(c, HC_STUDY_FAILED), "runs_skipped", count_state(c, HC_STUDY_SKIPPED),
        "confidence", t->question.confidence, "outputs", outputs_json(t), "rows", rows_json(t));
}

static json_t *difference_json(const hc_study_difference *d)
{
    double base = fabs(d->baseline_mean);
    json_t *object = interval_json(&d->interval);
    if (object == NULL ||
        json_object_set_new(object, "baseline_mean", number(d->baseline_mean)) < 0 ||
        json_object_set_new(object, "relative", number(d->interval.mean / base)) < 0 ||
        json_object_set_new(object, "is_distinguishable", json_boolean(d->is_distinguishable)) <
            0) {
        json_decref(object);
        return NULL;
    }
    return object;
}

static json_t *differences_json(const hc_study_table *t, const hc_study_comparison *c)
{
    json_t *object = json_object();
    for (size_t i = 0; object != NULL && i < t->question.output_count; i++) {
        if (put(object, t->content->outputs[t->question.outputs[i]].name,
                difference_json(&c->differences[i])) < 0) {
            json_decref(object);
            return NULL;
        }
    }
    return object;
}

static json_t *comparisons_json(const hc_study_comparisons *comparisons)
{
    const hc_study_table *t = comparisons->table;
    json_t *list = json_array();
    for (size_t i = 0; list != NULL && i < comparisons->count; i++) {
        const hc_study_comparison *c = &comparisons->items[i];
        json_t *item =
            json_pack("{s:o, s:o, s:I, s:I, s:b, s:o}", "variables", values_json(t, c->group),
                      "against", values_json(t, c->baseline), "pairs", (json_int_t)c->pair_count,
                      "settings", (json_int_t)c->setting_count, "same_seeds", c->shares_seeds,
                      "differences", differences_json(t, c));
        if (item == NULL || json_array_append_new(list, item) < 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

json_t *hc_study_compare_json(const hc_study_comparisons *comparisons)
{
    const hc_study_table *t = comparisons->table;
    return json_pack("{s:s, s:o, s:o, s:f, s:o, s:o, s:o}", "schema", "hindcast-compare-1",
                     "version", hc_json_text(t->content->version), "name",
                     hc_json_text(t->content->name), "confidence", t->question.confidence,
                     "outputs", outputs_json(t), "rows", rows_json(t), "comparisons",
                     comparisons_json(comparisons));
}
