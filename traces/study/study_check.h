#ifndef HC_TRACES_STUDY_CHECK_H
#define HC_TRACES_STUDY_CHECK_H

#include "sim/error.h"
#include "traces/study/study_content.h"

/** What holds of every study, of one that is written and of one that was read.
 *  @param path  what messages call it
 *  @return 0, or -1 with `error` set to what is wrong first. */

/** Counts of variables and outputs; their names are there, not too long, and differ. */
int hc_study_check_names(const hc_study_content *content, const char *path, hc_error_kind kind,
                         hc_error *error);

/** Counts and values of points; the points and states of runs; each (point, repetition) stands once, in order. */
int hc_study_check_rows(const hc_study_content *content, const char *path, hc_error_kind kind,
                        hc_error *error);

#endif
