#include "sim/policies/scheduler_keys.h"

#include <stdio.h>
#include <string.h>

/* What a scheduler does, in words for reports: the settings behind a policy's name. */

static const char *const ORDERS[HC_QUEUE_ORDER_COUNT] = {"submission", "limit", "size", "priority"};
static const char *const BACKFILLS[HC_BACKFILL_COUNT] = {"none", "first_fit", "easy",
                                                         "conservative", "conservative_compress"};
static const char *const PREEMPTIONS[HC_PREEMPTION_COUNT] = {"none", "requeue", "suspend"};

static void write_queue(const hc_policy_options *o, char *out, size_t size)
{
    int length =
        snprintf(out, size, "order %s, backfill %s", ORDERS[o->order], BACKFILLS[o->backfill]);
    if (o->tail != o->order) {
        length += snprintf(out + length, size - (size_t)length, ", tail %s", ORDERS[o->tail]);
    }
    if (o->reservation_count > 1) {
        length += snprintf(out + length, size - (size_t)length, ", %u reservations",
                           o->reservation_count);
    }
    if (o->depth != HC_DEPTH_UNLIMITED) {
        (void)snprintf(out + length, size - (size_t)length, ", depth %u", o->depth);
    }
}

void hc_scheduler_write_variant(const hc_scheduler_choice *choice, char *out, size_t size)
{
    const hc_policy_options *o = &choice->options;
    if (o->guest != HC_GUEST_NOBODY) {
        (void)snprintf(out, size, "%s %s, preempt %s",
                       o->guest == HC_GUEST_EXTERNAL ? "asked at" : "loaded from",
                       hc_value_text(o->guest == HC_GUEST_EXTERNAL ? choice->guest.endpoint
                                                                   : choice->guest.file),
                       PREEMPTIONS[o->preemption]);
    } else if (o->is_recorded) {
        (void)snprintf(out, size, "starts as recorded");
    } else if (o->rank == HC_RANK_NONE) {
        write_queue(o, out, size);
    } else {
        (void)snprintf(out, size, "running and waiting jobs ranked alike, preempt %s%s",
                       PREEMPTIONS[o->preemption],
                       o->las.is_demotion_late ? ", demotion tiresias" : "");
    }
}

void hc_scheduler_write_estimates(const hc_scheduler_choice *choice, char *out, size_t size)
{
    static const char *const SOURCES[HC_ESTIMATE_COUNT] = {
        "the larger of requested and run time", "requested", "run time", "mean of the user's jobs"};
    const hc_estimate_options *e = &choice->estimates;
    int length = snprintf(out, size, "%s", SOURCES[e->source]);
    if (e->factor != 1) {
        length += snprintf(out + length, size - (size_t)length, " x %g", e->factor);
    }
    if (e->is_limit_enforced) {
        (void)snprintf(out + length, size - (size_t)length, ", killed at the limit");
    }
}
