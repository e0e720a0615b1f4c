#ifndef HC_SIM_POLICIES_IN_ORDER_H
#define HC_SIM_POLICIES_IN_ORDER_H

#include "sim/interfaces/policy.h"

#include <stdbool.h>

/** The pass that FCFS and SJF share: start from the first job on while it fits, let nobody pass it. */
void *hc_in_order_create(struct hc_lifecycle *lifecycle, bool is_by_limit, hc_error *error);
void hc_in_order_destroy(void *self);
int hc_in_order_submitted(void *self, uint32_t slot);
void hc_in_order_freed(void *self);
int hc_in_order_pass(void *self);
bool hc_in_order_check(const void *self);

#endif
