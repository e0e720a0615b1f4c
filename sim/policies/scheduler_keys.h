#ifndef HC_SIM_POLICIES_SCHEDULER_KEYS_H
#define HC_SIM_POLICIES_SCHEDULER_KEYS_H

#include "sim/interfaces/placement.h"
#include "sim/policies/registry.h"
#include "sim/scenario/scenario.h"

#include <stdbool.h>

/** The keys under `scheduler`. */
extern const hc_key_table hc_scheduler_keys;

/** What they say. */
typedef struct hc_scheduler_choice {
    const char *policy_name;
    const hc_policy *policy;
    hc_policy_options options;
    const hc_placement *placement;
    bool is_pass_per_event;
} hc_scheduler_choice;

/** @return 0, or -1 with `error` set when settings do not go together. */
int hc_scheduler_read(hc_scheduler_choice *out, const hc_value *scheduler, hc_error *error);

#endif
