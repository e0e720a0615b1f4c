#ifndef HC_TRACES_EXPORT_SWF_H
#define HC_TRACES_EXPORT_SWF_H

#include "sim/error.h"
#include "traces/run/run_reader.h"

#include <stdio.h>

/** Writes the simulated schedule in the Standard Workload Format 2.2: one line of 18 fields per job, in the
 *  order of submission, behind a head of comments.
 *
 *  Processors are GPUs, a shared GPU counts as one. Submit times are the input's own, never rebased; wait is
 *  from submission to first start and run time from there to the last end, so that both instants can be had
 *  back. Job numbers are the ids of the input when all of them are different whole numbers, else 1, 2, 3, ...
 *  Users, groups and partitions are numbered from 1 in the order of their tables. What is unknown is -1.
 *
 *  @param shown  what messages call `out`
 *  @return 0, or -1 with `error` set: HC_ERROR_OUTPUT when a line could not be written, HC_ERROR_RUNTIME when the
 *  file could not be read. */
int hc_export_swf(hc_run_reader *reader, FILE *out, const char *shown, hc_error *error);

#endif
