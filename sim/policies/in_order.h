#ifndef HC_SIM_POLICIES_IN_ORDER_H
#define HC_SIM_POLICIES_IN_ORDER_H

#include "sim/interfaces/policy.h"

#include <stdbool.h>

/** A queue and nothing else: what policies without reservations have in common. */
void *hc_in_order_create(struct hc_lifecycle *lifecycle, const hc_policy_options *options,
                         hc_error *error);
void hc_in_order_destroy(void *self);
int hc_in_order_submitted(void *self, uint32_t slot);
void hc_in_order_ending(void *self, uint32_t slot);
void hc_in_order_exchange(void *self, struct hc_archive *archive);
bool hc_in_order_check(const void *self);

#endif
