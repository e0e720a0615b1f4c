#ifndef HC_SIM_JOBS_LIFECYCLE_H
#define HC_SIM_JOBS_LIFECYCLE_H

#include "sim/cluster/machine.h"
#include "sim/cluster/occupancy.h"
#include "sim/engine/digest.h"
#include "sim/engine/engine.h"
#include "sim/error.h"
#include "sim/interfaces/placement.h"
#include "sim/interfaces/policy.h"
#include "sim/interfaces/sink.h"
#include "sim/interfaces/workload.h"
#include "sim/jobs/estimates.h"
#include "sim/jobs/job.h"
#include "sim/jobs/job_order.h"
#include "sim/jobs/ledger.h"
#include "sim/jobs/slot_list.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The jobs of one partition, from their submission to their record.
 *
 *  A job enters when it is near, is named by its slot while it is here, and leaves once its record is written.
 *  Policies ask for starts; everything that follows from a start (GPUs, the event of its end, records,
 *  digest, ledger) is done here, in one place.
 *  Functions that can fail return -1 and leave the message in the error given to hc_lifecycle_enter. */
typedef struct hc_lifecycle hc_lifecycle;

/** Classes of events (sim/engine/event.h), in the order in which they happen at one instant. */
typedef enum hc_precedence {
    HC_CLASS_SUBMIT_FIRST = 0, /**< submissions with `pass: event` */
    HC_CLASS_END,
    HC_CLASS_REPAIR,
    HC_CLASS_FAILURE,
    HC_CLASS_RESIZE,
    HC_CLASS_SUBMIT,
    HC_CLASS_TIMER,
    HC_CLASS_PASS,
    HC_CLASS_SAMPLE,
    HC_CLASS_REPORT, /**< what sites of a federation tell each other */
} hc_precedence;

/** Kinds of events that a partition receives; `data` is the job's slot for the first two. */
typedef enum hc_event_kind {
    HC_KIND_SUBMIT = 0,
    HC_KIND_END,
    HC_KIND_PASS,
    HC_KIND_SAMPLE,
    HC_KIND_TIMER,
    HC_KIND_CAPACITY,
    HC_KIND_ARRIVAL,    /**< a job comes from another site; the message is the job */
    HC_KIND_REPORT,     /**< another site has reported; the message is the report */
    HC_KIND_REPORT_DUE, /**< this site reports now */
} hc_event_kind;

/** A job while it is here. Read only for everybody else. */
typedef struct hc_job {
    hc_job_spec spec;
    hc_job_id id;
    char *own_name; /**< that spec.name points to; NULL: the source keeps it */
    uint32_t turn;  /**< the later it was submitted here, the greater; decides ties */
    hc_job_state state;
    hc_allocation allocation;
    hc_time waiting_since; /**< HC_TIME_MISSING: is still to be submitted */
    hc_time wait;          /**< of earlier attempts */
    hc_time start;
    hc_time held_since; /**< start, or the begin of the simulation when that is later */
    hc_time first_start;
    hc_time end;           /**< of the running attempt: when it will end */
    hc_time estimated_end; /**< when its time limit ends: what a policy may know */
    /** Run time, or the limit at which it is killed, or, of a job that names a workload, always its run time: work is counted in
     *  the time that it takes where the source assumed, `pace` says how long it takes here. */
    hc_time work;
    hc_time work_done; /**< kept from earlier attempts */
    hc_pace
        pace; /**< of this attempt, or the last one; before the first: where it would be packed */
    hc_time
        time_worked; /**< in earlier attempts whose work was kept; as work_done unless it names a workload */
    hc_time time_allowed; /**< it is killed after it, if it names a workload; else HC_TIME_NEVER */
    hc_time attained;     /**< time on GPUs in earlier attempts */
    hc_time restart;      /**< of the running attempt: time to come up again before it works */
    hc_time lost;         /**< of the last attempt: time of work that has to be done again */
    hc_int128 held_milli_ns;
    hc_event_handle end_event;
    uint32_t attempt_count;
    uint32_t preemption_count;
    hc_wait_reason reason; /**< why it was refused last */
    bool is_in_use;
} hc_job;

enum { HC_RESTART_MAX_STEPS = 16 };

/** Time that a preempted job needs to come up again, by its size; the first step that is large enough counts. */
typedef struct hc_restart_costs {
    uint32_t count;
    struct {
        uint64_t gpus_max;
        hc_time time;
    } steps[HC_RESTART_MAX_STEPS];
} hc_restart_costs;

/** Whoever wants to know that a job has left: it has ended, or was rejected. */
typedef struct hc_departure {
    void *self;
    /** @return 0, or -1 with `error` set. NULL: nobody. The lifecycle may be asked to admit jobs. */
    int (*left)(void *self, hc_job_id job, hc_time time, hc_error *error);
} hc_departure;

typedef struct hc_lifecycle_options {
    const hc_machine *machine; /**< borrowed */
    hc_partition_id partition;
    const hc_placement *placement;
    const hc_workload *workload; /**< borrowed; NULL: no job names one */
    hc_occupancy_options occupancy;
    const hc_sink *sink; /**< borrowed; NULL: records go nowhere */
    hc_time begin;       /**< no event is earlier */
    hc_time
        measure_from; /**< jobs submitted from then on count in the metrics, and so does capacity */
    bool is_pass_per_event;
    /** Jobs come from several sources: their ids do not follow the order of their submissions here. */
    bool has_turns_of_its_own;
    hc_restart_costs restart;
    hc_estimate_options estimates;
    hc_departure departure;
} hc_lifecycle_options;

int hc_lifecycle_create(hc_lifecycle **out, const hc_lifecycle_options *options, hc_error *error);
void hc_lifecycle_destroy(hc_lifecycle *lifecycle);

/** To be called at the begin of each event: the time, and where to post and to complain. */
void hc_lifecycle_enter(hc_lifecycle *lifecycle, hc_engine *engine, hc_process_id process,
                        hc_time now, hc_error *error);

/** Whether this is the first instant, at which jobs may join that run already. */
bool hc_lifecycle_is_beginning(const hc_lifecycle *lifecycle);

/** What jobs may ask for. Borrowed. */
const hc_occupancy_options *hc_lifecycle_announced(const hc_lifecycle *lifecycle);

/** What it was created with. Borrowed. */
const hc_lifecycle_options *hc_lifecycle_setup(const hc_lifecycle *lifecycle);

/** Where failures of the event being handled are explained. */
hc_error *hc_lifecycle_error(const hc_lifecycle *lifecycle);

/** A job cannot start when and where its plan says: the state that was resumed contradicts itself. @return -1. */
int hc_lifecycle_fail_plan(hc_lifecycle *lifecycle, uint32_t slot);

/** For a pass that has failed: memory is short unless an error says something else. @return -1. */
int hc_lifecycle_fail(hc_lifecycle *lifecycle);

hc_time hc_lifecycle_now(const hc_lifecycle *lifecycle);
const hc_job *hc_lifecycle_job(const hc_lifecycle *lifecycle, uint32_t slot);

/** Takes in a job that will be submitted. @param slot  [out] @return 0 or -1 (memory). */
int hc_lifecycle_admit(hc_lifecycle *lifecycle, const hc_job_spec *spec, hc_job_id id,
                       uint32_t *slot, hc_error *error);

/** Copies the name of an admitted job, which its source will not keep, for as long as the job is here.
 *  @return 0, or -1 with `error` set. */
int hc_lifecycle_keep_name(hc_lifecycle *lifecycle, uint32_t slot, hc_error *error);

/** Lets an admitted job go that is submitted elsewhere instead: to that partition. @return 0 or -1. */
int hc_lifecycle_dispatch(hc_lifecycle *lifecycle, uint32_t slot, hc_partition_id to);

/** What became of a submission. */
typedef enum hc_submission {
    HC_SUBMISSION_QUEUED = 0,
    HC_SUBMISSION_REJECTED, /**< it can never fit; its record is written, its slot is free */
    HC_SUBMISSION_RUNNING,  /**< warm start: it runs already */
    HC_SUBMISSION_FAILED,
} hc_submission;
hc_submission hc_lifecycle_submit(hc_lifecycle *lifecycle, uint32_t slot);

/** Whether the waiting job would fit now. */
bool hc_lifecycle_fits(hc_lifecycle *lifecycle, uint32_t slot);

/** Places a waiting job that fits, without starting it; to be followed by launch or by unplace.
 *  @return 1 placed, 0 does not fit, -1 failed. */
int hc_lifecycle_place(hc_lifecycle *lifecycle, uint32_t slot);
void hc_lifecycle_unplace(hc_lifecycle *lifecycle, uint32_t slot);

/** Starts a placed job. @return 0 or -1. */
int hc_lifecycle_launch(hc_lifecycle *lifecycle, uint32_t slot);

/** Place and launch. @return 1 started, 0 does not fit, -1 failed. */
int hc_lifecycle_start(hc_lifecycle *lifecycle, uint32_t slot);

/** Ends a running job: its GPUs are free, its record is written, its slot is free. @return 0 or -1. */
int hc_lifecycle_end(hc_lifecycle *lifecycle, uint32_t slot);

/** Takes its GPUs from a running job, which then waits: with all its work to do again (requeue), or with what is
 *  left of it (suspend). The caller puts it back into a queue. @return 0 or -1. */
int hc_lifecycle_preempt(hc_lifecycle *lifecycle, uint32_t slot, hc_preemption how);

/** A waiting job asks for another number of whole GPUs from now on, and for CPU and memory in proportion. The work that is
 *  left scales perfectly: its GPU time, and that of the limit, stay as they are, times are rounded up. A job that names a workload
 *  scales as that says; its limit with the time that it would take where packed.
 *  @param gpu_count  > 0, of a job of whole GPUs
 *  @param why  takes the reason of HC_REJECTION_PLAN; may be NULL
 *  @return HC_REJECTION_NONE, or why it could never run so: nothing has changed then. */
hc_rejection hc_lifecycle_resize(hc_lifecycle *lifecycle, uint32_t slot, uint32_t gpu_count,
                                 hc_error *why);

/** Time that the job still needs, coming up again included. Knows run times: for clairvoyant policies only. */
hc_time hc_lifecycle_remaining(const hc_lifecycle *lifecycle, uint32_t slot);

/** Time that the job has had its GPUs, over all attempts. */
hc_time hc_lifecycle_attained(const hc_lifecycle *lifecycle, uint32_t slot);

/** From now on the first `node_count` nodes of the partition are in service. What runs on the others goes on; nobody
 *  else is placed there. No view may be blocked on them. @return 0 or -1.
 *  Cost: O(log nodes + GPUs) for each node that goes or comes. */
int hc_lifecycle_set_service(hc_lifecycle *lifecycle, uint32_t node_count);

/** Whether some nodes are not in service: jobs may have to wait for them for ever. */
bool hc_lifecycle_is_reduced(const hc_lifecycle *lifecycle);

/** Nodes in service: the first ones. */
uint32_t hc_lifecycle_nodes_in_service(const hc_lifecycle *lifecycle);

/** GPUs that a running job will give back to others: those on nodes in service. O(nodes of the job). */
uint32_t hc_lifecycle_gpus_in_service(const hc_lifecycle *lifecycle, uint32_t slot);

/** Asks for a pass at a later instant, instead of what was asked for before; HC_TIME_NEVER: for none. */
void hc_lifecycle_set_timer(hc_lifecycle *lifecycle, hc_time time);

/** To be called when the timer's event has come. */
void hc_lifecycle_timer_rang(hc_lifecycle *lifecycle);

/** Whether a pass was asked for. */
bool hc_lifecycle_has_timer(const hc_lifecycle *lifecycle);

/** What would fit if some running jobs were gone. keep_imagined is called before any job runs.
 *  Gone jobs must be back before anything else happens to the partition. */
int hc_lifecycle_keep_imagined(hc_lifecycle *lifecycle, hc_error *error);
void hc_lifecycle_imagine_gone(hc_lifecycle *lifecycle, uint32_t slot);
void hc_lifecycle_imagine_back(hc_lifecycle *lifecycle, uint32_t slot);
bool hc_lifecycle_would_fit(hc_lifecycle *lifecycle, uint32_t slot);

/** Notes why a waiting job was passed over; a change of reason is recorded.
 *  @param queue    the order whose rank is the job's position
 *  @param blocker  slot of the job that is in its way, HC_NO_SLOT for none
 *  @return 0 or -1. */
int hc_lifecycle_refuse(hc_lifecycle *lifecycle, const hc_job_order *queue, uint32_t slot,
                        hc_wait_reason reason, uint32_t blocker);

/** Why a job that does not fit does not. */
hc_wait_reason hc_lifecycle_obstacle(hc_lifecycle *lifecycle, uint32_t slot);

/** Keeps two more views of the partition, from a moment on at which no job runs:
 *  - the forecast: as it would be at a later instant T, if running jobs end as their limits say, one that has
 *    outrun its limit at the next tick;
 *  - beside: as it is now, for a policy to block parts of it.
 *  @return 0, or -1 with `error` set. */
int hc_lifecycle_keep_forecast(hc_lifecycle *lifecycle, hc_error *error);
hc_occupancy *hc_lifecycle_forecast(const hc_lifecycle *lifecycle);
hc_occupancy *hc_lifecycle_beside(const hc_lifecycle *lifecycle);

/** Moves T to the earliest instant at which a waiting job fits that does not fit now.
 *  @return T, HC_TIME_NEVER when it does not fit even after all have ended.
 *  Cost: O(jobs that end between the old T and the new one). */
hc_time hc_lifecycle_forecast_start(hc_lifecycle *lifecycle, uint32_t slot);

/** A view of the partition (a forecast that holds nothing, with the nodes that are in service) that the caller owns.
 *  @return 0, or -1 with `error` set. */
int hc_lifecycle_create_view(const hc_lifecycle *lifecycle, hc_occupancy **out, hc_error *error);

/** As hc_lifecycle_place, where a plan says; it need not fit, nor be of kinds that will do, but no node may have
 *  two parts. O(nodes of the plan). */
int hc_lifecycle_place_on(hc_lifecycle *lifecycle, uint32_t slot, const hc_plan *plan);

/** The nodes of the partition by name; owned by the caller, NULL when memory is short. */
struct hc_node_names *hc_lifecycle_node_names(const hc_lifecycle *lifecycle);

/** As hc_lifecycle_place, on what is free beside the blocks. */
int hc_lifecycle_place_beside(hc_lifecycle *lifecycle, uint32_t slot);

/** Records a scheduling pass; writes a sample of the state. @return 0 or -1. */
int hc_lifecycle_note_pass(hc_lifecycle *lifecycle);
int hc_lifecycle_sample(hc_lifecycle *lifecycle);

/** Whether jobs of no length run, which end in a later round of this instant. */
bool hc_lifecycle_has_jobs_due(const hc_lifecycle *lifecycle);

/** Writes the records of all jobs that are still here and the ledger. @return 0 or -1. */
int hc_lifecycle_finish(hc_lifecycle *lifecycle, hc_time now, hc_error *error);

/** Running jobs by estimated end; sizes are their GPUs. Borrowed. */
const hc_job_order *hc_lifecycle_running(const hc_lifecycle *lifecycle);
hc_occupancy *hc_lifecycle_occupancy(hc_lifecycle *lifecycle);
const hc_placement *hc_lifecycle_placement(const hc_lifecycle *lifecycle);
const hc_ledger *hc_lifecycle_ledger(const hc_lifecycle *lifecycle);
hc_digest hc_lifecycle_digest(const hc_lifecycle *lifecycle);

/** The place of a waiting job in an order with this key. */
hc_order_entry hc_lifecycle_entry(const hc_lifecycle *lifecycle, uint32_t slot, int64_t key);

/** What is asked of the partition now. */
typedef struct hc_demand {
    uint64_t busy_milli;    /**< held by running jobs */
    uint64_t waiting_milli; /**< asked for by waiting ones */
    /** GPU time that the waiting jobs need by their limits, thousandths of a GPU x ns. */
    hc_int128 waiting_work;
} hc_demand;
hc_demand hc_lifecycle_demand(const hc_lifecycle *lifecycle);

/** Jobs by state. */
typedef struct hc_job_counts {
    uint64_t submitted;
    uint64_t waiting;
    uint64_t running;
    uint64_t completed;
    uint64_t rejected;
    uint64_t
        warm_unplaced; /**< ran at the begin where recorded, but did not fit here: queued instead */
} hc_job_counts;
hc_job_counts hc_lifecycle_counts(const hc_lifecycle *lifecycle);

struct hc_archive;
struct hc_job_source;

/** Saves all jobs and books between two events, or loads them into a lifecycle that was just created and whose policy
 *  has asked for its views; then each pending event of the partition is linked, and none may be missing.
 *  @param source  that the jobs came from, or another one of the same input */
void hc_lifecycle_exchange(hc_lifecycle *lifecycle, struct hc_archive *archive,
                           const struct hc_job_source *source);
void hc_lifecycle_relink(hc_lifecycle *lifecycle, struct hc_archive *archive, const hc_event *event,
                         hc_event_handle handle);
void hc_lifecycle_require_links(hc_lifecycle *lifecycle, struct hc_archive *archive);

/** For policies: an order, empty when loading, or a list of jobs that are here. */
void hc_lifecycle_exchange_order(const hc_lifecycle *lifecycle, struct hc_archive *archive,
                                 hc_job_order *order);
void hc_lifecycle_exchange_slots(const hc_lifecycle *lifecycle, struct hc_archive *archive,
                                 hc_slot_list *list);

/** After loading: whether all jobs of an order wait (HC_JOB_PENDING), or run. */
void hc_lifecycle_require_state(const hc_lifecycle *lifecycle, struct hc_archive *archive,
                                const hc_job_order *order, hc_job_state state);

/** Whether the slot has a job. Slots are below the number of slots. */
bool hc_lifecycle_has_job(const hc_lifecycle *lifecycle, uint32_t slot);
uint32_t hc_lifecycle_slot_count(const hc_lifecycle *lifecycle);

/** Verifies every invariant of jobs, occupancy and ledger, O(jobs + GPUs). For tests. */
bool hc_lifecycle_check(const hc_lifecycle *lifecycle);

#endif
