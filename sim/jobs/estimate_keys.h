#ifndef HC_SIM_JOBS_ESTIMATE_KEYS_H
#define HC_SIM_JOBS_ESTIMATE_KEYS_H

#include "sim/jobs/estimates.h"
#include "sim/scenario/scenario.h"

/** The keys under `scheduler` that are about time limits. */
extern const hc_key_table hc_estimate_keys;

hc_estimate_options hc_estimates_read(const hc_value *scheduler);

#endif
