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

enum { HC_WORK_AS_RECORDED = 0 };

/** What is known of a job before it is simulated. A plain value; texts are borrowed from its source. */
typedef struct hc_job_spec {
    /** Id as in the input; NULL: there was none, the number index + 1 stands in. */
    const char *name;
    hc_time submit; /**< as in the input, also when the simulation begins later */
    /** >= 0, work: on the hardware where it was recorded, or where the source of a job with a `workload` assumed. */
    hc_time run_time;
    /** What a scheduler may know of it: max(requested, run time); >= run_time. */
    hc_time time_limit;
    hc_time requested_time; /**< the limit as it was asked for; if is_limit_requested */
    hc_time recorded_start; /**< HC_TIME_MISSING when not recorded; likewise the end */
    hc_time recorded_end;
    const char *recorded_nodes; /**< "name:gpus+name:gpus"; NULL: not recorded */
    hc_time running_since;      /**< recorded start; the submission where none was recorded */
    hc_time think_time; /**< from the end of `preceding` to the submission; if has_preceding */
    uint64_t line;      /**< in its trace, from 1; 0 when it is synthetic */
    hc_request request;
    uint32_t
        user; /**< index into the source's user names, HC_NO_INDEX when unknown; likewise group */
    uint32_t group;
    uint32_t preceding; /**< id of the job whose end it waited for before it was submitted */
    uint32_t place;     /**< where its source finds its texts again */
    int32_t priority;   /**< higher goes first; 0 where none is given */
    hc_partition_id partition;
    hc_partition_id
        home; /**< where it was submitted; another one than `partition` once it was sent on */
    /** What it does (sim/interfaces/workload.h), which with its placement says how long it runs; whole GPUs only.
     *  HC_WORK_AS_RECORDED: it runs for its run time. */
    uint32_t workload;
    uint16_t trace; /**< which trace of the scenario */
    hc_outcome outcome;
    bool is_limit_requested; /**< the limit was asked for; false: the recorded run time stands in */
    bool is_running_at_start; /**< warm start: has run since `running_since` at the begin */
    bool has_preceding;
} hc_job_spec;

#endif
