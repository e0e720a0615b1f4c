#include "sim/policies/guest/guest_state.h"

#include "sim/policies/policies.h"

#include <inttypes.h>
#include <stdlib.h>

enum { FEW_QUESTIONS = 16 };

/* A policy that is no part of the simulator: at each pass somebody outside is told what has happened since the last one, and
 * decides. What is known there follows from what is told here; nothing else is kept. */

static void destroy(void *self)
{
    hc_guest *g = self;
    if (g == NULL) {
        return;
    }
    if (g->session != NULL) {
        g->port->close(g->session);
    }
    hc_job_order_destroy(g->here);
    hc_job_order_destroy(g->queue);
    hc_slot_list_free(&g->fresh);
    hc_guest_free_changes(g);
    free(g->decided_at);
    free(g);
}

static void *create(struct hc_lifecycle *lifecycle, const hc_policy_options *options,
                    hc_error *error)
{
    hc_guest *g = NULL;
    if (options->port == NULL) {
        (void)hc_error_set(error, HC_ERROR_INTERNAL, "a policy from outside has no port");
        return NULL;
    }
    g = calloc(1, sizeof *g);
    if (g == NULL) {
        (void)hc_error_memory(error);
        return NULL;
    }
    g->lifecycle = lifecycle;
    g->port = options->port;
    g->preemption = options->preemption;
    g->host = hc_guest_make_host(g);
    g->here = hc_job_order_create();
    g->queue = hc_job_order_create();
    if (g->here == NULL || g->queue == NULL) {
        (void)hc_error_memory(error);
        destroy(g);
        return NULL;
    }
    if (hc_guest_introduce(g, error) < 0) {
        destroy(g);
        return NULL;
    }
    return g;
}

/* Slots are used again: the new job was not decided on yet. */
static int reserve_slot(hc_guest *g, uint32_t slot)
{
    if (slot >= g->decided_capacity) {
        size_t wanted = 2 * (size_t)slot + 64;
        uint64_t *grown = realloc(g->decided_at, wanted * sizeof *grown);
        if (grown == NULL) {
            return -1;
        }
        g->decided_at = grown;
        g->decided_capacity = wanted;
    }
    g->decided_at[slot] = 0;
    return 0;
}

/* A job has come. */
static int join(hc_guest *g, uint32_t slot)
{
    uint32_t id = hc_lifecycle_job(g->lifecycle, slot)->id.index;
    hc_order_entry entry = hc_lifecycle_entry(g->lifecycle, slot, id);
    entry.job = id;
    if (reserve_slot(g, slot) < 0 || hc_job_order_insert(g->here, slot, &entry) < 0) {
        return -1;
    }
    return hc_guest_note_submitted(g, slot);
}

static int submitted(void *self, uint32_t slot)
{
    hc_guest *g = self;
    hc_order_entry entry =
        hc_lifecycle_entry(g->lifecycle, slot, hc_lifecycle_job(g->lifecycle, slot)->turn);
    if (join(g, slot) < 0 || hc_slot_list_add(&g->fresh, slot) < 0) {
        return -1;
    }
    return hc_job_order_insert(g->queue, slot, &entry);
}

static int running(void *self, uint32_t slot)
{
    hc_guest *g = self;
    return join(g, slot) < 0 ? -1 : hc_guest_note_started(g, slot);
}

static void ending(void *self, uint32_t slot)
{
    hc_guest *g = self;
    hc_guest_note_ending(g, slot);
    hc_job_order_remove(g->here, slot);
}

/* Asks once. @return 1: wants to be asked again, 0, or -1. */
static int ask(hc_guest *g)
{
    hc_error *error = hc_lifecycle_error(g->lifecycle);
    hc_guest_pass question;
    int answer = 0;
    g->number++;
    g->decision_count = 0;
    if (hc_guest_tell(g, &question) < 0) {
        return -1;
    }
    answer = g->port->ask(g->session, &question, &g->host, error);
    if (answer < 0 && !g->has_failed && error->count == 0) {
        return g->host.fail(g, "has given up");
    }
    return g->has_failed ? -1 : answer;
}

/* Who wants to be asked again without having decided anything, or moves jobs back and forth, would be asked for ever. */
static int ask_until_done(hc_guest *g)
{
    size_t asked = 0;
    int again = 1;
    while (again > 0) {
        again = ask(g);
        asked++;
        if (again > 0 && g->decision_count == 0) {
            return g->host.fail(g, "wants to be asked again and has decided nothing");
        }
        if (again > 0 && asked > FEW_QUESTIONS + 4 * hc_job_order_count(g->here)) {
            return g->host.fail(g, "was asked four times for each job and wants to be asked again");
        }
    }
    return again;
}

/* Why jobs that have just come still wait. */
static int explain_fresh(hc_guest *g)
{
    int status = 0;
    for (size_t i = 0; i < g->fresh.count && status == 0; i++) {
        uint32_t slot = g->fresh.slots[i];
        if (hc_job_order_contains(g->queue, slot) &&
            hc_lifecycle_job(g->lifecycle, slot)->reason == HC_WAIT_NONE) {
            status = hc_lifecycle_refuse(g->lifecycle, g->queue, slot,
                                         hc_lifecycle_fits(g->lifecycle, slot)
                                             ? HC_WAIT_HELD
                                             : hc_lifecycle_obstacle(g->lifecycle, slot),
                                         HC_NO_SLOT);
        }
    }
    g->fresh.count = 0;
    return status;
}

static int pass(void *self)
{
    hc_guest *g = self;
    return ask_until_done(g) < 0 ? -1 : explain_fresh(g);
}

static bool check(const void *self)
{
    const hc_guest *g = self;
    hc_job_counts counts = hc_lifecycle_counts(g->lifecycle);
    return hc_job_order_check(g->here) && hc_job_order_check(g->queue) &&
           hc_job_order_count(g->queue) == counts.waiting &&
           hc_job_order_count(g->here) == counts.waiting + counts.running;
}

const hc_policy hc_guest_policy = {
    .create = create,
    .destroy = destroy,
    .submitted = submitted,
    .running = running,
    .ending = ending,
    .pass = pass,
    .check = check,
};
