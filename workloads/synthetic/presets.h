#ifndef HC_WORKLOADS_SYNTHETIC_PRESETS_H
#define HC_WORKLOADS_SYNTHETIC_PRESETS_H

#include "workloads/synthetic/synthetic.h"

#include <stddef.h>

/** Named workloads, fitted to published statistics of real clusters; each file says where its numbers come
 *  from and what had to be chosen. All but `demo` leave open how many jobs there are and set the mean gap
 *  of the real cluster; a load replaces it. The published logs of these clusters hold no requested times,
 *  so only `demo` has them. */

/** Names in the order of hc_preset_at, joined by '|'. */
#define HC_PRESET_NAMES "philly|helios|acme-seren|acme-kalos|pai|demo"
enum { HC_PRESET_COUNT = 6 };

typedef struct hc_preset {
    const char *name;
    const char *help; /**< one line */
    const hc_synthetic_options *options;
} hc_preset;

/** @param index  0 to HC_PRESET_COUNT - 1 */
const hc_preset *hc_preset_at(size_t index);

/** @return NULL when there is none of that name. */
const hc_preset *hc_preset_find(const char *name);

extern const hc_synthetic_options hc_preset_philly;
extern const hc_synthetic_options hc_preset_helios;
extern const hc_synthetic_options hc_preset_acme_seren;
extern const hc_synthetic_options hc_preset_acme_kalos;
extern const hc_synthetic_options hc_preset_pai;
extern const hc_synthetic_options hc_preset_demo;

#endif
