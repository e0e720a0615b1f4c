#include "sim/policies/reservation.h"

#include "sim/archive.h"
#include "sim/jobs/job_order.h"

#include <assert.h>
#include <stdlib.h>

/* A node of the head's place: what the head needs of it, and what is blocked for others in consequence. */
typedef struct reserved_node {
    hc_block block;
    uint32_t node;
    uint32_t gpu_count; /* wholly free GPUs that the head will take */
    bool is_kept;       /* the next place uses it as well */
    bool is_touched;    /* a job on it has ended since it was blocked */
} reserved_node;

struct hc_reservation {
    hc_lifecycle *lifecycle;
    bool is_counted; /* only the number of free GPUs counts */
    hc_time shadow;
    uint64_t extra_milli; /* when counted: GPUs free at T beside the head */

    reserved_node *nodes; /* else: the head's place */
    uint32_t node_count;
    hc_host *needs;      /* CPU and memory that the head will take of each of them, if modelled */
    reserved_node *next; /* the place in the making */
    hc_host *next_needs;
    bool has_changed;      /* what the forecast at T holds is not what the place was chosen by */
    uint32_t *reserved_at; /* by node of the partition: index in `nodes`, HC_NO_INDEX for none */
    bool is_blocking;
    bool is_shared; /* the partition shares GPUs */
    bool has_host;  /* and models CPU or memory */
};

hc_reservation *hc_reservation_create(hc_lifecycle *lifecycle, hc_error *error)
{
    hc_reservation *r = calloc(1, sizeof *r);
    uint32_t count = hc_occupancy_node_count(hc_lifecycle_occupancy(lifecycle));
    if (r == NULL) {
        (void)hc_error_memory(error);
        return NULL;
    }
    r->lifecycle = lifecycle;
    r->is_counted = hc_occupancy_is_countable(hc_lifecycle_occupancy(lifecycle));
    if (r->is_counted) {
        return r;
    }
    r->is_shared = hc_lifecycle_announced(lifecycle)->is_shared;
    r->has_host = hc_lifecycle_announced(lifecycle)->has_host_needs;
    r->nodes = malloc(count * sizeof *r->nodes);
    r->next = malloc(count * sizeof *r->next);
    r->needs = malloc(count * sizeof *r->needs);
    r->next_needs = malloc(count * sizeof *r->next_needs);
    r->reserved_at = malloc(count * sizeof *r->reserved_at);
    if (r->nodes == NULL || r->next == NULL || r->needs == NULL || r->next_needs == NULL ||
        r->reserved_at == NULL) {
        (void)hc_error_memory(error);
        hc_reservation_destroy(r);
        return NULL;
    }
    for (uint32_t i = 0; i < count; i++) {
        r->reserved_at[i] = HC_NO_INDEX;
    }
    if (hc_lifecycle_keep_forecast(lifecycle, error) < 0) {
        hc_reservation_destroy(r);
        return NULL;
    }
    return r;
}

void hc_reservation_destroy(hc_reservation *r)
{
    if (r == NULL) {
        return;
    }
    free(r->nodes);
    free(r->next);
    free(r->needs);
    free(r->next_needs);
    free(r->reserved_at);
    free(r);
}

/* A job that has outrun its limit counts as ending at the next tick. */
static hc_time expected_end(const hc_lifecycle *lifecycle, hc_time estimated_end)
{
    hc_time next_tick = hc_lifecycle_now(lifecycle) + 1;
    return estimated_end > next_tick ? estimated_end : next_tick;
}

/* Only numbers count: the running jobs' sizes, summed in the order of their ends. */
static void make_by_count(hc_reservation *r, uint32_t head)
{
    const hc_job_order *running = hc_lifecycle_running(r->lifecycle);
    uint64_t size = hc_request_milli(&hc_lifecycle_job(r->lifecycle, head)->spec.request);
    uint64_t free_milli = hc_occupancy_free_milli(hc_lifecycle_occupancy(r->lifecycle));
    uint32_t last = HC_NO_SLOT;
    assert(size > free_milli);
    last = hc_job_order_find_sum(running, size - free_milli);
    r->shadow = HC_TIME_NEVER;
    r->extra_milli = 0;
    if (last != HC_NO_SLOT) {
        r->shadow = expected_end(r->lifecycle, hc_lifecycle_job(r->lifecycle, last)->estimated_end);
        r->extra_milli = free_milli + hc_job_order_sum_to(running, r->shadow) - size;
    }
}

static uint64_t at_most(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* Of what is free now, others may use as much as will be free at T beside the head. */
static uint64_t blocked(uint64_t free_now, uint64_t free_then, uint64_t needed)
{
    if (free_then == HC_UNLIMITED) {
        return 0;
    }
    return free_now - at_most(free_now, free_then - needed);
}

static void set_host_block(const hc_reservation *r, hc_block *b, const hc_host *need)
{
    const hc_occupancy *now = hc_lifecycle_occupancy(r->lifecycle);
    const hc_occupancy *then = hc_lifecycle_forecast(r->lifecycle);
    hc_host host_now = hc_occupancy_free_host(now, b->class_index, b->item);
    hc_host host_then = hc_occupancy_free_host(then, b->class_index, b->item);
    b->host.cpu_milli = blocked(host_now.cpu_milli, host_then.cpu_milli, need->cpu_milli);
    b->host.memory_bytes =
        blocked(host_now.memory_bytes, host_then.memory_bytes, need->memory_bytes);
}

/* How much of a node is blocked, as things stand. */
static void set_block(const hc_reservation *r, reserved_node *node, const hc_host *need)
{
    const hc_occupancy *now = hc_lifecycle_occupancy(r->lifecycle);
    const hc_occupancy *then = hc_lifecycle_forecast(r->lifecycle);
    hc_block *b = &node->block;
    b->gpu_count =
        (uint32_t)blocked(hc_occupancy_free_gpus(now, b->class_index, b->item),
                          hc_occupancy_free_gpus(then, b->class_index, b->item), node->gpu_count);
    if (r->has_host) {
        set_host_block(r, b, need);
    }
}

static void block_node(hc_reservation *r, reserved_node *node)
{
    set_block(r, node, &r->needs[node - r->nodes]);
    node->is_touched = false;
    hc_occupancy_block(hc_lifecycle_beside(r->lifecycle), &node->block);
}

static void unblock_node(hc_reservation *r, reserved_node *node)
{
    hc_occupancy_unblock(hc_lifecycle_beside(r->lifecycle), &node->block);
}

static void block_all(hc_reservation *r)
{
    for (uint32_t i = 0; i < r->node_count && !r->is_blocking; i++) {
        block_node(r, &r->nodes[i]);
    }
    r->is_blocking = true;
}

static void unblock_all(hc_reservation *r)
{
    for (uint32_t i = 0; i < r->node_count && r->is_blocking; i++) {
        unblock_node(r, &r->nodes[i]);
    }
    r->is_blocking = false;
}

/* A part of a GPU that is broken for the head counts as a whole one; of one that is shared already, none. */
static void make_node(hc_reservation *r, uint32_t i, const hc_request *request, const hc_part *part)
{
    reserved_node *node = &r->next[i];
    const hc_class_view *view =
        hc_occupancy_class(hc_lifecycle_forecast(r->lifecycle), part->class_index);
    bool is_part = request->gpu_count == 1 && request->gpu_milli < HC_WHOLE_GPU;
    node->block = (hc_block){.class_index = part->class_index, .item = part->item};
    node->node = view->node_of_item[part->item];
    node->gpu_count = is_part ? (part->device == HC_NO_INDEX ? 1 : 0) : part->gpu_count;
    node->is_kept = false;
    node->is_touched = false;
    if (r->has_host) {
        r->next_needs[i] = hc_request_share(request, is_part ? 1 : part->gpu_count);
    }
}

static bool is_same(const hc_block *a, const hc_block *b)
{
    return a->gpu_count == b->gpu_count && a->host.cpu_milli == b->host.cpu_milli &&
           a->host.memory_bytes == b->host.memory_bytes;
}

/* Blocks a node for the new place. Where the old one blocks just as much of it, nothing changes. */
static void take_over(hc_reservation *r, uint32_t i)
{
    reserved_node *node = &r->next[i];
    uint32_t before = r->reserved_at[node->node];
    set_block(r, node, &r->next_needs[i]);
    if (before != HC_NO_INDEX && r->is_blocking) {
        r->nodes[before].is_kept = true;
        if (is_same(&node->block, &r->nodes[before].block) && !r->is_shared) {
            return;
        }
        unblock_node(r, &r->nodes[before]);
    }
    hc_occupancy_block(hc_lifecycle_beside(r->lifecycle), &node->block);
}

/* The old place is left, where the new one does not use it; then the new one is the place. */
static void change_place(hc_reservation *r, uint32_t next_count)
{
    reserved_node *old = r->nodes;
    hc_host *old_needs = r->needs;
    for (uint32_t i = 0; i < r->node_count; i++) {
        r->reserved_at[old[i].node] = HC_NO_INDEX;
        if (!old[i].is_kept && r->is_blocking) {
            unblock_node(r, &old[i]);
        }
    }
    r->nodes = r->next;
    r->needs = r->next_needs;
    r->next = old;
    r->next_needs = old_needs;
    r->node_count = next_count;
    r->is_blocking = true;
    for (uint32_t i = 0; i < next_count; i++) {
        r->reserved_at[r->nodes[i].node] = i;
    }
}

/* The head's place at T: what the placement rule says there. */
static void make_by_placement(hc_reservation *r, uint32_t head)
{
    const hc_request *request = &hc_lifecycle_job(r->lifecycle, head)->spec.request;
    hc_occupancy *forecast = hc_lifecycle_forecast(r->lifecycle);
    hc_plan *plan = hc_occupancy_plan(forecast);
    bool fits = false;
    r->shadow = hc_lifecycle_forecast_start(r->lifecycle, head);
    plan->count = 0;
    if (r->shadow != HC_TIME_NEVER) {
        fits = hc_lifecycle_placement(r->lifecycle)->plan(forecast, request, plan);
        assert(fits);
        plan->count = fits ? plan->count : 0;
    }
    for (uint32_t i = 0; i < plan->count; i++) {
        make_node(r, i, request, &plan->parts[i]);
        take_over(r, i);
    }
    change_place(r, plan->count);
    r->has_changed = false;
}

void hc_reservation_make(hc_reservation *r, uint32_t head)
{
    if (r->is_counted) {
        make_by_count(r, head);
    } else {
        make_by_placement(r, head);
    }
}

hc_time hc_reservation_shadow(const hc_reservation *r)
{
    return r->shadow;
}

uint64_t hc_reservation_beside_milli(const hc_reservation *r)
{
    if (r->is_counted) {
        return r->extra_milli;
    }
    return hc_lifecycle_placement(r->lifecycle)->largest_milli(hc_lifecycle_beside(r->lifecycle));
}

bool hc_reservation_is_short(const hc_reservation *r, uint32_t slot)
{
    hc_time limit = hc_lifecycle_job(r->lifecycle, slot)->spec.time_limit;
    return r->shadow == HC_TIME_NEVER || limit <= r->shadow - hc_lifecycle_now(r->lifecycle);
}

/* Short jobs may stand on reserved nodes: less is free there now, so less is blocked. */
static void change_blocks_under(hc_reservation *r, uint32_t slot,
                                void (*change)(hc_reservation *r, reserved_node *node))
{
    hc_occupancy *occupancy = hc_lifecycle_occupancy(r->lifecycle);
    uint32_t slice = hc_lifecycle_job(r->lifecycle, slot)->allocation.first_slice;
    uint32_t before = HC_NO_INDEX;
    while (slice != HC_NO_INDEX) {
        const hc_slice *s = hc_occupancy_slice(occupancy, slice);
        if (s->node != before && r->reserved_at[s->node] != HC_NO_INDEX) {
            change(r, &r->nodes[r->reserved_at[s->node]]);
        }
        before = s->node;
        slice = s->next;
    }
}

/* Blocks are lifted while the views learn of the start. */
static int launch(hc_reservation *r, uint32_t slot)
{
    int status = 0;
    bool has_blocks = !r->is_counted && r->is_blocking;
    if (has_blocks) {
        change_blocks_under(r, slot, unblock_node);
    }
    status = hc_lifecycle_launch(r->lifecycle, slot);
    if (has_blocks && status == 0) {
        change_blocks_under(r, slot, block_node);
    }
    return status < 0 ? -1 : 1;
}

int hc_reservation_start(hc_reservation *r, uint32_t slot)
{
    uint64_t size = hc_request_milli(&hc_lifecycle_job(r->lifecycle, slot)->spec.request);
    bool is_short = hc_reservation_is_short(r, slot);
    int placed = 0;
    if (r->is_counted || is_short) {
        if (!is_short && size > r->extra_milli) {
            return 0;
        }
        placed = hc_lifecycle_place(r->lifecycle, slot);
        r->extra_milli -= r->is_counted && placed == 1 && !is_short ? size : 0;
    } else {
        placed = hc_lifecycle_place_beside(r->lifecycle, slot);
    }
    r->has_changed |= placed == 1 && !is_short;
    return placed == 1 ? launch(r, slot) : placed;
}

int hc_reservation_start_head(hc_reservation *r, uint32_t slot)
{
    int placed = hc_lifecycle_place(r->lifecycle, slot);
    r->has_changed |= placed == 1;
    return placed == 1 ? launch(r, slot) : placed;
}

/* Ends of jobs reach the views between passes: parts of GPUs must not be hidden then. At the begin, jobs start that
 * run already. */
void hc_reservation_rest(hc_reservation *r)
{
    if (r->is_shared || hc_lifecycle_is_beginning(r->lifecycle)) {
        unblock_all(r);
    }
}

void hc_reservation_resume(hc_reservation *r)
{
    if (!r->is_counted) {
        block_all(r);
    }
}

static void touch(hc_reservation *r, reserved_node *node)
{
    (void)r;
    node->is_touched = true;
}

/* The forecast at T holds a job that ends before T neither before it ended nor now: T and the place stay. */
void hc_reservation_note_end(hc_reservation *r, uint32_t slot)
{
    if (!r->is_counted && hc_lifecycle_job(r->lifecycle, slot)->estimated_end < r->shadow) {
        change_blocks_under(r, slot, touch);
    } else {
        r->has_changed = true;
    }
}

void hc_reservation_note_capacity(hc_reservation *r)
{
    unblock_all(r);
    r->has_changed = true;
}

bool hc_reservation_renew(hc_reservation *r)
{
    if (r->is_counted || r->has_changed) {
        return false;
    }
    if (!r->is_blocking) {
        block_all(r);
        return true;
    }
    for (uint32_t i = 0; i < r->node_count; i++) {
        if (r->nodes[i].is_touched) {
            unblock_node(r, &r->nodes[i]);
            block_node(r, &r->nodes[i]);
        }
    }
    return true;
}

static void exchange_node(const hc_reservation *r, hc_archive *archive, uint32_t i)
{
    reserved_node *node = &r->nodes[i];
    HC_EXCHANGE(archive, node->node);
    HC_EXCHANGE(archive, node->gpu_count);
    hc_archive_bool(archive, &node->is_touched);
    HC_EXCHANGE(archive, node->block.gpu_count);
    HC_EXCHANGE(archive, node->block.host);
    if (r->has_host) {
        HC_EXCHANGE(archive, r->needs[i]);
    }
}

/* Between passes no node is kept for a next place. */
static void link_node(hc_reservation *r, hc_archive *archive, uint32_t i)
{
    const hc_occupancy *beside = hc_lifecycle_beside(r->lifecycle);
    reserved_node *node = &r->nodes[i];
    hc_part where;
    if (!hc_archive_require(archive,
                            node->node < hc_occupancy_node_count(beside) &&
                                r->reserved_at[node->node] == HC_NO_INDEX,
                            "a node is reserved once")) {
        return;
    }
    where = hc_occupancy_place_of(beside, node->node);
    r->reserved_at[node->node] = i;
    node->is_kept = false;
    node->block.class_index = where.class_index;
    node->block.item = where.item;
    if (r->is_blocking && hc_archive_require(archive, hc_occupancy_can_block(beside, &node->block),
                                             "what is blocked is free")) {
        hc_occupancy_block(hc_lifecycle_beside(r->lifecycle), &node->block);
    }
}

void hc_reservation_exchange(hc_reservation *r, hc_archive *archive)
{
    uint32_t limit =
        r->is_counted ? 0 : hc_occupancy_node_count(hc_lifecycle_occupancy(r->lifecycle));
    hc_archive_mark(archive, "reservation");
    HC_EXCHANGE(archive, r->shadow);
    HC_EXCHANGE(archive, r->extra_milli);
    hc_archive_bool(archive, &r->has_changed);
    hc_archive_bool(archive, &r->is_blocking);
    r->node_count = (uint32_t)hc_archive_count(archive, r->node_count, limit);
    for (uint32_t i = 0; i < r->node_count && !hc_archive_has_failed(archive); i++) {
        exchange_node(r, archive, i);
        if (hc_archive_is_loading(archive)) {
            link_node(r, archive, i);
        }
    }
}
