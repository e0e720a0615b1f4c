#ifndef HC_TRACES_STATUS_WORD_H
#define HC_TRACES_STATUS_WORD_H

#include "sim/jobs/job.h"
#include "traces/field.h"

#include <stdbool.h>

/** Words of logs for what became of a job: those of Slurm, Helios, Acme, Philly, PAI and Kubernetes, in any
 *  case. The first word of a field counts ("CANCELLED by 5012"). */

/** HC_OUTCOME_UNKNOWN for a word that is not known, or that says nothing about the end ("SUSPENDED"). */
hc_outcome hc_status_outcome(hc_field status);

/** The job had not started yet. */
bool hc_status_is_waiting(hc_field status);

#endif
