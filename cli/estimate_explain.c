#include "cli/estimate_job.h"

#include <inttypes.h>
#include <stdio.h>

/* What was put into which formula. docs/models.md has the sources. */

static void print_heading(const char *text)
{
    printf("\n%s\n", text);
}

/* "name   formula = numbers = result" over two lines when it is long */
static void print_term(const char *name, const char *formula, const char *numbers,
                       const char *result)
{
    printf("  %-22s %s\n  %-22s = %s\n", name, formula, "", numbers);
    if (result[0] != '\0') {
        printf("  %-22s = %s\n", "", result);
    }
}

enum { TEXT = 160 };

static void explain_model(const hc_training_job *job, const hc_step_time *step)
{
    hc_model_parameters p;
    hc_model_flops f;
    char numbers[TEXT];
    char result[TEXT];
    uint32_t with_experts = hc_model_expert_layers(&job->shape);
    uint32_t dense = job->shape.layers - with_experts;
    hc_model_count_parameters(&job->shape, &p);
    hc_model_count_flops(&job->shape, job->plan.sequence, HC_ATTENTION_CAUSAL, &f);
    print_heading("model");
    (void)snprintf(numbers, sizeof numbers,
                   "%.6g + %.6g + %.6g + %" PRIu32 " x %.6g + %" PRIu32 " x %.6g", p.embedding,
                   p.positions, p.head, job->shape.layers, p.attention, dense, p.dense_ffn);
    (void)snprintf(result, sizeof result, "%.9g, of which a token meets %.9g", p.total, p.active);
    print_term("parameters", "embedding + positions + head + layers x attention + layers x ffn",
               numbers, "");
    if (with_experts > 0) {
        printf("  %-22s + %" PRIu32 " x (router %.6g + %" PRIu32 " x expert %.6g + shared %.6g)\n",
               "", with_experts, p.router, job->shape.experts, p.expert, p.shared_experts);
    }
    printf("  %-22s + %.6g of the last norm and of multi-token prediction\n  %-22s = %s\n", "",
           p.final_norm + p.mtp, "", result);
    (void)snprintf(numbers, sizeof numbers, "%.5g + %.5g + %.5g + %.5g + %.5g",
                   f.attention_projections, f.attention_core, f.dense_ffn,
                   f.router + f.experts + f.shared_experts, f.head);
    (void)snprintf(result, sizeof result, "%.6g forward, x %.4g = %.6g with the backward pass",
                   f.total, step->model_flops / step->tokens / f.total,
                   step->model_flops / step->tokens);
    print_term("FLOPs of a token", "projections + attention core (causal) + ffn + experts + head",
               numbers, result);
}

static const char *algorithm_name(hc_collective_algorithm algorithm)
{
    static const char *const NAMES[] = {"none", "ring", "tree", "hierarchical", "direct"};
    return algorithm < HC_ALGORITHM_COUNT ? NAMES[algorithm] : "other";
}

static void explain_traffic(const hc_step_time *step)
{
    static const char *const NAMES[] = {"tensor", "context", "expert", "pipeline", "data"};
    print_heading("communication of one rank in a step");
    printf("  %-9s %9s %9s %9s  %-12s %s\n", "", "GB", "seconds", "hidden", "algorithm",
           "ranks (on a node), nodes, racks, sharers");
    for (int i = 0; i < HC_STEP_COMM_COUNT; i++) {
        const hc_step_traffic *t = &step->traffic[i];
        if (t->bytes > 0) {
            printf("  %-9s %9.4g %9.4g %9.4g  %-12s %" PRIu32 " (%" PRIu32 "), %" PRIu32
                   ", %" PRIu32 ", %" PRIu32 "\n",
                   NAMES[i], t->bytes / 1e9, t->seconds, t->hidden_seconds,
                   algorithm_name(t->algorithm), t->group.ranks, t->group.ranks_per_node,
                   t->group.nodes, t->group.racks, t->group.sharers);
        }
    }
}

/* What each part is made of (docs/models.md). */
static const char *formula_of(int part)
{
    static const char *const FORMULAS[HC_STEP_PART_COUNT] = {
        [HC_STEP_GEMM] = "n x products, sqrt(compute^2 + memory^2) each; m x logits / pp",
        [HC_STEP_ATTENTION] = "n x scores and their products with values, forward and backward",
        [HC_STEP_MEMORY_BOUND] = "n x bytes of norms, activations, casts / bandwidth",
        [HC_STEP_RECOMPUTE] = "n x what the backward pass computes again",
        [HC_STEP_TENSOR] = "n x collectives of tp, less what overlap hides",
        [HC_STEP_CONTEXT] = "n x keys and values between ranks of cp, less what is hidden",
        [HC_STEP_EXPERT] = "n x dispatch and combine, less what is hidden",
        [HC_STEP_IMBALANCE] = "(fullest / mean - 1) x products and traffic of experts",
        [HC_STEP_PIPELINE] = "sends on the critical path x share that nothing hides",
        [HC_STEP_BUBBLE] = "idle time of the mean GPU: fill, drain, wait for the fullest stage",
        [HC_STEP_DATA] = "reduce + gather, less what the last and first micro-batch hide",
        [HC_STEP_OPTIMIZER] = "parameters of a rank x 30 bytes / bandwidth",
        [HC_STEP_OFFLOAD] = "bytes to the host and back / its link, less what is hidden",
        [HC_STEP_OVERHEAD] = "step_seconds + n x what the host takes longer than the GPU",
    };
    return FORMULAS[part];
}

static void explain_parts(const hc_job_estimate *e)
{
    const hc_parallel_plan *plan = &e->job->plan;
    const hc_step_time *step = &e->prediction.step;
    uint32_t m = hc_parallel_plan_micro_batches(plan);
    uint32_t layers = e->job->shape.layers;
    printf("  %-22s passes of a GPU through a layer: m L / pp = %" PRIu32 " x %" PRIu32
           " / %" PRIu32 " = %.6g\n",
           "n", m, layers, plan->pp, (double)m * layers / plan->pp);
    for (int i = 0; i < HC_STEP_PART_COUNT; i++) {
        if (step->parts[i] > 0) {
            printf("  %-22s %s\n  %-22s = %.6g s\n", hc_step_part_name((hc_step_part)i),
                   formula_of(i), "", step->parts[i]);
        }
    }
    printf("  %-22s %.6g s, their sum\n", "step", step->seconds);
}

static void explain_step(const hc_job_estimate *e)
{
    const hc_step_time *step = &e->prediction.step;
    char numbers[TEXT];
    char result[TEXT];
    print_heading("step");
    explain_parts(e);
    (void)snprintf(numbers, sizeof numbers, "%.6g / (%.6g s x %" PRIu32 " x %.4g)",
                   step->model_flops, step->seconds, e->job->plan.gpus, step->peak_flops);
    (void)snprintf(result, sizeof result, "%.4f (dense peak in %s)", e->run.mfu,
                   hc_precision_name(e->job->plan.precision));
    print_term("MFU", "model FLOPs / (step x GPUs x peak)", numbers, result);
    (void)snprintf(numbers, sizeof numbers, "%.6g / (...)", step->hardware_flops);
    (void)snprintf(result, sizeof result, "%.4f", e->run.hfu);
    print_term("HFU", "executed FLOPs / (step x GPUs x peak)", numbers, result);
    (void)snprintf(numbers, sizeof numbers, "%.6g / (%.6g s x %" PRIu32 ")", step->tokens,
                   step->seconds, e->job->plan.gpus);
    (void)snprintf(result, sizeof result, "%.6g", e->run.tokens_per_second_per_gpu);
    print_term("tokens/s per GPU", "global batch x sequence / (step x GPUs)", numbers, result);
}

static void explain_efficiency(const hc_efficiency *efficiency)
{
    print_heading("efficiency");
    printf("  profile %s of %s\n", efficiency->name, efficiency->accelerator);
    for (int i = 0; i < HC_EFF_COUNT; i++) {
        printf("  %-22s %.4g\n", hc_efficiency_parameter_name((hc_efficiency_parameter)i),
               efficiency->values[i]);
    }
}

static void explain_power(const hc_job_estimate *e)
{
    const hc_training_run *run = &e->run;
    const hc_training_terms *t = &e->terms;
    char numbers[TEXT];
    char result[TEXT];
    if (t->watts <= 0) {
        return;
    }
    (void)snprintf(numbers, sizeof numbers, "%.6g GPU-hours x %.4g W x %.3g x %.3g / 1000",
                   run->gpu_hours, t->watts, t->watts_share, t->pue);
    (void)snprintf(result, sizeof result, "%.6g", run->kwh);
    print_term("kWh", "GPU-hours x power x share drawn x PUE", numbers, result);
    (void)snprintf(numbers, sizeof numbers, "%.6g kWh x %.4g g / 1000", run->kwh, t->grams_per_kwh);
    (void)snprintf(result, sizeof result, "%.6g", run->kg_co2);
    print_term("kg CO2", "kWh x grams of the grid", numbers, result);
}

static void explain_run(const hc_job_estimate *e)
{
    const hc_training_run *run = &e->run;
    const hc_training_terms *t = &e->terms;
    char numbers[TEXT];
    char result[TEXT];
    if (!e->has_length) {
        return;
    }
    print_heading("run");
    (void)snprintf(numbers, sizeof numbers, "%.0f x %.6g s / 86400", run->steps,
                   e->prediction.step.seconds);
    (void)snprintf(result, sizeof result, "%.6g", run->seconds / 86400);
    print_term("days", "steps x step / 86400", numbers, result);
    (void)snprintf(numbers, sizeof numbers, "%.6g h x %" PRIu32 " = %.6g GPU-hours x %.4g USD",
                   run->seconds / 3600, e->job->plan.gpus, run->gpu_hours, t->dollars_per_gpu_hour);
    (void)snprintf(result, sizeof result, "%.6g", run->dollars);
    if (t->dollars_per_gpu_hour > 0) {
        print_term("dollars", "hours x GPUs x price", numbers, result);
    }
    if (run->egress_bytes > 0) {
        (void)snprintf(numbers, sizeof numbers, "%.0f x %.6g bytes = %.6g", run->steps,
                       e->prediction.step.egress_bytes, run->egress_bytes);
        (void)snprintf(result, sizeof result, "%.6g", run->egress_dollars);
        print_term("egress dollars", "steps x bytes between sites x price", numbers, result);
    }
    explain_power(e);
}

static void explain_failures(const hc_job_estimate *e)
{
    const hc_training_failures *f = &e->job->failures;
    char numbers[TEXT];
    char result[TEXT];
    if (!e->has_length || e->effective_share >= 1) {
        return;
    }
    (void)snprintf(numbers, sizeof numbers,
                   "dt %.4g s, w %.3g s, u %.4g s, %.4g failures a node and day",
                   e->checkpoint_interval_seconds, f->checkpoint_seconds, f->restart_seconds,
                   f->failures_per_node_day);
    (void)snprintf(result, sizeof result, "%.4f", e->effective_share);
    print_term("ETTR", "dt / ((M + u) (exp((dt + w) / M) - 1)), M the time between failures",
               numbers, result);
}

void hc_job_estimate_explain(const hc_job_estimate *e)
{
    explain_model(e->job, &e->prediction.step);
    explain_step(e);
    explain_traffic(&e->prediction.step);
    explain_efficiency(e->prediction.efficiency);
    explain_run(e);
    explain_failures(e);
}
