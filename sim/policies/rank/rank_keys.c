#include "sim/policies/rank/rank_keys.h"

#include <stdlib.h>
#include <string.h>

#define LAS_KEYS(at, what)                                                                        \
    {.path = at, .type = HC_KEY_MAP, .help = what},                                               \
        {.path = at ".thresholds",                                                                \
         .type = HC_KEY_LIST,                                                                     \
         .minimum = 1,                                                                            \
         .maximum = HC_LAS_MAX_LEVELS,                                                            \
         .help = "Attained service, rising, at which a job sinks a level; absent: 3250s, 7200s"}, \
        {.path = at ".thresholds[]",                                                              \
         .type = HC_KEY_DURATION,                                                                 \
         .minimum = 1e-9,                                                                         \
         .maximum = 4.6e9,                                                                        \
         .help = "A threshold"},                                                                  \
    {                                                                                             \
        .path = at ".promotion", .type = HC_KEY_REAL, .maximum = 1e9,                             \
        .help = "A waiting job goes back to the first level once it has waited that many times "  \
                "what it has attained; absent or 0: never"                                        \
    }

static const hc_key KEYS[] = {
    {.path = "scheduler.preempt",
     .type = HC_KEY_CHOICE,
     .choices = "none|requeue|suspend",
     .help = "What happens to jobs that give way: they lose their work, or go on later where they "
             "stopped; absent: none for priority, suspend for policies that always preempt"},
    {.path = "scheduler.classes",
     .type = HC_KEY_LIST,
     .minimum = 1,
     .maximum = 4096,
     .help = "Priorities of users and groups, instead of those that jobs come with; the first that "
             "names a job's user or group counts"},
    {.path = "scheduler.classes[]", .type = HC_KEY_MAP, .help = "One class"},
    {.path = "scheduler.classes[].group", .type = HC_KEY_TEXT, .help = "Jobs of this group, or"},
    {.path = "scheduler.classes[].user", .type = HC_KEY_TEXT, .help = "Jobs of this user"},
    {.path = "scheduler.classes[].priority",
     .type = HC_KEY_INTEGER,
     .minimum = -2147483647,
     .maximum = 2147483647,
     .is_required = true,
     .help = "Higher goes first"},
    {.path = "scheduler.restart",
     .type = HC_KEY_LIST,
     .minimum = 1,
     .maximum = HC_RESTART_MAX_STEPS,
     .help = "Time that a preempted job needs to come up again, by its size; absent: none"},
    {.path = "scheduler.restart[]", .type = HC_KEY_MAP, .help = "One size"},
    {.path = "scheduler.restart[].gpus",
     .type = HC_KEY_INTEGER,
     .unit = "GPUs",
     .minimum = 0,
     .maximum = 4294967295,
     .help = "Up to that many GPUs; absent: any number"},
    {.path = "scheduler.restart[].time",
     .type = HC_KEY_DURATION,
     .maximum = 4.6e9,
     .is_required = true,
     .help = "Time to come up again"},
    LAS_KEYS("scheduler.las", "Settings of policy las; service is time on GPUs"),
    LAS_KEYS("scheduler.las_2d", "Settings of policy las_2d; service is time x GPUs"),
    {.path = "scheduler.las_2d.demotion",
     .type = HC_KEY_CHOICE,
     .choices = "exact|tiresias",
     .help =
         "When a job sinks: at the instant at which it attains the threshold (exact, if absent), "
         "or when the simulator Tiresias looks"},
    {.path = "scheduler.gittins", .type = HC_KEY_MAP, .help = "Settings of policy gittins"},
    {.path = "scheduler.gittins.sample",
     .type = HC_KEY_LIST,
     .minimum = 1,
     .maximum = HC_GITTINS_MAX_SAMPLE,
     .is_required = true,
     .help = "Run times that jobs are taken to be like, rising"},
    {.path = "scheduler.gittins.sample[]",
     .type = HC_KEY_DURATION,
     .minimum = 1e-9,
     .maximum = 4.6e9,
     .help = "A run time"},
    {.path = "scheduler.gittins.quantum",
     .type = HC_KEY_DURATION,
     .minimum = 1e-9,
     .maximum = 4.6e9,
     .is_required = true,
     .help = "A job's index is looked at anew each time it has attained that much"},
};

const hc_key_table hc_rank_keys = {KEYS, sizeof KEYS / sizeof KEYS[0]};

/* A list of durations that must rise. @return how many, -1 with `error` set. */
static int64_t read_rising(const hc_value *list, hc_time *out, hc_error *error)
{
    size_t count = hc_value_count(list);
    for (size_t i = 0; i < count; i++) {
        out[i] = hc_value_duration(hc_value_at(list, i));
        if (i > 0 && out[i] < out[i - 1]) {
            return hc_value_error(hc_value_at(list, i), error,
                                  "must not be less than the one before");
        }
    }
    return (int64_t)count;
}

static int read_las(hc_las_options *las, const hc_value *map, hc_error *error)
{
    const hc_value *thresholds = hc_value_get(map, "thresholds");
    const hc_value *promotion = hc_value_get(map, "promotion");
    if (thresholds != NULL) {
        int64_t count = read_rising(thresholds, las->thresholds, error);
        if (count < 0) {
            return -1;
        }
        las->threshold_count = (uint32_t)count;
    }
    las->promotion = promotion == NULL ? 0 : hc_value_real(promotion);
    return 0;
}

static int read_gittins(hc_gittins_options *gittins, hc_time **sample, const hc_value *map,
                        hc_error *error)
{
    const hc_value *list = hc_value_get(map, "sample");
    int64_t count = 0;
    *sample = calloc(hc_value_count(list), sizeof **sample);
    if (*sample == NULL) {
        return hc_error_memory(error);
    }
    count = read_rising(list, *sample, error);
    *gittins = (hc_gittins_options){.sample = *sample,
                                    .sample_count = (uint32_t)count,
                                    .quantum = hc_value_duration(hc_value_get(map, "quantum"))};
    return count < 0 ? -1 : 0;
}

static int read_restart(hc_restart_costs *out, const hc_value *list, hc_error *error)
{
    *out = (hc_restart_costs){.count = (uint32_t)hc_value_count(list)};
    for (uint32_t i = 0; i < out->count; i++) {
        const hc_value *step = hc_value_at(list, i);
        const hc_value *gpus = hc_value_get(step, "gpus");
        out->steps[i].gpus_max = gpus == NULL ? UINT32_MAX : (uint64_t)hc_value_integer(gpus);
        out->steps[i].time = hc_value_duration(hc_value_get(step, "time"));
        if (i > 0 && out->steps[i].gpus_max <= out->steps[i - 1].gpus_max) {
            return hc_value_error(step, error, "must be for more GPUs than the one before");
        }
    }
    return 0;
}

/* Settings of one policy that stand under another one. */
static int check_maps(const hc_policy_options *options, const hc_value *scheduler, hc_error *error)
{
    static const struct {
        const char *key;
        hc_rank rank;
    } MAPS[] = {{"las", HC_RANK_ATTAINED},
                {"las_2d", HC_RANK_ATTAINED_SERVICE},
                {"gittins", HC_RANK_GITTINS}};
    int status = 0;
    for (size_t i = 0; i < sizeof MAPS / sizeof MAPS[0]; i++) {
        const hc_value *map = hc_value_get(scheduler, MAPS[i].key);
        if (map != NULL && options->rank != MAPS[i].rank) {
            status = hc_value_error(map, error, "are settings of policy %s, and the policy is %s",
                                    MAPS[i].key, hc_value_text(hc_value_get(scheduler, "policy")));
        }
    }
    return status;
}

static int check_preemption(const hc_policy_options *options, const hc_value *scheduler,
                            hc_error *error)
{
    const hc_value *preempt = hc_value_get(scheduler, "preempt");
    const hc_value *restart = hc_value_get(scheduler, "restart");
    bool preempts = options->preemption != HC_PREEMPTION_NONE;
    int status = 0;
    if (options->rank != HC_RANK_NONE && !preempts) {
        status = hc_value_error(preempt, error, "policy %s preempts: expected requeue or suspend",
                                hc_value_text(hc_value_get(scheduler, "policy")));
    }
    if (preempts && options->rank == HC_RANK_NONE && options->guest == HC_GUEST_NOBODY &&
        options->order != HC_QUEUE_BY_PRIORITY) {
        status = hc_value_error(preempt, error,
                                "nobody gives way in a queue without priorities: expected order "
                                "priority, or a policy that preempts");
    }
    if (preempts && options->backfill > HC_BACKFILL_FIRST_FIT) {
        status =
            hc_value_error(preempt, error,
                           "reservations count on running jobs to stay: expected backfill none "
                           "or first_fit");
    }
    if (restart != NULL && !preempts) {
        status = hc_value_error(restart, error, "nobody is preempted, so nobody comes up again");
    }
    return status;
}

/* A job that goes back to the first level could lose its GPUs there before it has worked: for ever. */
static int check_promotion(const hc_policy_options *options, const hc_restart_costs *restart,
                           const hc_value *las, hc_error *error)
{
    const hc_value *promotion = hc_value_get(las, "promotion");
    if (options->las.promotion == 0) {
        return 0;
    }
    if (options->preemption == HC_PREEMPTION_REQUEUE) {
        return hc_value_error(promotion, error,
                              "jobs that go back to the first level and lose their work there may "
                              "never end: expected preempt suspend");
    }
    for (uint32_t i = 0; i < restart->count; i++) {
        if (restart->steps[i].time >= options->las.thresholds[0]) {
            return hc_value_error(promotion, error,
                                  "jobs that come up again for longer than the first threshold may "
                                  "never end: expected a restart below it");
        }
    }
    return 0;
}

int hc_rank_read(hc_policy_options *options, hc_restart_costs *restart, hc_time **sample,
                 const hc_value *scheduler, hc_error *error)
{
    const hc_value *preempt = hc_value_get(scheduler, "preempt");
    const hc_value *las =
        hc_value_get(scheduler, options->rank == HC_RANK_ATTAINED_SERVICE ? "las_2d" : "las");
    const hc_value *gittins = hc_value_get(scheduler, "gittins");
    const hc_value *demotion = hc_value_get(scheduler, "las_2d.demotion");
    int status = 0;
    *sample = NULL;
    if (preempt != NULL) {
        options->preemption = (hc_preemption)hc_value_choice(preempt);
    }
    status = check_maps(options, scheduler, error);
    status = check_preemption(options, scheduler, error) < 0 ? -1 : status;
    if (status < 0 || read_las(&options->las, las, error) < 0 ||
        read_restart(restart, hc_value_get(scheduler, "restart"), error) < 0 ||
        check_promotion(options, restart, las, error) < 0) {
        return -1;
    }
    options->las.is_demotion_late = demotion != NULL && hc_value_choice(demotion) == 1;
    if (options->rank == HC_RANK_GITTINS && gittins == NULL) {
        return hc_value_error(hc_value_get(scheduler, "policy"), error,
                              "gittins needs a sample and a quantum (scheduler.gittins)");
    }
    if (options->preemption != HC_PREEMPTION_NONE && options->rank == HC_RANK_NONE &&
        options->guest == HC_GUEST_NOBODY) {
        options->rank = HC_RANK_PRIORITY;
    }
    return gittins == NULL ? 0 : read_gittins(&options->gittins, sample, gittins, error);
}
