#ifndef HC_SIM_POLICIES_REGISTRY_H
#define HC_SIM_POLICIES_REGISTRY_H

#include "sim/interfaces/placement.h"
#include "sim/interfaces/policy.h"

#include <stddef.h>

/** A policy as a scenario names it: settings that go together under a known name. */
typedef struct hc_named_policy {
    const char *name;
    const char *help; /**< one line */
    hc_policy_options options;
} hc_named_policy;

/** All named policies and placement rules, in the order of the scenario's choices. */
const hc_named_policy *hc_policy_at(size_t index);       /**< NULL past the end */
const hc_placement *hc_placement_at(size_t index);       /**< NULL past the end */
const hc_named_policy *hc_policy_find(const char *name); /**< NULL when there is none */
const hc_placement *hc_placement_find(const char *name);

/** What does what the options say. */
const hc_policy *hc_policy_of(const hc_policy_options *options);

#endif
