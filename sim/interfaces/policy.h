#ifndef HC_SIM_INTERFACES_POLICY_H
#define HC_SIM_INTERFACES_POLICY_H

#include "sim/engine/time.h"
#include "sim/error.h"

#include <stdbool.h>
#include <stdint.h>

struct hc_archive;
struct hc_lifecycle;
struct hc_port;

/** The order of waiting jobs; ties are decided by the job id, which follows the submissions. */
typedef enum hc_queue_order {
    HC_QUEUE_BY_SUBMISSION = 0,
    HC_QUEUE_BY_LIMIT,    /**< shortest time limit first */
    HC_QUEUE_BY_SIZE,     /**< fewest GPUs first */
    HC_QUEUE_BY_PRIORITY, /**< highest priority first */
    HC_QUEUE_ORDER_COUNT,
} hc_queue_order;

/** Who may start before the first job of the queue when that one does not fit. */
typedef enum hc_backfill {
    HC_BACKFILL_NONE = 0,
    HC_BACKFILL_FIRST_FIT,    /**< everybody who fits */
    HC_BACKFILL_EASY,         /**< who does not delay the first jobs that do not fit */
    HC_BACKFILL_CONSERVATIVE, /**< who delays nobody's place in a plan made anew at every pass */
    HC_BACKFILL_CONSERVATIVE_COMPRESS, /**< who delays nobody's guarantee */
    HC_BACKFILL_COUNT,
} hc_backfill;

/** What happens to a running job that has to give way. */
typedef enum hc_preemption {
    HC_PREEMPTION_NONE = 0, /**< nobody has to */
    HC_PREEMPTION_REQUEUE,  /**< its work is lost */
    HC_PREEMPTION_SUSPEND,  /**< it goes on later where it stopped */
    HC_PREEMPTION_COUNT,
} hc_preemption;

/** Policies that rank running and waiting jobs alike and preempt: by what. */
typedef enum hc_rank {
    HC_RANK_NONE = 0,          /**< a queue: see hc_queue_order */
    HC_RANK_REMAINING,         /**< SRTF: least remaining run time */
    HC_RANK_REMAINING_SERVICE, /**< SRSF: least remaining run time x GPUs */
    HC_RANK_SIZE,              /**< fewest GPUs */
    HC_RANK_PRIORITY,          /**< highest priority */
    HC_RANK_ATTAINED,          /**< LAS: least time on GPUs, in levels */
    HC_RANK_ATTAINED_SERVICE,  /**< 2D-LAS: least GPU time, in levels */
    HC_RANK_GITTINS,           /**< highest Gittins index */
    HC_RANK_COUNT,
} hc_rank;

/** Policies that are no part of the simulator (<hindcast/policy.h>): where they are. */
typedef enum hc_guest_kind {
    HC_GUEST_NOBODY = 0,
    HC_GUEST_EXTERNAL, /**< in another process, behind a socket */
    HC_GUEST_PLUGIN,   /**< in a shared object */
} hc_guest_kind;

enum { HC_LAS_MAX_LEVELS = 16, HC_GITTINS_MAX_SAMPLE = 4096 };

/** Levels of least-attained-service scheduling. */
typedef struct hc_las_options {
    hc_time thresholds[HC_LAS_MAX_LEVELS]; /**< rising; of 2D-LAS: GPU time, as that of one GPU */
    uint32_t threshold_count;
    double
        promotion; /**< back to the first level after waiting that many times what was attained; 0: never */
    bool is_demotion_late; /**< 2D-LAS: at the instants of the Tiresias simulator */
} hc_las_options;

typedef struct hc_gittins_options {
    const hc_time *sample; /**< run times, rising */
    uint32_t sample_count;
    hc_time quantum; /**< the index is looked at anew each time a job has attained that much */
} hc_gittins_options;

/** What a policy is told. Not all policies read all of it. */
typedef struct hc_policy_options {
    hc_queue_order order; /**< of the queue */
    hc_queue_order tail;  /**< of the jobs behind one that does not fit */
    hc_backfill backfill;
    uint32_t reservation_count; /**< EASY: jobs that may not be delayed, 1 or more */
    /** Waiting jobs that a pass looks at: EASY: behind the reservations; conservative: in all. */
    uint32_t depth;
    hc_preemption preemption;
    hc_rank rank;
    bool is_recorded; /**< jobs start as they were recorded to; nothing else is read */
    hc_las_options las;
    hc_gittins_options gittins;
    hc_guest_kind guest;
    const struct hc_port *port; /**< of a guest; borrowed for as long as the policy lives */
} hc_policy_options;

#define HC_DEPTH_UNLIMITED UINT32_MAX

/** A queue policy: which waiting job starts next. It sees jobs by slot, asks the lifecycle for starts and says
 *  why it passes jobs over. It never reads a job's run time, only its time limit, unless its page says so. */
typedef struct hc_policy {
    /** @param lifecycle  borrowed, outlives the policy
     *  @param options    borrowed for the call
     *  @return the policy's state, or NULL with `error` set. */
    void *(*create)(struct hc_lifecycle *lifecycle, const hc_policy_options *options,
                    hc_error *error);
    void (*destroy)(void *self);

    /** A job has joined the queue. @return 0, or -1 when memory is short. */
    int (*submitted)(void *self, uint32_t slot);

    /** A job has joined that runs already (warm start); NULL: of no interest. @return 0, or -1 (memory). */
    int (*running)(void *self, uint32_t slot);

    /** A running job is about to end and to give its GPUs back. */
    void (*ending)(void *self, uint32_t slot);

    /** Nodes are about to go out of service or to come back: nothing may be blocked in any view of the partition
     *  then. NULL: of no interest. A pass follows. */
    void (*capacity)(void *self);

    /** What a job costs under this policy, beside one under EASY backfilling, roughly: by this work is shared out and run
     *  times are guessed. 0 is 1. */
    uint32_t cost;

    /** One scheduling pass: starts what may start. @return 0, or -1 (the lifecycle holds the error). */
    int (*pass)(void *self);

    /** Saves the policy's state between two events, or loads it into one that was just created for a lifecycle whose
     *  state is loaded already. NULL: runs under this policy cannot be resumed. */
    void (*exchange)(void *self, struct hc_archive *archive);

    /** Verifies the policy's invariants. For tests. */
    bool (*check)(const void *self);
} hc_policy;

static inline uint32_t hc_policy_cost(const hc_policy *policy)
{
    return policy->cost == 0 ? 1 : policy->cost;
}

#endif
