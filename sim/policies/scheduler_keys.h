#ifndef HC_SIM_POLICIES_SCHEDULER_KEYS_H
#define HC_SIM_POLICIES_SCHEDULER_KEYS_H

#include "sim/interfaces/placement.h"
#include "sim/jobs/lifecycle.h"
#include "sim/policies/registry.h"
#include "sim/scenario/scenario.h"

#include <stdbool.h>

/** The keys under `scheduler`; those of sim/policies/rank_keys.h and sim/jobs/estimate_keys.h belong to them. */
extern const hc_key_table hc_scheduler_keys;

/** What they say. */
typedef struct hc_scheduler_choice {
    const char *policy_name;
    const hc_policy *policy;
    hc_policy_options options;
    const hc_placement *placement;
    bool is_pass_per_event;
    hc_restart_costs restart;
    hc_estimate_options estimates;
    hc_time *sample; /**< that options.gittins points to */
} hc_scheduler_choice;

/** @return 0, or -1 with `error` set when settings do not go together; release in both cases. */
int hc_scheduler_read(hc_scheduler_choice *out, const hc_value *scheduler, hc_error *error);
void hc_scheduler_release(hc_scheduler_choice *choice);

#endif
