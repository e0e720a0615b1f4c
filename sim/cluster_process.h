#ifndef HC_SIM_CLUSTER_PROCESS_H
#define HC_SIM_CLUSTER_PROCESS_H

#include "sim/cluster/calendar.h"
#include "sim/engine/engine.h"
#include "sim/interfaces/job_source.h"
#include "sim/interfaces/policy.h"
#include "sim/jobs/lifecycle.h"

#include <stdbool.h>
#include <stdint.h>

/** A partition with its scheduler as one logical process: it receives submissions, ends of jobs, scheduling passes,
 *  changes of capacity and sampling instants, and lets the lifecycle and the policy react. As a site of a
 *  federation it has a door, which may send submissions on to other sites, and receives jobs and reports from them.
 *
 *  With `pass: instant` (the rule of the project) all events of an instant are applied, then one pass runs. With
 *  `pass: event` (the rule of the pyss simulator) submissions come first, then ends in the order of their
 *  starts, a pass follows each of them, and a running job whose estimated end has come counts as free. */
typedef struct hc_cluster hc_cluster;

/** Whoever feeds the cluster with jobs. */
typedef struct hc_feed {
    void *self;
    /** A submission was handled. @return 0, or -1 with `error` set. */
    int (*submitted)(void *self, hc_job_id job, hc_error *error);
    /** A submission that is still to be handled was loaded. */
    void (*restored)(void *self, hc_job_id job);
    /** No job is left, of any cluster, that is submitted later than an event. */
    bool (*is_exhausted)(void *self, const hc_event *event);
} hc_feed;

typedef struct hc_door hc_door;

typedef struct hc_cluster_options {
    hc_lifecycle_options jobs;
    const hc_policy *policy;
    hc_policy_options policy_options;
    hc_feed feed;
    hc_time sample_interval;     /**< 0: no samples */
    const hc_calendar *calendar; /**< borrowed; NULL: all nodes are always in service */
    hc_door
        *door; /**< of a site of a federation: submissions come to it first; borrowed, NULL: none */
} hc_cluster_options;

/** Creates the cluster and adds it to the engine.
 *  @return 0 and a cluster that the caller owns (to be destroyed after the engine), or -1 with `error` set. */
int hc_cluster_create(hc_cluster **out, hc_engine *engine, const hc_cluster_options *options,
                      hc_error *error);
void hc_cluster_destroy(hc_cluster *cluster);

/** Posts the first events: the first sample, for the begin, and the first change of capacity. To be called once, unless
 *  a state is loaded. @return 0, or -1 with `error` set. */
int hc_cluster_begin(hc_cluster *cluster, hc_engine *engine, hc_error *error);

struct hc_archive;

/** Saves the cluster and its pending events, or loads them.
 *  @param groups  the engine's pending events when saving, else NULL
 *  @param source  of the jobs, to find their texts */
void hc_cluster_exchange(hc_cluster *cluster, hc_engine *engine, struct hc_archive *archive,
                         const struct hc_event_groups *groups, const hc_job_source *source);

/** Takes in a job that will be submitted at `time`. @return 0, or -1 with `error` set. */
int hc_cluster_admit(hc_cluster *cluster, hc_engine *engine, const hc_job_spec *spec, hc_job_id id,
                     hc_time time, hc_error *error);

/** Writes what is left, after the changes of capacity up to `now` that no job was there to see.
 *  @return 0, or -1 with `error` set. */
int hc_cluster_finish(hc_cluster *cluster, hc_time now, hc_error *error);

hc_lifecycle *hc_cluster_jobs(hc_cluster *cluster);

/** Verifies every invariant of jobs, GPUs, queue and ledger, O(jobs + GPUs). Tests call it after each event. */
bool hc_cluster_check(const hc_cluster *cluster);

#endif
