#ifndef HC_SIM_POLICIES_RESERVATION_H
#define HC_SIM_POLICIES_RESERVATION_H

#include "sim/jobs/lifecycle.h"

#include <stdbool.h>
#include <stdint.h>

/** The reservation of a job that does not fit now: when it will, if running jobs end as their limits say.
 *
 *  The shadow time T is the earliest instant at which the head fits. A job may be started beside it when it
 *  ends by T, or when the head still fits at T with that job in place. On a partition where only the number
 *  of free GPUs counts, the second rule is "at most `extra` GPUs"; elsewhere that is necessary where one
 *  class exists, and the placement itself decides. */
typedef struct hc_reservation {
    uint32_t head;
    hc_time shadow;       /**< T; HC_TIME_NEVER: it does not fit even when all have ended */
    uint64_t extra_milli; /**< GPUs free at T beside the head, in thousandths; never too small */
    bool is_exact;        /**< `extra_milli` alone decides */
} hc_reservation;

/** Computes the reservation of a waiting job that does not fit.
 *  Cost: O(log running jobs) where only the number of GPUs counts, else O(jobs ending before T). */
hc_reservation hc_reservation_make(hc_lifecycle *lifecycle, uint32_t head);

/** Whether the head still fits at T now that one more job, not ending by T, has been placed. */
bool hc_reservation_holds(hc_lifecycle *lifecycle, const hc_reservation *reservation);

#endif
