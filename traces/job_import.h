#ifndef HC_TRACES_JOB_IMPORT_H
#define HC_TRACES_JOB_IMPORT_H

#include "traces/input_file.h"
#include "traces/job_trace.h"

/** hc_job_trace_read from an input that is already open, wherever its bytes come from; `options->path` only
 *  says beside which file others are looked for; it may be NULL. The input is read to its end, or to the place of an error. */
int hc_job_trace_read_input(hc_job_trace **out, const hc_trace_options *options,
                            hc_input_file *input, hc_error *error);

#endif
