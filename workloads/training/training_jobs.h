#ifndef HC_WORKLOADS_TRAINING_TRAINING_JOBS_H
#define HC_WORKLOADS_TRAINING_TRAINING_JOBS_H

#include "sim/interfaces/job_source.h"
#include "workloads/training/training_keys.h"

/** Training jobs that a scenario names one by one, under `workload.training`:
 *
 *      training:
 *        - { name: base, model: llama3-70b, plan: { gpus: 1024, tp: 8, pp: 4 }, tokens: 1.0e11, submit: 2h }
 *        - { name: tune, count: 20, every: 30min, model: llama3-8b, plan: 8, steps: 500, limit: 12h }
 *
 *  Jobs of one instant are submitted in the order of the scenario. */

extern const hc_key_table hc_training_list_keys;

/** Adds the works of a list, and creates a source of its jobs that the caller destroys; keeps nothing of the list.
 *  @param list  `workload.training`
 *  @return 0, or -1 with every defect in `error`. */
int hc_training_jobs_create(hc_job_source *out, const hc_training_desk *desk, const hc_value *list,
                            hc_error *error);

#endif
