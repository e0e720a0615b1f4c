#ifndef HC_WORKLOADS_TRAINING_TRAINING_KEYS_H
#define HC_WORKLOADS_TRAINING_TRAINING_KEYS_H

#include "sim/scenario/scenario.h"
#include "sim/scenario/schema.h"
#include "workloads/catalogue/model_keys.h"
#include "workloads/plan/plan_keys.h"
#include "workloads/training/training.h"

/** What a scenario says of what is trained, wherever it does:
 *
 *      model: llama3-70b
 *      plan: { gpus: 1024, tp: 8, pp: 4, global_batch: 1024 }
 *      tokens: 1.0e12          # or steps */

/** The rows of a work inside a map at a path; the map has its own row before. */
#define HC_TRAINING_KEYS(at)                                                                      \
    HC_MODEL_KEYS(at ".model", "The model that is trained"),                                      \
        HC_PLAN_KEYS(at ".plan", "How the model is split over its GPUs, one unless given"),       \
        {.path = at ".tokens",                                                                    \
         .type = HC_KEY_REAL,                                                                     \
         .unit = "tokens",                                                                        \
         .minimum = 1,                                                                            \
         .maximum = 1e18,                                                                         \
         .help = "Tokens to be trained on, in as many steps as it takes"},                        \
        {.path = at ".steps",                                                                     \
         .type = HC_KEY_INTEGER,                                                                  \
         .unit = "steps",                                                                         \
         .minimum = 1,                                                                            \
         .maximum = 1e15,                                                                         \
         .help = "Steps of the plan, instead of tokens"},                                         \
        {.path = at ".gpu",                                                                       \
         .type = HC_KEY_TEXT,                                                                     \
         .help = "Kinds of GPU that will do, with | between them; absent: all that are known"},   \
    {                                                                                             \
        .path = at ".elastic", .type = HC_KEY_BOOLEAN,                                            \
        .help = "Whether it may get another number of GPUs: as many more or fewer data-parallel " \
                "replicas; false unless given"                                                    \
    }

/** Where works of a scenario go. */
typedef struct hc_training_desk {
    hc_training *training;     /**< NULL: run times are recorded, nothing may be trained */
    const hc_machine *machine; /**< frozen */
    hc_partition_id partition; /**< where jobs are submitted to that say nothing else */
    bool is_site;              /**< of a federation: they may not say anything else */
} hc_training_desk;

/** Reads a work and adds it.
 *  @param map   with the rows above
 *  @param name  of the work, for messages and records
 *  @param is_drawn  jobs have run times of their own: tokens and steps are refused, the work is one step
 *  @return 0 and its number, or -1 with every defect in `error`. */
int hc_training_read(const hc_training_desk *desk, const hc_value *map, const char *name,
                     bool is_drawn, uint32_t *number, hc_error *error);

#endif
