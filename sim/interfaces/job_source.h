#ifndef HC_SIM_INTERFACES_JOB_SOURCE_H
#define HC_SIM_INTERFACES_JOB_SOURCE_H

#include "sim/error.h"
#include "sim/jobs/job.h"

#include <stdbool.h>
#include <stdint.h>

/** What a source can tell before its first job. */
typedef struct hc_job_source_facts {
    hc_time last_submit;  /**< for progress; HC_TIME_MISSING when it is not known */
    uint64_t job_count;   /**< about so many, to share out work; 0 when it is not known */
    uint32_t name_bytes;  /**< of the longest name of a job that is no log's; 0: they have none */
    bool has_shared_gpus; /**< some job asks for a part of a GPU */
    bool has_host_needs;  /**< some job asks for CPU or memory */
} hc_job_source_facts;

/** Where jobs come from: a trace in memory, a generator.
 *  Jobs leave in the order of their submission: by submit time; at one instant by id (ids that are all
 *  digits compare as numbers and come first, others byte by byte), without ids by content, then by place in
 *  the input. The n-th job gets job id n, from 0. The same input gives the same jobs in every run. */
typedef struct hc_job_source {
    void *self;

    /** The next job. @return 1 and a job; 0 at the end; -1 with `error` set.
     *  Strings in `out` live as long as the source. */
    int (*next)(void *self, hc_job_spec *out, hc_error *error);

    /** What is known before the first job leaves. */
    hc_job_source_facts (*facts)(void *self);

    /** Name behind a user or group index. Borrowed; lives as long as the source. */
    const char *(*user_name)(void *self, uint32_t user);
    const char *(*group_name)(void *self, uint32_t group);
    uint32_t (*user_count)(void *self);
    uint32_t (*group_count)(void *self);

    /** Sets the texts of a job that left this source, or another one of the same input, by its trace and place; NULL: its
     *  jobs have none.
     *  @return 0, or -1: there is no such job. */
    int (*find_texts)(void *self, hc_job_spec *spec);

    void (*destroy)(void *self);
} hc_job_source;

#endif
