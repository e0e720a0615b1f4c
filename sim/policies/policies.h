#ifndef HC_SIM_POLICIES_POLICIES_H
#define HC_SIM_POLICIES_POLICIES_H

#include "sim/interfaces/policy.h"

/** The queue policies, one file each. The registry lists them; docs/policies.md defines them. */
extern const hc_policy hc_policy_fcfs;
extern const hc_policy hc_policy_first_fit;
extern const hc_policy hc_policy_sjf;
extern const hc_policy hc_policy_easy;
extern const hc_policy hc_policy_easy_sjbf;

#endif
