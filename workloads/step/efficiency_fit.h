#ifndef HC_WORKLOADS_STEP_EFFICIENCY_FIT_H
#define HC_WORKLOADS_STEP_EFFICIENCY_FIT_H

#include "sim/error.h"
#include "workloads/step/efficiency.h"
#include "workloads/step/step_time.h"

#include <stddef.h>

/** Fits free parameters of the step model to measured steps: least squares of the logarithms of predicted / measured, so
 *  that a step of a second and one of a minute count alike. Steps that no parameter explains pull less the farther they
 *  are off (Huber 1964, from 10 % on). Tables count alike, however many rows they have. */

/** A measured step. `setting.efficiency` is ignored. */
typedef struct hc_measured_step {
    hc_step_setting setting;
    double seconds; /**< > 0 */
    uint32_t table; /**< which table it is from, below HC_FIT_MAX_TABLES */
} hc_measured_step;

enum { HC_FIT_MAX_TABLES = 16 };

/** How far predictions are from what was measured: of predicted / measured - 1. */
typedef struct hc_error_summary {
    size_t count;
    double mean; /**< of the absolute values; likewise: */
    double median;
    double p90;
    double worst;
    double bias; /**< mean with its sign */
} hc_error_summary;

typedef struct hc_efficiency_fit {
    hc_efficiency
        efficiency; /**< of `start` where nothing was free; name, accelerator and basis are those of `start` */
    double low
        [HC_EFF_COUNT]; /**< 90 % interval of each free parameter; the value itself where it was not */
    double high[HC_EFF_COUNT];
    hc_error_summary errors; /**< on the rows it was fitted to */
} hc_efficiency_fit;

/** Fits. Deterministic.
 *  @param start  values of the parameters that are not free, and where the others begin
 *  @param free_parameters  which to fit, at least one, each once
 *  @return 0, or -1 with `error` set: fewer rows than parameters, no convergence, no memory. */
int hc_efficiency_fit_steps(hc_efficiency_fit *out, const hc_measured_step *steps, size_t count,
                            const hc_efficiency *start,
                            const hc_efficiency_parameter *free_parameters, size_t free_count,
                            hc_error *error);

/** Errors of an efficiency on measured steps.
 *  @param errors  [out] predicted / measured - 1 of each step, `count` of them; NULL: of no interest
 *  @return 0, or -1 when memory is short. */
int hc_efficiency_errors(const hc_efficiency *efficiency, const hc_measured_step *steps,
                         size_t count, double *errors, hc_error_summary *summary);

/** Summary of relative errors, which it puts into order. */
void hc_error_summary_of(double *errors, size_t count, hc_error_summary *out);

#endif
