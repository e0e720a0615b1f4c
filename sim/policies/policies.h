#ifndef HC_SIM_POLICIES_POLICIES_H
#define HC_SIM_POLICIES_POLICIES_H

#include "sim/interfaces/policy.h"

/** The policies, one file each. The registry gives them names; docs/policies.md defines them. */
extern const hc_policy hc_in_order_policy;     /**< nobody passes the first job */
extern const hc_policy hc_first_fit_policy;    /**< everybody who fits starts */
extern const hc_policy hc_easy_policy;         /**< with one reservation */
extern const hc_policy hc_easy_planned_policy; /**< with several */
extern const hc_policy hc_conservative_policy;
extern const hc_policy hc_conservative_compress_policy;
extern const hc_policy hc_by_rank_policy; /**< SRTF, SRSF, smallest first, preemptive priorities */
extern const hc_policy hc_gittins_policy;
extern const hc_policy hc_recorded_policy; /**< starts as recorded */
extern const hc_policy hc_las_policy;      /**< LAS, 2D-LAS */

#endif
