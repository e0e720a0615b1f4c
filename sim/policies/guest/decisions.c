#include "sim/policies/guest/guest_state.h"

#include "sim/units.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

/* What somebody outside decides is believed only as far as it is possible: everything is looked up, and checked against
 * the world, before it is done. */

enum { WHY_SIZE = 512 };

/* Ends the run: who has said what, when, and what is wrong with it. */
static int refuse(hc_guest *g, const char *format, ...) __attribute__((format(printf, 2, 3)));

static int refuse(hc_guest *g, const char *format, ...)
{
    char why[WHY_SIZE];
    char time[HC_UNIT_TEXT_SIZE];
    va_list arguments;
    g->has_failed = true;
    va_start(arguments, format);
    (void)vsnprintf(why, sizeof why, format, arguments);
    va_end(arguments);
    hc_format_duration_exact(hc_lifecycle_now(g->lifecycle), time);
    return hc_error_set(hc_lifecycle_error(g->lifecycle), HC_ERROR_RUNTIME,
                        "%s, pass %" PRIu64 " of partition %u (at %s): %s", g->port->peer,
                        g->number, hc_lifecycle_setup(g->lifecycle)->partition.index, time, why);
}

static int fail_memory(hc_guest *g)
{
    g->has_failed = true;
    return hc_error_memory(hc_lifecycle_error(g->lifecycle));
}

/* What the lifecycle has explained. */
static int fail_lifecycle(hc_guest *g)
{
    g->has_failed = true;
    return hc_lifecycle_fail(g->lifecycle);
}

/* The slot of a job that is here, HC_NO_SLOT when there is none of that number. */
static uint32_t find(const hc_guest *g, uint64_t job)
{
    hc_order_entry before = {.key = (int64_t)job - 1, .job = UINT32_MAX};
    uint32_t slot = HC_NO_SLOT;
    if (job < HC_NO_INDEX) {
        slot = hc_job_order_next(g->here, &before);
    }
    return slot != HC_NO_SLOT && hc_lifecycle_job(g->lifecycle, slot)->id.index == job ? slot
                                                                                       : HC_NO_SLOT;
}

/* Looks a job up that is to be decided on.
 *  @param state  that it must have; HC_JOB_STATE_COUNT: any
 *  @return 0 or -1. */
static int look_up(hc_guest *g, const char *verb, uint64_t job, hc_job_state state, uint32_t *slot)
{
    const hc_job *found = NULL;
    *slot = g->has_failed ? HC_NO_SLOT : find(g, job);
    if (g->has_failed) {
        return -1;
    }
    if (*slot == HC_NO_SLOT) {
        return refuse(g, "%s job %" PRIu64 ": no such job waits or runs here", verb, job);
    }
    if (g->decided_at[*slot] == g->number) {
        return refuse(g, "%s job %" PRIu64 ": it was decided on before in the same answer", verb,
                      job);
    }
    found = hc_lifecycle_job(g->lifecycle, *slot);
    if (state != HC_JOB_STATE_COUNT && found->state != state) {
        return refuse(g, "%s job %" PRIu64 ": it %s", verb, job,
                      found->state == HC_JOB_RUNNING ? "runs already" : "does not run");
    }
    g->decided_at[*slot] = g->number;
    g->decision_count++;
    return 0;
}

static int fits(void *self, uint64_t job)
{
    hc_guest *g = self;
    uint32_t slot = g->has_failed ? HC_NO_SLOT : find(g, job);
    if (g->has_failed) {
        return -1;
    }
    if (slot == HC_NO_SLOT || hc_lifecycle_job(g->lifecycle, slot)->state != HC_JOB_PENDING) {
        return refuse(g, "does job %" PRIu64 " fit: no such job waits here", job);
    }
    return hc_lifecycle_fits(g->lifecycle, slot) ? 1 : 0;
}

/* What stands in the way of a job that does not fit. */
static int refuse_start(hc_guest *g, const char *verb, uint32_t slot)
{
    const hc_job *job = hc_lifecycle_job(g->lifecycle, slot);
    const hc_occupancy *occupancy = hc_lifecycle_occupancy(g->lifecycle);
    const hc_placement *placement = hc_lifecycle_placement(g->lifecycle);
    return refuse(g,
                  "%s job %u: it does not fit: it asks for %g GPUs; %g are free, and no job for "
                  "more than %g fits",
                  verb, job->id.index, (double)hc_request_milli(&job->spec.request) / HC_WHOLE_GPU,
                  (double)hc_occupancy_free_milli(occupancy) / HC_WHOLE_GPU,
                  (double)placement->largest_milli(occupancy) / HC_WHOLE_GPU);
}

static int start_slot(hc_guest *g, const char *verb, uint32_t slot)
{
    int started = hc_lifecycle_start(g->lifecycle, slot);
    if (started < 0) {
        return fail_lifecycle(g);
    }
    if (started == 0) {
        return refuse_start(g, verb, slot);
    }
    hc_job_order_remove(g->queue, slot);
    return hc_guest_note_started(g, slot) < 0 ? fail_memory(g) : 0;
}

static int start(void *self, uint64_t job)
{
    hc_guest *g = self;
    uint32_t slot = HC_NO_SLOT;
    return look_up(g, "start", job, HC_JOB_PENDING, &slot) < 0 ? -1 : start_slot(g, "start", slot);
}

/* The job waits then, in its old place. */
static int preempt_slot(hc_guest *g, uint32_t slot, hc_preemption how)
{
    hc_order_entry entry;
    if (hc_lifecycle_preempt(g->lifecycle, slot, how) < 0) {
        return fail_lifecycle(g);
    }
    entry = hc_lifecycle_entry(g->lifecycle, slot, hc_lifecycle_job(g->lifecycle, slot)->turn);
    if (hc_job_order_insert(g->queue, slot, &entry) < 0 || hc_guest_note_preempted(g, slot) < 0) {
        return fail_memory(g);
    }
    return 0;
}

static int preempt(void *self, uint64_t job)
{
    hc_guest *g = self;
    uint32_t slot = HC_NO_SLOT;
    if (look_up(g, "preempt", job, HC_JOB_RUNNING, &slot) < 0) {
        return -1;
    }
    if (g->preemption == HC_PREEMPTION_NONE) {
        return refuse(g, "preempt job %" PRIu64 ": the scenario says scheduler.preempt: none", job);
    }
    if (preempt_slot(g, slot, g->preemption) < 0) {
        return -1;
    }
    return hc_lifecycle_refuse(g->lifecycle, g->queue, slot, HC_WAIT_PREEMPTED, HC_NO_SLOT) < 0
               ? fail_lifecycle(g)
               : 0;
}

/* A waiting job. */
static int resize_slot(hc_guest *g, uint32_t slot, uint32_t gpus)
{
    const hc_job *job = hc_lifecycle_job(g->lifecycle, slot);
    hc_error why = HC_ERROR_NONE;
    hc_rejection rejection = hc_lifecycle_resize(g->lifecycle, slot, gpus, &why);
    if (rejection != HC_REJECTION_NONE) {
        return refuse(g, "resize job %u to %u GPUs: %s", job->id.index, gpus,
                      rejection == HC_REJECTION_PLAN ? why.text
                                                     : "it could never run so on this partition");
    }
    return hc_guest_note_resized(g, slot) < 0 ? fail_memory(g) : 0;
}

static int resize_running(hc_guest *g, uint32_t slot, uint32_t gpus)
{
    if (preempt_slot(g, slot, HC_PREEMPTION_SUSPEND) < 0 || resize_slot(g, slot, gpus) < 0) {
        return -1;
    }
    return start_slot(g, "resize", slot);
}

static int resize(void *self, uint64_t job, uint32_t gpus)
{
    hc_guest *g = self;
    uint32_t slot = HC_NO_SLOT;
    const hc_job *found = NULL;
    if (look_up(g, "resize", job, HC_JOB_STATE_COUNT, &slot) < 0) {
        return -1;
    }
    found = hc_lifecycle_job(g->lifecycle, slot);
    if (gpus == 0 || found->spec.request.gpu_count == 0 ||
        found->spec.request.gpu_milli != HC_WHOLE_GPU) {
        return refuse(g,
                      "resize job %" PRIu64 " to %u GPUs: only jobs of whole GPUs can be "
                      "resized, to one GPU or more",
                      job, gpus);
    }
    return found->state == HC_JOB_RUNNING ? resize_running(g, slot, gpus)
                                          : resize_slot(g, slot, gpus);
}

static int hold(void *self, uint64_t job)
{
    hc_guest *g = self;
    uint32_t slot = HC_NO_SLOT;
    if (look_up(g, "hold", job, HC_JOB_PENDING, &slot) < 0) {
        return -1;
    }
    return hc_lifecycle_refuse(g->lifecycle, g->queue, slot, HC_WAIT_HELD, HC_NO_SLOT) < 0
               ? fail_lifecycle(g)
               : 0;
}

static int wake(void *self, int64_t time_ns)
{
    hc_guest *g = self;
    if (g->has_failed) {
        return -1;
    }
    if (time_ns <= hc_lifecycle_now(g->lifecycle) || time_ns > HC_TIME_LIMIT) {
        return refuse(g, "wake at %" PRId64 " ns: expected a later time than now, %" PRId64 " ns",
                      time_ns, hc_lifecycle_now(g->lifecycle));
    }
    hc_lifecycle_set_timer(g->lifecycle, time_ns);
    return 0;
}

static int fail(void *self, const char *why)
{
    hc_guest *g = self;
    return g->has_failed ? -1 : refuse(g, "%s", why == NULL ? "has given up" : why);
}

hc_guest_host hc_guest_make_host(hc_guest *g)
{
    return (hc_guest_host){g, fits, start, preempt, resize, hold, wake, fail};
}
