#ifndef HC_SIM_JOBS_JOB_H
#define HC_SIM_JOBS_JOB_H

#include "sim/cluster/request.h"
#include "sim/engine/time.h"
#include "sim/ids.h"

#include <stdbool.h>
#include <stdint.h>

/** How a job ended where it was recorded. */
typedef enum hc_outcome {
    HC_OUTCOME_UNKNOWN = 0,
    HC_OUTCOME_COMPLETED,
    HC_OUTCOME_FAILED,
    HC_OUTCOME_CANCELLED,
    HC_OUTCOME_TIMEOUT,
    HC_OUTCOME_NODE_FAIL,
    HC_OUTCOME_RUNNING, /**< still running when the log was closed */
    HC_OUTCOME_COUNT,
} hc_outcome;

/** What is known of a job before it is simulated. A plain value; `name` is borrowed from its source. */
typedef struct hc_job_spec {
    const char
        *name;      /**< id as in the input; NULL: there was none, the number index + 1 stands in */
    hc_time submit; /**< as in the input, also when the simulation begins later */
    hc_time run_time; /**< >= 0, work on the hardware where it was recorded */
    hc_time
        time_limit; /**< what a scheduler may know of it: max(requested, run time); > = run_time */
    hc_time recorded_start; /**< HC_TIME_MISSING when not recorded; likewise the end */
    hc_time recorded_end;
    uint64_t line; /**< in its trace, from 1; 0 when it is synthetic */
    hc_request request;
    hc_partition_id partition;
    uint16_t trace; /**< which trace of the scenario */
    uint32_t
        user; /**< index into the source's user names, HC_NO_INDEX when unknown; likewise group */
    uint32_t group;
    hc_outcome outcome;
    bool is_limit_requested; /**< the limit was asked for; false: the recorded run time stands in */
    bool is_running_at_start; /**< warm start: has run since `running_since` at the begin */
    hc_time running_since;    /**< recorded start; the submission where none was recorded */
} hc_job_spec;

#endif
