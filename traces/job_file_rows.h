#ifndef HC_TRACES_JOB_FILE_ROWS_H
#define HC_TRACES_JOB_FILE_ROWS_H

#include "traces/job_trace.h"
#include "traces/run/records.h"

/** The rows of a file of jobs (traces/job_file.h), for who writes and who reads them. */
typedef struct hc_job_file_row {
    hc_time submit;
    hc_time start; /**< HC_TIME_MISSING when not recorded; likewise those below but the run time */
    hc_time end;
    hc_time run_time;
    hc_time requested_time;
    hc_time think_time;
    uint64_t cpu_milli;
    uint64_t memory_bytes;
    uint32_t gpus;
    int32_t priority;
    uint16_t gpu_milli;
    uint8_t outcome; /**< hc_outcome */
    bool is_single_node;
    const char *job_id;
    const char *user;
    const char *group;
    const char *partition;
    const char *gpu_kind;
    const char *depends_on;
    const char *nodes;
} hc_job_file_row;

#define HC_JOB_FILE_FORMAT "hindcast jobs"

extern const hc_table_info hc_job_file_table;

#endif
