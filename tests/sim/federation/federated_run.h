#ifndef HC_TESTS_SIM_FEDERATION_FEDERATED_RUN_H
#define HC_TESTS_SIM_FEDERATION_FEDERATED_RUN_H

#include "sim/engine/digest.h"
#include "sim/federation/federation.h"
#include "sim/int128.h"
#include "sim/interfaces/executor.h"
#include "sim/interfaces/sink.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Runs federations whose sites and jobs lie in memory, for tests: no scenario, no files. */

typedef struct hc_federated_job {
    hc_job_spec spec;
    uint32_t site;          /**< [out] where its record was written */
    uint32_t record_count;  /**< [out] */
    hc_time dispatched;     /**< [out] when it was sent on; HC_TIME_MISSING: never */
    uint32_t dispatched_to; /**< [out] */
    hc_time joined;         /**< [out] when it was submitted at `site` */
    hc_time start;          /**< [out] HC_TIME_MISSING when it never started */
    hc_time end;            /**< [out] */
    hc_time wait;           /**< [out] */
    hc_int128 held;         /**< [out] thousandths of a GPU x ns */
    hc_job_state state;     /**< [out] */
    char name[32];          /**< [out] in its record */
    uint32_t user;          /**< [out] in its record */
} hc_federated_job;

typedef struct hc_federated_site {
    uint64_t node_count;
    uint64_t gpu_count; /**< per node */
    const char *kind;   /**< NULL: the default */
    const char *policy; /**< NULL: fcfs */
    hc_site_terms terms;
    hc_federated_job *jobs; /**< in the order of submission */
    size_t job_count;
    size_t next; /* of its source */
} hc_federated_site;

typedef struct hc_federated_run {
    hc_federated_site *sites;
    uint32_t site_count;
    hc_broker_options broker;
    hc_time sample_interval;
    bool checks_every_event;
    uint64_t
        cut_every; /**< events after which it is saved, destroyed and resumed by a new simulation; 0: never */
    const hc_executor
        *executor; /**< NULL: one rank; of several each gets the records of its own sites */

    hc_digest digest;     /**< [out] */
    uint64_t event_count; /**< [out] */
    hc_time last_sample;  /**< [out] */
    hc_int128 ledger;     /**< [out] all buckets of all sites */
    hc_int128 busy;       /**< [out] */
} hc_federated_run;

/** A job without name and user that asks for whole GPUs. */
hc_federated_job hc_federated_make(hc_time submit, uint32_t gpu_count, hc_time run_time,
                                   hc_time time_limit);

/** Fails the test when the run fails or an invariant does not hold. */
void hc_federated_execute(hc_federated_run *run);

#endif
