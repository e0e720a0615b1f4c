#ifndef HC_SIM_POLICIES_REGISTRY_H
#define HC_SIM_POLICIES_REGISTRY_H

#include "sim/interfaces/placement.h"
#include "sim/interfaces/policy.h"

#include <stddef.h>

/** All queue policies and placement rules, in the order of the scenario's choices. */
const hc_policy *hc_policy_at(size_t index);       /**< NULL past the end */
const hc_placement *hc_placement_at(size_t index); /**< NULL past the end */
const hc_policy *hc_policy_find(const char *name); /**< NULL when there is none */
const hc_placement *hc_placement_find(const char *name);

#endif
