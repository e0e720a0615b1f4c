#ifndef HC_TRACES_SUBMISSION_ORDER_H
#define HC_TRACES_SUBMISSION_ORDER_H

#include "traces/job_trace.h"
#include "traces/strings.h"

/** The order in which jobs are handed on (sim/interfaces/job_source.h): by submit time, id, content, line.
 *  It is total, so the rows of a file may stand in any order. */

/** Compares two ids: digits only compare as numbers of any length and come before others, others byte by byte;
 *  no id ("") comes first. Different texts are never equal ("7" before "07").
 *  @return negative, 0, positive. */
int hc_submission_order_compare_ids(const char *a, const char *b);

/** Compares all fields but the line. */
int hc_submission_order_compare(const hc_trace_job *a, const hc_trace_job *b,
                                const hc_strings *strings);

/** Sorts in O(n log n), O(n) when the jobs are in order. Needs 48 bytes per job unless they are.
 *  @return 0, or -1 with `error` set when memory is short; the jobs are unchanged then. */
int hc_submission_order_sort(hc_trace_job *jobs, size_t count, const hc_strings *strings,
                             hc_error *error);

/** How many sorted jobs equal the one before them in all fields but the line. */
uint64_t hc_submission_order_count_duplicates(const hc_trace_job *jobs, size_t count,
                                              const hc_strings *strings);

#endif
