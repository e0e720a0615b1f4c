#ifndef HC_WORKLOADS_PLAN_PLAN_RULES_H
#define HC_WORKLOADS_PLAN_PLAN_RULES_H

#include "workloads/plan/parallel_plan.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What a plan must obey, one row per rule: whether a plan is possible and why it is not come from the same rows.
 *  The counts of the plan and of the shape are at least 1 when a rule is asked. */

/** The text of a reason, cut at its end when it is too long. */
typedef struct hc_plan_reason {
    char text[384];
} hc_plan_reason;

void hc_plan_reason_say(hc_plan_reason *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

typedef struct hc_plan_rule {
    const char *name; /**< key that a user would change */
    size_t
        field; /**< where its count is in the plan; NOT_A_COUNT: no value near it is looked for */
    bool (*holds)(const hc_parallel_plan *plan, const hc_model_shape *shape);
    void (*explain)(const hc_parallel_plan *plan, const hc_model_shape *shape, hc_plan_reason *out);
} hc_plan_rule;

#define HC_PLAN_NOT_A_COUNT SIZE_MAX
#define HC_PLAN_COUNT(name) #name, offsetof(hc_parallel_plan, name)
#define HC_PLAN_OTHER(name) name, HC_PLAN_NOT_A_COUNT

typedef struct hc_plan_rules {
    const hc_plan_rule *rules;
    size_t count;
} hc_plan_rules;

extern const hc_plan_rules hc_plan_rules_ranks;    /**< how the model is cut */
extern const hc_plan_rules hc_plan_rules_schedule; /**< batches and pipeline */
extern const hc_plan_rules
    hc_plan_rules_state; /**< what is kept, in which format, what is trained */

/** A product that stays at the greatest number instead of wrapping. */
static inline uint64_t hc_plan_product(uint64_t a, uint64_t b)
{
    uint64_t result = 0;
    return __builtin_mul_overflow(a, b, &result) ? UINT64_MAX : result;
}

static inline bool hc_plan_divides(uint64_t part, uint64_t whole)
{
    return whole % part == 0;
}

#endif
