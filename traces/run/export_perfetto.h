#ifndef HC_TRACES_EXPORT_PERFETTO_H
#define HC_TRACES_EXPORT_PERFETTO_H

#include "sim/error.h"
#include "traces/run/run_reader.h"

#include <stdio.h>

/** Writes a run as a trace for Perfetto (https://ui.perfetto.dev), in its own binary form.
 *
 *  A group of tracks per partition: a counter for each column of `series` (GPUs, not thousandths) and a track for each node that
 *  ran something, with a slice per attempt. A slice is called as the job in the input; beside it stand user, group,
 *  GPUs, nodes, devices, attempt, how it ended, and submission and wait in ns on the clock of the input. An attempt
 *  that did not end has no end there either. Slices of one job have one correlation id (its index + 1).
 *  A track of the run has one slice with what was simulated.
 *
 *  Times are those of the run. Perfetto has no negative ones: a run that has is moved so that its first instant is 0; the
 *  name of the run's track and the note time_shift_ns tell by how much. Where the run has dates, the trace has them.
 *
 *  Size: about 200 bytes per attempt and node and 150 per sample. Memory: that of hc_job_list and 64 bytes per attempt.
 *  @param shown     what messages call `out`
 *  @param left_out  [out] placements of attempts that the file does not have, because the run was killed
 *  @return 0, or -1 with `error` set: HC_ERROR_OUTPUT when something could not be written, HC_ERROR_RUNTIME when the
 *  file could not be read. `out` has then been written in part. */
int hc_export_perfetto(hc_run_reader *reader, FILE *out, const char *shown, uint64_t *left_out,
                       hc_error *error);

#endif
