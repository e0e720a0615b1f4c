#ifndef HC_SIM_FEDERATION_FEDERATION_KEYS_H
#define HC_SIM_FEDERATION_FEDERATION_KEYS_H

#include "sim/engine/time.h"
#include "sim/error.h"
#include "sim/federation/federation.h"
#include "sim/scenario/scenario.h"

#include <stddef.h>

/** The keys under `federation`. A site's cluster, scheduler and workload have the keys of the maps at the top, which
 *  must be joined as well. */
extern const hc_key_table hc_federation_keys;

enum { HC_SITE_NAME_LIMIT = 63, HC_FEDERATION_MAX_SITES = 1024 };

/** One site as the scenario says; of `count` equal ones, each. */
typedef struct hc_site_choice {
    char name[HC_SITE_NAME_LIMIT + 1]; /**< of several equal ones with a number: "oslo-1" */
    hc_site_terms terms;
    hc_time zone;          /**< local time - UTC */
    const hc_value *value; /**< borrowed from the scenario */
} hc_site_choice;

typedef struct hc_federation_choice {
    hc_broker_options broker;
    hc_site_choice *sites;
    size_t site_count;
} hc_federation_choice;

/** @return 0, or -1 with all defects in `error`; release in both cases. */
int hc_federation_read(hc_federation_choice *out, const hc_value *federation, hc_error *error);
void hc_federation_release(hc_federation_choice *choice);

/** "+01:00", "-03:30". @return 0, or -1 when it is none, or beyond 14 hours. */
int hc_parse_zone(const char *text, hc_time *out);

#endif
