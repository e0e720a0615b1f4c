#include "sim/policies/rank/gittins.h"

#include "sim/archive.h"
#include "sim/policies/rank/ranked.h"

#include <stdlib.h>
#include <string.h>

/* The highest Gittins index first. A job's index is looked at anew whenever it has attained another quantum on its
 * GPUs, and the order is made anew at these instants. */

typedef struct gittins {
    hc_lifecycle *lifecycle;
    hc_ranked *ranked;
    hc_gittins_table table;
    hc_job_order *changes; /* running jobs by the instant at which their index changes */
} gittins;

/* Bits of doubles that are not negative are ordered as the numbers are. */
static int64_t key_of(const gittins *s, uint32_t slot)
{
    double index = hc_gittins_index(&s->table, hc_lifecycle_attained(s->lifecycle, slot));
    int64_t bits = 0;
    memcpy(&bits, &index, sizeof bits);
    return -bits;
}

static void rank(void *self, uint32_t slot, hc_order_entry *entry)
{
    entry->key = key_of(self, slot);
}

static hc_order_entry place(void *self, const hc_order_entry *waiting)
{
    (void)self;
    return *waiting;
}

static void expect_change(gittins *s, uint32_t slot)
{
    hc_time attained = hc_lifecycle_attained(s->lifecycle, slot);
    hc_time change = hc_gittins_next_change(&s->table, attained);
    hc_order_entry entry;
    if (change == HC_TIME_NEVER) {
        return;
    }
    entry =
        hc_lifecycle_entry(s->lifecycle, slot, hc_lifecycle_now(s->lifecycle) + change - attained);
    (void)hc_job_order_insert(s->changes, slot, &entry); /* there is room: reserve */
}

static void on_started(void *self, uint32_t slot)
{
    expect_change(self, slot);
}

static void on_leaving(void *self, uint32_t slot)
{
    gittins *s = self;
    if (hc_job_order_contains(s->changes, slot)) {
        hc_job_order_remove(s->changes, slot);
    }
}

static int before(void *self)
{
    gittins *s = self;
    uint32_t slot = hc_job_order_first(s->changes);
    while (slot != HC_NO_SLOT &&
           hc_job_order_entry(s->changes, slot)->key <= hc_lifecycle_now(s->lifecycle)) {
        hc_job_order_remove(s->changes, slot);
        hc_ranked_move(s->ranked, slot, key_of(s, slot),
                       hc_lifecycle_job(s->lifecycle, slot)->turn);
        expect_change(s, slot);
        slot = hc_job_order_first(s->changes);
    }
    return 0;
}

static int after(void *self)
{
    gittins *s = self;
    uint32_t slot = hc_job_order_first(s->changes);
    hc_lifecycle_set_timer(s->lifecycle, slot == HC_NO_SLOT
                                             ? HC_TIME_NEVER
                                             : hc_job_order_entry(s->changes, slot)->key);
    return 0;
}

static void destroy(void *self)
{
    gittins *s = self;
    if (s == NULL) {
        return;
    }
    hc_job_order_destroy(s->changes);
    hc_gittins_table_close(&s->table);
    free(s);
}

static void *create(const hc_ranking_setup *setup, hc_error *error)
{
    gittins *s = calloc(1, sizeof *s);
    if (s == NULL) {
        (void)hc_error_memory(error);
        return NULL;
    }
    s->lifecycle = setup->lifecycle;
    s->ranked = setup->ranked;
    s->changes = hc_job_order_create();
    if (s->changes == NULL) {
        (void)hc_error_memory(error);
        destroy(s);
        return NULL;
    }
    if (hc_gittins_table_open(&s->table, &setup->options->gittins, error) < 0) {
        destroy(s);
        return NULL;
    }
    return s;
}

static int reserve(void *self, uint32_t slot)
{
    return hc_job_order_reserve(((gittins *)self)->changes, slot);
}

static void exchange(void *self, hc_archive *archive)
{
    gittins *s = self;
    hc_archive_mark(archive, "gittins");
    hc_lifecycle_exchange_order(s->lifecycle, archive, s->changes);
    hc_lifecycle_require_state(s->lifecycle, archive, s->changes, HC_JOB_RUNNING);
}

static bool check(const void *self)
{
    return hc_job_order_check(((const gittins *)self)->changes);
}

const hc_ranking hc_gittins_ranking = {
    .create = create,
    .destroy = destroy,
    .reserve = reserve,
    .rank_waiting = rank,
    .rank_running = rank,
    .place = place,
    .before = before,
    .after = after,
    .started = on_started,
    .preempted = on_leaving,
    .ending = on_leaving,
    .exchange = exchange,
    .check = check,
};
