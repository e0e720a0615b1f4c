#ifndef HC_ANALYSIS_RUN_OUTPUTS_H
#define HC_ANALYSIS_RUN_OUTPUTS_H

#include "analysis/metrics.h"
#include "traces/study/study_content.h"

#include <stddef.h>

/** The numbers of a run that a study can keep: the one list of their names. */

typedef struct hc_run_output {
    const char *name; /**< "wait_p95" */
    const char *unit; /**< "s", "1" for a pure number, "share" for one of 0 .. 1 */
    hc_study_sense sense;
    const char *help; /**< one line, a sentence without a full stop */
    double (*value)(
        const hc_metrics *metrics); /**< NAN where there is nothing to compute it from */
} hc_run_output;

extern const hc_run_output hc_run_outputs[];
extern const size_t hc_run_output_count;

/** @return position in hc_run_outputs; hc_run_output_count when there is no such name. */
size_t hc_run_output_find(const char *name);

#endif
