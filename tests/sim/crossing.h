#ifndef HC_TESTS_SIM_CROSSING_H
#define HC_TESTS_SIM_CROSSING_H

#include "tests/sim/random_scenario.h"

/** A random scenario with all that a scenario can say: warm starts, calendars of capacity, a closed loop, estimates and
 *  limits that kill, jobs whose speed depends on their placement, under any policy. Equal numbers give equal ones. */
typedef struct hc_crossing {
    hc_random_scenario scenario;
    hc_policy_options options;
    hc_calendar calendar;
    hc_replay replay; /**< to be run, as often as one likes */
} hc_crossing;

void hc_crossing_draw(hc_crossing *out, uint64_t number);

/** Puts a policy of the registry in the place of the one that was drawn; one that cannot plan for parts of a GPU stays
 *  away where there are any. */
void hc_crossing_set_policy(hc_crossing *crossing, const hc_policy_options *options);
void hc_crossing_release(hc_crossing *crossing);

#endif
