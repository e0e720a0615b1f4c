#ifndef HC_WORKLOADS_TRAINING_TRAINING_RUN_H
#define HC_WORKLOADS_TRAINING_TRAINING_RUN_H

#include "workloads/catalogue/accelerators.h"
#include "workloads/plan/parallel_plan.h"
#include "workloads/step/step_time.h"

/** What a whole training run takes, from the time of one step. */

/** How long it goes on and what its resources cost. Plain; base units but where named. */
typedef struct hc_training_terms {
    double steps;                /**< > 0 */
    double dollars_per_gpu_hour; /**< 0: not known */
    double watts;                /**< of one GPU, with its share of the host; 0: not known */
    double watts_share;          /**< of them that is drawn on average, 0 .. 1 */
    double pue;                  /**< power of the site / power of its machines, >= 1 */
    double grams_per_kwh;        /**< CO2 of the grid, >= 0 */
} hc_training_terms;

/** Terms of a run on a kind: its price and power, all of the power, PUE and grid as the defaults of docs/estimate.md. */
hc_training_terms hc_training_terms_default(const hc_accelerator *accelerator);

/** Steps that pass over so many tokens, rounded up. */
double hc_training_steps_of_tokens(double tokens, const hc_parallel_plan *plan);

typedef struct hc_training_run {
    double steps;
    double tokens;
    double seconds;
    double gpu_hours;
    double dollars;      /**< of the GPUs; 0: no price is known */
    double egress_bytes; /**< that leave a site */
    double egress_dollars;
    double kwh; /**< 0: no power is known; likewise: */
    double kg_co2;
    double tokens_per_second_per_gpu;
    double model_flops_per_second_per_gpu; /**< no recomputation, causal attention halved */
    double
        mfu; /**< model FLOP/s over the dense peak of the precision that matrices are multiplied in; 0: peak not known */
    double hfu; /**< executed FLOP/s over the same */
} hc_training_run;

/** @param step  of the plan on `gpus` GPUs, step->seconds > 0 */
void hc_training_run_make(hc_training_run *out, const hc_step_time *step, uint32_t gpus,
                          const hc_training_terms *terms);

/** Failures of a long run. */
typedef struct hc_training_failures {
    double failures_per_node_day;
    double nodes;              /**< of the job */
    double checkpoint_seconds; /**< writing one, during which training stands still */
    double restart_seconds;
    double interval_seconds; /**< between checkpoints; 0: the one that loses least (Daly 2006) */
} hc_training_failures;

/** Share of the time in which training goes on (effective training time ratio), exact for failures that come at a constant
 *  rate and restarts during which none does; 1 without failures.
 *  @param interval_seconds  [out] between checkpoints; may be NULL */
double hc_training_effective_share(const hc_training_failures *failures, double *interval_seconds);

#endif
