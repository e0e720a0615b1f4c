#ifndef HC_SIM_POLICIES_PLAN_SPAN_VIEW_H
#define HC_SIM_POLICIES_PLAN_SPAN_VIEW_H

#include "sim/jobs/lifecycle.h"
#include "sim/policies/plan/node_steps.h"

#include <stdbool.h>
#include <stdint.h>

/** What is free of each node during the whole of a span of time, as a view of the partition on which a placement rule
 *  can be asked. Of each node is known what is held when; the view is recomputed for the nodes that were touched. */
typedef struct hc_span_view hc_span_view;

/** @return a view that shows nothing yet and is owned by the caller, or NULL with `error` set. */
hc_span_view *hc_span_view_create(hc_lifecycle *lifecycle, hc_error *error);
void hc_span_view_destroy(hc_span_view *view);

/** Something of a node is held during a span, from now on at the earliest, or no more. The node is touched.
 *  @return 0, or -1 when memory is short. */
int hc_span_view_hold(hc_span_view *view, uint32_t node, const hc_span *span,
                      const hc_amount *amount);
int hc_span_view_let_go(hc_span_view *view, uint32_t node, const hc_span *span,
                        const hc_amount *amount);

/** What is held of a node may be another amount in the span that is shown next. */
void hc_span_view_touch(hc_span_view *view, uint32_t node);

/** Nothing is held any more, the nodes are in service that are so now, and all are touched.
 *  @return 0, or -1 when memory is short. */
int hc_span_view_clear(hc_span_view *view);

/** The first instant, from `from` on and not before now, since which nodes of which no GPU is held have `gpu_count`
 *  GPUs together for `duration`, though perhaps not always the same nodes; HC_TIME_NEVER: there is none. For placements
 *  that need idle nodes. */
hc_time hc_span_view_find_idle(const hc_span_view *view, uint32_t gpu_count, hc_time duration,
                               hc_time from);

/** The span that is shown, HC_TIME_MISSING at first, and showing another one. O(nodes that were touched). */
hc_span hc_span_view_shown(const hc_span_view *view);
void hc_span_view_show(hc_span_view *view, const hc_span *span);

/** Whether what is known of idle nodes is what is held of none. For tests. */
bool hc_span_view_check(const hc_span_view *view);

/** Borrowed; to look at and to plan on. */
hc_occupancy *hc_span_view_occupancy(const hc_span_view *view);

/** Whether a node is in service and so much of it is free during a span, be it shown or not. */
bool hc_span_view_has(const hc_span_view *view, uint32_t node, const hc_span *span,
                      const hc_amount *amount);

#endif
