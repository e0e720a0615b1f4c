#include "cli/estimate_job.h"

#include "analysis/plain_text.h"
#include "cli/json_output.h"
#include "cli/plan_json.h"
#include "workloads/plan/quality_notes.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

void hc_job_part_key(hc_step_part part, char *out)
{
    (void)snprintf(out, HC_PART_KEY_SIZE, "%s", hc_step_part_name(part));
    for (char *at = out; *at != '\0'; at++) {
        *at = isalnum((unsigned char)*at) ? (char)tolower((unsigned char)*at) : '_';
    }
}

static json_t *breakdown(const hc_step_time *step)
{
    json_t *object = json_object();
    for (int i = 0; i < HC_STEP_PART_COUNT; i++) {
        char key[HC_PART_KEY_SIZE];
        hc_job_part_key((hc_step_part)i, key);
        (void)json_object_set_new(object, key, json_real(step->parts[i]));
    }
    return object;
}

static json_t *memory_of(const hc_training_memory *m)
{
    return json_pack("{s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f}", "weights", m->weights, "gradients",
                     m->gradients, "optimizer", m->optimizer, "activations", m->activations,
                     "buffers", m->buffers, "context", m->context, "fragmentation",
                     m->fragmentation, "total", m->total);
}

static json_t *quality_of(const hc_parallel_plan *plan)
{
    const char *notes[HC_MAX_QUALITY_NOTES];
    size_t count = hc_plan_quality_notes(plan, notes);
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++) {
        (void)json_array_append_new(array, json_string(notes[i]));
    }
    return array;
}

/* What only a run of a length has. */
static void set_run(json_t *object, const hc_job_estimate *e)
{
    const struct {
        const char *name;
        double value;
        bool is_known;
    } FIGURES[] = {
        {"steps", e->run.steps, true},
        {"tokens", e->run.tokens, true},
        {"days", e->run.seconds / 86400, true},
        {"gpu_hours", e->run.gpu_hours, true},
        {"dollars", e->run.dollars, e->terms.dollars_per_gpu_hour > 0},
        {"egress_bytes", e->run.egress_bytes, true},
        {"egress_dollars", e->run.egress_dollars, true},
        {"kwh", e->run.kwh, e->terms.watts > 0},
        {"kg_co2", e->run.kg_co2, e->terms.watts > 0},
        {"days_with_failures", e->run.seconds / 86400 / e->effective_share, e->effective_share > 0},
    };
    for (size_t i = 0; i < sizeof FIGURES / sizeof FIGURES[0]; i++) {
        (void)json_object_set_new(object, FIGURES[i].name,
                                  e->has_length && FIGURES[i].is_known ? json_real(FIGURES[i].value)
                                                                       : json_null());
    }
}

static json_t *basis_of(const hc_job_estimate *e)
{
    const hc_training_job *job = e->job;
    const hc_efficiency *used = e->prediction.efficiency;
    return json_pack("{s:s, s:s, s:s, s:b, s:f, s:f, s:f, s:f, s:s}", "profile", used->name, "on",
                     used->accelerator, "fitted", used->basis, "fitted_on_another_gpu",
                     e->prediction.is_borrowed ? 1 : 0, "dollars_per_gpu_hour",
                     e->terms.dollars_per_gpu_hour, "watts", e->terms.watts, "pue", e->terms.pue,
                     "grams_co2_per_kwh", e->terms.grams_per_kwh, "region",
                     job->region == NULL ? "" : job->region->name);
}

int hc_job_estimate_print_json(const hc_job_estimate *e)
{
    const hc_training_job *job = e->job;
    const hc_prediction *p = &e->prediction;
    hc_model_parameters parameters;
    json_t *object = NULL;
    hc_model_count_parameters(&job->shape, &parameters);
    object =
        json_pack("{s:s, s:o, s:s, s:f, s:f, s:o, s:f, s:f, s:f, s:f, s:f, s:b, s:f, s:o}",
                  "schema", "hindcast-estimate-1", "model", hc_json_text(job->shape.name), "gpu",
                  job->accelerator->name, "parameters", parameters.total, "active_parameters",
                  parameters.active, "plan", hc_plan_json(&job->plan), "step_seconds",
                  p->step.seconds, "tokens_per_second_per_gpu", e->run.tokens_per_second_per_gpu,
                  "model_tflops_per_second_per_gpu", e->run.model_flops_per_second_per_gpu / 1e12,
                  "mfu", e->run.mfu, "hfu", e->run.hfu, "fits", p->fits ? 1 : 0, "gpu_memory_bytes",
                  p->gpu_memory_bytes, "memory_bytes_per_gpu", memory_of(&p->memory));
    if (object != NULL) {
        (void)json_object_set_new(object, "quality_notes", quality_of(&job->plan));
        (void)json_object_set_new(object, "breaks",
                                  p->fits ? json_null()
                                          : json_string(hc_training_memory_largest(&p->memory)));
        set_run(object, e);
        (void)json_object_set_new(object, "breakdown_seconds", breakdown(&p->step));
        (void)json_object_set_new(object, "basis", basis_of(e));
    }
    return hc_print_json(object);
}
