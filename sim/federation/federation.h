#ifndef HC_SIM_FEDERATION_FEDERATION_H
#define HC_SIM_FEDERATION_FEDERATION_H

#include "sim/cluster/machine.h"
#include "sim/engine/time.h"
#include "sim/error.h"
#include "sim/federation/broker.h"
#include "sim/interfaces/placement.h"
#include "sim/jobs/job.h"

#include <stdbool.h>
#include <stdint.h>

/** What every door of a federation knows of all its sites: what does not change while a run lasts. A site is a
 *  partition of the machine; sites are named by their partition's index. */
typedef struct hc_federation hc_federation;

/** A message with less than this between two sites would make them one logical process. */
#define HC_FEDERATION_LEAST_DELAY HC_MILLISECOND

/** How jobs and reports get from site to site. */
typedef struct hc_broker_options {
    hc_broker_rule rule;
    hc_time dispatch;     /**< from the decision to the arrival of a job without data */
    hc_time report_every; /**< > 0 */
    hc_time report_delay; /**< from the state to its arrival elsewhere */
} hc_broker_options;

/** What a site asks and offers, beside its nodes. */
typedef struct hc_site_terms {
    double price_per_gpu_hour;
    double carbon_grams_per_kwh;
    uint64_t bytes_per_second; /**< that it can send, and receive; 0: data takes no time */
    uint64_t data_bytes;       /**< that each job submitted here takes along */
} hc_site_terms;

typedef struct hc_federation_site {
    hc_site_terms terms;
    const hc_placement *placement;
} hc_federation_site;

/** @param machine    frozen, borrowed
 *  @param sites      one for each partition; copied
 *  @param occupancy  what the jobs of all sites ask for
 *  @return 0 and a federation that the caller owns, or -1 with `error` set: no memory, or a delay below
 *  HC_FEDERATION_LEAST_DELAY. O(nodes). */
int hc_federation_create(hc_federation **out, const hc_machine *machine,
                         const hc_broker_options *broker, const hc_federation_site *sites,
                         const hc_occupancy_options *occupancy, hc_error *error);
void hc_federation_destroy(hc_federation *federation);

uint32_t hc_federation_site_count(const hc_federation *federation);
const hc_broker_options *hc_federation_broker(const hc_federation *federation);

uint64_t hc_federation_capacity_milli(const hc_federation *federation, uint32_t site);

/** What a GPU-hour costs at a site, and how much carbon its current carries, at an instant. They are constants; what makes
 *  them change over time belongs in here. */
double hc_federation_price(const hc_federation *federation, uint32_t site, hc_time time);
double hc_federation_carbon(const hc_federation *federation, uint32_t site, hc_time time);

/** From the decision at its home until a job and its data are at another site: the dispatch, then the data at the
 *  speed of the slower of both. */
hc_time hc_federation_travel(const hc_federation *federation, uint32_t home, uint32_t site);

/** Least time between anything at one site and what it causes at another: of a report, or of a job with its data.
 *  O(sites). */
hc_time hc_federation_lookahead(const hc_federation *federation);

/** Whether a site could ever run a job. Mostly O(1). */
bool hc_federation_can_run(hc_federation *federation, uint32_t site, const hc_job_spec *spec);

#endif
