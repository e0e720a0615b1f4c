#ifndef HC_SIM_POLICIES_POLICIES_H
#define HC_SIM_POLICIES_POLICIES_H

#include "sim/interfaces/policy.h"

/** The policies, one file each. The registry gives them names; docs/policies.md defines them. */
extern const hc_policy hc_in_order_policy;  /**< nobody passes the first job */
extern const hc_policy hc_first_fit_policy; /**< everybody who fits starts */
extern const hc_policy hc_easy_policy;      /**< with one reservation */
extern const hc_policy hc_planned_policy;   /**< with several, and conservative backfilling */
extern const hc_policy hc_conservative_compress_policy;
extern const hc_policy hc_ranked_policy;   /**< preemptive, whatever the rank */
extern const hc_policy hc_recorded_policy; /**< starts as recorded */
extern const hc_policy hc_guest_policy;    /**< asks somebody outside */

#endif
