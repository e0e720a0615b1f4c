#include "sim/policies/scheduler_keys.h"

#include "sim/jobs/estimate_keys.h"
#include "sim/policies/rank/rank_keys.h"
#include "sim/policies/registry.h"

#include <stdlib.h>
#include <string.h>

static const hc_key KEYS[] = {
    {.path = "scheduler", .type = HC_KEY_MAP, .help = "Who starts when, and where"},
    {.path = "scheduler.policy",
     .type = HC_KEY_CHOICE,
     .fallback = "easy",
     .choices = "fcfs|first_fit|sjf|easy|easy_sjbf|conservative|conservative_compress|priority|"
                "smallest_first|srtf|srsf|las|las_2d|gittins|recorded|external|plugin",
     .help = "Which waiting job starts next: a name for settings that go together"},
    {.path = "scheduler.order",
     .type = HC_KEY_CHOICE,
     .choices = "submission|limit|size|priority",
     .help =
         "Order of the queue, instead of the policy's own: first submitted, shortest time limit, "
         "fewest GPUs or highest priority first"},
    {.path = "scheduler.backfill",
     .type = HC_KEY_CHOICE,
     .choices = "none|first_fit|easy|conservative|conservative_compress",
     .help = "Who may start before the first job when that one does not fit, instead of the "
             "policy's own"},
    {.path = "scheduler.tail",
     .type = HC_KEY_CHOICE,
     .choices = "submission|limit|size|priority",
     .help = "EASY: order in which the jobs behind a reservation are tried, instead of the "
             "policy's own"},
    {.path = "scheduler.reservations",
     .type = HC_KEY_INTEGER,
     .unit = "jobs",
     .minimum = 1,
     .maximum = 1000,
     .help = "EASY: how many of the first jobs that do not fit may not be delayed, instead of the "
             "policy's own"},
    {.path = "scheduler.depth",
     .type = HC_KEY_INTEGER,
     .unit = "jobs",
     .minimum = 1,
     .maximum = 4294967294,
     .help = "How many waiting jobs a pass looks at (default: all): with backfill easy behind the "
             "reservations, with conservative in all"},
    {.path = "scheduler.placement",
     .type = HC_KEY_CHOICE,
     .fallback = "packed",
     .choices = "packed|spread|first",
     .help = "Which GPUs it gets"},
    {.path = "scheduler.pass",
     .type = HC_KEY_CHOICE,
     .fallback = "instant",
     .choices = "instant|event",
     .help = "One scheduling pass after all events of an instant, or one after each event "
             "(submissions first, as pyss does)"},
};

const hc_key_table hc_scheduler_keys = {KEYS, sizeof KEYS / sizeof KEYS[0]};

/* The policy's settings, with those that the scenario gives instead. */
static void read_queue(hc_policy_options *options, const hc_value *scheduler)
{
    const hc_value *order = hc_value_get(scheduler, "order");
    const hc_value *backfill = hc_value_get(scheduler, "backfill");
    const hc_value *tail = hc_value_get(scheduler, "tail");
    const hc_value *reservations = hc_value_get(scheduler, "reservations");
    const hc_value *depth = hc_value_get(scheduler, "depth");
    if (order != NULL) {
        options->tail = options->tail == options->order ? (hc_queue_order)hc_value_choice(order)
                                                        : options->tail;
        options->order = (hc_queue_order)hc_value_choice(order);
    }
    if (backfill != NULL) {
        options->backfill = (hc_backfill)hc_value_choice(backfill);
    }
    if (tail != NULL) {
        options->tail = (hc_queue_order)hc_value_choice(tail);
    }
    if (reservations != NULL) {
        options->reservation_count = (uint32_t)hc_value_integer(reservations);
    }
    if (depth != NULL) {
        options->depth = (uint32_t)hc_value_integer(depth);
    }
}

/* A policy without a queue has nothing to order or to backfill. */
static int check_without_queue(const hc_policy_options *options, const hc_value *scheduler,
                               hc_error *error)
{
    static const char *const KEYS_OF_QUEUES[] = {"order", "backfill", "tail", "reservations",
                                                 "depth"};
    int status = 0;
    for (size_t i = 0; i < sizeof KEYS_OF_QUEUES / sizeof KEYS_OF_QUEUES[0]; i++) {
        const hc_value *value = hc_value_get(scheduler, KEYS_OF_QUEUES[i]);
        if (value != NULL && options->is_recorded) {
            status =
                hc_value_error(value, error, "policy recorded starts jobs as they were recorded");
        } else if (value != NULL && options->guest != HC_GUEST_NOBODY) {
            status = hc_value_error(value, error,
                                    "policy %s has a queue of its own, outside the simulator",
                                    hc_value_text(hc_value_get(scheduler, "policy")));
        } else if (value != NULL) {
            status =
                hc_value_error(value, error,
                               "policy %s ranks running and waiting jobs alike: it has no queue "
                               "to order or to backfill",
                               hc_value_text(hc_value_get(scheduler, "policy")));
        }
    }
    return status;
}

static int check_queue(const hc_policy_options *options, const hc_value *scheduler, hc_error *error)
{
    const hc_value *tail = hc_value_get(scheduler, "tail");
    const hc_value *reservations = hc_value_get(scheduler, "reservations");
    const hc_value *depth = hc_value_get(scheduler, "depth");
    bool is_easy = options->backfill == HC_BACKFILL_EASY;
    int status = 0;
    if (tail != NULL && !is_easy) {
        status =
            hc_value_error(tail, error, "a tail has an order of its own with backfill easy only");
    }
    if (reservations != NULL && !is_easy) {
        status =
            hc_value_error(reservations, error, "reservations are counted with backfill easy only");
    }
    if (depth != NULL && !is_easy && options->backfill != HC_BACKFILL_CONSERVATIVE) {
        status = hc_value_error(depth, error,
                                "only backfill easy and backfill conservative have a depth");
    }
    return status;
}

/* The settings of a queue, or that there are none. */
static int read_settings(hc_policy_options *options, const hc_value *scheduler, hc_error *error)
{
    if (options->rank != HC_RANK_NONE || options->is_recorded ||
        options->guest != HC_GUEST_NOBODY) {
        return check_without_queue(options, scheduler, error);
    }
    read_queue(options, scheduler);
    return check_queue(options, scheduler, error);
}

static int read_classes(hc_scheduler_choice *out, const hc_value *list, hc_error *error)
{
    size_t count = hc_value_count(list);
    out->classes = calloc(count == 0 ? 1 : count, sizeof *out->classes);
    if (out->classes == NULL) {
        return hc_error_memory(error);
    }
    for (size_t i = 0; i < count; i++) {
        const hc_value *item = hc_value_at(list, i);
        const hc_value *group = hc_value_get(item, "group");
        const hc_value *user = hc_value_get(item, "user");
        if ((group == NULL) == (user == NULL)) {
            return hc_value_error(item, error, "give group or user, one of the two");
        }
        out->classes[i] = (hc_priority_class){
            .name = hc_value_text(group != NULL ? group : user),
            .is_user = user != NULL,
            .priority = (int32_t)hc_value_integer(hc_value_get(item, "priority")),
        };
    }
    out->class_count = (uint32_t)count;
    return 0;
}

int hc_scheduler_read(hc_scheduler_choice *out, const hc_value *scheduler, hc_error *error)
{
    const hc_named_policy *named = hc_policy_find(hc_value_text(hc_value_get(scheduler, "policy")));
    int status = 0;
    *out = (hc_scheduler_choice){
        .policy_name = named->name,
        .options = named->options,
        .placement = hc_placement_find(hc_value_text(hc_value_get(scheduler, "placement"))),
        .is_pass_per_event = strcmp(hc_value_text(hc_value_get(scheduler, "pass")), "event") == 0,
    };
    out->estimates = hc_estimates_read(scheduler);
    status = read_settings(&out->options, scheduler, error);
    status |= hc_guest_read(&out->guest, out->options.guest, scheduler, error);
    if (hc_rank_read(&out->options, &out->restart, &out->sample, scheduler, error) < 0 ||
        read_classes(out, hc_value_get(scheduler, "classes"), error) < 0 || status < 0) {
        return -1;
    }
    out->policy = hc_policy_of(&out->options);
    return 0;
}

void hc_scheduler_release(hc_scheduler_choice *choice)
{
    free(choice->sample);
    free(choice->classes);
    choice->classes = NULL;
    choice->sample = NULL;
}
