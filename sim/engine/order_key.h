#ifndef HC_SIM_ENGINE_ORDER_KEY_H
#define HC_SIM_ENGINE_ORDER_KEY_H

#include "sim/engine/time.h"

#include <stdint.h>

/** Where an event stands in the total order of a run (sim/engine/event.h), for those who see the events of some
 *  processes only: what several of them have written, sorted by this key, is what one would have written.
 *  Two events of one process may have the same key; they stand next to each other then, in the order in which
 *  they happened. */
typedef struct hc_order_key {
    hc_time time; /**< HC_TIME_MISSING: before the first event; HC_TIME_NEVER: after the last one */
    uint64_t order;   /**< hc_event.order; 0 before the first event and after the last one */
    uint32_t process; /**< whose event it is */
} hc_order_key;

/** @return less than, equal to or greater than 0, as `a` comes before `b`, stands with it, or comes after it. */
static inline int hc_order_key_compare(const hc_order_key *a, const hc_order_key *b)
{
    if (a->time != b->time) {
        return a->time < b->time ? -1 : 1;
    }
    if (a->order != b->order) {
        return a->order < b->order ? -1 : 1;
    }
    return a->process < b->process ? -1 : a->process > b->process;
}

#endif
