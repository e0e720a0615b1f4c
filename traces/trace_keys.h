#ifndef HC_TRACES_TRACE_KEYS_H
#define HC_TRACES_TRACE_KEYS_H

#include "sim/error.h"
#include "sim/scenario/scenario.h"
#include "traces/job_trace.h"

/** The keys of `workload` that concern traces, `cluster.nodes_from`, and `output`. */
extern const hc_key_table hc_workload_keys;
extern const hc_key_table hc_nodes_from_keys;
extern const hc_key_table hc_output_keys;

/** How one of `workload.traces` is to be read, but for its path, which the caller resolves.
 *  @param trace     one item of workload.traces
 *  @param workload  for what all traces share
 *  @return 0, or -1 with `error` set. */
int hc_trace_options_read(hc_trace_options *out, const hc_value *trace, const hc_value *workload,
                          hc_error *error);

#endif
