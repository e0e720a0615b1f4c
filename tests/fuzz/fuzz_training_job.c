#include "cli/prediction.h"
#include "cli/training_job.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A plan that passes every check has a time and a memory need. */
static void predict(const hc_training_job *job)
{
    hc_error error = HC_ERROR_NONE;
    hc_prediction p;
    hc_training_terms terms;
    hc_training_run run;
    if (job->accelerator == NULL ||
        hc_prediction_check_precision(job->accelerator, job->plan.precision, &error) < 0 ||
        hc_parallel_plan_check(&job->plan, &job->shape, &error) < 0 ||
        hc_predict(&p, &job->shape, &job->plan, job->accelerator, &job->place,
                   job->choice.efficiency, &error) < 0) {
        return;
    }
    terms = hc_training_job_terms(job, job->accelerator, &job->plan);
    hc_training_run_make(&run, &p.step, job->plan.gpus, &terms);
    if (!(p.step.seconds > 0) || !isfinite(p.step.seconds) || !(p.memory.total > 0) ||
        !isfinite(p.memory.total) || !isfinite(run.kg_co2)) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static hc_training_job job;
    hc_error error = HC_ERROR_NONE;
    if (hc_training_job_parse(&job, "job", (const char *)data, size, &error) == 0) {
        predict(&job);
    }
    hc_training_job_close(&job);
    return 0;
}
