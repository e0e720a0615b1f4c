#ifndef HC_TESTS_TRACES_STUDY_MADE_STUDY_H
#define HC_TESTS_TRACES_STUDY_MADE_STUDY_H

#include "traces/study/study_content.h"

/** A study made by hand: 3 sizes x 2 policies x 5 repetitions, outputs wait_p95, utilization and cost. The wait
 *  depends on the repetition far more than on the policy, which takes 600 s off, 570 to 630: unpaired it could not be
 *  told. The last point failed once and was skipped once. */

enum {
    HC_MADE_POINTS = 6,
    HC_MADE_REPETITIONS = 5,
    HC_MADE_RUNS = HC_MADE_POINTS * HC_MADE_REPETITIONS,
    HC_MADE_OUTPUTS = 3,
    HC_MADE_VALUES = HC_MADE_RUNS * HC_MADE_OUTPUTS,
    HC_MADE_CELLS = HC_MADE_POINTS * HC_MADE_OUTPUTS,
};

typedef struct hc_made_study {
    hc_study_content content; /**< refers to what follows: not to be copied */
    hc_study_value points[HC_MADE_POINTS * 2];
    hc_study_run runs[HC_MADE_RUNS];
    double values[HC_MADE_VALUES];
    hc_study_summary_row summary[1];
} hc_made_study;

/** @param shift  the runs are put down from this one on, in a circle: the order must not matter */
void hc_made_study_fill(hc_made_study *study, size_t shift);

/** Writes its file. @return an exit status: 0, or 4 with a message on stderr */
int hc_made_study_write(const char *path);

#endif
