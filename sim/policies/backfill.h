#ifndef HC_SIM_POLICIES_BACKFILL_H
#define HC_SIM_POLICIES_BACKFILL_H

#include "sim/interfaces/policy.h"

#include <stdbool.h>

/** What EASY and EASY-SJBF share: heads in order of submission, one reservation, and a tail that may pass the
 *  head as long as it does not delay it. They differ in the order of the tail. */
void *hc_backfill_create(struct hc_lifecycle *lifecycle, bool is_tail_by_limit, hc_error *error);
void hc_backfill_destroy(void *self);
int hc_backfill_submitted(void *self, uint32_t slot);
void hc_backfill_freed(void *self);
int hc_backfill_pass(void *self);
bool hc_backfill_check(const void *self);

#endif
