#ifndef HC_SIM_POLICIES_NODE_STEPS_H
#define HC_SIM_POLICIES_NODE_STEPS_H

#include "sim/cluster/fit_index.h"
#include "sim/engine/time.h"

#include <stdbool.h>
#include <stdint.h>

/** A span of time, [start, end). */
typedef struct hc_span {
    hc_time start;
    hc_time end;
} hc_span;

/** GPUs, CPU and memory of one node. */
typedef struct hc_amount {
    uint32_t gpu_count;
    hc_host host;
} hc_amount;

/** How much of one node is held when: a function of steps, nothing before the first one. A plain struct, zero at the
 *  begin. Cost: O(steps of the node). */
typedef struct hc_node_steps {
    struct hc_node_step *steps;
    uint32_t count;
    uint32_t capacity;
} hc_node_steps;

void hc_node_steps_free(hc_node_steps *node);
void hc_node_steps_clear(hc_node_steps *node);

/** Holds an amount during [from, to), or lets it go again. Steps that lie before `now` are forgotten.
 *  @return 0, or -1 when memory is short; nothing has changed then. */
int hc_node_steps_hold(hc_node_steps *node, hc_time now, hc_time from, hc_time to,
                       const hc_amount *amount);
int hc_node_steps_let_go(hc_node_steps *node, hc_time now, hc_time from, hc_time to,
                         const hc_amount *amount);

/** The first step after `time`, HC_TIME_NEVER without one. */
hc_time hc_node_steps_next(const hc_node_steps *node, hc_time time);

/** The first part of [from, to) in which no GPU is held, as long as it lasts. @return false: there is none. */
bool hc_node_steps_idle(const hc_node_steps *node, hc_time from, hc_time to, hc_span *idle);

/** The most of each that is held at some time in [from, to). */
hc_amount hc_node_steps_most(const hc_node_steps *node, hc_time from, hc_time to);

#endif
