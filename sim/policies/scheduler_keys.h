#ifndef HC_SIM_POLICIES_SCHEDULER_KEYS_H
#define HC_SIM_POLICIES_SCHEDULER_KEYS_H

#include "sim/interfaces/placement.h"
#include "sim/interfaces/policy.h"
#include "sim/scenario/scenario.h"

#include <stdbool.h>

/** The keys under `scheduler`. */
extern const hc_key_table hc_scheduler_keys;

/** What they say. */
typedef struct hc_scheduler_choice {
    const hc_policy *policy;
    const hc_placement *placement;
    bool is_pass_per_event;
} hc_scheduler_choice;

hc_scheduler_choice hc_scheduler_read(const hc_value *scheduler);

#endif
