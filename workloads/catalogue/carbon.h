#ifndef HC_WORKLOADS_CATALOGUE_CARBON_H
#define HC_WORKLOADS_CATALOGUE_CARBON_H

#include <stddef.h>

/** A region of a cloud and how much CO2 its grid gives off. */
typedef struct hc_carbon_region {
    const char *name; /**< "us-central1" */
    const char *place;
    double grams_per_kwh; /**< CO2 equivalents of the grid, yearly mean */
} hc_carbon_region;

#define HC_CARBON_SOURCE                                \
    "mlco2/codecarbon, data of Google Cloud's regions " \
    "(cloud.google.com/sustainability/region-carbon)"

/** The region that is meant where none is named. */
const hc_carbon_region *hc_carbon_default(void);

/** The regions, in the order of their names. Borrowed for ever. */
size_t hc_carbon_count(void);
const hc_carbon_region *hc_carbon_at(size_t index);

/** Looks a name up, without regard to case. @return NULL when there is none. */
const hc_carbon_region *hc_carbon_find(const char *name);

/** The name most like `name`, for "did you mean"; NULL when none is. */
const char *hc_carbon_suggest(const char *name);

#endif
