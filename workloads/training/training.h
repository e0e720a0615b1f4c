#ifndef HC_WORKLOADS_TRAINING_TRAINING_H
#define HC_WORKLOADS_TRAINING_TRAINING_H

#include "sim/cluster/machine.h"
#include "sim/error.h"
#include "sim/interfaces/network.h"
#include "sim/interfaces/workload.h"
#include "workloads/catalogue/accelerators.h"
#include "workloads/catalogue/model_shape.h"
#include "workloads/plan/parallel_plan.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What training jobs of a simulation do: models, plans, and how fast they get on where a job was placed, by the step model
 *  (workloads/step/step_time.h).
 *
 *  Steps take whole nanoseconds. Where a job lies on GPUs of several kinds, each of which would need another time, the slowest
 *  sets the pace of all: every stage of a pipeline waits for it. An elastic work on another number of GPUs gets as many
 *  data-parallel replicas as there is room for; its batch stays, or becomes the nearest one that they can share, the larger of
 *  two; as many tokens are to be done as before.
 *  Life: create, add works, then ask. What was asked is remembered; the same question gets the same answer all the same. */
typedef struct hc_training hc_training;

/** A kind of GPU of a machine: what is needed to know how fast it trains. */
typedef struct hc_training_kind {
    const hc_accelerator
        *accelerator;          /**< NULL: no such accelerator is known; nothing is trained on it */
    const hc_network *network; /**< between GPUs of the kind; borrowed */
} hc_training_kind;

/** One work. */
typedef struct hc_training_work {
    const char *name;          /**< for messages and records; copied */
    hc_model_shape shape;      /**< its texts are borrowed */
    hc_parallel_plan plan;     /**< complete and possible; its list of layers is copied */
    double tokens;             /**< to be trained on; 0: `steps` tells */
    uint64_t steps;            /**< of the plan; 0: as many as pass over the tokens, rounded up */
    uint64_t kinds;            /**< GPU kinds that will do, a bit each */
    hc_partition_id partition; /**< where its source assumes it to run */
    bool is_elastic;           /**< may get another number of GPUs */
} hc_training_work;

/** What follows from a work. */
typedef struct hc_training_facts {
    hc_time step;     /**< of its plan, where packed on the fastest kind that will do */
    hc_time run_time; /**< of all steps; what a job's source is to say (hc_job_spec.run_time) */
    uint64_t steps;
    uint64_t
        kinds; /**< that will do: its own, less those that are unknown, too small, or do not multiply so */
    uint32_t kind; /**< that fastest one */
    uint32_t gpu_count;
    const char *title; /**< "pre-train: llama3-70b, 1024 GPUs (tp 8 x cp 1 x pp 4 x dp 32, ep 1)" */
} hc_training_facts;

/** @param machine  frozen, borrowed  @param kinds  one for each kind of the machine; copied
 *  @return 0 and what the caller owns, or -1 (memory). */
int hc_training_create(hc_training **out, const hc_machine *machine, const hc_training_kind *kinds,
                       hc_error *error);
void hc_training_destroy(hc_training *training);

/** Adds a work.
 *  @param number  [out] what jobs name it by (hc_job_spec.workload)
 *  @return 0, or -1 with every reason in `error`: no kind of GPU will do, not even one step can be done in 146 years. */
int hc_training_add(hc_training *training, const hc_training_work *work, uint32_t *number,
                    hc_error *error);

uint32_t hc_training_count(const hc_training *training);

/** @param number  from 1. Borrowed. */
const hc_training_work *hc_training_at(const hc_training *training, uint32_t number);
const hc_training_facts *hc_training_facts_of(const hc_training *training, uint32_t number);

/** The plan of a work on a number of GPUs.
 *  @return 0, or -1 with the reason in `why`. */
int hc_training_plan_on(const hc_training_work *work, uint32_t gpu_count, hc_parallel_plan *out,
                        hc_error *why);

/** What a simulation asks. Borrows `training`. */
hc_workload hc_training_workload(hc_training *training);

#endif
