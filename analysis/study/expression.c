#include "analysis/study/expression.h"

#include <math.h>
#include <muParserDLL.h>
#include <stdlib.h>
#include <string.h>

struct hc_expression {
    muParserHandle_t parser;
    size_t name_count;
    double values[HC_EXPRESSION_MAX_NAMES]; /* muParser reads, and may write, through pointers */
    bool is_used[HC_EXPRESSION_MAX_NAMES];
};

/* Nobody's value: whoever finds another one after a trial has found an assignment. */
static const double TRIAL_VALUE = 0.73167;

static int refuse(const hc_expression *e, hc_error *error)
{
    return hc_error_set(error, HC_ERROR_USAGE, "%s", mupGetErrorMsg(e->parser));
}

static int refuse_assignment(hc_error *error)
{
    return hc_error_set(error, HC_ERROR_USAGE, "= assigns a value; equality is written ==");
}

static void note_use(hc_expression *e)
{
    int count = mupGetExprVarNum(e->parser);
    for (int i = 0; i < count; i++) {
        const char *name = NULL;
        double *value = NULL;
        mupGetExprVar(e->parser, (unsigned)i, &name, &value);
        if (value >= e->values && value < e->values + e->name_count) {
            e->is_used[value - e->values] = true;
        }
    }
}

/* muParser finds mistakes when it evaluates. */
static int try_out(hc_expression *e, hc_error *error)
{
    int result_count = 0;
    for (size_t i = 0; i < e->name_count; i++) {
        e->values[i] = TRIAL_VALUE;
    }
    (void)mupEvalMulti(e->parser, &result_count);
    if (mupError(e->parser) != 0) {
        return refuse(e, error);
    }
    if (result_count != 1) {
        return hc_error_set(error, HC_ERROR_USAGE, "expected one expression, got %d", result_count);
    }
    for (size_t i = 0; i < e->name_count; i++) {
        if (e->values[i] != TRIAL_VALUE) {
            return refuse_assignment(error);
        }
    }
    note_use(e);
    return 0;
}

int hc_expression_create(hc_expression **out, const char *text, const char *const *names,
                         size_t name_count, hc_error *error)
{
    hc_expression *e = NULL;
    if (strlen(text) > HC_EXPRESSION_MAX_LENGTH || name_count > HC_EXPRESSION_MAX_NAMES) {
        return hc_error_set(error, HC_ERROR_USAGE, "expected at most %d bytes and %d names",
                            HC_EXPRESSION_MAX_LENGTH, HC_EXPRESSION_MAX_NAMES);
    }
    e = calloc(1, sizeof *e);
    if (e == NULL) {
        return hc_error_memory(error);
    }
    e->name_count = name_count;
    e->parser = mupCreate(muBASETYPE_FLOAT);
    for (size_t i = 0; i < name_count && mupError(e->parser) == 0; i++) {
        mupDefineVar(e->parser, names[i], &e->values[i]);
    }
    if (mupError(e->parser) != 0) {
        (void)refuse(e, error);
        hc_expression_destroy(e);
        return -1;
    }
    mupSetExpr(e->parser, text);
    if (try_out(e, error) < 0) {
        hc_expression_destroy(e);
        return -1;
    }
    *out = e;
    return 0;
}

void hc_expression_destroy(hc_expression *expression)
{
    if (expression != NULL) {
        mupRelease(expression->parser);
        free(expression);
    }
}

int hc_expression_evaluate(hc_expression *e, const double *values, double *result, hc_error *error)
{
    memcpy(e->values, values, e->name_count * sizeof *values);
    *result = mupEval(e->parser);
    if (mupError(e->parser) != 0) {
        return refuse(e, error);
    }
    if (isnan(*result)) {
        return hc_error_set(error, HC_ERROR_USAGE, "the result is no number");
    }
    return memcmp(e->values, values, e->name_count * sizeof *values) == 0
               ? 0
               : refuse_assignment(error);
}

bool hc_expression_uses(const hc_expression *expression, size_t name_index)
{
    return expression->is_used[name_index];
}
