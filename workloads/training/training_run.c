#include "workloads/training/training_run.h"

#include "workloads/catalogue/carbon.h"

#include <math.h>

static const double HOUR = 3600;
static const double DAY = 86400;

/* Google's fleet reports 1.1, the mean of large sites in surveys (Uptime Institute) is near 1.6; new ones for GPUs lie
 * between. The whole design power: GPUs draw less than it, their share of host and network makes up for that (BLOOM and
 * Llama 3 account in the same way). */
static const double PUE = 1.2;
static const double WATTS_SHARE = 1;

hc_training_terms hc_training_terms_default(const hc_accelerator *accelerator)
{
    return (hc_training_terms){
        .dollars_per_gpu_hour = accelerator->dollars_per_hour,
        .watts = accelerator->watts,
        .watts_share = WATTS_SHARE,
        .pue = PUE,
        .grams_per_kwh = hc_carbon_default()->grams_per_kwh,
    };
}

double hc_training_steps_of_tokens(double tokens, const hc_parallel_plan *plan)
{
    return ceil(tokens / ((double)plan->global_batch * plan->sequence));
}

static double over_peak(double flops, const hc_step_time *step, double gpus)
{
    return step->peak_flops > 0 ? flops / (step->seconds * gpus * step->peak_flops) : 0;
}

void hc_training_run_make(hc_training_run *out, const hc_step_time *step, uint32_t gpus,
                          const hc_training_terms *terms)
{
    double gpu_seconds = step->seconds * gpus;
    double hours = terms->steps * step->seconds / HOUR;
    *out = (hc_training_run){
        .steps = terms->steps,
        .tokens = terms->steps * step->tokens,
        .seconds = terms->steps * step->seconds,
        .gpu_hours = hours * gpus,
        .dollars = hours * gpus * terms->dollars_per_gpu_hour,
        .egress_bytes = terms->steps * step->egress_bytes,
        .egress_dollars = terms->steps * step->egress_dollars,
        .kwh = hours * gpus * terms->watts * terms->watts_share * terms->pue / 1e3,
        .tokens_per_second_per_gpu = step->tokens / gpu_seconds,
        .model_flops_per_second_per_gpu = step->model_flops / gpu_seconds,
        .mfu = over_peak(step->model_flops, step, gpus),
        .hfu = over_peak(step->hardware_flops, step, gpus),
    };
    out->kg_co2 = out->kwh * terms->grams_per_kwh / 1e3;
}

/* Daly (2006), eq. 37, whose error is below one percent of the run while the interval is below the mean time between
 * failures. */
static double best_interval(double mean_seconds, double write_seconds)
{
    double ratio = write_seconds / (2 * mean_seconds);
    return ratio < 1 ? sqrt(2 * write_seconds * mean_seconds) * (1 + sqrt(ratio) / 3 + ratio / 9) -
                           write_seconds
                     : mean_seconds;
}

/* Renewal: work of an interval against the expected time until an interval with its checkpoint goes by without a failure:
 * dt / ((M + u) (exp((dt + w) / M) - 1)). */
double hc_training_effective_share(const hc_training_failures *failures, double *interval_seconds)
{
    double rate = failures->failures_per_node_day * failures->nodes / DAY;
    double write = failures->checkpoint_seconds;
    double interval = failures->interval_seconds;
    double share = 1;
    if (rate > 0) {
        double mean = 1 / rate;
        interval = interval > 0 ? interval : best_interval(mean, write);
        share =
            interval > 0
                ? interval / ((mean + failures->restart_seconds) * expm1((interval + write) * rate))
                : mean / (mean + failures->restart_seconds); /* always: it is free */
    }
    if (interval_seconds != NULL) {
        *interval_seconds = interval;
    }
    return share;
}
