#include "sim/cluster_process.h"

#include "sim/archive.h"
#include "sim/federation/door.h"

#include <assert.h>
#include <stdlib.h>

struct hc_cluster {
    hc_cluster_options options;
    hc_lifecycle *jobs;
    void *policy_state;
    hc_process_id process;
    const hc_event *event; /* being handled */
    bool is_pass_pending;
    size_t next_step; /* of the calendar */
};

static hc_post make_post(const hc_cluster *c, hc_event_kind kind, hc_precedence event_class)
{
    return (hc_post){
        .process = c->process.index,
        .entity = c->options.jobs.partition.index,
        .kind = (uint32_t)kind,
        .event_class = (uint8_t)event_class,
    };
}

/* With `pass: event`: running jobs that end at this very instant, as their limits said, end now. */
static int end_due_jobs(hc_cluster *c)
{
    for (;;) {
        uint32_t slot = hc_job_order_first(hc_lifecycle_running(c->jobs));
        const hc_job *job = NULL;
        if (slot == HC_NO_SLOT) {
            return 0;
        }
        job = hc_lifecycle_job(c->jobs, slot);
        if (job->estimated_end > hc_lifecycle_now(c->jobs) ||
            job->end > hc_lifecycle_now(c->jobs)) {
            return 0;
        }
        c->options.policy->ending(c->policy_state, slot);
        if (hc_lifecycle_end(c->jobs, slot) < 0) {
            return -1;
        }
    }
}

static int run_pass(hc_cluster *c)
{
    c->is_pass_pending = false;
    if (c->options.policy->pass(c->policy_state) < 0) {
        return hc_lifecycle_fail(c->jobs);
    }
    return hc_lifecycle_note_pass(c->jobs);
}

static int request_pass(hc_cluster *c, hc_engine *engine)
{
    hc_post post = make_post(c, HC_KIND_PASS, HC_CLASS_PASS);
    if (c->options.jobs.is_pass_per_event) {
        return end_due_jobs(c) < 0 ? -1 : run_pass(c);
    }
    if (!c->is_pass_pending) {
        c->is_pass_pending = true;
        (void)hc_engine_post_this_round(engine, &post);
    }
    return 0;
}

/* A job joins the queue here, is rejected, or runs already. */
static int take_in(hc_cluster *c, hc_engine *engine, uint32_t slot, hc_error *error)
{
    hc_submission submission = hc_lifecycle_submit(c->jobs, slot);
    if (submission == HC_SUBMISSION_FAILED) {
        return -1;
    }
    if (submission == HC_SUBMISSION_QUEUED) {
        if (c->options.policy->submitted(c->policy_state, slot) < 0) {
            return hc_error_memory(error);
        }
        if (request_pass(c, engine) < 0) {
            return -1;
        }
    }
    if (submission == HC_SUBMISSION_RUNNING && c->options.policy->running != NULL &&
        c->options.policy->running(c->policy_state, slot) < 0) {
        return hc_error_memory(error);
    }
    return 0;
}

static uint32_t own_site(const hc_cluster *c)
{
    return c->options.jobs.partition.index;
}

/* Where the job goes that is submitted here. */
static uint32_t destination(const hc_cluster *c, uint32_t slot)
{
    return c->options.door == NULL
               ? own_site(c)
               : hc_door_choose(c->options.door, c->jobs, &hc_lifecycle_job(c->jobs, slot)->spec,
                                hc_lifecycle_now(c->jobs));
}

static int send_on(hc_cluster *c, hc_engine *engine, uint32_t slot, uint32_t to, hc_error *error)
{
    const hc_job *job = hc_lifecycle_job(c->jobs, slot);
    if (hc_door_send(c->options.door, engine, to, &job->spec, job->id, error) < 0) {
        return -1;
    }
    return hc_lifecycle_dispatch(c->jobs, slot, (hc_partition_id){(uint16_t)to});
}

static int handle_submit(hc_cluster *c, hc_engine *engine, uint32_t slot, hc_error *error)
{
    hc_job_id job = hc_lifecycle_job(c->jobs, slot)->id;
    uint32_t to = destination(c, slot);
    int status =
        to == own_site(c) ? take_in(c, engine, slot, error) : send_on(c, engine, slot, to, error);
    return status < 0 ? -1 : c->options.feed.submitted(c->options.feed.self, job, error);
}

/* A job that another site has sent. */
static int handle_arrival(hc_cluster *c, hc_engine *engine, hc_error *error)
{
    char name[HC_JOB_NAME_LIMIT + 1];
    size_t size = 0;
    const unsigned char *message = hc_engine_payload(engine, &size);
    hc_job_spec spec = {0};
    hc_job_id id;
    uint32_t slot = 0;
    if (hc_job_message_read(&spec, &id, name, message, size, error) < 0) {
        return -1;
    }
    spec.partition = c->options.jobs.partition;
    if (hc_lifecycle_admit(c->jobs, &spec, id, &slot, error) < 0 ||
        (spec.name != NULL && hc_lifecycle_keep_name(c->jobs, slot, error) < 0)) {
        return -1;
    }
    hc_door_count_arrival(c->options.door);
    return take_in(c, engine, slot, error);
}

static int handle_report(hc_cluster *c, hc_engine *engine, uint32_t from, hc_error *error)
{
    size_t size = 0;
    const unsigned char *message = hc_engine_payload(engine, &size);
    return hc_door_take_report(c->options.door, from, message, size, error);
}

static int handle_end(hc_cluster *c, hc_engine *engine, uint32_t slot)
{
    c->options.policy->ending(c->policy_state, slot);
    if (hc_lifecycle_end(c->jobs, slot) < 0) {
        return -1;
    }
    return request_pass(c, engine);
}

static bool is_exhausted(const hc_cluster *c)
{
    return c->options.feed.is_exhausted(c->options.feed.self, c->event);
}

/* No job will be submitted here any more, nor come from another site. */
static bool is_fed(const hc_cluster *c)
{
    return is_exhausted(c) && (c->options.door == NULL || hc_door_is_closed(c->options.door));
}

/* Nobody waits, runs or will come. */
static bool is_over(const hc_cluster *c)
{
    hc_job_counts counts = hc_lifecycle_counts(c->jobs);
    return counts.waiting + counts.running == 0 && is_fed(c);
}

static int handle_report_due(hc_cluster *c, hc_engine *engine)
{
    hc_door_report(c->options.door, engine, c->jobs, is_exhausted(c));
    return 0;
}

static bool has_steps_left(const hc_cluster *c)
{
    return c->options.calendar != NULL && c->next_step < c->options.calendar->count;
}

/* Nothing will happen any more: jobs wait for nodes that never come back, or for a policy that lets them wait. */
static bool is_stuck(const hc_cluster *c)
{
    return hc_lifecycle_counts(c->jobs).running == 0 && !has_steps_left(c) &&
           !hc_lifecycle_has_timer(c->jobs) && is_fed(c);
}

static void post_next_step(hc_cluster *c, hc_engine *engine)
{
    hc_post post = make_post(c, HC_KIND_CAPACITY, HC_CLASS_RESIZE);
    if (has_steps_left(c)) {
        (void)hc_engine_post(engine, c->options.calendar->steps[c->next_step].at, &post);
    }
}

/* Takes all steps up to `time`; only the last of them counts. */
static int take_steps(hc_cluster *c, hc_time time)
{
    size_t first = c->next_step;
    while (has_steps_left(c) && c->options.calendar->steps[c->next_step].at <= time) {
        c->next_step++;
    }
    if (c->next_step == first) {
        return 0;
    }
    if (c->options.policy->capacity != NULL) {
        c->options.policy->capacity(c->policy_state);
    }
    return hc_lifecycle_set_service(c->jobs,
                                    c->options.calendar->steps[c->next_step - 1].node_count);
}

/* Once no job is left the books are closed: they end with the last job. */
static int handle_capacity(hc_cluster *c, hc_engine *engine)
{
    if (is_over(c)) {
        return 0;
    }
    if (take_steps(c, hc_lifecycle_now(c->jobs)) < 0) {
        return -1;
    }
    post_next_step(c, engine);
    return request_pass(c, engine);
}

static int handle_sample(hc_cluster *c, hc_engine *engine)
{
    hc_post post = make_post(c, HC_KIND_SAMPLE, HC_CLASS_SAMPLE);
    hc_time next = 0;
    if (hc_lifecycle_has_jobs_due(c->jobs)) { /* once this instant has come to its end */
        (void)hc_engine_post(engine, hc_lifecycle_now(c->jobs), &post);
        return 0;
    }
    if (hc_lifecycle_sample(c->jobs) < 0) {
        return -1;
    }
    if (is_over(c) || is_stuck(c)) {
        return 0;
    }
    if (!__builtin_add_overflow(hc_lifecycle_now(c->jobs), c->options.sample_interval, &next)) {
        (void)hc_engine_post(engine, next, &post);
    }
    return 0;
}

/* Tells the sink whose records come next. */
static int announce(const hc_cluster *c, hc_time time, uint64_t order, hc_error *error)
{
    const hc_sink *sink = c->options.jobs.sink;
    const hc_order_key key = {.time = time, .order = order, .process = c->process.index};
    return sink == NULL || sink->enter == NULL ? 0 : sink->enter(sink->self, &key, error);
}

static int handle(void *state, hc_engine *engine, const hc_event *event, hc_error *error)
{
    hc_cluster *c = state;
    c->event = event;
    hc_lifecycle_enter(c->jobs, engine, c->process, event->time, error);
    if (announce(c, event->time, event->order, error) < 0) {
        return -1;
    }
    switch ((hc_event_kind)event->kind) {
    case HC_KIND_SUBMIT:
        return handle_submit(c, engine, (uint32_t)event->data, error);
    case HC_KIND_END:
        return handle_end(c, engine, (uint32_t)event->data);
    case HC_KIND_PASS:
        return run_pass(c);
    case HC_KIND_SAMPLE:
        return handle_sample(c, engine);
    case HC_KIND_TIMER:
        hc_lifecycle_timer_rang(c->jobs);
        return request_pass(c, engine);
    case HC_KIND_CAPACITY:
        return handle_capacity(c, engine);
    case HC_KIND_ARRIVAL:
        return handle_arrival(c, engine, error);
    case HC_KIND_REPORT:
        return handle_report(c, engine, hc_event_entity(event), error);
    case HC_KIND_REPORT_DUE:
        return handle_report_due(c, engine);
    default:
        return hc_error_set(error, HC_ERROR_INTERNAL, "unknown event %u", event->kind);
    }
}

/* What holds at the begin is so before the first submission. */
static int begin_calendar(hc_cluster *c, hc_engine *engine, hc_error *error)
{
    hc_time begin = c->options.jobs.begin;
    hc_lifecycle_enter(c->jobs, engine, c->process, begin, error);
    if (announce(c, HC_TIME_MISSING, 0, error) < 0 || take_steps(c, begin) < 0) {
        return -1;
    }
    post_next_step(c, engine);
    return 0;
}

int hc_cluster_create(hc_cluster **out, hc_engine *engine, const hc_cluster_options *options,
                      hc_error *error)
{
    hc_cluster *c = calloc(1, sizeof *c);
    if (c == NULL) {
        return hc_error_memory(error);
    }
    assert(options->door == NULL || !options->jobs.is_pass_per_event);
    c->options = *options;
    c->options.jobs.occupancy.may_close = options->calendar != NULL;
    if (hc_lifecycle_create(&c->jobs, &c->options.jobs, error) < 0) {
        hc_cluster_destroy(c);
        return -1;
    }
    c->policy_state = options->policy->create(c->jobs, &options->policy_options, error);
    if (c->policy_state == NULL ||
        hc_engine_add_process(engine, handle, c, &c->process, error) < 0) {
        hc_cluster_destroy(c);
        return -1;
    }
    *out = c;
    return 0;
}

int hc_cluster_begin(hc_cluster *c, hc_engine *engine, hc_error *error)
{
    if (begin_calendar(c, engine, error) < 0) {
        return -1;
    }
    if (c->options.sample_interval > 0) {
        hc_post post = make_post(c, HC_KIND_SAMPLE, HC_CLASS_SAMPLE);
        (void)hc_engine_post(engine, c->options.jobs.begin, &post);
    }
    if (c->options.door != NULL) {
        hc_door_await_report(c->options.door, engine, c->options.jobs.begin);
    }
    return 0;
}

void hc_cluster_destroy(hc_cluster *c)
{
    if (c == NULL) {
        return;
    }
    if (c->policy_state != NULL) {
        c->options.policy->destroy(c->policy_state);
    }
    hc_lifecycle_destroy(c->jobs);
    free(c);
}

int hc_cluster_admit(hc_cluster *c, hc_engine *engine, const hc_job_spec *spec, hc_job_id id,
                     hc_time time, hc_error *error)
{
    bool is_first = c->options.jobs.is_pass_per_event;
    hc_post post = make_post(c, HC_KIND_SUBMIT, is_first ? HC_CLASS_SUBMIT_FIRST : HC_CLASS_SUBMIT);
    uint32_t slot = 0;
    if (time < hc_engine_now(engine)) {
        return hc_error_set(error, HC_ERROR_RUNTIME, "job %u would be submitted in the past",
                            id.index);
    }
    if (hc_lifecycle_admit(c->jobs, spec, id, &slot, error) < 0) {
        return -1;
    }
    post.entity = id.index;
    post.data = slot;
    (void)hc_engine_inject(engine, time, &post);
    return 0;
}

int hc_cluster_finish(hc_cluster *c, hc_time now, hc_error *error)
{
    if (announce(c, HC_TIME_NEVER, 0, error) < 0) {
        return -1;
    }
    while (has_steps_left(c) && c->options.calendar->steps[c->next_step].at < now) {
        hc_time at = c->options.calendar->steps[c->next_step].at;
        hc_lifecycle_enter(c->jobs, NULL, c->process, at, error);
        if (take_steps(c, at) < 0) {
            return -1;
        }
    }
    return hc_lifecycle_finish(c->jobs, now, error);
}

/* The class that events of a kind have. */
static uint32_t class_of(const hc_cluster *c, uint32_t kind)
{
    switch ((hc_event_kind)kind) {
    case HC_KIND_SUBMIT:
        return c->options.jobs.is_pass_per_event ? HC_CLASS_SUBMIT_FIRST : HC_CLASS_SUBMIT;
    case HC_KIND_ARRIVAL:
        return HC_CLASS_SUBMIT;
    case HC_KIND_END:
        return HC_CLASS_END;
    case HC_KIND_PASS:
        return HC_CLASS_PASS;
    case HC_KIND_SAMPLE:
        return HC_CLASS_SAMPLE;
    case HC_KIND_TIMER:
        return HC_CLASS_TIMER;
    case HC_KIND_CAPACITY:
        return HC_CLASS_RESIZE;
    case HC_KIND_REPORT:
    case HC_KIND_REPORT_DUE:
        return HC_CLASS_REPORT;
    default:
        return UINT32_MAX;
    }
}

static void relink(void *state, hc_archive *archive, const hc_event *event, hc_event_handle handle)
{
    hc_cluster *c = state;
    bool is_message = (event->kind & HC_EVENT_MESSAGE) != 0;
    uint32_t kind = event->kind & ~HC_EVENT_MESSAGE;
    bool is_for_door =
        kind == HC_KIND_ARRIVAL || kind == HC_KIND_REPORT || kind == HC_KIND_REPORT_DUE;
    (void)hc_archive_require(archive, hc_event_class(event) == class_of(c, kind),
                             "an event has its turn");
    (void)hc_archive_require(archive, kind != HC_KIND_PASS || c->is_pass_pending,
                             "a pass was asked for");
    (void)hc_archive_require(archive,
                             is_message == (kind == HC_KIND_ARRIVAL || kind == HC_KIND_REPORT) &&
                                 (!is_for_door || c->options.door != NULL),
                             "messages come to a door");
    hc_lifecycle_relink(c->jobs, archive, event, handle);
    if (event->kind == HC_KIND_SUBMIT && !hc_archive_has_failed(archive)) {
        c->options.feed.restored(c->options.feed.self,
                                 hc_lifecycle_job(c->jobs, (uint32_t)event->data)->id);
    }
}

/* The policy comes last: it looks at the jobs. */
void hc_cluster_exchange(hc_cluster *c, hc_engine *engine, hc_archive *archive,
                         const struct hc_event_groups *groups, const hc_job_source *source)
{
    size_t step_count = c->options.calendar == NULL ? 0 : c->options.calendar->count;
    hc_archive_mark(archive, "cluster");
    hc_archive_bool(archive, &c->is_pass_pending);
    c->next_step = hc_archive_count(archive, c->next_step, step_count);
    hc_lifecycle_exchange(c->jobs, archive, source);
    hc_engine_exchange_process(engine, archive, c->process, groups, relink);
    hc_lifecycle_require_links(c->jobs, archive);
    if (c->options.door != NULL) {
        hc_door_exchange(c->options.door, archive);
    }
    c->options.policy->exchange(c->policy_state, archive);
}

hc_lifecycle *hc_cluster_jobs(hc_cluster *c)
{
    return c->jobs;
}

bool hc_cluster_check(const hc_cluster *c)
{
    return hc_lifecycle_check(c->jobs) && c->options.policy->check(c->policy_state) &&
           (c->options.door == NULL || hc_door_check(c->options.door));
}
