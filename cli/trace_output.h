#ifndef HC_CLI_TRACE_OUTPUT_H
#define HC_CLI_TRACE_OUTPUT_H

#include "traces/job_trace.h"

#include <jansson.h>

/** What became of the rows of a log, on standard output. @param file  what to call it */
void hc_trace_print(const char *file, const hc_job_trace *trace);

/** The same as JSON. @return an object that the caller owns, NULL when memory is short. */
json_t *hc_trace_json(const char *file, const hc_job_trace *trace);

#endif
