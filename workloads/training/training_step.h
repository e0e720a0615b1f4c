#ifndef HC_WORKLOADS_TRAINING_TRAINING_STEP_H
#define HC_WORKLOADS_TRAINING_TRAINING_STEP_H

#include "sim/cluster/rank_layout.h"
#include "sim/engine/time.h"
#include "workloads/training/training.h"

#include <stdint.h>

/** Steps of training jobs on the kinds of GPU of a machine, in whole nanoseconds: at least 1, at most HC_TIME_LIMIT. */

/** On GPUs of one kind. */
hc_time hc_training_step_on(const hc_training_kind *kind, const hc_model_shape *shape,
                            const hc_parallel_plan *plan, const hc_rank_layout *layout);

/** On GPUs of several kinds: each pipeline stage works as fast as the slowest kind among its ranks, the slowest stage sets
 *  the pace of all, and what is not stages (gradients, optimizer, network) goes as on the slowest kind of all.
 *  @param kinds    of the machine, by number
 *  @param kind_of  kind of each rank, as many as the layout has
 *  Cost: that of a step for each kind, and O(ranks). */
hc_time hc_training_step_on_ranks(const hc_training_kind *kinds, const uint32_t *kind_of,
                                  const hc_model_shape *shape, const hc_parallel_plan *plan,
                                  const hc_rank_layout *layout);

#endif
