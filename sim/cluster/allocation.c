#include "sim/archive.h"
#include "sim/cluster/occupancy_state.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* CPU and memory that some of the request's GPUs bring along; not worked out where they are not modelled. */
static hc_host share_in(const hc_class_state *c, const hc_request *request, uint32_t gpu_count)
{
    hc_host none = {0};
    return c->free_host == NULL ? none : hc_request_share(request, gpu_count);
}

/* CPU and memory are counted only where they are limited. */
static void change_host(hc_class_state *c, uint32_t item, hc_host share, bool is_taken)
{
    hc_host *host = &c->free_host[item];
    if (c->has_cpu_limit) {
        assert(!is_taken || host->cpu_milli >= share.cpu_milli);
        host->cpu_milli += is_taken ? 0 - share.cpu_milli : share.cpu_milli;
    }
    if (c->has_memory_limit) {
        assert(!is_taken || host->memory_bytes >= share.memory_bytes);
        host->memory_bytes += is_taken ? 0 - share.memory_bytes : share.memory_bytes;
    }
}

/* The shared GPUs of a node stand in an index that knows the node's CPU and memory. */
static void refresh_shared(hc_class_state *c, uint32_t item)
{
    uint32_t first = item * c->view.gpu_count;
    assert(c->free_milli != NULL);
    for (uint32_t gpu = first; gpu < first + c->view.gpu_count; gpu++) {
        uint16_t milli = c->free_milli[gpu];
        if (milli > 0 && milli < HC_WHOLE_GPU) {
            hc_fit_index_refresh(c->shared, milli, gpu);
        }
    }
}

/* A closed node stands in no index and in no sum. */
static void change_closed_node(hc_class_state *c, uint32_t item, uint32_t free_gpus, hc_host share,
                               bool is_taken)
{
    c->free_gpus[item] = free_gpus;
    if (c->free_host != NULL) {
        change_host(c, item, share, is_taken);
    }
}

/* Moves a node by `gpu_count` levels, and its CPU and memory with it. Thousandths are counted by the callers. */
static void change_node(hc_class_state *c, uint32_t item, uint32_t gpu_count, hc_host share,
                        bool is_taken)
{
    uint32_t before = c->free_gpus[item];
    uint32_t after = is_taken ? before - gpu_count : before + gpu_count;
    assert(is_taken ? gpu_count <= before : after <= c->view.gpu_count);
    if (c->is_closed[item]) {
        change_closed_node(c, item, after, share, is_taken);
        return;
    }
    if (after != before) {
        hc_fit_index_remove(c->nodes, before, item);
        c->free_gpus[item] = after;
        c->view.free_gpu_count += after - before; /* wraps and comes back when GPUs are taken */
        c->view.whole_node_count += after == c->view.gpu_count ? 1 : 0;
        c->view.whole_node_count -= before == c->view.gpu_count ? 1 : 0;
    }
    if (c->free_host != NULL) {
        change_host(c, item, share, is_taken);
    }
    if (after != before) {
        hc_fit_index_insert(c->nodes, after, item);
    } else if (c->free_host != NULL) {
        hc_fit_index_refresh(c->nodes, after, item);
    }
    if (c->free_host != NULL && c->shared != NULL) {
        refresh_shared(c, item);
    }
}

/* Takes the request's thousandths from a GPU, or gives them back. A GPU that is wholly free counts for its
 * node. */
static void change_gpu(hc_class_state *c, uint32_t item, uint32_t device, const hc_request *request,
                       bool is_taken)
{
    uint32_t gpu = item * c->view.gpu_count + device;
    uint32_t milli = request->gpu_milli;
    uint32_t before = c->free_milli[gpu];
    uint32_t after = is_taken ? before - milli : before + milli;
    bool changes_node = before == HC_WHOLE_GPU || after == HC_WHOLE_GPU;
    assert(is_taken ? milli <= before : after <= HC_WHOLE_GPU);
    if (before > 0 && before < HC_WHOLE_GPU && !c->is_closed[item]) {
        hc_fit_index_remove(c->shared, before, gpu);
    }
    c->free_milli[gpu] = (uint16_t)after;
    if (after > 0 && after < HC_WHOLE_GPU && !c->is_closed[item]) {
        hc_fit_index_insert(c->shared, after, gpu);
    }
    change_node(c, item, changes_node ? 1 : 0, share_in(c, request, 1), is_taken);
}

static bool grow_slices(hc_occupancy *o)
{
    uint32_t old = o->slice_capacity;
    uint32_t capacity = old == 0 ? 64 : old * 2;
    hc_slice *grown = old > UINT32_MAX / 4 ? NULL : realloc(o->slices, capacity * sizeof *grown);
    if (grown == NULL) {
        return false;
    }
    o->slices = grown;
    for (uint32_t i = capacity; i-- > old;) {
        grown[i].next = o->free_slice;
        o->free_slice = i;
    }
    o->slice_capacity = capacity;
    return true;
}

/* A list of slices in the making. */
typedef struct slice_list {
    uint32_t first;
    uint32_t last;
} slice_list;

static int append_slice(hc_occupancy *o, slice_list *list, hc_slice slice)
{
    uint32_t index = 0;
    if (o->free_slice == HC_NO_INDEX && !grow_slices(o)) {
        return -1;
    }
    index = o->free_slice;
    o->free_slice = o->slices[index].next;
    slice.next = HC_NO_INDEX;
    o->slices[index] = slice;
    if (list->first == HC_NO_INDEX) {
        list->first = index;
    } else {
        o->slices[list->last].next = index;
    }
    list->last = index;
    return 0;
}

/* Picks the whole GPUs of a part, lowest numbers first. */
static int take_devices(hc_occupancy *o, const hc_part *part, slice_list *list)
{
    hc_class_state *c = &o->classes[part->class_index];
    uint32_t node = c->node_of_item[part->item];
    uint64_t base = hc_occupancy_first_gpu(o, node);
    uint64_t from = base;
    uint64_t left = part->gpu_count;
    while (left > 0) {
        uint64_t begin = 0;
        uint64_t count = hc_ordered_set_take_run(o->free_devices, from, left, &begin);
        hc_slice slice = {.node = node, .count = (uint32_t)count, .milli = HC_WHOLE_GPU};
        assert(count > 0 && begin < base + c->view.gpu_count);
        slice.device = (uint32_t)(begin - base);
        if (c->free_milli != NULL) {
            memset(&c->free_milli[part->item * c->view.gpu_count + slice.device], 0,
                   count * sizeof *c->free_milli);
        }
        if (append_slice(o, list, slice) < 0) {
            return -1;
        }
        from = begin + count;
        left -= count;
    }
    return 0;
}

static int take_whole(hc_occupancy *o, const hc_request *request, const hc_part *part,
                      slice_list *list)
{
    hc_class_state *c = &o->classes[part->class_index];
    assert(!c->is_closed[part->item]);
    change_node(c, part->item, part->gpu_count, share_in(c, request, part->gpu_count), true);
    c->view.free_milli -= (uint64_t)part->gpu_count * HC_WHOLE_GPU;
    if (part->gpu_count == 0) {
        return append_slice(o, list, (hc_slice){.node = c->node_of_item[part->item]});
    }
    return take_devices(o, part, list);
}

/* A part with a device shares that GPU; a shared request without one breaks the lowest free GPU. */
static int take_shared(hc_occupancy *o, const hc_request *request, const hc_part *part,
                       slice_list *list)
{
    hc_class_state *c = &o->classes[part->class_index];
    uint32_t node = c->node_of_item[part->item];
    uint64_t base = hc_occupancy_first_gpu(o, node);
    uint32_t device = part->device;
    assert(!c->is_closed[part->item]);
    if (device == HC_NO_INDEX) {
        device = (uint32_t)(hc_ordered_set_next(o->free_devices, base) - base);
        assert(device < c->view.gpu_count);
    }
    if (c->free_milli[part->item * c->view.gpu_count + device] == HC_WHOLE_GPU) {
        hc_ordered_set_remove(o->free_devices, base + device);
    }
    change_gpu(c, part->item, device, request, true);
    c->view.free_milli -= request->gpu_milli;
    return append_slice(
        o, list,
        (hc_slice){.node = node, .device = device, .count = 1, .milli = request->gpu_milli});
}

static bool is_shared(const hc_request *request)
{
    return request->gpu_count == 1 && request->gpu_milli < HC_WHOLE_GPU;
}

int hc_occupancy_take(hc_occupancy *o, const hc_request *request, const hc_plan *plan,
                      hc_allocation *out)
{
    slice_list list = {HC_NO_INDEX, HC_NO_INDEX};
    int status = 0;
    assert(!o->options.is_forecast);
    for (uint32_t i = 0; status == 0 && i < plan->count; i++) {
        status = is_shared(request) ? take_shared(o, request, &plan->parts[i], &list)
                                    : take_whole(o, request, &plan->parts[i], &list);
    }
    *out = (hc_allocation){.first_slice = list.first, .node_count = plan->count};
    return status;
}

/* The slices of one node: GPUs in all of them, and the slice behind them. */
static uint32_t node_end(const hc_occupancy *o, uint32_t slice, uint32_t *gpu_count)
{
    uint32_t node = o->slices[slice].node;
    *gpu_count = 0;
    while (slice != HC_NO_INDEX && o->slices[slice].node == node) {
        *gpu_count += o->slices[slice].count;
        slice = o->slices[slice].next;
    }
    return slice;
}

/* Node levels, CPU and memory, shared GPUs; not which of the whole GPUs. The slices lie with their owner. */
static void change_allocation(hc_occupancy *o, const hc_occupancy *owner, const hc_request *request,
                              const hc_allocation *allocation, bool is_taken)
{
    uint32_t slice = allocation->first_slice;
    while (slice != HC_NO_INDEX) {
        const hc_slice *first = &owner->slices[slice];
        hc_node_place at = o->places[first->node];
        hc_class_state *c = &o->classes[at.class_index];
        uint32_t gpu_count = 0;
        uint64_t milli = 0;
        slice = node_end(owner, slice, &gpu_count);
        if (is_shared(request)) {
            change_gpu(c, at.item, first->device, request, is_taken);
            milli = request->gpu_milli;
        } else {
            change_node(c, at.item, gpu_count, share_in(c, request, gpu_count), is_taken);
            milli = (uint64_t)gpu_count * HC_WHOLE_GPU;
        }
        *(c->is_closed[at.item] ? &o->offline_milli : &c->view.free_milli) +=
            is_taken ? 0 - milli : milli;
    }
}

static void give_back_devices(hc_occupancy *o, const hc_slice *slice)
{
    hc_node_place at = o->places[slice->node];
    hc_class_state *c = &o->classes[at.class_index];
    uint32_t gpu = at.item * c->view.gpu_count + slice->device;
    bool is_whole = slice->milli == HC_WHOLE_GPU;
    for (uint32_t i = 0; is_whole && c->free_milli != NULL && i < slice->count; i++) {
        c->free_milli[gpu + i] = HC_WHOLE_GPU;
    }
    if (slice->count > 0 && (is_whole || c->free_milli[gpu] == HC_WHOLE_GPU)) {
        hc_ordered_set_insert_run(
            o->free_devices, hc_occupancy_first_gpu(o, slice->node) + slice->device, slice->count);
    }
}

void hc_occupancy_release(hc_occupancy *o, const hc_request *request, hc_allocation *allocation)
{
    uint32_t slice = allocation->first_slice;
    change_allocation(o, o, request, allocation, false);
    while (slice != HC_NO_INDEX) {
        uint32_t next = o->slices[slice].next;
        give_back_devices(o, &o->slices[slice]);
        o->slices[slice].next = o->free_slice;
        o->free_slice = slice;
        slice = next;
    }
    *allocation = (hc_allocation){.first_slice = HC_NO_INDEX};
}

static void exchange_slice(hc_archive *archive, hc_slice *slice)
{
    HC_EXCHANGE(archive, slice->node);
    HC_EXCHANGE(archive, slice->device);
    HC_EXCHANGE(archive, slice->count);
    HC_EXCHANGE(archive, slice->milli);
}

/* Takes the GPUs of a slice, if they are free, from the order of free GPUs. */
static bool take_slice(hc_occupancy *o, const hc_request *request, const hc_slice *slice)
{
    hc_node_place at = o->places[slice->node];
    hc_class_state *c = &o->classes[at.class_index];
    uint64_t first = (uint64_t)hc_occupancy_first_gpu(o, slice->node) + slice->device;
    uint32_t gpu = at.item * c->view.gpu_count + slice->device;
    uint64_t begin = 0;
    if (is_shared(request)) {
        if (c->free_milli == NULL || slice->count != 1 || slice->milli != request->gpu_milli ||
            c->free_milli[gpu] < slice->milli) {
            return false;
        }
        if (c->free_milli[gpu] == HC_WHOLE_GPU) {
            hc_ordered_set_remove(o->free_devices, first);
        }
        return true;
    }
    if (slice->count == 0) {
        return request->gpu_count == 0;
    }
    if (slice->milli != HC_WHOLE_GPU || !hc_ordered_set_contains(o->free_devices, first) ||
        hc_ordered_set_take_run(o->free_devices, first, slice->count, &begin) != slice->count) {
        return false;
    }
    for (uint32_t i = 0; c->free_milli != NULL && i < slice->count; i++) {
        c->free_milli[gpu + i] = 0;
    }
    return true;
}

static bool is_on_a_node(const hc_occupancy *o, const hc_slice *slice)
{
    uint32_t gpu_count = 0;
    if (slice->node >= o->range.node_count) {
        return false;
    }
    gpu_count = o->classes[o->places[slice->node].class_index].view.gpu_count;
    return slice->count <= gpu_count && slice->device <= gpu_count - slice->count;
}

/* Whether all GPUs of the request are there, and CPU and memory beside them. Shared GPUs of one node that were loaded
 * before have taken theirs. */
static bool has_all(const hc_occupancy *o, const hc_request *request, uint32_t slice)
{
    uint64_t sum = 0;
    while (slice != HC_NO_INDEX) {
        hc_node_place at = o->places[o->slices[slice].node];
        const hc_class_state *c = &o->classes[at.class_index];
        uint32_t gpu_count = 0;
        hc_host share;
        slice = node_end(o, slice, &gpu_count);
        share = share_in(c, request, gpu_count);
        sum += gpu_count;
        if (c->free_host != NULL &&
            ((c->has_cpu_limit && c->free_host[at.item].cpu_milli < share.cpu_milli) ||
             (c->has_memory_limit && c->free_host[at.item].memory_bytes < share.memory_bytes))) {
            return false;
        }
    }
    return sum == request->gpu_count;
}

static void load_slices(hc_occupancy *o, hc_archive *archive, const hc_request *request,
                        uint64_t count, hc_allocation *allocation)
{
    slice_list list = {HC_NO_INDEX, HC_NO_INDEX};
    for (uint64_t i = 0; i < count; i++) {
        hc_slice slice = {0};
        exchange_slice(archive, &slice);
        if (!hc_archive_require(archive, is_on_a_node(o, &slice) && take_slice(o, request, &slice),
                                "a job holds what nobody else holds")) {
            return;
        }
        if (append_slice(o, &list, slice) < 0) {
            hc_archive_fail_memory(archive);
            return;
        }
    }
    allocation->first_slice = list.first;
    if (list.first != HC_NO_INDEX && hc_archive_require(archive, has_all(o, request, list.first),
                                                        "a job holds all that it asked for")) {
        change_allocation(o, o, request, allocation, true);
    }
}

void hc_occupancy_exchange(hc_occupancy *o, hc_archive *archive, const hc_request *request,
                           hc_allocation *allocation)
{
    uint64_t count = 0;
    HC_EXCHANGE(archive, allocation->node_count);
    if (hc_archive_is_loading(archive)) {
        count = hc_archive_count(archive, 0, o->range.gpu_count + o->range.node_count);
        load_slices(o, archive, request, count, allocation);
        return;
    }
    for (uint32_t s = allocation->first_slice; s != HC_NO_INDEX; s = o->slices[s].next) {
        count++;
    }
    (void)hc_archive_count(archive, count, UINT64_MAX);
    for (uint32_t s = allocation->first_slice; s != HC_NO_INDEX; s = o->slices[s].next) {
        exchange_slice(archive, &o->slices[s]);
    }
}

void hc_occupancy_hold(hc_occupancy *forecast, const hc_occupancy *owner, const hc_request *request,
                       const hc_allocation *allocation)
{
    assert(forecast->options.is_forecast);
    change_allocation(forecast, owner, request, allocation, true);
}

void hc_occupancy_let_go(hc_occupancy *forecast, const hc_occupancy *owner,
                         const hc_request *request, const hc_allocation *allocation)
{
    assert(forecast->options.is_forecast);
    change_allocation(forecast, owner, request, allocation, false);
}

void hc_occupancy_hide_parts(hc_class_state *c, uint32_t item, bool is_hidden)
{
    uint32_t first = item * c->view.gpu_count;
    for (uint32_t gpu = first; gpu < first + c->view.gpu_count; gpu++) {
        uint16_t milli = c->free_milli[gpu];
        if (milli > 0 && milli < HC_WHOLE_GPU && is_hidden) {
            hc_fit_index_remove(c->shared, milli, gpu);
        } else if (milli > 0 && milli < HC_WHOLE_GPU) {
            hc_fit_index_insert(c->shared, milli, gpu);
        }
    }
}

static void change_block(hc_occupancy *o, const hc_block *block, bool is_taken)
{
    hc_class_state *c = &o->classes[block->class_index];
    uint64_t milli = (uint64_t)block->gpu_count * HC_WHOLE_GPU;
    assert(o->options.is_forecast && !c->is_closed[block->item]);
    if (!is_taken && c->free_milli != NULL) {
        hc_occupancy_hide_parts(c, block->item, false);
    }
    change_node(c, block->item, block->gpu_count, block->host, is_taken);
    c->view.free_milli += is_taken ? 0 - milli : milli;
    if (is_taken && c->free_milli != NULL) {
        hc_occupancy_hide_parts(c, block->item, true);
    }
}

void hc_occupancy_block(hc_occupancy *forecast, const hc_block *block)
{
    change_block(forecast, block, true);
}

void hc_occupancy_unblock(hc_occupancy *forecast, const hc_block *block)
{
    change_block(forecast, block, false);
}

bool hc_occupancy_can_block(const hc_occupancy *forecast, const hc_block *block)
{
    hc_host host = hc_occupancy_free_host(forecast, block->class_index, block->item);
    return hc_occupancy_is_open(forecast, block->class_index, block->item) &&
           block->gpu_count <= hc_occupancy_free_gpus(forecast, block->class_index, block->item) &&
           block->host.cpu_milli <= host.cpu_milli && block->host.memory_bytes <= host.memory_bytes;
}
