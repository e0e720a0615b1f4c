#ifndef HC_SIM_POLICIES_TIMELINE_H
#define HC_SIM_POLICIES_TIMELINE_H

#include "sim/jobs/job_order.h"
#include "sim/jobs/lifecycle.h"

#include <stdbool.h>
#include <stdint.h>

/** What will be free when: the partition with its running jobs, which end as their limits say, and with the waiting
 *  jobs that a plan has entered. A running job that has outrun its limit counts as ending at the next tick; a job of
 *  no length holds its GPUs for one tick.
 *
 *  The slot of a job is the span from its planned start on, as long as its limit. */
typedef struct hc_timeline hc_timeline;

/** A waiting job of a plan. */
typedef struct hc_planned {
    uint32_t slot; /**< in the job table */
    uint32_t gpu_count;
    hc_time duration; /**< its limit, at least one tick */
    hc_time start;    /**< HC_TIME_NEVER: there is no slot for it */
    bool is_plain;    /**< nothing but the number of GPUs decides where it fits */
} hc_planned;

/** @return a timeline that the caller owns, or NULL with `error` set. To be called before any job runs. */
hc_timeline *hc_timeline_create(hc_lifecycle *lifecycle, hc_error *error);
void hc_timeline_destroy(hc_timeline *timeline);

struct hc_archive;

/** Saves what is known of the times to come, or loads it into a timeline that was just created. */
void hc_timeline_exchange(hc_timeline *timeline, struct hc_archive *archive);

/** Likewise a list of jobs of a plan. */
void hc_timeline_exchange_jobs(const hc_timeline *timeline, struct hc_archive *archive,
                               hc_planned **jobs, size_t *count, size_t *capacity);

/** Makes room for one more job in a list. @return 0, or -1 when memory is short; nothing has changed then. */
int hc_planned_make_room(hc_planned **jobs, size_t count, size_t *capacity);

/** A waiting job, without a start. */
hc_planned hc_timeline_job(const hc_timeline *timeline, uint32_t slot);

/** A running job is about to give its GPUs back. */
void hc_timeline_ending(hc_timeline *timeline, uint32_t slot);

/** A job has begun to run that this timeline did not start; nodes are about to go out of service or to come back. */
void hc_timeline_forget(hc_timeline *timeline);

/** Whether all that has been foreseen since the restart came so: jobs ended as their limits said, and who was planned
 *  started. Otherwise, or before the first restart, it is to be restarted. */
bool hc_timeline_stands(const hc_timeline *timeline);

/** Whether jobs have planned places, or only numbers of GPUs. */
bool hc_timeline_holds_places(const hc_timeline *timeline);

/** Forgets all plans; the running jobs remain. O(running jobs), a copy of their steps. @return 0, or -1 when memory is short. */
int hc_timeline_restart(hc_timeline *timeline);

/** The time has come to now: what was before is forgotten. To be called at the begin of a pass that does not
 *  restart. */
void hc_timeline_advance(hc_timeline *timeline);

/** The earliest slot of a job that begins at or after `from`, and not before now. */
hc_time hc_timeline_find(hc_timeline *timeline, const hc_planned *job, hc_time from);

/** Enters a job at the slot that was found for it last, or takes it out. @return 0, or -1 when memory is short. */
int hc_timeline_enter(hc_timeline *timeline, const hc_planned *job);
int hc_timeline_take_out(hc_timeline *timeline, const hc_planned *job);

/** Moves a job that is entered to its earliest slot. @param job  [in, out] @return 0, or -1 when memory is short. */
int hc_timeline_move_forward(hc_timeline *timeline, hc_planned *job);

/** Whether the slot of a job, which is not entered, does not begin before now and is free still. */
bool hc_timeline_is_free(const hc_timeline *timeline, const hc_planned *job);

/** Starts a job that is entered at now. @return 0 or -1. */
int hc_timeline_start(hc_timeline *timeline, const hc_planned *job);

/** Whether a slot of this job, which is not entered, could begin now. */
bool hc_timeline_has_room(const hc_timeline *timeline, const hc_planned *job);

/** The first job in `order`, behind the place of `after` (NULL: from the beginning), whose slot could begin now;
 *  HC_NO_SLOT when there is none. None of the jobs behind `after` may be entered. */
uint32_t hc_timeline_next(const hc_timeline *timeline, const hc_job_order *order,
                          const hc_order_entry *after);

/** Verifies the invariants. For tests. */
bool hc_timeline_check(const hc_timeline *timeline);

#endif
