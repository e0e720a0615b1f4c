#ifndef HC_SIM_SUBMISSIONS_H
#define HC_SIM_SUBMISSIONS_H

#include "sim/cluster_process.h"
#include "sim/engine/engine.h"
#include "sim/error.h"
#include "sim/interfaces/job_source.h"
#include "sim/jobs/lifecycle.h"
#include "sim/jobs/priority_class.h"

#include <stdbool.h>
#include <stdint.h>

/** Takes jobs from one source to the clusters of their partitions, when their time has come.
 *
 *  The next submission is posted when all earlier ones were handled, so that few jobs are in memory. A cluster that
 *  another rank has is NULL: its jobs are passed over, and every job has the same number on every rank. */
typedef struct hc_submissions hc_submissions;

typedef struct hc_submissions_options {
    const hc_job_source *source; /**< borrowed */
    const hc_priority_class *classes;
    uint32_t class_count;
    bool follows_dependencies; /**< see hc_simulation_options; one rank has all clusters then */
    uint8_t submit_class;      /**< class of the events of submission (hc_precedence) */

    /** Of several sources each numbers its jobs, users, groups and traces so that no number is used twice: its n-th
     *  job gets id n * id_stride + id_first. One source alone: 1 and zeros. */
    uint32_t id_stride;
    uint32_t id_first;
    uint32_t first_user;
    uint32_t first_group;
    uint16_t first_trace;
    bool has_home; /**< all jobs are submitted to `home`; else to the partitions that they name */
    hc_partition_id home;
} hc_submissions_options;

/** Looks at the first job.
 *  @return 0, or -1 with `error` set. */
int hc_submissions_create(hc_submissions **out, const hc_submissions_options *options,
                          hc_error *error);
void hc_submissions_destroy(hc_submissions *submissions);

/** Submission of the source's first job, whosever it is; HC_TIME_MISSING when there is none. */
hc_time hc_submissions_first(const hc_submissions *submissions);

/** Up to which instant, itself included, jobs of this rank have been posted; HC_TIME_MISSING: none has. */
hc_time hc_submissions_posted_to(const hc_submissions *submissions);

struct hc_archive;

/** What of a closed loop is still to come, to be saved or loaded; nothing when dependencies are not followed. */
void hc_submissions_exchange(hc_submissions *submissions, struct hc_archive *archive);

/** What clusters are told, and whom they tell. Borrows `submissions`. */
hc_feed hc_submissions_feed(hc_submissions *submissions);
hc_departure hc_submissions_departure(hc_submissions *submissions);

/** Posts the first submissions. @param clusters  by partition, borrowed; NULL: of another rank
 *  @param begin  jobs submitted earlier are submitted then
 *  @return 0, or -1 with `error` set. */
int hc_submissions_begin(hc_submissions *submissions, hc_engine *engine, hc_cluster **clusters,
                         uint32_t cluster_count, hc_time begin, hc_error *error);

/** Instead, goes on behind the jobs that were posted when a state was saved, once this state's clusters are loaded. The
 *  jobs of the source before them are passed over. As above.
 *  @param posted_to  by partition: as hc_submissions_posted_to said where it was saved. Partitions of one rank that were
 *                    saved by several are brought to the latest of them
 *  Cost: O(jobs before the state), 0.1 to 0.3 us each. */
int hc_submissions_resume(hc_submissions *submissions, hc_engine *engine, hc_cluster **clusters,
                          uint32_t cluster_count, hc_time begin, const hc_time *posted_to,
                          hc_error *error);

#endif
