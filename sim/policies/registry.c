#include "sim/policies/registry.h"

#include "sim/placement/placements.h"
#include "sim/policies/policies.h"

#include <assert.h>
#include <string.h>

#define QUEUE(ORDER, TAIL, BACKFILL)                                                             \
    {                                                                                            \
        .order = HC_QUEUE_BY_##ORDER, .tail = HC_QUEUE_BY_##TAIL,                                \
        .backfill = HC_BACKFILL_##BACKFILL, .reservation_count = 1, .depth = HC_DEPTH_UNLIMITED, \
    }

#define RANKED(RANK)                                                 \
    {                                                                \
        .rank = HC_RANK_##RANK, .preemption = HC_PREEMPTION_SUSPEND, \
        .backfill = HC_BACKFILL_FIRST_FIT                            \
    }

#define LAS(RANK)                                                    \
    {                                                                \
        .rank = HC_RANK_##RANK, .preemption = HC_PREEMPTION_SUSPEND, \
        .backfill = HC_BACKFILL_FIRST_FIT, .las = {                  \
            .thresholds = {3250 * HC_SECOND, 7200 * HC_SECOND},      \
            .threshold_count = 2                                     \
        }                                                            \
    }

static const hc_named_policy POLICIES[] = {
    {"fcfs", "first come, first served: nobody passes the first job of the queue",
     QUEUE(SUBMISSION, SUBMISSION, NONE)},
    {"first_fit", "every job that fits starts, in order of submission; large jobs can starve",
     QUEUE(SUBMISSION, SUBMISSION, FIRST_FIT)},
    {"sjf", "shortest time limit first; nobody passes the shortest", QUEUE(LIMIT, LIMIT, NONE)},
    {"easy", "EASY backfilling: jobs may pass the head if that does not delay it",
     QUEUE(SUBMISSION, SUBMISSION, EASY)},
    {"easy_sjbf", "EASY backfilling, the shortest of the jobs behind the head first",
     QUEUE(SUBMISSION, LIMIT, EASY)},
    {"conservative", "conservative backfilling: jobs may pass others if that delays none of them",
     QUEUE(SUBMISSION, SUBMISSION, CONSERVATIVE)},
    {"conservative_compress",
     "the same with a guaranteed start from the submission on; early ends bring it forward",
     QUEUE(SUBMISSION, SUBMISSION, CONSERVATIVE_COMPRESS)},
    {"priority", "highest priority first; lower priorities give way if the scenario says how",
     QUEUE(PRIORITY, PRIORITY, NONE)},
    {"smallest_first", "fewest GPUs first, preempts", RANKED(SIZE)},
    {"srtf", "shortest remaining run time first, preempts; knows run times", RANKED(REMAINING)},
    {"srsf", "shortest remaining run time x GPUs first, preempts; knows run times",
     RANKED(REMAINING_SERVICE)},
    {"las", "least time on GPUs so far first, in levels, preempts", LAS(ATTAINED)},
    {"las_2d", "least GPU time so far first, in levels, preempts", LAS(ATTAINED_SERVICE)},
    {"recorded",
     "when jobs were recorded to start, and where if that is known",
     {.is_recorded = true}},
    {"gittins", "highest Gittins index of a sample of run times first, preempts", RANKED(GITTINS)},
    {"external",
     "what a scheduler in another process decides (docs/external-scheduler.md)",
     {.guest = HC_GUEST_EXTERNAL, .preemption = HC_PREEMPTION_SUSPEND}},
    {"plugin",
     "what a shared object decides (docs/external-scheduler.md)",
     {.guest = HC_GUEST_PLUGIN, .preemption = HC_PREEMPTION_SUSPEND}},
};

static const hc_placement *const PLACEMENTS[] = {
    &hc_placement_packed,
    &hc_placement_spread,
    &hc_placement_first,
};

static const hc_policy *const BY_BACKFILL[HC_BACKFILL_COUNT] = {
    [HC_BACKFILL_NONE] = &hc_in_order_policy,
    [HC_BACKFILL_FIRST_FIT] = &hc_first_fit_policy,
    [HC_BACKFILL_EASY] = &hc_easy_policy,
    [HC_BACKFILL_CONSERVATIVE] = &hc_planned_policy,
    [HC_BACKFILL_CONSERVATIVE_COMPRESS] = &hc_conservative_compress_policy,
};

const hc_named_policy *hc_policy_at(size_t index)
{
    return index < sizeof POLICIES / sizeof POLICIES[0] ? &POLICIES[index] : NULL;
}

const hc_placement *hc_placement_at(size_t index)
{
    return index < sizeof PLACEMENTS / sizeof PLACEMENTS[0] ? PLACEMENTS[index] : NULL;
}

const hc_named_policy *hc_policy_find(const char *name)
{
    for (size_t i = 0; hc_policy_at(i) != NULL; i++) {
        if (strcmp(hc_policy_at(i)->name, name) == 0) {
            return hc_policy_at(i);
        }
    }
    return NULL;
}

const hc_placement *hc_placement_find(const char *name)
{
    for (size_t i = 0; hc_placement_at(i) != NULL; i++) {
        if (strcmp(hc_placement_at(i)->name, name) == 0) {
            return hc_placement_at(i);
        }
    }
    return NULL;
}

const hc_policy *hc_policy_of(const hc_policy_options *options)
{
    const hc_policy *policy = options->guest != HC_GUEST_NOBODY ? &hc_guest_policy
                              : options->is_recorded            ? &hc_recorded_policy
                              : options->rank == HC_RANK_NONE   ? BY_BACKFILL[options->backfill]
                                                                : &hc_ranked_policy;
    if (policy == &hc_easy_policy && options->reservation_count > 1) {
        policy = &hc_planned_policy;
    }
    assert(policy != NULL);
    return policy;
}
