#ifndef HC_SIM_JOBS_DEPENDENTS_H
#define HC_SIM_JOBS_DEPENDENTS_H

#include "sim/jobs/job.h"

#include <stdbool.h>
#include <stddef.h>

/** Jobs in the order in which they were added. Zero is an empty list. */
typedef struct hc_job_list {
    struct hc_listed_job *jobs;
    size_t count;
    size_t capacity;
    size_t next;
} hc_job_list;

/** @return 0, or -1 when memory is short. */
int hc_job_list_add(hc_job_list *list, hc_job_id job, const hc_job_spec *spec);

/** Takes the next one. @return false at the end. */
bool hc_job_list_next(hc_job_list *list, hc_job_id *job, hc_job_spec *spec);
void hc_job_list_free(hc_job_list *list);

/** Jobs that are submitted once another one has left. */
typedef struct hc_dependents hc_dependents;

/** @return owned by the caller, or NULL when memory is short. */
hc_dependents *hc_dependents_create(void);
void hc_dependents_destroy(hc_dependents *dependents);

/** Keeps a job until `spec->preceding` has left; all are added before the first leaves.
 *  @return 0, or -1 when memory is short. */
int hc_dependents_add(hc_dependents *dependents, hc_job_id job, const hc_job_spec *spec);

/** The next job that waits for `preceding`, in the order in which they were added.
 *  @return false: there is none. */
bool hc_dependents_take(hc_dependents *dependents, hc_job_id preceding, hc_job_id *job,
                        hc_job_spec *spec);

/** Whether the job is, or was, a dependent. */
bool hc_dependents_contains(const hc_dependents *dependents, hc_job_id job);

/** The submission of a job was handled. @return whether the job was a dependent. */
bool hc_dependents_settle(hc_dependents *dependents, hc_job_id job);

struct hc_archive;

/** Who is still kept, to be saved, or to be loaded into an object to which the same jobs were added. */
void hc_dependents_exchange(hc_dependents *dependents, struct hc_archive *archive);

/** Dependents whose submission was not handled yet. */
size_t hc_dependents_count(const hc_dependents *dependents);

#endif
