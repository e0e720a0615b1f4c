#ifndef HC_ANALYSIS_PERIODS_H
#define HC_ANALYSIS_PERIODS_H

#include "analysis/metrics.h"

/** The hours, days or weeks of a run, while they are added up. */
typedef struct hc_period_sums hc_period_sums;

/** Makes the periods of metrics whose extents are known: none of a run without jobs.
 *  @return sums to be freed with free(), or NULL with `error` set. */
hc_period_sums *hc_periods_make(hc_metrics *metrics, hc_error *error);

/** A sample of a partition; a measured job, whose waits may be missing. What lies in no period is not added. */
void hc_periods_add_sample(const hc_metrics *metrics, hc_period_sums *sums,
                           const hc_sample_row *sample);
void hc_periods_add_job(const hc_metrics *metrics, hc_period_sums *sums, hc_time submit,
                        hc_time wait, hc_time recorded_wait);

/** Sets the means of the periods. */
void hc_periods_finish(hc_metrics *metrics, const hc_period_sums *sums);

#endif
