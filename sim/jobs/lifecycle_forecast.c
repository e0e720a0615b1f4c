#include "sim/jobs/lifecycle_state.h"

#include <assert.h>

int hc_lifecycle_create_view(const hc_lifecycle *l, hc_occupancy **out, hc_error *error)
{
    hc_occupancy_options options = l->options.occupancy;
    options.is_forecast = true;
    if (hc_occupancy_create(out, l->options.machine, l->options.partition, &options, error) < 0) {
        return -1;
    }
    for (uint32_t node = l->service_count; node < hc_occupancy_node_count(*out); node++) {
        hc_occupancy_close(*out, node);
    }
    return 0;
}

static int make_view(hc_lifecycle *l, hc_occupancy **view, hc_error *error)
{
    assert(l->counts.running == 0);
    return *view != NULL ? 0 : hc_lifecycle_create_view(l, view, error);
}

int hc_lifecycle_keep_forecast(hc_lifecycle *l, hc_error *error)
{
    l->forecast_time = HC_TIME_MISSING; /* before everything: what is held now is held then */
    return make_view(l, &l->beside, error) < 0 ? -1 : make_view(l, &l->forecast, error);
}

int hc_lifecycle_keep_imagined(hc_lifecycle *l, hc_error *error)
{
    return hc_occupancy_is_countable(l->occupancy) ? 0 : make_view(l, &l->beside, error);
}

hc_occupancy *hc_lifecycle_forecast(const hc_lifecycle *l)
{
    return l->forecast;
}

hc_occupancy *hc_lifecycle_beside(const hc_lifecycle *l)
{
    return l->beside;
}

static void hold(hc_lifecycle *l, hc_occupancy *view, const hc_job *job)
{
    hc_occupancy_hold(view, l->occupancy, &job->spec.request, &job->allocation);
}

static void let_go(hc_lifecycle *l, hc_occupancy *view, const hc_job *job)
{
    hc_occupancy_let_go(view, l->occupancy, &job->spec.request, &job->allocation);
}

void hc_lifecycle_forecast_launch(hc_lifecycle *l, const hc_job *job)
{
    if (l->beside != NULL) {
        hold(l, l->beside, job);
    }
    if (l->forecast != NULL && job->estimated_end > l->forecast_time) {
        hold(l, l->forecast, job);
    }
}

void hc_lifecycle_forecast_end(hc_lifecycle *l, const hc_job *job)
{
    if (l->beside != NULL) {
        let_go(l, l->beside, job);
    }
    if (l->forecast != NULL && job->estimated_end > l->forecast_time) {
        let_go(l, l->forecast, job);
    }
}

void hc_lifecycle_imagine_gone(hc_lifecycle *l, uint32_t slot)
{
    const hc_job *job = hc_lifecycle_job_at(l, slot);
    l->gone_milli += hc_request_milli(&job->spec.request);
    if (l->beside != NULL) {
        let_go(l, l->beside, job);
    }
}

void hc_lifecycle_imagine_back(hc_lifecycle *l, uint32_t slot)
{
    const hc_job *job = hc_lifecycle_job_at(l, slot);
    l->gone_milli -= hc_request_milli(&job->spec.request);
    if (l->beside != NULL) {
        hold(l, l->beside, job);
    }
}

bool hc_lifecycle_would_fit(hc_lifecycle *l, uint32_t slot)
{
    const hc_request *request = &hc_lifecycle_job_at(l, slot)->spec.request;
    if (l->beside == NULL) {
        return hc_request_milli(request) <= hc_occupancy_free_milli(l->occupancy) + l->gone_milli;
    }
    return hc_placement_fits(l->options.placement, l->beside, request);
}

/* Lets all jobs end that end by `time`. */
static void move_forward(hc_lifecycle *l, hc_time time)
{
    hc_order_entry at = {.key = l->forecast_time, .job = UINT32_MAX};
    for (;;) {
        uint32_t slot = hc_job_order_next(l->running, &at);
        if (slot == HC_NO_SLOT || hc_job_order_entry(l->running, slot)->key > time) {
            break;
        }
        let_go(l, l->forecast, &l->jobs[slot]);
        at = *hc_job_order_entry(l->running, slot);
    }
    l->forecast_time = time;
}

/* Keeps all jobs that end after `time`. */
static void move_back(hc_lifecycle *l, hc_time time)
{
    hc_order_entry at = {.key = l->forecast_time, .job = UINT32_MAX};
    for (;;) {
        uint32_t slot = hc_job_order_previous(l->running, &at);
        if (slot == HC_NO_SLOT || hc_job_order_entry(l->running, slot)->key <= time) {
            break;
        }
        hold(l, l->forecast, &l->jobs[slot]);
        at = *hc_job_order_entry(l->running, slot);
    }
    l->forecast_time = time;
}

/* The end of the next job after T; of the last job up to T. HC_TIME_NEVER, HC_TIME_MISSING: there is none. */
static hc_time next_end(const hc_lifecycle *l)
{
    hc_order_entry at = {.key = l->forecast_time, .job = UINT32_MAX};
    uint32_t slot = hc_job_order_next(l->running, &at);
    return slot == HC_NO_SLOT ? HC_TIME_NEVER : hc_job_order_entry(l->running, slot)->key;
}

static hc_time last_end(const hc_lifecycle *l)
{
    hc_order_entry at = {.key = l->forecast_time, .job = UINT32_MAX};
    uint32_t slot = hc_job_order_previous(l->running, &at);
    return slot == HC_NO_SLOT ? HC_TIME_MISSING : hc_job_order_entry(l->running, slot)->key;
}

/* More free GPUs never make a placement impossible: the job fits from some end on, and not before. */
hc_time hc_lifecycle_forecast_start(hc_lifecycle *l, uint32_t slot)
{
    const hc_request *request = &l->jobs[slot].spec.request;
    hc_time next_tick = l->now + 1;
    if (l->forecast_time < next_tick) {
        move_forward(l, next_tick);
    }
    while (!hc_placement_fits(l->options.placement, l->forecast, request)) {
        hc_time end = next_end(l);
        if (end == HC_TIME_NEVER) {
            return HC_TIME_NEVER;
        }
        move_forward(l, end);
    }
    for (;;) {
        hc_time end = last_end(l);
        if (end <= next_tick) {
            move_back(l, next_tick);
            return next_tick;
        }
        move_back(l, end - 1);
        if (!hc_placement_fits(l->options.placement, l->forecast, request)) {
            move_forward(l, end);
            return end;
        }
    }
}
