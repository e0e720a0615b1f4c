#ifndef HC_TRACES_JOB_LIST_H
#define HC_TRACES_JOB_LIST_H

#include "sim/error.h"
#include "traces/run/run_reader.h"

#include <stddef.h>
#include <stdint.h>

/** All jobs of a file in the order of their submission; the file has them in the order in which they ended.
 *  Memory: about 250 bytes per job. */
typedef struct hc_job_list {
    hc_rows rows;
    const hc_job_row **jobs; /**< by rising index */
    size_t count;
} hc_job_list;

#define HC_JOB_LIST_NONE ((hc_job_list){.jobs = NULL})

/** @return 0, or -1 with `error` set, also when two jobs have the same index. Destroy in any case.
 *  O(jobs log jobs). */
int hc_job_list_read(hc_job_list *list, hc_run_reader *reader, hc_error *error);
void hc_job_list_destroy(hc_job_list *list);

/** The job of an index, or NULL: a run that was interrupted has rows of jobs that it has not written.
 *  O(log jobs). */
const hc_job_row *hc_job_list_find(const hc_job_list *list, uint32_t index);

/** Sorts the jobs by their submission, at one instant by their index, which is the order of submission at one site. No
 *  job can be found by its index then. */
void hc_job_list_sort_by_submission(hc_job_list *list);

#endif
