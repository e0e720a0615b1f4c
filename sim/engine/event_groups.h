#ifndef HC_SIM_ENGINE_EVENT_GROUPS_H
#define HC_SIM_ENGINE_EVENT_GROUPS_H

#include "sim/engine/event_queue.h"

/** The pending events of a queue by receiver, for those who save it. Valid until the queue changes. */
typedef struct hc_event_groups hc_event_groups;

/** @return groups that the caller owns, or NULL when memory is short. O(events + processes), 4 bytes per event. */
hc_event_groups *hc_event_groups_create(const hc_event_queue *queue, uint32_t process_count);
void hc_event_groups_destroy(hc_event_groups *groups);

/** Events that a process will receive, and one of them, in no order. Borrowed until the queue changes. */
uint64_t hc_event_groups_count(const hc_event_groups *groups, uint32_t process);
const hc_event *hc_event_groups_event(const hc_event_groups *groups, uint32_t process,
                                      uint64_t index);

#endif
