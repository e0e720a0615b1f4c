#ifndef HC_SIM_POLICIES_AGENDA_H
#define HC_SIM_POLICIES_AGENDA_H

#include "sim/policies/queue.h"
#include "sim/policies/plan/start_bounds.h"
#include "sim/policies/plan/timeline.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Waiting jobs with planned starts: the first ones of the queue, each at its earliest slot beside the running jobs
 *  and all jobs before it. Who is planned for now starts, and does not count any more.
 *
 *  A plan is what one made anew would be. It is therefore kept while everything comes as foreseen: a submission
 *  only adds to it, and a job that ends just when its limit says changes nothing. Where it may have changed from some
 *  job on, it is kept up to there. And it ends where no job
 *  behind it could start now. */
typedef struct hc_agenda {
    hc_lifecycle *lifecycle;
    hc_queue queue;
    hc_job_order
        *tail; /**< the waiting jobs in the order of backfilling: the queue's own, or another */
    hc_queue_order tail_by;
    hc_timeline *timeline;
    hc_start_bounds *bounds;
    uint32_t limit;   /**< jobs that may be planned */
    hc_planned *jobs; /**< the first jobs of the queue, in its order; borrowed for reading */
    size_t planned_count;
    size_t known_count; /**< of `jobs`; those behind planned_count have no start yet */
    size_t capacity;
    size_t
        right_count; /**< planned jobs before which a plan made anew would have no other; SIZE_MAX: all */
    hc_time next_start; /**< not after that of any planned job */
} hc_agenda;

/** @param tail_by  the queue's order where there is no backfilling beside the plan
 *  @return 0, or -1 with `error` set; close with hc_agenda_close in both cases. */
int hc_agenda_open(hc_agenda *agenda, hc_lifecycle *lifecycle, hc_queue_order by,
                   hc_queue_order tail_by, uint32_t limit, hc_error *error);
void hc_agenda_close(hc_agenda *agenda);

/** A job has joined the queue. @return 0, or -1 when memory is short. */
int hc_agenda_add(hc_agenda *agenda, uint32_t slot);

/** Starts who is planned for now. Cost: O(log waiting jobs) when all came as foreseen and nobody can start, else that
 *  of a plan. @return 0 or -1. */
int hc_agenda_update(hc_agenda *agenda);

/** Starts jobs that are not planned and delay nobody who is: the first `depth` of them, in the order of the tail, are
 *  looked at. To be called behind an update. @return 0 or -1. */
int hc_agenda_backfill(hc_agenda *agenda, uint32_t depth);

/** Says of the fresh jobs that still wait why they do; then none is fresh. @return 0 or -1. */
int hc_agenda_explain(hc_agenda *agenda);

struct hc_archive;

/** Saves the agenda between two passes, or loads it into an empty one: not as a plan made anew would be, which may be
 *  shorter, but as it is. */
void hc_agenda_exchange(hc_agenda *agenda, struct hc_archive *archive);

/** Verifies that the plan is in order of the queue, and that it is what one made anew would be. For tests. */
bool hc_agenda_check(const hc_agenda *agenda);

#endif
