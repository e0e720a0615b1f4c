#include "sim/policies/in_order.h"
#include "sim/policies/policies.h"

/* Shortest job first, by time limit, ties by job: the shortest is started while it fits, and nobody passes it. */

static void *create(struct hc_lifecycle *lifecycle, hc_error *error)
{
    return hc_in_order_create(lifecycle, true, error);
}

const hc_policy hc_policy_sjf = {
    .name = "sjf",
    .help = "shortest time limit first; nobody passes the shortest",
    .create = create,
    .destroy = hc_in_order_destroy,
    .submitted = hc_in_order_submitted,
    .freed = hc_in_order_freed,
    .pass = hc_in_order_pass,
    .check = hc_in_order_check,
};
