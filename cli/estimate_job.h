#ifndef HC_CLI_ESTIMATE_JOB_H
#define HC_CLI_ESTIMATE_JOB_H

#include "cli/prediction.h"
#include "cli/training_job.h"

#include <stdbool.h>

/** The answer of `hindcast estimate JOB`, and how it is printed. */
typedef struct hc_job_estimate {
    const hc_training_job *job;
    hc_prediction prediction;
    hc_training_terms terms;
    hc_training_run run; /**< of one step where the job has no length */
    bool has_length;
    double effective_share; /**< of the time, with failures; 1: none are expected */
    double checkpoint_interval_seconds;
} hc_job_estimate;

/** One JSON object to stdout. @return the exit code. */
int hc_job_estimate_print_json(const hc_job_estimate *estimate);

/** A table for people. */
void hc_job_estimate_print(const hc_job_estimate *estimate);

/** Each term: formula, the numbers put in, result. */
void hc_job_estimate_explain(const hc_job_estimate *estimate);

/** Seconds of a part of a step by a name for programs ("tensor_exposed").
 *  @param out  HC_PART_KEY_SIZE bytes */
enum { HC_PART_KEY_SIZE = 48 };
void hc_job_part_key(hc_step_part part, char *out);

#endif
