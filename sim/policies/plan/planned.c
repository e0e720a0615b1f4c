#include "sim/policies/plan/agenda.h"
#include "sim/policies/policies.h"

#include <stdlib.h>

/* Backfilling with plans. Conservative (Lifka 1995; Mu'alem and Feitelson 2001): every waiting job, or each of the
 * first ones, has a planned start that nobody behind it may delay; they are made anew at every pass. EASY with several
 * reservations: only the first jobs that cannot start have planned starts, and the others start where they delay none
 * of these. One reservation would be EASY itself (easy.c, which is faster), as many as there are jobs conservative
 * backfilling. */

typedef struct planned {
    hc_agenda agenda;
    bool has_tail; /* who has no planned start may start */
    uint32_t depth;
} planned;

static void destroy(void *self)
{
    planned *p = self;
    if (p != NULL) {
        hc_agenda_close(&p->agenda);
        free(p);
    }
}

static void *create(struct hc_lifecycle *lifecycle, const hc_policy_options *options,
                    hc_error *error)
{
    planned *p = calloc(1, sizeof *p);
    uint32_t limit = options->depth;
    hc_queue_order tail = options->order;
    if (p == NULL) {
        (void)hc_error_memory(error);
        return NULL;
    }
    p->has_tail = options->backfill == HC_BACKFILL_EASY;
    p->depth = options->depth;
    if (p->has_tail) {
        limit = options->reservation_count;
        tail = options->tail;
    }
    if (hc_agenda_open(&p->agenda, lifecycle, options->order, tail, limit, error) < 0) {
        destroy(p);
        return NULL;
    }
    return p;
}

static int submitted(void *self, uint32_t slot)
{
    return hc_agenda_add(&((planned *)self)->agenda, slot);
}

static void ending(void *self, uint32_t slot)
{
    hc_timeline_ending(((planned *)self)->agenda.timeline, slot);
}

static int running(void *self, uint32_t slot)
{
    (void)slot;
    hc_timeline_forget(((planned *)self)->agenda.timeline);
    return 0;
}

static void capacity(void *self)
{
    hc_timeline_forget(((planned *)self)->agenda.timeline);
}

static int pass(void *self)
{
    planned *p = self;
    if (hc_agenda_update(&p->agenda) < 0 ||
        (p->has_tail && hc_agenda_backfill(&p->agenda, p->depth) < 0)) {
        return -1;
    }
    return hc_agenda_explain(&p->agenda);
}

static void exchange(void *self, struct hc_archive *archive)
{
    hc_agenda_exchange(&((planned *)self)->agenda, archive);
}

static bool check(const void *self)
{
    return hc_agenda_check(&((const planned *)self)->agenda);
}

/* Cost: 2 to 100, by the length of the queue. */
const hc_policy hc_planned_policy = {
    .cost = 5,
    .create = create,
    .destroy = destroy,
    .submitted = submitted,
    .running = running,
    .ending = ending,
    .capacity = capacity,
    .pass = pass,
    .exchange = exchange,
    .check = check,
};
