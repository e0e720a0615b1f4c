#ifndef HC_TRACES_JOB_FILE_H
#define HC_TRACES_JOB_FILE_H

#include "sim/error.h"
#include "traces/job_trace.h"

#include <stdbool.h>

/** A trace as a file in one form, whatever it was read from, which can be read again to the same jobs.
 *
 *  As CSV (format csv without a map of columns): a header of the names of hc_column, of which those stand there
 *  that some job has; dates where the log has dates, else seconds. Zone and zero of the clock are lost.
 *  As HDF5 (format hindcast): a table `jobs` in the form of the tables of a run file; what is known of the log
 *  stands in attributes of the file.
 *
 *  Both are written under another name and renamed when they are whole.
 *  @param may_replace  false: a file of that name is an error (HC_ERROR_USAGE)
 *  @return 0, or -1 with `error` set (HC_ERROR_OUTPUT). O(jobs). */
int hc_job_file_write_csv(const hc_job_trace *trace, const char *path, bool may_replace,
                          hc_error *error);
int hc_job_file_write_hdf5(const hc_job_trace *trace, const char *path, bool may_replace,
                           hc_error *error);

#endif
