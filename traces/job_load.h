#ifndef HC_TRACES_JOB_LOAD_H
#define HC_TRACES_JOB_LOAD_H

#include "traces/kept_jobs.h"

/** Makes jobs come faster or slower by the factor `load`: gaps between submissions are divided by it.
 *  submit' = base + (submit - base) / load, rounded to the nearest nanosecond, computed in integers; `load`
 *  counts to nine decimals. Start and end as recorded lose their meaning and become HC_TIME_MISSING.
 *  With load 1 nothing changes.
 *  @param load  HC_LOAD_MIN .. HC_LOAD_MAX
 *  @return 0, or -1 when a submission would come later than HC_TIME_LIMIT, or earlier than its negative;
 *  the jobs are spoilt then. */
int hc_job_load_apply(hc_kept_jobs *kept, hc_time base, double load);

#define HC_LOAD_MIN 1e-3
#define HC_LOAD_MAX 1e3

#endif
