#ifndef HC_TESTS_SIM_REFERENCE_PLAN_H
#define HC_TESTS_SIM_REFERENCE_PLAN_H

#include "tests/sim/replay.h"

/** The slow and obvious scheduler (tests/sim/reference.h) for policies that plan ahead: conservative backfilling in
 *  both variants, and EASY with several reservations. The whole machine is rebuilt for each instant that is
 *  looked at. No parts of GPUs. */

/** Fills start, end, state and nodes of each job of the replay. */
void hc_reference_plan_run(hc_replay *replay, const hc_policy_options *options);

#endif
