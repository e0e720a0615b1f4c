#ifndef HC_CLI_ASSEMBLE_JOBS_H
#define HC_CLI_ASSEMBLE_JOBS_H

#include "cli/assemble.h"

/** A workload to be made into a source of jobs. */
typedef struct hc_workload_request {
    const hc_value *workload;
    const hc_assembly_options *options;
    uint64_t seed;
    uint64_t capacity_gpus;    /**< of the cluster that it is submitted to */
    hc_time zone;              /**< of synthetic users: local time - UTC */
    hc_partition_id partition; /**< that synthetic and training jobs are submitted to */
} hc_workload_request;

/** Reads the logs of a workload, which join those of the assembly, or prepares its synthetic or training jobs. All times of an
 *  assembly count from one zero.
 *  @return 0 and a source that the caller owns, or -1 with `error` set. */
int hc_assembly_open_workload(hc_assembly *assembly, const hc_workload_request *request,
                              hc_job_source *out, hc_error *error);

/** Without `from` a simulation begins with the first submission; without jobs it does not matter. */
void hc_assembly_settle_begin(hc_assembly *assembly);

#endif
