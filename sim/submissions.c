#include "sim/submissions.h"

#include "sim/archive.h"
#include "sim/jobs/dependents.h"

#include <assert.h>
#include <stdlib.h>

struct hc_submissions {
    hc_submissions_options options;
    hc_engine *engine;
    hc_cluster **clusters; /* by partition; NULL: of another rank */
    uint32_t cluster_count;
    hc_time begin;

    hc_job_spec next; /* pulled from the source, not yet posted */
    bool has_next;
    hc_job_id next_id;
    uint64_t source_count;   /* jobs pulled from the source */
    hc_time first_submit;    /* HC_TIME_MISSING: the source has no job */
    hc_time last_submit;     /* of the jobs pulled so far, whosever they are */
    hc_job_list independent; /* with dependencies: the jobs that wait for no other */
    hc_time posted_to;       /* HC_TIME_MISSING: nothing has been posted */
    uint64_t posted_count;   /* posted submissions that were not handled yet, but for dependents */
    hc_dependents *dependents; /* NULL: dependencies are not followed */
};

static uint32_t shift(uint32_t index, uint32_t first)
{
    return index == HC_NO_INDEX ? index : index + first;
}

/* Gives the pulled job the numbers that it has among the jobs of all sources. */
static void number(hc_submissions *s)
{
    const hc_submissions_options *o = &s->options;
    s->next.user = shift(s->next.user, o->first_user);
    s->next.group = shift(s->next.group, o->first_group);
    s->next.trace = (uint16_t)(s->next.trace + o->first_trace);
    if (o->has_home) {
        s->next.partition = o->home;
    }
    s->next.home = s->next.partition;
}

/* The next job of the source, with its id and priority. */
static int pull_from_source(hc_submissions *s, hc_error *error)
{
    const hc_job_source *source = s->options.source;
    int pulled = source->next(source->self, &s->next, error);
    uint64_t id = s->source_count * s->options.id_stride + s->options.id_first;
    s->has_next = pulled == 1;
    if (pulled != 1) {
        return pulled;
    }
    if (id >= HC_NO_INDEX) {
        return hc_error_set(error, HC_ERROR_TRACE, "more than %u jobs",
                            HC_NO_INDEX / s->options.id_stride);
    }
    s->source_count++;
    s->next_id = (hc_job_id){(uint32_t)id};
    s->last_submit = s->next.submit;
    hc_priority_classes_apply(s->options.classes, s->options.class_count, source, &s->next);
    number(s);
    return 1;
}

/* Takes all jobs from the source: a job may leave long before those that wait for it were submitted in the log. */
static int pull_all(hc_submissions *s, hc_error *error)
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

/* Jobs of no partition are rejected by the first one. */
static hc_cluster *cluster_of(const hc_submissions *s, const hc_job_spec *spec)
{
    uint16_t partition = spec->partition.index;
    return s->clusters[partition < s->cluster_count ? partition : 0];
}

static int pull_any(hc_submissions *s, hc_error *error)
{
    if (s->dependents == NULL) {
        return pull_from_source(s, error);
    }
    s->has_next = hc_job_list_next(&s->independent, &s->next_id, &s->next);
    return 0;
}

/* The next job of this rank. */
static int pull(hc_submissions *s, hc_error *error)
{
    int status = pull_any(s, error);
    while (status >= 0 && s->has_next && cluster_of(s, &s->next) == NULL) {
        status = pull_any(s, error);
    }
    return status < 0 ? -1 : 0;
}

/* Jobs submitted before the begin (warm start) are submitted at the begin. */
static hc_time effective_submit(const hc_submissions *s, hc_time submit)
{
    return submit > s->begin ? submit : s->begin;
}

static int admit(hc_submissions *s, const hc_job_spec *spec, hc_job_id job, hc_time time,
                 hc_error *error)
{
    return hc_cluster_admit(cluster_of(s, spec), s->engine, spec, job, time, error);
}

static int post_next(hc_submissions *s, hc_time time, hc_error *error)
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
    hc_submissions *s = self;
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
static int feed(hc_submissions *s, hc_error *error)
{
    hc_time time = 0;
    if (!s->has_next) {
        return 0;
    }
    time = effective_submit(s, s->next.submit);
    s->posted_to = time;
    do {
        if (post_next(s, time, error) < 0) {
            return -1;
        }
        assert(!s->has_next || effective_submit(s, s->next.submit) >= time);
    } while (s->has_next && effective_submit(s, s->next.submit) == time);
    return 0;
}

static int on_submitted(void *self, hc_job_id job, hc_error *error)
{
    hc_submissions *s = self;
    if (s->dependents != NULL && hc_dependents_settle(s->dependents, job)) {
        return 0;
    }
    return --s->posted_count == 0 ? feed(s, error) : 0;
}

/* Those who wait for others are counted with them. */
static void on_restored(void *self, hc_job_id job)
{
    hc_submissions *s = self;
    if (s->dependents == NULL || !hc_dependents_contains(s->dependents, job)) {
        s->posted_count++;
    }
}

/* Whether an event comes after the last submission of the source, whichever rank handles that one. */
static bool is_past_last(const hc_submissions *s, const hc_event *event)
{
    hc_time last = effective_submit(s, s->last_submit);
    if (s->first_submit == HC_TIME_MISSING || event->time > last) {
        return true;
    }
    return event->time == last &&
           (hc_event_round(event) > 0 || hc_event_class(event) > s->options.submit_class);
}

static bool is_exhausted(void *self, const hc_event *event)
{
    const hc_submissions *s = self;
    if (s->has_next || s->posted_count > 0) {
        return false;
    }
    return s->dependents == NULL ? is_past_last(s, event) : hc_dependents_count(s->dependents) == 0;
}

static int look_at_first(hc_submissions *s, hc_error *error)
{
    int status = 0;
    if (s->options.follows_dependencies) {
        s->dependents = hc_dependents_create();
        if (s->dependents == NULL) {
            return hc_error_memory(error);
        }
        status = pull_all(s, error);
        s->has_next = status == 0 && hc_job_list_next(&s->independent, &s->next_id, &s->next);
    } else {
        status = pull_from_source(s, error);
    }
    s->first_submit = s->has_next ? s->next.submit : HC_TIME_MISSING;
    return status < 0 ? -1 : 0;
}

int hc_submissions_create(hc_submissions **out, const hc_submissions_options *options,
                          hc_error *error)
{
    hc_submissions *s = calloc(1, sizeof *s);
    if (s == NULL) {
        return hc_error_memory(error);
    }
    assert(options->id_first < options->id_stride);
    s->options = *options;
    s->posted_to = HC_TIME_MISSING;
    if (look_at_first(s, error) < 0) {
        hc_submissions_destroy(s);
        return -1;
    }
    *out = s;
    return 0;
}

void hc_submissions_destroy(hc_submissions *s)
{
    if (s != NULL) {
        hc_dependents_destroy(s->dependents);
        hc_job_list_free(&s->independent);
        free(s);
    }
}

hc_time hc_submissions_first(const hc_submissions *s)
{
    return s->first_submit;
}

hc_time hc_submissions_posted_to(const hc_submissions *s)
{
    return s->posted_to;
}

void hc_submissions_exchange(hc_submissions *s, hc_archive *archive)
{
    if (s->dependents != NULL) {
        hc_dependents_exchange(s->dependents, archive);
    }
}

hc_feed hc_submissions_feed(hc_submissions *s)
{
    return (hc_feed){s, on_submitted, on_restored, is_exhausted};
}

hc_departure hc_submissions_departure(hc_submissions *s)
{
    return (hc_departure){s, s->dependents == NULL ? NULL : on_left};
}

/* From the first job of this rank on. */
static int join(hc_submissions *s, hc_engine *engine, hc_cluster **clusters, uint32_t cluster_count,
                hc_time begin, hc_error *error)
{
    s->engine = engine;
    s->clusters = clusters;
    s->cluster_count = cluster_count;
    s->begin = begin;
    return s->has_next && cluster_of(s, &s->next) == NULL ? pull(s, error) : 0;
}

int hc_submissions_begin(hc_submissions *s, hc_engine *engine, hc_cluster **clusters,
                         uint32_t cluster_count, hc_time begin, hc_error *error)
{
    return join(s, engine, clusters, cluster_count, begin, error) < 0 ? -1 : feed(s, error);
}

/* A state that was changed may miss jobs that were submitted long ago. */
static int require_future(const hc_submissions *s, hc_error *error)
{
    if (s->has_next && effective_submit(s, s->next.submit) < hc_engine_now(s->engine)) {
        return hc_error_set(error, HC_ERROR_RUNTIME,
                            "the saved state cannot be used: job %u should have been submitted "
                            "before it was saved",
                            s->next_id.index);
    }
    return 0;
}

/* Whether jobs of this source are submitted to a partition of this rank. */
static bool feeds(const hc_submissions *s, uint32_t partition)
{
    return s->clusters[partition] != NULL &&
           (!s->options.has_home || partition == s->options.home.index);
}

/* Posts the next job if its partition is not as far yet as the latest of this rank. */
static int pass_over(hc_submissions *s, const hc_time *posted_to, hc_error *error)
{
    uint16_t partition = s->next.partition.index;
    hc_time time = effective_submit(s, s->next.submit);
    if (time > posted_to[partition < s->cluster_count ? partition : 0]) {
        return require_future(s, error) < 0 ? -1 : post_next(s, time, error);
    }
    return pull(s, error);
}

int hc_submissions_resume(hc_submissions *s, hc_engine *engine, hc_cluster **clusters,
                          uint32_t cluster_count, hc_time begin, const hc_time *posted_to,
                          hc_error *error)
{
    if (join(s, engine, clusters, cluster_count, begin, error) < 0) {
        return -1;
    }
    for (uint32_t i = 0; i < cluster_count; i++) {
        s->posted_to = feeds(s, i) && posted_to[i] > s->posted_to ? posted_to[i] : s->posted_to;
    }
    while (s->has_next && effective_submit(s, s->next.submit) <= s->posted_to) {
        if (pass_over(s, posted_to, error) < 0) {
            return -1;
        }
    }
    if (s->posted_count > 0) {
        return 0;
    }
    return require_future(s, error) < 0 ? -1 : feed(s, error);
}
