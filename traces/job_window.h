#ifndef HC_TRACES_JOB_WINDOW_H
#define HC_TRACES_JOB_WINDOW_H

#include "traces/job_trace.h"
#include "traces/trace_record.h"

/** Which part of a log a scenario asks for: from, to, with or without CPU jobs. */
typedef struct hc_job_window {
    bool has_from, has_to;
    bool is_warm_start;
    bool keeps_cpu_jobs;
    hc_time from; /**< on the file's clock */
    hc_time to;
} hc_job_window;

/** Places the window of `options` on the clock of a file.
 *  @param name  of the file, for messages
 *  @return 0, or -1 with `error` set: a date where the file's zero is not known, a duration where the file has
 *  dates, an empty window. */
int hc_job_window_set(hc_job_window *out, const hc_trace_options *options,
                      const hc_trace_facts *facts, const char *name, hc_error *error);

/** Whether a usable row lies in the window. @return true, or false with the reason why it is left out. */
bool hc_job_window_admits(const hc_job_window *window, const hc_trace_record *record,
                          hc_filter_reason *reason);

#endif
