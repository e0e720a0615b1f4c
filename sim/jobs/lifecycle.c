#include "sim/jobs/lifecycle.h"

#include "sim/cluster/node_names.h"
#include "sim/jobs/lifecycle_state.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int hc_lifecycle_create(hc_lifecycle **out, const hc_lifecycle_options *options, hc_error *error)
{
    hc_lifecycle *l = calloc(1, sizeof *l);
    if (l == NULL) {
        return hc_error_memory(error);
    }
    l->options = *options;
    l->first_node = hc_machine_partition(options->machine, options->partition)->first_node;
    l->running = hc_job_order_create();
    if (l->running == NULL) {
        hc_lifecycle_destroy(l);
        return hc_error_memory(error);
    }
    if (hc_occupancy_create(&l->occupancy, options->machine, options->partition,
                            &options->occupancy, error) < 0 ||
        hc_admission_create(&l->admission, options->machine, options->partition, options->placement,
                            &options->occupancy, error) < 0) {
        hc_lifecycle_destroy(l);
        return -1;
    }
    l->ledger = hc_ledger_start(hc_occupancy_capacity_milli(l->occupancy), options->measure_from);
    l->service_count = hc_occupancy_node_count(l->occupancy);
    l->now = options->begin;
    hc_estimates_open(&l->estimates, &options->estimates);
    l->timer_time = HC_TIME_NEVER;
    l->timer_event = HC_NO_EVENT;
    *out = l;
    return 0;
}

void hc_lifecycle_destroy(hc_lifecycle *l)
{
    if (l == NULL) {
        return;
    }
    hc_occupancy_destroy(l->occupancy);
    hc_admission_destroy(l->admission);
    hc_occupancy_destroy(l->beside);
    hc_occupancy_destroy(l->forecast);
    hc_job_order_destroy(l->running);
    for (uint32_t slot = 0; slot < l->capacity; slot++) {
        free(l->jobs[slot].is_in_use ? l->jobs[slot].own_name : NULL);
    }
    free(l->jobs);
    free(l->free_slots);
    hc_estimates_close(&l->estimates);
    hc_rank_places_close(&l->places);
    free(l);
}

void hc_lifecycle_enter(hc_lifecycle *l, hc_engine *engine, hc_process_id process, hc_time now,
                        hc_error *error)
{
    l->engine = engine;
    l->process = process;
    l->error = error;
    l->now = now;
}

hc_node_names *hc_lifecycle_node_names(const hc_lifecycle *l)
{
    return hc_node_names_create(l->options.machine, l->options.partition);
}

bool hc_lifecycle_is_beginning(const hc_lifecycle *l)
{
    return l->now <= l->options.begin;
}

const hc_occupancy_options *hc_lifecycle_announced(const hc_lifecycle *l)
{
    return &l->options.occupancy;
}

const hc_lifecycle_options *hc_lifecycle_setup(const hc_lifecycle *l)
{
    return &l->options;
}

hc_error *hc_lifecycle_error(const hc_lifecycle *l)
{
    return l->error;
}

int hc_lifecycle_fail_plan(hc_lifecycle *l, uint32_t slot)
{
    return hc_error_set(l->error, HC_ERROR_RUNTIME,
                        "job %u cannot start as its plan says: the saved state contradicts itself",
                        l->jobs[slot].id.index);
}

int hc_lifecycle_fail(hc_lifecycle *l)
{
    return l->error->text[0] == '\0' ? hc_error_memory(l->error) : -1;
}

hc_time hc_lifecycle_now(const hc_lifecycle *l)
{
    return l->now;
}

const hc_job *hc_lifecycle_job(const hc_lifecycle *l, uint32_t slot)
{
    assert(slot < l->capacity && l->jobs[slot].is_in_use);
    return &l->jobs[slot];
}

static int grow(hc_lifecycle *l)
{
    uint32_t capacity = l->capacity == 0 ? 64 : l->capacity * 2;
    hc_job *jobs = NULL;
    uint32_t *free_slots = NULL;
    if (l->capacity > UINT32_MAX / 4) {
        return -1;
    }
    jobs = realloc(l->jobs, capacity * sizeof *jobs);
    if (jobs == NULL) {
        return -1;
    }
    l->jobs = jobs;
    free_slots = realloc(l->free_slots, capacity * sizeof *free_slots);
    if (free_slots == NULL) {
        return -1;
    }
    l->free_slots = free_slots;
    for (uint32_t slot = capacity; slot-- > l->capacity;) {
        jobs[slot].is_in_use = false;
        free_slots[l->free_slot_count++] = slot;
    }
    l->capacity = capacity;
    return 0;
}

/* The occupancy keeps indexes only for what the workload announced. */
bool hc_lifecycle_is_announced(const hc_lifecycle *l, const hc_request *request)
{
    const hc_occupancy_options *announced = &l->options.occupancy;
    bool has_host_needs = request->cpu_milli > 0 || request->memory_bytes > 0;
    return (announced->is_shared || request->gpu_milli == HC_WHOLE_GPU) &&
           (announced->has_host_needs || !has_host_needs);
}

int hc_lifecycle_admit(hc_lifecycle *l, const hc_job_spec *spec, hc_job_id id, uint32_t *slot,
                       hc_error *error)
{
    if (!hc_lifecycle_is_announced(l, &spec->request) || !hc_lifecycle_is_workable(l, spec)) {
        return hc_error_set(error, HC_ERROR_INTERNAL,
                            "job %u asks for something that its source did not announce", id.index);
    }
    if (l->free_slot_count == 0 && grow(l) < 0) {
        return hc_error_memory(error);
    }
    *slot = l->free_slots[--l->free_slot_count];
    l->jobs[*slot] = (hc_job){
        .spec = *spec,
        .id = id,
        .allocation = {.first_slice = HC_NO_INDEX},
        .waiting_since = HC_TIME_MISSING,
        .first_start = HC_TIME_MISSING,
        .start = HC_TIME_MISSING,
        .end = HC_TIME_MISSING,
        .end_event = HC_NO_EVENT,
        .pace = hc_pace_as_recorded,
        .time_allowed = HC_TIME_NEVER,
        .is_in_use = true,
    };
    return 0;
}

int hc_lifecycle_keep_name(hc_lifecycle *l, uint32_t slot, hc_error *error)
{
    hc_job *job = hc_lifecycle_job_at(l, slot);
    assert(job->own_name == NULL && job->spec.name != NULL);
    job->own_name = strdup(job->spec.name);
    job->spec.name = job->own_name;
    return job->own_name == NULL ? hc_error_memory(error) : 0;
}

int hc_lifecycle_dispatch(hc_lifecycle *l, uint32_t slot, hc_partition_id to)
{
    if (hc_lifecycle_note(l, HC_EVENT_DISPATCH, hc_lifecycle_job_at(l, slot), to.index) < 0) {
        return -1;
    }
    hc_lifecycle_free_slot(l, slot);
    return 0;
}

void hc_lifecycle_free_slot(hc_lifecycle *l, uint32_t slot)
{
    free(l->jobs[slot].own_name);
    l->jobs[slot].own_name = NULL;
    l->jobs[slot].is_in_use = false;
    l->free_slots[l->free_slot_count++] = slot;
}

int hc_lifecycle_depart(hc_lifecycle *l, uint32_t slot)
{
    const hc_departure *departure = &l->options.departure;
    hc_job_id job = hc_lifecycle_job(l, slot)->id;
    hc_lifecycle_free_slot(l, slot);
    return departure->left == NULL ? 0 : departure->left(departure->self, job, l->now, l->error);
}

static hc_submission reject(hc_lifecycle *l, uint32_t slot, hc_rejection rejection)
{
    hc_job *job = hc_lifecycle_job_at(l, slot);
    job->state = HC_JOB_REJECTED;
    l->counts.rejected++;
    if (hc_lifecycle_note(l, HC_EVENT_REJECT, job, (uint64_t)rejection) < 0 ||
        hc_lifecycle_note_job(l, job, rejection) < 0) {
        return HC_SUBMISSION_FAILED;
    }
    return hc_lifecycle_depart(l, slot) < 0 ? HC_SUBMISSION_FAILED : HC_SUBMISSION_REJECTED;
}

/* A job that ran at the begin where it was recorded runs here too, if there is room: for the rest of its time.
 * If there is none it waits with that rest. */
static hc_submission submit_warm(hc_lifecycle *l, uint32_t slot)
{
    hc_job *job = hc_lifecycle_job_at(l, slot);
    int placed = hc_lifecycle_place(l, slot);
    if (placed < 0) {
        return HC_SUBMISSION_FAILED;
    }
    if (placed == 1) {
        return hc_lifecycle_launch(l, slot) < 0 ? HC_SUBMISSION_FAILED : HC_SUBMISSION_RUNNING;
    }
    l->counts.warm_unplaced++;
    job->spec.run_time -= l->now - job->spec.running_since;
    job->work -= l->now - job->spec.running_since;
    job->spec.is_running_at_start = false;
    return HC_SUBMISSION_QUEUED;
}

/* A job that runs at the begin and is past its limit by then is killed there. */
static void outlast_begin(const hc_lifecycle *l, hc_job *job)
{
    hc_time elapsed = l->now - job->spec.running_since;
    if (job->spec.is_running_at_start && job->work < elapsed) {
        job->work = elapsed;
    }
}

/* Whether it fits on the empty partition, and can be done on so many GPUs. */
static hc_rejection judge(const hc_lifecycle *l, hc_job *job)
{
    hc_rejection rejection = hc_admission_judge(l->admission, &job->spec);
    if (rejection == HC_REJECTION_NONE &&
        !hc_lifecycle_expect_pace(l, &job->spec, &job->pace, NULL)) {
        rejection = HC_REJECTION_PLAN;
    }
    return rejection;
}

hc_submission hc_lifecycle_submit(hc_lifecycle *l, uint32_t slot)
{
    hc_job *job = hc_lifecycle_job_at(l, slot);
    hc_rejection rejection = judge(l, job);
    job->turn = l->options.has_turns_of_its_own ? (uint32_t)l->counts.submitted : job->id.index;
    l->counts.submitted++;
    if (hc_lifecycle_note(l, HC_EVENT_SUBMIT, job, hc_request_milli(&job->spec.request)) < 0) {
        return HC_SUBMISSION_FAILED;
    }
    if (rejection != HC_REJECTION_NONE) {
        return reject(l, slot, rejection);
    }
    hc_estimates_apply(&l->estimates, &job->spec, &job->work);
    hc_lifecycle_allow_time(l, job);
    outlast_begin(l, job);
    job->waiting_since = job->spec.submit;
    hc_lifecycle_start_waiting(l, job);
    return job->spec.is_running_at_start ? submit_warm(l, slot) : HC_SUBMISSION_QUEUED;
}

bool hc_lifecycle_fits(hc_lifecycle *l, uint32_t slot)
{
    return hc_placement_fits(l->options.placement, l->occupancy,
                             &hc_lifecycle_job_at(l, slot)->spec.request);
}

hc_wait_reason hc_lifecycle_obstacle(hc_lifecycle *l, uint32_t slot)
{
    const hc_job *job = hc_lifecycle_job_at(l, slot);
    hc_request bare = job->spec.request;
    if (hc_occupancy_free_milli_for(l->occupancy, &bare) < hc_request_milli(&bare)) {
        return HC_WAIT_GPUS;
    }
    bare.cpu_milli = 0;
    bare.memory_bytes = 0;
    if (hc_placement_fits(l->options.placement, l->occupancy, &bare)) {
        return HC_WAIT_HOST;
    }
    return HC_WAIT_FRAGMENTED;
}

int hc_lifecycle_refuse(hc_lifecycle *l, const hc_job_order *queue, uint32_t slot,
                        hc_wait_reason reason, uint32_t blocker)
{
    hc_job *job = hc_lifecycle_job_at(l, slot);
    hc_decision_record record;
    if (job->reason == reason) {
        return 0;
    }
    job->reason = reason;
    record = (hc_decision_record){
        .job = job->id,
        .time = l->now,
        .reason = reason,
        .blocker = {blocker == HC_NO_SLOT ? HC_NO_INDEX
                                          : hc_lifecycle_job_at(l, blocker)->id.index},
        .position = (uint32_t)hc_job_order_rank(queue, slot) + 1,
        .free_milli = hc_occupancy_free_milli(l->occupancy),
        .largest_milli = l->options.placement->largest_milli(l->occupancy),
    };
    return hc_lifecycle_note_decision(l, &record);
}

/* A job that is still here when the run stops: its waiting and its GPU time up to now are counted. */
static int finish_job(hc_lifecycle *l, hc_job *job)
{
    if (job->state == HC_JOB_RUNNING) {
        hc_lifecycle_count_held(l, job);
        if (hc_lifecycle_note_attempt(l, job, HC_ATTEMPT_UNFINISHED) < 0) {
            return -1;
        }
    } else if (job->waiting_since != HC_TIME_MISSING) {
        job->wait += l->now - job->waiting_since;
    }
    return hc_lifecycle_note_job(l, job, HC_REJECTION_NONE);
}

/* Left-over jobs in the order of their ids. */
static int compare_ids(const void *a, const void *b)
{
    uint32_t x = (*(hc_job *const *)a)->id.index;
    uint32_t y = (*(hc_job *const *)b)->id.index;
    return (x > y) - (x < y);
}

static int finish_jobs(hc_lifecycle *l)
{
    uint32_t left = l->capacity - l->free_slot_count;
    hc_job **jobs = malloc((left == 0 ? 1 : left) * sizeof *jobs);
    uint32_t count = 0;
    int status = 0;
    if (jobs == NULL) {
        return hc_error_memory(l->error);
    }
    for (uint32_t slot = 0; slot < l->capacity; slot++) {
        if (l->jobs[slot].is_in_use) {
            jobs[count++] = &l->jobs[slot];
        }
    }
    qsort(jobs, count, sizeof *jobs, compare_ids);
    for (uint32_t i = 0; i < count && status == 0; i++) {
        status = finish_job(l, jobs[i]);
    }
    free(jobs);
    return status;
}

int hc_lifecycle_finish(hc_lifecycle *l, hc_time now, hc_error *error)
{
    hc_lifecycle_enter(l, NULL, l->process, now, error);
    hc_ledger_advance(&l->ledger, now);
    if (finish_jobs(l) < 0) {
        return -1;
    }
    for (int i = 0; l->options.sink != NULL && i < HC_BUCKET_COUNT; i++) {
        hc_ledger_record record = {l->options.partition, (hc_bucket)i, l->ledger.buckets[i]};
        if (l->options.sink->ledger(l->options.sink->self, &record, error) < 0) {
            return -1;
        }
    }
    return 0;
}

hc_order_entry hc_lifecycle_entry(const hc_lifecycle *l, uint32_t slot, int64_t key)
{
    const hc_job *job = hc_lifecycle_job(l, slot);
    return (hc_order_entry){
        .key = key,
        .job = job->turn,
        .size = hc_request_milli(&job->spec.request),
        .duration = job->spec.time_limit,
    };
}

bool hc_lifecycle_has_jobs_due(const hc_lifecycle *l)
{
    return l->due_count > 0;
}

const hc_job_order *hc_lifecycle_running(const hc_lifecycle *l)
{
    return l->running;
}

hc_occupancy *hc_lifecycle_occupancy(hc_lifecycle *l)
{
    return l->occupancy;
}

const hc_placement *hc_lifecycle_placement(const hc_lifecycle *l)
{
    return l->options.placement;
}

const hc_ledger *hc_lifecycle_ledger(const hc_lifecycle *l)
{
    return &l->ledger;
}

hc_demand hc_lifecycle_demand(const hc_lifecycle *l)
{
    return (hc_demand){l->ledger.busy_milli, l->waiting_milli, l->waiting_work};
}

hc_digest hc_lifecycle_digest(const hc_lifecycle *l)
{
    return l->digest;
}

hc_job_counts hc_lifecycle_counts(const hc_lifecycle *l)
{
    return l->counts;
}
