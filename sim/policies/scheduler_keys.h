#ifndef HC_SIM_POLICIES_SCHEDULER_KEYS_H
#define HC_SIM_POLICIES_SCHEDULER_KEYS_H

#include "sim/interfaces/placement.h"
#include "sim/jobs/lifecycle.h"
#include "sim/jobs/priority_class.h"
#include "sim/policies/guest/guest_keys.h"
#include "sim/policies/registry.h"
#include "sim/scenario/scenario.h"

#include <stdbool.h>
#include <stddef.h>

/** The keys under `scheduler`; those of sim/policies/rank/rank_keys.h, sim/policies/guest/guest_keys.h and
 *  sim/jobs/estimate_keys.h belong to them. */
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
    hc_guest_choice guest; /**< of policies external and plugin; options.port is still to be set */
    hc_time *sample;       /**< that options.gittins points to */
    hc_priority_class *classes; /**< names borrowed from the scenario */
    uint32_t class_count;
} hc_scheduler_choice;

/** @return 0, or -1 with `error` set when settings do not go together; release in both cases. */
int hc_scheduler_read(hc_scheduler_choice *out, const hc_value *scheduler, hc_error *error);
enum { HC_SCHEDULER_TEXT_SIZE = 160 };

/** The settings behind the policy's name, and where run time estimates come from, for reports.
 *  @param size  HC_SCHEDULER_TEXT_SIZE is enough */
void hc_scheduler_write_variant(const hc_scheduler_choice *choice, char *out, size_t size);
void hc_scheduler_write_estimates(const hc_scheduler_choice *choice, char *out, size_t size);

void hc_scheduler_release(hc_scheduler_choice *choice);

#endif
