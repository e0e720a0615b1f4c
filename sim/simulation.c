#include "sim/simulation.h"

#include "sim/cluster_process.h"
#include "sim/engine/engine.h"
#include "sim/jobs/dependents.h"

#include <assert.h>
#include <stdlib.h>

enum { MAX_SAMPLE_COUNT = 50000000 };

struct hc_simulation {
    hc_simulation_options options;
    hc_engine *engine;
    hc_cluster **clusters; /* by partition */
    uint32_t cluster_count;

    hc_job_spec next; /* pulled from the source, not yet posted */
    bool has_next;
    hc_job_id next_id;
    uint32_t source_count;   /* jobs pulled from the source */
    hc_job_list independent; /* with dependencies: the jobs that wait for no other */
    uint64_t posted_count;   /* posted submissions that were not handled yet, but for dependents */
    hc_dependents *dependents; /* NULL: dependencies are not followed */
    hc_time begin;
    hc_job_source_facts facts;
};

/* The next job of the source, with its id and priority. */
static int pull_from_source(hc_simulation *s, hc_error *error)
{
    int pulled = s->options.source.next(s->options.source.self, &s->next, error);
    s->has_next = pulled == 1;
    if (pulled != 1) {
        return pulled;
    }
    if (s->source_count == HC_NO_INDEX) {
        return hc_error_set(error, HC_ERROR_TRACE, "more than %u jobs", HC_NO_INDEX);
    }
    s->next_id = (hc_job_id){s->source_count++};
    hc_priority_classes_apply(s->options.classes, s->options.class_count, &s->options.source,
                              &s->next);
    return 1;
}

/* Takes all jobs from the source: a job may leave long before those that wait for it were submitted in the log. */
static int pull_all(hc_simulation *s, hc_error *error)
{
    int pulled = pull_from_source(s, error);
    while (pulled == 1) {
        int status = s->next.has_preceding ? hc_dependents_add(s->dependents, s->next_id, &s->next)
                                           : hc_job_list_add(&s->independent, s->next_id, &s->next);
        if (status < 0) {
            return hc_error_memory(error);
        }
        pulled = pull_from_source(s, error);
    }
    return pulled;
}

static int pull(hc_simulation *s, hc_error *error)
{
    if (s->dependents == NULL) {
        return pull_from_source(s, error) < 0 ? -1 : 0;
    }
    s->has_next = hc_job_list_next(&s->independent, &s->next_id, &s->next);
    return 0;
}

/* Jobs submitted before the begin (warm start) are submitted at the begin. */
static hc_time effective_submit(const hc_simulation *s)
{
    return s->next.submit > s->begin ? s->next.submit : s->begin;
}

static int admit(hc_simulation *s, const hc_job_spec *spec, hc_job_id job, hc_time time,
                 hc_error *error)
{
    uint16_t partition = spec->partition.index;
    hc_cluster *cluster = s->clusters[partition < s->cluster_count ? partition : 0];
    return hc_cluster_admit(cluster, s->engine, spec, job, time, error);
}

static int post_next(hc_simulation *s, hc_time time, hc_error *error)
{
    if (admit(s, &s->next, s->next_id, time, error) < 0) {
        return -1;
    }
    s->posted_count++;
    return pull(s, error);
}

/* A job has left: whoever waited for it is submitted once the think time has passed. */
static int on_left(void *self, hc_job_id job, hc_time time, hc_error *error)
{
    hc_simulation *s = self;
    hc_job_spec spec;
    hc_job_id id;
    while (hc_dependents_take(s->dependents, job, &id, &spec)) {
        if (__builtin_add_overflow(time, spec.think_time, &spec.submit) ||
            spec.submit > HC_TIME_LIMIT) {
            return hc_error_set(error, HC_ERROR_RUNTIME,
                                "simulated time runs past 146 years at job %u", id.index);
        }
        spec.recorded_start = HC_TIME_MISSING;
        spec.recorded_end = HC_TIME_MISSING;
        if (admit(s, &spec, id, spec.submit, error) < 0) {
            return -1;
        }
    }
    return 0;
}

/* Posts the next submission and all others of its instant: they must lie in the queue before the first of them
 * is handled, or they would open rounds of their own. */
static int feed(hc_simulation *s, hc_error *error)
{
    hc_time time = 0;
    if (!s->has_next) {
        return 0;
    }
    time = effective_submit(s);
    do {
        if (post_next(s, time, error) < 0) {
            return -1;
        }
        assert(!s->has_next || effective_submit(s) >= time);
    } while (s->has_next && effective_submit(s) == time);
    return 0;
}

static int on_submitted(void *self, hc_job_id job, hc_error *error)
{
    hc_simulation *s = self;
    if (s->dependents != NULL && hc_dependents_settle(s->dependents, job)) {
        return 0;
    }
    return --s->posted_count == 0 ? feed(s, error) : 0;
}

static bool is_exhausted(void *self)
{
    const hc_simulation *s = self;
    return !s->has_next && s->posted_count == 0 &&
           (s->dependents == NULL || hc_dependents_count(s->dependents) == 0);
}

static int check_sampling(const hc_simulation *s, hc_error *error)
{
    hc_time interval = s->options.sample_interval;
    if (interval > 0 && s->facts.last_submit != HC_TIME_MISSING &&
        (s->facts.last_submit - s->begin) / interval > MAX_SAMPLE_COUNT) {
        return hc_error_set(error, HC_ERROR_USAGE,
                            "output.sample: more than %d samples over the span of the jobs; "
                            "sample less often",
                            MAX_SAMPLE_COUNT);
    }
    return 0;
}

static int create_clusters(hc_simulation *s, hc_error *error)
{
    const hc_simulation_options *o = &s->options;
    uint32_t count = hc_machine_partition_count(o->machine);
    s->clusters = calloc(count, sizeof(hc_cluster *));
    if (s->clusters == NULL) {
        return hc_error_memory(error);
    }
    for (uint32_t i = 0; i < count; i++) {
        hc_cluster_options cluster = {
            .jobs = {.machine = o->machine,
                     .partition = {(uint16_t)i},
                     .placement = o->placement,
                     .occupancy = {.is_shared = s->facts.has_shared_gpus,
                                   .has_host_needs = s->facts.has_host_needs},
                     .sink = o->sink,
                     .begin = s->begin,
                     .measure_from = s->begin + o->warmup,
                     .is_pass_per_event = o->is_pass_per_event,
                     .restart = o->restart,
                     .estimates = o->estimates,
                     .departure = {s, o->follows_dependencies ? on_left : NULL}},
            .policy = o->policy,
            .policy_options = o->policy_options,
            .feed = {s, on_submitted, is_exhausted},
            .sample_interval = o->sample_interval,
            .calendar =
                o->calendar != NULL && o->calendar->partition.index == i ? o->calendar : NULL,
        };
        if (hc_cluster_create(&s->clusters[i], s->engine, &cluster, error) < 0) {
            return -1;
        }
        s->cluster_count++;
    }
    return 0;
}

static int set_up(hc_simulation *s, hc_error *error)
{
    s->engine = hc_engine_create(0, error);
    if (s->engine == NULL) {
        return -1;
    }
    if (s->options.follows_dependencies) {
        s->dependents = hc_dependents_create();
        if (s->dependents == NULL) {
            return hc_error_memory(error);
        }
        if (pull_all(s, error) < 0) {
            return -1;
        }
    }
    if (pull(s, error) < 0) {
        return -1;
    }
    s->facts = s->options.source.facts(s->options.source.self);
    s->begin = s->options.begin;
    if (s->begin == HC_TIME_MISSING) {
        s->begin = s->has_next ? s->next.submit : 0;
    }
    if (check_sampling(s, error) < 0 || create_clusters(s, error) < 0) {
        return -1;
    }
    return feed(s, error);
}

/* Everything but machine and source, which belong to the caller until a create has succeeded. */
static void tear_down(hc_simulation *s)
{
    hc_engine_destroy(s->engine);
    for (uint32_t i = 0; i < s->cluster_count; i++) {
        hc_cluster_destroy(s->clusters[i]);
    }
    hc_dependents_destroy(s->dependents);
    hc_job_list_free(&s->independent);
    free(s->clusters);
    free(s);
}

int hc_simulation_create(hc_simulation **out, const hc_simulation_options *options, hc_error *error)
{
    hc_simulation *s = calloc(1, sizeof *s);
    if (s == NULL) {
        return hc_error_memory(error);
    }
    s->options = *options;
    if (set_up(s, error) < 0) {
        tear_down(s);
        return -1;
    }
    *out = s;
    return 0;
}

void hc_simulation_destroy(hc_simulation *s)
{
    if (s == NULL) {
        return;
    }
    s->options.source.destroy(s->options.source.self);
    hc_machine_destroy(s->options.machine);
    tear_down(s);
}

/* When nothing will happen any more, jobs are left only where nodes went out of service for good. */
static int check_left(const hc_simulation *s, hc_error *error)
{
    for (uint32_t i = 0; i < s->cluster_count; i++) {
        const hc_lifecycle *jobs = hc_cluster_jobs(s->clusters[i]);
        hc_job_counts counts = hc_lifecycle_counts(jobs);
        if (counts.running > 0 || (counts.waiting > 0 && !hc_lifecycle_is_reduced(jobs))) {
            return hc_error_set(error, HC_ERROR_INTERNAL,
                                "%llu jobs wait for ever although every one of them could fit",
                                (unsigned long long)counts.waiting);
        }
    }
    return 0;
}

int hc_simulation_run(hc_simulation *s, uint64_t limit, bool *is_over, hc_error *error)
{
    if (hc_engine_run(s->engine, HC_TIME_NEVER, limit, NULL, error) < 0) {
        return -1;
    }
    *is_over = hc_engine_next_time(s->engine) == HC_TIME_NEVER;
    return *is_over ? check_left(s, error) : 0;
}

/* All ledgers end at one instant: now when the run was stopped early, else when something happened last. */
static hc_time end_of_books(const hc_simulation *s)
{
    bool is_over = hc_engine_next_time(s->engine) == HC_TIME_NEVER;
    hc_time end = s->begin;
    for (uint32_t i = 0; i < s->cluster_count; i++) {
        hc_lifecycle *jobs = hc_cluster_jobs(s->clusters[i]);
        hc_job_counts counts = hc_lifecycle_counts(jobs);
        hc_time last = hc_lifecycle_ledger(jobs)->counted_to;
        if (counts.waiting + counts.running > 0 && !is_over) {
            last = hc_engine_now(s->engine);
        }
        end = last > end ? last : end;
    }
    return end;
}

int hc_simulation_finish(hc_simulation *s, hc_error *error)
{
    hc_time end = end_of_books(s);
    for (uint32_t i = 0; i < s->cluster_count; i++) {
        if (hc_cluster_finish(s->clusters[i], end, error) < 0) {
            return -1;
        }
    }
    return 0;
}

hc_progress hc_simulation_progress(const hc_simulation *s)
{
    hc_time now = hc_engine_now(s->engine);
    hc_progress progress = {
        .begin = s->begin,
        .now = now > s->begin ? now : s->begin,
        .last_submit = s->facts.last_submit,
        .event_count = hc_engine_executed(s->engine),
    };
    for (uint32_t i = 0; i < s->cluster_count; i++) {
        hc_job_counts counts = hc_lifecycle_counts(hc_cluster_jobs(s->clusters[i]));
        progress.jobs.submitted += counts.submitted;
        progress.jobs.waiting += counts.waiting;
        progress.jobs.running += counts.running;
        progress.jobs.completed += counts.completed;
        progress.jobs.rejected += counts.rejected;
        progress.jobs.warm_unplaced += counts.warm_unplaced;
    }
    return progress;
}

hc_digest hc_simulation_digest(const hc_simulation *s)
{
    hc_digest joined = {0};
    for (uint32_t i = 0; i < s->cluster_count; i++) {
        hc_digest_join(&joined, hc_lifecycle_digest(hc_cluster_jobs(s->clusters[i])));
    }
    return joined;
}

bool hc_simulation_check(const hc_simulation *s)
{
    for (uint32_t i = 0; i < s->cluster_count; i++) {
        if (!hc_cluster_check(s->clusters[i])) {
            return false;
        }
    }
    return true;
}
