#ifndef HC_SIM_JOBS_LIFECYCLE_STATE_H
#define HC_SIM_JOBS_LIFECYCLE_STATE_H

/* The inside of a lifecycle, for lifecycle.c (who is here), lifecycle_attempt.c (who runs), lifecycle_resize.c (what it asks for),
 * lifecycle_pace.c (how fast it works), lifecycle_records.c (what is written down), lifecycle_forecast.c (what will be), lifecycle_service.c (which nodes may be used), lifecycle_exchange.c
 * (how it is saved) and lifecycle_check.c (what must hold). Nobody else includes this. */

#include "sim/cluster/rank_places.h"
#include "sim/jobs/admission.h"
#include "sim/jobs/lifecycle.h"
#include "sim/jobs/pace.h"

#include <assert.h>

struct hc_lifecycle {
    hc_lifecycle_options options;
    hc_occupancy *occupancy;
    hc_admission *admission;
    uint64_t first_node;
    uint32_t service_count; /* nodes in service, the first ones */

    hc_job *jobs; /* by slot */
    uint32_t capacity;
    uint32_t *free_slots; /* stack */
    uint32_t free_slot_count;

    hc_job_order *running;
    hc_occupancy *beside;   /* holds what all jobs hold; NULL: not kept */
    uint64_t gone_milli;    /* held by jobs that are imagined to be gone */
    hc_occupancy *forecast; /* holds what the jobs hold that end after forecast_time */
    hc_time forecast_time;
    uint64_t waiting_milli;
    hc_int128 waiting_work; /* thousandths x ns */
    hc_job_counts counts;
    uint64_t start_count;
    uint32_t due_count; /* running jobs of no length */
    hc_ledger ledger;
    hc_estimates estimates;
    hc_rank_places places; /* of the job that starts */
    hc_time timer_time;    /**< HC_TIME_NEVER: none is set */
    hc_event_handle timer_event;
    hc_digest digest;

    hc_engine *engine; /* of the event being handled */
    hc_process_id process;
    hc_time now;
    hc_error *error;
};

static inline hc_job *hc_lifecycle_job_at(hc_lifecycle *l, uint32_t slot)
{
    assert(slot < l->capacity && l->jobs[slot].is_in_use);
    return &l->jobs[slot];
}

/* Whether the job's source has announced what it asks for. */
bool hc_lifecycle_is_announced(const hc_lifecycle *l, const hc_request *request);

/* Takes nodes out of service in all views, or brings them back: the first `after` are, the first `before` were. */
void hc_lifecycle_restrict_views(hc_lifecycle *l, uint32_t before, uint32_t after);

void hc_lifecycle_free_slot(hc_lifecycle *l, uint32_t slot);

/* Frees the slot of a job that has ended or was rejected, and tells who wants to know. @return 0 or -1. */
int hc_lifecycle_depart(hc_lifecycle *l, uint32_t slot);

/* Whether the job names none of the workloads, or one that there is, with whole GPUs. */
bool hc_lifecycle_is_workable(const hc_lifecycle *l, const hc_job_spec *spec);

/* The pace of a job where its GPUs are packed. @param why  may be NULL  @return whether it can be done on so many. */
bool hc_lifecycle_expect_pace(const hc_lifecycle *l, const hc_job_spec *spec, hc_pace *out,
                              hc_error *why);

/* Gives a placed job the pace of its placement. @return 0 or -1. */
int hc_lifecycle_find_pace(hc_lifecycle *l, hc_job *job);

/* Settles when a job that names a workload is killed, once its estimate was made. */
void hc_lifecycle_allow_time(const hc_lifecycle *l, hc_job *job);

/* How long the attempt works that begins now; the work done after some time of it, all attempts together. */
hc_time hc_lifecycle_time_left(const hc_job *job);
hc_time hc_lifecycle_done_after(const hc_job *job, hc_time time);

/* Keeps the work of an attempt that has `worked` so long and gave way. */
void hc_lifecycle_keep_work(const hc_lifecycle *l, hc_job *job, hc_time worked);

/* Books a job that joins the waiting ones, or leaves them. */
void hc_lifecycle_start_waiting(hc_lifecycle *l, const hc_job *job);
void hc_lifecycle_stop_waiting(hc_lifecycle *l, const hc_job *job);

/* Books the GPU time of the running attempt up to now. */
void hc_lifecycle_count_held(hc_lifecycle *l, hc_job *job);

/* Tells the views that a job has started, or is about to give its GPUs back. */
void hc_lifecycle_forecast_launch(hc_lifecycle *l, const hc_job *job);
void hc_lifecycle_forecast_end(hc_lifecycle *l, const hc_job *job);

/* Chains a transition into the digest and hands it to the sink. @return 0 or -1. */
int hc_lifecycle_note(hc_lifecycle *l, hc_event_type type, const hc_job *job, uint64_t value);

/* Records where a job was placed. */
int hc_lifecycle_note_placement(hc_lifecycle *l, const hc_job *job);

/* Records an attempt that has ended, or is left over. */
int hc_lifecycle_note_attempt(hc_lifecycle *l, const hc_job *job, hc_attempt_end how);

/* Writes the record of a job that leaves. */
int hc_lifecycle_note_job(hc_lifecycle *l, const hc_job *job, hc_rejection rejection);

int hc_lifecycle_note_decision(hc_lifecycle *l, const hc_decision_record *record);

#endif
