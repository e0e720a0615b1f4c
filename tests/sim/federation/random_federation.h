#ifndef HC_TESTS_SIM_FEDERATION_RANDOM_FEDERATION_H
#define HC_TESTS_SIM_FEDERATION_RANDOM_FEDERATION_H

#include "tests/sim/federation/federated_run.h"

#include <stdint.h>

enum { HC_RANDOM_SITES_MAX = 5, HC_RANDOM_JOBS_MAX = 60 };

/** A federation drawn from a number, and room for its jobs. */
typedef struct hc_random_federation {
    hc_federated_job jobs[HC_RANDOM_SITES_MAX][HC_RANDOM_JOBS_MAX];
    hc_federated_site sites[HC_RANDOM_SITES_MAX];
    hc_federated_run run;
} hc_random_federation;

/** Two sites or more, small and large jobs, all policies of sites and brokers. Every invariant is checked after each
 *  event of its run. */
void hc_random_federation_draw(hc_random_federation *out, uint64_t number);

#endif
