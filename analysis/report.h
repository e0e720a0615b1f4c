#ifndef HC_ANALYSIS_REPORT_H
#define HC_ANALYSIS_REPORT_H

#include "analysis/metrics.h"
#include "sim/error.h"
#include "traces/run/run_reader.h"

#include <jansson.h>
#include <stdio.h>

/** The report of a run: for people, at most 100 columns wide and without colour, and for programs. */

/** @return 0, or -1 with `error` set (HC_ERROR_OUTPUT when `out` cannot be written). */
int hc_report_write(FILE *out, const hc_metrics *metrics, hc_run_reader *reader, hc_error *error);

/** The same as one JSON object, schema "hindcast-report-1": at least schema, version, digest, jobs, events,
 *  makespan_s, utilization, wait_mean_s, wait_median_s, slowdown_mean. Numbers that are not known are null.
 *  @return a new reference, or NULL when memory is short. */
json_t *hc_report_json(const hc_metrics *metrics, hc_run_reader *reader);

#endif
