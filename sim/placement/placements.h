#ifndef HC_SIM_POLICIES_PLACEMENTS_H
#define HC_SIM_POLICIES_PLACEMENTS_H

#include "sim/interfaces/placement.h"

/** The placement rules, one file each. The registry lists them. */
extern const hc_placement hc_placement_packed;
extern const hc_placement hc_placement_spread;
extern const hc_placement hc_placement_first;

#endif
