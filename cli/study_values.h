#ifndef HC_CLI_STUDY_VALUES_H
#define HC_CLI_STUDY_VALUES_H

#include "cli/study_setup.h"

/** Looks for values that the scenario refuses at every point where they occur: a name with a typing error is told
 *  before the first run, not by the runs that fail. What is refused at some points only is left to them.
 *
 *  Opens the scenario once for each value, and at most a thousand times; what is not decided then is let pass.
 *  @return 0, or -1 with `error` set (HC_ERROR_USAGE), each such value at its place in the study. */
int hc_study_values_check(const hc_study_setup *setup, hc_error *error);

#endif
