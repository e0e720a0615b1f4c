#include "sim/archive.h"
#include "sim/policies/policies.h"
#include "sim/policies/queue.h"
#include "sim/policies/reservation.h"

#include <stdlib.h>

/* EASY backfilling (Lifka 1995): the first job that does not fit, the head, holds a reservation; jobs behind it
 * start when they fit and do not delay it. With a tail of its own by time limit: EASY-SJBF (Tsafrir, Etsion and
 * Feitelson, TPDS 2007). */

typedef struct easy {
    hc_lifecycle *lifecycle;
    hc_queue queue;     /* in order of submission: heads */
    hc_job_order *tail; /* the order of backfilling; the queue's own, or one by time limit */
    bool has_own_tail;
    hc_queue_order tail_order;
    uint32_t depth; /* jobs of the tail that a pass looks at */
    hc_reservation *reservation;
    bool is_settled; /* nothing has become free since the last pass: only fresh jobs can start */
    uint32_t head;   /* of the last pass */
} easy;

static void destroy(void *self)
{
    easy *b = self;
    if (b == NULL) {
        return;
    }
    if (b->has_own_tail) {
        hc_job_order_destroy(b->tail);
    }
    hc_queue_close(&b->queue);
    hc_reservation_destroy(b->reservation);
    free(b);
}

static void *create(struct hc_lifecycle *lifecycle, const hc_policy_options *options,
                    hc_error *error)
{
    easy *b = calloc(1, sizeof *b);
    if (b == NULL) {
        (void)hc_error_memory(error);
        return NULL;
    }
    b->lifecycle = lifecycle;
    b->tail_order = options->tail;
    b->depth = options->depth;
    b->has_own_tail = options->tail != options->order;
    b->reservation = hc_reservation_create(lifecycle, error);
    if (b->reservation == NULL || hc_queue_open(&b->queue, lifecycle, options->order, error) < 0) {
        destroy(b);
        return NULL;
    }
    b->tail = b->has_own_tail ? hc_job_order_create() : b->queue.order;
    if (b->tail == NULL) {
        (void)hc_error_memory(error);
        destroy(b);
        return NULL;
    }
    return b;
}

static int submitted(void *self, uint32_t slot)
{
    easy *b = self;
    if (b->has_own_tail) {
        hc_order_entry entry = hc_queue_entry(b->lifecycle, slot, b->tail_order);
        if (hc_job_order_insert(b->tail, slot, &entry) < 0) {
            return -1;
        }
    }
    return hc_queue_add(&b->queue, slot);
}

static void ending(void *self, uint32_t slot)
{
    easy *b = self;
    b->is_settled = false;
    hc_reservation_note_end(b->reservation, slot);
}

static void capacity(void *self)
{
    easy *b = self;
    b->is_settled = false;
    hc_reservation_note_capacity(b->reservation);
}

/* After a start the slot must leave the second order as well. */
static void leave_tail(easy *b, uint32_t slot)
{
    if (b->has_own_tail) {
        hc_job_order_remove(b->tail, slot);
    }
}

/* Starts heads while they fit. The head that remains is refused with its obstacle. */
static int start_heads(easy *b)
{
    for (;;) {
        int started = 0;
        b->head = hc_job_order_first(b->queue.order);
        if (b->head == HC_NO_SLOT) {
            return 0;
        }
        started = hc_reservation_start_head(b->reservation, b->head);
        if (started < 0) {
            return -1;
        }
        if (started == 0) {
            return hc_lifecycle_refuse(b->lifecycle, b->queue.order, b->head,
                                       hc_lifecycle_obstacle(b->lifecycle, b->head), HC_NO_SLOT);
        }
        hc_job_order_remove(b->queue.order, b->head);
        leave_tail(b, b->head);
        b->is_settled = false; /* it was no job of the tail: it may stand on the reserved place */
    }
}

static int refuse(easy *b, uint32_t slot, hc_wait_reason reason)
{
    uint32_t blocker = reason == HC_WAIT_RESERVATION ? b->head : HC_NO_SLOT;
    return hc_lifecycle_refuse(b->lifecycle, b->queue.order, slot, reason, blocker);
}

/* Starts a job beside the head unless it would delay it. @return 1 started, 0 refused, -1 failed. */
static int try_beside(easy *b, uint32_t slot)
{
    int started = hc_reservation_start(b->reservation, slot);
    if (started == 1) {
        hc_job_order_remove(b->queue.order, slot);
        leave_tail(b, slot);
    } else if (started == 0) {
        return refuse(b, slot,
                      hc_lifecycle_fits(b->lifecycle, slot)
                          ? HC_WAIT_RESERVATION
                          : hc_lifecycle_obstacle(b->lifecycle, slot));
    }
    return started;
}

static hc_order_filter make_filter(const easy *b)
{
    hc_time shadow = hc_reservation_shadow(b->reservation);
    return (hc_order_filter){
        .size_max = hc_lifecycle_placement(b->lifecycle)
                        ->largest_milli(hc_lifecycle_occupancy(b->lifecycle)),
        .duration_max = shadow == HC_TIME_NEVER ? shadow : shadow - hc_lifecycle_now(b->lifecycle),
        .beyond_size_max = hc_reservation_beside_milli(b->reservation),
    };
}

/* Whether as many jobs of the tail as a pass looks at are before this one. The head is none of them; those that have
 * started in this scan are. */
static bool is_too_deep(const easy *b, uint32_t slot, size_t started)
{
    size_t passed = 0;
    if (b->depth == HC_DEPTH_UNLIMITED) {
        return false;
    }
    passed = hc_job_order_rank(b->tail, slot) + started;
    passed -= hc_order_compare(hc_job_order_entry(b->tail, b->head),
                               hc_job_order_entry(b->tail, slot)) < 0;
    return passed >= b->depth;
}

/* Jobs of the tail, in its order. What a pass skipped cannot start later in the same pass: it only takes. */
static int scan_tail(easy *b)
{
    hc_order_filter filter = make_filter(b);
    uint32_t slot = hc_job_order_find(b->tail, NULL, &filter);
    size_t started_count = 0;
    while (slot != HC_NO_SLOT && !is_too_deep(b, slot, started_count)) {
        hc_order_entry at = *hc_job_order_entry(b->tail, slot);
        int started = slot == b->head ? 0 : try_beside(b, slot);
        if (started < 0) {
            return -1;
        }
        if (started == 1) {
            filter = make_filter(b);
            started_count++;
        }
        slot = hc_job_order_find(b->tail, &at, &filter);
    }
    return 0;
}

static bool accepts(const hc_order_filter *filter, const hc_order_entry *entry)
{
    return entry->size <= filter->size_max &&
           (entry->duration <= filter->duration_max || entry->size <= filter->beyond_size_max);
}

/* Why a job that the scan did not try was left out. */
static int explain_fresh(easy *b, uint32_t slot, const hc_order_filter *filter)
{
    const hc_order_entry *entry = hc_job_order_entry(b->tail, slot);
    if (hc_lifecycle_job(b->lifecycle, slot)->reason != HC_WAIT_NONE) {
        return 0;
    }
    if (accepts(filter, entry) && is_too_deep(b, slot, 0)) {
        return hc_lifecycle_refuse(b->lifecycle, b->queue.order, slot, HC_WAIT_ORDER, b->head);
    }
    return refuse(b, slot,
                  entry->size <= filter->size_max ? HC_WAIT_RESERVATION
                                                  : hc_lifecycle_obstacle(b->lifecycle, slot));
}

static int explain_all_fresh(easy *b)
{
    hc_order_filter filter = make_filter(b);
    int status = 0;
    for (size_t i = 0; i < b->queue.fresh.count && status == 0; i++) {
        if (hc_queue_is_passed_over(&b->queue, b->queue.fresh.slots[i], b->head)) {
            status = explain_fresh(b, b->queue.fresh.slots[i], &filter);
        }
    }
    return status;
}

/* Keeps the fresh jobs that still wait behind the head, in the order of the tail: few, so insertion sort. */
static void sort_fresh(easy *b)
{
    uint32_t *fresh = b->queue.fresh.slots;
    size_t count = 0;
    for (size_t i = 0; i < b->queue.fresh.count; i++) {
        uint32_t slot = fresh[i];
        size_t at = count;
        if (!hc_queue_is_passed_over(&b->queue, slot, b->head)) {
            continue;
        }
        for (; at > 0 && hc_job_order_entry(b->tail, fresh[at - 1])->key >
                             hc_job_order_entry(b->tail, slot)->key;
             at--) {
            fresh[at] = fresh[at - 1];
        }
        fresh[at] = slot;
        count++;
    }
    b->queue.fresh.count = count;
}

/* Nothing has become free and time has only brought T nearer: who could not start before still cannot. */
static int try_fresh(easy *b)
{
    hc_order_filter filter = make_filter(b);
    sort_fresh(b);
    for (size_t i = 0; i < b->queue.fresh.count; i++) {
        uint32_t slot = b->queue.fresh.slots[i];
        int started = 0;
        if (!accepts(&filter, hc_job_order_entry(b->tail, slot))) {
            continue;
        }
        started = try_beside(b, slot);
        if (started < 0) {
            return -1;
        }
        filter = make_filter(b);
    }
    return 0;
}

/* The reservation of the last pass stands while its head is the head and its time has not come; who could not start
 * beside it then cannot now, unless GPUs have become free. With a depth, a pass may reach jobs that it did not look
 * at before, where others have left. */
static int backfill_behind_head(easy *b, uint32_t head_before)
{
    bool stands = b->head == head_before &&
                  hc_reservation_shadow(b->reservation) > hc_lifecycle_now(b->lifecycle);
    bool only_fresh = stands && b->is_settled && b->depth == HC_DEPTH_UNLIMITED;
    int status = 0;
    if (stands && b->is_settled) {
        hc_reservation_resume(b->reservation);
    } else if (!stands || !hc_reservation_renew(b->reservation)) {
        hc_reservation_make(b->reservation, b->head);
    }
    status = only_fresh ? try_fresh(b) : scan_tail(b);
    b->is_settled = true;
    if (status == 0) {
        status = explain_all_fresh(b);
    }
    hc_reservation_rest(b->reservation);
    return status;
}

static int pass(void *self)
{
    easy *b = self;
    uint32_t head_before = b->head;
    int status = start_heads(b);
    if (status == 0 && hc_job_order_count(b->queue.order) > 1) {
        status = backfill_behind_head(b, head_before);
    }
    hc_queue_clear_fresh(&b->queue);
    return status;
}

/* The head is a slot that is compared, and looked at only once a pass has found it anew. */
static void exchange(void *self, hc_archive *archive)
{
    easy *b = self;
    hc_archive_mark(archive, "easy");
    hc_queue_exchange(&b->queue, archive);
    if (b->has_own_tail) {
        hc_lifecycle_exchange_order(b->lifecycle, archive, b->tail);
        hc_lifecycle_require_state(b->lifecycle, archive, b->tail, HC_JOB_PENDING);
    }
    hc_archive_bool(archive, &b->is_settled);
    HC_EXCHANGE(archive, b->head);
    hc_reservation_exchange(b->reservation, archive);
}

static bool check(const void *self)
{
    const easy *b = self;
    size_t count = hc_job_order_count(b->queue.order);
    return hc_job_order_check(b->queue.order) && hc_job_order_check(b->tail) &&
           hc_job_order_count(b->tail) == count &&
           count == hc_lifecycle_counts(b->lifecycle).waiting;
}

const hc_policy hc_easy_policy = {
    .create = create,
    .destroy = destroy,
    .submitted = submitted,
    .ending = ending,
    .capacity = capacity,
    .pass = pass,
    .exchange = exchange,
    .check = check,
};
