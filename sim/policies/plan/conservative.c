#include "sim/policies/plan/agenda.h"
#include "sim/policies/policies.h"

#include <stdlib.h>

/* Conservative backfilling (Lifka 1995; Mu'alem and Feitelson 2001) with full re-planning: every waiting job, or
 * each of the first ones, has a planned start that nobody behind it may delay. */

static void destroy(void *self)
{
    if (self != NULL) {
        hc_agenda_close(self);
        free(self);
    }
}

static void *create(struct hc_lifecycle *lifecycle, const hc_policy_options *options,
                    hc_error *error)
{
    hc_agenda *agenda = calloc(1, sizeof *agenda);
    if (agenda == NULL) {
        (void)hc_error_memory(error);
        return NULL;
    }
    if (hc_agenda_open(agenda, lifecycle, options->order, options->order, options->depth, error) <
        0) {
        destroy(agenda);
        return NULL;
    }
    return agenda;
}

static int submitted(void *self, uint32_t slot)
{
    return hc_agenda_add(self, slot);
}

static void ending(void *self, uint32_t slot)
{
    hc_timeline_ending(((hc_agenda *)self)->timeline, slot);
}

static int running(void *self, uint32_t slot)
{
    (void)slot;
    hc_timeline_running(((hc_agenda *)self)->timeline);
    return 0;
}

static void capacity(void *self)
{
    hc_timeline_capacity(((hc_agenda *)self)->timeline);
}

static int pass(void *self)
{
    return hc_agenda_update(self) < 0 ? -1 : hc_agenda_explain(self);
}

static bool check(const void *self)
{
    return hc_agenda_check(self);
}

const hc_policy hc_conservative_policy = {
    .create = create,
    .destroy = destroy,
    .submitted = submitted,
    .running = running,
    .ending = ending,
    .capacity = capacity,
    .pass = pass,
    .check = check,
};
