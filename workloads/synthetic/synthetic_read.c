#include "workloads/synthetic/synthetic_keys.h"

#include "workloads/synthetic/presets.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Blocks that the options point into. */
struct hc_synthetic_storage {
    struct hc_synthetic_storage *next;
    max_align_t bytes[];
};

static void *take(hc_synthetic_options *options, size_t count, size_t size, hc_error *error)
{
    struct hc_synthetic_storage *block = calloc(1, sizeof *block + count * size);
    if (block == NULL) {
        (void)hc_error_memory(error);
        return NULL;
    }
    block->next = options->storage;
    options->storage = block;
    return block->bytes;
}

void hc_synthetic_options_release(hc_synthetic_options *options)
{
    while (options->storage != NULL) {
        struct hc_synthetic_storage *block = options->storage;
        options->storage = block->next;
        free(block);
    }
}

/* Passes on what a check has found, one message per line of it. */
static int report(const hc_value *value, const hc_error *found, hc_error *error)
{
    const char *line = found->text;
    if (found->count == 0) {
        return 0;
    }
    for (;;) {
        size_t length = strcspn(line, "\n");
        (void)hc_value_error(value, error, "%.*s", (int)length, line);
        if (line[length] == '\0') {
            return -1;
        }
        line += length + 1;
    }
}

static double seconds_of(const hc_value *duration)
{
    return (double)hc_value_duration(duration) / (double)HC_SECOND;
}

static int read_quantiles(hc_synthetic_options *out, hc_distribution *d, const hc_value *list,
                          bool is_time, hc_error *error)
{
    size_t count = hc_value_count(list);
    hc_quantile *quantiles = NULL;
    if (count == 0) {
        return 0;
    }
    quantiles = take(out, count, sizeof *quantiles, error);
    if (quantiles == NULL) {
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        const hc_value *item = hc_value_at(list, i);
        const hc_value *value = hc_value_get(item, "value");
        quantiles[i].probability = hc_value_real(hc_value_get(item, "p"));
        quantiles[i].value = is_time ? seconds_of(value) : hc_value_real(value);
    }
    d->quantiles = quantiles;
    d->quantile_count = count;
    return 0;
}

static int read_distribution(hc_synthetic_options *out, hc_distribution *d, const hc_value *map,
                             bool is_time, hc_error *error)
{
    const hc_value *interpolation = hc_value_get(map, "interpolation");
    hc_error found = HC_ERROR_NONE;
    *d = (hc_distribution){0};
    d->kind = (hc_distribution_kind)hc_value_choice(hc_value_get(map, "kind"));
    for (size_t i = 0; i < HC_DISTRIBUTION_PARAMETER_COUNT; i++) {
        const hc_distribution_parameter *parameter = &hc_distribution_parameters[i];
        const hc_value *value = hc_value_get(map, parameter->name);
        if (value != NULL) {
            *(double *)(void *)((char *)d + parameter->offset) =
                is_time && parameter->is_quantity ? seconds_of(value) : hc_value_real(value);
        }
    }
    if (interpolation != NULL && d->kind != HC_DISTRIBUTION_QUANTILES) {
        return hc_value_error(interpolation, error, "belongs to quantiles");
    }
    d->is_linear = interpolation != NULL && hc_value_choice(interpolation) == 1;
    if (read_quantiles(out, d, hc_value_get(map, "quantiles"), is_time, error) < 0) {
        return -1;
    }
    (void)hc_distribution_check(d, "", &found);
    return report(map, &found, error);
}

static int read_limits(hc_synthetic_options *out, hc_estimate_model *estimate, const hc_value *list,
                       hc_error *error)
{
    size_t count = hc_value_count(list);
    hc_time *limits = NULL;
    if (count == 0) {
        return 0;
    }
    limits = take(out, count, sizeof *limits, error);
    if (limits == NULL) {
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        limits[i] = hc_value_duration(hc_value_at(list, i));
    }
    estimate->limits = limits;
    estimate->limit_count = count;
    return 0;
}

static bool has_estimate(const hc_value *map)
{
    return map != NULL &&
           (hc_value_get(map, "exact") != NULL || hc_value_get(map, "factor") != NULL ||
            hc_value_get(map, "round_up_to") != NULL);
}

/* @param map  one that has_estimate */
static int read_estimate(hc_synthetic_options *out, hc_estimate_model *estimate,
                         const hc_value *map, hc_error *error)
{
    const hc_value *exact = hc_value_get(map, "exact");
    const hc_value *factor = hc_value_get(map, "factor");
    const hc_value *limits = hc_value_get(map, "round_up_to");
    bool is_exact = exact != NULL && hc_value_boolean(exact);
    if (is_exact == (factor != NULL || limits != NULL)) {
        return hc_value_error(map, error, "expected exact: true, or a factor, round_up_to or both");
    }
    *estimate = (hc_estimate_model){.is_requested = !is_exact};
    if (is_exact) {
        return 0;
    }
    estimate->factor = (hc_distribution){.kind = HC_DISTRIBUTION_CONSTANT, .value = 1};
    if (factor != NULL && read_distribution(out, &estimate->factor, factor, false, error) < 0) {
        return -1;
    }
    return read_limits(out, estimate, limits, error);
}

static double real_or(const hc_value *map, const char *key, double otherwise)
{
    const hc_value *value = hc_value_get(map, key);
    return value == NULL ? otherwise : hc_value_real(value);
}

static hc_outcome_shares read_shares(const hc_value *map)
{
    return (hc_outcome_shares){.failed = real_or(map, "failed", 0),
                               .cancelled = real_or(map, "cancelled", 0)};
}

static hc_outcome_model read_outcomes(const hc_value *map)
{
    hc_outcome_model model = {.shares = read_shares(map)};
    const hc_value *longer = hc_value_get(map, "long");
    model.failed_factor = real_or(map, "failed_factor", 0);
    model.cancelled_factor = real_or(map, "cancelled_factor", 0);
    if (longer != NULL) {
        model.long_from = hc_value_duration(hc_value_get(longer, "from"));
        model.long_shares = read_shares(longer);
    }
    return model;
}

static int read_sizes(hc_synthetic_options *out, hc_job_class_options *c, const hc_value *map,
                      hc_error *error)
{
    const hc_value *gpus = hc_value_get(map, "gpus");
    const hc_value *list = hc_value_get(map, "gpu_counts");
    hc_gpu_weight *sizes = NULL;
    if ((gpus == NULL) == (list == NULL)) {
        return hc_value_error(map, error, "expected gpus or gpu_counts");
    }
    if (gpus != NULL) {
        c->gpu_count = (uint32_t)hc_value_integer(gpus);
        return 0;
    }
    c->size_count = hc_value_count(list);
    sizes = take(out, c->size_count, sizeof *sizes, error);
    if (sizes == NULL) {
        return -1;
    }
    for (size_t i = 0; i < c->size_count; i++) {
        const hc_value *item = hc_value_at(list, i);
        sizes[i].gpu_count = (uint32_t)hc_value_integer(hc_value_get(item, "gpus"));
        sizes[i].weight = hc_value_real(hc_value_get(item, "weight"));
    }
    c->sizes = sizes;
    return 0;
}

static int read_fraction(hc_job_class_options *c, const hc_value *value, hc_error *error)
{
    double milli = 0;
    if (value == NULL) {
        return 0;
    }
    milli = hc_value_real(value) * HC_WHOLE_GPU;
    c->gpu_milli = (uint16_t)lround(milli);
    if (fabs(milli - c->gpu_milli) > 1e-6) {
        return hc_value_error(value, error, "expected whole thousandths, found %g",
                              hc_value_real(value));
    }
    return 0;
}

/* GPUs, kinds and run time follow from what is trained. */
static int read_training(const hc_synthetic_options *out, hc_job_class_options *c,
                         const hc_value *map, const hc_training_desk *desk, hc_error *error)
{
    static const char *const OF_PLAN[] = {"gpus", "gpu_counts", "gpu_fraction"};
    const hc_value *training = hc_value_get(map, "training");
    const hc_value *name = hc_value_get(map, "name");
    bool is_drawn = hc_value_get(map, "run_time") != NULL;
    const hc_training_facts *facts = NULL;
    int status = 0;
    for (size_t i = 0; i < sizeof OF_PLAN / sizeof OF_PLAN[0]; i++) {
        const hc_value *value = hc_value_get(map, OF_PLAN[i]);
        status |= value == NULL ? 0 : hc_value_error(value, error, "the plan says it");
    }
    if (hc_training_read(desk, training, name == NULL ? "training" : hc_value_text(name), is_drawn,
                         &c->workload, error) < 0 ||
        status < 0) {
        return -1;
    }
    facts = hc_training_facts_of(desk->training, c->workload);
    c->gpu_count = facts->gpu_count;
    c->kinds = facts->kinds;
    c->work = is_drawn ? 0 : facts->run_time;
    return out->max_gpus == 0 || c->gpu_count <= out->max_gpus
               ? 0
               : hc_value_error(training, error,
                                "its plan has more than max_gpus, %" PRIu32 " GPUs", out->max_gpus);
}

static int read_amounts(hc_synthetic_options *out, hc_job_class_options *c, const hc_value *map,
                        const hc_training_desk *desk, hc_error *error)
{
    const hc_value *run_time = hc_value_get(map, "run_time");
    bool is_trained = hc_value_get(map, "training") != NULL;
    int status = is_trained ? read_training(out, c, map, desk, error)
                            : read_sizes(out, c, map, error) |
                                  read_fraction(c, hc_value_get(map, "gpu_fraction"), error);
    if (run_time != NULL) {
        return status | read_distribution(out, &c->run_time, run_time, true, error);
    }
    return is_trained ? status : hc_value_error(map, error, "expected run_time or training");
}

/* A defect of the class as a whole is told only when its parts are sound. */
static int read_class(hc_synthetic_options *out, hc_job_class_options *c, const hc_value *map,
                      const hc_estimate_model *common, const hc_training_desk *desk,
                      hc_error *error)
{
    const hc_value *name = hc_value_get(map, "name");
    const hc_value *estimate = hc_value_get(map, "estimate");
    const hc_value *outcomes = hc_value_get(map, "outcomes");
    const hc_value *priority = hc_value_get(map, "priority");
    hc_error found = HC_ERROR_NONE;
    int status = read_amounts(out, c, map, desk, error);
    c->name = name == NULL ? NULL : hc_value_text(name);
    c->share = hc_value_real(hc_value_get(map, "share"));
    c->priority = priority == NULL ? 0 : (int32_t)hc_value_integer(priority);
    c->estimate = *common;
    if (has_estimate(estimate)) {
        status |= read_estimate(out, &c->estimate, estimate, error);
    }
    if (outcomes != NULL) {
        c->outcomes = read_outcomes(outcomes);
    }
    if (status < 0) {
        return -1;
    }
    (void)hc_job_class_check(c, "", &found);
    return report(map, &found, error);
}

/* A preset's classes stay, but for an estimate that is given for all. */
static int keep_classes(hc_synthetic_options *out, const hc_estimate_model *common, hc_error *error)
{
    hc_job_class_options *classes = take(out, out->class_count, sizeof *classes, error);
    if (classes == NULL) {
        return -1;
    }
    for (size_t i = 0; i < out->class_count; i++) {
        classes[i] = out->classes[i];
        classes[i].estimate = *common;
    }
    out->classes = classes;
    return 0;
}

static int replace_classes(hc_synthetic_options *out, const hc_value *list,
                           const hc_estimate_model *common, const hc_training_desk *desk,
                           hc_error *error)
{
    size_t count = hc_value_count(list);
    hc_job_class_options *classes = take(out, count, sizeof *classes, error);
    int status = 0;
    if (classes == NULL) {
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        status |= read_class(out, &classes[i], hc_value_at(list, i), common, desk, error);
    }
    out->class_count = count;
    out->classes = classes;
    return status;
}

static int read_classes(hc_synthetic_options *out, const hc_value *synthetic,
                        const hc_training_desk *desk, hc_error *error)
{
    const hc_value *list = hc_value_get(synthetic, "classes");
    const hc_value *estimate = hc_value_get(synthetic, "estimate");
    hc_estimate_model common = {0};
    int status = 0;
    if (has_estimate(estimate)) {
        status = read_estimate(out, &common, estimate, error);
    }
    if (list != NULL) {
        return status | replace_classes(out, list, &common, desk, error);
    }
    if (out->class_count == 0) {
        return hc_value_error(synthetic, error, "expected a preset or classes");
    }
    return has_estimate(estimate) ? status | keep_classes(out, &common, error) : 0;
}

/* The schema has counted the items. */
static void read_weights(double *weights, size_t count, const hc_value *list)
{
    assert(list == NULL || hc_value_count(list) == count);
    for (size_t i = 0; list != NULL && i < count; i++) {
        weights[i] = hc_value_real(hc_value_at(list, i));
    }
}

static hc_time duration_or(const hc_value *map, const char *key, hc_time otherwise)
{
    const hc_value *value = hc_value_get(map, key);
    return value == NULL ? otherwise : hc_value_duration(value);
}

/* A key that the process does not use would change nothing, so it is an error to give it. */
static int check_used(const hc_value *map, hc_arrival_process process, hc_error *error)
{
    static const char *const WEEK[] = {"hours", "weekdays"};
    static const char *const BURST[] = {"burst_ratio", "burst_mean", "calm_mean"};
    bool is_bursty = process == HC_ARRIVALS_BURSTY;
    bool has_week = is_bursty || process == HC_ARRIVALS_PERIODIC;
    int status = 0;
    for (size_t i = 0; !has_week && i < sizeof WEEK / sizeof WEEK[0]; i++) {
        const hc_value *value = hc_value_get(map, WEEK[i]);
        status |= value == NULL
                      ? 0
                      : hc_value_error(value, error, "belongs to process: periodic or bursty");
    }
    for (size_t i = 0; !is_bursty && i < sizeof BURST / sizeof BURST[0]; i++) {
        const hc_value *value = hc_value_get(map, BURST[i]);
        status |= value == NULL ? 0 : hc_value_error(value, error, "belongs to process: bursty");
    }
    return status;
}

static int read_arrivals(hc_arrival_pattern *pattern, const hc_value *map, hc_error *error)
{
    const hc_value *process = NULL;
    hc_error found = HC_ERROR_NONE;
    int status = 0;
    if (map == NULL) {
        return 0;
    }
    process = hc_value_get(map, "process");
    if (process != NULL) {
        pattern->process = (hc_arrival_process)hc_value_choice(process);
    }
    status = check_used(map, pattern->process, error);
    read_weights(pattern->hour_weights, HC_HOURS_OF_DAY, hc_value_get(map, "hours"));
    read_weights(pattern->weekday_weights, HC_DAYS_OF_WEEK, hc_value_get(map, "weekdays"));
    pattern->burst_ratio = real_or(map, "burst_ratio", pattern->burst_ratio);
    pattern->burst_mean = duration_or(map, "burst_mean", pattern->burst_mean);
    pattern->calm_mean = duration_or(map, "calm_mean", pattern->calm_mean);
    if (status < 0) {
        return -1;
    }
    (void)hc_arrival_pattern_check(pattern, &found);
    return report(map, &found, error);
}

/* A load replaces a preset's gap and the other way round. */
static int read_rate(hc_synthetic_options *out, const hc_value *synthetic, hc_error *error)
{
    const hc_value *load = hc_value_get(synthetic, "load");
    const hc_value *gap = hc_value_get(synthetic, "mean_gap");
    if (load != NULL && gap != NULL) {
        return hc_value_error(gap, error, "excludes load");
    }
    if (load != NULL || gap != NULL) {
        out->load = load == NULL ? 0 : hc_value_real(load);
        out->mean_gap_seconds = gap == NULL ? 0 : seconds_of(gap);
    }
    return 0;
}

static uint64_t count_or(const hc_value *map, const char *key, uint64_t otherwise)
{
    const hc_value *value = hc_value_get(map, key);
    return value == NULL ? otherwise : (uint64_t)hc_value_integer(value);
}

static void read_counts(hc_synthetic_options *out, const hc_value *synthetic)
{
    out->job_count = count_or(synthetic, "jobs", out->job_count);
    out->duration = duration_or(synthetic, "duration", out->duration);
    out->max_gpus = (uint32_t)count_or(synthetic, "max_gpus", out->max_gpus);
    out->user_count = (uint32_t)count_or(synthetic, "users", out->user_count);
    out->group_count = (uint32_t)count_or(synthetic, "groups", out->group_count);
    out->user_exponent = real_or(synthetic, "user_exponent", out->user_exponent);
}

int hc_synthetic_options_read(hc_synthetic_options *out, const hc_value *synthetic, uint64_t seed,
                              uint64_t capacity_gpus, const hc_training_desk *desk, hc_error *error)
{
    const hc_value *preset = hc_value_get(synthetic, "preset");
    hc_synthetic_facts facts;
    hc_error found = HC_ERROR_NONE;
    int status = 0;
    *out = (hc_synthetic_options){0};
    if (preset != NULL) {
        *out = *hc_preset_at(hc_value_choice(preset))->options;
    }
    if (out->user_count == 0) {
        out->user_exponent = 1;
    }
    out->seed = seed;
    out->capacity_gpus = capacity_gpus;
    read_counts(out, synthetic);
    status = read_rate(out, synthetic, error);
    status |= read_arrivals(&out->arrivals, hc_value_get(synthetic, "arrivals"), error);
    status |= read_classes(out, synthetic, desk, error);
    if (status == 0) {
        (void)hc_synthetic_check(out, &facts, &found);
        status = report(synthetic, &found, error);
    }
    if (status < 0) {
        hc_synthetic_options_release(out);
    }
    return status;
}
