#ifndef HC_CLI_TRAINING_JOB_H
#define HC_CLI_TRAINING_JOB_H

#include "cli/efficiency_choice.h"
#include "cli/prediction.h"
#include "sim/error.h"
#include "sim/scenario/scenario.h"
#include "sim/scenario/schema.h"
#include "workloads/catalogue/carbon.h"
#include "workloads/catalogue/model_keys.h"
#include "workloads/plan/plan_keys.h"
#include "workloads/training/training_run.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The file of `hindcast estimate` and `hindcast plan`: a model, how it is trained, on what, for how long, at what price.
 *
 *      estimate:
 *        model: llama3-70b
 *        plan: { gpus: 2048, tp: 8, pp: 4, micro_batch: 1, global_batch: 2048, recompute: selective }
 *        gpu: H100-SXM
 *        tokens: 15e12
 *        cost: { gpu_hour: 2.5, region: europe-north1 } */
extern const hc_key_table hc_training_job_keys;

/** What the file says. Texts are borrowed from `scenario`. */
typedef struct hc_training_job {
    hc_scenario *scenario;
    const hc_value *root;          /**< `estimate` */
    const hc_value *place_of_plan; /**< for messages: the plan, or the whole where there is none */
    hc_model_shape shape;
    hc_parallel_plan plan; /**< complete, but not checked */
    uint32_t stage_layers[HC_PLAN_MAX_STAGES_LISTED];
    const hc_accelerator
        *accelerator; /**< NULL: no `gpu` is given; with stages the one with the slowest memory */
    hc_stage_kind stage_kinds
        [HC_STAGE_MAX_KINDS];  /**< that `place` borrows: a job stays where it was opened */
    uint32_t stage_kind_count; /**< 0: all stages are on `accelerator` */
    hc_training_place place;
    hc_efficiency_choice choice;    /**< of the profile; nothing: the one for the kind */
    double tokens;                  /**< 0: not given */
    double steps;                   /**< likewise; at most one of the two is */
    const hc_carbon_region *region; /**< NULL: the grid was given as a number */
    hc_training_failures failures;  /**< without the nodes */
    bool has_price;                 /**< of its own */
} hc_training_job;

/** Reads a job.
 *  @param profile  efficiency profile or a file with one, before that of the job; NULL: none
 *  @return 0, or -1 with all defects in `error`. Close in any case. */
int hc_training_job_open(hc_training_job *out, const char *path, const char *const *overrides,
                         size_t override_count, const char *profile, hc_error *error);

/** The same from memory. @param name  stands for the file in messages */
int hc_training_job_parse(hc_training_job *out, const char *name, const char *text, size_t length,
                          hc_error *error);
void hc_training_job_close(hc_training_job *job);

/** The terms of the job on a kind: those of the file before those of the catalogue. */
hc_training_terms hc_training_job_terms(const hc_training_job *job,
                                        const hc_accelerator *accelerator,
                                        const hc_parallel_plan *plan);

#endif
