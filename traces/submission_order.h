#ifndef HC_TRACES_SUBMISSION_ORDER_H
#define HC_TRACES_SUBMISSION_ORDER_H

#include "traces/kept_jobs.h"

/** The order in which jobs are handed on (sim/interfaces/job_source.h): by submit time, id, content, line.
 *  It is total, so the rows of a file may stand in any order. */

/** Compares two ids: digits only compare as numbers of any length and come before others, others byte by byte;
 *  no id ("") comes first. Different texts are never equal ("7" before "07").
 *  @return negative, 0, positive. */
int hc_submission_order_compare_ids(const char *a, const char *b);

/** Compares all fields of two jobs but the line, and but which job the one before was. */
int hc_submission_order_compare(const hc_kept_jobs *kept, size_t a, size_t b);

/** Sorts in O(n log n), O(n) when the jobs are in order. Needs 48 bytes per job unless they are.
 *  @return 0, or -1 with `error` set when memory is short; the jobs are unchanged then. */
int hc_submission_order_sort(hc_kept_jobs *kept, hc_error *error);

/** How many sorted jobs equal the one before them in all fields but the line. */
uint64_t hc_submission_order_count_duplicates(const hc_kept_jobs *kept);

#endif
