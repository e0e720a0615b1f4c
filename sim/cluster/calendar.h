#ifndef HC_SIM_CLUSTER_CALENDAR_H
#define HC_SIM_CLUSTER_CALENDAR_H

#include "sim/cluster/machine.h"
#include "sim/engine/time.h"
#include "sim/ids.h"
#include "sim/int128.h"

#include <stddef.h>
#include <stdint.h>

/** Capacity that changes over time: which nodes of one partition are in service, and from when on. They are always
 *  its first ones; before the first step all of them. Nodes without GPUs go with the node before them. */

typedef struct hc_calendar_step {
    hc_time at;
    uint64_t gpu_count;  /**< in service from then on */
    uint32_t node_count; /**< in service: so many of the partition's nodes, from its first on */
} hc_calendar_step;

typedef struct hc_calendar {
    hc_partition_id partition;
    hc_calendar_step *steps; /**< times rise, and each changes something */
    size_t count;
    size_t capacity;
    hc_time last_at; /**< of the last step given; HC_TIME_MISSING: none */
} hc_calendar;

/** A calendar without steps. */
hc_calendar hc_calendar_empty(hc_partition_id partition);
void hc_calendar_free(hc_calendar *calendar);

enum { HC_CALENDAR_TEXT_SIZE = 256 };

/** Adds a step behind the others.
 *  @param machine    frozen
 *  @param complaint  [out] what is wrong with it, HC_CALENDAR_TEXT_SIZE bytes: "expected 960 or 968 (GPUs of the
 *                    first 120 or 121 nodes), got 963"
 *  @return 0, or -1 with a complaint. Cost: O(nodes of the partition). */
int hc_calendar_add(hc_calendar *calendar, const hc_machine *machine, hc_time at,
                    uint64_t gpu_count, char *complaint);

/** GPUs in service on the whole machine, of these kinds (as in hc_request).
 *  @param out  calendar->count + 1 numbers: before the first step, and from each step on
 *  Cost: O(nodes + nodes that the steps move). */
void hc_calendar_gpu_counts(const hc_calendar *calendar, const hc_machine *machine, uint64_t kinds,
                            uint64_t *out);

/** Capacity x time in [from, to), GPUs x ns. O(steps). @param gpu_counts  of hc_calendar_gpu_counts */
hc_int128 hc_calendar_integral(const hc_calendar *calendar, const uint64_t *gpu_counts,
                               hc_time from, hc_time to);

#endif
