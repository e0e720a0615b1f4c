#ifndef HC_SIM_JOBS_JOB_EXCHANGE_H
#define HC_SIM_JOBS_JOB_EXCHANGE_H

#include "sim/archive.h"
#include "sim/interfaces/job_source.h"

/** Saves a job's specification, or loads it; its texts are those that the source has for it.
 *  @param source  that the job came from, or another one of the same input */
void hc_job_spec_exchange(hc_job_spec *spec, hc_archive *archive, const hc_job_source *source);

#endif
