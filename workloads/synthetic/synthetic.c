#include "workloads/synthetic/synthetic.h"

#include "sim/engine/random.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { NAME_SIZE = 16, PLACE_SIZE = 96 };

typedef struct synthetic {
    uint64_t seed;
    uint64_t job_count; /* UINT64_MAX: no bound */
    hc_time duration;   /* HC_TIME_NEVER: no bound */
    hc_time expected_end;
    uint64_t expected_count;
    bool has_shared_gpus;
    hc_arrivals arrivals;
    hc_arrival_state state;
    uint64_t next_index;
    size_t class_count;
    hc_job_class **classes;
    double *class_until; /* shares of jobs up to and including a class */
    uint32_t user_count;
    uint32_t group_count;
    double *user_until;
    char (*user_names)[NAME_SIZE];
    char (*group_names)[NAME_SIZE];
} synthetic;

/* Where messages about a class say they are: "classes[0] (training)." */
static void name_place(char *place, size_t size, size_t index, const char *name)
{
    if (name == NULL) {
        (void)snprintf(place, size, "classes[%zu].", index);
    } else {
        (void)snprintf(place, size, "classes[%zu] (%.40s).", index, name);
    }
}

static int check_classes(const hc_synthetic_options *options, hc_error *error)
{
    char place[PLACE_SIZE];
    double sum = 0;
    int status = 0;
    for (size_t i = 0; i < options->class_count; i++) {
        name_place(place, sizeof place, i, options->classes[i].name);
        status |= hc_job_class_check(&options->classes[i], place, error);
        sum += options->classes[i].share;
    }
    if (status == 0 && !(sum > 0 && isfinite(sum))) {
        status = hc_error_set(error, HC_ERROR_USAGE, "classes: expected one with a share above 0");
    }
    return status;
}

/* The bounds of the workload, each by itself. */
static int check_end(const hc_synthetic_options *options, hc_error *error)
{
    int status = 0;
    if (options->job_count >= HC_NO_INDEX) {
        status = hc_error_set(error, HC_ERROR_USAGE, "jobs: expected at most 4294967294");
    }
    if (options->duration < 0 || options->duration > HC_TIME_LIMIT) {
        status = hc_error_set(error, HC_ERROR_USAGE, "duration: expected at most 146 years");
    }
    if (options->job_count == 0 && options->duration == 0) {
        status = hc_error_set(error, HC_ERROR_USAGE, "give jobs, duration or both");
    }
    return status;
}

static int check_rate(const hc_synthetic_options *options, hc_error *error)
{
    double load = options->load;
    double gap = options->mean_gap_seconds;
    if (!(load >= 0 && isfinite(load) && gap >= 0 && isfinite(gap))) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "load, mean_gap: expected numbers above 0, found %g and %g", load, gap);
    }
    if (load > 0 && gap > 0) {
        return hc_error_set(error, HC_ERROR_USAGE, "load and mean_gap exclude each other");
    }
    if (load > 0 && options->capacity_gpus == 0) {
        return hc_error_set(error, HC_ERROR_USAGE, "load: the cluster has no GPU");
    }
    if (load == 0 && gap == 0 && (options->job_count == 0 || options->duration == 0)) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "give load or mean_gap, or both jobs and duration");
    }
    return 0;
}

static int check_users(const hc_synthetic_options *options, hc_error *error)
{
    if (options->user_count > HC_USER_LIMIT || options->group_count > options->user_count) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "users, groups: expected at most %d users and no more groups than "
                            "users, found %" PRIu32 " and %" PRIu32,
                            HC_USER_LIMIT, options->user_count, options->group_count);
    }
    if (!(options->user_exponent >= 0 && options->user_exponent <= 10)) {
        return hc_error_set(error, HC_ERROR_USAGE, "user_exponent: expected 0 to 10, found %g",
                            options->user_exponent);
    }
    return 0;
}

static int check_options(const hc_synthetic_options *options, hc_error *error)
{
    int status = check_classes(options, error);
    status |= check_end(options, error);
    status |= check_rate(options, error);
    status |= check_users(options, error);
    return status | hc_arrival_pattern_check(&options->arrivals, error);
}

/* Rates beyond these would lose digits of a nanosecond, or never come. */
static const double GAP_MINIMUM_SECONDS = 1e-6;
static const double GAP_MAXIMUM_SECONDS = 1e9;

static int check_gap(const hc_synthetic_options *options, double gap, hc_error *error)
{
    double end_seconds = (double)HC_TIME_LIMIT / (double)HC_SECOND;
    if (!(gap >= GAP_MINIMUM_SECONDS && gap <= GAP_MAXIMUM_SECONDS)) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "the mean gap between jobs: expected %g s to %g s, found %g s",
                            GAP_MINIMUM_SECONDS, GAP_MAXIMUM_SECONDS, gap);
    }
    if (options->duration == 0 && (double)options->job_count * gap > end_seconds / 2) {
        return hc_error_set(error, HC_ERROR_USAGE, "jobs: the last ones would come after 73 years");
    }
    if (options->job_count == 0 &&
        (double)options->duration / (double)HC_SECOND / gap > HC_NO_INDEX / 2) {
        return hc_error_set(error, HC_ERROR_USAGE, "duration: more than 2147483647 jobs fit in");
    }
    return 0;
}

static void destroy(void *self)
{
    synthetic *s = self;
    if (s == NULL) {
        return;
    }
    for (size_t i = 0; s->classes != NULL && i < s->class_count; i++) {
        hc_job_class_destroy(s->classes[i]);
    }
    free(s->classes);
    free(s->class_until);
    free(s->user_until);
    free(s->user_names);
    free(s->group_names);
    free(s);
}

static bool create_classes(synthetic *s, const hc_synthetic_options *options)
{
    double sum = 0;
    double until = 0;
    s->class_count = options->class_count;
    s->classes = calloc(s->class_count, sizeof(hc_job_class *));
    s->class_until = calloc(s->class_count, sizeof *s->class_until);
    if (s->classes == NULL || s->class_until == NULL) {
        return false;
    }
    for (size_t i = 0; i < s->class_count; i++) {
        sum += options->classes[i].share;
    }
    for (size_t i = 0; i < s->class_count; i++) {
        until += options->classes[i].share / sum;
        s->class_until[i] = until;
        s->has_shared_gpus |= options->classes[i].gpu_milli % HC_WHOLE_GPU != 0;
        s->classes[i] = hc_job_class_create(&options->classes[i], options->max_gpus);
        if (s->classes[i] == NULL) {
            return false;
        }
    }
    return true;
}

static double mean_gpu_seconds(const synthetic *s)
{
    double mean = 0;
    double from = 0;
    for (size_t i = 0; i < s->class_count; i++) {
        mean += (s->class_until[i] - from) * hc_job_class_mean_gpu_seconds(s->classes[i]);
        from = s->class_until[i];
    }
    return mean;
}

static hc_synthetic_facts find_facts(const synthetic *s, const hc_synthetic_options *options)
{
    double work = mean_gpu_seconds(s);
    double capacity = (double)options->capacity_gpus;
    double duration_seconds = (double)options->duration / (double)HC_SECOND;
    hc_synthetic_facts facts = {.mean_gpu_seconds = work};
    facts.is_fitted = options->load == 0 && options->mean_gap_seconds == 0;
    facts.mean_gap_seconds = facts.is_fitted     ? duration_seconds / (double)options->job_count
                             : options->load > 0 ? work / (options->load * capacity)
                                                 : options->mean_gap_seconds;
    facts.load = capacity > 0 ? work / (facts.mean_gap_seconds * capacity) : 0;
    return facts;
}

/* Zipf's law: user k (from 1) has weight k^-exponent. */
static bool create_users(synthetic *s, const hc_synthetic_options *options)
{
    double sum = 0;
    s->user_count = options->user_count;
    s->group_count = options->group_count;
    s->user_until = calloc((size_t)s->user_count + 1, sizeof *s->user_until);
    s->user_names = calloc((size_t)s->user_count + 1, NAME_SIZE);
    s->group_names = calloc((size_t)s->group_count + 1, NAME_SIZE);
    if (s->user_until == NULL || s->user_names == NULL || s->group_names == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < s->user_count; i++) {
        sum += pow(i + 1.0, -options->user_exponent);
        s->user_until[i] = sum;
        (void)snprintf(s->user_names[i], NAME_SIZE, "u_%" PRIu32, i + 1);
    }
    for (uint32_t i = 0; i < s->group_count; i++) {
        (void)snprintf(s->group_names[i], NAME_SIZE, "g_%" PRIu32, i + 1);
    }
    return true;
}

/* Everything of a checked workload but its arrivals. @return NULL when memory is short. */
static synthetic *create_self(const hc_synthetic_options *options)
{
    synthetic *s = calloc(1, sizeof *s);
    if (s != NULL && (!create_classes(s, options) || !create_users(s, options))) {
        destroy(s);
        s = NULL;
    }
    return s;
}

static hc_time expected_end(const hc_synthetic_options *options, double gap_seconds)
{
    double end_ns = (double)options->job_count * gap_seconds * (double)HC_SECOND;
    if (options->job_count == 0 || (options->duration > 0 && end_ns > (double)options->duration)) {
        return options->duration;
    }
    return llround(end_ns);
}

static void start_arrivals(synthetic *s, const hc_synthetic_options *options,
                           const hc_synthetic_facts *facts)
{
    s->seed = options->seed;
    s->job_count = options->job_count > 0 ? options->job_count : UINT64_MAX;
    s->duration = options->duration > 0 ? options->duration : HC_TIME_NEVER;
    s->expected_end = expected_end(options, facts->mean_gap_seconds);
    s->expected_count =
        (uint64_t)((double)s->expected_end / (double)HC_SECOND / facts->mean_gap_seconds);
    hc_arrivals_freeze(&s->arrivals, &options->arrivals, s->seed, facts->mean_gap_seconds);
    s->state = hc_arrivals_begin(&s->arrivals);
    if (facts->is_fitted) {
        hc_arrivals_fit(&s->arrivals, &s->state, s->job_count, s->duration);
    }
}

/* @return NULL, with `error` set, when the options have defects or memory is short. */
static synthetic *create_checked(const hc_synthetic_options *options, hc_synthetic_facts *facts,
                                 hc_error *error)
{
    synthetic *s = NULL;
    if (check_options(options, error) < 0) {
        return NULL;
    }
    s = create_self(options);
    if (s == NULL) {
        (void)hc_error_memory(error);
        return NULL;
    }
    *facts = find_facts(s, options);
    if (check_gap(options, facts->mean_gap_seconds, error) < 0) {
        destroy(s);
        return NULL;
    }
    return s;
}

int hc_synthetic_check(const hc_synthetic_options *options, hc_synthetic_facts *out,
                       hc_error *error)
{
    synthetic *s = create_checked(options, out, error);
    destroy(s);
    return s == NULL ? -1 : 0;
}

/* The first entry above u; rounding may leave the last one below 1. */
static size_t choose(const double *until, size_t count, double u)
{
    size_t low = 0;
    size_t high = count - 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (u < until[middle]) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

static void draw_user(const synthetic *s, uint64_t index, hc_job_spec *out)
{
    hc_random stream = hc_random_stream(s->seed, index, HC_RANDOM_USER);
    double sum = 0;
    out->user = HC_NO_INDEX;
    out->group = HC_NO_INDEX;
    if (s->user_count == 0) {
        return;
    }
    sum = s->user_until[s->user_count - 1];
    out->user = (uint32_t)choose(s->user_until, s->user_count, hc_random_uniform(&stream) * sum);
    if (s->group_count > 0) {
        out->group = out->user % s->group_count;
    }
}

static void draw_job(const synthetic *s, uint64_t index, hc_time submit, hc_job_spec *out)
{
    hc_random size = hc_random_stream(s->seed, index, HC_RANDOM_SIZE);
    size_t job_class = choose(s->class_until, s->class_count, hc_random_uniform(&size));
    *out = (hc_job_spec){
        .submit = submit,
        .recorded_start = HC_TIME_MISSING,
        .recorded_end = HC_TIME_MISSING,
    };
    hc_job_class_draw(s->classes[job_class], s->seed, index, &size, out);
    draw_user(s, index, out);
}

static int too_far(const synthetic *s, hc_error *error)
{
    return hc_error_set(error, HC_ERROR_USAGE,
                        "workload.synthetic: job %" PRIu64 " lies beyond 2^32 jobs or 146 years",
                        s->next_index + 1);
}

static int next(void *self, hc_job_spec *out, hc_error *error)
{
    synthetic *s = self;
    hc_time submit = 0;
    if (s->next_index >= s->job_count) {
        return 0;
    }
    submit = hc_arrivals_next(&s->arrivals, &s->state);
    if (s->next_index >= HC_NO_INDEX || (submit == HC_TIME_NEVER && s->duration == submit)) {
        return too_far(s, error);
    }
    if (submit >= s->duration) {
        s->job_count = s->next_index;
        return 0;
    }
    draw_job(s, s->next_index++, submit, out);
    return 1;
}

static hc_job_source_facts source_facts(void *self)
{
    const synthetic *s = self;
    return (hc_job_source_facts){.last_submit = s->expected_end,
                                 .job_count = s->expected_count,
                                 .has_shared_gpus = s->has_shared_gpus};
}

static const char *user_name(void *self, uint32_t user)
{
    const synthetic *s = self;
    assert(user < s->user_count);
    return s->user_names[user];
}

static const char *group_name(void *self, uint32_t group)
{
    const synthetic *s = self;
    assert(group < s->group_count);
    return s->group_names[group];
}

static uint32_t user_count(void *self)
{
    return ((const synthetic *)self)->user_count;
}

static uint32_t group_count(void *self)
{
    return ((const synthetic *)self)->group_count;
}

int hc_synthetic_create(hc_job_source *out, const hc_synthetic_options *options, hc_error *error)
{
    hc_synthetic_facts facts;
    synthetic *s = create_checked(options, &facts, error);
    if (s == NULL) {
        return -1;
    }
    start_arrivals(s, options, &facts);
    *out = (hc_job_source){
        .self = s,
        .next = next,
        .facts = source_facts,
        .user_name = user_name,
        .group_name = group_name,
        .user_count = user_count,
        .group_count = group_count,
        .destroy = destroy,
    };
    return 0;
}
