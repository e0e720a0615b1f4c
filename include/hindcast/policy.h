#ifndef HINDCAST_POLICY_H
#define HINDCAST_POLICY_H

/** Scheduling policies that are no part of Hindcast.
 *
 *  A policy is told what has happened on a partition and answers with decisions. It may be a shared object
 *  (`policy: plugin`, one function and one table, below) or a program that is asked over a socket (`policy: external`,
 *  docs/external-scheduler.md); both see the same facts and make the same decisions.
 *
 *  This header is all that a shared object needs: C99 or C++, nothing to link with. What it says is kept: HC_GUEST_VERSION
 *  changes when a shared object has to be built anew, and one that was built for another version is refused.
 *
 *  Units: time in nanoseconds since the zero of the log, GPUs in thousandths where a name ends in _milli, CPU in
 *  thousandths of a core. Nodes are numbered within their partition, from 0. A job is named by its number: rising in
 *  the order of submission (in a federation: of the submissions at each site), the same in every run. */

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define HC_GUEST_VERSION 1

#define HC_GUEST_NONE UINT32_MAX      /**< no such user, group, kind */
#define HC_GUEST_UNLIMITED UINT64_MAX /**< CPU or memory that is not modelled */

/** ---- what a policy is told ---- */

/** Nodes that are alike and follow each other. */
typedef struct hc_guest_nodes {
    uint32_t count;
    uint32_t gpus;         /**< of each */
    uint32_t kind;         /**< of its GPUs: index into the names; HC_GUEST_NONE without GPUs */
    uint64_t cpu_milli;    /**< of each, or HC_GUEST_UNLIMITED */
    uint64_t memory_bytes; /**< of each, or HC_GUEST_UNLIMITED */
} hc_guest_nodes;

/** A partition, as it is before anything happens. */
typedef struct hc_guest_cluster {
    uint32_t version;      /**< HC_GUEST_VERSION of the simulator */
    uint32_t partition;    /**< number, from 0 */
    const char *name;      /**< of the partition */
    const char *placement; /**< rule that picks the GPUs of a job that starts: "packed" */
    const char
        *preemption;  /**< what preempted jobs keep: "suspend" (their work), "requeue" (nothing) */
    int64_t begin_ns; /**< nothing happens before */
    uint64_t total_milli;        /**< GPUs */
    const hc_guest_nodes *nodes; /**< in the order of the node numbers */
    size_t nodes_count;
    const char *const *kinds; /**< names of the kinds of GPUs */
    size_t kinds_count;
} hc_guest_cluster;

/** A job that was submitted. How long it will run is not told. */
typedef struct hc_guest_job {
    uint64_t job;
    int64_t
        submit_ns; /**< as it was recorded; earlier than now for jobs that ran before the begin */
    int64_t limit_ns;      /**< time that it may run for at most, as far as a scheduler knows */
    uint64_t kinds;        /**< bit k: GPUs of kind k will do */
    uint64_t cpu_milli;    /**< the whole job; it lies beside its GPUs */
    uint64_t memory_bytes; /**< likewise */
    uint32_t gpus;
    uint32_t gpu_milli; /**< of each of its GPUs; below 1000 only with one */
    int32_t priority;   /**< higher goes first; 0 where none is given */
    uint32_t user;      /**< number, or HC_GUEST_NONE; likewise the group */
    uint32_t group;
    uint32_t is_single_node; /**< 1: must not span nodes */
} hc_guest_job;

/** GPUs `first` .. `first + count - 1` of a node, so much of each. A job without GPUs has one with count 0. */
typedef struct hc_guest_gpus {
    uint32_t node;
    uint32_t first;
    uint32_t count;
    uint32_t milli;
} hc_guest_gpus;

/** A job that runs from now on. */
typedef struct hc_guest_start {
    uint64_t job;
    int64_t start_ns;
    int64_t expected_end_ns; /**< when its limit ends */
    const hc_guest_gpus *held;
    size_t held_count;
} hc_guest_start;

/** What a waiting job needs from now on. */
typedef struct hc_guest_change {
    uint64_t job;
    uint32_t gpus;
    int64_t limit_ns; /**< time that it may still need at most, coming up again not counted */
} hc_guest_change;

/** What has happened on a partition since the policy was asked last, and how things are. Whoever applies the lists in
 *  this order, from the first pass on, has an exact copy of the queue and of who holds which GPUs:
 *  preempted, resized, submitted, started, ended.
 *  Jobs that could never run are rejected before and not told. */
typedef struct hc_guest_pass {
    uint64_t number; /**< from 1; one more each time that the policy is asked for this partition */
    int64_t time_ns;
    uint32_t partition;
    uint32_t nodes_in_service; /**< the first ones; what runs on others goes on */
    uint64_t total_milli;      /**< GPUs that jobs hold, and those that are free */
    uint64_t free_milli;       /**< on nodes in service */
    /** No job for more than that fits now. A job for up to that does, if it asks for whole GPUs of any kind and for nothing
     *  else. */
    uint64_t largest_milli;
    const hc_guest_change
        *preempted; /**< they wait again; those that were resized while they ran as well */
    size_t preempted_count;
    const hc_guest_change *resized;
    size_t resized_count;
    const hc_guest_job *submitted;
    size_t submitted_count;
    const hc_guest_start
        *started; /**< by the last decisions; before the begin also those that run already */
    size_t started_count;
    const uint64_t *ended;
    size_t ended_count;
} hc_guest_pass;

/** ---- what a policy decides ---- */

/** To be called while a policy is asked, and then only. Each decision happens at once, and is checked: one that cannot
 *  be ends the run. A job may be decided on once each time that the policy is asked.
 *  @return 0, or -1: the run ends with the message that was set; the policy should return -1 too. */
typedef struct hc_guest_host {
    void *self; /**< first argument of all of them */

    /** Whether a waiting job would fit now. @return 1, 0, or -1: no such job waits. */
    int (*fits)(void *self, uint64_t job);

    /** Starts a waiting job, which must fit. The placement rule picks its GPUs. */
    int (*start)(void *self, uint64_t job);

    /** Takes the GPUs from a running job, which waits then. */
    int (*preempt)(void *self, uint64_t job);

    /** Gives a job another number of whole GPUs. The work that is left is taken to scale perfectly: half the GPUs, twice the
     *  time, for the limit as well; that of a training job, which must be elastic, scales as its plan does. A waiting job asks for that many from now on; a running one is suspended and
     *  starts again at once, which must fit. */
    int (*resize)(void *self, uint64_t job, uint32_t gpus);

    /** Notes that a waiting job is kept waiting on purpose, whether it fits or not: for `hindcast explain`. */
    int (*hold)(void *self, uint64_t job);

    /** Asks to be asked at a later time even if nothing happens until then, instead of at the time that was named last. */
    int (*wake)(void *self, int64_t time_ns);

    /** Ends the run with a message. @return always -1. */
    int (*fail)(void *self, const char *why);
} hc_guest_host;

/** ---- what a shared object exports ---- */

enum { HC_GUEST_WHY_SIZE = 256 };

/** What a policy can do. One state is created for each partition; nothing is called from two threads. */
typedef struct hc_guest_interface {
    uint32_t version; /**< HC_GUEST_VERSION */

    /** @param cluster  borrowed for the call
     *  @param options  text of the scenario (scheduler.options), "" without
     *  @param why      [out] HC_GUEST_WHY_SIZE bytes for a message, if NULL is returned
     *  @return the policy's state, or NULL: the run ends before it begins. */
    void *(*create)(const hc_guest_cluster *cluster, const char *options, char *why);
    void (*destroy)(void *self);

    /** Is asked once per scheduling pass: after everything else of an instant.
     *  @param pass  borrowed for the call
     *  @return 0; 1 to be asked again at once, with what has become of the decisions; -1 to end the run. */
    int (*pass)(void *self, const hc_guest_pass *pass, const hc_guest_host *host);
} hc_guest_interface;

/** The only symbol that is looked for. @return a table that lives as long as the shared object. */
const hc_guest_interface *hindcast_policy(void);

#ifdef __cplusplus
}
#endif

#endif
