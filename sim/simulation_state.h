#ifndef HC_SIM_SIMULATION_STATE_H
#define HC_SIM_SIMULATION_STATE_H

/* The inside of a simulation, for simulation.c (how it runs) and simulation_exchange.c (how it is saved). Nobody else
 * includes this. */

#include "sim/cluster_process.h"
#include "sim/simulation.h"
#include "sim/submissions.h"

struct hc_simulation {
    hc_simulation_options options;
    hc_engine *engine;
    hc_executor executor;
    hc_cluster **clusters; /* by partition; NULL: of another rank */
    uint32_t cluster_count;
    uint64_t *digests; /* by partition, while they are gathered */

    hc_submissions *submissions;
    hc_time begin;
    hc_job_source_facts facts;
};

/* Loads the state of a simulation whose clusters were just created and have posted nothing. @return 0 or -1. */
int hc_simulation_load(hc_simulation *s, const hc_state_store *store, hc_error *error);

#endif
