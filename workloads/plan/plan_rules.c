#include "workloads/plan/plan_rules.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* How far a value that would do is looked for. */
enum { SEARCH_LIMIT = 1 << 16 };

static const struct {
    const char *name;
    size_t field;
} COUNTS[] = {
    {HC_PLAN_COUNT(gpus)},        {HC_PLAN_COUNT(tp)},           {HC_PLAN_COUNT(pp)},
    {HC_PLAN_COUNT(dp)},          {HC_PLAN_COUNT(cp)},           {HC_PLAN_COUNT(ep)},
    {HC_PLAN_COUNT(micro_batch)}, {HC_PLAN_COUNT(global_batch)}, {HC_PLAN_COUNT(sequence)},
    {HC_PLAN_COUNT(interleave)},
};
enum { COUNT_COUNT = sizeof COUNTS / sizeof COUNTS[0] };

static const hc_plan_rules *const TABLES[] = {&hc_plan_rules_ranks, &hc_plan_rules_schedule,
                                              &hc_plan_rules_state};
enum { TABLE_COUNT = sizeof TABLES / sizeof TABLES[0] };

void hc_plan_reason_say(hc_plan_reason *out, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(out->text, sizeof out->text, format, arguments);
    va_end(arguments);
}

static uint32_t count_at(const hc_parallel_plan *plan, size_t field)
{
    return *(const uint32_t *)(const void *)((const char *)plan + field);
}

static bool has_counts(const hc_parallel_plan *plan)
{
    for (size_t i = 0; i < COUNT_COUNT; i++) {
        if (count_at(plan, COUNTS[i].field) == 0) {
            return false;
        }
    }
    return true;
}

bool hc_parallel_plan_is_possible(const hc_parallel_plan *plan, const hc_model_shape *shape)
{
    if (!has_counts(plan)) {
        return false;
    }
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        for (size_t k = 0; k < TABLES[i]->count; k++) {
            if (!TABLES[i]->rules[k].holds(plan, shape)) {
                return false;
            }
        }
    }
    return true;
}

/* Whether all rules about a count hold with this value of it. */
static bool would_do(const hc_parallel_plan *plan, const hc_model_shape *shape, size_t field,
                     uint32_t value)
{
    hc_parallel_plan other = *plan;
    *(uint32_t *)(void *)((char *)&other + field) = value;
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        for (size_t k = 0; k < TABLES[i]->count; k++) {
            const hc_plan_rule *rule = &TABLES[i]->rules[k];
            if (rule->field == field && !rule->holds(&other, shape)) {
                return false;
            }
        }
    }
    return true;
}

/* The nearest value that obeys all rules about a count, the smaller one of two; 0 when there is none near. */
static uint32_t nearest_value(const hc_parallel_plan *plan, const hc_model_shape *shape,
                              size_t field)
{
    uint32_t value = count_at(plan, field);
    for (uint32_t distance = 1; distance <= SEARCH_LIMIT; distance++) {
        if (value > distance && would_do(plan, shape, field, value - distance)) {
            return value - distance;
        }
        if (value <= UINT32_MAX - distance && would_do(plan, shape, field, value + distance)) {
            return value + distance;
        }
    }
    return 0;
}

static void report(const hc_plan_rule *rule, const hc_parallel_plan *plan,
                   const hc_model_shape *shape, hc_error *error)
{
    hc_plan_reason reason = {{0}};
    uint32_t nearest = 0;
    rule->explain(plan, shape, &reason);
    if (rule->field != HC_PLAN_NOT_A_COUNT) {
        nearest = nearest_value(plan, shape, rule->field);
    }
    if (nearest > 0) {
        (void)hc_error_set(error, HC_ERROR_USAGE, "%s: %s; %" PRIu32 " would do", rule->name,
                           reason.text, nearest);
    } else {
        (void)hc_error_set(error, HC_ERROR_USAGE, "%s: %s", rule->name, reason.text);
    }
}

static int check_counts(const hc_parallel_plan *plan, hc_error *error)
{
    int status = 0;
    for (size_t i = 0; i < COUNT_COUNT; i++) {
        if (count_at(plan, COUNTS[i].field) == 0) {
            status = hc_error_set(error, HC_ERROR_USAGE, "%s: expected at least 1, found 0",
                                  COUNTS[i].name);
        }
    }
    return status;
}

int hc_parallel_plan_check(const hc_parallel_plan *plan, const hc_model_shape *shape,
                           hc_error *error)
{
    int status = check_counts(plan, error);
    for (size_t i = 0; status == 0 && i < TABLE_COUNT; i++) {
        for (size_t k = 0; k < TABLES[i]->count; k++) {
            if (!TABLES[i]->rules[k].holds(plan, shape)) {
                report(&TABLES[i]->rules[k], plan, shape, error);
            }
        }
    }
    return hc_parallel_plan_is_possible(plan, shape) ? 0 : -1;
}
