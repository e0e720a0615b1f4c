#include "sim/policies/plan/place_book_state.h"

#include "sim/jobs/admission.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void hc_place_book_destroy(hc_place_book *b)
{
    if (b == NULL) {
        return;
    }
    hc_span_view_destroy(b->view);
    free(b->entries);
    hc_job_order_destroy(b->starts);
    hc_job_order_destroy(b->ends);
    free(b->parts);
    free(b);
}

hc_place_book *hc_place_book_create(hc_lifecycle *lifecycle, hc_error *error)
{
    hc_place_book *b = calloc(1, sizeof *b);
    if (b == NULL) {
        (void)hc_error_memory(error);
        return NULL;
    }
    b->lifecycle = lifecycle;
    b->free_part = HC_NO_INDEX;
    b->starts = hc_job_order_create();
    b->ends = hc_job_order_create();
    if (b->starts == NULL || b->ends == NULL) {
        (void)hc_error_memory(error);
        hc_place_book_destroy(b);
        return NULL;
    }
    b->view = hc_span_view_create(lifecycle, error);
    if (b->view == NULL) {
        hc_place_book_destroy(b);
        return NULL;
    }
    return b;
}

/* The view. */

static void touch_place(hc_place_book *b, uint32_t slot)
{
    for (uint32_t p = b->entries[slot].first; p != HC_NO_INDEX; p = b->parts[p].next) {
        hc_span_view_touch(b->view, b->parts[p].node);
    }
}

/* Touches the nodes of all jobs that come at a time after `after` and up to `last` in an order by time. */
static void touch_range(hc_place_book *b, const hc_job_order *order, hc_time after, hc_time last)
{
    const hc_order_entry from = {.key = after, .job = UINT32_MAX};
    hc_order_walk walk;
    uint32_t slot = HC_NO_SLOT;
    if (after == last) {
        return;
    }
    hc_order_walk_start_behind(&walk, order, &from);
    for (slot = hc_order_walk_next(&walk);
         slot != HC_NO_SLOT && hc_job_order_entry(order, slot)->key <= last;
         slot = hc_order_walk_next(&walk)) {
        touch_place(b, slot);
    }
}

/* Between two spans only those nodes change whose jobs end between their begins, or start between their ends. */
static void show(hc_place_book *b, const hc_span *span)
{
    hc_span old = hc_span_view_shown(b->view);
    if (span->start > old.start) {
        touch_range(b, b->ends, old.start, span->start);
    } else {
        touch_range(b, b->ends, span->start, old.start);
    }
    if (span->end > old.end) {
        touch_range(b, b->starts, old.end == HC_TIME_MISSING ? old.end : old.end - 1,
                    span->end - 1);
    } else {
        touch_range(b, b->starts, span->end - 1, old.end - 1);
    }
    hc_span_view_show(b->view, span);
}

/* Places. */

static int grow_parts(hc_place_book *b)
{
    uint32_t capacity = b->part_capacity == 0 ? 64 : b->part_capacity * 2;
    hc_place_part *grown = realloc(b->parts, capacity * sizeof *grown);
    if (grown == NULL) {
        return -1;
    }
    for (uint32_t i = b->part_capacity; i < capacity; i++) {
        grown[i].next = b->free_part;
        b->free_part = i;
    }
    b->parts = grown;
    b->part_capacity = capacity;
    return 0;
}

int hc_place_book_make_entry(hc_place_book *b, uint32_t slot)
{
    uint32_t capacity = b->entry_capacity == 0 ? 64 : b->entry_capacity;
    hc_place_entry *grown = NULL;
    if (slot < b->entry_capacity) {
        return 0;
    }
    while (capacity <= slot) {
        capacity *= 2;
    }
    grown = realloc(b->entries, capacity * sizeof *grown);
    if (grown == NULL) {
        return -1;
    }
    for (uint32_t i = b->entry_capacity; i < capacity; i++) {
        grown[i] = (hc_place_entry){.first = HC_NO_INDEX};
    }
    b->entries = grown;
    b->entry_capacity = capacity;
    return 0;
}

void hc_place_book_forget(hc_place_book *b, uint32_t slot)
{
    uint32_t p = HC_NO_INDEX;
    if (slot >= b->entry_capacity) {
        return;
    }
    p = b->entries[slot].first;
    assert(!b->entries[slot].is_entered);
    while (p != HC_NO_INDEX) {
        uint32_t next = b->parts[p].next;
        b->parts[p].next = b->free_part;
        b->free_part = p;
        p = next;
    }
    b->entries[slot].first = HC_NO_INDEX;
}

/* What is not modelled on a node is not held there. */
static hc_amount amount_of(const hc_place_book *b, const hc_request *request, const hc_part *where)
{
    hc_host free_host =
        hc_occupancy_free_host(hc_span_view_occupancy(b->view), where->class_index, where->item);
    hc_amount amount = {.gpu_count = where->gpu_count,
                        .host = hc_request_share(request, where->gpu_count)};
    amount.host.cpu_milli = free_host.cpu_milli == HC_UNLIMITED ? 0 : amount.host.cpu_milli;
    amount.host.memory_bytes =
        free_host.memory_bytes == HC_UNLIMITED ? 0 : amount.host.memory_bytes;
    return amount;
}

/* Puts a part before the others of a place. */
static int push_part(hc_place_book *b, uint32_t slot, const hc_place_part *added)
{
    uint32_t p = HC_NO_INDEX;
    if (b->free_part == HC_NO_INDEX && grow_parts(b) < 0) {
        return -1;
    }
    p = b->free_part;
    b->free_part = b->parts[p].next;
    b->parts[p] = *added;
    b->parts[p].next = b->entries[slot].first;
    b->entries[slot].first = p;
    return 0;
}

int hc_place_book_add_part(hc_place_book *b, uint32_t slot, const hc_part *where)
{
    const hc_request *request = &hc_lifecycle_job(b->lifecycle, slot)->spec.request;
    const hc_occupancy *occupancy = hc_span_view_occupancy(b->view);
    const hc_place_part added = {
        .where = *where,
        .node = hc_occupancy_class(occupancy, where->class_index)->node_of_item[where->item],
        .amount = amount_of(b, request, where),
    };
    return push_part(b, slot, &added);
}

static hc_plan *plan_on_view(hc_place_book *b, uint32_t slot, const hc_span *span)
{
    const hc_request *request = &hc_lifecycle_job(b->lifecycle, slot)->spec.request;
    const hc_placement *placement = hc_lifecycle_placement(b->lifecycle);
    hc_occupancy *occupancy = hc_span_view_occupancy(b->view);
    hc_plan *plan = NULL;
    show(b, span);
    if (hc_request_is_plain(request) && !hc_placement_fits(placement, occupancy, request)) {
        return NULL; /* cheaper than a plan that fails */
    }
    plan = hc_occupancy_plan(occupancy);
    return placement->plan(occupancy, request, plan) ? plan : NULL;
}

bool hc_place_book_fits(hc_place_book *b, uint32_t slot, const hc_span *span)
{
    return plan_on_view(b, slot, span) != NULL;
}

int hc_place_book_find(hc_place_book *b, uint32_t slot, const hc_span *span)
{
    hc_plan *plan = plan_on_view(b, slot, span);
    if (plan == NULL) {
        return 0;
    }
    if (hc_place_book_make_entry(b, slot) < 0) {
        return -1;
    }
    hc_place_book_forget(b, slot);
    for (uint32_t i = plan->count; i-- > 0;) {
        if (hc_place_book_add_part(b, slot, &plan->parts[i]) < 0) {
            return -1;
        }
    }
    return 1;
}

uint32_t hc_place_book_least_idle(const hc_place_book *b, uint32_t slot)
{
    const hc_request *request = &hc_lifecycle_job(b->lifecycle, slot)->spec.request;
    const hc_placement *placement = hc_lifecycle_placement(b->lifecycle);
    return placement->least_idle == NULL
               ? 0
               : placement->least_idle(hc_span_view_occupancy(b->view), request->gpu_count);
}

hc_time hc_place_book_find_idle(const hc_place_book *b, uint32_t gpu_count, hc_time duration,
                                hc_time from)
{
    return gpu_count == 0 ? from : hc_span_view_find_idle(b->view, gpu_count, duration, from);
}

hc_time hc_place_book_next_end(const hc_place_book *b, hc_time time)
{
    hc_order_entry at = {.key = time, .job = UINT32_MAX};
    uint32_t slot = hc_job_order_next(b->ends, &at);
    return slot == HC_NO_SLOT ? HC_TIME_NEVER : hc_job_order_entry(b->ends, slot)->key;
}

/* Entering and taking out. */

static int enter_place(hc_place_book *b, uint32_t slot, const hc_span *span)
{
    hc_order_entry at_end = {.key = span->end, .job = slot};
    hc_place_entry *e = &b->entries[slot];
    assert(!e->is_entered);
    if (hc_job_order_insert(b->ends, slot, &at_end) < 0) {
        return -1;
    }
    e->is_entered = true;
    e->span = *span;
    for (uint32_t p = e->first; p != HC_NO_INDEX; p = b->parts[p].next) {
        if (hc_span_view_hold(b->view, b->parts[p].node, span, &b->parts[p].amount) < 0) {
            return -1;
        }
    }
    return 0;
}

int hc_place_book_enter(hc_place_book *b, uint32_t slot, const hc_span *span)
{
    hc_order_entry at_start = {.key = span->start, .job = slot};
    if (hc_job_order_insert(b->starts, slot, &at_start) < 0) {
        return -1;
    }
    return enter_place(b, slot, span);
}

/* The slices of one node follow each other. @return the slice behind them. */
static uint32_t read_part(const hc_occupancy *occupancy, uint32_t slice, hc_part *where)
{
    uint32_t node = hc_occupancy_slice(occupancy, slice)->node;
    *where = hc_occupancy_place_of(occupancy, node);
    while (slice != HC_NO_INDEX && hc_occupancy_slice(occupancy, slice)->node == node) {
        where->gpu_count += hc_occupancy_slice(occupancy, slice)->count;
        slice = hc_occupancy_slice(occupancy, slice)->next;
    }
    return slice;
}

static int read_place(hc_place_book *b, uint32_t slot)
{
    uint32_t slice = hc_lifecycle_job(b->lifecycle, slot)->allocation.first_slice;
    while (slice != HC_NO_INDEX) {
        hc_part where;
        slice = read_part(hc_lifecycle_occupancy(b->lifecycle), slice, &where);
        if (hc_place_book_add_part(b, slot, &where) < 0) {
            return -1;
        }
    }
    return 0;
}

int hc_place_book_enter_running(hc_place_book *b, uint32_t slot, const hc_span *span)
{
    if (hc_place_book_make_entry(b, slot) < 0 ||
        (b->entries[slot].first == HC_NO_INDEX && read_place(b, slot) < 0)) {
        return -1;
    }
    return enter_place(b, slot, span);
}

bool hc_place_book_contains(const hc_place_book *b, uint32_t slot)
{
    return slot < b->entry_capacity && b->entries[slot].is_entered;
}

int hc_place_book_take_out(hc_place_book *b, uint32_t slot)
{
    hc_place_entry *e = &b->entries[slot];
    assert(hc_place_book_contains(b, slot));
    hc_job_order_remove(b->ends, slot);
    if (hc_job_order_contains(b->starts, slot)) {
        hc_job_order_remove(b->starts, slot);
    }
    e->is_entered = false;
    for (uint32_t p = e->first; p != HC_NO_INDEX; p = b->parts[p].next) {
        if (hc_span_view_let_go(b->view, b->parts[p].node, &e->span, &b->parts[p].amount) < 0) {
            return -1;
        }
    }
    return 0;
}

int hc_place_book_take_out_waiting(hc_place_book *b)
{
    for (uint32_t slot = hc_job_order_first(b->starts); slot != HC_NO_SLOT;
         slot = hc_job_order_first(b->starts)) {
        if (hc_place_book_take_out(b, slot) < 0) {
            return -1;
        }
    }
    return 0;
}

int hc_place_book_clear(hc_place_book *b)
{
    if (hc_place_book_take_out_waiting(b) < 0) {
        return -1;
    }
    for (uint32_t slot = hc_job_order_first(b->ends); slot != HC_NO_SLOT;
         slot = hc_job_order_first(b->ends)) {
        if (hc_place_book_take_out(b, slot) < 0) {
            return -1;
        }
        hc_place_book_forget(b, slot);
    }
    return hc_span_view_clear(b->view);
}

bool hc_place_book_is_free(const hc_place_book *b, uint32_t slot, const hc_span *span)
{
    for (uint32_t p = b->entries[slot].first; p != HC_NO_INDEX; p = b->parts[p].next) {
        if (!hc_span_view_has(b->view, b->parts[p].node, span, &b->parts[p].amount)) {
            return false;
        }
    }
    return true;
}

int hc_place_book_start(hc_place_book *b, uint32_t slot)
{
    hc_plan *plan = hc_occupancy_plan(hc_span_view_occupancy(b->view));
    int placed = 0;
    for (uint32_t p = b->entries[slot].first; p != HC_NO_INDEX; p = b->parts[p].next) {
        plan->parts[plan->count++] = b->parts[p].where;
    }
    hc_job_order_remove(b->starts, slot);
    placed = hc_lifecycle_place_on(b->lifecycle, slot, plan);
    if (placed == 0) {
        return hc_lifecycle_fail_plan(b->lifecycle, slot);
    }
    return placed < 0 ? -1 : hc_lifecycle_launch(b->lifecycle, slot);
}

bool hc_place_book_check(const hc_place_book *b)
{
    return hc_span_view_check(b->view);
}
