#include "workloads/synthetic/job_class.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A size and the share of jobs up to and including it. */
typedef struct size_step {
    double until;
    uint32_t gpu_count;
} size_step;

struct hc_job_class {
    size_step *sizes;
    size_t size_count;
    uint16_t gpu_milli;
    int32_t priority;
    hc_distribution run_time;
    uint32_t workload;
    uint64_t kinds;
    hc_time work;
    bool is_requested;
    hc_distribution factor;
    hc_time *limits;
    size_t limit_count;
    hc_outcome_model outcomes;
    hc_quantile *run_time_quantiles; /* what the two distributions borrow */
    hc_quantile *factor_quantiles;
};

enum { PLACE_SIZE = 128, GPU_LIMIT = 1 << 28 };

static int check_sizes(const hc_job_class_options *options, const char *place, hc_error *error)
{
    double sum = 0;
    int status = 0;
    for (size_t i = 0; i < options->size_count; i++) {
        const hc_gpu_weight *size = &options->sizes[i];
        if (size->gpu_count < 1 || size->gpu_count > GPU_LIMIT) {
            status = hc_error_set(error, HC_ERROR_USAGE,
                                  "%sgpu_counts[%zu].gpus: expected 1 to %d, found %u", place, i,
                                  GPU_LIMIT, size->gpu_count);
        }
        if (!(size->weight >= 0 && isfinite(size->weight))) {
            status =
                hc_error_set(error, HC_ERROR_USAGE,
                             "%sgpu_counts[%zu].weight: expected a number not below 0, found %g",
                             place, i, size->weight);
        }
        sum += size->weight;
    }
    if (options->size_count > 0 && status == 0 && !(sum > 0)) {
        status = hc_error_set(error, HC_ERROR_USAGE, "%sgpu_counts: all weights are 0", place);
    }
    if (options->size_count == 0 && (options->gpu_count < 1 || options->gpu_count > GPU_LIMIT)) {
        status = hc_error_set(error, HC_ERROR_USAGE, "%sgpus: expected 1 to %d, found %u", place,
                              GPU_LIMIT, options->gpu_count);
    }
    return status;
}

/* A job holds a part of one GPU or whole GPUs (sim/cluster/request.h). */
static int check_fraction(const hc_job_class_options *options, const char *place, hc_error *error)
{
    bool is_one = options->size_count > 0 || options->gpu_count == 1;
    for (size_t i = 0; i < options->size_count; i++) {
        is_one = is_one && options->sizes[i].gpu_count == 1;
    }
    if (options->gpu_milli > HC_WHOLE_GPU || (options->gpu_milli % HC_WHOLE_GPU != 0 && !is_one)) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "%sgpu_fraction: expected at most 1, and 1 for more than one GPU",
                            place);
    }
    return 0;
}

static double factor_or_one(double factor)
{
    return factor == 0 ? 1 : factor;
}

static hc_distribution constant(hc_time time)
{
    return (hc_distribution){.kind = HC_DISTRIBUTION_CONSTANT,
                             .value = (double)time / (double)HC_SECOND};
}

static int check_run_time(const hc_job_class_options *options, const char *place, hc_error *error)
{
    char inner[PLACE_SIZE];
    hc_distribution run_time = options->work > 0 ? constant(options->work) : options->run_time;
    double factor =
        fmax(1, fmax(options->outcomes.failed_factor, options->outcomes.cancelled_factor));
    const hc_time longest = HC_RUN_TIME_LIMIT;
    (void)snprintf(inner, sizeof inner, "%srun_time: ", place);
    if (hc_distribution_check(&run_time, inner, error) < 0) {
        return -1;
    }
    hc_distribution_freeze(&run_time);
    if (hc_distribution_draw(&run_time, 1 - 1e-9) * factor * (double)HC_SECOND > (double)longest) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "%smore than one value in 10^9 exceeds 36 years; give a cap", inner);
    }
    return 0;
}

static int check_estimate(const hc_estimate_model *estimate, const char *place, hc_error *error)
{
    char inner[PLACE_SIZE];
    int status = 0;
    if (!estimate->is_requested) {
        return 0;
    }
    (void)snprintf(inner, sizeof inner, "%sestimate.factor: ", place);
    status = hc_distribution_check(&estimate->factor, inner, error);
    for (size_t i = 0; i < estimate->limit_count; i++) {
        if (estimate->limits[i] <= (i == 0 ? 0 : estimate->limits[i - 1]) ||
            estimate->limits[i] > HC_RUN_TIME_LIMIT) {
            status =
                hc_error_set(error, HC_ERROR_USAGE,
                             "%sestimate.round_up_to[%zu]: expected rising durations", place, i);
        }
    }
    return status;
}

static int check_shares(const hc_outcome_shares *shares, const char *place, const char *name,
                        hc_error *error)
{
    if (!(shares->failed >= 0 && shares->cancelled >= 0 &&
          shares->failed + shares->cancelled <= 1)) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "%s%s: failed and cancelled: expected shares that sum to at most 1, "
                            "found %g and %g",
                            place, name, shares->failed, shares->cancelled);
    }
    return 0;
}

static int check_outcomes(const hc_outcome_model *outcomes, const char *place, hc_error *error)
{
    int status = check_shares(&outcomes->shares, place, "outcomes", error);
    double failed = outcomes->failed_factor;
    double cancelled = outcomes->cancelled_factor;
    if (!(failed >= 0 && isfinite(failed) && cancelled >= 0 && isfinite(cancelled))) {
        status = hc_error_set(error, HC_ERROR_USAGE,
                              "%soutcomes: expected factors above 0, found %g and %g", place,
                              failed, cancelled);
    }
    if (outcomes->long_from == 0) {
        return status;
    }
    if (failed > 0 || cancelled > 0) {
        status =
            hc_error_set(error, HC_ERROR_USAGE,
                         "%soutcomes: factors and shares of long jobs exclude each other", place);
    }
    if (outcomes->long_from < 0) {
        status = hc_error_set(error, HC_ERROR_USAGE, "%soutcomes.long.from: below 0", place);
    }
    return status | check_shares(&outcomes->long_shares, place, "outcomes.long", error);
}

int hc_job_class_check(const hc_job_class_options *options, const char *place, hc_error *error)
{
    int status = 0;
    if (!(options->share >= 0 && isfinite(options->share))) {
        status =
            hc_error_set(error, HC_ERROR_USAGE, "%sshare: expected a number not below 0, found %g",
                         place, options->share);
    }
    status |= check_sizes(options, place, error);
    status |= check_fraction(options, place, error);
    status |= check_outcomes(&options->outcomes, place, error);
    status |= check_run_time(options, place, error);
    return status | check_estimate(&options->estimate, place, error);
}

static uint32_t at_most(uint32_t gpu_count, uint32_t max_gpus)
{
    return max_gpus > 0 && gpu_count > max_gpus ? max_gpus : gpu_count;
}

static bool copy_sizes(hc_job_class *c, const hc_job_class_options *options, uint32_t max_gpus)
{
    hc_gpu_weight single = {.gpu_count = options->gpu_count, .weight = 1};
    const hc_gpu_weight *sizes = options->size_count > 0 ? options->sizes : &single;
    double sum = 0;
    double until = 0;
    c->size_count = options->size_count > 0 ? options->size_count : 1;
    c->sizes = calloc(c->size_count, sizeof *c->sizes);
    if (c->sizes == NULL) {
        return false;
    }
    for (size_t i = 0; i < c->size_count; i++) {
        sum += sizes[i].weight;
    }
    for (size_t i = 0; i < c->size_count; i++) {
        until += sizes[i].weight / sum;
        c->sizes[i] = (size_step){until, at_most(sizes[i].gpu_count, max_gpus)};
    }
    return true;
}

/* Copies what a distribution borrows and freezes it. */
static bool own_distribution(hc_distribution *d, hc_quantile **quantiles)
{
    if (d->kind == HC_DISTRIBUTION_QUANTILES) {
        *quantiles = calloc(d->quantile_count, sizeof **quantiles);
        if (*quantiles == NULL) {
            return false;
        }
        memcpy(*quantiles, d->quantiles, d->quantile_count * sizeof **quantiles);
        d->quantiles = *quantiles;
    }
    hc_distribution_freeze(d);
    return true;
}

static bool copy_estimate(hc_job_class *c, const hc_estimate_model *estimate)
{
    c->is_requested = estimate->is_requested;
    if (!c->is_requested) {
        return true;
    }
    c->factor = estimate->factor;
    c->limit_count = estimate->limit_count;
    if (c->limit_count > 0) {
        c->limits = calloc(c->limit_count, sizeof *c->limits);
        if (c->limits == NULL) {
            return false;
        }
        memcpy(c->limits, estimate->limits, c->limit_count * sizeof *c->limits);
    }
    return own_distribution(&c->factor, &c->factor_quantiles);
}

hc_job_class *hc_job_class_create(const hc_job_class_options *options, uint32_t max_gpus)
{
    hc_job_class *c = calloc(1, sizeof *c);
    if (c == NULL) {
        return NULL;
    }
    c->gpu_milli = options->gpu_milli == 0 ? HC_WHOLE_GPU : options->gpu_milli;
    c->priority = options->priority;
    c->run_time = options->run_time;
    c->workload = options->workload;
    c->kinds = options->kinds == 0 ? UINT64_MAX : options->kinds;
    c->work = options->work;
    if (c->work > 0) {
        c->run_time = constant(c->work);
    }
    c->outcomes = options->outcomes;
    c->outcomes.failed_factor = factor_or_one(options->outcomes.failed_factor);
    c->outcomes.cancelled_factor = factor_or_one(options->outcomes.cancelled_factor);
    if (!copy_sizes(c, options, max_gpus) || !copy_estimate(c, &options->estimate) ||
        !own_distribution(&c->run_time, &c->run_time_quantiles)) {
        hc_job_class_destroy(c);
        return NULL;
    }
    return c;
}

void hc_job_class_destroy(hc_job_class *job_class)
{
    if (job_class == NULL) {
        return;
    }
    free(job_class->sizes);
    free(job_class->limits);
    free(job_class->run_time_quantiles);
    free(job_class->factor_quantiles);
    free(job_class);
}

/* The sums of shares may end a little below 1: the last size takes the rest. */
static uint32_t choose_size(const hc_job_class *c, double u)
{
    size_t i = 0;
    while (i + 1 < c->size_count && u >= c->sizes[i].until) {
        i++;
    }
    return c->sizes[i].gpu_count;
}

static hc_outcome choose_outcome(const hc_outcome_model *model, double run_seconds, double u)
{
    bool is_long =
        model->long_from > 0 && run_seconds * (double)HC_SECOND >= (double)model->long_from;
    const hc_outcome_shares *shares = is_long ? &model->long_shares : &model->shares;
    if (u < shares->failed) {
        return HC_OUTCOME_FAILED;
    }
    return u < shares->failed + shares->cancelled ? HC_OUTCOME_CANCELLED : HC_OUTCOME_COMPLETED;
}

static double factor_of(const hc_outcome_model *model, hc_outcome outcome)
{
    return outcome == HC_OUTCOME_FAILED      ? model->failed_factor
           : outcome == HC_OUTCOME_CANCELLED ? model->cancelled_factor
                                             : 1;
}

/* Seconds to the nearest microsecond, at most `limit`. */
static hc_time time_of(double seconds, hc_time limit)
{
    const int64_t limit_microseconds = limit / HC_MICROSECOND;
    return llround(fmin(seconds * 1e6, (double)limit_microseconds)) * HC_MICROSECOND;
}

static hc_time round_up(const hc_job_class *c, hc_time wanted)
{
    hc_time last = 0;
    for (size_t i = 0; i < c->limit_count; i++) {
        last = c->limits[i];
        if (wanted <= last) {
            return last;
        }
    }
    return last == 0 ? wanted : (wanted + last - 1) / last * last;
}

/* Work that is known to the nanosecond stays so unless the job ends otherwise than by completing. */
static hc_time work_of(const hc_job_class *c, double seconds, hc_outcome outcome)
{
    double factor = factor_of(&c->outcomes, outcome);
    return c->work > 0 && factor == 1 ? c->work : time_of(seconds * factor, HC_RUN_TIME_LIMIT);
}

static hc_time choose_limit(const hc_job_class *c, hc_time run_time, double u)
{
    double factor = fmax(1, hc_distribution_draw(&c->factor, u));
    double seconds = (double)run_time / (double)HC_SECOND * factor;
    hc_time wanted = time_of(seconds, 2 * HC_RUN_TIME_LIMIT);
    return round_up(c, wanted > run_time ? wanted : run_time);
}

static double uniform(uint64_t seed, uint64_t index, hc_random_purpose purpose)
{
    hc_random stream = hc_random_stream(seed, index, purpose);
    return hc_random_uniform(&stream);
}

void hc_job_class_draw(const hc_job_class *job_class, uint64_t seed, uint64_t index,
                       hc_random *size, hc_job_spec *out)
{
    const hc_job_class *c = job_class;
    double seconds = hc_distribution_draw(&c->run_time, uniform(seed, index, HC_RANDOM_RUN_TIME));
    out->request.gpu_count = choose_size(c, hc_random_uniform(size));
    out->request.gpu_milli = c->gpu_milli;
    out->request.kinds = c->kinds;
    out->workload = c->workload;
    out->priority = c->priority;
    out->outcome = choose_outcome(&c->outcomes, seconds, uniform(seed, index, HC_RANDOM_OUTCOME));
    out->run_time = work_of(c, seconds, out->outcome);
    out->is_limit_requested = c->is_requested;
    out->time_limit = c->is_requested
                          ? choose_limit(c, out->run_time, uniform(seed, index, HC_RANDOM_ESTIMATE))
                          : out->run_time;
    out->requested_time = c->is_requested ? out->time_limit : 0;
}

static double mean_gpus(const hc_job_class *c)
{
    double mean = 0;
    double from = 0;
    for (size_t i = 0; i < c->size_count; i++) {
        mean += (c->sizes[i].until - from) * c->sizes[i].gpu_count;
        from = c->sizes[i].until;
    }
    return mean * c->gpu_milli / HC_WHOLE_GPU;
}

/* Size, run time and outcome are drawn apart, so the means multiply; shares of long jobs change no run
 * time, and come without factors. */
double hc_job_class_mean_gpu_seconds(const hc_job_class *job_class)
{
    const hc_outcome_model *model = &job_class->outcomes;
    double factor = 1 + model->shares.failed * (model->failed_factor - 1) +
                    model->shares.cancelled * (model->cancelled_factor - 1);
    return mean_gpus(job_class) * hc_distribution_mean(&job_class->run_time) * factor;
}
