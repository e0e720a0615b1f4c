#include "sim/archive.h"
#include "sim/int128.h"
#include "sim/jobs/slot_list.h"
#include "sim/policies/rank/ranked.h"

#include <stdlib.h>

/* Preemptive policies whose ranks follow from the job alone: SRTF (least remaining time; Schrage 1968), SRSF (least
 * remaining time x GPUs; Gu et al., Tiresias, NSDI 2019), smallest first, and priorities. */

typedef struct by_rank {
    hc_lifecycle *lifecycle;
    hc_ranked *ranked;
    hc_rank rank;
    hc_time last_start; /* priorities: which instants of start there were */
    uint32_t start_instants;
    hc_time last_pass;      /* SRSF: when the order of the running jobs was made */
    uint32_t joined_count;  /* SRSF: jobs that have joined the queue, the preempted ones again */
    uint32_t closed_count;  /* SRSF: of them, up to the last pass */
    uint32_t old_count;     /* SRSF: of them, before this instant */
    uint32_t started_count; /* SRSF: jobs that have started at this instant */
    uint32_t turn;          /* SRSF: changes with each order that is made */
    hc_slot_list order;     /* SRSF: running jobs in their order */
} by_rank;

/* SRSF: the last key of jobs with equal remaining service, a number added. The running jobs use two ranges in
 * turn, so that no place is taken twice while they move from one order to the next. */
#define TIE_STARTED UINT32_C(0)
#define TIE_WAITING (UINT32_C(1) << 30)
#define TIE_RUNNING (UINT32_C(1) << 31)
#define TIE_TURN (UINT32_C(1) << 30)

/* Remaining GPU time in GPU-microseconds, rounded down: 290,000 GPU-years fit. */
static int64_t remaining_service(const by_rank *b, uint32_t slot)
{
    const hc_request *request = &hc_lifecycle_job(b->lifecycle, slot)->spec.request;
    hc_int128 service = (hc_int128)hc_lifecycle_remaining(b->lifecycle, slot) *
                        (hc_int128)hc_request_milli(request) / ((hc_int128)1000 * HC_MICROSECOND);
    return service > INT64_MAX ? INT64_MAX : (int64_t)service;
}

static int64_t priority_key(const by_rank *b, uint32_t slot, uint32_t low)
{
    return -((int64_t)hc_lifecycle_job(b->lifecycle, slot)->spec.priority * (INT64_C(1) << 32)) +
           low;
}

/* Jobs without GPUs have no service left at any time: they go first, by id. */
static void rank_service(by_rank *b, uint32_t slot, uint32_t tie, hc_order_entry *entry)
{
    if (entry->size == 0) {
        entry->key = -1;
        return;
    }
    entry->key = remaining_service(b, slot);
    entry->job = tie;
}

static void rank_waiting(void *self, uint32_t slot, hc_order_entry *entry)
{
    by_rank *b = self;
    if (b->rank == HC_RANK_REMAINING) {
        entry->key = hc_lifecycle_remaining(b->lifecycle, slot);
    } else if (b->rank == HC_RANK_REMAINING_SERVICE) {
        rank_service(b, slot, b->joined_count++, entry);
    } else if (b->rank == HC_RANK_PRIORITY) {
        entry->key = priority_key(b, slot, 0);
    } else {
        entry->key = (int64_t)entry->size;
    }
}

/* Among running jobs of one priority, those that started last are the first to give way. */
static void rank_running(void *self, uint32_t slot, hc_order_entry *entry)
{
    by_rank *b = self;
    if (b->rank == HC_RANK_REMAINING) {
        entry->key = hc_lifecycle_job(b->lifecycle, slot)->end;
    } else if (b->rank == HC_RANK_REMAINING_SERVICE) {
        rank_service(b, slot, TIE_STARTED + b->started_count++, entry);
    } else if (b->rank == HC_RANK_PRIORITY) {
        b->start_instants += b->last_start != hc_lifecycle_now(b->lifecycle) ? 1 : 0;
        b->last_start = hc_lifecycle_now(b->lifecycle);
        entry->key = priority_key(b, slot, b->start_instants);
    } else {
        entry->key = (int64_t)entry->size;
    }
}

static hc_order_entry place(void *self, const hc_order_entry *waiting)
{
    const by_rank *b = self;
    hc_order_entry at = *waiting;
    if (b->rank == HC_RANK_REMAINING) {
        at.key += hc_lifecycle_now(b->lifecycle);
    } else if (b->rank == HC_RANK_REMAINING_SERVICE && waiting->size > 0) {
        at.job = waiting->job < b->old_count ? TIE_WAITING : UINT32_MAX;
    } else if (b->rank == HC_RANK_PRIORITY) { /* behind everybody of its own priority */
        at.key += UINT32_MAX;
        at.job = UINT32_MAX;
    }
    return at;
}

/* Gives the running jobs their places among equals, in the order that they had. */
static void move_running(by_rank *b)
{
    uint32_t tie = TIE_RUNNING + b->turn * TIE_TURN;
    for (size_t i = 0; i < b->order.count; i++) {
        uint32_t slot = b->order.slots[i];
        if (hc_job_order_entry(hc_ranked_running(b->ranked), slot)->size > 0) {
            hc_ranked_move(b->ranked, slot, remaining_service(b, slot), tie + (uint32_t)i);
        }
    }
}

/* Remaining GPU times shrink at different speeds: at each instant the order of the running jobs is made anew. Of
 * equal ones those go first that have started at this instant, then the waiting, then the running in the order that
 * they had, then those that have joined at this instant: as in a list that is sorted stably at each pass, in which
 * a job that waits was before one whose time has shrunk to the same. */
static int refresh_services(void *self)
{
    by_rank *b = self;
    hc_order_walk walk;
    if (b->last_pass == hc_lifecycle_now(b->lifecycle)) {
        return 0;
    }
    b->last_pass = hc_lifecycle_now(b->lifecycle);
    b->old_count = b->closed_count;
    b->started_count = 0;
    b->turn = 1 - b->turn;
    b->order.count = 0;
    hc_order_walk_start(&walk, hc_ranked_running(b->ranked));
    for (uint32_t slot = hc_order_walk_next(&walk); slot != HC_NO_SLOT;
         slot = hc_order_walk_next(&walk)) {
        if (hc_slot_list_add(&b->order, slot) < 0) {
            return -1;
        }
    }
    move_running(b);
    return 0;
}

static int close_pass(void *self)
{
    by_rank *b = self;
    b->closed_count = b->joined_count;
    return 0;
}

static void exchange(void *self, hc_archive *archive)
{
    by_rank *b = self;
    hc_archive_mark(archive, "by rank");
    HC_EXCHANGE(archive, b->last_start);
    HC_EXCHANGE(archive, b->start_instants);
    HC_EXCHANGE(archive, b->last_pass);
    HC_EXCHANGE(archive, b->joined_count);
    HC_EXCHANGE(archive, b->closed_count);
    HC_EXCHANGE(archive, b->old_count);
    HC_EXCHANGE(archive, b->started_count);
    b->turn = hc_archive_below(archive, b->turn, 2);
}

static void destroy(void *self)
{
    by_rank *b = self;
    if (b != NULL) {
        hc_slot_list_free(&b->order);
        free(b);
    }
}

static void *create(const hc_ranking_setup *setup, hc_error *error)
{
    by_rank *b = calloc(1, sizeof *b);
    if (b == NULL) {
        (void)hc_error_memory(error);
        return NULL;
    }
    b->lifecycle = setup->lifecycle;
    b->ranked = setup->ranked;
    b->rank = setup->options->rank;
    b->last_start = HC_TIME_MISSING;
    b->last_pass = HC_TIME_MISSING;
    return b;
}

const hc_ranking hc_own_ranking = {
    .create = create,
    .destroy = destroy,
    .rank_waiting = rank_waiting,
    .rank_running = rank_running,
    .place = place,
    .exchange = exchange,
};

const hc_ranking hc_service_ranking = {
    .create = create,
    .destroy = destroy,
    .rank_waiting = rank_waiting,
    .rank_running = rank_running,
    .place = place,
    .before = refresh_services,
    .after = close_pass,
    .exchange = exchange,
};
