#ifndef HC_SIM_POLICIES_RESERVATION_H
#define HC_SIM_POLICIES_RESERVATION_H

#include "sim/jobs/lifecycle.h"

#include <stdbool.h>
#include <stdint.h>

/** The reservation of a job that does not fit now: when and where it will start, if running jobs end as their
 *  limits say.
 *
 *  The shadow time T is the earliest instant at which the head fits; its place is the one that the placement rule
 *  would give it then. A job may start before the head when it ends by T, or when it leaves that place alone: of a
 *  node of that place it may use what is free there both now and, beside the head, at T. Where only the number
 *  of free GPUs counts, this is EASY's rule of the extra processors.
 *  A reservation stays as it is until GPUs become free or another job is the head. */
typedef struct hc_reservation hc_reservation;

/** @return a reservation that the caller owns, or NULL with `error` set. To be called before any job runs. */
hc_reservation *hc_reservation_create(hc_lifecycle *lifecycle, hc_error *error);
void hc_reservation_destroy(hc_reservation *reservation);

/** Reserves for a waiting job that does not fit now, instead of what was reserved before.
 *  Cost: O(log running jobs) where only the number of GPUs counts, else as hc_lifecycle_forecast_start, plus
 *  O(nodes of the head). */
void hc_reservation_make(hc_reservation *reservation, uint32_t head);

/** T; HC_TIME_NEVER: the head does not fit even when all have ended. */
hc_time hc_reservation_shadow(const hc_reservation *reservation);

/** No job that does not end by T and asks for more thousandths than this can start; most others can. O(classes). */
uint64_t hc_reservation_beside_milli(const hc_reservation *reservation);

/** Starts a waiting job before the head, if it fits and leaves the reservation alone.
 *  @return 1 started, 0 not, -1 failed. Cost: O(nodes of the job). */
int hc_reservation_start(hc_reservation *reservation, uint32_t slot);

/** Starts the first job of the queue, whoever it is: nothing is reserved against it. As above. */
int hc_reservation_start_head(hc_reservation *reservation, uint32_t slot);

/** Whether the waiting job would end by T. */
bool hc_reservation_is_short(const hc_reservation *reservation, uint32_t slot);

/** To be called before a running job ends. */
void hc_reservation_note_end(hc_reservation *reservation, uint32_t slot);

/** To be called before nodes go out of service or come back: the reservation has to be made anew. */
void hc_reservation_note_capacity(hc_reservation *reservation);

/** After jobs have ended, brings a reservation whose head and T have not come up to date, if making it anew would
 *  give the same T and place. @return false: it has to be made anew. O(nodes of the place). */
bool hc_reservation_renew(hc_reservation *reservation);

/** To be called at the end of a pass, and at the begin of one that keeps the reservation. */
void hc_reservation_rest(hc_reservation *reservation);
void hc_reservation_resume(hc_reservation *reservation);

struct hc_archive;

/** Saves the reservation between two passes, or loads it into one that was just created; blocks what was blocked. */
void hc_reservation_exchange(hc_reservation *reservation, struct hc_archive *archive);

#endif
