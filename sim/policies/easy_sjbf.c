#include "sim/policies/backfill.h"
#include "sim/policies/policies.h"

/* EASY with shortest-job backfilled first (Tsafrir, Etsion and Feitelson, TPDS 2007): as EASY, with the jobs
 * behind the head in the order of their time limits. */

static void *create(struct hc_lifecycle *lifecycle, hc_error *error)
{
    return hc_backfill_create(lifecycle, true, error);
}

const hc_policy hc_policy_easy_sjbf = {
    .name = "easy_sjbf",
    .help = "EASY backfilling, the shortest of the jobs behind the head first",
    .create = create,
    .destroy = hc_backfill_destroy,
    .submitted = hc_backfill_submitted,
    .freed = hc_backfill_freed,
    .pass = hc_backfill_pass,
    .check = hc_backfill_check,
};
