#ifndef HC_WORKLOADS_SEARCH_PLAN_SEARCH_H
#define HC_WORKLOADS_SEARCH_PLAN_SEARCH_H

#include "workloads/search/plan_walk.h"
#include "workloads/step/step_time.h"
#include "workloads/plan/training_memory.h"

#include <stdbool.h>
#include <stddef.h>

/** The best ways to train a model on a number of GPUs of one kind. */

/** One that fits. Plain. */
typedef struct hc_plan_choice {
    hc_parallel_plan plan; /**< without stage_layers */
    double step_seconds;
    double memory_bytes;
} hc_plan_choice;

/** The fastest so far, sorted: by time of a step, then by memory, then by the order of hc_plan_compare. */
typedef struct hc_plan_ranking {
    hc_plan_choice *choices; /**< room for `limit`; the caller's */
    size_t limit;            /**< >= 1 */
    size_t count;
} hc_plan_ranking;

/** A total order of plans: the simpler one first. @return < 0, 0, > 0 */
int hc_plan_compare(const hc_parallel_plan *a, const hc_parallel_plan *b);

/** Puts a choice at its place, if it is among the best. Rankings of shares, put together, are the ranking of the whole. */
void hc_plan_ranking_add(hc_plan_ranking *ranking, const hc_plan_choice *choice);

/** Goes through all plans of a walk: those that fit into the memory are predicted, the best go to the ranking.
 *  Memory first: most plans that do not fit are never predicted.
 *  @param setting  its plan is of no interest; network and layout are of the walk's GPUs
 *  @param slowest_seconds  steps that take longer are refused (HC_OBSTACLE_LIMIT); INFINITY: none are
 *  Cost: some microseconds for each plan that fits, a tenth of it for the others. Allocates nothing. */
void hc_plan_search(const hc_plan_walk *walk, const hc_step_setting *setting,
                    double slowest_seconds, hc_plan_counts *counts, hc_plan_ranking *ranking);

/** The possible plan on as many GPUs that fits the memory and differs least from a wanted one, in how often a count would
 *  have to be doubled or halved.  @return false when there is none */
bool hc_plan_nearest(hc_parallel_plan *out, const hc_model_shape *shape,
                     const hc_parallel_plan *wanted, const hc_accelerator *accelerator);

enum { HC_PLAN_TEXT_SIZE = 256 };

/** "tp 8 x pp 4 x dp 64, ZeRO-1, micro-batch 1 of 2048, bf16, selective recomputation".
 *  @param out  HC_PLAN_TEXT_SIZE bytes */
void hc_plan_write(const hc_parallel_plan *plan, char *out);

#endif
