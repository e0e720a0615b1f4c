#ifndef HC_WORKLOADS_SYNTHETIC_SYNTHETIC_KEYS_H
#define HC_WORKLOADS_SYNTHETIC_SYNTHETIC_KEYS_H

#include "sim/error.h"
#include "sim/scenario/scenario.h"
#include "sim/scenario/schema.h"
#include "workloads/synthetic/synthetic.h"
#include "workloads/training/training_keys.h"

#include <stdint.h>

/** What a scenario says under `workload.synthetic`:
 *
 *      synthetic: { preset: philly, jobs: 100000, load: 0.8 }
 *
 *      synthetic:
 *        duration: 30d
 *        load: 0.85
 *        arrivals: { process: periodic, hours: [1, 1, 1, ...], weekdays: [5, 5, 5, 5, 5, 2, 2] }
 *        classes:
 *          - name: notebooks
 *            share: 80 %
 *            gpus: 1
 *            gpu_fraction: 0.5
 *            run_time: { kind: lognormal, median: 10min, sigma: 2, cap: 7d }
 *            outcomes: { failed: 20 %, failed_factor: 0.3 }
 *          - name: training
 *            share: 20 %
 *            gpu_counts: [{ gpus: 8, weight: 3 }, { gpus: 64, weight: 1 }]
 *            run_time: { kind: quantiles, quantiles: [{ p: 0, value: 1min }, { p: 50 %, value: 2h },
 *                                                     { p: 1, value: 3d }] }
 *            estimate: { factor: { kind: uniform, minimum: 1, maximum: 4 }, round_up_to: [1h, 12h, 1d] }
 *
 *  A preset fills in everything; single keys replace what it says. */
extern const hc_key_table hc_synthetic_keys;

/** Fills options from a checked scenario's `workload.synthetic`.
 *  @param capacity_gpus  of the cluster, for `load`
 *  @param desk  where what classes train is added
 *  @return 0 and options that the caller releases, or -1 with all defects in `error`; nothing is to be
 *  released then. They borrow the scenario's texts. */
int hc_synthetic_options_read(hc_synthetic_options *out, const hc_value *synthetic, uint64_t seed,
                              uint64_t capacity_gpus, const hc_training_desk *desk,
                              hc_error *error);

/** Frees what reading has allocated. */
void hc_synthetic_options_release(hc_synthetic_options *options);

#endif
