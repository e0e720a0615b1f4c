#include "sim/policies/plan/span_view.h"

#include "sim/policies/plan/profile.h"

#include <stdlib.h>

struct hc_span_view {
    hc_lifecycle *lifecycle;
    hc_node_steps *nodes;
    uint32_t node_count;
    hc_profile *idle;        /* GPUs of nodes that hold none; NULL: the placement rule needs none */
    hc_occupancy *occupancy; /* what is free during the whole of `shown` */
    hc_span shown;
    hc_amount *blocked; /* there, by node */
    uint32_t *touched;
    uint32_t touched_count;
    bool *is_touched;
};

void hc_span_view_destroy(hc_span_view *v)
{
    if (v == NULL) {
        return;
    }
    for (uint32_t i = 0; v->nodes != NULL && i < v->node_count; i++) {
        hc_node_steps_free(&v->nodes[i]);
    }
    free(v->nodes);
    hc_profile_destroy(v->idle);
    hc_occupancy_destroy(v->occupancy);
    free(v->blocked);
    free(v->touched);
    free(v->is_touched);
    free(v);
}

static bool is_open(const hc_occupancy *occupancy, uint32_t node)
{
    hc_part where = hc_occupancy_place_of(occupancy, node);
    return hc_occupancy_is_open(occupancy, where.class_index, where.item);
}

/* GPUs that a node adds to the idle ones; of those out of service nothing counts. */
static uint32_t gpus_in_service(const hc_span_view *v, uint32_t node)
{
    hc_part where = hc_occupancy_place_of(v->occupancy, node);
    return is_open(v->occupancy, node)
               ? hc_occupancy_class(v->occupancy, where.class_index)->gpu_count
               : 0;
}

/* Nothing is held. */
static int restart_idle(hc_span_view *v)
{
    uint32_t sum = 0;
    if (v->idle == NULL) {
        return 0;
    }
    for (uint32_t node = 0; node < v->node_count; node++) {
        sum += gpus_in_service(v, node);
    }
    return hc_profile_restart(v->idle, hc_lifecycle_now(v->lifecycle), sum);
}

/* What will be held was idle so far, or what was let go is idle now. */
static int change_idle(hc_span_view *v, uint32_t node, hc_span span,
                       int (*change)(hc_profile *profile, hc_time from, hc_time to,
                                     uint32_t gpu_count))
{
    uint32_t gpu_count = gpus_in_service(v, node);
    hc_span idle;
    if (v->idle == NULL || gpu_count == 0) {
        return 0;
    }
    hc_profile_forget(v->idle, hc_lifecycle_now(v->lifecycle));
    while (hc_node_steps_idle(&v->nodes[node], span.start, span.end, &idle)) {
        if (change(v->idle, idle.start, idle.end, gpu_count) < 0) {
            return -1;
        }
        span.start = idle.end;
    }
    return 0;
}

hc_span_view *hc_span_view_create(hc_lifecycle *lifecycle, hc_error *error)
{
    bool needs_idle = hc_lifecycle_placement(lifecycle)->least_idle != NULL;
    hc_span_view *v = calloc(1, sizeof *v);
    if (v == NULL) {
        (void)hc_error_memory(error);
        return NULL;
    }
    v->lifecycle = lifecycle;
    v->node_count = hc_occupancy_node_count(hc_lifecycle_occupancy(lifecycle));
    v->shown = (hc_span){HC_TIME_MISSING, HC_TIME_MISSING};
    v->nodes = calloc(v->node_count, sizeof *v->nodes);
    v->blocked = calloc(v->node_count, sizeof *v->blocked);
    v->touched = malloc(v->node_count * sizeof *v->touched);
    v->is_touched = calloc(v->node_count, sizeof *v->is_touched);
    if (needs_idle) {
        v->idle = hc_profile_create();
    }
    if ((needs_idle && v->idle == NULL) || v->nodes == NULL || v->blocked == NULL ||
        v->touched == NULL || v->is_touched == NULL) {
        (void)hc_error_memory(error);
        hc_span_view_destroy(v);
        return NULL;
    }
    if (hc_lifecycle_create_view(lifecycle, &v->occupancy, error) < 0) {
        hc_span_view_destroy(v);
        return NULL;
    }
    if (restart_idle(v) < 0) {
        (void)hc_error_memory(error);
        hc_span_view_destroy(v);
        return NULL;
    }
    return v;
}

hc_occupancy *hc_span_view_occupancy(const hc_span_view *v)
{
    return v->occupancy;
}

hc_span hc_span_view_shown(const hc_span_view *v)
{
    return v->shown;
}

void hc_span_view_touch(hc_span_view *v, uint32_t node)
{
    if (!v->is_touched[node]) {
        v->is_touched[node] = true;
        v->touched[v->touched_count++] = node;
    }
}

static hc_time later_of(hc_time a, hc_time b)
{
    return a > b ? a : b;
}

int hc_span_view_hold(hc_span_view *v, uint32_t node, const hc_span *span, const hc_amount *amount)
{
    hc_time now = hc_lifecycle_now(v->lifecycle);
    hc_span ahead = {later_of(span->start, now), span->end};
    hc_span_view_touch(v, node);
    if (ahead.start >= ahead.end) {
        return 0;
    }
    if (amount->gpu_count > 0 && change_idle(v, node, ahead, hc_profile_take) < 0) {
        return -1;
    }
    return hc_node_steps_hold(&v->nodes[node], now, ahead.start, ahead.end, amount);
}

int hc_span_view_let_go(hc_span_view *v, uint32_t node, const hc_span *span,
                        const hc_amount *amount)
{
    hc_time now = hc_lifecycle_now(v->lifecycle);
    hc_span ahead = {later_of(span->start, now), span->end};
    hc_span_view_touch(v, node);
    if (ahead.start >= ahead.end) {
        return 0;
    }
    if (hc_node_steps_let_go(&v->nodes[node], now, ahead.start, ahead.end, amount) < 0) {
        return -1;
    }
    return amount->gpu_count > 0 ? change_idle(v, node, ahead, hc_profile_give) : 0;
}

hc_time hc_span_view_find_idle(const hc_span_view *v, uint32_t gpu_count, hc_time duration,
                               hc_time from)
{
    return hc_profile_find(v->idle, gpu_count, duration, from);
}

static bool is_nothing(const hc_amount *amount)
{
    return amount->gpu_count == 0 && amount->host.cpu_milli == 0 && amount->host.memory_bytes == 0;
}

static hc_block block_of(const hc_span_view *v, uint32_t node)
{
    hc_part where = hc_occupancy_place_of(v->occupancy, node);
    return (hc_block){.class_index = where.class_index,
                      .item = where.item,
                      .gpu_count = v->blocked[node].gpu_count,
                      .host = v->blocked[node].host};
}

/* Of a node that is not in service nothing has to be blocked. */
static void recompute(hc_span_view *v, uint32_t node)
{
    hc_amount most = {0};
    hc_block block = block_of(v, node);
    if (is_open(v->occupancy, node)) {
        most = hc_node_steps_most(&v->nodes[node], v->shown.start, v->shown.end);
    }
    if (!is_nothing(&v->blocked[node])) {
        hc_occupancy_unblock(v->occupancy, &block);
    }
    v->blocked[node] = most;
    block = block_of(v, node);
    if (!is_nothing(&most)) {
        hc_occupancy_block(v->occupancy, &block);
    }
    v->is_touched[node] = false;
}

void hc_span_view_show(hc_span_view *v, const hc_span *span)
{
    v->shown = *span;
    for (uint32_t i = 0; i < v->touched_count; i++) {
        recompute(v, v->touched[i]);
    }
    v->touched_count = 0;
}

/* The view has the nodes in service that the partition has. */
static void follow_service(hc_span_view *v, uint32_t node)
{
    bool is_in_service = is_open(hc_lifecycle_occupancy(v->lifecycle), node);
    hc_block block = block_of(v, node);
    if (is_open(v->occupancy, node) == is_in_service) {
        return;
    }
    if (!is_nothing(&v->blocked[node])) {
        hc_occupancy_unblock(v->occupancy, &block);
        v->blocked[node] = (hc_amount){0};
    }
    if (is_in_service) {
        hc_occupancy_open(v->occupancy, node);
    } else {
        hc_occupancy_close(v->occupancy, node);
    }
}

int hc_span_view_clear(hc_span_view *v)
{
    for (uint32_t node = 0; node < v->node_count; node++) {
        hc_node_steps_clear(&v->nodes[node]);
        follow_service(v, node);
        hc_span_view_touch(v, node);
    }
    return restart_idle(v);
}

/* Held at most during the span, and asked for, are no more than there is. */
bool hc_span_view_has(const hc_span_view *v, uint32_t node, const hc_span *span,
                      const hc_amount *amount)
{
    hc_part where = hc_occupancy_place_of(v->occupancy, node);
    hc_amount most = hc_node_steps_most(&v->nodes[node], span->start, span->end);
    hc_host left = hc_occupancy_free_host(v->occupancy, where.class_index, where.item);
    left.cpu_milli += v->blocked[node].host.cpu_milli;
    left.memory_bytes += v->blocked[node].host.memory_bytes;
    return is_open(v->occupancy, node) &&
           most.gpu_count + amount->gpu_count <=
               hc_occupancy_class(v->occupancy, where.class_index)->gpu_count &&
           most.host.cpu_milli + amount->host.cpu_milli <= left.cpu_milli &&
           most.host.memory_bytes + amount->host.memory_bytes <= left.memory_bytes;
}

static uint32_t count_idle(const hc_span_view *v, hc_time time)
{
    uint32_t sum = 0;
    for (uint32_t node = 0; node < v->node_count; node++) {
        sum += hc_node_steps_most(&v->nodes[node], time, time + 1).gpu_count == 0
                   ? gpus_in_service(v, node)
                   : 0;
    }
    return sum;
}

static hc_time next_change(const hc_span_view *v, hc_time time)
{
    hc_time next = HC_TIME_NEVER;
    for (uint32_t node = 0; node < v->node_count; node++) {
        hc_time change = hc_node_steps_next(&v->nodes[node], time);
        next = change < next ? change : next;
    }
    return next;
}

/* The books of a run may end before what happened last, which is then before all that is known. */
bool hc_span_view_check(const hc_span_view *v)
{
    hc_time time = hc_lifecycle_now(v->lifecycle);
    bool is_right = v->idle == NULL || hc_profile_check(v->idle);
    if (v->idle == NULL || !hc_profile_reaches(v->idle, time)) {
        time = HC_TIME_NEVER;
    }
    for (; is_right && time != HC_TIME_NEVER; time = next_change(v, time)) {
        is_right = hc_profile_at(v->idle, time) == count_idle(v, time);
    }
    return is_right;
}
