#include "sim/archive.h"
#include "sim/jobs/job_exchange.h"
#include "sim/jobs/lifecycle_state.h"

#include <stdlib.h>

/* A lifecycle is saved as its jobs with what they hold, and its books. Slots keep their numbers: policies and events
 * name jobs by them. What follows from the jobs is made anew: the order of the running ones, the occupancy, and the
 * views, which hold what the jobs hold (lifecycle_forecast.c); the order in which it came about leaves no trace in
 * them (lifecycle_check.c). */

enum { MAX_CAPACITY = 1 << 30 };

bool hc_lifecycle_has_job(const hc_lifecycle *l, uint32_t slot)
{
    return slot < l->capacity && l->jobs[slot].is_in_use;
}

uint32_t hc_lifecycle_slot_count(const hc_lifecycle *l)
{
    return l->capacity;
}

static void exchange_pace(hc_pace *pace, hc_archive *archive)
{
    hc_archive_time(archive, &pace->here);
    hc_archive_time(archive, &pace->reference);
    hc_archive_time(archive, &pace->step);
    (void)hc_archive_require(archive, hc_pace_is_sound(pace), "a job that works gets on");
}

/* What a job has been through. */
static void exchange_course(hc_job *job, hc_archive *archive)
{
    HC_EXCHANGE(archive, job->turn);
    hc_archive_time(archive, &job->waiting_since);
    hc_archive_time(archive, &job->wait);
    hc_archive_time(archive, &job->start);
    hc_archive_time(archive, &job->held_since);
    hc_archive_time(archive, &job->first_start);
    hc_archive_time(archive, &job->end);
    hc_archive_time(archive, &job->estimated_end);
    hc_archive_time(archive, &job->work);
    hc_archive_time(archive, &job->work_done);
    exchange_pace(&job->pace, archive);
    hc_archive_time(archive, &job->time_worked);
    hc_archive_time(archive, &job->time_allowed);
    hc_archive_time(archive, &job->attained);
    hc_archive_time(archive, &job->restart);
    hc_archive_time(archive, &job->lost);
    HC_EXCHANGE(archive, job->held_milli_ns);
    (void)hc_archive_require(archive,
                             job->wait >= 0 && job->work >= 0 && job->work_done >= 0 &&
                                 job->time_worked >= 0 && job->time_allowed >= 0 &&
                                 job->attained >= 0 && job->restart >= 0 && job->lost >= 0,
                             "nothing that a job has been through is less than nothing");
    HC_EXCHANGE(archive, job->attempt_count);
    HC_EXCHANGE(archive, job->preemption_count);
    HC_EXCHANGE_ENUM(archive, job->reason, HC_WAIT_REASON_COUNT);
}

/* What a source may announce of a request, and what it may not be whoever announced it. */
static bool is_possible(const hc_lifecycle *l, const hc_request *request)
{
    bool is_whole = request->gpu_milli == HC_WHOLE_GPU;
    return hc_lifecycle_is_announced(l, request) &&
           (is_whole || (request->gpu_milli < HC_WHOLE_GPU && request->gpu_count == 1));
}

/* A job names a workload that there is; one that was submitted can be done on its GPUs. */
static bool can_be_done(const hc_lifecycle *l, const hc_job *job)
{
    hc_pace pace;
    return hc_lifecycle_is_workable(l, &job->spec) &&
           (job->waiting_since == HC_TIME_MISSING ||
            hc_lifecycle_expect_pace(l, &job->spec, &pace, NULL));
}

static void exchange_job(hc_lifecycle *l, hc_archive *archive, uint32_t slot,
                         const hc_job_source *source)
{
    hc_job *job = &l->jobs[slot];
    hc_job_spec_exchange(&job->spec, archive, source);
    HC_EXCHANGE(archive, job->id);
    HC_EXCHANGE_ENUM(archive, job->state, HC_JOB_RUNNING + 1);
    exchange_course(job, archive);
    if (hc_archive_require(archive, is_possible(l, &job->spec.request),
                           "a job asks for what its source announced")) {
        hc_occupancy_exchange(l->occupancy, archive, &job->spec.request, &job->allocation);
    }
    (void)hc_archive_require(archive, can_be_done(l, job), "a job can do what it is for");
    (void)hc_archive_require(
        archive, (job->state == HC_JOB_RUNNING) == (job->allocation.first_slice != HC_NO_INDEX),
        "whoever runs holds GPUs, and nobody else");
}

/* @return the slots that have jobs, their number `count`; owned by the caller, NULL when memory is short. */
static uint32_t *list_used(const hc_lifecycle *l, uint64_t *count)
{
    uint32_t *slots = malloc(((size_t)l->capacity + 1) * sizeof *slots);
    *count = 0;
    for (uint32_t slot = 0; slots != NULL && slot < l->capacity; slot++) {
        if (l->jobs[slot].is_in_use) {
            slots[(*count)++] = slot;
        }
    }
    return slots;
}

static void save_jobs(hc_lifecycle *l, hc_archive *archive, const hc_job_source *source)
{
    uint64_t free_count = l->free_slot_count;
    uint64_t used_count = 0;
    uint32_t *used = list_used(l, &used_count);
    if (used == NULL) {
        hc_archive_fail_memory(archive);
        return;
    }
    (void)hc_archive_array(archive, l->free_slots, &free_count, MAX_CAPACITY, sizeof *used);
    (void)hc_archive_array(archive, used, &used_count, MAX_CAPACITY, sizeof *used);
    for (uint64_t i = 0; i < used_count; i++) {
        exchange_job(l, archive, used[i], source);
    }
    free(used);
}

/* Room for all slots, free ones and others; all without a job. */
static void make_slots(hc_lifecycle *l, hc_archive *archive, uint32_t capacity)
{
    uint32_t *free_slots = realloc(l->free_slots, ((size_t)capacity + 1) * sizeof *free_slots);
    hc_job *jobs = calloc((size_t)capacity + 1, sizeof *jobs);
    l->free_slots = free_slots == NULL ? l->free_slots : free_slots;
    free(l->jobs);
    l->jobs = jobs;
    l->capacity = jobs == NULL || free_slots == NULL ? 0 : capacity;
    if (l->capacity < capacity) {
        hc_archive_fail_memory(archive);
    }
}

static void load_used(hc_lifecycle *l, hc_archive *archive, const uint32_t *used, uint64_t count,
                      const hc_job_source *source)
{
    for (uint64_t i = 0; i < count; i++) {
        if (!hc_archive_require(archive, used[i] < l->capacity && !l->jobs[used[i]].is_in_use,
                                "a slot has one job")) {
            return;
        }
        l->jobs[used[i]] = (hc_job){.allocation = {.first_slice = HC_NO_INDEX},
                                    .end_event = HC_NO_EVENT,
                                    .is_in_use = true};
        exchange_job(l, archive, used[i], source);
    }
}

/* No slot is free twice, nor free and in use. */
static void check_free_slots(const hc_lifecycle *l, hc_archive *archive)
{
    bool *is_seen = calloc((size_t)l->capacity + 1, sizeof *is_seen);
    if (is_seen == NULL) {
        hc_archive_fail_memory(archive);
        return;
    }
    for (uint32_t i = 0; i < l->free_slot_count; i++) {
        uint32_t slot = l->free_slots[i];
        if (!hc_archive_require(archive,
                                slot < l->capacity && !l->jobs[slot].is_in_use && !is_seen[slot],
                                "a slot is free once, or in use")) {
            break;
        }
        is_seen[slot] = true;
    }
    free(is_seen);
}

static void load_jobs(hc_lifecycle *l, hc_archive *archive, const hc_job_source *source)
{
    uint64_t free_count = 0;
    uint64_t used_count = 0;
    uint32_t *used = NULL;
    free(l->free_slots);
    l->free_slots = hc_archive_array(archive, NULL, &free_count, MAX_CAPACITY, sizeof *used);
    l->free_slot_count = (uint32_t)free_count;
    used = hc_archive_array(archive, NULL, &used_count, MAX_CAPACITY, sizeof *used);
    make_slots(l, archive, (uint32_t)(free_count + used_count));
    load_used(l, archive, used, used_count, source);
    check_free_slots(l, archive);
    free(used);
}

static void exchange_books(hc_lifecycle *l, hc_archive *archive)
{
    HC_EXCHANGE(archive, l->now);
    HC_EXCHANGE(archive, l->service_count);
    HC_EXCHANGE(archive, l->forecast_time);
    HC_EXCHANGE(archive, l->waiting_milli);
    HC_EXCHANGE(archive, l->waiting_work);
    HC_EXCHANGE(archive, l->counts);
    HC_EXCHANGE(archive, l->start_count);
    HC_EXCHANGE(archive, l->due_count);
    HC_EXCHANGE(archive, l->timer_time);
    HC_EXCHANGE(archive, l->digest);
    hc_ledger_exchange(&l->ledger, archive);
    hc_estimates_exchange(&l->estimates, archive);
}

/* The order of the running jobs, and what the views hold. */
static void follow_running(hc_lifecycle *l, hc_archive *archive)
{
    for (uint32_t slot = 0; slot < l->capacity && !hc_archive_has_failed(archive); slot++) {
        hc_order_entry entry;
        if (!l->jobs[slot].is_in_use || l->jobs[slot].state != HC_JOB_RUNNING) {
            continue;
        }
        entry = hc_lifecycle_entry(l, slot, l->jobs[slot].estimated_end);
        if (hc_job_order_insert(l->running, slot, &entry) < 0) {
            hc_archive_fail_memory(archive);
        }
        hc_lifecycle_forecast_launch(l, &l->jobs[slot]);
    }
}

static void follow_service(hc_lifecycle *l, hc_archive *archive)
{
    uint32_t node_count = hc_occupancy_node_count(l->occupancy);
    bool is_possible_count = l->service_count == node_count ||
                             (l->service_count < node_count && l->options.occupancy.may_close);
    if (hc_archive_require(archive, is_possible_count,
                           "nodes are in service as the calendar allows")) {
        hc_lifecycle_restrict_views(l, node_count, l->service_count);
    }
}

void hc_lifecycle_exchange(hc_lifecycle *l, hc_archive *archive, const hc_job_source *source)
{
    hc_archive_mark(archive, "lifecycle");
    exchange_books(l, archive);
    if (!hc_archive_is_loading(archive)) {
        save_jobs(l, archive, source);
        return;
    }
    load_jobs(l, archive, source);
    follow_running(l, archive);
    follow_service(l, archive);
}

static void relink_end(hc_lifecycle *l, hc_archive *archive, const hc_event *event,
                       hc_event_handle handle)
{
    hc_job *job = NULL;
    if (!hc_archive_require(archive, event->data < l->capacity, "a job that ends has a slot")) {
        return;
    }
    job = &l->jobs[event->data];
    if (hc_archive_require(archive,
                           job->is_in_use && job->state == HC_JOB_RUNNING &&
                               job->end == event->time &&
                               job->end_event.origin == HC_NO_EVENT.origin,
                           "a job that runs ends once")) {
        job->end_event = handle;
    }
}

/* A job that is still to be submitted has no end: its handle is used here to see that it is submitted once. */
static void relink_submission(hc_lifecycle *l, hc_archive *archive, const hc_event *event,
                              hc_event_handle handle)
{
    hc_job *job = NULL;
    if (!hc_archive_require(archive, event->data < l->capacity,
                            "a job that is submitted has a slot")) {
        return;
    }
    job = &l->jobs[event->data];
    if (hc_archive_require(archive,
                           job->is_in_use && job->state == HC_JOB_PENDING &&
                               job->waiting_since == HC_TIME_MISSING &&
                               job->end_event.origin == HC_NO_EVENT.origin,
                           "a job that is there is submitted once")) {
        job->end_event = handle;
    }
}

void hc_lifecycle_relink(hc_lifecycle *l, hc_archive *archive, const hc_event *event,
                         hc_event_handle handle)
{
    switch ((hc_event_kind)(event->kind & ~HC_EVENT_MESSAGE)) {
    case HC_KIND_END:
        relink_end(l, archive, event, handle);
        break;
    case HC_KIND_SUBMIT:
        relink_submission(l, archive, event, handle);
        break;
    case HC_KIND_TIMER:
        if (hc_archive_require(archive,
                               event->time == l->timer_time &&
                                   l->timer_event.origin == HC_NO_EVENT.origin,
                               "a timer rings once")) {
            l->timer_event = handle;
        }
        break;
    case HC_KIND_PASS:
    case HC_KIND_SAMPLE:
    case HC_KIND_CAPACITY:
    case HC_KIND_ARRIVAL: /* what it brings is looked at when it comes */
    case HC_KIND_REPORT:
    case HC_KIND_REPORT_DUE:
        break;
    default:
        (void)hc_archive_require(archive, false, "an event is of a known kind");
    }
}

void hc_lifecycle_require_links(hc_lifecycle *l, hc_archive *archive)
{
    bool has_all = (l->timer_time != HC_TIME_NEVER) == (l->timer_event.origin != UINT64_MAX);
    uint64_t waiting = 0;
    if (!hc_archive_is_loading(archive)) {
        return;
    }
    for (uint32_t slot = 0; slot < l->capacity; slot++) {
        hc_job *job = &l->jobs[slot];
        bool has_event = job->end_event.origin != HC_NO_EVENT.origin;
        if (job->is_in_use && job->state == HC_JOB_PENDING) {
            waiting += has_event ? 0 : 1;
            has_all &= has_event || job->waiting_since != HC_TIME_MISSING;
            job->end_event = HC_NO_EVENT;
        } else if (job->is_in_use) {
            has_all &= has_event;
        }
    }
    (void)hc_archive_require(archive, has_all,
                             "every job that runs will end, and who does not wait is to come");
    (void)hc_archive_require(archive, waiting == l->counts.waiting,
                             "who does not wait is still to be submitted");
}

static void load_entry(const hc_lifecycle *l, hc_archive *archive, hc_job_order *order,
                       hc_order_entry *last)
{
    uint32_t slot = hc_archive_below(archive, 0, l->capacity);
    hc_order_entry entry = {0};
    HC_EXCHANGE(archive, entry.key);
    HC_EXCHANGE(archive, entry.job);
    if (!hc_archive_require(archive, hc_lifecycle_has_job(l, slot), "jobs of an order are there")) {
        return;
    }
    entry.size = hc_request_milli(&l->jobs[slot].spec.request);
    entry.duration = l->jobs[slot].spec.time_limit;
    if (hc_archive_require(
            archive,
            !hc_job_order_contains(order, slot) &&
                (hc_job_order_count(order) == 0 || hc_order_compare(last, &entry) < 0),
            "jobs stand in an order once") &&
        hc_job_order_insert(order, slot, &entry) < 0) {
        hc_archive_fail_memory(archive);
    }
    *last = entry;
}

static void save_entry(const hc_lifecycle *l, hc_archive *archive, const hc_job_order *order,
                       uint32_t slot)
{
    hc_order_entry entry = *hc_job_order_entry(order, slot);
    (void)hc_archive_below(archive, slot, l->capacity);
    HC_EXCHANGE(archive, entry.key);
    HC_EXCHANGE(archive, entry.job);
}

/* Size and duration follow from the job. The shape of the tree is not saved: nothing that is asked of it depends on that
 * (job_order.c). */
void hc_lifecycle_exchange_order(const hc_lifecycle *l, hc_archive *archive, hc_job_order *order)
{
    uint64_t count = hc_archive_count(archive, hc_job_order_count(order), l->capacity);
    hc_order_entry last = {0};
    hc_order_walk walk;
    hc_order_walk_start(&walk, order);
    for (uint64_t i = 0; i < count && !hc_archive_has_failed(archive); i++) {
        if (hc_archive_is_loading(archive)) {
            load_entry(l, archive, order, &last);
        } else {
            save_entry(l, archive, order, hc_order_walk_next(&walk));
        }
    }
}

void hc_lifecycle_require_state(const hc_lifecycle *l, hc_archive *archive,
                                const hc_job_order *order, hc_job_state state)
{
    bool has_all = true;
    hc_order_walk walk;
    hc_order_walk_start(&walk, order);
    for (uint32_t slot = hc_order_walk_next(&walk); has_all && slot != HC_NO_SLOT;
         slot = hc_order_walk_next(&walk)) {
        const hc_job *job = &l->jobs[slot];
        has_all = job->state == state &&
                  (state != HC_JOB_PENDING || job->waiting_since != HC_TIME_MISSING);
    }
    (void)hc_archive_require(archive, has_all, "jobs in an order wait, or all run");
}

void hc_lifecycle_exchange_slots(const hc_lifecycle *l, hc_archive *archive, hc_slot_list *list)
{
    uint64_t count = list->count;
    uint32_t *slots = hc_archive_array(archive, list->slots, &count, UINT32_MAX, sizeof *slots);
    if (!hc_archive_is_loading(archive)) {
        return;
    }
    for (uint64_t i = 0; i < count; i++) {
        if (!hc_archive_require(archive, hc_lifecycle_has_job(l, slots[i]),
                                "a job of a list is there")) {
            break;
        }
    }
    hc_slot_list_free(list);
    *list = (hc_slot_list){.slots = slots, .count = count, .capacity = count};
}
