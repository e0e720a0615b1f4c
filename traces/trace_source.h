#ifndef HC_TRACES_TRACE_SOURCE_H
#define HC_TRACES_TRACE_SOURCE_H

#include "sim/cluster/machine.h"
#include "sim/error.h"
#include "sim/interfaces/job_source.h"
#include "traces/job_trace.h"

#include <stddef.h>

/** Jobs of one or several traces as one source, merged in the order of submission; at one instant and with equal
 *  ids, in the order of the traces.
 *
 *  Names of partitions and GPU kinds are looked up in the machine. On a machine with one partition all jobs go
 *  there; otherwise a job whose partition the machine lacks goes nowhere (index UINT16_MAX) and is rejected.
 *
 *  A job follows (preceding) only jobs of its own trace, by the ids that they get in the merge.
 *
 *  @param traces   borrowed, must outlive the source; of one clock
 *  @param begin    jobs that ran at this instant where they were recorded are marked as running (warm start);
 *                  HC_TIME_MISSING: none are
 *  @return 0 and a source that the caller destroys, or -1 with `error` set.
 *  Cost: O(traces) per job. Memory: O(distinct users + groups); 4 bytes per job of a trace whose jobs follow each other, when
 *  there are several traces. */
int hc_trace_source_create(hc_job_source *out, const hc_job_trace *const *traces,
                           size_t trace_count, const hc_machine *machine, hc_time begin,
                           hc_error *error);

#endif
