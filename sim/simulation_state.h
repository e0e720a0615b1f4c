#ifndef HC_SIM_SIMULATION_STATE_H
#define HC_SIM_SIMULATION_STATE_H

/* The inside of a simulation, for simulation.c (how it runs) and simulation_exchange.c (how it is saved). Nobody else
 * includes this. */

#include "sim/cluster_process.h"
#include "sim/federation/door.h"
#include "sim/simulation.h"
#include "sim/submissions.h"

struct hc_simulation {
    hc_simulation_options options;
    hc_engine *engine;
    hc_executor executor;
    hc_cluster **clusters; /* by partition; NULL: of another rank */
    uint32_t cluster_count;
    uint64_t *digests; /* by partition, while they are gathered */

    hc_simulation_site *sites;    /* by partition; NULL: no federation */
    hc_federation *federation;    /* likewise */
    hc_door **doors;              /* likewise; those of other ranks are NULL */
    hc_submissions **submissions; /* of each source */
    uint32_t source_count;        /* one, or one of each site */
    hc_time begin;
    hc_job_source_facts facts; /* of all sources together */
};

static inline bool hc_simulation_is_federation(const hc_simulation *s)
{
    return s->sites != NULL;
}

/* Loads the state of a simulation whose clusters were just created and have posted nothing. @return 0 or -1. */
int hc_simulation_load(hc_simulation *s, const hc_state_store *store, hc_error *error);

#endif
