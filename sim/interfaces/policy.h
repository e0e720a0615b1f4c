#ifndef HC_SIM_INTERFACES_POLICY_H
#define HC_SIM_INTERFACES_POLICY_H

#include "sim/error.h"

#include <stdbool.h>
#include <stdint.h>

struct hc_lifecycle;

/** A queue policy: which waiting job starts next. It sees jobs by slot, asks the lifecycle for starts and says
 *  why it passes jobs over. It never reads a job's run time, only its time limit. */
typedef struct hc_policy {
    const char *name;
    const char *help; /**< one line */

    /** @param lifecycle  borrowed, outlives the policy
     *  @return the policy's state, or NULL with `error` set. */
    void *(*create)(struct hc_lifecycle *lifecycle, hc_error *error);
    void (*destroy)(void *self);

    /** A job has joined the queue. @return 0, or -1 when memory is short. */
    int (*submitted)(void *self, uint32_t slot);

    /** GPUs have become free, or may have. */
    void (*freed)(void *self);

    /** One scheduling pass: starts what may start. @return 0, or -1 (the lifecycle holds the error). */
    int (*pass)(void *self);

    /** Verifies the policy's invariants. For tests. */
    bool (*check)(const void *self);
} hc_policy;

#endif
