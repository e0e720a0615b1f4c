#ifndef HC_SIM_INTERFACES_SINK_H
#define HC_SIM_INTERFACES_SINK_H

#include "sim/engine/order_key.h"
#include "sim/error.h"
#include "sim/int128.h"
#include "sim/jobs/job.h"

#include <stdint.h>

/** Where the records of a run go: the run file, a stream, nowhere. Records of one partition come in the order
 *  in which they happened. The structs are borrowed for the call. */

/** What has become of a job. */
typedef enum hc_job_state {
    HC_JOB_PENDING = 0, /**< waits, or is not yet submitted */
    HC_JOB_RUNNING,
    HC_JOB_COMPLETED,
    HC_JOB_REJECTED,
    HC_JOB_TIMEOUT, /**< killed at its time limit */
    HC_JOB_STATE_COUNT,
} hc_job_state;

/** Why a job can never run on its partition. */
typedef enum hc_rejection {
    HC_REJECTION_NONE = 0,
    HC_REJECTION_PARTITION, /**< no partition of that name */
    HC_REJECTION_KIND,      /**< no node has a GPU of the kinds it asks for */
    HC_REJECTION_SIZE,      /**< more GPUs than there are of these kinds */
    HC_REJECTION_NODE,      /**< must stay on one node, and no node is that large */
    HC_REJECTION_HOST,      /**< more CPU or memory than the nodes have */
    HC_REJECTION_PLAN,      /**< what it does cannot be done on so many GPUs */
    HC_REJECTION_COUNT,
} hc_rejection;

/** Why a job could not start when it was looked at. */
typedef enum hc_wait_reason {
    HC_WAIT_NONE = 0,
    HC_WAIT_ORDER,       /**< the policy lets no job pass the blocker */
    HC_WAIT_GPUS,        /**< fewer free GPUs of its kinds than it needs */
    HC_WAIT_FRAGMENTED,  /**< enough are free, but not together as its placement needs them */
    HC_WAIT_HOST,        /**< GPUs are free, CPU or memory beside them is not */
    HC_WAIT_RESERVATION, /**< it fits, but would delay the blocker's reservation */
    HC_WAIT_PREEMPTED,   /**< it ran, and the blocker took its GPUs */
    HC_WAIT_PLACE,       /**< policy recorded: the nodes it ran on are taken, or not here */
    HC_WAIT_HELD,        /**< a policy from outside keeps it waiting */
    HC_WAIT_REASON_COUNT,
} hc_wait_reason;

typedef enum hc_event_type {
    HC_EVENT_SUBMIT = 0,
    HC_EVENT_START,
    HC_EVENT_END,
    HC_EVENT_REJECT,
    HC_EVENT_PASS,     /**< a scheduling pass; level `all` only */
    HC_EVENT_PREEMPT,  /**< a running job waits again */
    HC_EVENT_CAPACITY, /**< nodes went out of service or came back */
    HC_EVENT_DISPATCH, /**< a job was sent to another site, where it is submitted when it arrives */
    HC_EVENT_TYPE_COUNT,
} hc_event_type;

typedef enum hc_attempt_end {
    HC_ATTEMPT_COMPLETED = 0,
    HC_ATTEMPT_UNFINISHED, /**< the run was stopped before it ended */
    HC_ATTEMPT_PREEMPTED,  /**< its GPUs were taken from it */
    HC_ATTEMPT_TIMEOUT,    /**< killed at the time limit */
    HC_ATTEMPT_END_COUNT,
} hc_attempt_end;

/** The ledger's buckets: every GPU-nanosecond of capacity lies in exactly one. */
typedef enum hc_bucket {
    HC_BUCKET_BUSY = 0,     /**< held by jobs for work that counts */
    HC_BUCKET_IDLE_EMPTY,   /**< free while nothing waits */
    HC_BUCKET_IDLE_BLOCKED, /**< free while jobs wait that cannot or may not use it */
    HC_BUCKET_RESTART,      /**< held by preempted jobs that come up again */
    HC_BUCKET_LOST,         /**< worked for nothing: done again after a requeue */
    HC_BUCKET_OFFLINE,      /**< free on nodes that are not in service */
    HC_BUCKET_COUNT,
} hc_bucket;

/** A job that has ended, was rejected, or is left over when the run stops. */
typedef struct hc_job_record {
    const hc_job_spec *spec;
    hc_job_id job;
    hc_job_state state;
    hc_rejection rejection;
    hc_time first_start;     /**< HC_TIME_MISSING when it never started */
    hc_time last_end;        /**< HC_TIME_MISSING when it has not ended */
    hc_time wait;            /**< all time spent waiting, requeues included */
    hc_int128 held_milli_ns; /**< GPU time held, thousandths of a GPU x ns */
    uint32_t node_count;     /**< nodes of its last attempt */
    uint32_t attempt_count;
    uint32_t preemption_count;
    bool is_measured; /**< counts in the metrics: submitted after the warm-up */
} hc_job_record;

typedef struct hc_attempt_record {
    hc_job_id job;
    uint32_t attempt; /**< from 1 */
    uint32_t node_count;
    uint64_t gpu_milli;
    hc_time start;
    hc_time end;     /**< HC_TIME_MISSING when it has not ended */
    hc_time restart; /**< of its begin: coming up again */
    hc_time lost;    /**< of its work: has to be done again */
    hc_time step;    /**< of a job that does steps: how long one took; else HC_TIME_MISSING */
    hc_attempt_end how;
} hc_attempt_record;

/** GPUs `device` .. `device + count - 1` of a node, `milli` thousandths of each. A job without GPUs has a
 *  row with count 0. */
typedef struct hc_placement_record {
    hc_job_id job;
    uint32_t attempt;
    hc_node_id node;
    uint32_t device;
    uint32_t count;
    uint16_t milli;
} hc_placement_record;

/** Written when a job is refused for the first time and whenever the reason changes. */
typedef struct hc_decision_record {
    hc_job_id job;
    hc_time time;
    hc_wait_reason reason;
    hc_job_id blocker;      /**< HC_NO_INDEX when no job is to blame */
    uint32_t position;      /**< place in the queue, from 1 */
    uint64_t free_milli;    /**< free on the partition at that time */
    uint64_t largest_milli; /**< the largest request that the placement could have served */
} hc_decision_record;

typedef struct hc_event_record {
    hc_time time;
    hc_event_type type;
    hc_job_id job; /**< HC_NO_INDEX for a pass and for a change of capacity */
    hc_partition_id partition;
    /** GPUs in thousandths; for a pass: jobs waiting after it; for a change of capacity: GPUs in service; for a
     *  dispatch: index of the partition it was sent to. */
    uint64_t value;
} hc_event_record;

/** State of a partition at a sampling instant, after everything else of that instant. */
typedef struct hc_sample_record {
    hc_time time;
    hc_partition_id partition;
    uint32_t queue_length;
    uint32_t running_count;
    uint64_t waiting_milli;
    uint64_t busy_milli;
    uint64_t free_milli;       /**< on nodes in service */
    uint64_t fragmented_milli; /**< free, on nodes that are partly in use */
} hc_sample_record;

typedef struct hc_ledger_record {
    hc_partition_id partition;
    hc_bucket bucket;
    hc_int128 milli_ns;
} hc_ledger_record;

typedef struct hc_sink {
    void *self;
    /* Each returns 0, or -1 with `error` set (HC_ERROR_OUTPUT): the run stops then. */
    int (*job)(void *self, const hc_job_record *record, hc_error *error);
    int (*attempt)(void *self, const hc_attempt_record *record, hc_error *error);
    int (*placement)(void *self, const hc_placement_record *record, hc_error *error);
    int (*decision)(void *self, const hc_decision_record *record, hc_error *error);
    int (*event)(void *self, const hc_event_record *record, hc_error *error);
    int (*sample)(void *self, const hc_sample_record *record, hc_error *error);
    int (*ledger)(void *self, const hc_ledger_record *record, hc_error *error);
    /** The records that follow are those of the event with this key, up to the next call. Also called for an
     *  event that has none. NULL: nobody wants to know. */
    int (*enter)(void *self, const hc_order_key *key, hc_error *error);
} hc_sink;

#endif
