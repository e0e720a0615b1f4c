#include "cli/estimate_job.h"

#include "cli/commands.h"
#include "cli/estimate.h"
#include "sim/scenario/value.h"
#include "workloads/search/plan_search.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* What would do instead of a plan that would not: the same GPUs, split in another way. */
static void add_nearest(hc_error *error, const hc_training_job *job)
{
    hc_parallel_plan nearest;
    char text[HC_PLAN_TEXT_SIZE];
    if (hc_plan_nearest(&nearest, &job->shape, &job->plan, job->accelerator)) {
        hc_plan_write(&nearest, text);
        (void)hc_error_set(error, HC_ERROR_USAGE, "The nearest plan that would do: %s", text);
    } else {
        (void)hc_error_set(error, HC_ERROR_USAGE, "No other split over %" PRIu32 " GPU%s would do.",
                           job->plan.gpus, job->plan.gpus == 1 ? "" : "s");
    }
    error->count--; /* advice is no defect */
}

/* Where the plan says what a reason is about ("tp: expected ...", "tuning.rank: ..."). */
static const hc_value *place_of(const hc_training_job *job, const char *reason, size_t *key_length)
{
    const hc_value *value = hc_value_get(job->root, "plan");
    size_t length = strcspn(reason, ":");
    for (size_t at = 0; value != NULL && at < length; at++) {
        size_t part = strcspn(reason + at, ".:");
        const hc_key_node *key = hc_key_find(value->key, reason + at, part);
        value = key == NULL ? NULL : value->as.list.items[key->index];
        at += part;
    }
    *key_length = value == NULL ? 0 : length + 2;
    return value == NULL ? job->place_of_plan : value;
}

/* Each reason, a line, at the place of its own key. */
static void report(const hc_training_job *job, const char *reasons, hc_error *error)
{
    while (*reasons != '\0') {
        size_t length = strcspn(reasons, "\n");
        size_t skipped = 0;
        const hc_value *place = place_of(job, reasons, &skipped);
        (void)hc_value_error(place, error, "%.*s", (int)(length - skipped), reasons + skipped);
        reasons += length + (reasons[length] == '\n' ? 1 : 0);
    }
}

static int check(const hc_training_job *job, hc_error *error)
{
    const hc_value *precision = hc_value_get(job->root, "plan.precision");
    hc_error found = HC_ERROR_NONE;
    if (job->accelerator == NULL) {
        return hc_value_error(job->root, error,
                              "gpu: required, but missing; expected a kind of "
                              "accelerator such as H100-SXM");
    }
    if (hc_prediction_check_precision(job->accelerator, job->plan.precision, &found) < 0) {
        return hc_value_error(precision == NULL ? job->place_of_plan : precision, error, "%s",
                              found.text);
    }
    if (hc_parallel_plan_check(&job->plan, &job->shape, &found) < 0) {
        report(job, found.text, error);
        add_nearest(error, job);
        return -1;
    }
    return 0;
}

static void add_failures(hc_job_estimate *e)
{
    hc_training_failures failures = e->job->failures;
    uint32_t per_node = hc_training_layout(e->job->accelerator, &e->job->place, 1).ranks_per_node;
    failures.nodes = ceil((double)e->job->plan.gpus / per_node);
    e->effective_share = hc_training_effective_share(&failures, &e->checkpoint_interval_seconds);
}

static int estimate(hc_job_estimate *out, const hc_training_job *job, hc_error *error)
{
    *out = (hc_job_estimate){.job = job};
    if (check(job, error) < 0 ||
        hc_predict(&out->prediction, &job->shape, &job->plan, job->accelerator, &job->place,
                   job->choice.efficiency, error) < 0) {
        return -1;
    }
    out->terms = hc_training_job_terms(job, job->accelerator, &job->plan);
    out->has_length = out->terms.steps > 0;
    out->terms.steps = out->has_length ? out->terms.steps : 1;
    hc_training_run_make(&out->run, &out->prediction.step, job->plan.gpus, &out->terms);
    add_failures(out);
    return 0;
}

static int print(const hc_job_estimate *e, const hc_estimate_arguments *a)
{
    if (a->is_json) {
        return hc_job_estimate_print_json(e);
    }
    hc_job_estimate_print(e);
    if (a->is_explained) {
        hc_job_estimate_explain(e);
    }
    return HC_EXIT_OK;
}

int hc_estimate_job(const hc_estimate_arguments *a)
{
    hc_training_job job;
    hc_job_estimate e;
    hc_error error = HC_ERROR_NONE;
    int code = HC_EXIT_OK;
    if (hc_training_job_open(&job, a->path, a->overrides, a->override_count, a->profile, &error) <
            0 ||
        estimate(&e, &job, &error) < 0) {
        code = hc_print_error(&error);
    } else {
        code = print(&e, a);
    }
    hc_training_job_close(&job);
    return code;
}
