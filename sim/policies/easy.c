#include "sim/policies/backfill.h"
#include "sim/policies/policies.h"

/* EASY backfilling (Lifka 1995): the head of the queue holds a reservation; jobs behind it, in order of
 * submission, start when they fit and do not delay it. */

static void *create(struct hc_lifecycle *lifecycle, hc_error *error)
{
    return hc_backfill_create(lifecycle, false, error);
}

const hc_policy hc_policy_easy = {
    .name = "easy",
    .help = "EASY backfilling: jobs may pass the head if that does not delay it",
    .create = create,
    .destroy = hc_backfill_destroy,
    .submitted = hc_backfill_submitted,
    .freed = hc_backfill_freed,
    .pass = hc_backfill_pass,
    .check = hc_backfill_check,
};
