#include "sim/policies/rank/ranked.h"

#include "sim/archive.h"
#include "sim/jobs/admission.h"
#include "sim/jobs/slot_list.h"
#include "sim/policies/policies.h"
#include "sim/policies/rank/greedy.h"

#include <assert.h>
#include <stdlib.h>

static const hc_ranking *const RANKINGS[HC_RANK_COUNT] = {
    [HC_RANK_REMAINING] = &hc_own_ranking,   [HC_RANK_REMAINING_SERVICE] = &hc_service_ranking,
    [HC_RANK_SIZE] = &hc_own_ranking,        [HC_RANK_PRIORITY] = &hc_own_ranking,
    [HC_RANK_ATTAINED] = &hc_las_ranking,    [HC_RANK_ATTAINED_SERVICE] = &hc_las_ranking,
    [HC_RANK_GITTINS] = &hc_gittins_ranking,
};

struct hc_ranked {
    hc_lifecycle *lifecycle;
    const hc_ranking *ranking;
    void *self;
    hc_preemption preemption;
    bool is_blocking;
    hc_job_order *waiting;
    hc_job_order *running;
    hc_slot_list fresh;   /* submitted since the last pass */
    hc_slot_list victims; /* of one waiting job, from the end of the order */
    hc_greedy *greedy;    /* where only the number of GPUs counts, else NULL */
};

static void destroy(void *self)
{
    hc_ranked *r = self;
    if (r == NULL) {
        return;
    }
    r->ranking->destroy(r->self);
    hc_job_order_destroy(r->waiting);
    hc_job_order_destroy(r->running);
    hc_greedy_destroy(r->greedy);
    hc_slot_list_free(&r->fresh);
    hc_slot_list_free(&r->victims);
    free(r);
}

static int open_orders(hc_ranked *r, hc_error *error)
{
    bool is_counted = hc_occupancy_is_countable(hc_lifecycle_occupancy(r->lifecycle));
    r->waiting = hc_job_order_create();
    r->running = hc_job_order_create();
    r->greedy = is_counted ? hc_greedy_create() : NULL;
    if (r->waiting == NULL || r->running == NULL || (is_counted && r->greedy == NULL)) {
        return hc_error_memory(error);
    }
    return hc_lifecycle_keep_imagined(r->lifecycle, error);
}

static void *create(struct hc_lifecycle *lifecycle, const hc_policy_options *options,
                    hc_error *error)
{
    hc_ranked *r = calloc(1, sizeof *r);
    hc_ranking_setup setup = {lifecycle, options, r};
    if (r == NULL) {
        (void)hc_error_memory(error);
        return NULL;
    }
    r->lifecycle = lifecycle;
    r->ranking = RANKINGS[options->rank];
    r->preemption = options->preemption;
    r->is_blocking = options->rank == HC_RANK_PRIORITY && options->backfill == HC_BACKFILL_NONE;
    r->self = r->ranking->create(&setup, error);
    if (r->self == NULL || open_orders(r, error) < 0) {
        destroy(r);
        return NULL;
    }
    return r;
}

static void tell(const hc_ranked *r, void (*listener)(void *self, uint32_t slot), uint32_t slot)
{
    if (listener != NULL) {
        listener(r->self, slot);
    }
}

static int join_waiting(hc_ranked *r, uint32_t slot)
{
    hc_order_entry entry = hc_lifecycle_entry(r->lifecycle, slot, 0);
    r->ranking->rank_waiting(r->self, slot, &entry);
    return hc_job_order_insert(r->waiting, slot, &entry);
}

static int reserve(const hc_ranked *r, uint32_t slot)
{
    return r->ranking->reserve == NULL ? 0 : r->ranking->reserve(r->self, slot);
}

static int submitted(void *self, uint32_t slot)
{
    hc_ranked *r = self;
    if (reserve(r, slot) < 0) {
        return -1;
    }
    tell(r, r->ranking->submitted, slot);
    return hc_slot_list_add(&r->fresh, slot) < 0 ? -1 : join_waiting(r, slot);
}

static int join_running(hc_ranked *r, uint32_t slot)
{
    hc_order_entry entry = hc_lifecycle_entry(r->lifecycle, slot, 0);
    tell(r, r->ranking->started, slot);
    r->ranking->rank_running(r->self, slot, &entry);
    return hc_job_order_insert(r->running, slot, &entry);
}

static int running(void *self, uint32_t slot)
{
    hc_ranked *r = self;
    if (reserve(r, slot) < 0) {
        return -1;
    }
    tell(r, r->ranking->submitted, slot);
    return join_running(r, slot);
}

static void ending(void *self, uint32_t slot)
{
    hc_ranked *r = self;
    hc_job_order_remove(r->running, slot);
    tell(r, r->ranking->ending, slot);
}

static int start(hc_ranked *r, uint32_t slot)
{
    int started = hc_lifecycle_start(r->lifecycle, slot);
    if (started != 1) {
        return started;
    }
    hc_job_order_remove(r->waiting, slot);
    return join_running(r, slot) < 0 ? -1 : 1;
}

static int preempt(hc_ranked *r, uint32_t victim, uint32_t by)
{
    hc_job_order_remove(r->running, victim);
    if (hc_lifecycle_preempt(r->lifecycle, victim, r->preemption) < 0) {
        return -1;
    }
    tell(r, r->ranking->preempted, victim);
    if (join_waiting(r, victim) < 0) {
        return -1;
    }
    return hc_lifecycle_refuse(r->lifecycle, r->waiting, victim, HC_WAIT_PREEMPTED, by);
}

/* Imagines running jobs gone, from the end of the order, until the waiting one fits. @return 1, 0, or -1. */
static int find_victims(hc_ranked *r, uint32_t slot, const hc_order_entry *place)
{
    hc_order_entry at = {.key = INT64_MAX, .job = UINT32_MAX};
    r->victims.count = 0;
    while (!hc_lifecycle_would_fit(r->lifecycle, slot)) {
        uint32_t victim = hc_job_order_previous(r->running, &at);
        if (victim == HC_NO_SLOT || !hc_job_order_follows(r->running, victim, place)) {
            return 0;
        }
        if (hc_slot_list_add(&r->victims, victim) < 0) {
            return -1;
        }
        hc_lifecycle_imagine_gone(r->lifecycle, victim);
        at = *hc_job_order_entry(r->running, victim);
    }
    return 1;
}

/* Lets those stay that need not go, the foremost first. */
static void spare_victims(hc_ranked *r, uint32_t slot)
{
    size_t kept = 0;
    for (size_t i = r->victims.count; i-- > 0;) {
        hc_lifecycle_imagine_back(r->lifecycle, r->victims.slots[i]);
        if (!hc_lifecycle_would_fit(r->lifecycle, slot)) {
            hc_lifecycle_imagine_gone(r->lifecycle, r->victims.slots[i]);
            continue;
        }
        r->victims.slots[i] = HC_NO_SLOT;
    }
    for (size_t i = 0; i < r->victims.count; i++) {
        if (r->victims.slots[i] != HC_NO_SLOT) {
            r->victims.slots[kept++] = r->victims.slots[i];
        }
    }
    r->victims.count = kept;
}

static void bring_back(hc_ranked *r)
{
    for (size_t i = 0; i < r->victims.count; i++) {
        hc_lifecycle_imagine_back(r->lifecycle, r->victims.slots[i]);
    }
}

/* Starts a job that does not fit at the cost of jobs behind it. @return 1 started, 0 not, -1 failed. */
static int start_instead(hc_ranked *r, uint32_t slot, const hc_order_entry *place)
{
    int found = find_victims(r, slot, place);
    if (found == 1) {
        spare_victims(r, slot);
    }
    bring_back(r);
    if (found != 1) {
        return found;
    }
    for (size_t i = r->victims.count; i-- > 0;) { /* in the order of their ranks */
        if (preempt(r, r->victims.slots[i], slot) < 0) {
            return -1;
        }
    }
    return start(r, slot);
}

/* GPUs that are free or held by jobs behind a place. */
static uint64_t room_at(const hc_ranked *r, const hc_order_entry *place)
{
    uint64_t behind =
        hc_job_order_size_sum(r->running) - hc_job_order_sum_before(r->running, place);
    return hc_occupancy_free_milli(hc_lifecycle_occupancy(r->lifecycle)) + behind;
}

/* @param size_max  [in, out] what the jobs that follow may ask for at most: the room only shrinks along the order */
static int try_job(hc_ranked *r, uint32_t slot, uint64_t *size_max)
{
    const hc_order_entry *entry = hc_job_order_entry(r->waiting, slot);
    const hc_request *request = &hc_lifecycle_job(r->lifecycle, slot)->spec.request;
    hc_order_entry place = r->ranking->place(r->self, entry);
    uint64_t room = room_at(r, &place);
    uint64_t size = entry->size;
    int started = 0;
    if (size <= room) {
        started = start(r, slot);
        started = started == 0 ? start_instead(r, slot, &place) : started;
    }
    if (started == 0) {
        uint64_t fits_not = hc_request_is_plain(request) && size > 0 ? size - 1 : room;
        *size_max = room < fits_not ? room : fits_not;
    }
    return started;
}

static int walk(hc_ranked *r)
{
    hc_order_filter filter = {.size_max = UINT64_MAX, .duration_max = HC_TIME_NEVER};
    uint32_t slot = hc_job_order_find(r->waiting, NULL, &filter);
    while (slot != HC_NO_SLOT) {
        hc_order_entry at = *hc_job_order_entry(r->waiting, slot);
        int started = try_job(r, slot, &filter.size_max);
        if (started < 0) {
            return -1;
        }
        if (started == 0 && r->is_blocking) {
            return 0;
        }
        slot = hc_job_order_find(r->waiting, &at, &filter);
    }
    return 0;
}

/* Where only the number of GPUs counts: first who gives way, then who starts. */
static int walk_by_count(hc_ranked *r)
{
    const hc_greedy_task task = {
        .waiting = r->waiting,
        .running = r->running,
        .place = r->ranking->place,
        .self = r->self,
        .free_milli = hc_occupancy_free_milli(hc_lifecycle_occupancy(r->lifecycle)),
        .is_blocking = r->is_blocking,
    };
    size_t victim_count = 0;
    size_t start_count = 0;
    const hc_greedy_victim *victims = NULL;
    const uint32_t *starts = NULL;
    if (hc_greedy_choose(r->greedy, &task) < 0) {
        return -1;
    }
    victims = hc_greedy_victims(r->greedy, &victim_count);
    starts = hc_greedy_starts(r->greedy, &start_count);
    for (size_t i = 0; i < victim_count; i++) {
        if (preempt(r, victims[i].slot, victims[i].by) < 0) {
            return -1;
        }
    }
    for (size_t i = 0; i < start_count; i++) {
        if (start(r, starts[i]) != 1) {
            return -1;
        }
    }
    return 0;
}

static int refuse_fresh(hc_ranked *r)
{
    int status = 0;
    for (size_t i = 0; i < r->fresh.count && status == 0; i++) {
        uint32_t slot = r->fresh.slots[i];
        if (hc_job_order_contains(r->waiting, slot)) {
            bool fits = hc_lifecycle_fits(r->lifecycle, slot);
            status = hc_lifecycle_refuse(r->lifecycle, r->waiting, slot,
                                         fits ? HC_WAIT_ORDER
                                              : hc_lifecycle_obstacle(r->lifecycle, slot),
                                         fits ? hc_job_order_first(r->waiting) : HC_NO_SLOT);
        }
    }
    r->fresh.count = 0;
    return status;
}

static int pass(void *self)
{
    hc_ranked *r = self;
    if (r->ranking->before != NULL && r->ranking->before(r->self) < 0) {
        return -1;
    }
    if ((r->greedy != NULL ? walk_by_count(r) : walk(r)) < 0 || refuse_fresh(r) < 0) {
        return -1;
    }
    return r->ranking->after == NULL ? 0 : r->ranking->after(r->self);
}

void hc_ranked_move(hc_ranked *r, uint32_t slot, int64_t key, uint32_t tie)
{
    hc_job_order *order = hc_job_order_contains(r->running, slot) ? r->running : r->waiting;
    hc_order_entry entry = *hc_job_order_entry(order, slot);
    entry.key = key;
    entry.job = tie;
    hc_job_order_remove(order, slot);
    (void)hc_job_order_insert(order, slot, &entry); /* the slot's node is there */
}

const hc_job_order *hc_ranked_running(const hc_ranked *r)
{
    return r->running;
}

const hc_job_order *hc_ranked_waiting(const hc_ranked *r)
{
    return r->waiting;
}

/* Between two events there are no victims, and nobody is dropped on paper. */
static void exchange(void *self, hc_archive *archive)
{
    hc_ranked *r = self;
    hc_archive_mark(archive, "ranked");
    hc_lifecycle_exchange_order(r->lifecycle, archive, r->waiting);
    hc_lifecycle_exchange_order(r->lifecycle, archive, r->running);
    hc_lifecycle_require_state(r->lifecycle, archive, r->waiting, HC_JOB_PENDING);
    hc_lifecycle_require_state(r->lifecycle, archive, r->running, HC_JOB_RUNNING);
    hc_lifecycle_exchange_slots(r->lifecycle, archive, &r->fresh);
    for (uint32_t slot = 0; slot < hc_lifecycle_slot_count(r->lifecycle); slot++) {
        if (hc_archive_is_loading(archive) && reserve(r, slot) < 0) {
            hc_archive_fail_memory(archive);
            return;
        }
    }
    if (r->ranking->exchange != NULL) {
        r->ranking->exchange(r->self, archive);
    }
}

static bool check(const void *self)
{
    const hc_ranked *r = self;
    hc_job_counts counts = hc_lifecycle_counts(r->lifecycle);
    return hc_job_order_check(r->waiting) && hc_job_order_check(r->running) &&
           hc_job_order_count(r->waiting) == counts.waiting &&
           hc_job_order_count(r->running) == counts.running &&
           (r->ranking->check == NULL || r->ranking->check(r->self));
}

const hc_policy hc_ranked_policy = {
    .create = create,
    .destroy = destroy,
    .submitted = submitted,
    .running = running,
    .ending = ending,
    .pass = pass,
    .exchange = exchange,
    .check = check,
};
