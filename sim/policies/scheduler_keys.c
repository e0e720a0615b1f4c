#include "sim/policies/scheduler_keys.h"

#include "sim/policies/registry.h"

#include <string.h>

static const hc_key KEYS[] = {
    {.path = "scheduler", .type = HC_KEY_MAP, .help = "Who starts when, and where"},
    {.path = "scheduler.policy",
     .type = HC_KEY_CHOICE,
     .fallback = "easy",
     .choices = "fcfs|first_fit|sjf|easy|easy_sjbf",
     .help = "Which waiting job starts next"},
    {.path = "scheduler.placement",
     .type = HC_KEY_CHOICE,
     .fallback = "packed",
     .choices = "packed|spread|first",
     .help = "Which GPUs it gets"},
    {.path = "scheduler.pass",
     .type = HC_KEY_CHOICE,
     .fallback = "instant",
     .choices = "instant|event",
     .help = "One scheduling pass after all events of an instant, or one after each event "
             "(submissions first, as pyss does)"},
};

const hc_key_table hc_scheduler_keys = {KEYS, sizeof KEYS / sizeof KEYS[0]};

hc_scheduler_choice hc_scheduler_read(const hc_value *scheduler)
{
    return (hc_scheduler_choice){
        .policy = hc_policy_find(hc_value_text(hc_value_get(scheduler, "policy"))),
        .placement = hc_placement_find(hc_value_text(hc_value_get(scheduler, "placement"))),
        .is_pass_per_event = strcmp(hc_value_text(hc_value_get(scheduler, "pass")), "event") == 0,
    };
}
