#include "cli/estimate_job.h"

#include "cli/wrapped_line.h"
#include "sim/units.h"
#include "workloads/plan/quality_notes.h"
#include "workloads/search/plan_search.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* A number with a letter for thousands: "70.6 B", "15 T". @param out  of `size` bytes */
static const char *scaled(double value, char *out, size_t size)
{
    static const struct {
        double unit;
        const char *letter;
    } UNITS[] = {{1e12, " T"}, {1e9, " B"}, {1e6, " M"}, {1e3, " k"}};
    for (size_t i = 0; i < sizeof UNITS / sizeof UNITS[0]; i++) {
        if (value >= UNITS[i].unit) {
            (void)snprintf(out, size, "%.3g%s", value / UNITS[i].unit, UNITS[i].letter);
            return out;
        }
    }
    (void)snprintf(out, size, "%.3g", value);
    return out;
}

enum { NUMBER = 32 };

static const double GIB = 1073741824;
static const double LONGEST = 3e9; /* seconds: what rare failures ask for is not written out */

static void print_title(const hc_job_estimate *e)
{
    const hc_training_job *job = e->job;
    hc_model_parameters parameters;
    char plan[HC_PLAN_TEXT_SIZE];
    char total[NUMBER];
    char active[NUMBER];
    char gpus[HC_UNIT_TEXT_SIZE];
    char sequence[HC_UNIT_TEXT_SIZE];
    hc_model_count_parameters(&job->shape, &parameters);
    hc_plan_write(&job->plan, plan);
    hc_format_count(job->plan.gpus, gpus);
    hc_format_count(job->plan.sequence, sequence);
    printf("%s, %s parameters", job->shape.name, scaled(parameters.total, total, sizeof total));
    if (job->shape.experts > 0) {
        printf(" (%s active)", scaled(parameters.active, active, sizeof active));
    }
    printf(", %s tokens a sequence, on %s ", sequence, gpus);
    if (job->stage_kind_count == 0) {
        printf("%s\n  (%s)\n", job->accelerator->name, plan);
        return;
    }
    printf("GPUs\n  (%s;\n  stages:", plan);
    for (uint32_t i = 0; i < job->stage_kind_count; i++) {
        printf("%s %" PRIu32 " on %s", i == 0 ? "" : ",", job->stage_kinds[i].stages,
               job->stage_kinds[i].accelerator->name);
    }
    printf(")\n");
}

static void print_step(const hc_job_estimate *e)
{
    const hc_step_time *step = &e->prediction.step;
    hc_wrapped_line line;
    char tokens[HC_UNIT_TEXT_SIZE];
    hc_format_count((int64_t)llround(e->run.tokens_per_second_per_gpu), tokens);
    hc_wrapped_begin(&line, "step");
    hc_wrapped_add(&line, "%.4g s  ", step->seconds);
    if (e->run.mfu > 0) {
        hc_wrapped_add(&line, "MFU %.1f %%   HFU %.1f %%  ", 100 * e->run.mfu, 100 * e->run.hfu);
    }
    hc_wrapped_add(&line, "%s tokens/s and %.4g model TFLOP/s per GPU", tokens,
                   e->run.model_flops_per_second_per_gpu / 1e12);
    hc_wrapped_end(&line);
}

static void print_parts(const hc_step_time *step)
{
    hc_wrapped_line line;
    bool is_first = true;
    char name[HC_PART_KEY_SIZE];
    hc_wrapped_begin(&line, "spent on");
    for (int i = 0; i < HC_STEP_PART_COUNT; i++) {
        if (step->parts[i] >= 0.0005 * step->seconds) {
            (void)snprintf(name, sizeof name, "%s", hc_step_part_name((hc_step_part)i));
            for (char *at = name; *at != '\0'; at++) {
                *at = *at == '_' ? ' ' : *at;
            }
            hc_wrapped_add(&line, "%s%s %.3g", is_first ? "" : "| ", name, step->parts[i]);
            is_first = false;
        }
    }
    hc_wrapped_end(&line);
}

static void print_memory(const hc_job_estimate *e)
{
    const hc_training_memory *m = &e->prediction.memory;
    const struct {
        const char *name;
        double bytes;
    } PARTS[] = {
        {"weights", m->weights},
        {"gradients", m->gradients},
        {"optimizer", m->optimizer},
        {"activations", m->activations},
        {"buffers", m->buffers},
        {"context", m->context},
        {"fragmentation", m->fragmentation},
    };
    hc_wrapped_line line;
    hc_wrapped_begin(&line, "memory");
    hc_wrapped_add(&line, "%.1f of %.0f GiB per GPU (stage %u):", m->total / GIB,
                   e->prediction.gpu_memory_bytes / GIB, m->stage + 1);
    for (size_t i = 0; i < sizeof PARTS / sizeof PARTS[0]; i++) {
        hc_wrapped_add(&line, "%s %.1f%s", PARTS[i].name, PARTS[i].bytes / GIB,
                       i + 1 < sizeof PARTS / sizeof PARTS[0] ? "," : "");
    }
    hc_wrapped_end(&line);
}

/* A text that may be broken between its words. */
static void add_words(hc_wrapped_line *line, const char *text)
{
    while (*text != '\0') {
        size_t length = strcspn(text, " ");
        if (length > 0) {
            hc_wrapped_add(line, "%.*s", (int)length, text);
        }
        text += length + strspn(text + length, " ");
    }
}

/* What breaks the plan, and what would do instead. */
static void print_misfit(const hc_job_estimate *e)
{
    const hc_training_job *job = e->job;
    const hc_training_memory *m = &e->prediction.memory;
    hc_parallel_plan nearest;
    hc_wrapped_line line;
    char text[HC_PLAN_TEXT_SIZE];
    if (e->prediction.fits) {
        return;
    }
    hc_wrapped_begin(&line, "");
    hc_wrapped_add(&line, "DOES NOT FIT by %.1f GiB; most of it: %s.",
                   (m->total - e->prediction.gpu_memory_bytes) / GIB,
                   hc_training_memory_largest(m));
    if (hc_plan_nearest(&nearest, &job->shape, &job->plan, job->accelerator)) {
        hc_plan_write(&nearest, text);
        hc_wrapped_end(&line);
        hc_wrapped_begin(&line, "");
        hc_wrapped_add(&line, "The nearest plan that would:");
        add_words(&line, text);
    } else {
        hc_wrapped_add(&line, "No plan on %u GPU%s would.", job->plan.gpus,
                       job->plan.gpus == 1 ? "" : "s");
    }
    hc_wrapped_end(&line);
}

static void add_power(hc_wrapped_line *line, const hc_job_estimate *e)
{
    char number[NUMBER];
    if (e->terms.watts <= 0) {
        hc_wrapped_add(line, "no power is known (cost.watts)");
        return;
    }
    hc_wrapped_add(line, "%s kWh,", scaled(e->run.kwh, number, sizeof number));
    hc_wrapped_add(line, "%.4g t CO2 (%s, %.0f g/kWh)", e->run.kg_co2 / 1e3,
                   e->job->region == NULL ? "cost.grams_per_kwh" : e->job->region->name,
                   e->terms.grams_per_kwh);
}

static void print_run(const hc_job_estimate *e)
{
    const hc_training_run *run = &e->run;
    hc_wrapped_line line;
    char number[NUMBER];
    char steps[HC_UNIT_TEXT_SIZE];
    if (!e->has_length) {
        return;
    }
    hc_wrapped_begin(&line, "run");
    hc_format_count((int64_t)run->steps, steps);
    hc_wrapped_add(&line, "%s tokens in %s steps:", scaled(run->tokens, number, sizeof number),
                   steps);
    hc_wrapped_add(&line, "%.4g days,", run->seconds / 86400);
    hc_wrapped_add(&line, "%s GPU-hours,", scaled(run->gpu_hours, number, sizeof number));
    if (e->terms.dollars_per_gpu_hour > 0) {
        hc_wrapped_add(&line, "%s USD", scaled(run->dollars, number, sizeof number));
        hc_wrapped_add(&line, "at %.2f USD/h%s,", e->terms.dollars_per_gpu_hour,
                       e->job->has_price ? "" : " (catalogue)");
    } else {
        hc_wrapped_add(&line, "no price is known (cost.gpu_hour),");
    }
    if (run->egress_bytes > 0) {
        hc_wrapped_add(&line, "%.3g PB between sites", run->egress_bytes / 1e15);
        hc_wrapped_add(&line, "for %s USD,", scaled(run->egress_dollars, number, sizeof number));
    }
    add_power(&line, e);
    hc_wrapped_end(&line);
}

static void print_failures(const hc_job_estimate *e)
{
    hc_wrapped_line line;
    char interval[HC_UNIT_TEXT_SIZE];
    if (!e->has_length || e->effective_share >= 1) {
        return;
    }
    hc_format_duration((hc_time)(fmin(e->checkpoint_interval_seconds, LONGEST) * 1e9), interval);
    hc_wrapped_begin(&line, "failures");
    if (e->effective_share > 0) {
        hc_wrapped_add(
            &line, "%.4g days expected with them:", e->run.seconds / 86400 / e->effective_share);
    } else {
        hc_wrapped_add(&line, "no end is expected with them:");
    }
    hc_wrapped_add(&line, "ETTR %.3f at %.3g a node and day,", e->effective_share,
                   e->job->failures.failures_per_node_day);
    if (e->checkpoint_interval_seconds > 0) {
        hc_wrapped_add(&line, "a checkpoint every %s", interval);
    } else {
        hc_wrapped_add(&line, "checkpoints cost nothing");
    }
    hc_wrapped_end(&line);
}

static void print_basis(const hc_job_estimate *e)
{
    const hc_efficiency *used = e->prediction.efficiency;
    hc_wrapped_line line;
    hc_wrapped_begin(&line, "basis");
    hc_wrapped_add(&line, "profile %s%s", used->name, used->basis[0] == '\0' ? "" : ":");
    if (used->basis[0] != '\0') {
        add_words(&line, used->basis);
    }
    if (e->prediction.is_borrowed) {
        hc_wrapped_add(&line, "(fitted on %s, none on %s)", used->accelerator,
                       e->job->accelerator->name);
    }
    hc_wrapped_end(&line);
}

/* What the levers of the plan may cost that no resource shows. */
static void print_quality(const hc_job_estimate *e)
{
    const char *notes[HC_MAX_QUALITY_NOTES];
    size_t count = hc_plan_quality_notes(&e->job->plan, notes);
    for (size_t i = 0; i < count; i++) {
        hc_wrapped_line line;
        hc_wrapped_begin(&line, i == 0 ? "quality" : "");
        add_words(&line, notes[i]);
        hc_wrapped_end(&line);
    }
}

void hc_job_estimate_print(const hc_job_estimate *e)
{
    print_title(e);
    print_step(e);
    print_parts(&e->prediction.step);
    print_memory(e);
    print_misfit(e);
    print_run(e);
    print_failures(e);
    print_quality(e);
    print_basis(e);
}
