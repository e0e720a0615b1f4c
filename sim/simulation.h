#ifndef HC_SIM_SIMULATION_H
#define HC_SIM_SIMULATION_H

#include "sim/cluster/calendar.h"
#include "sim/cluster/machine.h"
#include "sim/engine/digest.h"
#include "sim/engine/time.h"
#include "sim/error.h"
#include "sim/federation/federation.h"
#include "sim/interfaces/executor.h"
#include "sim/interfaces/job_source.h"
#include "sim/interfaces/placement.h"
#include "sim/interfaces/policy.h"
#include "sim/interfaces/sink.h"
#include "sim/interfaces/state_store.h"
#include "sim/interfaces/workload.h"
#include "sim/jobs/lifecycle.h"
#include "sim/jobs/priority_class.h"

#include <stdbool.h>
#include <stdint.h>

/** A whole run: machine, jobs, policy and sink, joined. Each partition of the machine is one logical process
 *  with its own queue and scheduler. The partitions of a plain run share a source of jobs and nothing else; those of
 *  a federation have a source each, and their doors send each other jobs.
 *  Life: create, run until it is finished (in slices, so that the caller can show progress and obey signals),
 *  finish, destroy.
 *  With an executor of several ranks each of them creates the whole simulation and executes its share of the
 *  partitions; everything but create, destroy and check is collective then. */
typedef struct hc_simulation hc_simulation;

/** Who starts when, and where, on a partition. */
typedef struct hc_scheduling {
    const hc_policy *policy;
    hc_policy_options policy_options;
    hc_restart_costs restart;
    hc_estimate_options estimates;
    const hc_placement *placement;
    bool is_pass_per_event;           /**< not in a federation */
    const hc_priority_class *classes; /**< borrowed for as long as the simulation lives */
    uint32_t class_count;
} hc_scheduling;

/** A site of a federation: a partition with a scheduler and with jobs of its own. */
typedef struct hc_simulation_site {
    hc_job_source source; /**< owned by the simulation from a successful create on */
    hc_scheduling scheduling;
    hc_site_terms terms;
    uint32_t first_user; /**< what is added to the source's numbers of users, groups and traces */
    uint32_t first_group;
    uint16_t first_trace;
} hc_simulation_site;

typedef struct hc_simulation_options {
    hc_machine *machine;         /**< frozen; owned by the simulation from a successful create on */
    hc_job_source source;        /**< likewise */
    const hc_executor *executor; /**< copied; NULL: one rank, in sequence */
    const hc_sink *
        sink; /**< borrowed; gets the records of this rank's partitions; NULL: nothing is recorded */
    /** What jobs do that name a workload; borrowed for as long as the simulation lives. NULL: no job names one. */
    const hc_workload *workload;
    hc_scheduling scheduling; /**< of every partition */
    hc_time begin;            /**< HC_TIME_MISSING: the first submission */
    hc_time warmup; /**< jobs submitted in this span after the begin do not count in metrics */
    hc_time sample_interval; /**< 0: no samples */
    /** A job with a preceding job is submitted when that one has left and its think time has passed, whenever it
     *  was submitted in the log; it has no recorded start then. All jobs are held in memory. */
    bool follows_dependencies;
    /** Capacity of one partition over time, borrowed for as long as the simulation lives; NULL: always all. */
    const hc_calendar *calendar;
    /** A saved run of the same machine, jobs and options goes on from there, its records too; borrowed while the
     *  simulation is created. NULL: the run begins. It may have been saved by another number of ranks. */
    const hc_state_store *state;

    /** A federation: one for each partition, borrowed for the call; source, scheduling and dependencies are not read
     *  then. NULL: one source and one scheduling for all. */
    const hc_simulation_site *sites;
    hc_broker_options broker; /**< of a federation */
} hc_simulation_options;

/** Whether such a run can be saved and resumed: to be asked before it begins. @return 0, or -1 with `error` set. */
int hc_simulation_check_resumable(const hc_simulation_options *options, hc_error *error);

/** @return 0 and a simulation that the caller owns, or -1 with `error` set; machine and source still belong to
 *  the caller then. */
int hc_simulation_create(hc_simulation **out, const hc_simulation_options *options,
                         hc_error *error);
void hc_simulation_destroy(hc_simulation *simulation);

/** Executes events up to the end of a stretch (sim/interfaces/executor.h).
 *  @return 0, or -1 with `error` set by this rank alone. */
int hc_simulation_advance(hc_simulation *simulation, const hc_stretch *stretch, hc_stretch_end *end,
                          hc_error *error);

/** Executes at most about `limit` events of this rank.
 *  @param is_over  [out] no event is left: every job has ended, was rejected, or waits for nodes that went out of
 *                  service for good
 *  @return 0, or -1 with `error` set. */
int hc_simulation_run(hc_simulation *simulation, uint64_t limit, bool *is_over, hc_error *error);

/** Saves everything between two stretches of the run, with several ranks at a standstill (HC_REQUEST_SAVE); each rank
 *  writes its partitions, the first one also what is common. The simulation may run on. Collective.
 *  @return 0, or -1 with `error` set; the simulation is as it was. Cost: O(state), 4 bytes per pending event. */
int hc_simulation_save(hc_simulation *simulation, const hc_state_store *store, hc_error *error);

/** Writes what is left: records of jobs still here (when the run was stopped early) and the ledgers.
 *  @return 0, or -1 with `error` set. */
int hc_simulation_finish(hc_simulation *simulation, hc_error *error);

typedef struct hc_progress {
    hc_time begin;
    hc_time now;          /**< of this rank */
    hc_time last_submit;  /**< HC_TIME_MISSING when the source does not know it */
    uint64_t event_count; /**< over all partitions, as are the jobs */
    hc_job_counts jobs;
} hc_progress;
hc_progress hc_simulation_progress(const hc_simulation *simulation);

/** Over the partitions in their order. Valid at any time. */
hc_digest hc_simulation_digest(const hc_simulation *simulation);

/** Verifies every invariant of every partition. For tests. */
bool hc_simulation_check(const hc_simulation *simulation);

#endif
