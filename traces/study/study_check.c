#include "traces/study/study_check.h"

#include <math.h>
#include <string.h>

/* Where messages go. */
typedef struct check {
    const char *path;
    hc_error_kind kind;
    hc_error *error;
} check;

static int check_name(const check *c, const char *what, const char *name,
                      const char *const *reserved)
{
    size_t length = name == NULL ? 0 : strlen(name);
    if (length == 0 || length > HC_STUDY_NAME_BYTES) {
        return hc_error_set(c->error, c->kind, "%s: the name of %s has %zu bytes, expected 1..%d",
                            c->path, what, length, HC_STUDY_NAME_BYTES);
    }
    for (; *reserved != NULL; reserved++) {
        if (strcmp(name, *reserved) == 0) {
            return hc_error_set(c->error, c->kind, "%s: %s cannot be called %s", c->path, what,
                                name);
        }
    }
    return 0;
}

static int refuse_twin(const check *c, const char *what, const char *name)
{
    return hc_error_set(c->error, c->kind, "%s: %s %s stands there twice", c->path, what, name);
}

static int check_count(const check *c, const char *what, size_t count, size_t least, size_t most)
{
    return count >= least && count <= most
               ? 0
               : hc_error_set(c->error, c->kind, "%s: has %zu %s, expected %zu..%zu", c->path,
                              count, what, least, most);
}

static int check_text(const check *c, const char *of, const char *text)
{
    size_t length = text == NULL ? 0 : strlen(text);
    return length <= HC_STUDY_TEXT_BYTES
               ? 0
               : hc_error_set(c->error, c->kind,
                              "%s: a text of %s has %zu bytes, expected at most %d", c->path, of,
                              length, HC_STUDY_TEXT_BYTES);
}

static int check_variables(const check *c, const hc_study_content *content)
{
    static const char *const RESERVED[] = {"point", NULL};
    const hc_study_variable *variables = content->variables;
    for (size_t i = 0; i < content->variable_count; i++) {
        if (check_name(c, "a variable", variables[i].name, RESERVED) < 0 ||
            check_text(c, variables[i].name, variables[i].unit) < 0) {
            return -1;
        }
        for (size_t j = 0; j < i; j++) {
            if (strcmp(variables[i].name, variables[j].name) == 0) {
                return refuse_twin(c, "variable", variables[i].name);
            }
        }
    }
    return 0;
}

static int check_outputs(const check *c, const hc_study_content *content)
{
    static const char *const RESERVED[] = {"run",   "point",        "repetition", "seed",
                                           "state", "wall_seconds", "error",      NULL};
    const hc_study_output *outputs = content->outputs;
    for (size_t i = 0; i < content->output_count; i++) {
        if (check_name(c, "an output", outputs[i].name, RESERVED) < 0 ||
            check_text(c, outputs[i].name, outputs[i].unit) < 0 ||
            check_text(c, outputs[i].name, outputs[i].meaning) < 0) {
            return -1;
        }
        for (size_t j = 0; j < i; j++) {
            if (strcmp(outputs[i].name, outputs[j].name) == 0) {
                return refuse_twin(c, "output", outputs[i].name);
            }
        }
    }
    return 0;
}

int hc_study_check_names(const hc_study_content *content, const char *path, hc_error_kind kind,
                         hc_error *error)
{
    check c = {.path = path, .kind = kind, .error = error};
    if (check_count(&c, "variables", content->variable_count, 0, HC_STUDY_VARIABLE_LIMIT) < 0 ||
        check_count(&c, "outputs", content->output_count, 1, HC_STUDY_OUTPUT_LIMIT) < 0 ||
        check_variables(&c, content) < 0) {
        return -1;
    }
    return check_outputs(&c, content);
}

static int check_point(const check *c, const hc_study_content *content, size_t point)
{
    for (size_t i = 0; i < content->variable_count; i++) {
        const hc_study_value *value = &content->points[point * content->variable_count + i];
        if (content->variables[i].is_text) {
            if (check_text(c, content->variables[i].name, value->text) < 0) {
                return -1;
            }
        } else if (!isfinite(value->number)) {
            return hc_error_set(c->error, c->kind, "%s: point %zu: %s is not a finite number",
                                c->path, point, content->variables[i].name);
        }
    }
    return 0;
}

static int check_run(const check *c, const hc_study_content *content, size_t index)
{
    const hc_study_run *run = &content->runs[index];
    const hc_study_run *before = index == 0 ? NULL : run - 1;
    if (run->point >= content->point_count) {
        return hc_error_set(c->error, c->kind, "%s: run %zu: point %u, expected one of 0..%zu",
                            c->path, index, run->point, content->point_count - 1);
    }
    if (!isfinite(run->wall_seconds) || run->wall_seconds < 0) {
        return hc_error_set(c->error, c->kind, "%s: run %zu: took %g s", c->path, index,
                            run->wall_seconds);
    }
    if (before != NULL && (before->point > run->point || (before->point == run->point &&
                                                          before->repetition >= run->repetition))) {
        return hc_error_set(c->error, c->kind,
                            "%s: run %zu: repetition %u of point %u stands there twice or in the "
                            "wrong place",
                            c->path, index, run->repetition, run->point);
    }
    return 0;
}

int hc_study_check_rows(const hc_study_content *content, const char *path, hc_error_kind kind,
                        hc_error *error)
{
    check c = {.path = path, .kind = kind, .error = error};
    if (check_count(&c, "points", content->point_count, 1, HC_STUDY_POINT_LIMIT) < 0 ||
        check_count(&c, "runs", content->run_count, 0, HC_STUDY_RUN_LIMIT) < 0) {
        return -1;
    }
    for (size_t i = 0; i < content->point_count; i++) {
        if (check_point(&c, content, i) < 0) {
            return -1;
        }
    }
    for (size_t i = 0; i < content->run_count; i++) {
        if (check_run(&c, content, i) < 0) {
            return -1;
        }
    }
    return 0;
}
