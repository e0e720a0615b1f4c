#include "workloads/catalogue/carbon.h"

#include "sim/scenario/suggest.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

static const hc_carbon_region REGIONS[] = {
    {"africa-south1", "Johannesburg, South Africa", 646},
    {"asia-east1", "Changhua County, Taiwan", 451},
    {"asia-east2", "Hong Kong, China", 360},
    {"asia-northeast1", "Tokyo, Japan", 459},
    {"asia-northeast2", "Osaka, Japan", 385},
    {"asia-northeast3", "Seoul, Korea", 378},
    {"asia-south1", "Mumbai, India", 648},
    {"asia-south2", "Delhi, India", 529},
    {"asia-southeast1", "Jurong West, Singapore", 369},
    {"asia-southeast2", "Jakarta, Indonesia", 580},
    {"australia-southeast1", "Sydney, Australia", 501},
    {"australia-southeast2", "Melbourne, Australia", 456},
    {"europe-central2", "Warsaw, Poland", 723},
    {"europe-north1", "Hamina, Finland", 46},
    {"europe-southwest1", "Madrid, Spain", 131},
    {"europe-west1", "St. Ghislain, Belgium", 122},
    {"europe-west10", "Berlin, Germany", 345},
    {"europe-west12", "Turin, Italy", 249},
    {"europe-west2", "London, United Kingdom", 136},
    {"europe-west3", "Frankfurt, Germany", 345},
    {"europe-west4", "Eemshaven, Netherlands", 236},
    {"europe-west6", "Zurich, Switzerland", 59},
    {"europe-west8", "Milan, Italy", 249},
    {"europe-west9", "Paris, France", 34},
    {"me-central1", "Doha, Qatar", 575},
    {"me-central2", "Dammam, Saudi Arabia", 569},
    {"me-west1", "Tel Aviv, Israel", 463},
    {"northamerica-northeast1", "Montreal, Canada", 2},
    {"northamerica-northeast2", "Toronto, Canada", 47},
    {"southamerica-east1", "Sao Paulo, Brazil", 56},
    {"southamerica-west1", "Santiago, Chile", 138},
    {"us-central1", "Council Bluffs, USA", 430},
    {"us-east1", "Moncks Corner, USA", 560},
    {"us-east4", "Ashburn, USA", 322},
    {"us-east5", "Columbus, USA", 322},
    {"us-south1", "Dallas, USA", 321},
    {"us-west1", "The Dalles, USA", 94},
    {"us-west2", "Los Angeles, USA", 198},
    {"us-west3", "Salt Lake City, USA", 588},
    {"us-west4", "Las Vegas, USA", 373},

};

enum { REGION_COUNT = sizeof REGIONS / sizeof REGIONS[0] };

const hc_carbon_region *hc_carbon_default(void)
{
    return hc_carbon_find("us-central1");
}

size_t hc_carbon_count(void)
{
    return REGION_COUNT;
}

const hc_carbon_region *hc_carbon_at(size_t index)
{
    assert(index < REGION_COUNT);
    return &REGIONS[index];
}

const hc_carbon_region *hc_carbon_find(const char *name)
{
    for (size_t i = 0; i < REGION_COUNT; i++) {
        if (strcasecmp(REGIONS[i].name, name) == 0) {
            return &REGIONS[i];
        }
    }
    return NULL;
}

const char *hc_carbon_suggest(const char *name)
{
    const char *nearest = NULL;
    size_t least = 4; /* three slips: names have many parts */
    for (size_t i = 0; i < REGION_COUNT; i++) {
        size_t distance =
            hc_suggest_distance(name, strlen(name), REGIONS[i].name, strlen(REGIONS[i].name));
        if (distance < least) {
            least = distance;
            nearest = REGIONS[i].name;
        }
    }
    return nearest;
}
