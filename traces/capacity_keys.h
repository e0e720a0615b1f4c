#ifndef HC_TRACES_CAPACITY_KEYS_H
#define HC_TRACES_CAPACITY_KEYS_H

#include "sim/cluster/calendar.h"
#include "sim/cluster/machine.h"
#include "sim/error.h"
#include "sim/scenario/scenario.h"
#include "traces/byte_source.h"
#include "traces/job_trace.h"

/** The keys of `cluster.capacity`. */
extern const hc_key_table hc_capacity_keys;

/** What has been read of a scenario's calendar. */
typedef struct hc_capacity {
    hc_calendar calendar;
    const char *file; /**< as the scenario names it; NULL: the scenario lists the steps itself */
    char sha256[HC_SHA256_TEXT_SIZE];
} hc_capacity;

/** What the times of the jobs mean. */
typedef struct hc_capacity_clock {
    hc_trace_clock clock; /**< HC_CLOCK_UNKNOWN_ZERO for synthetic jobs */
    int64_t unix_zero_seconds;
} hc_capacity_clock;

/** Reads `cluster.capacity`.
 *  @param out      to be freed with hc_capacity_free in any case
 *  @param machine  frozen
 *  @return 0, or -1 with `error` set. */
int hc_capacity_read(hc_capacity *out, const hc_scenario *scenario, const hc_value *capacity,
                     const hc_machine *machine, const hc_capacity_clock *clock, hc_error *error);
void hc_capacity_free(hc_capacity *capacity);

#endif
