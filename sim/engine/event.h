#ifndef HC_SIM_ENGINE_EVENT_H
#define HC_SIM_ENGINE_EVENT_H

#include "sim/engine/time.h"

#include <stdbool.h>
#include <stdint.h>

/** One event of the simulation and the total order in which events happen.
 *
 *  Order: (time, round, class, entity, origin). Nothing else decides: no pointer, no hash, no arrival.
 *  - `time`: simulated nanoseconds.
 *  - `round`: 0 for events posted from an earlier instant; what an event causes at its own instant opens
 *    the next round of that instant (see hc_engine_post).
 *  - `class`: a small number that the model gives; lower happens first.
 *  - `entity`: whom the event is about (a job, a node, a process), a number that the model gives.
 *  - `origin`: the process that posted it and that process's count of posts: unique in a run.
 *  Two events of one process with equal (time, round, class, entity) happen in the order of their origin. */

typedef struct hc_event {
    hc_time time;
    uint64_t order;   /**< round (24 bits), class (8), entity (32): see hc_event_order */
    uint64_t origin;  /**< posting process (24 bits), its number of posts before (40 bits) */
    uint64_t data;    /**< the model's own */
    uint32_t process; /**< receiver */
    uint32_t kind;    /**< the model's own, below HC_EVENT_MESSAGE */
} hc_event;

enum {
    HC_EVENT_ROUND_BITS = 24,
    HC_EVENT_PROCESS_BITS = 24,
};

/** In `kind` of a message on its way: its `data` is the slot of its payload. Handlers never see it. */
#define HC_EVENT_MESSAGE (UINT32_C(1) << 31)

#define HC_EVENT_MAX_ROUND ((UINT32_C(1) << HC_EVENT_ROUND_BITS) - 1)
#define HC_EVENT_MAX_PROCESS_COUNT (UINT32_C(1) << HC_EVENT_PROCESS_BITS)

static inline uint64_t hc_event_order(uint32_t round, uint8_t event_class, uint32_t entity)
{
    return (uint64_t)round << 40 | (uint64_t)event_class << 32 | entity;
}

static inline uint32_t hc_event_round(const hc_event *event)
{
    return (uint32_t)(event->order >> 40);
}

static inline uint8_t hc_event_class(const hc_event *event)
{
    return (uint8_t)(event->order >> 32);
}

static inline uint32_t hc_event_entity(const hc_event *event)
{
    return (uint32_t)event->order;
}

/** Whether `a` happens before `b`: the total order. */
static inline bool hc_event_precedes(const hc_event *a, const hc_event *b)
{
    if (a->time != b->time) {
        return a->time < b->time;
    }
    return a->order != b->order ? a->order < b->order : a->origin < b->origin;
}

#endif
