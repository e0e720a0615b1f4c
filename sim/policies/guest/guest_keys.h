#ifndef HC_SIM_POLICIES_GUEST_GUEST_KEYS_H
#define HC_SIM_POLICIES_GUEST_GUEST_KEYS_H

#include "sim/engine/time.h"
#include "sim/error.h"
#include "sim/interfaces/policy.h"
#include "sim/scenario/scenario.h"

/** The keys under `scheduler` that say where a policy from outside is; they belong to those of sim/policies/scheduler_keys.h. */
extern const hc_key_table hc_guest_keys;

/** What they say. All borrowed from the scenario. */
typedef struct hc_guest_choice {
    const hc_value *endpoint; /**< of policy external, else NULL */
    hc_time timeout;          /**< wall-clock time that an answer may take */
    const hc_value *file;     /**< of policy plugin, else NULL */
    const char *options;      /**< text for it; NULL: none */
} hc_guest_choice;

/** @return 0, or -1 with `error` set when settings do not go together. */
int hc_guest_read(hc_guest_choice *out, hc_guest_kind kind, const hc_value *scheduler,
                  hc_error *error);

#endif
