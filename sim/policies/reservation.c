#include "sim/policies/reservation.h"

#include "sim/jobs/job_order.h"

#include <assert.h>

/* A job that has outrun its limit counts as ending at the next tick. */
static hc_time expected_end(const hc_lifecycle *lifecycle, hc_time estimated_end)
{
    hc_time next_tick = hc_lifecycle_now(lifecycle) + 1;
    return estimated_end > next_tick ? estimated_end : next_tick;
}

/* Only numbers count: the running jobs' sizes, summed in the order of their ends. */
static hc_reservation make_by_count(hc_lifecycle *lifecycle, uint32_t head)
{
    const hc_job_order *running = hc_lifecycle_running(lifecycle);
    uint64_t size = hc_request_milli(&hc_lifecycle_job(lifecycle, head)->spec.request);
    uint64_t free_milli = hc_occupancy_free_milli(hc_lifecycle_occupancy(lifecycle));
    hc_reservation made = {.head = head, .shadow = HC_TIME_NEVER, .is_exact = true};
    uint32_t last = HC_NO_SLOT;
    assert(size > free_milli);
    last = hc_job_order_find_sum(running, size - free_milli);
    if (last != HC_NO_SLOT) {
        made.shadow = expected_end(lifecycle, hc_lifecycle_job(lifecycle, last)->estimated_end);
        made.extra_milli = free_milli + hc_job_order_sum_to(running, made.shadow) - size;
    }
    return made;
}

/* Supposes that the running jobs end one after the other. */
typedef struct supposition {
    hc_lifecycle *lifecycle;
    hc_order_walk walk;
    uint32_t next; /* slot of the next job to end */
    uint32_t count;
} supposition;

static void start(supposition *s, hc_lifecycle *lifecycle)
{
    s->lifecycle = lifecycle;
    s->count = 0;
    hc_order_walk_start(&s->walk, hc_lifecycle_running(lifecycle));
    s->next = hc_order_walk_next(&s->walk);
}

/* When the next job ends, HC_TIME_NEVER when none is left. */
static hc_time next_end(const supposition *s)
{
    if (s->next == HC_NO_SLOT) {
        return HC_TIME_NEVER;
    }
    return expected_end(s->lifecycle, hc_lifecycle_job(s->lifecycle, s->next)->estimated_end);
}

/* Lets all jobs end that end by `time`. */
static void advance_to(supposition *s, hc_time time)
{
    hc_occupancy *occupancy = hc_lifecycle_occupancy(s->lifecycle);
    while (s->next != HC_NO_SLOT && next_end(s) <= time) {
        const hc_job *job = hc_lifecycle_job(s->lifecycle, s->next);
        hc_occupancy_suppose(occupancy, &job->spec.request, &job->allocation);
        s->next = hc_order_walk_next(&s->walk);
        s->count++;
    }
}

static void undo(supposition *s)
{
    hc_occupancy *occupancy = hc_lifecycle_occupancy(s->lifecycle);
    hc_order_walk walk;
    hc_order_walk_start(&walk, hc_lifecycle_running(s->lifecycle));
    for (; s->count > 0; s->count--) {
        const hc_job *job = hc_lifecycle_job(s->lifecycle, hc_order_walk_next(&walk));
        hc_occupancy_undo(occupancy, &job->spec.request, &job->allocation);
    }
}

/* Free GPUs beside the head at T. Jobs may also go to classes that the head cannot use, and with several classes
 * nothing can be said by number. */
static uint64_t extra_beside(hc_lifecycle *lifecycle, const hc_request *head)
{
    hc_occupancy *occupancy = hc_lifecycle_occupancy(lifecycle);
    uint64_t free_milli = hc_occupancy_free_milli(occupancy);
    if (hc_occupancy_class_count(occupancy) > 1) {
        return UINT64_MAX;
    }
    return free_milli - hc_request_milli(head);
}

static hc_reservation make_by_placement(hc_lifecycle *lifecycle, uint32_t head)
{
    hc_reservation made = {.head = head, .shadow = HC_TIME_NEVER};
    const hc_request *request = &hc_lifecycle_job(lifecycle, head)->spec.request;
    hc_occupancy *occupancy = hc_lifecycle_occupancy(lifecycle);
    supposition s;
    start(&s, lifecycle);
    while (made.shadow == HC_TIME_NEVER && s.next != HC_NO_SLOT) {
        hc_time end = next_end(&s);
        advance_to(&s, end);
        if (hc_occupancy_free_milli_for(occupancy, request) >= hc_request_milli(request) &&
            hc_lifecycle_fits(lifecycle, head)) {
            made.shadow = end;
            made.extra_milli = extra_beside(lifecycle, request);
        }
    }
    undo(&s);
    return made;
}

hc_reservation hc_reservation_make(hc_lifecycle *lifecycle, uint32_t head)
{
    if (hc_occupancy_is_countable(hc_lifecycle_occupancy(lifecycle))) {
        return make_by_count(lifecycle, head);
    }
    return make_by_placement(lifecycle, head);
}

bool hc_reservation_holds(hc_lifecycle *lifecycle, const hc_reservation *reservation)
{
    supposition s;
    bool fits = false;
    if (reservation->is_exact || reservation->shadow == HC_TIME_NEVER) {
        return true;
    }
    start(&s, lifecycle);
    advance_to(&s, reservation->shadow);
    fits = hc_lifecycle_fits(lifecycle, reservation->head);
    undo(&s);
    return fits;
}
