#ifndef HC_TRACES_EXPORT_CSV_H
#define HC_TRACES_EXPORT_CSV_H

#include "sim/error.h"
#include "traces/run/run_reader.h"

#include <stdio.h>

/** Writes a table as CSV, with a line of names.
 *
 *  Jobs come in the order of their submission and begin with the columns
 *    job_id,submit_s,start_s,end_s,gpus,nodes,state,attempts,preemptions,wait_s
 *  Placements begin with job_id,attempt,node,device,count,milli; the other tables follow the columns of the file,
 *  with job_id in the place of the job's index. Ids are as in the input. Times are seconds of the input's own
 *  clock, decimals only where needed; what is missing is empty. Later versions add columns at the end only.
 *
 *  @param shown  what messages call `out`
 *  @return 0, or -1 with `error` set: HC_ERROR_OUTPUT when a line could not be written, HC_ERROR_RUNTIME when the
 *  table could not be read. `out` has then been written in part. Memory: that of hc_job_list where the table
 *  names jobs. */
int hc_export_csv(hc_run_reader *reader, hc_run_table table, FILE *out, const char *shown,
                  hc_error *error);

#endif
