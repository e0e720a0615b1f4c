#ifndef HC_TESTS_SIM_REPLAY_H
#define HC_TESTS_SIM_REPLAY_H

#include "sim/cluster/calendar.h"
#include "sim/cluster/machine.h"
#include "sim/engine/digest.h"
#include "sim/interfaces/executor.h"
#include "sim/interfaces/policy.h"
#include "sim/interfaces/sink.h"
#include "sim/interfaces/state_store.h"
#include "sim/interfaces/workload.h"
#include "sim/jobs/job.h"
#include "sim/jobs/lifecycle.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Replays jobs that lie in memory, for tests: no scenario, no files. */

typedef struct hc_replay_job {
    hc_job_spec spec;          /**< in the order of submission */
    hc_time start;             /**< [out] HC_TIME_MISSING when it never started */
    hc_time end;               /**< [out] */
    hc_time wait;              /**< [out] */
    hc_job_state state;        /**< [out] */
    uint32_t preemption_count; /**< [out] */
    hc_rejection rejection;    /**< [out] */
    uint32_t attempt;          /**< [out] the last one */
    char nodes[256];           /**< [out] "node:gpus+node:gpus" of its last attempt */
} hc_replay_job;

typedef struct hc_replay {
    const hc_node_group *groups;
    size_t group_count;
    const char *policy;
    const hc_policy_options *policy_options; /**< instead of those of the name; NULL: none */
    const char *placement;
    hc_restart_costs restart;
    hc_estimate_options estimates;
    bool is_pass_per_event;
    bool follows_dependencies;
    const hc_calendar *calendar; /**< NULL: none */
    hc_time begin;               /**< HC_TIME_MISSING: first submission */
    hc_time warmup;
    hc_time sample_interval;
    bool checks_every_event;     /**< verifies every invariant after each event (slow) */
    const hc_workload *workload; /**< NULL: no job names one */
    const hc_sink *observer;     /**< gets every record as well; NULL: nobody does */
    const hc_executor
        *executor; /**< NULL: one rank; else only records of its own partitions come */
    /** Numbers of events, rising, after which everything is saved and destroyed, and goes on from what was saved. */
    const uint64_t *cuts;
    size_t cut_count;
    uint64_t stop_after; /**< the run is stopped early after so many events; 0: it is not */

    hc_replay_job *jobs;
    size_t job_count;

    hc_digest digest;                               /**< [out] */
    hc_int128 ledger[HC_BUCKET_COUNT];              /**< [out] summed over partitions */
    uint64_t event_count;                           /**< [out] */
    uint64_t sample_count;                          /**< [out] */
    uint64_t decision_counts[HC_WAIT_REASON_COUNT]; /**< [out] */
} hc_replay;

/** A job of whole GPUs, times in seconds. */
hc_job_spec hc_replay_spec(int64_t submit_seconds, uint32_t gpu_count, int64_t run_seconds,
                           int64_t limit_seconds);

/** Runs to the end; fails the running CUnit test when anything goes wrong. */
void hc_replay_run(hc_replay *replay);

/** A replay taken apart, for tests that stop it and go on themselves: what is recorded goes into `replay`, which must
 *  outlive it. @param state  a saved state to go on from; NULL: from the begin */
typedef struct hc_replay_stage hc_replay_stage;
hc_replay_stage *hc_replay_open(hc_replay *replay, const hc_state_store *state);
struct hc_simulation *hc_replay_simulation(hc_replay_stage *stage); /**< borrowed */
void hc_replay_close(hc_replay_stage *stage);

#endif
