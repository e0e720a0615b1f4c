#ifndef HC_CLI_CHECK_OUTPUT_H
#define HC_CLI_CHECK_OUTPUT_H

#include "analysis/survey.h"
#include "cli/assemble.h"

/** What `hindcast check` prints to stdout: for people, or as one JSON object ("hindcast-check-1"). */
void hc_check_print(const hc_assembly *assembly, const hc_survey *survey, const char *path);

/** The lines about sites and broker of a federation. */
void hc_check_print_sites(const hc_assembly *assembly);

/** @return the exit code. */
int hc_check_print_json(const hc_assembly *assembly, const hc_survey *survey);

#endif
