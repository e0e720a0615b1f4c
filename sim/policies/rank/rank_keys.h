#ifndef HC_SIM_POLICIES_RANK_KEYS_H
#define HC_SIM_POLICIES_RANK_KEYS_H

#include "sim/interfaces/policy.h"
#include "sim/jobs/lifecycle.h"
#include "sim/scenario/scenario.h"

/** The keys under `scheduler` that are about ranks and preemption. */
extern const hc_key_table hc_rank_keys;

/** Reads them into the options of a policy, which are its own before; refuses what means nothing to it.
 *  @param restart  [out]
 *  @param sample   [out] the Gittins sample that the options point to; to be freed by the caller, also on failure
 *  @return 0, or -1 with `error` set. */
int hc_rank_read(hc_policy_options *options, hc_restart_costs *restart, hc_time **sample,
                 const hc_value *scheduler, hc_error *error);

#endif
