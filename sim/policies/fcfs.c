#include "sim/policies/in_order.h"
#include "sim/policies/policies.h"

/* First come, first served: the queue in the order of submission; its head is started while it fits, and
 * nobody passes it. */

static void *create(struct hc_lifecycle *lifecycle, hc_error *error)
{
    return hc_in_order_create(lifecycle, false, error);
}

const hc_policy hc_policy_fcfs = {
    .name = "fcfs",
    .help = "first come, first served; nobody passes the head of the queue",
    .create = create,
    .destroy = hc_in_order_destroy,
    .submitted = hc_in_order_submitted,
    .freed = hc_in_order_freed,
    .pass = hc_in_order_pass,
    .check = hc_in_order_check,
};
