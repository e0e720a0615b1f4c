#ifndef HC_WORKLOADS_TRAINING_PACE_MEMORY_H
#define HC_WORKLOADS_TRAINING_PACE_MEMORY_H

#include "sim/interfaces/workload.h"

#include <stdbool.h>

/** Answers of a workload, by what they depend on: the work and the shape of the placement, which is how many GPUs each node
 *  gives, of which kind, and where racks, pods and sites change. What is forgotten is asked again. */
typedef struct hc_pace_memory hc_pace_memory;

/** @return NULL when memory is short. */
hc_pace_memory *hc_pace_memory_create(void);
void hc_pace_memory_destroy(hc_pace_memory *memory);

/** @return whether the answer is known. O(GPUs). */
bool hc_pace_memory_find(hc_pace_memory *memory, uint32_t work, const hc_work_place *place,
                         hc_pace *out);

/** Keeps the answer to what was looked for last, if there is room for it. */
void hc_pace_memory_keep(hc_pace_memory *memory, const hc_pace *pace);

/** Answers that are kept. */
size_t hc_pace_memory_count(const hc_pace_memory *memory);

#endif
