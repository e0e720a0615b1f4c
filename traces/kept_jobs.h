#ifndef HC_TRACES_KEPT_JOBS_H
#define HC_TRACES_KEPT_JOBS_H

#include "sim/error.h"
#include "traces/job_trace.h"
#include "traces/strings.h"

#include <stddef.h>
#include <stdint.h>

/** The jobs of a trace as they lie in memory: 64 bytes each. What few logs tell of a job stands in a side table
 *  that grows only with the jobs that have it; what follows from other fields is not kept at all. */

enum { HC_KEPT_GPU_BITS = 17 };

typedef struct hc_kept_job {
    hc_time submit;
    hc_time run_time;
    hc_time start;     /**< HC_TIME_MISSING when not recorded */
    hc_time requested; /**< HC_TIME_MISSING when no time was asked for */
    uint32_t line;     /**< its low half */
    uint32_t id;
    uint32_t user;
    uint32_t group;
    uint32_t partition;
    uint32_t kinds;
    uint32_t extra;                        /**< row of the side table; 0: none */
    unsigned gpu_count : HC_KEPT_GPU_BITS; /**< its low bits */
    unsigned gpu_milli : 10;
    unsigned outcome : 4;
    unsigned is_single_node : 1;
} hc_kept_job;

_Static_assert(sizeof(hc_kept_job) == 64, "a job takes 64 bytes");

/** A row of the side table. */
typedef struct hc_kept_extra {
    hc_time end; /**< where it was recorded without a start */
    hc_time think_time;
    uint64_t cpu_milli;
    uint64_t memory_bytes;
    uint32_t nodes;        /**< text */
    uint32_t preceding_id; /**< text */
    uint32_t preceding;    /**< index of a job, HC_NO_INDEX: none */
    int32_t priority;
    uint32_t line_high;
    uint32_t gpu_count_high;
} hc_kept_extra;

typedef struct hc_kept_jobs {
    hc_strings *strings; /**< of ids and names */
    hc_kept_job *jobs;
    size_t count;
    size_t capacity;
    hc_kept_extra *extras; /**< row 0 is unused */
    size_t extra_count;    /**< 0: no job has extra data */
    size_t extra_capacity;
} hc_kept_jobs;

/** @return 0, or -1 with `error` set when memory is short; release in both cases. */
int hc_kept_jobs_init(hc_kept_jobs *kept, hc_error *error);

void hc_kept_jobs_release(hc_kept_jobs *kept);

/** Adds a job, whose texts lie in `kept->strings`. Of the times, `end` is not kept where start and run time give
 *  it, nor is `time_limit`, which follows from the request.
 *  @return 0, or -1 with `error` set: memory is short, or there are 2^32 - 2 jobs. */
int hc_kept_jobs_add(hc_kept_jobs *kept, const hc_trace_job *job, hc_error *error);

/** Gives back memory that no job needs. */
void hc_kept_jobs_trim(hc_kept_jobs *kept);

/** One job in full. */
hc_trace_job hc_kept_jobs_get(const hc_kept_jobs *kept, size_t index);

/** Line of a job in its log. */
uint64_t hc_kept_jobs_line(const hc_kept_jobs *kept, const hc_kept_job *job);

/** Finds the job that each job followed, by id, in jobs that are in the order of submission: the latest one
 *  before it. A think time that the log does not give is the time from the recorded end of that job to the
 *  submission, 0 when neither is known.
 *  @param unknown_count  [out] jobs that followed one that is not there, or comes behind them
 *  @return 0, or -1 with `error` set when memory is short.
 *  Cost: O(jobs), and 8 bytes per job for a while; nothing when no job followed another. */
int hc_kept_jobs_link(hc_kept_jobs *kept, uint64_t *unknown_count, hc_error *error);

#endif
