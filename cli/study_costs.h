#ifndef HC_CLI_STUDY_COSTS_H
#define HC_CLI_STUDY_COSTS_H

#include "cli/study_setup.h"
#include "cli/sweep_table.h"

#include <stddef.h>

/** How long runs are expected to take, so that the longest begin first.
 *
 *  Before anything has run a point costs what it has jobs, relative to the others: synthetic ones, or as many as the
 *  size of its logs lets expect; a policy that plans ahead costs several times as much. A point that has finished runs
 *  costs their mean, and the others are brought to the same scale. */

/** Fills one cost > 0 per point, relative. Opens the scenario at each point when a variable changes workload or scheduler,
 *  and at none otherwise.
 *  @return 0, or -1 with `error` set (memory). */
int hc_study_costs_guess(double *costs, const hc_study_setup *setup, hc_error *error);

/** Turns guesses into seconds by what has finished; without a finished run they stay as they are.
 *  @param costs  as hc_study_costs_guess() gave them; not changed
 *  @param seconds  [out] per point; may be `costs` */
void hc_study_costs_refine(double *seconds, const double *costs, const hc_study_setup *setup,
                           const hc_sweep_table *table);

/** Sorts runs, the most expensive first, ties by number. @param costs  per point. O(n log n). */
void hc_study_costs_order(size_t *runs, size_t count, const double *costs,
                          const hc_study_setup *setup);

#endif
