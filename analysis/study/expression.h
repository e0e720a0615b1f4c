#ifndef HC_ANALYSIS_STUDY_EXPRESSION_H
#define HC_ANALYSIS_STUDY_EXPRESSION_H

#include "sim/error.h"

#include <stdbool.h>
#include <stddef.h>

/** A formula over named numbers, such as "nodes * load <= 64": muParser's operators and functions
 *  (+ - * / ^, < <= == != >= >, && || !, ?:, sqrt, log, min, ...). */
typedef struct hc_expression hc_expression;

enum { HC_EXPRESSION_MAX_LENGTH = 1000, HC_EXPRESSION_MAX_NAMES = 128 };

/** @param names  of its variables, letters, digits and _; copied
 *  @return 0 and an expression that the caller destroys, or -1 with what is wrong in `error`, without a place
 *          (HC_ERROR_USAGE). */
int hc_expression_create(hc_expression **out, const char *text, const char *const *names,
                         size_t name_count, hc_error *error);
void hc_expression_destroy(hc_expression *expression);

/** @param values  one for each name
 *  @return 0, or -1 with `error` set when the result is no number (0 / 0, or a value that is NAN). */
int hc_expression_evaluate(hc_expression *expression, const double *values, double *result,
                           hc_error *error);

/** Whether the formula names this variable. */
bool hc_expression_uses(const hc_expression *expression, size_t name_index);

#endif
