#include "sim/policies/plan/agenda.h"
#include "sim/policies/policies.h"

#include <stdlib.h>

/* EASY backfilling with several reservations: the first jobs of the queue that cannot start have planned starts, as
 * with conservative backfilling; the others start where they delay none of these. One reservation would be EASY
 * itself (easy.c, which is faster), as many as there are jobs conservative backfilling. */

typedef struct easy_planned {
    hc_agenda agenda;
    uint32_t depth;
} easy_planned;

static void destroy(void *self)
{
    easy_planned *b = self;
    if (b != NULL) {
        hc_agenda_close(&b->agenda);
        free(b);
    }
}

static void *create(struct hc_lifecycle *lifecycle, const hc_policy_options *options,
                    hc_error *error)
{
    easy_planned *b = calloc(1, sizeof *b);
    if (b == NULL) {
        (void)hc_error_memory(error);
        return NULL;
    }
    b->depth = options->depth;
    if (hc_agenda_open(&b->agenda, lifecycle, options->order, options->tail,
                       options->reservation_count, error) < 0) {
        destroy(b);
        return NULL;
    }
    return b;
}

static int submitted(void *self, uint32_t slot)
{
    return hc_agenda_add(&((easy_planned *)self)->agenda, slot);
}

static void ending(void *self, uint32_t slot)
{
    hc_timeline_ending(((easy_planned *)self)->agenda.timeline, slot);
}

static int running(void *self, uint32_t slot)
{
    (void)slot;
    hc_timeline_running(((easy_planned *)self)->agenda.timeline);
    return 0;
}

static void capacity(void *self)
{
    hc_timeline_capacity(((easy_planned *)self)->agenda.timeline);
}

static int pass(void *self)
{
    easy_planned *b = self;
    if (hc_agenda_update(&b->agenda) < 0 || hc_agenda_backfill(&b->agenda, b->depth) < 0) {
        return -1;
    }
    return hc_agenda_explain(&b->agenda);
}

static bool check(const void *self)
{
    return hc_agenda_check(&((const easy_planned *)self)->agenda);
}

const hc_policy hc_easy_planned_policy = {
    .create = create,
    .destroy = destroy,
    .submitted = submitted,
    .running = running,
    .ending = ending,
    .capacity = capacity,
    .pass = pass,
    .check = check,
};
