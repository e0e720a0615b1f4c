#ifndef HC_ANALYSIS_EACH_ROW_H
#define HC_ANALYSIS_EACH_ROW_H

#include "sim/error.h"
#include "traces/run/run_reader.h"

/** Takes one row of a table, borrowed for the call.
 *  @return 0 to go on; 1 to stop, content; -1 to stop with `error` set. */
typedef int hc_row_visitor(void *self, const void *row, hc_error *error);

/** Calls `visit` with each row of a table in order.
 *
 *  A file may lie, so the times of each job are compared before it is handed out: what happened later does not
 *  come first, what happened has its time, and no two instants of a job are further apart than HC_TIME_LIMIT.
 *  @return what `visit` returned last, 0 at the end; -1 with `error` set also when the table cannot be read.
 *  Memory: a slice of the table. */
int hc_each_row(hc_run_reader *reader, hc_run_table table, hc_row_visitor *visit, void *self,
                hc_error *error);

#endif
