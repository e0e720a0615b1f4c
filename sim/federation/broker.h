#ifndef HC_SIM_FEDERATION_BROKER_H
#define HC_SIM_FEDERATION_BROKER_H

#include "sim/engine/time.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Where a job of a federation goes: pure functions of what is known about the sites.
 *
 *  The load of a site is its GPUs that are held, waited for or on their way to it, the job itself counted, over its
 *  GPUs. A site is open while its load stays within the limit. Ties go to the first candidate. */

typedef enum hc_broker_policy {
    HC_BROKER_HOME_FIRST = 0, /**< home while it is open, else the least loaded site */
    HC_BROKER_LEAST_LOADED,
    HC_BROKER_CHEAPEST, /**< the cheapest open site, else the least loaded one */
    HC_BROKER_GREENEST, /**< the open site with the least carbon, else the least loaded one */
    HC_BROKER_DATA_LOCAL, /**< where it waits and travels least: home unless the wait there is longer */
    HC_BROKER_POLICY_COUNT,
} hc_broker_policy;

/** Names in the order of the enum, joined by '|'. */
#define HC_BROKER_POLICY_NAMES "home_first|least_loaded|cheapest|greenest|data_local"

/** One site that could run the job, as it looks from the job's home. */
typedef struct hc_candidate {
    uint64_t capacity_milli;
    uint64_t claimed_milli; /**< held, waited for or on its way there, without the job */
    hc_time wait;           /**< until the queue before it has run, as far as is known */
    hc_time travel;         /**< until the job and its data are there; 0 at home */
    double price;
    double carbon;
    uint32_t site;
    bool is_home;
} hc_candidate;

typedef struct hc_broker_rule {
    hc_broker_policy policy;
    uint32_t limit_milli; /**< load up to which a site is open, thousandths */
} hc_broker_rule;

/** Whether the job stays at home whatever the others look like. */
bool hc_broker_keeps(const hc_broker_rule *rule, const hc_candidate *home, uint64_t demand_milli);

/** @param candidates  at least one, home first if it is among them
 *  @return index of the candidate that gets the job. O(count). */
size_t hc_broker_choose(const hc_broker_rule *rule, const hc_candidate *candidates, size_t count,
                        uint64_t demand_milli);

#endif
